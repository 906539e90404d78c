"""People, chats and messages, and the JSON that the Bot API shows of them."""

from asyncio import Event
from dataclasses import dataclass, field
from typing import Any, Literal

from bots.playground.telegram.text import Entity

ChatType = Literal["private", "group", "supergroup", "channel"]
BotStatus = Literal["member", "administrator", "left", "kicked"]
Json = dict[str, Any]


@dataclass
class User:
    id: int
    first_name: str
    language_code: str = ""
    username: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            shown["username"] = self.username
        if self.language_code:
            shown["language_code"] = self.language_code
        return shown


@dataclass
class Chat:
    """`started`, `blocked` are for private chats; `bot`, `members`, `admins` for the others.
    `topics` (of a forum: id to name, "" once closed), `restricted` (user to the time of its end)
    are for supergroups; `linked`: a channel's group for comments."""

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    bot: BotStatus = "left"
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)
    restricted: dict[int, float] = field(default_factory=dict)
    linked: int | None = None

    def as_json(self) -> Json:
        shown: Json = {"id": self.id, "type": self.type}
        if self.topics:
            shown["is_forum"] = True
        if self.type == "private":
            shown["first_name"] = self.title
        else:
            shown["title"] = self.title
        if self.username:
            shown["username"] = self.username
        return shown


@dataclass
class Message:
    """`content` holds what makes the kind: text or photo or one of the service fields.
    `sender_chat`: a chat that wrote it, in the name of which its sender only stands in."""

    chat: Chat
    id: int
    sender: User | None
    date: int
    content: Json
    markup: Json | None = None
    reply_to: "Message | None" = None
    thread_id: int | None = None
    edited: int | None = None
    silent: bool = False
    deleted: bool = False
    sender_chat: Chat | None = None
    reactions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Entity]:
        found: list[Entity] = self.content.get("entities") or []
        return found or self.content.get("caption_entities") or []

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def as_json(self, *, with_reply: bool = True) -> Json:
        shown: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json()}
        if self.sender is not None:
            shown["from"] = self.sender.as_json()
        if self.chat.type == "channel":
            shown["sender_chat"] = self.chat.as_json()
            shown.pop("from", None)
        if self.sender_chat is not None:
            shown["sender_chat"] = self.sender_chat.as_json()
        if self.thread_id is not None:
            shown["message_thread_id"] = self.thread_id
            if self.thread_id in self.chat.topics:
                shown["is_topic_message"] = True
        if self.edited is not None:
            shown["edit_date"] = self.edited
        if with_reply and self.reply_to is not None and not self.reply_to.deleted:
            shown["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        shown |= {name: value for name, value in self.content.items() if value != []}
        if self.inline_keyboard:
            shown["reply_markup"] = self.markup
        return shown


@dataclass
class CallbackAnswer:
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass
class CallbackQuery:
    id: str
    user: User
    message: Message
    data: str
    at: float
    answer: CallbackAnswer | None = None
    answered: Event = field(default_factory=Event)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "from": self.user.as_json(),
            "message": self.message.as_json(),
            "chat_instance": str(abs(self.message.chat.id) * 7919),
            "data": self.data,
        }


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass(frozen=True)
class Call:
    """One Bot API call that came in; `via` tells a request from a webhook's answer."""

    at: float
    method: str
    chat: str | None
    status: int
    description: str
    via: Literal["request", "webhook"]
