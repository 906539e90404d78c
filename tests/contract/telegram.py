"""Telegram, by webhook and by long polling."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Literal

from bots.playground.faults import Fault
from bots.playground.telegram import CHANNEL, GROUP, RESIDENT_1, RESIDENT_2, TOKEN
from bots.playground.telegram.model import CallbackQuery
from bots.playground.telegram.model import Message as Shown
from bots.telegram.webhook import SECRET_HEADER
from core.events import Address, Person
from core.messages import Message
from core.ports import Channel, MessageRef
from tests.contract.bench import FaultKind, Rules, Seen
from tests.telegram.payloads import press
from tests.telegram.rig import SECRET, Rig, stage

METHODS = {"send": "sendMessage", "edit": "editMessageText"}
PINGS = ("mention", "text_mention")


class TelegramBench:
    workplace = False
    brings_again = True
    secrets = (TOKEN, TOKEN.split(":")[1], SECRET)
    person = Person("telegram", str(RESIDENT_1), "fi")
    home = Address("telegram", str(GROUP))

    def __init__(self, name: str, rig: Rig, channel: Channel, rules: Rules) -> None:
        self.name, self.rig, self.channel, self.rules = name, rig, channel, rules
        self._pressed: list[CallbackQuery] = []

    # --- in

    async def show(self, message: Message) -> MessageRef:
        return await self.channel.send(self.home, message)

    async def press(self, ref: MessageRef, label: str) -> None:
        shown = self._message(ref)
        buttons = [b for row in shown.inline_keyboard for b in row]
        action = next(b["callback_data"] for b in buttons if b["text"] == label)
        self._pressed.append(self.rig.residents.tap(RESIDENT_1, shown.chat.id, shown.id, action))

    async def told(self, number: int = 1) -> list[str]:
        await self.rig.until(lambda: len(self._told()) >= number)
        return self._told()

    def _told(self) -> list[str]:
        return [q.answer.text for q in self._pressed if q.answer and q.answer.text]

    async def again(self) -> None:
        await self.rig.world.updates.drained()
        tried = len(self.rules.tried)
        self.rig.world.updates.repeat(int(self.rules.tried[-1].split(":")[1]))
        self.rig.residents.send(RESIDENT_2, RESIDENT_2, "Hei")  # comes after it
        await self.rig.world.updates.drained()
        assert len(self.rules.tried) == tried + 2

    async def forge(self, action: str) -> int | None:
        if not self.channel.routes():
            return None
        data, headers = json.dumps(press(action)).encode(), {SECRET_HEADER: SECRET + "x"}
        async with self.rig.http.post(self.rig.hook, data=BytesIO(data), headers=headers) as answer:
            return answer.status

    async def arrive(self) -> MessageRef:
        self.rig.residents.start(RESIDENT_1)
        [first, *_] = await self.rig.posted(RESIDENT_1)
        return f"{RESIDENT_1}:{first.id}"

    def alone(self) -> list[Seen]:
        return [_seen(message) for message in self.rig.messages(RESIDENT_1)]

    async def until(self, condition: Callable[[], object]) -> None:
        await self.rig.until(condition)

    async def write(self, words: str) -> MessageRef:
        """To the service alone, and what it answers."""
        before = len(self.rig.messages(RESIDENT_1))
        if not self.rig.world.chats[RESIDENT_1].started:
            self.rig.residents.start(RESIDENT_1)
            await self.rig.posted(RESIDENT_1)
            before = 1
        self.rig.residents.send(RESIDENT_1, RESIDENT_1, words)
        shown = await self.rig.posted(RESIDENT_1, before + 1)
        return f"{RESIDENT_1}:{shown[-1].id}"

    # --- threads

    marks, tells_deletions, removes = True, False, True

    async def reply(self, ref: MessageRef, words: str) -> MessageRef:
        """In a private chat with us the bot may answer only whom it knows."""
        if not self.rig.world.chats[RESIDENT_1].started:
            self.rig.residents.start(RESIDENT_1)
            await self.rig.world.updates.drained()
            self.rules.events.clear()
        shown = self._message(ref)
        made = self.rig.residents.send(RESIDENT_1, shown.chat.id, words, reply_to=shown.id)
        return f"{made.chat.id}:{made.id}"

    async def change(self, ref: MessageRef, words: str) -> None:
        shown = self._message(ref)
        self.rig.residents.edit(RESIDENT_1, shown.chat.id, shown.id, words)

    async def erase(self, ref: MessageRef) -> None:
        shown = self._message(ref)
        self.rig.residents.delete(RESIDENT_1, shown.chat.id, shown.id)

    def marked(self, ref: MessageRef) -> bool:
        return self._message(ref).reactions == ("👀",)

    def told_alone(self) -> list[str]:
        return [message.text for message in self.rig.messages(RESIDENT_1)]

    def may_enforce(self) -> None:
        """Restricting takes a supergroup."""
        place = self.rig.world.chats[GROUP]
        place.type, place.admins = "supergroup", {RESIDENT_2}
        self.rig.residents.set_bot(GROUP, "administrator")

    def gone(self, ref: MessageRef) -> bool:
        return self._message(ref).deleted

    # --- out

    def closed_chats(self) -> list[Address]:
        self.rig.residents.set_bot(CHANNEL, "kicked")
        self.rig.residents.start(RESIDENT_2)
        self.rig.residents.block(RESIDENT_2)
        return [Address("telegram", str(x)) for x in (-999, RESIDENT_1, RESIDENT_2, CHANNEL)]

    def seen(self, ref: MessageRef) -> Seen:
        return _seen(self._message(ref))

    def posts(self) -> int:
        return len(self.rig.messages(GROUP))

    def fail(self, doing: Literal["send", "edit"], kind: FaultKind) -> None:
        self.rig.world.faults.add(Fault(METHODS[doing], kind, retry_after=7))

    def remove(self, ref: MessageRef) -> None:
        self._message(ref).deleted = True

    def move(self) -> Address | None:
        return Address("telegram", str(self.rig.residents.migrate(GROUP).id))

    def nowhere(self) -> Channel:
        return self.rig.channel(api_url="http://127.0.0.1:9")

    def _message(self, ref: MessageRef) -> Shown:
        chat, number = map(int, ref.split(":"))
        return self.rig.world.messages[chat][number]


def _seen(shown: Shown) -> Seen:
    buttons = [button for row in shown.inline_keyboard for button in row]
    marks = shown.entities
    links = [e["url"] for e in marks if "url" in e] + [b["url"] for b in buttons if "url" in b]
    parent = f"{shown.chat.id}:{shown.reply_to.id}" if shown.reply_to else None
    return Seen(
        shown.text,
        tuple(b["text"] for b in buttons if "callback_data" in b),
        tuple(links),
        tuple(e["type"] for e in marks if e["type"] in PINGS),
        parent,
    )


@asynccontextmanager
async def telegram(
    way: Literal["webhook", "polling"], rules: Rules
) -> AsyncIterator[TelegramBench]:
    async with stage() as rig:
        rig.rules = rules  # type: ignore[assignment]
        opening = rig.webhook if way == "webhook" else rig.polling
        async with opening(reads=True) as channel:
            yield TelegramBench(f"telegram {way}", rig, channel, rules)
