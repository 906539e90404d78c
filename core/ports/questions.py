"""What is stored of questions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from core.model import Publish, Question, QuestionState, Reroute, Step
from core.words import Lemmas


class QuestionStore(Protocol):
    """Questions and their history."""

    def add_question(self, question: Question) -> Question:
        """``number`` of the argument is ignored; the returned one has its own."""
        ...

    def question(self, number: int) -> Question | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def save_question(self, question: Question) -> None: ...
    def reword_question(self, number: int, text: str) -> None: ...
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

    def open_questions(
        self, read: Collection[str], limit: int, before: int | None = None
    ) -> list[Question]:
        """Those that are open, not private, and have a step of such a kind; newest number first,
        ``before`` a number, to page."""
        ...

    def amended_questions(self, departments: Collection[str]) -> list[Question]:
        """Answered ones with a correction in their history, whatever became of it; oldest first."""
        ...

    def received_between(self, since: datetime, until: datetime) -> list[Question]:
        """since < received_at <= until, in the order of their numbers."""
        ...

    def public_questions(
        self,
        limit: int = 50,
        before: int | None = None,
        theme: str | None = None,
        *,
        department: str | None = None,
        state: QuestionState | None = None,
        area: str | None = None,
        words: Sequence[Collection[int]] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        skip: int = 0,
    ) -> list[Question]:
        """Done in public (`Question.public`), newest number first; ``before`` a number, to page.
        Merged questions are not among them: the other one is. ``theme`` "": of none. ``words`` are
        `core.search`'s, of the question or of what the city said; since <= received_at <= until;
        ``skip`` as many first."""
        ...

    def answered_between(
        self, since: datetime, until: datetime, *publish: Publish
    ) -> list[Question]:
        """since < answered_at <= until, in the order of answering."""
        ...


class SimilarStore(Protocol):
    """The words of questions (`core.similar.kept`), which `add_question` keeps, and what
    officials moved. ``lemmas`` are the dictionaries that words are kept by."""

    @property
    def lemmas(self) -> Lemmas: ...
    def outdated(self, limit: int) -> list[int]:
        """Questions whose words were kept by other dictionaries, or by none; [] without any."""
        ...

    def keep_words(self, numbers: Collection[int]) -> None:
        """Anew, of these questions and their answers."""
        ...

    def sharing(self, wanted: Collection[int], most: int) -> dict[int, list[int]]:
        """Of each term, the newest questions that have it, at most ``most``."""
        ...

    def questions_numbered(self, numbers: Collection[int]) -> list[Question]: ...
    def question_texts(self, numbers: Collection[int]) -> list[str]: ...
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
    def most_followed(self, states: Collection[QuestionState], least: int, limit: int) -> list[int]:
        """Questions in these states that so many follow at least, the most followed first."""
        ...

    def followed_questions(self, residents: Collection[str]) -> list[int]:
        """Newest question first."""
        ...

    def move_followers(self, question: int, to: int | None) -> None:
        """They follow another from now on, or none."""
        ...

    def put_thumb(self, question: int, person: str, up: bool, words: str) -> None:
        """One a person; words that were said stay until others are."""
        ...

    def own_thumb(self, question: int, persons: Collection[str]) -> tuple[bool, str] | None:
        """(up, words) of the person that these accounts are."""
        ...

    def thumbs(self, question: int) -> tuple[int, int]:
        """(up, down)"""
        ...

    def thumb_words(self, question: int, limit: int) -> list[str]: ...
