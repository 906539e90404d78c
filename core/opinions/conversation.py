"""A conversation as it is read, written and shown: its statements, its votes, its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from core.opinions.votes import Id, Votes

ACCEPTED, UNDECIDED, REMOVED = 1, 0, -1


@dataclass(frozen=True)
class Statement:
    """`created` is in milliseconds. A meta statement asks about the voter ("I live here"): it is
    shown and counted, but does not shape the opinion space."""

    id: Id
    text: str = ""
    author: Id | None = None
    created: int = 0
    moderated: int = ACCEPTED
    meta: bool = False
    seed: bool = False

    @property
    def left_out(self) -> bool:
        """Removed and meta statements have no part in groups, nor in what stands for them."""
        return self.meta or self.moderated == REMOVED


@dataclass(frozen=True)
class Conversation:
    """`votes` have times in milliseconds. `published` are the groups that the source told, if it
    told any. `notes` are what a reader should know about how it was read."""

    topic: str
    description: str
    statements: tuple[Statement, ...]
    votes: Votes
    published: Mapping[Id, str] = field(default_factory=dict)
    url: str = ""
    notes: tuple[str, ...] = ()

    def renamed(self, random: Random) -> Conversation:
        """With new numbers for people, so that one export can't be joined with another. The city,
        which is the author of statements that have none, is 0: tools want a number."""
        authors = {each.author for each in self.statements if each.author is not None}
        people = sorted(authors | set(self.votes.participants), key=str)
        numbers = list(range(1, len(people) + 1))
        random.shuffle(numbers)
        name: dict[Id | None, int] = {None: 0, **dict(zip(people, numbers, strict=True))}
        return replace(
            self,
            statements=tuple(replace(each, author=name[each.author]) for each in self.statements),
            votes=replace(
                self.votes, participants=tuple(name[who] for who in self.votes.participants)
            ),
            published={name[who]: group for who, group in self.published.items() if who in name},
        )
