"""Those who wait to read are answered from one look at the store, which began after they came."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import Any, TypeVar, cast

from core.people import voter
from core.ports import Store
from core.words import Lemmas

T = TypeVar("T")
Question = Callable[[Store], Any]
Read = Callable[[Callable[[Store], list[Any]]], Awaitable[list[Any]]]
Reader = tuple[int, str]
"""The poll and the resident whose own vote in it the question is about to look up."""


class Together:
    """While one look is on its way, whoever comes waits for the next: under load it serves many,
    what is the same for all of them is read once, and what is each one's own for all at once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._waiting: list[tuple[Question, Reader | None, asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: Callable[[Store], T], reader: Reader | None = None) -> T:
        """As ``read``: what ``question`` raises is raised."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, reader, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._look(), name="reading together")
        return await answer

    async def _look(self) -> None:
        try:
            while self._waiting:
                served, self._waiting = self._waiting, []
                questions = [question for question, _, _ in served]
                readers = {reader for _, reader, _ in served if reader}
                found = await self._answers(questions, readers)
                for (_, _, future), answer in zip(served, found, strict=True):
                    _settle(future, answer)
        finally:
            self._task = None

    async def _answers(self, questions: list[Question], readers: Collection[Reader]) -> list[Any]:
        def all(store: Store) -> list[Any]:
            once = Once(store)
            if len(readers) > 1:
                foresee(once, readers)
            return [_tried(question, cast(Store, once)) for question in questions]

        try:
            return await self._read(all)
        except Exception as error:
            return [error] * len(questions)


def _tried(question: Question, store: Store) -> Any:
    try:
        return question(store)
    except Exception as error:
        return error


def _settle(future: asyncio.Future[Any], found: Any) -> None:
    if future.done():  # nobody waits for it any more
        return
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)


class Once:
    """A store's reading methods within one look: the same question is asked once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Hashable, Any] = {}

    @property
    def lemmas(self) -> Lemmas:
        return self._store.lemmas

    def know(self, answer: Any, name: str, *args: Any) -> None:
        """What the method ``name`` returns, so that it need not be asked."""
        self._known[name, *map(_frozen, args)] = answer

    def __getattr__(self, name: str) -> Any:
        def asked(*args: Any, **more: Any) -> Any:
            key = (name, *map(_frozen, args), *((k, _frozen(v)) for k, v in more.items()))
            if key not in self._known:
                self._known[key] = getattr(self._store, name)(*args, **more)
            return self._known[key]

        return asked


def foresee(once: Once, readers: Collection[Reader]) -> None:
    """Asks who they all are, and what they have voted, by a question each."""
    store = cast(Store, once)
    residents = sorted({resident for _, resident in readers})
    profiles = store.profiles(residents)
    for one in residents:
        once.know({one: profiles[one]} if one in profiles else {}, "profiles", [one])
    person = {one: (one in profiles and profiles[one].person) or one for one in residents}
    keys = {id: box.key for id, box in store.ballot_boxes({id for id, _ in readers}).items()}
    mine = {(id, voter(key, person[one])) for id, one in readers if (key := keys.get(id))}
    choices = store.choices(mine)
    for id, name in mine:
        once.know(choices.get((id, name)), "choice", id, name)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, set):
        return frozenset(value)
    return tuple(value) if isinstance(value, list) else value
