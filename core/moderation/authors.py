"""What residents do about what was written: authors say it otherwise, or appeal; others report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core import clean, markers
from core.desk import Turn
from core.errors import Refusal
from core.model import Finding, Item, ItemState
from core.moderation import desk, rules
from core.moderation.source import Source

REPORTS_A_DAY = 10
REWORDINGS = 3
S = ItemState


def refuse_muted(turn: Turn, place: str) -> None:
    """Refusal where this person may not write there for now."""
    if mute := turn.store.muted(turn.accounts, place, turn.now):
        raise Refusal(
            turn.t(
                "You cannot write here before {time}. The reason: {rule}.",
                time=turn.t.time(mute.until, turn.city.timezone),
                rule=rules.title(turn.city, mute.rule, turn.t),
            )
        )


def own_item(turn: Turn, source: Source, ref: str) -> Item:
    """This person's own; Refusal otherwise."""
    item = turn.store.item(source.kind, ref)
    if item is None or not item.author or item.author not in turn.accounts:
        raise Refusal(turn.t("Only the one who wrote this may do this."))
    return item


def may_reword(source: Source, item: Item) -> bool:
    asked = item.state is S.REWORD or (item.state is S.REJECTED and not item.appeal)
    return source.rewords and asked and item.rewordings < REWORDINGS


def may_appeal(item: Item) -> bool:
    """Once, against a rejection."""
    return bool(item.author) and item.state is S.REJECTED and not item.appeal


def reword(turn: Turn, source: Source, ref: str, text: str, found: Sequence[Finding]) -> Item:
    """The author says it otherwise. It waits for a moderator, whatever the city's way is."""
    item = own_item(turn, source, ref)
    if not may_reword(source, item):
        raise Refusal(turn.t("This cannot be changed any more."))
    refuse_muted(turn, item.place)
    source.rewrite(turn, item, text)
    item = replace(
        item, state=S.WAITING, since=turn.now, found=tuple(found), shown=False,
        rewordings=item.rewordings + 1,
    )  # fmt: skip
    return desk.put_up(turn, source, item)


def appeal(turn: Turn, source: Source, ref: str, words: str) -> Item:
    item = own_item(turn, source, ref)
    if not may_appeal(item):
        raise Refusal(turn.t("You can appeal once, against a rejection."))
    words = clean.lines(words)
    if not 0 < len(words) <= desk.REASON_LIMIT:
        raise Refusal(turn.t("Write why, in 1 to {limit} characters.", limit=desk.REASON_LIMIT))
    words = markers.hide(words)[0]
    return desk.put_up(turn, source, replace(item, state=S.APPEALED, since=turn.now, appeal=words))


def report(turn: Turn, source: Source, ref: str) -> Item:
    """A resident finds that this breaks the rules. Enough different ones hide it until a moderator
    decides; what a moderator has let through after reports stays until they hide it."""
    item = turn.store.item(source.kind, ref)
    if item is None or item.state not in (S.APPROVED, S.WAITING):
        raise Refusal(turn.t("This is gone already."))
    if item.author and item.author in turn.accounts:
        raise Refusal(turn.t("You wrote this yourself. You can take it back."))
    if turn.store.reports_by(turn.accounts, turn.now - timedelta(days=1)) >= REPORTS_A_DAY:
        raise Refusal(turn.t("You can report {n} texts a day.", n=REPORTS_A_DAY))
    if not turn.store.add_report(source.kind, ref, turn.person, turn.now):
        raise Refusal(turn.t("You have reported this already. A moderator looks at it."))
    item = replace(item, reported=item.reported + 1)
    enough = turn.city.moderation.reports
    looked_at = item.reported > enough and item.decided_by is not None
    if looked_at or item.reported < enough or not (item.shown or item.state is S.APPROVED):
        return desk.kept(turn, item)
    source.stop(turn, item, final=False)
    found = (*item.found, Finding("reports", str(item.reported)))
    item = replace(item, state=S.WAITING, since=turn.now, found=found, shown=False)
    desk.tell_author(turn, item)
    return desk.put_up(turn, source, item)
