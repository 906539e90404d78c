"""The moderation desk: what comes to it, and what moderators do. Moderators never edit a
resident's words: they let them be shown, hide them, hide personal data in them, or ask."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core import clean, deadlines, markers
from core.city import City, Look
from core.desk import Desk, Turn
from core.errors import Invalid, Refusal
from core.model import (
    Finding,
    Item,
    ItemState,
    Judgement,
    Mute,
    Outcome,
    Show,
)
from core.moderation import rules
from core.moderation.source import Source
from core.people import PULLED
from core.texts import plain

CITY = "city"
"""Who decided, where it was a check that the city lets decide."""
CLAIMED = timedelta(minutes=30)
"""How long an item is its moderator's alone."""
CARDS = 10
"""While more wait, new items get no cards of their own: the board leads to them."""
REASON_LIMIT = 600
TEXT_LIMIT = 2000
MUTES = {1: timedelta(days=1), 7: timedelta(days=7)}
S = ItemState


# --- what comes in -------------------------------------------------------------------------------


def submit(
    turn: Turn,
    source: Source,
    ref: str,
    place: str,
    found: Sequence[Finding] = (),
    look: Look | None = None,
) -> Item:
    """Something new, or changed by its author: let through, rejected by a check that the city
    lets decide, or waiting for a moderator. The text is kept already, hidden from others."""
    if turn.private and turn.who.channel not in PULLED:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    known = turn.store.item(source.kind, ref)
    look = look or rules.look(turn.city, source.kind)
    item = Item(
        source.kind,
        ref,
        place,
        turn.language,
        turn.now,
        author=turn.resident,
        channel=turn.who.channel,
        found=tuple(found),
        rewordings=known.rewordings if known else 0,
        shown=look is not Look.BEFORE,
    )
    if decided := decides(turn.city, found):
        item = _judged(turn, source, item, Outcome.REJECTED, CITY, decided)
        source.stop(turn, item, final=True)
        tell_author(turn, item)
        return item
    if item.shown:
        source.release(turn, item)
    if look is Look.REPORTED:
        return kept(turn, replace(item, state=S.APPROVED))
    return put_up(turn, source, item)


def decides(city: City, found: Sequence[Finding]) -> str:
    """The rule by which a check rejects, "" where none does."""
    allowed = (city.moderation.decides.get(one.check, "") for one in found)
    return next((rule for rule in allowed if rules.find(city, rule)), "")


def put_up(desk: Desk, source: Source, item: Item) -> Item:
    """On the desk: a card of its own while few wait, and the board."""
    room = source.cards and not desk.store.waits(CARDS)
    kept(desk, item)
    home, language = desk.city.moderators.home, desk.city.language
    if room:
        show = Show("item_card", {"kind": item.kind, "ref": item.ref})
        dedupe = f"{item.subject}@{desk.now.isoformat()}"
        desk.publish(home, show, language, item.subject, dedupe=dedupe)
    post_board(desk)
    return item


def post_board(desk: Desk) -> None:
    """One a day, kept up to date."""
    day = deadlines.local(desk.city, desk.now).date().isoformat()
    home = desk.city.moderators.home
    show = Show("desk_board", {"day": day})
    desk.publish(home, show, desk.city.language, "desk", dedupe=f"desk:{day}@{home}")


def kept(desk: Desk, item: Item) -> Item:
    """What waits keeps its place; its card and the board show what it says now."""
    desk.store.put_item(item)
    desk.touch(item.subject, "desk")
    return item


def withdraw(desk: Desk, source: Source, ref: str) -> None:
    """Its author took it back: nothing of it waits or is shown any more."""
    if item := desk.store.item(source.kind, ref):
        desk.store.drop_item(source.kind, ref)
        desk.touch(item.subject, "desk")


# --- moderators ----------------------------------------------------------------------------------


def moderator(turn: Turn) -> str:
    """The key of the moderator who acts; Refusal for anybody else."""
    official = turn.staff()
    if turn.city.may_moderate(official):
        return official.key
    raise Refusal(turn.t("Only moderators may do this. Ask a moderator or the administrator."))


def taken_by(item: Item, now: datetime) -> str | None:
    """Whose it is for now."""
    if item.claimed_at is None or now > item.claimed_at + CLAIMED:
        return None
    return item.claimed_by


def why_not(turn: Turn, item: Item) -> str:
    """Why this moderator may not decide on the item; "" where they may."""
    t, key = turn.t, moderator(turn)
    if item.author and item.author in turn.accounts:
        return t("You wrote this yourself: another moderator decides.")
    if item.state is S.APPEALED and item.decided_by == key:
        return t("The appeal is against your decision: another moderator decides.")
    holder = taken_by(item, turn.now)
    if holder not in (None, key):
        who = turn.city.official_by_key(holder)
        title = plain(who.title, turn.language) if who else str(holder)
        return t("{who} has taken this already.", who=title)
    return ""


def held(turn: Turn, source: Source, ref: str, *states: ItemState) -> Item:
    """An item in one of these states that this moderator may decide on; Refusal otherwise."""
    moderator(turn)
    item = turn.store.item(source.kind, ref)
    if item is None:
        raise Refusal(turn.t("This is gone: its author took it back or changed it."))
    if fault := why_not(turn, item):
        raise Refusal(fault)
    if item.state not in states:
        raise Refusal(turn.t("This has been decided already."))
    return item


def claim(turn: Turn, source: Source, ref: str) -> Item:
    item = held(turn, source, ref, S.WAITING, S.APPEALED)
    key = moderator(turn)
    if taken_by(item, turn.now) == key:
        raise Refusal(turn.t("You have this already."))
    return kept(turn, replace(item, claimed_by=key, claimed_at=turn.now))


def approve(turn: Turn, source: Source, ref: str) -> Item:
    """Others may read it; of an appeal: the rejection is overturned."""
    item = held(turn, source, ref, S.WAITING, S.APPEALED, S.REWORD, S.REJECTED)
    appealed = item.state is S.APPEALED
    outcome = Outcome.OVERTURNED if appealed else Outcome.APPROVED
    item = _judged(turn, source, item, outcome, moderator(turn))
    source.release(turn, item)
    if appealed or not (item.shown or source.secret):
        tell_author(turn, item)
    return item


def reject(turn: Turn, source: Source, ref: str, rule: str, reason: str) -> Item:
    """Hidden for good, unless an appeal is granted; of an appeal: the rejection stays."""
    rule, reason = check_reason(turn, rule, reason)
    item = held(turn, source, ref, S.WAITING, S.APPEALED, S.REWORD, *_recalled(source))
    upheld = item.state is S.APPEALED
    outcome = Outcome.UPHELD if upheld else Outcome.REJECTED
    item = _judged(turn, source, item, outcome, moderator(turn), rule, reason)
    if not upheld:
        source.stop(turn, item, final=True)
    tell_author(turn, item)
    return item


def _recalled(source: Source) -> list[ItemState]:
    """What was let through may be stopped later, or not."""
    return [S.APPROVED] if source.recalls else []


def ask_to_reword(turn: Turn, source: Source, ref: str, rule: str, reason: str) -> Item:
    """Its author may say it otherwise; nobody sees it meanwhile."""
    if not source.rewords:
        raise Refusal(turn.t("Its author cannot be asked."))
    rule, reason = check_reason(turn, rule, reason, must=True)
    item = held(turn, source, ref, S.WAITING, *_recalled(source))
    if not item.author:
        raise Refusal(turn.t("Its author cannot be asked."))
    item = _judged(turn, source, item, Outcome.REWORD, moderator(turn), rule, reason)
    source.stop(turn, item, final=False)
    tell_author(turn, item)
    return item


def redact(turn: Turn, source: Source, ref: str, words: str) -> Item:
    """Approved, without these words, each on a line of its own."""
    item = held(turn, source, ref, S.WAITING, S.APPROVED)
    seen = source.seen(turn, item)
    text = seen.text if seen else ""
    shown = markers.shown(text, turn.t)
    lines = [line for x in words.splitlines() if (line := clean.line(x))]
    missing = [line for line in lines if line not in text or len(line) < 2]
    if not lines or missing:
        what = clean.short(missing[0] if missing else shown, 80)
        raise Invalid({"words": turn.t("These words are not in the text: {words}", words=what)})
    for line in sorted(lines, key=len, reverse=True):
        text = markers.cover(text, line)
    source.rewrite(turn, item, text)
    item = _judged(turn, source, item, Outcome.REDACTED, moderator(turn), "")
    source.release(turn, item)
    tell_author(turn, item)
    return item


def mute(turn: Turn, source: Source, ref: str, days: int, rule: str) -> Item:
    """The author of this cannot write here for a while."""
    item = held(turn, source, ref, *S)
    if not item.author:
        raise Refusal(turn.t("Its author is not known any more."))
    if days not in MUTES or rules.find(turn.city, rule) is None:
        raise Invalid({"rule": turn.t("Choose one of the list.")})
    turn.store.mute(Mute(item.author, item.place, turn.now + MUTES[days], rule))
    source.muted(turn, item, turn.now + MUTES[days])
    made = Judgement(turn.now, item.kind, Outcome.MUTED, rule, moderator(turn))
    turn.store.add_judgement(made)
    until = (turn.now + MUTES[days]).isoformat()
    show = Show("muted", {"rule": rule, "until": until})
    _tell(turn, item, show, "muted")
    return item


def escalate(turn: Turn, source: Source, ref: str) -> Item:
    """To somebody with more say: the item is free again, and told of where escalations go."""
    item = held(turn, source, ref, S.WAITING, S.APPEALED)
    if item.escalated:
        raise Refusal(turn.t("This has been passed on already."))
    item = kept(turn, replace(item, escalated=True, claimed_by=None, claimed_at=None))
    to = turn.city.escalation or turn.city.moderators.home
    show = Show("item_card", {"kind": item.kind, "ref": item.ref})
    turn.publish(to, show, turn.city.language, item.subject)
    return item


def check_reason(turn: Turn, rule: str, reason: str, must: bool = False) -> tuple[str, str]:
    """One of the published rules, and the moderator's own words; Invalid, field by field."""
    errors, reason = {}, clean.lines(reason)
    if rules.find(turn.city, rule) is None:
        errors["rule"] = turn.t("Choose one of the list.")
    if len(reason) > REASON_LIMIT:
        errors["reason"] = turn.t("At most {limit} characters.", limit=REASON_LIMIT)
    if must and not reason:
        errors["reason"] = turn.t("Write this for the resident.")
    if errors:
        raise Invalid(errors)
    return rule, reason


_AFTER = {
    Outcome.APPROVED: S.APPROVED,
    Outcome.OVERTURNED: S.APPROVED,
    Outcome.REDACTED: S.APPROVED,
    Outcome.REWORD: S.REWORD,
    Outcome.REJECTED: S.REJECTED,
    Outcome.UPHELD: S.REJECTED,
}


def _judged(
    desk: Desk,
    source: Source,
    item: Item,
    outcome: Outcome,
    by: str,
    rule: str = "",
    reason: str = "",
) -> Item:
    """Decided, logged, shown on every card. An appeal's outcome stands beside the rejection."""
    waited = None if source.secret else (desk.now - item.since).total_seconds()
    made = Judgement(desk.now, item.kind, outcome, rule, by, waited)
    number = item.judgement
    if outcome in (Outcome.UPHELD, Outcome.OVERTURNED):
        if number is not None:
            desk.store.settle_appeal(number, outcome)
    else:
        number = desk.store.add_judgement(made)
    return kept(
        desk,
        replace(
            item,
            state=_AFTER[outcome],
            since=desk.now,
            decided_by=by,
            rule=rule,
            reason=reason,
            judgement=number,
            found=tuple(one for one in item.found if one.check != "name"),  # it was for deciding
            claimed_by=None,
            claimed_at=None,
            escalated=False,
        ),
    )


def tell_author(desk: Desk, item: Item) -> None:
    """At once, in their language: what was decided, by which rule, and why."""
    show = Show("moderated", {"kind": item.kind, "ref": item.ref})
    _tell(desk, item, show, f"{item.state}{'again' if item.appeal else ''}")


def _tell(desk: Desk, item: Item, show: Show, why: str) -> None:
    """By a name that finds it again: of answers in words it is taken back when the poll closes."""
    name = f"moderated:{item.kind}.{item.ref}@{desk.now.isoformat()}{why}"
    desk.tell_resident(item.channel, item.author, show, item.language, name)
