"""The dialogs in which moderators decide."""

from collections.abc import Sequence

from core import clean
from core.desk import Turn
from core.messages import AnyBlock, Ask, Choice, Form, bold, text
from core.model import Item, ItemState
from core.moderation import desk, rules
from core.moderation.sources import seen
from core.moderation.words import found
from core.texts import plain

PAGE = 10
LABEL = 60


def _form(turn: Turn, item: Item, name: str, submit: str, *fields: AnyBlock) -> Form:
    shown = seen(turn, item)
    quote = (text(clean.short(shown.text, 1000), role="quote"),) if shown else ()
    title = clean.short(shown.about if shown else item.ref, 24)
    return Form(name, title, submit, (*quote, *fields), f"{item.kind}:{item.ref}")


def rule_field(turn: Turn, optional: bool = False) -> Ask:
    given = rules.of(turn.city)
    choices = tuple(Choice(rule.id, plain(rule.name, turn.language)) for rule in given)
    value = "" if optional else choices[0].value
    return Ask("rule", turn.t("Rule"), "choice", value, optional=optional, choices=choices)


def _reason_field(turn: Turn, optional: bool = True) -> Ask:
    label = turn.t("In your own words, for the author")
    return Ask("reason", label, "lines", limit=desk.REASON_LIMIT, optional=optional)


def reject_form(turn: Turn, item: Item) -> Form:
    name = turn.t("Reject")
    return _form(turn, item, "desk_no", name, rule_field(turn), _reason_field(turn))


def reword_form(turn: Turn, item: Item) -> Form:
    fields = (rule_field(turn), _reason_field(turn, optional=False))
    return _form(turn, item, "desk_reword", turn.t("Send"), *fields)


def redact_form(turn: Turn, item: Item) -> Form:
    hint = turn.t("Each on a line of its own, just as they stand in the text.")
    words = Ask("words", turn.t("Words to hide"), "lines", "", hint, desk.REASON_LIMIT)
    return _form(turn, item, "desk_redact", turn.t("Hide and approve"), words)


def mute_form(turn: Turn, item: Item) -> Form:
    t = turn.t
    choices = (Choice("1", t("a day")), Choice("7", t("a week")))
    days = Ask("days", t("For how long"), "choice", "1", choices=choices)
    return _form(turn, item, "desk_mute", t("Mute"), days, rule_field(turn))


def many_form(turn: Turn, state: ItemState, place: str, skip: int) -> Form | None:
    """The next ones of that state, several to decide at once; ``place``: "-" for anywhere. None
    where there are none."""
    t, where = turn.t, None if place == "-" else place
    items = turn.store.items([state], where, PAGE, skip)
    read = [(item, shown) for item in items if (shown := seen(turn, item))]
    if not read:
        return None
    blocks: list[AnyBlock] = []
    for n, (item, shown) in enumerate(read, 1):
        blocks.append(text(bold(f"{n}. {clean.short(shown.about, 80)}")))
        blocks.append(text(clean.short(shown.text, 500), role="quote"))
        notes = [*(f"⚠ {found(t, one)}" for one in item.found), item.reason]
        blocks += [text(note, role="note") for note in notes if note]
    choices = tuple(
        Choice(f"{item.kind}:{item.ref}", f"{n}. {clean.short(shown.text, LABEL)}")
        for n, (item, shown) in enumerate(read, 1)
    )
    blocks += _decisions(turn, state, choices)
    title = t("Moderation")
    carried = f"{state}:{place}:{skip}"
    return Form("desk_many", title, t("Save"), tuple(blocks), carried)


def _decisions(turn: Turn, state: ItemState, choices: Sequence[Choice]) -> list[AnyBlock]:
    t, made, given = turn.t, list[AnyBlock](), tuple(choices)
    if state is not ItemState.APPROVED:
        made.append(Ask("approve", t("Approve"), "choices", optional=True, choices=given))
    if state is not ItemState.REJECTED:
        made.append(Ask("reject", t("Reject"), "choices", optional=True, choices=given))
        made += [rule_field(turn), _reason_field(turn)]
    return made
