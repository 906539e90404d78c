"""Votes: which count, and who may see how they stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from core.actions import decode, number
from core.answers import LARGEST, Kind
from core.desk import Desk
from core.errors import BadAction
from core.model import Ballot, BallotBox, Poll, PollState, Shows, Tally, Voters
from core.people import voter
from core.polls import admission
from core.polls.press import Outcome, Press
from core.ports import Store, subject


@lru_cache(4096)
def read_vote(action: str) -> tuple[int, int]:
    """Poll and answer of a vote button. BadAction where they are not two numbers."""
    _, args = decode(action)
    if len(args) != 2:
        raise BadAction("a vote has a poll and an answer")
    return number(args[0]), number(args[1], LARGEST)


def cast(
    desk: Desk, boxes: Mapping[int, BallotBox], presses: Sequence[Press]
) -> list[tuple[Outcome, bytes]]:
    """Counts the presses as a set; in their order the outcomes and, of what counts, the voters'
    pseudonyms in the poll. Being late is decided by receipt."""
    outcomes = [judge(boxes.get(p.poll), p) for p in presses]
    if any(box.voters is not Voters.ANYONE for box in boxes.values()):
        outcomes = admission.judged(desk, boxes, presses, outcomes)
    made = [
        _ballot(boxes[p.poll], p) if o is Outcome.COUNTED else None
        for p, o in zip(presses, outcomes, strict=True)
    ]
    counted = [ballot for ballot in made if ballot]
    if not counted:
        return [(outcome, b"") for outcome in outcomes]
    stands = desk.store.put_ballots(counted, {b.poll for b in counted if boxes[b.poll].final})
    desk.touch(*{subject("poll", ballot.poll) for ballot in counted})
    return [
        _verdict(ballot, stands) if ballot else (outcome, b"")
        for ballot, outcome in zip(made, outcomes, strict=True)
    ]


def _verdict(ballot: Ballot, stands: Mapping[tuple[int, bytes], int]) -> tuple[Outcome, bytes]:
    """In a poll with final votes the answer that was first; the same again is no other vote."""
    if stands and stands.get((ballot.poll, ballot.voter), ballot.answer) != ballot.answer:
        return Outcome.FINAL, b""
    return Outcome.COUNTED, ballot.voter


def hand_in(desk: Desk, box: BallotBox, press: Press) -> Outcome:
    """A ballot whose answer is in words, which are kept beside it: no button gives it."""
    outcome = in_time(box, press.at)
    if outcome is Outcome.COUNTED:
        desk.store.put_ballots([_ballot(box, press)], {box.poll} if box.final else ())
        desk.touch(subject("poll", box.poll))
    return outcome


def judge(box: BallotBox | None, press: Press) -> Outcome:
    outcome = in_time(box, press.at)
    if box is None or outcome is not Outcome.COUNTED:
        return outcome
    if box.paper.kind is Kind.WORDS or not box.paper.takes(press.answer):
        return Outcome.NO_OPTION
    return Outcome.WITHDRAWN if box.paper.names_gone(press.answer) else Outcome.COUNTED


def in_time(box: BallotBox | None, at: datetime) -> Outcome:
    """COUNTED where the poll takes votes that are received then."""
    if box is None:
        return Outcome.GONE
    if box.state is PollState.SCHEDULED and at < box.opens_at:
        return Outcome.NOT_OPEN
    if box.key is None or (box.closes_at is not None and at >= box.closes_at):
        return Outcome.CLOSED
    return Outcome.COUNTED


def _ballot(box: BallotBox, press: Press) -> Ballot:
    assert box.key is not None  # judged COUNTED
    name = voter(box.key, press.resident)
    return Ballot(press.poll, name, press.answer, press.channel, press.order, press.at)


def shows_results(poll: Poll | BallotBox, voted: bool = False) -> bool:
    """Whether a reader may see the results now."""
    return poll.state is not PollState.CANCELLED and (
        poll.state is PollState.CLOSED
        or poll.shows is Shows.ALWAYS
        or (voted and poll.shows is Shows.AFTER_VOTE)
    )


def own_choice(store: Store, poll: Poll, resident: str) -> int | None:
    """The resident's current choice; None where there is none or it can no longer be known."""
    box = store.ballot_boxes({poll.id}).get(poll.id)
    return store.choice(poll.id, voter(box.key, resident)) if box and box.key else None


def tally(store: Store, poll: Poll) -> Tally:
    return store.tallies({poll.id}).get(poll.id) or Tally(poll.paper)
