"""The editor's form of a new poll: what it asks, and how it is checked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from core import clean
from core.answers import MOST_OPTIONS, MOST_POINTS, ONE, Kind
from core.city import City
from core.desk import Turn
from core.errors import Invalid
from core.events import Address
from core.messages import Ask, Choice, Form
from core.model import PollDraft, Shows, Voters
from core.polls import extras, pictures
from core.scene import IN
from core.texts import LANGUAGES, Localized, Texts, plain, texts

QUESTION_LIMIT = 300
OPTION_LIMIT = 80
STEPS = 5
WEEKLY, MONTHLY = "weekly", "monthly"
YES_NO: tuple[Callable[[Texts], str], ...] = (
    lambda t: t("Yes"),
    lambda t: t("No"),
    lambda t: t("Can't say"),
)
AMOUNTS: dict[Kind, Callable[[int], tuple[int, int, int]]] = {
    Kind.SEVERAL: lambda size: (1, size, size),
    Kind.RANKING: lambda size: (1, size, size),
    Kind.POINTS: lambda size: (2, MOST_POINTS, 10),
}
"""Of a kind's ``most``, by the number of options: fewest, largest, and what it usually is."""
Value = TypeVar("Value", bound=StrEnum)


def poll_form(turn: Turn) -> Form:
    """A new poll: its kind, question and options per language, where, when, and when results
    show."""
    t = turn.t
    fields = [Ask("kind", t("Kind"), "choice", Kind.SINGLE, choices=kinds(t))]
    for x in LANGUAGES:
        name, extra = IN[x](t), x != turn.city.language
        label = t("Question {in_language}", in_language=name)
        fields.append(Ask(f"question_{x}", label, limit=QUESTION_LIMIT, optional=extra))
        label = t("Options {in_language}", in_language=name)
        hint = t("One on each line, in the same order in every language.")
        if not extra:
            hint += " " + t("Yes or no, own words: leave empty. Scale: the words of its ends.")
        fields.append(Ask(f"options_{x}", label, "lines", hint=hint, limit=1200, optional=True))
    fields += _rules(t)
    fields.append(extras.field(t, turn.city.option_pictures))
    chats = tuple(Choice(str(c.address), c.name) for c in turn.city.chats)
    fields.append(Ask("chats", t("Post in"), "choices", optional=True, choices=chats))
    fields.append(Ask("opens", t("Opens"), "time", hint=t("Empty: at once"), optional=True))
    closes_hint = t("Empty: when an editor closes it")
    fields.append(Ask("closes", t("Closes"), "time", hint=closes_hint, optional=True))
    fields.append(Ask("shows", t("Results show"), "choice", Shows.ALWAYS, choices=_shows(t)))
    fields += _who_may(turn)
    changes = (Choice("open", t("until the poll closes")), Choice("final", t("never: it is final")))
    fields.append(Ask("change", t("A vote may be changed"), "choice", "open", choices=changes))
    return Form("poll", t("New poll"), t("Create"), tuple(fields))


def kinds(t: Texts) -> tuple[Choice, ...]:
    return (
        Choice(Kind.SINGLE, t("one choice")),
        Choice(Kind.SEVERAL, t("several choices")),
        Choice(Kind.YES_NO, t("yes, no or can't say")),
        Choice(Kind.SCALE, t("scale from 1 to 5")),
        Choice(Kind.POINTS, t("points to spread")),
        Choice(Kind.RANKING, t("options in order")),
        Choice(Kind.WORDS, t("own words")),
    )


def _rules(t: Texts) -> list[Ask]:
    order = (Choice("given", t("as written")), Choice("random", t("each person's own")))
    least = t("Several choices or an order: how many options at least.")
    most = t("Several choices: how many at most. Points: how many.")
    return [
        Ask("least", t("At least"), hint=least, limit=3, optional=True),
        Ask("most", t("At most"), hint=most, limit=3, optional=True),
        Ask("order", t("Order of the options"), "choice", "given", choices=order),
    ]


def _shows(t: Texts) -> tuple[Choice, ...]:
    return (
        Choice(Shows.ALWAYS, t("all the time")),
        Choice(Shows.AFTER_VOTE, t("to those who have voted")),
        Choice(Shows.AFTER_CLOSE, t("when the poll has closed")),
    )


def _who_may(turn: Turn) -> list[Ask]:
    """As far as the city file has what it takes."""
    t = turn.t
    closed = any(chat.closed for chat in turn.city.chats)
    areas = tuple(Choice(a.id, plain(a.name, t.language)) for a in turn.city.areas)
    who = [
        Choice(Voters.ANYONE, t("everybody")),
        Choice(Voters.CODE, t("who has a code from paper or mail")),
        *([Choice(Voters.CHATS, t("members of its chats, which are closed"))] if closed else []),
        *([Choice(Voters.AREAS, t("residents of areas, by their own word"))] if areas else []),
    ]
    asked = [Ask("voters", t("Who may vote"), "choice", Voters.ANYONE, choices=tuple(who))]
    if areas:
        asked.append(Ask("areas", t("Areas"), "choices", optional=True, choices=areas))
    return asked


def names(turn: Turn) -> frozenset[str]:
    """Of all fields that a plan keeps."""
    asked = {one.name for one in poll_form(turn).blocks if isinstance(one, Ask)}
    return frozenset({*asked, "repeats"})


def read_draft(
    city: City,
    t: Texts,
    fields: Mapping[str, str],
    created_by: str,
    now: datetime,
    find: pictures.Find,
) -> PollDraft:
    """Checks the form of a new poll. Invalid names every faulty field."""
    errors: dict[str, str] = {}
    kind = one_of(t, fields, "kind", Kind, Kind.SINGLE, errors)
    question = _questions(t, fields, errors)
    options = read_options(t, kind, fields, question, errors)
    least, most = _amounts(t, kind, len(options), fields, errors)
    more = extras.read(t, city.language, fields.get("extras", ""), len(options), find, errors)
    order = fields.get("order", "given")
    if order not in ("given", "random"):
        errors["order"] = t("Choose one of the list.")
    final = _final(t, kind, fields, errors)
    opens = moment(city, t, fields, "opens", errors) or now
    closes = moment(city, t, fields, "closes", errors)
    if closes and closes <= max(opens, now):
        errors.setdefault("closes", t("The poll would close before it opens."))
    shows = one_of(t, fields, "shows", Shows, Shows.ALWAYS, errors)
    chats = chats_of(city, t, fields, errors)
    voters = one_of(t, fields, "voters", Voters, Voters.ANYONE, errors)
    areas = _areas(city, t, fields, voters, errors)
    _members(city, t, chats, voters, errors)
    if errors:
        raise Invalid(errors)
    return PollDraft(
        question,
        options,
        shows,
        opens,
        closes,
        chats,
        created_by,
        kind=kind,
        least=least,
        most=most,
        shuffled=order == "random",
        extras=more,
        final=final,
        voters=voters,
        areas=areas,
    )


def _areas(
    city: City, t: Texts, fields: Mapping[str, str], voters: Voters, errors: dict[str, str]
) -> tuple[str, ...]:
    if voters is not Voters.AREAS:
        return ()
    wanted = tuple(dict.fromkeys(fields.get("areas", "").split()))
    if not wanted or any(city.area(id) is None for id in wanted):
        errors["areas"] = t("Choose the areas whose residents vote.")
    return wanted


def _members(
    city: City,
    t: Texts,
    chats: Sequence[Address],
    voters: Voters,
    errors: dict[str, str],
) -> None:
    """Whoever finds an open chat could press there without being its member."""
    if voters is not Voters.CHATS:
        return
    if not chats or not all((chat := city.chat(a)) and chat.closed for a in chats):
        told = t("Choose closed chats only: in others those who are no members could vote as well.")
        errors.setdefault("chats", told)


def _final(t: Texts, kind: Kind, fields: Mapping[str, str], errors: dict[str, str]) -> bool:
    """Where one press is the whole vote: of several, the first would be final already."""
    change = fields.get("change") or "open"
    if change not in ("open", "final"):
        errors["change"] = t("Choose one of the list.")
    elif change == "final" and kind not in (*ONE, Kind.WORDS):
        errors["change"] = t("Only a vote for one option, or in own words, can be final.")
    return change == "final"


def one_of(
    t: Texts,
    fields: Mapping[str, str],
    name: str,
    values: type[Value],
    usual: Value,
    errors: dict[str, str],
) -> Value:
    try:
        return values(fields.get(name) or usual)
    except ValueError:
        errors[name] = t("Choose one of the list.")
        return usual


def _amounts(
    t: Texts, kind: Kind, size: int, fields: Mapping[str, str], errors: dict[str, str]
) -> tuple[int, int]:
    """Least and most of a `Paper`, where its kind has them."""
    if kind not in AMOUNTS:
        return 1, 1
    floor, ceiling, usual = AMOUNTS[kind](size)
    most = _amount(t, fields, "most", floor, ceiling, usual, errors)
    top = most if kind in (Kind.SEVERAL, Kind.RANKING) else 1
    return _amount(t, fields, "least", 1, top, 1, errors), most


def _amount(
    t: Texts,
    fields: Mapping[str, str],
    name: str,
    floor: int,
    ceiling: int,
    usual: int,
    errors: dict[str, str],
) -> int:
    words = fields.get(name, "").strip()
    if not words:
        return usual
    if words.isascii() and words.isdigit() and len(words) < 4 and floor <= int(words) <= ceiling:
        return int(words)
    errors[name] = t("Write a number from {least} to {most}.", least=floor, most=ceiling)
    return usual


def _questions(t: Texts, fields: Mapping[str, str], errors: dict[str, str]) -> Localized:
    written = {x: clean.line(fields.get(f"question_{x}", "")) for x in LANGUAGES}
    question = {x: words for x, words in written.items() if words}
    for language, words in question.items():
        if len(words) > QUESTION_LIMIT:
            errors[f"question_{language}"] = t("At most {limit} characters.", limit=QUESTION_LIMIT)
    if not question:
        errors["question_fi"] = t("Write the question in one language at least.")
    return question


def read_options(
    t: Texts,
    kind: Kind,
    fields: Mapping[str, str],
    question: Localized,
    errors: dict[str, str],
) -> tuple[Localized, ...]:
    """Those that the editor wrote, or those that the kind brings along."""
    match kind:
        case Kind.YES_NO:
            return tuple({x: say(texts(x)) for x in question} for say in YES_NO)
        case Kind.WORDS:
            return ()
        case Kind.SCALE:
            ends = _columns(t, fields, question, errors, _scale_fault)
            return tuple({x: _step(i, ends.get(x, [])) for x in question} for i in range(STEPS))
    columns = _columns(t, fields, question, errors, _fault_of)
    size = min(map(len, columns.values()), default=0)
    return tuple({x: columns[x][i] for x in columns} for i in range(size))


def _columns(
    t: Texts,
    fields: Mapping[str, str],
    question: Localized,
    errors: dict[str, str],
    fault_of: Callable[[Texts, Sequence[str]], str | None],
) -> dict[str, list[str]]:
    """The lines of each language's options, as many in each."""
    columns: dict[str, list[str]] = {}
    for language in LANGUAGES:
        name = f"options_{language}"
        options = [x for x in map(clean.line, fields.get(name, "").splitlines()) if x]
        if options and language not in question:
            errors[f"question_{language}"] = t("The options are here, the question is missing.")
        elif language in question:
            columns[language] = options
            if fault := fault_of(t, options):
                errors[name] = fault
    if len(set(map(len, columns.values()))) > 1 and not errors:
        last = list(columns)[-1]
        errors[f"options_{last}"] = t("Give the same number of options in every language.")
    return columns


def _step(i: int, words: Sequence[str]) -> str:
    """``1``, ``1: not at all``; ``words`` are those of both ends, of every step, or none."""
    said = words[i] if len(words) == STEPS else {0: 0, STEPS - 1: -1}.get(i)
    if isinstance(said, int):
        said = words[said] if words else ""
    return f"{i + 1}: {said}" if said else str(i + 1)


def _scale_fault(t: Texts, words: Sequence[str]) -> str | None:
    if len(words) not in (0, 2, STEPS):
        return t("Give words for both ends of the scale, for all five steps, or none.")
    return _too_long(t, words)


def _fault_of(t: Texts, options: Sequence[str]) -> str | None:
    if not 2 <= len(options) <= MOST_OPTIONS:
        return t("Give 2 to {most} options, one on each line.", most=MOST_OPTIONS)
    if len({x.casefold() for x in options}) < len(options):
        return t("The same option is there twice.")
    return _too_long(t, options)


def _too_long(t: Texts, options: Sequence[str]) -> str | None:
    if any(len(x) > OPTION_LIMIT for x in options):
        return t("An option has at most {limit} characters.", limit=OPTION_LIMIT)
    return None


def moment(
    city: City, t: Texts, fields: Mapping[str, str], name: str, errors: dict[str, str]
) -> datetime | None:
    """City time ``YYYY-MM-DD HH:MM`` → UTC; None where the field is empty. Of an hour that the
    clocks repeat, the first one is meant."""
    words = fields.get(name, "").strip()
    if not words:
        return None
    try:
        local = datetime.strptime(words, "%Y-%m-%d %H:%M")
    except ValueError:
        errors[name] = t("Write the time as 2026-12-31 16:00.")
        return None
    zone = ZoneInfo(city.timezone)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        errors[name] = t("There is no such time that night: the clocks go forward.")
    return moment


def chats_of(
    city: City, t: Texts, fields: Mapping[str, str], errors: dict[str, str]
) -> tuple[Address, ...]:
    known = {str(chat.address): chat.address for chat in city.chats}
    wanted = fields.get("chats", "").split()
    if any(name not in known for name in wanted):
        errors["chats"] = t("Choose one of the list.")
    return tuple(known[name] for name in dict.fromkeys(wanted) if name in known)
