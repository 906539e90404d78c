"""Those who wait to read are answered from one look at the store, which began after they came."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

from core.ports import Store

T = TypeVar("T")
Question = Callable[[Store], Any]
Read = Callable[[Callable[[Store], list[Any]]], Awaitable[list[Any]]]


class Together:
    """While one look is on its way, whoever comes waits for the next: under load it serves many,
    and what is the same for all of them is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._waiting: list[tuple[Question, asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: Callable[[Store], T]) -> T:
        """As ``read``: what ``question`` raises is raised."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._look(), name="reading together")
        return await answer

    async def _look(self) -> None:
        try:
            while self._waiting:
                served, self._waiting = self._waiting, []
                questions = [question for question, _ in served]
                for (_, future), found in zip(served, await self._answers(questions), strict=True):
                    _settle(future, found)
        finally:
            self._task = None

    async def _answers(self, questions: list[Question]) -> list[Any]:
        def all(store: Store) -> list[Any]:
            once = cast(Store, Once(store))
            return [_tried(question, once) for question in questions]

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

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def asked(*args: Any, **more: Any) -> Any:
            key = (name, *map(_frozen, args), *((k, _frozen(v)) for k, v in more.items()))
            if key not in self._known:
                self._known[key] = method(*args, **more)
            return self._known[key]

        return asked


def _frozen(value: Any) -> Hashable:
    if isinstance(value, set):
        return frozenset(value)
    return tuple(value) if isinstance(value, list) else value
