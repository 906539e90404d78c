"""The city's own file: read, checked as a whole, and made a `core.city.City`."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from config import shape
from config.faults import ConfigFault
from config.references import references
from config.sign_in import sign_in
from config.source import read
from config.web import logo_faults, public_page
from config.webhooks import webhooks
from core.city import (
    Area,
    Chat,
    City,
    Department,
    DigestRules,
    Moderation,
    Official,
    OtherBody,
    QuestionLimits,
    Rule,
    SubscriptionRules,
    Template,
    Theme,
)
from core.events import Address


def load_city(path: Path, public_url: str = "") -> City:
    """The city of the file. ConfigFault with all that is wrong, each with its path and line."""
    source = read(path)
    faults = [*source.faults, *references(source), *logo_faults(source, path.parent)]
    try:
        file = shape.File.model_validate(source.data)
    except ValidationError as error:
        faults += [shape.fault(source, e) for e in error.errors(include_url=False)]
    if faults:
        raise ConfigFault(sorted(faults, key=source.order))
    web = public_page(file.web, path.parent)
    return replace(_city(file), public_url=public_url, web=web)


def _city(file: shape.File) -> City:
    return City(
        name=file.name,
        timezone=file.timezone,
        language=file.language,
        parts=file.parts,
        departments=tuple(_department(d) for d in file.departments),
        themes=tuple(Theme(t.id, t.name, t.department, dict(t.keywords)) for t in file.themes),
        officials=tuple(_official(o) for o in file.officials),
        chats=tuple(map(_chat, file.chats)),
        general_desk=file.general_desk,
        others=tuple(OtherBody(o.id, o.name, o.link, dict(o.keywords)) for o in file.others),
        question_limits=QuestionLimits(file.question_limits.a_day, file.question_limits.open),
        areas=tuple(Area(a.id, a.name, a.places) for a in file.areas),
        reference_prefix=file.reference_prefix,
        privacy=file.privacy,
        telegram_bot=file.telegram_bot,
        poll_approval=file.poll_approval,
        option_pictures=file.option_pictures,
        poll_reminder=timedelta(hours=file.poll_reminder_hours),
        staff_sees_hidden_results=file.staff_sees_hidden_results,
        digests=_digest_rules(file.digests),
        subscriptions=SubscriptionRules(
            file.subscriptions.at, shape.DAYS.index(file.subscriptions.weekday)
        ),
        quiet_hours=file.quiet_hours,
        statement_data=file.statement_data,
        polis_server=file.polis_server or "",
        statement_pause=timedelta(hours=file.statement_every_hours),
        country=file.country,
        office_hours=file.office_hours,
        moderation=_moderation(file.moderation),
        escalation=Address.parse(file.escalation) if file.escalation else None,
        sign_in=sign_in(file.desk),
        templates=tuple(Template(x.id, x.name, x.text, x.departments) for x in file.templates),
        webhooks=webhooks(file.webhooks),
    )


def _digest_rules(d: shape.Digests) -> DigestRules:
    ahead = timedelta(hours=d.preview_hours) if d.preview_hours else None
    to = Address.parse(d.preview_to) if d.preview_to else None
    return DigestRules(ahead, to, d.unless_released == "hold", d.nothing_new == "line")


def _chat(given: shape.Chat) -> Chat:
    threads = None if given.threads is None else Address.parse(given.threads or given.address)
    return Chat(
        Address.parse(given.address), given.name, given.language, given.digest, given.reminders,
        given.closed, given.themes, given.areas, threads, given.restrict,
    )  # fmt: skip


def _department(d: shape.Department) -> Department:
    return Department(
        d.id, d.name, Address.parse(d.home), d.days, d.approval, d.duty, d.head, d.contact
    )


def _moderation(m: shape.Moderation) -> Moderation:
    return Moderation(
        Address.parse(m.channel) if m.channel else None,
        m.duty,
        tuple(Rule(r.id, r.name, r.text) for r in m.rules),
        dict(m.look),
        dict(m.words),
        m.links,
        dict(m.decides),
        m.reports,
    )


def _official(o: shape.Official) -> Official:
    channel, _, account = o.account.partition(":")
    return Official(channel, account, o.title, o.departments, o.roles, o.language, o.name)
