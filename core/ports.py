"""What the rules need from the world, and what a channel promises."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.events import Address, Event
from core.messages import Message, Reply
from core.model import (
    Ballot,
    BallotBox,
    BallotList,
    Delivery,
    Follower,
    GroupTable,
    Plan,
    PlanState,
    Poll,
    PollDraft,
    PollState,
    PollStep,
    Profile,
    Publish,
    Question,
    QuestionState,
    Reroute,
    Show,
    Step,
    Survey,
    SurveyDraft,
    Tally,
    Words,
    WordsState,
)
from core.texts import Localized

# --- channels --------------------------------------------------------------------------------

Handle = Callable[[Event], Awaitable[Reply]]
MessageRef = str
"""A sent message as its adapter knows it; opaque to everyone else."""


Brief = Callable[[Mapping[str, str], bytes], Awaitable[bytes | None] | None]
"""The short way through a POST route: headers (names in lower case) and body of a whole request →
the JSON that answers it with 200, or None where it is to be brought again (503). No awaitable
where the route's handler has to look at the request."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the one HTTP server. ``handler`` takes and returns that server's own types."""

    method: str
    path: str
    handler: Callable[[Any], Awaitable[Any]]
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a platform takes messages, for the courier to keep. Seconds; sends and edits."""

    per_second: float
    chat_gap: float  # between two messages to one chat
    edit_gap: float  # between two edits of one post


class SendFailed(Exception):
    """A platform did not take a message.

    ``permanent``: the chat is gone or has blocked us, do not try again. ``retry_after``: seconds
    the platform asked for. ``moved_to``: the chat lives on there. ``uncertain``: the message was
    written but no answer came, so it may have been delivered.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        moved_to: Address | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.uncertain = uncertain


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is: for /readiness and ``kuulolla check``. ``detail`` holds no secret."""

    ok: bool
    detail: str


class Channel(Protocol):
    """One way in and out. ``start`` is called once, before the first event may be handled.

    ``edit`` raises SendFailed(permanent) where the message is gone, and returns quietly where it
    already shows the same.
    """

    name: str
    limits: Limits

    def routes(self) -> Sequence[Route]: ...
    async def start(self, handle: Handle) -> None: ...
    async def stop(self) -> None: ...
    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef: ...
    async def edit(self, ref: MessageRef, message: Message) -> None: ...
    async def health(self) -> Health: ...


# --- several processes -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class News:
    """What a `Line` says: the duties that are ours, the subjects that other processes touched
    (None: nobody committed anything), whether some of that may have been missed, and when the
    database was asked (`time.monotonic`)."""

    held: frozenset[str]
    heard: frozenset[str] | None
    missed: bool
    as_of: float


class Line(Protocol):
    """A process's standing connection to the others. ``listen`` belongs to one thread; the rest
    may be called from any."""

    def listen(self, duties: Collection[str], seconds: float) -> News:
        """Waits that long for others, takes what duties nobody has. Without a connection it makes
        one; DatabaseUnavailable where it is lost, and all duties with it."""
        ...

    def tell(self, subjects: Collection[str]) -> None:
        """To all the others: something was committed that touched these. Not to ourselves."""
        ...

    def cut(self) -> None:
        """The database does not answer: whoever waits for it fails now, whoever comes fails at
        once, until a line is made again."""
        ...

    def close(self) -> None: ...


# --- the store -------------------------------------------------------------------------------


class PollStore(Protocol):
    """Polls, ballots, tallies."""

    def add_poll(self, draft: PollDraft, key: bytes, state: PollState) -> Poll: ...
    def poll(self, id: int) -> Poll | None: ...
    def polls(self, *states: PollState, limit: int = 100, surveys: bool = False) -> list[Poll]:
        """The newest first; all states where none is given. Those of surveys only with
        ``surveys``, here and in what is due."""
        ...

    def polls_to_open(self, now: datetime) -> list[int]: ...
    def polls_to_close(self, now: datetime) -> list[int]: ...
    def polls_closed_between(self, since: datetime, until: datetime) -> list[Poll]:
        """since < closed_at <= until, in the order of closing."""
        ...

    def open_poll(self, id: int) -> None: ...
    def close_poll(self, id: int, at: datetime) -> None:
        """Closes for good: destroys the voter key, drops what was only marked, and wipes order,
        time and channel of its ballots, which stay as they are from then on. Of channels a total
        each is kept, where there are enough ballots (`core.model.FEW`). Nothing happens to a poll
        that is closed already."""
        ...

    def closed_ballots(self, poll: int, after: bytes, limit: int) -> list[tuple[bytes, int]]:
        """(voter, answer) in the order of voters, after that one; none while it is open."""
        ...

    def put_ballot_list(self, kept: BallotList) -> None: ...
    def ballot_list(self, poll: int) -> BallotList | None: ...

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

    def choice(self, poll: int, voter: bytes) -> int | None:
        """The answer that counts now."""
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

    def put_words(self, poll: int, voter: bytes, words: Words, *, first: bool) -> bool:
        """In the place of the voter's earlier ones, under a new token; where the ``first`` ones
        stay, False says that there were some."""
        ...

    def own_words(self, poll: int, voter: bytes) -> Words | None: ...
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

    def set_area(self, resident: str, area: str) -> None: ...
    def area(self, resident: str) -> str | None:
        """Where they said that they live; None where they were never asked."""
        ...


class LifeStore(Protocol):
    """What happens around polls: plans of them, their history, and who wants to hear of them."""

    def cancel_poll(self, id: int, at: datetime) -> None:
        """As `close_poll`, without a result."""
        ...

    def reword_poll(self, id: int, question: Localized, options: Sequence[Localized]) -> None: ...
    def polls_to_remind(self, now: datetime, before: timedelta) -> list[int]:
        """Open ones that close within that time, were open for twice as long before it, and whose
        chats were not reminded yet."""
        ...

    def add_poll_step(
        self, poll: int, at: datetime, kind: str, by: str, text: Localized
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
    def followers(self, poll: int) -> list[Follower]: ...

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
    def open_survey(self, id: int) -> None:
        """And its polls."""
        ...

    def close_survey(self, id: int, at: datetime, tables: Sequence[GroupTable]) -> None:
        """Forgets who took part. Its polls are to be closed by `close_poll`."""
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


class QuestionStore(Protocol):
    """Questions and their history."""

    def add_question(self, question: Question) -> Question:
        """``number`` of the argument is ignored; the returned one has its own."""
        ...

    def question(self, number: int) -> Question | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def save_question(self, question: Question) -> None: ...
    def add_step(self, number: int, step: Step) -> None: ...
    def steps(self, number: int) -> list[Step]:
        """Oldest first."""
        ...

    def histories(self, numbers: Collection[int]) -> dict[int, list[Step]]:
        """The steps of each, oldest first; no entry where there is no such question."""
        ...

    def merged_into(self, number: int) -> list[Question]:
        """The questions that were merged with this one, oldest first."""
        ...

    def questions_of(self, askers: Collection[str], limit: int = 20) -> list[Question]:
        """Newest first."""
        ...

    def questions_for(
        self, departments: Collection[str], states: Collection[QuestionState], limit: int = 50
    ) -> list[Question]:
        """Oldest first."""
        ...

    def received_between(self, since: datetime, until: datetime) -> list[Question]:
        """since < received_at <= until, in the order of their numbers."""
        ...

    def public_questions(
        self, limit: int = 50, before: int | None = None, theme: str | None = None
    ) -> list[Question]:
        """Done in public (`Question.public`), newest number first; ``before`` a number, to page.
        Merged questions are not among them: the other one is."""
        ...

    def answered_between(
        self, since: datetime, until: datetime, *publish: Publish
    ) -> list[Question]:
        """since < answered_at <= until, in the order of answering."""
        ...


class SimilarStore(Protocol):
    """The words of questions (`core.similar.terms`), which `add_question` keeps, and what
    officials moved."""

    def sharing(self, wanted: Collection[int], most: int) -> dict[int, list[int]]:
        """Of each term, the newest questions that have it, at most ``most``."""
        ...

    def questions_numbered(self, numbers: Collection[int]) -> list[Question]: ...
    def remember_reroute(self, question: int, department: str, at: datetime) -> None:
        """Where the question was moved to last. Only the newest some thousand are kept."""
        ...

    def reroutes_sharing(self, wanted: Collection[int]) -> list[Reroute]:
        """Those that share a term at least."""
        ...


class FollowStore(Protocol):
    """Who follows a question, and whom its answer helped."""

    def follow_question(
        self, question: int, resident: str, channel: str, language: str
    ) -> None: ...
    def unfollow_question(self, question: int, residents: Collection[str]) -> None: ...
    def question_followers(self, question: int) -> list[tuple[str, str, str]]:
        """(resident, channel, language)"""
        ...

    def follower_counts(self, questions: Collection[int]) -> dict[int, int]: ...
    def followed_questions(self, residents: Collection[str]) -> list[int]:
        """Newest question first."""
        ...

    def move_followers(self, question: int, to: int | None) -> None:
        """They follow another from now on, or none."""
        ...

    def put_thumb(self, question: int, person: str, up: bool, words: str) -> None:
        """One a person; words that were said stay until others are."""
        ...

    def thumbs(self, question: int) -> tuple[int, int]:
        """(up, down)"""
        ...

    def thumb_words(self, question: int, limit: int) -> list[str]: ...


class PeopleStore(Protocol):
    """What is kept of residents: pseudonym, chosen language, sealed way back, drafts."""

    def profiles(self, residents: Collection[str]) -> dict[str, Profile]:
        """Of those of whom something is kept."""
        ...

    def set_language(self, resident: str, language: str) -> None: ...
    def keep_contact(self, resident: str, sealed: str) -> None: ...
    def contact(self, resident: str) -> str | None: ...
    def put_draft(self, owner: str, kind: str, value: Mapping[str, Any], at: datetime) -> None:
        """One a person and kind; the newer replaces the older."""
        ...

    def draft(self, owner: str, kind: str) -> dict[str, Any] | None: ...
    def drop_draft(self, owner: str, kind: str) -> None: ...
    def forget(self, resident: str) -> None:
        """Erases language, contact, links, drafts and kept replies, takes the asker off their
        questions and ends deliveries that were on their way to them."""
        ...


class LinkStore(Protocol):
    """Which accounts are one person."""

    def keep_link_code(self, account: str, digest: bytes, at: datetime) -> None:
        """One an account: the newer replaces the older."""
        ...

    def link_code(self, digest: bytes, since: datetime) -> str | None:
        """The account that was given this code, at ``since`` or later."""
        ...

    def drop_link_code(self, digest: bytes) -> bool:
        """False where it is gone already."""
        ...

    def hold_votes(self) -> None:
        """Until the transaction ends nobody else casts a ballot. Ask before looking at who is one
        person: whoever votes looks at the polls first (`ballot_boxes`), then at that."""
        ...

    def accounts(self, person: str) -> list[str]:
        """All that are this person: at least ``person`` itself."""
        ...

    def link(self, accounts: Collection[str], person: str) -> None: ...
    def unlink(self, account: str) -> None:
        """The account stands alone; where the others were linked to it, all of them do."""
        ...

    def merge_ballots(self, poll: int, kept: bytes, gone: bytes, *, first: bool) -> None:
        """Two voters of an open poll become one, ``kept``, with the later of their ballots; with
        the earlier one where ``first``."""
        ...


class OutboxStore(Protocol):
    """Posts and deliveries. Subjects are what a post shows: ``poll:7``, ``question:12``."""

    def publish(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        subjects: Collection[str] = (),
        dedupe: str | None = None,
    ) -> None:
        """A post, and the delivery that sends it. Nothing happens where ``dedupe`` is known (to
        `publish` or `tell`, until pruned). A chat that moved gets it where it is now."""
        ...

    def tell(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        thread_of: str | None = None,
        dedupe: str | None = None,
    ) -> None:
        """A message that is not edited later. ``thread_of``: in the thread of the post about that
        subject in the same chat (the newest), where there is one, once it has been sent."""
        ...

    def touch(
        self, subjects: Collection[str], at: datetime, edit_gaps: Mapping[str, float]
    ) -> None:
        """What posts about ``subjects`` show has changed: one waiting edit a post, due no sooner
        than ``edit_gaps[channel]`` seconds after its last edit. Posts that are not sent yet will
        show the latest anyway."""
        ...

    def claim(self, channel: str, now: datetime, lease: float, limit: int) -> list[Delivery]:
        """Takes due deliveries, oldest due first, at most one a chat, for ``lease`` seconds.
        Edits wait for their post to be sent, as do threads. Render only when this is committed
        and, in a transaction between the two, touches were awaited: what changes later gets an
        edit of its own. ``tries`` counts this one."""
        ...

    def await_touches(self) -> None:
        """Waits until what others touched so far is committed, or is not. Alone in a transaction:
        one that touched something itself may wait for another that waits for it."""
        ...

    def next_due(self, channel: str) -> datetime | None:
        """When `claim` may next find something: a due time, or the end of a lease."""
        ...

    def sent(self, delivery: Delivery, ref: str, shown: str, at: datetime) -> None:
        """Done. Of an edit nothing is kept but what the post now shows."""
        ...

    def put_off(self, delivery: Delivery, due: datetime, error: str) -> None:
        """Once more, later; nothing happens where the lease lapsed and another took it."""
        ...

    def give_up(self, delivery: Delivery, state: str, error: str) -> None:
        """``state`` is a final DeliveryState: dead or uncertain. A post that was never sent goes
        with it; one that cannot be edited (dead) is not followed any more."""
        ...

    def silence(self, address: Address, reason: str, at: datetime) -> bool:
        """Ends what waits for that chat, and takes nothing new for it. False where it was known."""
        ...

    def unsilence(self, address: Address) -> None: ...
    def silenced(self) -> dict[str, str]:
        """Address to reason."""
        ...

    def move_chat(self, address: Address, to: Address) -> None:
        """The chat goes on at another address: posts, deliveries, digests follow."""
        ...

    def moved(self) -> dict[str, str]:
        """Addresses (as text) that the city file may still name → where they are now."""
        ...

    def pending(self) -> dict[str, int]:
        """Deliveries by state."""
        ...


class ChatStore(Protocol):
    """How adapters find chats and posts again."""

    def keep_reference(self, chat: Address, reference: str) -> None:
        """What the chat's adapter needs to write there, in its own words (Teams: the server that
        speaks for the chat). Of shared chats only: private ones are never kept in clear."""
        ...

    def references(self, channel: str) -> dict[str, str]:
        """Chat to reference."""
        ...

    def showing(self, chat: Address, ref: str) -> tuple[Show, str] | None:
        """What the post with that reference shows, and in which language; None for no post."""
        ...


class DigestStore(Protocol):
    """When each chat gets its next round-up."""

    def digest_clock(self, chat: Address) -> tuple[datetime, datetime] | None:
        """(last one covered up to, next one due), or None where the chat is new."""
        ...

    def set_digest_clock(self, chat: Address, covered: datetime, due: datetime) -> None: ...


class EventStore(Protocol):
    """Which events were handled, and what was replied."""

    def seen(self, id: str) -> bytes | None:
        """The reply (encoded), b"" where it was erased, or None where the event is new."""
        ...

    def record(self, id: str, who: str, reply: bytes, at: datetime) -> None:
        """Raises where it is recorded already (by another process, meanwhile)."""
        ...

    def prune(self, before: datetime) -> None:
        """Drops events, finished deliveries and drafts that are older."""
        ...


class Store(
    PollStore,
    WordsStore,
    AdmissionStore,
    LifeStore,
    SurveyStore,
    QuestionStore,
    SimilarStore,
    FollowStore,
    PeopleStore,
    LinkStore,
    OutboxStore,
    ChatStore,
    DigestStore,
    EventStore,
    Protocol,
):
    """One transaction's view of the database. Use cases never commit; whoever opened it does.

    ``touched`` gathers the subjects that `touch` was told of, for those who watch live.
    """

    touched: set[str]


def subject(kind: str, id: int) -> str:
    return f"{kind}:{id}"
