"""Slack, by signed HTTP and by Socket Mode."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import urlencode

from bots.playground.faults import Fault
from bots.playground.slack_text import called, called_by_blocks
from bots.playground.slack_types import Message as Shown
from core.events import Address, Person
from core.messages import Message
from core.ports import Channel, MessageRef
from tests.contract.bench import FaultKind, Rules, Seen
from tests.fakes import Clock
from tests.slack.workplace import DESK, EXPERT, STRANGE, Workplace, slack_channel, workplace

METHODS = {"send": "chat.postMessage", "edit": "chat.update"}


class SlackBench:
    workplace = True
    brings_again = False
    secrets = ("xoxb-", "xapp-", "playground-signing-secret")
    person = Person("slack", EXPERT)
    home = Address("slack", DESK)

    def __init__(self, name: str, office: Workplace, rules: Rules) -> None:
        self.name, self.office, self.rules = name, office, rules
        self.channel: Channel = office.channel
        self._pressing: list[asyncio.Task[Any]] = []

    async def leave(self) -> None:
        """Nobody waits any longer for what was not acknowledged."""
        for task in self._pressing:
            task.cancel()
        await asyncio.gather(*self._pressing, return_exceptions=True)

    # --- in

    async def show(self, message: Message) -> MessageRef:
        return await self.channel.send(self.home, message)

    async def press(self, ref: MessageRef, label: str) -> None:
        chat, ts = ref.split(":")
        buttons = _buttons(self._message(ref))
        action = next(b["action_id"] for b in buttons if b["text"]["text"] == label)
        pressing = self.office.people.press(EXPERT, action, channel=chat, ts=ts)
        self._pressing.append(asyncio.create_task(pressing))

    async def told(self, number: int = 1) -> list[str]:
        await self.office.until(lambda: len(self.office.told()) >= number)
        return self.office.told()

    async def again(self) -> None:
        """As the platform does after an acknowledgement that was lost."""
        assert (await self.office.slack.redeliver()).ok

    async def forge(self, action: str) -> int | None:
        if not self.channel.routes():
            return None
        pressed = {"type": "button", "value": action, "action_ts": "1.000001"}
        user = {"id": EXPERT}
        payload = {"type": "block_actions", "user": user, "trigger_id": "t", "actions": [pressed]}
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.office.post(body, X_Slack_Signature="v0=" + "0" * 64)

    async def arrive(self) -> MessageRef:
        await self.office.people.command(EXPERT, DESK, "/kuulolla")
        await self.told()
        return f"{DESK}:{next(iter(self._own()))}"

    def alone(self) -> list[Seen]:
        return [_seen(message) for message in self._own().values()]

    async def until(self, condition: Callable[[], object]) -> None:
        await self.office.until(condition)

    def _own(self) -> dict[str, Shown]:
        own: dict[str, Shown] = self.office.world.ephemerals.get(EXPERT, {})
        return own

    # --- forms

    async def leave_unsent(self, ref: MessageRef, label: str, **fields: str) -> None:
        """By the cross: whatever was written, Slack told with every letter."""
        view = await self._dialog(ref, label)
        for name, words in fields.items():
            [block] = [b for b in view["blocks"] if b["block_id"] == name]
            place = {"view": view["id"], "block": name, "value": words}
            assert (await self._people.press(EXPERT, block["element"]["action_id"], **place))["ok"]
        await self._people.close(EXPERT)

    async def opened(self, ref: MessageRef, label: str) -> dict[str, str]:
        view = await self._dialog(ref, label)
        await self._people.close(EXPERT)
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        return {b["block_id"]: b["element"].get("initial_value", "") for b in inputs}

    async def _dialog(self, ref: MessageRef, label: str) -> dict[str, Any]:
        modals = self.office.world.modals
        await self.press(ref, label)
        await self.office.until(lambda: modals.get(EXPERT))
        view: dict[str, Any] = modals[EXPERT][-1]
        return view

    @property
    def _people(self) -> Any:
        return self.office.people

    # --- threads

    marks, tells_deletions, removes = True, True, False

    async def reply(self, ref: MessageRef, words: str) -> MessageRef:
        """In Slack a thread is one row: a reply to a reply is in the same."""
        chat, ts = ref.split(":")
        above = self.office.world.messages[chat][ts]
        said = self.office.people.say(EXPERT, chat, words, above.thread_ts or ts)
        return f"{chat}:{said['ts']}"

    async def change(self, ref: MessageRef, words: str) -> None:
        self.office.people.edit(EXPERT, *ref.split(":"), words)

    async def erase(self, ref: MessageRef) -> None:
        self.office.people.delete(EXPERT, *ref.split(":"))

    def marked(self, ref: MessageRef) -> bool:
        return "eyes" in self._message(ref).reactions

    def told_alone(self) -> list[str]:
        return self.office.told()

    def may_enforce(self) -> None:
        pass

    def gone(self, ref: MessageRef) -> bool:
        return self.office.world.find(*ref.split(":")) is None

    # --- out

    def closed_chats(self) -> list[Address]:
        return [Address("slack", chat) for chat in ("C0NOWHERE", "C0VANHA", STRANGE)]

    def seen(self, ref: MessageRef) -> Seen:
        return _seen(self._message(ref))

    def posts(self) -> int:
        return len(self.office.shown())

    def fail(self, doing: Literal["send", "edit"], kind: FaultKind) -> None:
        self.office.slack.faults.add(Fault(METHODS[doing], kind, retry_after=7))

    def remove(self, ref: MessageRef) -> None:
        self.office.world.remove(self._message(ref))

    def move(self) -> Address | None:
        return None

    def nowhere(self) -> Channel:
        return slack_channel(self.office.slack, "http://127.0.0.1:9", Clock())

    def _message(self, ref: MessageRef) -> Shown:
        chat, ts = ref.split(":")
        message: Shown = self.office.world.find(chat, ts, EXPERT)
        return message


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside blocks, outermost first."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _parts(inner)


def _buttons(message: Shown) -> list[dict[str, Any]]:
    return [part for part in _parts(message.blocks) if part.get("type") == "button"]


def _seen(message: Shown) -> Seen:
    prose = [block for block in message.blocks if block["type"] != "actions"]
    words = [part["text"] for part in _parts(prose) if isinstance(part.get("text"), str)]
    links = [part["url"] for part in _parts(message.blocks) if "url" in part]
    calls = [*called(message.text), *called_by_blocks(message.blocks)]
    parent = f"{message.channel}:{message.thread_ts}" if message.thread_ts else None
    labels = tuple(b["text"]["text"] for b in _buttons(message) if "value" in b)
    return Seen("".join(words), labels, tuple(links), tuple(calls), parent)


@asynccontextmanager
async def slack(http: bool, rules: Rules) -> AsyncIterator[SlackBench]:
    async with workplace(http, rules, threads=[DESK]) as office:
        bench = SlackBench(f"slack {'http' if http else 'socket'}", office, rules)
        try:
            yield bench
        finally:
            await bench.leave()
