"""The city's own file: read, checked as a whole, and made a `core.city.City`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time, timedelta
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.faults import ConfigFault, Fault, did_you_mean
from config.sign_in import Desk, sign_in
from config.source import Place, Source, read
from config.values import (
    Account,
    ChatAddress,
    Check,
    Clock,
    Country,
    Cron,
    Days,
    Home,
    HostName,
    Hours,
    Id,
    Keywords,
    Language,
    PlaceName,
    Quiet,
    Threads,
    WebLink,
    Words,
    Zone,
)
from config.web import Web, logo_faults, public_page
from config.webhooks import Hook, webhooks
from core.city import (
    Area,
    Chat,
    City,
    Department,
    DigestRules,
    Look,
    Moderation,
    Official,
    OtherBody,
    Part,
    QuestionLimits,
    Role,
    Rule,
    SubscriptionRules,
    Template,
    Theme,
)
from core.events import Address
from core.model import ItemKind
from core.moderation import rules
from core.texts import LANGUAGES, NAMES

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Department(_Entry):
    id: Id
    name: Words
    home: Home
    days: Days = (10, 20)
    approval: bool = False
    duty: tuple[Account, ...] = ()
    head: Account | None = None
    contact: Words = Field(default_factory=dict)


class _Theme(_Entry):
    id: Id
    name: Words
    department: str
    keywords: Keywords


class _OtherBody(_Entry):
    id: Id
    name: Words
    link: WebLink
    keywords: Keywords


class _Area(_Entry):
    id: Id
    name: Words
    places: Annotated[tuple[PlaceName, ...], Field(min_length=1)]


class _Official(_Entry):
    account: Account
    title: Words
    departments: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    language: Language | None = None
    name: str = Field("", max_length=80)


class _Chat(_Entry):
    address: ChatAddress
    name: str = Field(min_length=1, max_length=100)
    language: Language
    digest: Cron | None = None
    reminders: bool = False
    closed: bool = False
    themes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    threads: Threads = None
    restrict: bool = False


class _Digests(_Entry):
    preview_hours: int = Field(0, ge=0, le=72)
    preview_to: Home | None = None
    unless_released: Literal["send", "hold"] = "send"
    nothing_new: Literal["nothing", "line"] = "nothing"


class _Subscriptions(_Entry):
    at: Clock = time(16)
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "thu"


class _Template(_Entry):
    id: Id
    name: Words
    text: Words
    departments: tuple[str, ...] = ()


class _QuestionLimits(_Entry):
    a_day: int = Field(5, ge=1, le=1000)
    open: int = Field(3, ge=1, le=50)


class _Rule(_Entry):
    id: Id
    name: Words
    text: Words


class _Moderation(_Entry):
    channel: Home | None = None
    duty: tuple[Account, ...] = ()
    rules: tuple[_Rule, ...] = ()
    look: dict[ItemKind, Look] = Field(default_factory=dict)
    words: Keywords = Field(default_factory=dict)
    links: tuple[HostName, ...] = ()
    decides: dict[Check, Id] = Field(default_factory=dict)
    reports: int = Field(3, ge=2, le=100)


class _File(_Entry):
    name: Words
    timezone: Zone
    language: Language
    parts: frozenset[Part]
    departments: Annotated[tuple[_Department, ...], Field(min_length=1)]
    themes: tuple[_Theme, ...] = ()
    officials: tuple[_Official, ...] = ()
    chats: tuple[_Chat, ...] = ()
    general_desk: str
    others: tuple[_OtherBody, ...] = ()
    areas: tuple[_Area, ...] = ()
    question_limits: _QuestionLimits = _QuestionLimits()
    reference_prefix: str = Field("K", pattern=r"^[A-Z]{1,6}$")
    privacy: Words = Field(default_factory=dict)
    poll_approval: bool = False
    poll_reminder_hours: int = Field(24, ge=1, le=336)
    staff_sees_hidden_results: bool = False
    digests: _Digests = _Digests()
    subscriptions: _Subscriptions = _Subscriptions()
    broadcast_previews: Annotated[tuple[ChatAddress, ...], Field(max_length=10)] = ()
    quiet_hours: Quiet = (time(21), time(7))
    statement_data: bool = False
    polis_server: WebLink | None = None
    statement_every_hours: int = Field(48, ge=0, le=720)
    country: Country = "FI"
    office_hours: Hours = (time(8), time(16))
    moderation: _Moderation = _Moderation()
    escalation: Home | None = None
    templates: tuple[_Template, ...] = ()
    web: Web = Web()
    webhooks: Annotated[tuple[Hook, ...], Field(max_length=20)] = ()
    desk: Desk = Desk()
    telegram_bot: str = Field("", pattern=r"^([A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9])?$")


def load_city(path: Path, public_url: str = "") -> City:
    """The city of the file. ConfigFault with all that is wrong, each with its path and line."""
    source = read(path)
    faults = [*source.faults, *_references(source), *logo_faults(source, path.parent)]
    try:
        file = _File.model_validate(source.data)
    except ValidationError as error:
        faults += [_fault(source, e) for e in error.errors(include_url=False)]
    if faults:
        raise ConfigFault(sorted(faults, key=source.order))
    web = public_page(file.web, path.parent)
    return replace(_city(file), public_url=public_url, web=web)


def _city(file: _File) -> City:
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
        poll_reminder=timedelta(hours=file.poll_reminder_hours),
        staff_sees_hidden_results=file.staff_sees_hidden_results,
        digests=_digest_rules(file.digests),
        subscriptions=SubscriptionRules(
            file.subscriptions.at, DAYS.index(file.subscriptions.weekday)
        ),
        broadcast_previews=tuple(map(Address.parse, file.broadcast_previews)),
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


def _digest_rules(d: _Digests) -> DigestRules:
    ahead = timedelta(hours=d.preview_hours) if d.preview_hours else None
    to = Address.parse(d.preview_to) if d.preview_to else None
    return DigestRules(ahead, to, d.unless_released == "hold", d.nothing_new == "line")


def _chat(given: _Chat) -> Chat:
    threads = None if given.threads is None else Address.parse(given.threads or given.address)
    return Chat(
        Address.parse(given.address), given.name, given.language, given.digest, given.reminders,
        given.closed, given.themes, given.areas, threads, given.restrict,
    )  # fmt: skip


def _department(d: _Department) -> Department:
    return Department(
        d.id, d.name, Address.parse(d.home), d.days, d.approval, d.duty, d.head, d.contact
    )


def _moderation(m: _Moderation) -> Moderation:
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


def _official(o: _Official) -> Official:
    channel, _, account = o.account.partition(":")
    return Official(channel, account, o.title, o.departments, o.roles, o.language, o.name)


# --- faults ----------------------------------------------------------------------------------

_REMEDIES = {
    "missing": ("is missing.", "config/espoo.yaml shows how it is written."),
    "string_type": ("is not text.", "Put it in quotes."),
    "dict_type": ("is not one text per language.", "Write fi:, sv: and en: under it."),
    "tuple_type": ("is not a list.", "Write one line for each, starting with a dash."),
    "frozen_set_type": ("is not a list.", "Write it as [one, another]."),
    "model_type": ("is not a set of named values.", "config/espoo.yaml shows how it is written."),
    "string_pattern_mismatch": ("cannot be written so.", "See config/espoo.yaml."),
}


def _fault(source: Source, error: Any) -> Fault:
    """pydantic's words, made the city's."""
    place = tuple(x for x in error["loc"] if x != "[key]")
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "kuulolla":
        return source.fault(place, error["msg"], context["remedy"])
    if kind == "extra_forbidden":
        meant = did_you_mean(str(place[-1]), _fields(place[:-1]))
        return source.fault(place, "is not a setting of the city.", meant or "Take it away.")
    if kind in ("literal_error", "enum"):
        remedy = f"Choose {context['expected'].replace(chr(39), '')}."
        return source.fault(place, f"“{given}” is not known.", remedy)
    if kind in _REMEDIES:
        return source.fault(place, *_REMEDIES[kind])
    return source.fault(place, f"{error['msg']}.", "config/espoo.yaml shows how it is written.")


def _fields(place: Place) -> list[str]:
    models = {
        "departments": _Department,
        "themes": _Theme,
        "others": _OtherBody,
        "areas": _Area,
        "officials": _Official,
        "chats": _Chat,
        "templates": _Template,
        "question_limits": _QuestionLimits,
        "web": Web,
        "webhooks": Hook,
        "desk": Desk,
        "digests": _Digests,
        "moderation": _Moderation,
        "subscriptions": _Subscriptions,
    }
    return list((models[str(place[0])] if place else _File).model_fields)


def _references(source: Source) -> Iterator[Fault]:
    """What entries say of one another; on the file as it is, so that it is told with the rest."""
    known = source.values("departments", "id")
    departments = [str(id) for id in known.values()]
    mentions = {
        **source.values("themes", "department"),
        **source.members("officials", "departments"),
        **source.members("templates", "departments"),
    }
    if isinstance(desk := source.data.get("general_desk"), str):
        mentions["general_desk",] = desk
    if isinstance(web := source.data.get("web"), dict) and web.get("accessibility_desk"):
        mentions["web", "accessibility_desk"] = web["accessibility_desk"]
    mentions |= source.members("desk", "grants", "departments")
    for place, name in mentions.items():
        if departments and isinstance(name, str) and name not in departments:
            remedy = did_you_mean(name, departments) or f"There are: {', '.join(departments)}."
            yield source.fault(place, f"“{name}” is not a department.", remedy)
    for key in ("themes", "areas"):
        yield from _unknown_in_chats(source, key)
    yield from _unknown_officials(source)
    yield from _unknown_rules(source)
    for name, key in _UNIQUE:
        yield from _twice(source, source.values(name, key))
    yield from _own_language(source)


def _unknown_in_chats(source: Source, key: str) -> Iterator[Fault]:
    """What a chat's round-ups tell of is there."""
    known = [str(x) for x in source.values(key, "id").values()]
    for place, name in source.members("chats", key).items():
        if isinstance(name, str) and name not in known:
            remedy = did_you_mean(name, known) or f"There are: {', '.join(known) or 'none'}."
            yield source.fault(place, f"“{name}” is not one of the {key}.", remedy)


def _unknown_rules(source: Source) -> Iterator[Fault]:
    """What a check rejects by is one of the rules; questions are not shown before a look."""
    given = source.data.get("moderation")
    if not isinstance(given, dict):
        return
    listed = [r.get("id") for r in given.get("rules") or () if isinstance(r, dict)]
    ids = [str(id) for id in listed] or [rule.id for rule in rules.DEFAULTS]
    decides = given.get("decides")
    for check, rule in decides.items() if isinstance(decides, dict) else ():
        if isinstance(rule, str) and rule not in ids:
            remedy = did_you_mean(rule, ids) or f"There are: {', '.join(ids)}."
            place = ("moderation", "decides", check)
            yield source.fault(place, f"“{rule}” is not one of the rules.", remedy)
    look = given.get("look")
    if isinstance(look, dict) and look.get("question") == "after":
        place = ("moderation", "look", "question")
        remedy = "Choose before or reported: officials read every question anyway."
        yield source.fault(place, "is not possible for questions.", remedy)


def _unknown_officials(source: Source) -> Iterator[Fault]:
    """Who is on duty, or the head, is among the officials."""
    accounts = [str(x) for x in source.values("officials", "account").values()]
    named = {**source.values("departments", "head"), **source.members("departments", "duty")}
    moderation = source.data.get("moderation")
    duty = moderation.get("duty") if isinstance(moderation, dict) else None
    if isinstance(duty, list):
        named |= {("moderation", "duty", i): account for i, account in enumerate(duty)}
    for place, account in named.items():
        if isinstance(account, str) and account not in accounts:
            remedy = did_you_mean(account, accounts) or "Add the person to officials."
            yield source.fault(place, f"“{account}” is not an official.", remedy)


_UNIQUE = (
    ("departments", "id"),
    ("themes", "id"),
    ("others", "id"),
    ("areas", "id"),
    ("officials", "account"),
    ("chats", "address"),
    ("templates", "id"),
    ("webhooks", "id"),
)


def _twice(source: Source, values: Mapping[Place, object]) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for place, value in values.items():
        if not isinstance(value, str):
            continue
        if value in first:
            remedy = f"Each is there once; the first is {source.where(first[value])}."
            yield source.fault(place, f"“{value}” is there twice.", remedy)
        first.setdefault(value, place)


_NAMED = ("departments", "themes", "others", "areas")


def _own_language(source: Source) -> Iterator[Fault]:
    """Names have the city's own language at least: it is what the others fall back to."""
    language = source.data.get("language")
    if language not in LANGUAGES:
        return
    names = {("name",): source.data.get("name")}
    kinds = (*((kind, "name") for kind in _NAMED), ("officials", "title"))
    for kind, key in kinds:
        names |= source.values(kind, key)
    names |= source.values("desk", "grants", "title")
    for place, words in names.items():
        if isinstance(words, dict) and not str(words.get(language) or "").strip():
            remedy = f"Write {language}: under it; it is the city's own language."
            yield source.fault(place, f"has no text in {NAMES[language]}.", remedy)


# --- warnings --------------------------------------------------------------------------------


def warnings(city: City) -> list[str]:
    """What works, and is probably not meant."""
    return [*_staffing(city), *_publication(city), *_translations(city), *_keywords(city)]


def _staffing(city: City) -> Iterator[str]:
    if city.has(Part.QUESTIONS):
        for department in city.departments:
            yield from _answering(city, department)
        if silent := [d.id for d in city.departments if not city.contact(d.id)]:
            yield (
                f"No contact for {', '.join(silent)}: who asks about their own case is not told "
                "whom to turn to. Give the general desk one."
            )
    editors = any(o.may_edit() for o in city.officials) or any(
        {Role.EDITOR, Role.ADMIN} & grant.roles for grant in city.sign_in.grants
    )
    if city.has(Part.POLLS) and not editors:
        yield "No official is an editor or an admin: nobody can create polls."
    if city.has(Part.STATEMENTS) and not editors:
        yield "No official is an editor or an admin: nobody can open conversations of statements."
    if rules.in_use(city) and _moderators(city) < 2:
        yield "Fewer than two officials may moderate: nobody can judge an appeal."
    for official in city.officials:
        if not official.departments and not official.roles:
            yield f"Official {official.key} has no department and no role."
    for grant in city.sign_in.grants:
        if not grant.departments and not grant.roles:
            yield f"desk: “{grant.value}” grants no department and no role."


def _moderators(city: City) -> float:
    """How many there are; of those who sign in nobody knows the number."""
    granted = any({Role.MODERATOR, Role.ADMIN} & grant.roles for grant in city.sign_in.grants)
    return inf if granted else sum(map(city.may_moderate, city.officials))


def _answering(city: City, department: Department) -> Iterator[str]:
    """An admin may act everywhere, and looks nowhere: a department has officials of its own."""
    own, name = city.officials_of(department.id), f"Department {department.id}"
    granted = any(department.id in grant.departments for grant in city.sign_in.grants)
    if not own and not granted:
        yield f"{name} has no official: nobody can answer there."
    if department.approval and len(own) == 1 and not granted:
        yield f"{name} has approval on and one official: nobody can approve what they write."
    for key in department.duty:
        official = city.official_by_key(key)
        if official and not official.serves(department.id):
            yield f"{name} has {key} on duty, who is not one of its officials."


def _publication(city: City) -> Iterator[str]:
    if city.has(Part.DIGESTS) and not any(chat.digest for chat in city.chats):
        yield "The part digests is on, and no chat has a digest."
    for chat in city.chats:
        if chat.threads and not city.has(Part.DISCUSSIONS):
            yield f"Chat {chat.address} has threads, and the part discussions is off."
        if chat.restrict and not (chat.threads and chat.address.channel == "telegram"):
            yield f"Chat {chat.address} has restrict: only in Telegram chats with threads it works."
    if not city.has(Part.DIGESTS):
        for chat in city.chats:
            if chat.digest:
                yield f"Chat {chat.address} has a digest, and the part digests is off."
    if city.broadcast_previews and not city.has(Part.BROADCASTS):
        yield "There are broadcast_previews, and the part broadcasts is off."
    if city.has(Part.WEB_VOTING) and not city.has(Part.POLLS, Part.STATEMENTS):
        yield "The part web_voting is on, and polls and statements are off."
    if any(chat.address.channel == "telegram" for chat in city.chats) and not city.telegram_bot:
        yield "telegram_bot is not set: pages and posts have no link to the bot's private chat."


def _translations(city: City) -> Iterator[str]:
    texts = {"name": city.name, "privacy": city.privacy}
    texts |= {f"department {d.id}": d.name for d in city.departments}
    texts |= {f"theme {t.id}": t.name for t in city.themes}
    texts |= {f"other body {o.id}": o.name for o in city.others}
    texts |= {f"area {a.id}": a.name for a in city.areas}
    texts |= {f"template {x.id}": x.text for x in city.templates}
    texts |= {f"rule {x.id}": x.name for x in city.moderation.rules}
    texts |= {f"text of rule {x.id}": x.text for x in city.moderation.rules}
    texts |= {f"official {o.key}": o.title for o in city.officials}
    texts |= {f"desk: title of {g.value}": g.title for g in city.sign_in.grants}
    for place, words in texts.items():
        missing = [NAMES[x] for x in LANGUAGES if x not in words]
        if missing:
            yield f"Not translated ({', '.join(missing)}): {place}."


def _keywords(city: City) -> Iterator[str]:
    named = {f"Theme {t.id}": t.keywords for t in city.themes}
    named |= {f"Other body {o.id}": o.keywords for o in city.others}
    for name, keywords in named.items():
        if not any(keywords.values()):
            yield f"{name} has no keywords: no question is ever recognised as its."
    counted = Counter(
        keyword
        for keywords in named.values()
        for keyword in {k for words in keywords.values() for k in words}
    )
    for keyword, count in counted.items():
        if count > 2:
            yield f"The keyword {keyword} is in {count} themes: it decides little."
