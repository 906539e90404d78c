"""What is stored of discussions."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.model import Comment, Discussion, PollState


class DiscussionStore(Protocol):
    def add_discussion(self, discussion: Discussion) -> Discussion:
        """``id`` of the argument is ignored; the returned one has its own."""
        ...

    def discussion(self, id: int) -> Discussion | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def save_discussion(self, discussion: Discussion) -> None: ...
    def discussions(self, *states: PollState, limit: int = 50) -> list[Discussion]:
        """Newest first; all states where none is given."""
        ...

    def discussions_due(self, now: datetime) -> list[Discussion]:
        """Those to open, and those to close."""
        ...

    def add_comment(self, comment: Comment) -> Comment:
        """``id`` of the argument is ignored; the returned one has its own."""
        ...

    def comment(self, id: int) -> Comment | None: ...
    def comment_texts(self, ids: Collection[int]) -> list[str]: ...
    def save_comment(self, comment: Comment) -> None: ...
    def comments(
        self, discussion: int, limit: int | None = None, newest: bool = True
    ) -> list[Comment]:
        """What is shown of it, with how many support each."""
        ...

    def threaded(self, discussion: int, limit: int, skip: int = 0) -> list[Comment]:
        """What is shown of it: each comment, the newest first, and then its replies, oldest first;
        of a comment that is not shown any more, the replies stay in its place."""
        ...

    def firsts(
        self,
        discussion: int,
        limit: int,
        skip: int = 0,
        topics: Collection[int | None] | None = None,
        supported: bool = False,
    ) -> list[Comment]:
        """What is shown of it and answers nothing that is shown, of these sub-themes (all where
        None is given): the newest first, or the most ``supported``."""
        ...

    def firsts_by_topic(self, discussion: int) -> dict[int | None, int]:
        """How many there are under each sub-theme that has any."""
        ...

    def replies(self, to: Collection[int]) -> list[Comment]:
        """What is shown of the answers to these, oldest first."""
        ...

    def comment_count(self, discussion: int) -> int:
        """How many of it are shown."""
        ...

    def sorted_comments(self, discussion: int, limit: int) -> list[tuple[str, int]]:
        """Text and sub-theme of the newest that are shown and have one."""
        ...

    def own_comments(
        self, authors: Collection[str], discussion: int | None = None, limit: int = 50
    ) -> list[Comment]:
        """Newest first, shown or not; of all discussions, where none is named."""
        ...

    def comments_behind(self, made: Collection[str]) -> dict[str, Comment]:
        """What was made of a comment (`Comment.became`) → the comment."""
        ...

    def supported(self, person: str) -> list[int]:
        """The comments that this person supports."""
        ...

    def comments_by(self, authors: Collection[str], discussion: int, since: datetime) -> int:
        """How many they wrote since then, shown or not."""
        ...

    def support(self, comment: int, person: str) -> bool:
        """False where they support it already."""
        ...

    def merge_supports(self, kept: str, gone: str) -> None:
        """Two people become one, who supports each comment once."""
        ...
