"""A whole ballot as fields of a form, and back: for channels with forms, and for the page."""

from collections.abc import Mapping

from core.answers import MOST_POINTS, Kind, points, ranking, several
from core.errors import Invalid
from core.messages import Ask, Choice
from core.model import Poll
from core.polls.buttons import order
from core.polls.wording import how
from core.texts import Texts, plain


def ballot_fields(t: Texts, poll: Poll, marks: int, reader: str | None) -> list[Ask]:
    """Filled in with what the reader has marked so far."""
    chosen = poll.paper.chosen(marks)
    choices = tuple(Choice(str(i), plain(poll.options[i], t.language)) for i in order(poll, reader))
    match poll.kind:
        case Kind.SEVERAL:
            value = " ".join(map(str, chosen))
            return [Ask("answer", t("Your choices"), "choices", value, choices=choices)]
        case Kind.POINTS:
            given = {str(i): str(n) for i, n in enumerate(poll.paper.support(marks))}
            return [
                Ask(f"points_{c.value}", c.label, value=given[c.value], limit=2, optional=True)
                for c in choices
            ]
        case Kind.RANKING:
            return [_place(t, poll, place, chosen, choices) for place in range(poll.paper.allowed)]
    value = str(marks) if poll.paper.takes(marks) and not poll.paper.names_gone(marks) else ""
    return [Ask("answer", t("Your choice"), "choice", value, choices=choices)]


def _place(t: Texts, poll: Poll, place: int, chosen: list[int], choices: tuple[Choice, ...]) -> Ask:
    value = str(chosen[place]) if place < len(chosen) else "-"
    label, needed = t("Choice {n}", n=place + 1), place < poll.paper.needed
    more = (Choice("-", "–"), *choices)
    return Ask(f"place_{place}", label, "choice", value, choices=more, optional=not needed)


def read_ballot(t: Texts, poll: Poll, fields: Mapping[str, str]) -> int:
    """The answer that the form gives. Invalid where it is none."""
    match poll.kind:
        case Kind.POINTS:
            first, answer = "points_0", _read_points(t, poll, fields)
        case Kind.RANKING:
            first, answer = "place_0", _read_ranking(t, poll, fields)
        case _:
            first, answer = "answer", _read_choice(t, poll, fields)
    if poll.paper.takes(answer):
        return answer
    raise Invalid({first: how(t, poll.paper) or t("Choose one of the list.")})


def _read_choice(t: Texts, poll: Poll, fields: Mapping[str, str]) -> int:
    options = fields.get("answer", "").split()
    if not all(_is_option(poll, words) for words in options):
        raise Invalid({"answer": t("Choose one of the list.")})
    if poll.kind is Kind.SEVERAL:
        return several(map(int, options))
    return int(options[0]) if len(options) == 1 else -1


def _is_option(poll: Poll, words: str) -> bool:
    short = words.isascii() and words.isdigit() and len(words) < 3
    return short and int(words) < poll.paper.size and int(words) not in poll.withdrawn


def _read_points(t: Texts, poll: Poll, fields: Mapping[str, str]) -> int:
    given, faults = [], {}
    for i in range(poll.paper.size):
        words = fields.get(f"points_{i}", "").strip() or "0"
        good = words.isascii() and words.isdigit() and len(words) < 3 and int(words) <= MOST_POINTS
        if not good:
            faults[f"points_{i}"] = t("Write a number from 0 to {most}.", most=poll.most)
        given.append(int(words) if good else 0)
    if sum(given) > poll.most:
        told = t("You gave {n} points; there are {most} in all.", n=sum(given), most=poll.most)
        faults.setdefault("points_0", told)
    if faults:
        raise Invalid(faults)
    return points(given)


def _read_ranking(t: Texts, poll: Poll, fields: Mapping[str, str]) -> int:
    """Places left empty are passed over: what follows moves up."""
    found: list[int] = []
    for place in range(poll.most):
        name = f"place_{place}"
        words = fields.get(name, "").strip() or "-"
        if words == "-":
            continue
        if not _is_option(poll, words):
            raise Invalid({name: t("Choose one of the list.")})
        if int(words) in found:
            raise Invalid({name: t("You have ranked this one already.")})
        found.append(int(words))
    return ranking(found)
