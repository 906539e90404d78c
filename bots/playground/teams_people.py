"""What people do in the stand-in, and how the bot hears of it: signed activities, fifteen seconds
of patience, and what its answers do to what they see."""

import asyncio
import json
from dataclasses import dataclass, field
from html import escape
from typing import Any

import aiohttp

from bots.playground.teams_cards import card_faults, elements
from bots.playground.teams_keys import CHANNEL, ISSUER, SigningKey
from bots.playground.teams_world import Conversation, Message, TeamsWorld, User

Json = dict[str, Any]
PATIENCE = 15.0
TOAST = "application/vnd.microsoft.activity.message"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


class BadAnswer(AssertionError):
    """The bot answered with what Teams would call an error."""


@dataclass
class App:
    """The bot's registration. ``endpoint`` is where activities are posted."""

    app_id: str = "00000000-0000-0000-0000-00000000a551"
    tenant_id: str = "00000000-0000-0000-0000-0000000000c1"
    endpoint: str = ""
    name: str = "Kuulolla"
    secret: str = "standin-secret"

    @property
    def account(self) -> str:
        return f"28:{self.app_id}"


@dataclass
class Dialog:
    """An open dialog, and over which message it was opened."""

    card: Json
    title: str
    message: Message


@dataclass
class People:
    world: TeamsWorld
    app: App
    key: SigningKey
    now: Any
    service_url: str = ""
    sent: list[Json] = field(default_factory=list)
    dialogs: dict[str, Dialog] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    # --- acting

    async def says(self, user: User, chat: Conversation, words: str, *named: User) -> int:
        """In shared chats, with a mention of the bot: without one it is not told. Each ``@`` in
        the words is one of those who are ``named``."""
        told: Json = {"type": "message", "textFormat": "plain", "entities": []}
        for one in named:
            mark = f"<at>{one.name}</at>"
            words = words.replace("@", mark, 1)
            who = {"id": one.id, "name": one.name}
            told["entities"] += [{"type": "mention", "text": mark, "mentioned": who}]
        told["text"] = words
        if chat.kind != "personal":
            mark = f"<at>{self.app.name}</at>"
            mentioned = {"id": self.app.account, "name": self.app.name}
            told |= {"text": f"{mark} {words}"}
            told["entities"] += [{"type": "mention", "text": mark, "mentioned": mentioned}]
        status, _ = await self.deliver(self.activity(user, self.place(chat), **told))
        return status

    async def answers(self, user: User, message: Message, words: str, **more: Any) -> str:
        """An ordinary reply, without a mention: in a channel, in the message's thread; in a group
        chat, with the message that it answers. The bot hears of it where it may read. Returns the
        reply's id."""
        attached = [{"contentType": "text/html", "content": f"<p>{escape(words)}</p>"}]
        if not message.conversation.partition(";")[2]:
            quoted = json.dumps({"messageId": message.id, "messagePreview": message.summary})
            attached.append({"contentType": "messageReference", "content": quoted})
        told = {"type": "message", "textFormat": "plain", "text": words, "attachments": attached}
        made = self.activity(user, message.conversation, **(told | more))
        self.world.written[made["id"]] = made
        await self._read(made)
        return str(made["id"])

    async def changes(self, user: User, id: str, kind: str, words: str = "") -> None:
        """What was written is edited (``editMessage``), deleted (``softDeleteMessage``) or brought
        back (``undeleteMessage``)."""
        before = self.world.written[id]
        if before["from"]["id"] != user.id:
            raise BadAnswer("only the author can do that")
        data = {**before["channelData"], "eventType": kind}
        made = {**before, "timestamp": self.world.timestamp(), "channelData": data}
        if kind == "softDeleteMessage":
            made = {k: v for k, v in made.items() if k not in ("text", "attachments", "textFormat")}
        else:
            made |= {"text": words or before["text"]}
            self.world.written[id] = {**before, "text": made["text"]}
        deleted = kind == "softDeleteMessage"
        await self._read({**made, "type": "messageDelete" if deleted else "messageUpdate"})

    async def _read(self, made: Json) -> None:
        chat = self.world.conversations[made["conversation"]["id"].partition(";")[0]]
        if chat.reads and chat.installed:
            await self.deliver(made)

    async def installs(self, user: User, chat: Conversation, action: str = "add") -> int:
        self.world.conversations[chat.id].installed = action == "add"
        told = {"type": "installationUpdate", "action": action}
        data = {} if chat.kind == "personal" else {"team": {"id": chat.id, "name": chat.name}}
        made = self.activity(user, chat.id, **told)
        made["channelData"] |= data
        status, _ = await self.deliver(made)
        return status

    async def presses(self, user: User, message: Message, title: str, **inputs: str) -> Json:
        """Presses the button of that title on the card as the person sees it."""
        card = message.views.get(user.id, message.card)
        action = button(card, title)
        data = {**action.get("data", {}), **defaults(card), **inputs}
        about = {"replyToId": message.id}
        if action["type"] == "Action.Execute":
            done = {"type": "Action.Execute", "verb": action["verb"], "data": data, "title": title}
            value = {"action": done, "trigger": "manual"}
            answer = await self.invokes(user, message, "adaptiveCard/action", value, **about)
            self._applied(user, message, answer)
            return answer
        if data.get("msteams", {}).get("type") == "task/fetch":
            value = {"data": {**data, "type": "task/fetch"}, "context": {"theme": "default"}}
            answer = await self.invokes(user, message, "task/fetch", value, **about)
            self._dialog(user, message, answer)
            return answer
        made = self.activity(user, message.conversation, type="message", value=data, **about)
        await self.deliver(made)
        return {}

    async def submits(self, user: User, title: str, **inputs: str) -> Json:
        """Fills and submits the dialog that is open."""
        dialog = self.dialogs.pop(user.id)
        action = button(dialog.card, title)
        if action["type"] != "Action.Submit":
            raise BadAnswer("a dialog knows Action.Submit only")
        data = {**action.get("data", {}), **defaults(dialog.card), **inputs}
        value = {"data": data, "context": {"theme": "default"}}
        answer = await self.invokes(user, dialog.message, "task/submit", value)
        self._dialog(user, dialog.message, answer)
        return answer

    async def invokes(
        self, user: User, message: Message, name: str, value: Json, **more: Any
    ) -> Json:
        told = {"type": "invoke", "name": name, "value": value, **more}
        status, answer = await self.deliver(self.activity(user, message.conversation, **told))
        if status != 200 or not isinstance(answer, dict):
            raise BadAnswer(f"{name} was answered with {status}")
        return answer

    # --- what answers do

    def _applied(self, user: User, message: Message, answer: Json) -> None:
        kind, value = answer.get("type"), answer.get("value")
        if answer.get("statusCode") != 200 or kind not in (TOAST, ADAPTIVE):
            raise BadAnswer(f"not an answer to Action.Execute: {answer}")
        if kind == TOAST:
            if not isinstance(value, str) or not value:
                raise BadAnswer("an empty message")
            self.world.toasts.append((user.id, value))
        else:
            message.views[user.id] = checked(value)
        self.world.changed()

    def _dialog(self, user: User, message: Message, answer: Json) -> None:
        task = answer.get("task") or {}
        match task.get("type"):
            case "continue":
                value = task["value"]
                if not value.get("title") or value["card"]["contentType"] != ADAPTIVE:
                    raise BadAnswer("a dialog without title or card")
                shown = Dialog(checked(value["card"]["content"]), value["title"], message)
                self.dialogs[user.id] = shown
            case "message" if isinstance(task.get("value"), str) and task["value"]:
                self.world.toasts.append((user.id, task["value"]))
            case _ if answer:
                raise BadAnswer(f"not an answer to a dialog: {answer}")

    # --- how it reaches the bot

    def place(self, chat: Conversation) -> str:
        """Where a new message of a person is: in a channel, in a thread of its own."""
        thread = f";messageid={self.world.number()}" if chat.kind == "channel" else ""
        return chat.id + thread

    def activity(self, user: User, conversation: str, **more: Any) -> Json:
        chat = self.world.conversations[conversation.partition(";")[0]]
        return {
            "id": self.world.number(), "timestamp": self.world.timestamp(), "channelId": CHANNEL,
            "serviceUrl": self.service_url, "locale": user.locale,
            "from": {"id": user.id, "name": user.name, "aadObjectId": user.directory_id},
            "recipient": {"id": self.app.account, "name": self.app.name},
            "conversation": {
                "id": conversation, "conversationType": chat.kind,
                "isGroup": chat.kind != "personal", "tenantId": self.app.tenant_id,
            },
            "channelData": {"tenant": {"id": self.app.tenant_id}},
            **more,
        }  # fmt: skip

    def claims(self, **changes: Any) -> Json:
        now = int(self.now())
        usual = {
            "iss": ISSUER, "aud": self.app.app_id, "nbf": now - 60, "exp": now + 3600,
            "serviceurl": self.service_url,
        }  # fmt: skip
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def signed(self) -> str:
        """What the Connector comes with; nothing in development."""
        return self.key.sign(self.claims()) if self.app.secret else ""

    async def deliver(self, activity: Json, token: str | None = None) -> tuple[int, Any]:
        """Posts it, rightly signed unless told otherwise ("" for no token)."""
        self.sent.append(activity)
        given = self.signed() if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with asyncio.timeout(PATIENCE):
            async with self._session.post(
                self.app.endpoint, json=activity, headers=headers
            ) as answer:
                body = await answer.json() if answer.content_type == "application/json" else None
                return answer.status, body

    async def redeliver(self) -> int:
        """The last activity once more, as when its answer was lost."""
        status, _ = await self.deliver(self.sent[-1])
        return status

    async def close(self) -> None:
        if self._session:
            await self._session.close()


def button(card: Json, title: str) -> Json:
    found = [x for x in elements(card) if x["type"].startswith("Action.") and "title" in x]
    for action in found:
        if action["title"] == title:
            return action
    raise LookupError(f"no button {title!r} among {[x['title'] for x in found]}")


def defaults(card: Json) -> Json:
    """What a card's inputs hold before anybody has changed them."""
    inputs = (x for x in elements(card) if x["type"].startswith("Input."))
    return {x["id"]: x["value"] for x in inputs if x.get("value")}


def checked(card: Any) -> Json:
    if faults := card_faults(card):
        raise BadAnswer("; ".join(faults))
    return card
