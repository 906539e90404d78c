"""Quick polls: created by an editor, voted on in any channel, one tally."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from core import clean
from core.actions import decode, number
from core.city import City
from core.desk import Desk, Turn
from core.errors import BadAction, Invalid, Refusal
from core.events import Address
from core.model import (
    Ballot,
    BallotBox,
    Poll,
    PollDraft,
    PollState,
    Show,
    Shows,
    Tally,
)
from core.people import voter
from core.ports import Store, subject
from core.texts import LANGUAGES, Localized, Texts

QUESTION_LIMIT = 300
OPTION_LIMIT = 80
MOST_OPTIONS = 12


# --- voting ----------------------------------------------------------------------------------


class Outcome(Enum):
    """What became of a press on a vote button."""

    COUNTED = auto()
    CLOSED = auto()
    NOT_OPEN = auto()
    GONE = auto()
    NO_OPTION = auto()


class Press(msgspec.Struct, frozen=True):
    """One resident's press: ``at`` is its receipt, ``order`` the platform's own order."""

    poll: int
    option: int
    resident: str
    channel: str
    order: int
    at: datetime


@lru_cache(4096)
def read_vote(action: str) -> tuple[int, int]:
    """Poll and option of a vote button. BadAction where they are not two numbers."""
    _, args = decode(action)
    if len(args) != 2:
        raise BadAction("a vote has a poll and an option")
    return number(args[0]), number(args[1])


def cast(desk: Desk, boxes: Mapping[int, BallotBox], presses: Sequence[Press]) -> list[Outcome]:
    """Counts the presses as a set; outcomes in their order. Being late is decided by receipt."""
    outcomes = [judge(boxes.get(p.poll), p) for p in presses]
    counted = [p for p, o in zip(presses, outcomes, strict=True) if o is Outcome.COUNTED]
    if counted:
        desk.store.put_ballots([_ballot(boxes[p.poll], p) for p in counted])
        desk.touch(*{subject("poll", p.poll) for p in counted})
    return outcomes


def judge(box: BallotBox | None, press: Press) -> Outcome:
    if box is None:
        return Outcome.GONE
    if box.state is PollState.SCHEDULED and press.at < box.opens_at:
        return Outcome.NOT_OPEN
    if box.key is None or (box.closes_at is not None and press.at >= box.closes_at):
        return Outcome.CLOSED
    return Outcome.COUNTED if press.option < len(box.options) else Outcome.NO_OPTION


def _ballot(box: BallotBox, press: Press) -> Ballot:
    assert box.key is not None  # judged COUNTED
    name = voter(box.key, press.resident)
    return Ballot(press.poll, name, press.option, press.channel, press.order, press.at)


def shows_results(poll: Poll | BallotBox, voted: bool = False) -> bool:
    """Whether a reader may see the results now."""
    return (
        poll.state is PollState.CLOSED
        or poll.shows is Shows.ALWAYS
        or (voted and poll.shows is Shows.AFTER_VOTE)
    )


def own_choice(store: Store, poll: Poll, resident: str) -> int | None:
    """The resident's current choice; None where there is none or it can no longer be known."""
    box = store.ballot_boxes({poll.id}).get(poll.id)
    return store.choice(poll.id, voter(box.key, resident)) if box and box.key else None


def tally(store: Store, poll: Poll) -> Tally:
    return store.tallies({poll.id}).get(poll.id) or Tally((0,) * len(poll.options))


# --- life ------------------------------------------------------------------------------------


def find(turn: Turn, id: int) -> Poll:
    """The poll; Refusal where there is none."""
    if poll := turn.store.poll(id):
        return poll
    raise Refusal(turn.t("There is no such poll."))


def create(turn: Turn, fields: Mapping[str, str]) -> Poll:
    """From the editor's form. Invalid with every fault; posted at once where it opens now."""
    editor = turn.editor()
    draft = read_draft(turn.city, turn.t, fields, editor.key, turn.now)
    opens_now = draft.opens_at <= turn.now
    state = PollState.OPEN if opens_now else PollState.SCHEDULED
    poll = turn.store.add_poll(draft, secrets.token_bytes(32), state)
    if opens_now:
        post(turn, poll)
    return poll


def post(desk: Desk, poll: Poll) -> None:
    """Puts the poll in its chats: one poll, the same tally everywhere."""
    for address in poll.chats:
        chat = desk.city.chat(address)
        language = chat.language if chat else desk.city.language
        name = subject("poll", poll.id)
        show = Show("poll", {"id": poll.id})
        desk.publish(address, show, language, name, dedupe=f"{name}@{address}")
    desk.touch(subject("poll", poll.id))


def close(turn: Turn, id: int) -> Poll:
    """An editor closes a poll for good."""
    turn.editor()
    poll = find(turn, id)
    if poll.state is PollState.CLOSED:
        raise Refusal(turn.t("The poll is closed already."))
    _close(turn, poll.id)
    return find(turn, id)


def _close(desk: Desk, id: int) -> None:
    desk.store.close_poll(id, desk.now)
    desk.touch(subject("poll", id))


def due(store: Store, now: datetime) -> bool:
    return bool(store.polls_to_open(now) or store.polls_to_close(now))


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    """Opens and closes what is due. A poll that was missed altogether opens and closes at once."""
    desk = Desk(store, city, now, edit_gaps)
    for id in store.polls_to_open(now):
        store.open_poll(id)
        if poll := store.poll(id):
            post(desk, poll)
    for id in store.polls_to_close(now):
        _close(desk, id)


# --- the editor's form -----------------------------------------------------------------------


def read_draft(
    city: City, t: Texts, fields: Mapping[str, str], created_by: str, now: datetime
) -> PollDraft:
    """Checks the form of a new poll. Invalid names every faulty field."""
    errors: dict[str, str] = {}
    question = _questions(t, fields, errors)
    options = _options(t, fields, question, errors)
    opens = _moment(city, t, fields, "opens", errors) or now
    closes = _moment(city, t, fields, "closes", errors)
    if closes and closes <= max(opens, now):
        errors.setdefault("closes", t("The poll would close before it opens."))
    shows = fields.get("shows", Shows.ALWAYS)
    if shows not in set(Shows):
        errors["shows"] = t("Choose one of the list.")
    chats = _chats(city, t, fields, errors)
    if errors:
        raise Invalid(errors)
    return PollDraft(question, options, Shows(shows), opens, closes, chats, created_by)


def _questions(t: Texts, fields: Mapping[str, str], errors: dict[str, str]) -> Localized:
    written = {x: clean.line(fields.get(f"question_{x}", "")) for x in LANGUAGES}
    question = {x: words for x, words in written.items() if words}
    for language, words in question.items():
        if len(words) > QUESTION_LIMIT:
            errors[f"question_{language}"] = t("At most {limit} characters.", limit=QUESTION_LIMIT)
    if not question:
        errors["question_fi"] = t("Write the question in one language at least.")
    return question


def _options(
    t: Texts, fields: Mapping[str, str], question: Localized, errors: dict[str, str]
) -> tuple[Localized, ...]:
    columns: dict[str, list[str]] = {}
    for language in LANGUAGES:
        name = f"options_{language}"
        options = [x for x in map(clean.line, fields.get(name, "").splitlines()) if x]
        if options and language not in question:
            errors[f"question_{language}"] = t("The options are here, the question is missing.")
        elif language in question:
            columns[language] = options
            if fault := _fault_of(t, options):
                errors[name] = fault
    counts = {len(options) for options in columns.values()}
    if len(counts) > 1 and not errors:
        last = list(columns)[-1]
        errors[f"options_{last}"] = t("Give the same number of options in every language.")
    size = min(counts, default=0)
    return tuple({x: columns[x][i] for x in columns} for i in range(size))


def _fault_of(t: Texts, options: Sequence[str]) -> str | None:
    if not 2 <= len(options) <= MOST_OPTIONS:
        return t("Give 2 to {most} options, one on each line.", most=MOST_OPTIONS)
    if len({x.casefold() for x in options}) < len(options):
        return t("The same option is there twice.")
    if any(len(x) > OPTION_LIMIT for x in options):
        return t("An option has at most {limit} characters.", limit=OPTION_LIMIT)
    return None


def _moment(
    city: City, t: Texts, fields: Mapping[str, str], name: str, errors: dict[str, str]
) -> datetime | None:
    """City time ``YYYY-MM-DD HH:MM`` → UTC; None where the field is empty."""
    words = fields.get(name, "").strip()
    if not words:
        return None
    try:
        local = datetime.strptime(words, "%Y-%m-%d %H:%M")
    except ValueError:
        errors[name] = t("Write the time as 2026-12-31 16:00.")
        return None
    return local.replace(tzinfo=ZoneInfo(city.timezone)).astimezone(UTC)


def _chats(
    city: City, t: Texts, fields: Mapping[str, str], errors: dict[str, str]
) -> tuple[Address, ...]:
    known = {str(chat.address): chat.address for chat in city.chats}
    wanted = fields.get("chats", "").split()
    if any(name not in known for name in wanted):
        errors["chats"] = t("Choose one of the list.")
    return tuple(known[name] for name in dict.fromkeys(wanted) if name in known)
