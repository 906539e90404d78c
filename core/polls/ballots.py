"""A person's ballot while they fill it: marks that already count, and marks that are too few yet.

Marks that do not count yet are a draft under the person's pseudonym in this poll, so that nobody
can tell whose they are once the poll's key is destroyed.
"""

from dataclasses import dataclass
from datetime import timedelta

from core.desk import Turn
from core.errors import Refusal
from core.model import Ballot, BallotBox, Poll, Voters
from core.people import voter
from core.polls import admission, voting
from core.polls.press import Outcome, Press
from core.polls.wording import refusal
from core.surveys import walk

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``marks``: what the person has marked, without options that were withdrawn; ``ballot``:
    what of it counts now."""

    box: BallotBox
    person: str
    name: bytes
    ballot: Ballot | None
    marks: int


def sheet(turn: Turn, poll: Poll) -> Sheet:
    """Refusal where the poll takes no votes now, or, in a survey, is not asked of the person."""
    if poll.survey is not None:
        walk.require_asked(turn, poll)
    box = turn.store.ballot_boxes({poll.id}).get(poll.id)
    if box is None or box.key is None:
        raise Refusal(refusal(turn.t, Outcome.CLOSED))
    person = _person(turn)
    if lack := _lack(turn, box, person):
        raise Refusal(refusal(turn.t, lack))
    name = voter(box.key, person)
    ballot = turn.store.ballot(poll.id, name)
    draft = turn.store.draft(name.hex(), _kind(poll.id))
    marks = draft["marks"] if draft else ballot.answer if ballot else 0
    return Sheet(box, person, name, ballot, box.paper.kept(marks) or 0)


def _lack(turn: Turn, box: BallotBox, person: str) -> Outcome | None:
    if box.voters is Voters.ANYONE:
        return None
    here = Press(box.poll, 0, person, turn.who.channel, 0, turn.now, turn.resident, turn.where)
    return admission.barred(turn, box, here)


def _person(turn: Turn) -> str:
    """As it is now that the poll is held: see `core.ports.LinkStore.hold_votes`."""
    kept = turn.store.profiles([turn.resident]).get(turn.resident)
    return (kept and kept.person) or turn.resident


def keep(turn: Turn, sheet: Sheet, marks: int) -> bool:
    """Whether it counts now. What is too little waits for the next mark, and an earlier ballot
    counts until then. Refusal where the poll takes no votes now."""
    press = _press(turn, sheet, marks)
    outcome = voting.judge(sheet.box, press)
    if outcome is Outcome.NO_OPTION and sheet.box.paper.whole(marks):
        draft = {"marks": marks}
        turn.store.put_draft(sheet.name.hex(), _kind(sheet.box.poll), draft, turn.now)
        return False
    outcome, _ = voting.cast(turn, {sheet.box.poll: sheet.box}, [press])[0]
    if outcome is not Outcome.COUNTED:
        raise Refusal(refusal(turn.t, outcome))
    turn.store.drop_draft(sheet.name.hex(), _kind(sheet.box.poll))
    return True


def hand_in(turn: Turn, sheet: Sheet) -> None:
    """Counts a ballot whose answer is in words. Refusal where the poll takes none now."""
    if sheet.ballot and sheet.box.final:
        raise Refusal(refusal(turn.t, Outcome.FINAL))
    outcome = voting.hand_in(turn, sheet.box, _press(turn, sheet, 0))
    if outcome is not Outcome.COUNTED:
        raise Refusal(refusal(turn.t, outcome))


def _press(turn: Turn, sheet: Sheet, answer: int) -> Press:
    """Later than the ballot that it was made from, whatever the clocks say."""
    at, order = turn.received, int(turn.received.timestamp() * 1_000_000)
    if kept := sheet.ballot:
        at, order = max(at, kept.at + TICK), max(order, kept.order + 1)
    who, box = turn.who.channel, sheet.box.poll
    return Press(box, answer, sheet.person, who, order, at, turn.resident, turn.where)


def _kind(poll: int) -> str:
    return f"ballot:{poll}"
