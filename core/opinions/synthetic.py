"""Made-up conversations of any size: the same seed, the same votes."""

from __future__ import annotations

import numpy as np

from core.opinions.conversation import Conversation, Statement
from core.opinions.votes import Votes

START = 1_700_000_000_000


def synthetic(
    people: int,
    statements: int,
    groups: int = 3,
    share: float = 0.3,
    seed: int = 0,
    revotes: float = 0.01,
) -> tuple[Conversation, tuple[int, ...]]:
    """A conversation of people who lean as one of `groups` does, and each person's group.

    Each statement is voted on by about `share` of the people, some of whom change their minds."""
    random = np.random.default_rng(seed)
    leaning = random.choice((-1.6, 0.2, 1.6), size=(groups, statements), p=(0.35, 0.3, 0.35))
    group = random.integers(groups, size=people)
    eager = random.beta(2, 2 / share - 2, size=people)
    counts = np.maximum(random.binomial(statements, eager), min(statements, 1))
    person = np.repeat(np.arange(people), counts)
    statement = np.concatenate(
        [random.choice(statements, size=count, replace=False) for count in counts] or [[]]
    ).astype(np.int64)
    again = np.flatnonzero(random.random(len(person)) < revotes)
    person, statement = (np.concatenate((column, column[again])) for column in (person, statement))
    leans = leaning[group[person], statement] + random.logistic(size=len(person)) * 0.8
    value = np.select((leans > 0.35, leans < -0.35), (1, -1), 0).astype(np.int8)
    at = START + np.cumsum(random.integers(1, 2_000, size=len(person)))
    shuffled = random.permutation(len(person))
    votes = Votes(
        tuple(range(people)),
        tuple(range(statements)),
        person[shuffled].astype(np.int32),
        statement[shuffled].astype(np.int32),
        value[shuffled],
        at,
    )
    told = tuple(Statement(n, f"Statement {n}", 0, START, seed=n < 10) for n in range(statements))
    conversation = Conversation("A made-up conversation", "", told, votes)
    return conversation, tuple(group.tolist())
