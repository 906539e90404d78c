"""Surveys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from core.events import Address
from core.model.polls import PollDraft, PollState
from core.texts import Localized


class SurveyStep(msgspec.Struct, frozen=True):
    """One poll of a survey. ``when``: it is asked only of those who chose one of these options in
    each of these earlier polls. ``background``: it asks who the person is, and its last option is
    that they would rather not say."""

    poll: int
    background: bool = False
    when: tuple[tuple[int, tuple[int, ...]], ...] = ()


class GroupTable(msgspec.Struct, frozen=True):
    """How the groups of one background question answered a poll: by group, how many of its people
    chose each option; None where a number could tell of few people."""

    by: int
    poll: int
    groups: Mapping[int, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """A survey whose polls have no numbers yet: their steps name them by their place, from 0.
    ``repeats`` as a poll's plan does: see `core.polls.series`."""

    title: Localized
    intro: Localized
    opens_at: datetime
    closes_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    polls: tuple[PollDraft, ...]
    steps: tuple[SurveyStep, ...]
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """Polls that are asked one after another. ``tables`` are made when it closes."""

    id: int
    title: Localized
    intro: Localized
    state: PollState
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    steps: tuple[SurveyStep, ...]
    tables: tuple[GroupTable, ...] = ()

    @property
    def door(self) -> int:
        """Its first poll: with it stand the survey's codes and history, and who follows it."""
        return self.steps[0].poll

    @property
    def polls(self) -> list[int]:
        return [step.poll for step in self.steps]
