"""What is stored of conversations: statements, what people say to them, and groups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from core.model import (
    Conversation,
    ConversationDraft,
    Groups,
    Opinion,
    PollState,
    Statement,
    StatementState,
)
from core.texts import Localized

EVER = datetime(1970, 1, 1, tzinfo=UTC)


class StatementStore(Protocol):
    def add_conversation(
        self, draft: ConversationDraft, key: bytes, state: PollState, at: datetime
    ) -> Conversation:
        """With its seeds as statements."""
        ...

    def conversation(self, id: int) -> Conversation | None:
        """In a writing transaction it does not close, nor do two people in it become one, before
        that ends (see `LinkStore.hold_votes`)."""
        ...

    def conversations(self, *states: PollState, limit: int = 50) -> list[Conversation]:
        """Newest first; all states where none is given."""
        ...

    def conversations_to_open(self, now: datetime) -> list[int]: ...
    def conversations_to_close(self, now: datetime) -> list[int]: ...
    def open_conversation(self, id: int) -> None: ...
    def save_conversation(self, conversation: Conversation) -> None:
        """What editors may change: words, times, moderation, names of groups, the bridge."""
        ...

    def close_conversation(self, id: int, at: datetime) -> None:
        """For good: destroys the key, and leaves of the time of each opinion the day (UTC). Authors
        are taken off statements, and what only one person said anything to is without votes: for
        at the desk authors stay known, and they agree with what they wrote."""
        ...

    def add_statement(
        self,
        conversation: int,
        text: Localized,
        author: bytes | None,
        state: StatementState,
        at: datetime,
        *,
        seed: bool = False,
        found: Sequence[str] = (),
        source: int | None = None,
    ) -> Statement: ...
    def statement(self, id: int) -> Statement | None: ...
    def statement_texts(self, ids: Collection[int]) -> list[Localized]: ...
    def statements(self, conversation: int, *states: StatementState) -> list[Statement]:
        """Oldest first; all states where none is given."""
        ...

    def statements_to_serve(self, conversation: int) -> dict[int, bool]:
        """Those that are shown, and whether each is a seed; oldest first."""
        ...

    def statement_counts(self, conversation: int) -> dict[StatementState, int]: ...
    def judge_statement(
        self, id: int, state: StatementState, reason: str, at: datetime
    ) -> Statement | None:
        """The statement as it is from now on; None where it is in that state already, or gone."""
        ...

    def reword_statement(self, id: int, text: Localized, at: datetime) -> None:
        """Takes what was said to the words before back."""
        ...

    def mark_posted(self, id: int, at: datetime) -> None:
        """It was shown in the public chats."""
        ...

    def statements_by(self, conversation: int, author: bytes) -> list[Statement]: ...
    def forget_author(self, conversation: int, author: bytes) -> None:
        """Their statements are nobody's; those that nobody has read yet are gone."""
        ...

    def put_opinion(self, opinion: Opinion) -> None:
        """One a voter and statement; it changes nothing where a later one stands already."""
        ...

    def add_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Many, of voters who had none there."""
        ...

    def own_opinions(self, conversation: int, voter: bytes) -> dict[int, int]:
        """Statement → value."""
        ...

    def opinions(self, conversation: int) -> list[Opinion]: ...
    def opinion_rows(
        self, conversation: int, since: datetime = EVER
    ) -> list[tuple[bytes, int, int, float, bool]]:
        """(voter, statement, value, epoch seconds, important) of each opinion that was given then
        or later: many, quickly. Any that was known before is only ever replaced by a later one,
        while the conversation's ``changed_at`` stays."""
        ...

    def latest_opinion(self, conversation: int) -> datetime | None: ...
    def opinion_people(self, conversation: int) -> int:
        """How many have said anything. Counts them: the more opinions, the longer."""
        ...

    def merge_opinions(self, conversation: int, kept: bytes, gone: bytes, at: datetime) -> None:
        """Two voters become one, with the later of their opinions on each statement."""
        ...

    def conversations_to_group(self, now: datetime) -> list[int]:
        """Whose groups may be other than `groups` says."""
        ...

    def groups(self, conversation: int) -> Groups | None: ...
    def priorities(self, conversation: int) -> Mapping[int, float]:
        """Those of `groups`, alone; none before the first computation."""
        ...

    def put_groups(self, groups: Groups) -> None: ...
