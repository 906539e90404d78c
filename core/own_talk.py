"""``/mydata``: all that is kept of a person, in their private chat."""

from collections.abc import Callable, Iterable
from typing import Any

from core import clean, commands, own_data
from core.city import Part
from core.desk import Turn
from core.errors import Refusal
from core.links import VOTED
from core.messages import AnyBlock, Facts, Message, Reply, bold, rows, text
from core.scene import button

LISTED, SHORT = 10, 160
SAID: dict[str, Callable[[Turn], str]] = {
    "agree": lambda turn: turn.t("Agree"),
    "disagree": lambda turn: turn.t("Disagree"),
    "pass": lambda turn: turn.t("Pass"),
}


def show(turn: Turn, _: str = "") -> Reply:
    t = turn.t
    if not turn.private:
        raise Refusal(t("Ask for this in the private chat with me."))
    kept = own_data.gather(turn, turn.resident)
    title = t("This is all that the service keeps of you. It knows no name of yours.")
    blocks: list[AnyBlock] = [text(bold(title)), Facts(tuple(_facts(turn, kept)))]
    for name, lines in _lists(turn, kept):
        shown = [f"– {clean.short(line, SHORT)}" for line in lines[:LISTED]]
        if len(lines) > LISTED:
            more = len(lines) - LISTED
            shown.append(t.plural("and {n} more", "and {n} more", more))
        blocks += [text(bold(name)), text("\n".join(shown))] if lines else []
    blocks += [text(note, role="note") for note in _whole(turn)]
    blocks.append(rows(button(t("Erase what is known of me"), "forget")))
    return Reply(message=Message(title, tuple(blocks)), secret=True)


def _facts(turn: Turn, kept: dict[str, Any]) -> list[tuple[str, str]]:
    t = turn.t
    counted = {
        t("Questions that you follow"): kept["follows"],
        t("Polls whose results you are told"): kept["told_the_results_of"],
        t("Comments that you support"): kept["supported_comments"],
        t("Texts that moderators have, or had"): kept["in_moderation"],
        t("Subscriptions"): kept["subscriptions"],
    }
    facts = [
        (t("Pseudonym"), kept["pseudonym"]),
        (t("Linked accounts"), t.number(kept["linked_accounts"])),
        *([(t("Area"), kept["area"])] if kept["area"] else []),
    ]
    return facts + [(name, t.number(len(some))) for name, some in counted.items() if some]


def _lists(turn: Turn, kept: dict[str, Any]) -> Iterable[tuple[str, list[str]]]:
    t = turn.t
    yield t("My questions"), [f"{one['reference']}: {one['text']}" for one in kept["questions"]]
    votes = kept["votes_in_open_polls"]
    yield t("Your votes in open polls"), [f"{one['question']}: {one['vote']}" for one in votes]
    yield t("My comments"), [one["text"] for one in kept["comments"] if one["text"]]
    yield t("My statements"), [one["text"] for one in kept["statements"]]
    said = kept["votes_on_statements"]
    yield (
        t("What you said to statements"),
        [f"{one['statement']}: {SAID[one['vote']](turn)}" for one in said],
    )


def _whole(turn: Turn) -> Iterable[str]:
    """How to have it as a file."""
    page = turn.city.page(f"/{turn.language}/data")
    if page and turn.city.has(Part.WEB_VOTING) and turn.city.has(*VOTED):
        yield turn.t(
            "To take all of it along as a file, link this account with your browser (/{link}) and "
            "open {page}",
            link=commands.name_of("link", turn.language), page=page,
        )  # fmt: skip


COMMANDS: dict[str, Callable[..., Reply]] = {"data": show}
