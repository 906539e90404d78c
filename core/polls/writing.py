"""Answers in words: what a resident writes, until a moderator has read it (`moderated`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core import clean, markers, personal_data
from core.answers import MOST_LETTERS, Kind
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, bold, text
from core.model import Poll, PollState, Words, WordsState
from core.moderation import authors, checks, desk
from core.people import voter
from core.polls import ballots
from core.polls.ballot_list import receipt
from core.polls.moderated import WordsSource, place_of, ref_of
from core.polls.voting import Outcome
from core.polls.wording import receipted, refusal
from core.ports import Store, subject
from core.texts import Texts

WAITED = timedelta(hours=1)
"""How long the next message is taken for the answer: later, it is about something else."""
DRAFT = "words"
SOURCE = WordsSource()


class NoAnswer(Refusal):
    """What was written is no answer; the person may write another."""


def field(t: Texts, value: str) -> Ask:
    hint = t("It shows once a moderator of the city has read it. Leave out names and addresses.")
    return Ask("text", t("Your answer"), "line", value, hint, MOST_LETTERS)


def own(store: Store, poll: Poll, person: str) -> Words | None:
    """What the person wrote in this poll; of a closed one nobody can tell."""
    box = store.ballot_boxes({poll.id}).get(poll.id)
    return store.own_words(poll.id, voter(box.key, person)) if box and box.key else None


def own_blocks(t: Texts, words: Words | None) -> list[AnyBlock]:
    """What the person wrote, and what became of it."""
    if words is None:
        return []
    state = {
        WordsState.WAITING: t("It waits for a moderator to read it."),
        WordsState.APPROVED: t("It may be shown."),
        WordsState.HIDDEN: t("It is not shown: {reason}", reason=words.reason),
    }[words.state]
    return [text(bold(t("Your answer:"))), text(words.text, role="quote"), text(state, role="note")]


# --- writing -------------------------------------------------------------------------------------


def keep(turn: Turn, poll: Poll, written: str) -> str:
    """Counts it and tells so. Refusal where it is none, or the poll takes none now."""
    t, words = turn.t, clean.line(written)
    if not any(map(str.isprintable, words)) or len(words) > MOST_LETTERS:
        raise NoAnswer(t("An answer has 1 to {limit} characters; yours has {n}.",
                         limit=MOST_LETTERS, n=len(words)))  # fmt: skip
    sheet = ballots.sheet(turn, poll)
    authors.refuse_muted(turn, place_of(poll.id))
    seen = checks.examine(turn, words, place_of(poll.id))
    found = markers.kinds(seen.text)
    shown = markers.shown(seen.text, t)  # an answer is counted by its words: those of its writer
    kept = turn.store.own_words(poll.id, sheet.name)
    if kept is None or kept.text != shown or sheet.box.final:
        ballots.hand_in(turn, sheet)
        made = Words("", shown, turn.language, found=tuple(map(str, found)))
        token = turn.store.put_words(poll.id, sheet.name, made, first=sheet.box.final)
        if token is None:
            raise Refusal(refusal(t, Outcome.FINAL))
        if kept:
            desk.withdraw(turn, SOURCE, ref_of(poll.id, kept.token))
        desk.submit(turn, SOURCE, ref_of(poll.id, token), place_of(poll.id), seen.found)
    said = receipted(t, t("Your answer is counted: “{text}”.", text=shown), receipt(sheet.name))
    if found:
        what = ", ".join(personal_data.label(kind, t) for kind in found)
        said += " " + t("Taken out and not kept: {what}.", what=what)
    return said


def filled_in(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> str:
    """As `keep`, from a form. Invalid where it is no answer."""
    try:
        return keep(turn, poll, fields.get("text", ""))
    except NoAnswer as fault:
        raise Invalid({"text": fault.text}) from None


def forget(turn: Turn) -> None:
    """Takes the person's answers in open polls back, ballots and all: words tell of their
    writer, who is not to be known any more."""
    every = turn.store.polls(PollState.OPEN, limit=10_000, surveys=True)
    written = {poll.id for poll in every if poll.kind is Kind.WORDS}
    for id, box in turn.store.ballot_boxes(written).items():
        if box.key and turn.store.withdraw(id, voter(box.key, turn.person)):
            turn.touch(subject("poll", id))


# --- in a private chat: what is written next -----------------------------------------------------


def wait(turn: Turn, poll: Poll) -> None:
    """The person's next message is their answer."""
    turn.expect(DRAFT, {"poll": poll.id, "at": turn.now.isoformat()})


def awaited(turn: Turn) -> int | None:
    """The poll that the person's next message answers."""
    draft = turn.store.draft(turn.resident, DRAFT)
    if draft is None:
        return None
    if turn.now - datetime.fromisoformat(draft["at"]) <= WAITED:
        return int(draft["poll"])
    stop(turn)
    return None


def stop(turn: Turn) -> None:
    turn.store.drop_draft(turn.resident, DRAFT)
