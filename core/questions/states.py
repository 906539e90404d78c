"""Which act leads a question from which state to which: one table, and nothing beside it."""

from collections.abc import Mapping
from enum import StrEnum

from core.model import OPEN, UNTAKEN
from core.model import QuestionState as S


class Act(StrEnum):
    """What can be done to a question; also the kind of the `Step` that remembers it."""

    # the city's own
    RECEIVE = "received"
    ROUTE = "routed"  # to a department's officials
    HOLD = "held"  # for moderation
    REMIND = "reminded"
    # the asker's
    REPLY = "replied"
    WITHDRAW = "withdrawn"
    REWORD = "reworded"  # what a moderator did not let in
    # the moderator's
    ADMIT = "admitted"
    REJECT = "rejected"
    RESTORE = "restored"  # an appeal against the rejection was granted
    # the officials'
    TAKE = "taken"
    HAND = "handed"  # to a colleague
    ASK = "asked"
    TRANSFER = "moved"
    ANSWER = "answered"
    PROPOSE = "proposed"  # an answer, for a second pair of eyes
    APPROVE = "approved"
    RETURN = "returned"  # the proposal, to its author
    AMEND = "amended"  # a correction, for a second pair of eyes
    CORRECT = "corrected"
    KEEP = "kept"  # the answer as it was: the correction was not approved
    DECLINE = "declined"
    MERGE = "merged"
    CLOSE_UP = "private"  # it is about the asker's own case
    OPEN_UP = "opened_up"  # it is not, whatever its words seemed to say
    NOTE = "noted"  # among officials
    # the asker's or an official's
    REOPEN = "reopened"


HELD = frozenset({S.MODERATION})
AT_WORK = UNTAKEN | {S.TAKEN, S.ASKED}
ENDED = frozenset({S.ANSWERED, S.DECLINED, S.MERGED})
"""Done, and may be opened again."""
READ = frozenset(
    {
        *(Act.ADMIT, Act.RESTORE, Act.OPEN_UP, Act.TAKE, Act.HAND, Act.ASK, Act.TRANSFER),
        *(Act.PROPOSE, Act.ANSWER, Act.DECLINE, Act.MERGE),
    }
)
"""Acts of somebody who has read the question, and would have made a case of the asker's private."""
SAME = None
"""The act changes something else than the state."""

_RULES: tuple[tuple[Act, frozenset[S], S | None], ...] = (
    (Act.ROUTE, frozenset({S.RECEIVED}), S.WAITING),
    (Act.HOLD, frozenset({S.RECEIVED}), S.MODERATION),
    (Act.ADMIT, HELD, S.WAITING),
    (Act.REJECT, HELD, S.DECLINED),
    (Act.RESTORE, frozenset({S.DECLINED}), S.WAITING),
    (Act.REWORD, frozenset({S.DECLINED}), S.MODERATION),
    (Act.TAKE, UNTAKEN, S.TAKEN),
    (Act.HAND, UNTAKEN, S.TAKEN),
    (Act.HAND, frozenset({S.TAKEN, S.ASKED, S.APPROVAL}), SAME),
    (Act.ASK, AT_WORK, S.ASKED),
    (Act.REPLY, frozenset({S.ASKED}), S.TAKEN),
    (Act.TRANSFER, AT_WORK, S.TRANSFERRED),
    (Act.ANSWER, AT_WORK, S.ANSWERED),
    (Act.PROPOSE, AT_WORK, S.APPROVAL),
    (Act.APPROVE, frozenset({S.APPROVAL}), S.ANSWERED),
    (Act.RETURN, frozenset({S.APPROVAL}), S.TAKEN),
    (Act.AMEND, frozenset({S.ANSWERED}), SAME),
    (Act.CORRECT, frozenset({S.ANSWERED}), SAME),
    (Act.KEEP, frozenset({S.ANSWERED}), SAME),
    (Act.DECLINE, AT_WORK, S.DECLINED),
    (Act.MERGE, AT_WORK, S.MERGED),
    (Act.WITHDRAW, OPEN | HELD, S.WITHDRAWN),
    (Act.CLOSE_UP, OPEN | HELD | ENDED, SAME),
    (Act.OPEN_UP, OPEN, SAME),
    (Act.REOPEN, ENDED, S.REOPENED),
    (Act.NOTE, frozenset(S) - {S.RECEIVED}, SAME),
    (Act.REMIND, OPEN | HELD | {S.ANSWERED}, SAME),  # answered: of a correction of the answer
)

TABLE: Mapping[tuple[S, Act], S] = {
    (state, act): state if after is SAME else after
    for act, before, after in _RULES
    for state in before
}
"""(state, act) → the state after it. What is not here is refused."""


def after(state: S, act: Act) -> S | None:
    """None where the act is not allowed in that state."""
    return TABLE.get((state, act))


def may(state: S, act: Act) -> bool:
    return (state, act) in TABLE
