"""Answers in words: what a resident writes, until an editor has read it (`reading`)."""

from datetime import datetime, timedelta

from core import clean, markers, personal_data
from core.answers import MOST_LETTERS, Kind
from core.city import Department
from core.desk import Desk, Turn
from core.errors import Refusal
from core.messages import AnyBlock, Ask, bold, text
from core.model import Poll, PollState, Show, Words, WordsState
from core.people import voter
from core.polls import ballots
from core.polls.ballot_list import receipt
from core.polls.voting import Outcome
from core.polls.wording import receipted, refusal
from core.ports import Store, subject
from core.texts import Texts

WAITED = timedelta(hours=1)
"""How long the next message is taken for the answer: later, it is about something else."""
DRAFT = "words"


class NoAnswer(Refusal):
    """What was written is no answer; the person may write another."""


def field(t: Texts, value: str) -> Ask:
    hint = t("It shows once an editor of the city has read it. Leave out names and addresses.")
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
        WordsState.WAITING: t("It waits for an editor to read it."),
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
    signs, found = markers.hide(words)
    shown = markers.shown(signs, t)  # an answer is counted by its words, so those of its writer
    kept = turn.store.own_words(poll.id, sheet.name)
    if kept is None or kept.text != shown or sheet.box.final:
        ballots.hand_in(turn, sheet)
        made = Words("", shown, turn.language, found=tuple(map(str, found)))
        if not turn.store.put_words(poll.id, sheet.name, made, first=sheet.box.final):
            raise Refusal(refusal(t, Outcome.FINAL))
        tell_editors(turn, poll)
    said = receipted(t, t("Your answer is counted: {text}", text=shown), receipt(sheet.name))
    if found:
        what = ", ".join(personal_data.label(kind, t) for kind in found)
        said += " " + t("Taken out and not kept: {what}.", what=what)
    return said


def tell_editors(desk: Desk, poll: Poll) -> None:
    """One card a poll, which is kept up to date: they are not called for every answer."""
    address = home(desk).home
    desk.publish(
        address, Show("words_card", {"id": poll.id}), desk.city.language,
        subject("poll", poll.id), dedupe=f"words:{poll.id}@{address}",
    )  # fmt: skip


def tell_unread(desk: Desk, poll: Poll) -> None:
    """Once a poll is closed, answers that nobody has read are missing in its result."""
    if desk.store.words_counts(poll.id)[WordsState.WAITING]:
        desk.tell_staff(home(desk), Show("words_card", {"id": poll.id}))


def home(desk: Desk) -> Department:
    return desk.city.department(desk.city.general_desk)


def forget(turn: Turn) -> None:
    """Takes the person's answers in open polls back, ballots and all: words tell of their
    writer, who is not to be known any more."""
    written = {p.id for p in turn.store.polls(PollState.OPEN, limit=10_000) if p.kind is Kind.WORDS}
    for id, box in turn.store.ballot_boxes(written).items():
        if box.key and turn.store.withdraw(id, voter(box.key, turn.person)):
            turn.touch(subject("poll", id))


# --- in a private chat: what is written next -----------------------------------------------------


def wait(turn: Turn, poll: Poll) -> None:
    """The person's next message is their answer."""
    for other in ("replying", "thumb", "statement"):
        turn.store.drop_draft(turn.resident, other)
    value = {"poll": poll.id, "at": turn.now.isoformat()}
    turn.store.put_draft(turn.resident, DRAFT, value, turn.now)


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
