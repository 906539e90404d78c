"""What is stored of polls and surveys."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.model import (
    AT_ONCE,
    Ballot,
    BallotBox,
    BallotList,
    Follower,
    GroupTable,
    Plan,
    PlanState,
    Poll,
    PollDraft,
    PollState,
    PollStep,
    Profile,
    Survey,
    SurveyDraft,
    Tally,
    Words,
    WordsState,
)
from core.texts import Localized


class PollStore(Protocol):
    """Polls, ballots, tallies."""

    def add_poll(self, draft: PollDraft, key: bytes, state: PollState) -> Poll: ...
    def poll(self, id: int) -> Poll | None: ...
    def polls(
        self,
        *states: PollState,
        limit: int = 100,
        surveys: bool = False,
        before: int | None = None,
    ) -> list[Poll]:
        """The newest first; all states where none is given. Those of surveys only with
        ``surveys``, here and in what is due. ``before`` an id, to page."""
        ...

    def polls_to_open(self, now: datetime) -> list[int]: ...
    def polls_to_close(self, now: datetime) -> list[int]: ...
    def polls_closed_between(self, since: datetime, until: datetime) -> list[Poll]:
        """since < closed_at <= until, in the order of closing."""
        ...

    def open_poll(self, id: int) -> None: ...
    def close_poll(self, id: int, at: datetime, rows: int = AT_ONCE) -> None:
        """Closes for good: destroys the voter key, so that nothing counts from now on. Order, time
        and channel of its ballots, and what else tells of its voters, go in the same transaction
        where that is no more than ``rows`` rows, else by `wipe_closed`. Of channels a total each
        is kept, where there are enough ballots (`core.model.FEW`). Nothing happens to a poll that
        is closed already."""
        ...

    def closings(self) -> list[int]:
        """Closed polls of which something is still to be wiped, or the list to be made."""
        ...

    def wipe_closed(self, poll: int, rows: int = AT_ONCE) -> bool:
        """The next ``rows`` rows; True where nothing is left. What was done stays done, whoever
        goes on with it."""
        ...

    def closed_ballots(self, poll: int, after: bytes, limit: int) -> list[tuple[bytes, int]]:
        """(voter, answer) in the order of voters, after that one; none while it is open."""
        ...

    def put_ballot_list(self, kept: BallotList) -> bool:
        """Ends the closing; False where it has ended before, and nothing is done."""
        ...

    def ballot_list(self, poll: int) -> BallotList | None: ...

    def voting(
        self, polls: Collection[int], residents: Collection[str]
    ) -> tuple[dict[int, BallotBox], dict[str, Profile]]:
        """`ballot_boxes`, which holds the polls as they are, and then `profiles`, which tells who
        is one person (`hold_votes`); in one trip to the database."""
        ...

    def ballot_boxes(self, ids: Collection[int]) -> dict[int, BallotBox]:
        """In a writing transaction none of these polls closes before it ends."""
        ...

    def put_ballots(
        self, ballots: Sequence[Ballot], final: Collection[int] = ()
    ) -> dict[tuple[int, bytes], int]:
        """Casts or changes, as a set: for each (poll, voter) the latest by ``order`` wins, over
        what the store holds as well, except that a ballot older than 24 h yields to any newer
        receipt (platforms restart their numbering after quiet weeks) and ballots of different
        channels are compared by receipt. Counters change in the same transaction.

        In the polls ``final`` the first ballot stays: returned are the answers that stand there,
        by poll and voter."""
        ...

    def withdraw_option(self, id: int, option: int) -> bool:
        """From an open poll; False where it has gone already, or the poll is not open. Whoever
        votes at the same time is through with it before, or finds it withdrawn."""
        ...

    def choice(self, poll: int, voter: bytes) -> int | None:
        """The answer that counts now."""
        ...

    def choices(self, keys: Collection[tuple[int, bytes]]) -> dict[tuple[int, bytes], int]:
        """The same of many, by poll and voter."""
        ...

    def ballot(self, poll: int, voter: bytes) -> Ballot | None:
        """The whole ballot, of a poll that is open; None as well once it is closed."""
        ...

    def tallies(self, ids: Collection[int]) -> dict[int, Tally]:
        """From the counters: the cost does not grow with the number of ballots."""
        ...

    def recount(self, id: int) -> Tally:
        """From the ballots themselves."""
        ...

    def repair(self, id: int) -> None:
        """Makes the counters anew from the ballots; votes in that poll wait meanwhile."""
        ...


class WordsStore(Protocol):
    """Answers in words. While a poll is open each lies with its voter's pseudonym; closing parts
    it from the voter for good, under a new token."""

    def put_words(self, poll: int, voter: bytes, words: Words, *, first: bool) -> str | None:
        """In the place of the voter's earlier ones, under a new token; where the ``first`` ones
        stay, None says that there were some."""
        ...

    def own_words(self, poll: int, voter: bytes) -> Words | None: ...
    def words_named(self, poll: int, token: str) -> Words | None: ...
    def words_texts(self, poll: int, tokens: Collection[str]) -> list[str]: ...
    def rewrite_words(self, poll: int, token: str, text: str) -> None: ...
    def words(self, poll: int, state: WordsState, after: str, limit: int) -> list[Words]:
        """In the order of tokens, which is none, after that token ("" at first)."""
        ...

    def words_counts(self, poll: int) -> dict[WordsState, int]: ...
    def approved_words(self, poll: int) -> list[tuple[str, str, int]]:
        """Text and language of what may be shown, and how often just that was written."""
        ...

    def judge_words(
        self, poll: int, tokens: Collection[str], state: WordsState, reason: str
    ) -> int:
        """How many there were: whose voter has changed them meanwhile are not."""
        ...

    def withdraw(self, poll: int, voter: bytes) -> bool:
        """Takes the ballot of an open poll back, with its words: it counts no more."""
        ...


class AdmissionStore(Protocol):
    """Who may vote, where that is not everybody. Codes and who gave one go when the poll ends."""

    def add_codes(self, poll: int, digests: Collection[bytes]) -> None: ...
    def codes(self, poll: int) -> int:
        """How many were made."""
        ...

    def use_code(self, poll: int, digest: bytes) -> bool | None:
        """True once for each code; False where it was used already, None where it is none."""
        ...

    def hold_code(self, poll: int, voter: bytes) -> None: ...
    def holds_code(self, poll: int, voter: bytes) -> bool: ...
    def merge_holders(self, poll: int, kept: bytes, gone: bytes) -> None:
        """Two voters are one person from now on."""
        ...

    def set_area(self, resident: str, area: str | None) -> None: ...
    def area(self, resident: str) -> str | None:
        """Where they said that they live; None where they were never asked."""
        ...


class LifeStore(Protocol):
    """What happens around polls: plans of them, their history, and who wants to hear of them."""

    def cancel_poll(self, id: int, at: datetime, rows: int = AT_ONCE) -> None:
        """As `close_poll`, without a result or a list."""
        ...

    def reword_poll(self, id: int, question: Localized, options: Sequence[Localized]) -> None: ...
    def polls_to_remind(self, now: datetime, before: timedelta) -> list[int]:
        """Open ones that close within that time, were open for twice as long before it, and whose
        chats were not reminded yet."""
        ...

    def add_poll_step(
        self,
        poll: int,
        at: datetime,
        kind: str,
        by: str,
        text: Localized,
        option: int | None = None,
    ) -> PollStep: ...
    def poll_steps(self, polls: Collection[int], *kinds: str) -> list[PollStep]:
        """Oldest first; all kinds where none is given."""
        ...

    def poll_step(self, id: int) -> PollStep | None: ...
    def poll_steps_between(self, kind: str, since: datetime, until: datetime) -> list[PollStep]:
        """since < at <= until, oldest first."""
        ...

    def follow(self, poll: int, follower: Follower) -> None: ...
    def unfollow(self, poll: int, resident: str) -> None: ...
    def follows(self, poll: int, resident: str) -> bool: ...
    def follow_all(self, poll: int, followers: Collection[Follower]) -> None: ...
    def followers(self, poll: int) -> list[Follower]: ...
    def followed_polls(self, residents: Collection[str]) -> list[int]: ...
    def voted(self, poll: int, persons: Collection[str]) -> set[str]:
        """Those who have a ballot; none once the poll has ended. Nobody else votes before the
        transaction ends."""
        ...


    def add_plan(self, plan: Plan) -> Plan:
        """``id`` of the argument is ignored; the returned one has its own."""
        ...

    def plan(self, id: int) -> Plan | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def plans(self, *states: PlanState, limit: int = 100) -> list[Plan]:
        """The newest first; all states where none is given."""
        ...

    def save_plan(self, plan: Plan) -> None: ...
    def drop_plan(self, id: int) -> None: ...
    def series_due(self, now: datetime) -> list[Plan]: ...


class SurveyStore(Protocol):
    """Surveys, and how far each person is in them."""

    def add_survey(self, draft: SurveyDraft, state: PollState, keys: Sequence[bytes]) -> Survey:
        """With its polls, each with a key."""
        ...

    def survey(self, id: int) -> Survey | None: ...
    def surveys(self, *states: PollState, limit: int = 50) -> list[Survey]:
        """Newest first; all states where none is given."""
        ...

    def surveys_to_open(self, now: datetime) -> list[int]: ...
    def surveys_to_close(self, now: datetime) -> list[int]: ...
    def surveys_to_remind(self, now: datetime, before: timedelta) -> list[int]:
        """As `polls_to_remind`; the poll that keeps its history says that they were."""
        ...

    def open_survey(self, id: int) -> None:
        """And its polls."""
        ...

    def close_survey(self, id: int, at: datetime, tables: Sequence[GroupTable]) -> None:
        """Forgets who took part. Its polls are to be closed by `close_poll`."""
        ...

    def cancel_survey(self, id: int, at: datetime) -> None:
        """As `close_survey`; its polls are to be cancelled by `cancel_poll`."""
        ...

    def progress(self, survey: int, person: str) -> int | None:
        """The poll that the person has before them; 0 when they are through."""
        ...

    def put_progress(self, survey: int, person: str, poll: int) -> None: ...
    def merge_progress(self, kept: str, gone: str) -> None:
        """Two who took part are one person from now on, ``kept``."""
        ...

    def taking_part(self, survey: int) -> list[str]:
        """Who ever began it, and was not forgotten; until it closes."""
        ...

    def answers(self, poll: int) -> dict[bytes, int]:
        """By voter."""
        ...
