"""The opinion space: principal components of the votes, people and statements in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from core.opinions.votes import Ballots, Flags, Floats

DENSE = 250
"""Up to so many people or statements, an eigenproblem solved whole beats an iteration."""


@dataclass(frozen=True)
class Space:
    """`center` and the rows of `components` have one value a statement; the sign of a component
    is chosen so that its largest loading is positive. `eigenvalues` are squared singular values
    of the centred votes."""

    center: Floats
    components: Floats  # 2 × statements
    eigenvalues: Floats  # 2
    people: Floats  # people × 2
    statements: Floats  # statements × 2: where someone would be who agreed to that one alone

    @property
    def extremity(self) -> Floats:
        return np.hypot(self.statements[:, 0], self.statements[:, 1])


def opinion_space(ballots: Ballots, left_out: Flags) -> Space:
    """A missing vote counts as the mean of its statement, which centred is nothing: the matrix
    stays sparse. Statements `left_out` count as a pass of everyone. Every statement of `ballots`
    must have a vote."""
    statements = len(ballots.statements)
    kept = ~left_out[ballots.statement]
    value = np.where(kept, ballots.value, 0).astype(np.float64)
    voters = np.bincount(ballots.statement, minlength=statements)
    center = np.bincount(ballots.statement, value, minlength=statements) / np.maximum(voters, 1)
    center[left_out] = 0.0
    centred = ballots.matrix(np.where(kept, value - center[ballots.statement], 0.0))
    components, eigenvalues = _principal(centred)
    seen = ballots.votes_of + _not_voted(ballots, left_out)
    scale = np.sqrt(statements / np.maximum(seen, 1))
    return Space(
        center,
        components,
        eigenvalues,
        scale[:, None] * (centred @ components.T),
        np.sqrt(statements) * (np.where(left_out, 0.0, 1.0 - center) * components).T,
    )


def _not_voted(ballots: Ballots, left_out: Flags) -> Floats:
    """How many statements left out each person has no vote on: they count as votes too."""
    voted = np.bincount(
        ballots.person, left_out[ballots.statement], minlength=len(ballots.participants)
    )
    return left_out.sum() - voted


def _principal(matrix: csr_array) -> tuple[Floats, Floats]:
    """The first two right singular vectors as rows, zeros where there are fewer."""
    people, statements = matrix.shape
    components, eigenvalues = np.zeros((2, statements)), np.zeros(2)
    used = np.flatnonzero(np.bincount(matrix.indices, np.abs(matrix.data), statements))
    if not len(used):
        return components, eigenvalues
    if min(people, len(used)) <= DENSE:
        vectors, values = _whole(matrix.toarray()[:, used])
    else:
        vectors, values = _iterated(matrix)
        vectors = vectors[:, used]
    found = int((values > 1e-12 * values[0]).sum())
    vectors = vectors[:found]
    largest = vectors[np.arange(found), np.abs(vectors).argmax(axis=1)]
    components[:found, used] = vectors * np.sign(largest)[:, None]
    eigenvalues[:found] = values[:found]
    return components, eigenvalues


def _whole(dense: Floats) -> tuple[Floats, Floats]:
    wide = dense.shape[0] < dense.shape[1]
    gram = dense @ dense.T if wide else dense.T @ dense
    size = len(gram)
    values, vectors = eigh(gram, subset_by_index=(max(size - 2, 0), size - 1))
    if len(values) < min(size, 2):  # LAPACK finds none by their places where many are equal
        values, vectors = (found[..., -2:] for found in eigh(gram, driver="evd"))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1].T
    if wide:
        vectors = vectors @ dense / np.sqrt(np.maximum(values, 1e-300))[:, None]
    return vectors, values


def _iterated(matrix: csr_array) -> tuple[Floats, Floats]:
    start = np.random.default_rng(0).standard_normal(min(matrix.shape))
    _, singular, vectors = svds(matrix, k=2, v0=start)
    order = np.argsort(-singular)
    return vectors[order], singular[order] ** 2
