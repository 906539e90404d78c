"""What people press and fill in to answer a poll that takes more than one press."""

from collections.abc import Callable, Mapping

from core.actions import number
from core.answers import MOST_POINTS, Kind, points, ranking, several
from core.city import Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Choice, Form, Reply, text
from core.model import Poll
from core.polls import ballots, life, marking
from core.polls.ballots import Sheet
from core.polls.buttons import order
from core.polls.own import shown_again
from core.polls.wording import full, how, in_words, missing
from core.texts import pick, plain

FORMS_IN = frozenset({"slack", "teams"})
"""Channels where a form opens at a press; elsewhere one answers in a message or on a page."""


def tick(turn: Turn, id: str, option: str) -> Reply:
    """Chooses an option or takes it off; in a ranking, puts it next."""
    i = number(option)
    kinds = (Kind.SEVERAL, Kind.RANKING)
    return _marked(turn, id, lambda s: marking.tick(s.box.paper, s.marks, i), *kinds)


def undo(turn: Turn, id: str) -> Reply:
    return _marked(turn, id, lambda s: marking.undo(s.marks), Kind.RANKING)


def give(turn: Turn, id: str, option: str, more: str) -> Reply:
    """A point to an option (``more`` is 1), or from it."""
    i, change = number(option), 1 if number(more) else -1
    return _marked(turn, id, lambda s: marking.give(s.box.paper, s.marks, i, change), Kind.POINTS)


def _marked(turn: Turn, id: str, change: Callable[[Sheet], int], *kinds: Kind) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id))
    if poll.kind not in kinds:
        raise Refusal(turn.t("There is no such poll."))
    sheet = ballots.sheet(turn, poll)
    try:
        marks = change(sheet)
    except marking.Full:
        raise Refusal(full(turn.t, poll.paper)) from None
    counted = ballots.keep(turn, sheet, marks)
    said = _counted(turn, poll, marks) if counted else ""
    return shown_again(turn, poll, said or missing(turn.t, poll.paper, marks, bool(sheet.ballot)))


def _counted(turn: Turn, poll: Poll, marks: int) -> str:
    mine = in_words(turn.t, poll.paper, poll.options, marks)
    return turn.t("Your vote is counted: {option}.", option=mine)


# --- a whole ballot at once ------------------------------------------------------------------


def ballot(turn: Turn, id: str) -> Reply:
    """The way to a ballot of one's own: a form, or a message in a private chat."""
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id))
    sheet = ballots.sheet(turn, poll)
    if turn.who.channel in FORMS_IN:
        return Reply(form=ballot_form(turn, poll, sheet.marks), fleeting=True)
    if not turn.private:
        return Reply(turn.t("Open the poll by the link under it: your answer is for you alone."))
    return shown_again(turn, poll)


def ballot_form(turn: Turn, poll: Poll, marks: int) -> Form:
    t = turn.t
    question = pick(poll.question, t.language)
    blocks: list[AnyBlock] = [text(question)]
    if rule := how(t, poll.paper):
        blocks.append(text(rule, role="note"))
    blocks += ballot_fields(turn, poll, marks)
    return Form("ballot", t("Your answer"), t("Vote"), tuple(blocks), str(poll.id))


def ballot_fields(turn: Turn, poll: Poll, marks: int) -> list[Ask]:
    t, chosen = turn.t, poll.paper.chosen(marks)
    mine = order(poll, turn.person)
    choices = tuple(Choice(str(i), plain(poll.options[i], t.language)) for i in mine)
    match poll.kind:
        case Kind.SEVERAL:
            value = " ".join(map(str, chosen))
            return [Ask("answer", t("Your choices"), "choices", value, choices=choices)]
        case Kind.POINTS:
            given = poll.paper.support(marks)
            return [
                Ask(
                    f"points_{c.value}",
                    c.label,
                    value=str(given[int(c.value)]),
                    limit=2,
                    optional=True,
                )
                for c in choices
            ]
        case Kind.RANKING:
            return [_place(turn, poll, place, chosen, choices) for place in range(poll.most)]
    value = str(marks) if poll.paper.takes(marks) else ""
    return [Ask("answer", t("Your choice"), "choice", value, choices=choices)]


def _place(
    turn: Turn, poll: Poll, place: int, chosen: list[int], choices: tuple[Choice, ...]
) -> Ask:
    value = str(chosen[place]) if place < len(chosen) else "-"
    needed = place < poll.least
    more = choices if needed and chosen else (Choice("-", "–"), *choices)
    label = turn.t("Choice {n}", n=place + 1)
    return Ask(f"place_{place}", label, "choice", value, choices=more, optional=not needed)


def submit_ballot(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(state))
    sheet = ballots.sheet(turn, poll)
    answer = read_ballot(turn, poll, fields)
    ballots.keep(turn, sheet, answer)
    return Reply(_counted(turn, poll, answer), secret=True)


def read_ballot(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> int:
    """The answer that the form gives. Invalid where it is none."""
    readers = {Kind.POINTS: _read_points, Kind.RANKING: _read_ranking}
    answer = readers.get(poll.kind, _read_choice)(turn, poll, fields)
    if poll.paper.takes(answer):
        return answer
    raise Invalid({_first_field(poll): _fault(turn, poll)})


def _first_field(poll: Poll) -> str:
    return {Kind.POINTS: "points_0", Kind.RANKING: "place_0"}.get(poll.kind, "answer")


def _fault(turn: Turn, poll: Poll) -> str:
    return how(turn.t, poll.paper) or turn.t("Choose one of the list.")


def _read_choice(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> int:
    options = fields.get("answer", "").split()
    if not all(_is_option(poll, words) for words in options):
        raise Invalid({"answer": turn.t("Choose one of the list.")})
    if poll.kind is Kind.SEVERAL:
        return several(map(int, options))
    return int(options[0]) if len(options) == 1 else -1


def _is_option(poll: Poll, words: str) -> bool:
    short = words.isascii() and words.isdigit() and len(words) < 3
    return short and int(words) < poll.paper.size


def _read_points(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> int:
    given, faults = [], {}
    for i in range(poll.paper.size):
        words = fields.get(f"points_{i}", "").strip() or "0"
        good = words.isascii() and words.isdigit() and len(words) < 3 and int(words) <= MOST_POINTS
        if not good:
            faults[f"points_{i}"] = turn.t("Write a number from 0 to {most}.", most=poll.most)
        given.append(int(words) if good else 0)
    if faults:
        raise Invalid(faults)
    return points(given)


def _read_ranking(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> int:
    """Places left empty are passed over: what follows moves up."""
    found: list[int] = []
    for place in range(poll.most):
        words = fields.get(f"place_{place}", "-").strip() or "-"
        if words == "-":
            continue
        name = f"place_{place}"
        if not _is_option(poll, words):
            raise Invalid({name: turn.t("Choose one of the list.")})
        if int(words) in found:
            raise Invalid({name: turn.t("You have ranked this one already.")})
        found.append(int(words))
    return ranking(found)


BUTTONS: dict[str, Callable[..., Reply]] = {
    "tick": tick,
    "undo": undo,
    "give": give,
    "ballot": ballot,
}
FORMS: dict[str, Callable[..., Reply]] = {"ballot": submit_ballot}
