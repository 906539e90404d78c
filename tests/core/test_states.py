"""The table of states: which act is allowed where, and where it leads. Written out as a picture, so
that a change of a rule is a change that somebody sees."""

import pytest

from core.model import DONE, OPEN, QuestionState
from core.questions.states import TABLE, Act, after, may

PICTURE = """
             ROUTE      HOLD       REMIND     REPLY WITHDRAW  ADMIT   REJECT
RECEIVED     WAITING    MODERATION .          .     .         .       .
MODERATION   .          .          =          .     WITHDRAWN WAITING DECLINED
WAITING      .          .          =          .     WITHDRAWN .       .
TRANSFERRED  .          .          =          .     WITHDRAWN .       .
REOPENED     .          .          =          .     WITHDRAWN .       .
TAKEN        .          .          =          .     WITHDRAWN .       .
ASKED        .          .          =          TAKEN WITHDRAWN .       .
APPROVAL     .          .          =          .     WITHDRAWN .       .
ANSWERED     .          .          =          .     .         .       .
DECLINED     .          .          .          .     .         .       .
MERGED       .          .          .          .     .         .       .
WITHDRAWN    .          .          .          .     .         .       .

             TAKE  HAND  ASK   TRANSFER    ANSWER   PROPOSE  APPROVE  RETURN DECLINE  MERGE
RECEIVED     .     .     .     .           .        .        .        .      .        .
MODERATION   .     .     .     .           .        .        .        .      .        .
WAITING      TAKEN TAKEN ASKED TRANSFERRED ANSWERED APPROVAL .        .      DECLINED MERGED
TRANSFERRED  TAKEN TAKEN ASKED TRANSFERRED ANSWERED APPROVAL .        .      DECLINED MERGED
REOPENED     TAKEN TAKEN ASKED TRANSFERRED ANSWERED APPROVAL .        .      DECLINED MERGED
TAKEN        .     =     ASKED TRANSFERRED ANSWERED APPROVAL .        .      DECLINED MERGED
ASKED        .     =     ASKED TRANSFERRED ANSWERED APPROVAL .        .      DECLINED MERGED
APPROVAL     .     =     .     .           .        .        ANSWERED TAKEN  .        .
ANSWERED     .     .     .     .           .        .        .        .      .        .
DECLINED     .     .     .     .           .        .        .        .      .        .
MERGED       .     .     .     .           .        .        .        .      .        .
WITHDRAWN    .     .     .     .           .        .        .        .      .        .

             AMEND KEEP CORRECT CLOSE_UP NOTE REOPEN   RECEIVE
RECEIVED     .     .    .       .        .    .        .
MODERATION   .     .    .       =        =    .        .
WAITING      .     .    .       =        =    .        .
TRANSFERRED  .     .    .       =        =    .        .
REOPENED     .     .    .       =        =    .        .
TAKEN        .     .    .       =        =    .        .
ASKED        .     .    .       =        =    .        .
APPROVAL     .     .    .       =        =    .        .
ANSWERED     =     =    =       =        =    REOPENED .
DECLINED     .     .    .       =        =    REOPENED .
MERGED       .     .    .       =        =    REOPENED .
WITHDRAWN    .     .    .       .        =    .        .

             RESTORE    REWORD     OPEN_UP
RECEIVED     .          .          .
MODERATION   .          .          .
WAITING      .          .          =
TRANSFERRED  .          .          =
REOPENED     .          .          =
TAKEN        .          .          =
ASKED        .          .          =
APPROVAL     .          .          =
ANSWERED     .          .          .
DECLINED     WAITING    MODERATION .
MERGED       .          .          .
WITHDRAWN    .          .          .
"""


def drawn() -> dict[tuple[QuestionState, Act], QuestionState | None]:
    """The picture as a table; None where an act is refused."""
    cells: dict[tuple[QuestionState, Act], QuestionState | None] = {}
    for block in PICTURE.strip("\n").split("\n\n"):
        head, *lines = (line.split() for line in block.splitlines())
        for name, *marks in lines:
            state = QuestionState[name]
            for act, mark in zip(head, marks, strict=True):
                there = {".": None, "=": state}.get(mark) if mark in ".=" else QuestionState[mark]
                cells[state, Act[act]] = there
    return cells


@pytest.mark.parametrize("state", QuestionState)
@pytest.mark.parametrize("act", Act)
def test_every_act_in_every_state(state: QuestionState, act: Act) -> None:
    wanted = drawn()[state, act]
    assert after(state, act) is wanted
    assert may(state, act) is (wanted is not None)


def test_every_state_is_reached_and_every_open_one_left() -> None:
    reached = {there for (here, _), there in TABLE.items() if there is not here}
    assert reached == set(QuestionState) - {QuestionState.RECEIVED}
    for state in OPEN | {QuestionState.MODERATION}:
        assert {TABLE[here, act] for here, act in TABLE if here is state} & DONE
