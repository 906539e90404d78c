"""Discussions under one theme, and what residents write in them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.city import Look
from core.events import Address
from core.model.polls import PollState
from core.texts import Localized


class CommentKind(StrEnum):
    IDEA = "idea"
    WORRY = "worry"
    EXPERIENCE = "experience"
    QUESTION = "question"
    OTHER = "other"


class CommentState(StrEnum):
    HIDDEN = "hidden"  # not looked at yet, or not let through
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"  # by its author: nothing of it is kept but its place


@dataclass(frozen=True, slots=True)
class Discussion:
    """``topics`` are its sub-themes, ``keywords`` the words of each that tell it apart. ``a_day``:
    comments that one person may write in a day. ``summary`` is what an editor wrote after the
    close. ``state``: OPEN, SCHEDULED or CLOSED."""

    id: int
    title: Localized
    background: Localized
    topics: tuple[str, ...]
    chats: tuple[Address, ...]
    state: PollState
    opens_at: datetime
    closes_at: datetime | None
    look: Look
    a_day: int
    created_by: str
    summary: Localized = field(default_factory=dict)
    keywords: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """``author`` is a pseudonym, "" once forgotten; ``origin`` the channel it came from.
    ``parent``: the comment it replies to, which is no reply itself. ``topic`` counts in
    `Discussion.topics`. ``became``: what an official made of it, as ``question:12``."""

    id: int
    discussion: int
    parent: int | None
    author: str
    origin: str
    language: str
    text: str
    kind: CommentKind
    topic: int | None
    state: CommentState
    at: datetime
    became: str = ""
    support: int = 0
