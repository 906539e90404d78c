"""Microsoft Teams, by the Bot Connector's calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Literal

from bots.playground.teams_cards import elements
from bots.playground.teams_keys import SigningKey, unsigned
from bots.playground.teams_world import Message as Shown
from core.events import Address, Person
from core.messages import Message
from core.ports import Channel, MessageRef
from tests.contract.bench import FaultKind, Rules, Seen
from tests.fakes import Clock
from tests.teams.office import DESK, EXPERT, OWN, STRANGE, Notes, Office, office, teams_channel

TROUBLES: dict[FaultKind, int] = {"429": 429, "500": 500, "drop": 0, "lost_answer": 1}
ASKED = 7


class TeamsBench:
    name = "teams"
    workplace = True
    brings_again = False
    secrets = ("standin-token", "a secret")
    person = Person("teams", EXPERT.directory_id, "fi-FI")
    home = Address("teams", DESK.id)

    def __init__(self, place: Office, rules: Rules) -> None:
        self.office, self.rules = place, rules
        self.channel: Channel = place.channel
        self._told: list[str] = []

    # --- in

    async def show(self, message: Message) -> MessageRef:
        return _ref(await self.office.posted(message))

    async def press(self, ref: MessageRef, label: str) -> None:
        message, toasts = self._message(ref), self.office.world.toasts
        before = len(toasts)
        await self.office.people.presses(EXPERT, message, label)
        told = [words for _, words in toasts[before:]]
        view = message.views.get(EXPERT.id)
        self._told += told or ([_seen(message, view).text] if view else [])

    async def told(self, number: int = 1) -> list[str]:
        """The answer comes with the press."""
        assert len(self._told) >= number
        return self._told

    async def again(self) -> None:
        assert await self.office.people.redeliver() == 200

    async def forge(self, action: str) -> int | None:
        people = self.office.people
        value = {"action": {"type": "Action.Execute", "verb": action, "data": {}}}
        more = {"type": "invoke", "name": "adaptiveCard/action", "value": value}
        token = unsigned(people.claims(), "standin-1")
        status, _ = await people.deliver(people.activity(EXPERT, DESK.id, **more), token)
        return int(status)

    async def arrive(self) -> MessageRef:
        await self.office.people.says(EXPERT, OWN, "Hei")
        return _ref(self.office.shown(OWN)[0])

    def alone(self) -> list[Seen]:
        return [_seen(message, message.card) for message in self.office.shown(OWN)]

    async def until(self, condition: Callable[[], object]) -> None:
        await self.office.until(condition)

    # --- forms

    async def leave_unsent(self, ref: MessageRef, label: str, **fields: str) -> None:
        """By a button: of a dialog that was closed, Teams tells nothing."""
        await self.press(ref, label)
        await self.office.people.submits(EXPERT, "Tallenna luonnos", **fields)

    async def opened(self, ref: MessageRef, label: str) -> dict[str, str]:
        await self.press(ref, label)
        dialog = self.office.people.dialogs.pop(EXPERT.id)
        inputs = [part for part in elements(dialog.card) if part["type"].startswith("Input.")]
        return {part["id"]: part.get("value", "") for part in inputs}

    # --- threads

    marks, tells_deletions, removes = False, True, False

    async def reply(self, ref: MessageRef, words: str) -> MessageRef:
        """In a channel's thread, whatever it answers."""
        conversation, id = ref.split(" ")
        self.office.world.conversations[DESK.id].reads = True
        root = self.office.world.messages[conversation.partition(";messageid=")[2] or id]
        return f"{conversation} {await self.office.people.answers(EXPERT, root, words)}"

    async def change(self, ref: MessageRef, words: str) -> None:
        await self.office.people.changes(EXPERT, ref.split(" ")[1], "editMessage", words)

    async def erase(self, ref: MessageRef) -> None:
        await self.office.people.changes(EXPERT, ref.split(" ")[1], "softDeleteMessage")

    def marked(self, ref: MessageRef) -> bool:
        return False

    def told_alone(self) -> list[str]:
        own = self.office.world.own(EXPERT.id).id
        return [_seen(message, message.card).text for message in self.office.world.shown(own)]

    def may_enforce(self) -> None:
        pass

    def gone(self, ref: MessageRef) -> bool:
        return False

    # --- out

    def closed_chats(self) -> list[Address]:
        unknown = ("19:nowhere@thread.tacv2", "19:nowhere@thread.v2")
        return [Address("teams", chat) for chat in (*unknown, STRANGE.id)]

    def seen(self, ref: MessageRef) -> Seen:
        message = self._message(ref)
        return _seen(message, message.card)

    def posts(self) -> int:
        return len(self.office.shown(DESK))

    def fail(self, doing: Literal["send", "edit"], kind: FaultKind) -> None:
        """A PUT whose answer is lost is repeated by aiohttp itself, once."""
        status = TROUBLES[kind]
        if doing == "send":
            self.office.teams.failing("*", status, retry_after=ASKED if status == 429 else None)
        elif status > 1:
            self.office.teams.failing(
                "update", status, retry_after=ASKED if status == 429 else None
            )
        else:
            self.office.teams.failing("update", status, status)

    def remove(self, ref: MessageRef) -> None:
        del self.office.world.messages[self._message(ref).id]

    def move(self) -> Address | None:
        return None

    def nowhere(self) -> Channel:
        return teams_channel(self.office.teams, Notes(), Clock(), fallback="http://127.0.0.1:1/")

    def _message(self, ref: MessageRef) -> Shown:
        message: Shown = self.office.world.messages[ref.split(" ")[1]]
        return message


def _ref(message: Shown) -> MessageRef:
    return f"{message.conversation} {message.id}"


def _seen(message: Shown, card: dict[str, Any]) -> Seen:
    parts = list(elements(card))
    words = [part["text"] for part in parts if part["type"] in ("TextRun", "TextBlock")]
    pressed = [part for part in parts if part["type"] in ("Action.Execute", "Action.Submit")]
    links = [part["url"] for part in parts if part["type"] == "Action.OpenUrl"]
    thread, _, first = message.conversation.partition(";messageid=")
    parent = f"{thread};messageid={first} {first}" if first not in ("", message.id) else None
    calls = tuple(entity["text"] for entity in card.get("msteams", {}).get("entities", ()))
    return Seen("".join(words), tuple(x["title"] for x in pressed), tuple(links), calls, parent)


@cache
def _key() -> SigningKey:
    """Made once: it takes a while."""
    return SigningKey("standin-1")


@asynccontextmanager
async def teams(rules: Rules) -> AsyncIterator[TeamsBench]:
    async with office(_key(), rules=rules, threads={DESK.id}) as place:
        rules.events.clear()  # the survey at the start
        rules.tried.clear()
        yield TeamsBench(place, rules)
