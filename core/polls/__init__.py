"""Polls: created by an editor, voted on in any channel, one tally. What the rest of the house
calls; what people see and press is in `shown`, `board` and `acts`."""

from core.polls.life import close, due, find, post, tick
from core.polls.voting import (
    Outcome,
    Press,
    cast,
    own_choice,
    read_vote,
    shows_results,
    tally,
)

__all__ = [
    "Outcome",
    "Press",
    "cast",
    "close",
    "due",
    "find",
    "own_choice",
    "post",
    "read_vote",
    "shows_results",
    "tally",
    "tick",
]
