"""What the Bot Connector sends → the events of `core.events`. Pure; shapes as in its reference.

Ids of activities are unique in their conversation only, and a private conversation's id is as good
as a person's address: an event is known by a digest of both.
"""

import hashlib
import html
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bots.teams.fields import values
from bots.teams.render import read_form
from core.events import Address, Command, Event, Joined, Left, Person, Pressed, Said, Submitted
from core.messages import Ask, Form

NAME = "teams"
CHANNEL = "msteams"
Json = dict[str, Any]

ARRIVED, GONE = ("add", "add-upgrade"), ("remove", "remove-upgrade")
_CHAT = re.compile(r"[\w:@.;=+/-]{1,512}", re.ASCII)
_PART = re.compile(r"[\w:@.;=+%-]{1,200}", re.ASCII)
_AT = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL | re.IGNORECASE)


MENTIONS = 5
"""People that one message may name to us."""


class Unreadable(Exception):
    """Not an activity as the Bot Connector sends them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody, or ourselves, as the text marks them. ``directory`` is the tenant's own id of a
    person, where it is told."""

    mark: str
    id: str
    directory: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What every activity tells. ``chat`` is the conversation without the thread that it is in."""

    body: Json
    type: str
    name: str
    id: str
    conversation: str
    private: bool
    account: str
    service_url: str
    reply_to: str
    value: Json

    @property
    def chat(self) -> str:
        return self.conversation.partition(";")[0]

    @property
    def where(self) -> Address:
        """A private chat's address says how it is reached: of those, no reference is kept."""
        return Address(NAME, private_chat(self) if self.private else self.chat)

    @property
    def ref(self) -> str:
        """The message that it is about, as `send` names it; "" for none."""
        return ref(self.conversation, self.reply_to) if self.reply_to else ""


def private_chat(activity: Activity) -> str:
    return f"{activity.conversation}|{activity.service_url}"


def split_chat(chat: str) -> tuple[str, str]:
    """A chat of ours → (conversation, service URL or "")."""
    conversation, _, service_url = chat.partition("|")
    return conversation, service_url


def ref(conversation: str, activity: str, service_url: str = "") -> str:
    return f"{conversation} {activity}" + (f" {service_url}" if service_url else "")


def split_ref(ref: str) -> tuple[str, str, str]:
    """(conversation, activity, service URL or "")."""
    conversation, _, rest = ref.partition(" ")
    activity, _, service_url = rest.partition(" ")
    return conversation, activity, service_url


def activity(body: Any, known: Collection[str] = ()) -> Activity:
    """``known``: accounts that are kept by the id which Teams gives them for one bot alone. All
    others are known by the tenant's own id of the person."""
    if not isinstance(body, dict):
        raise Unreadable("no object")
    sender, conversation = _dict(body, "from"), _dict(body, "conversation")
    own, directory = _text(sender, "id"), _text(sender, "aadObjectId")
    chat, id, reply_to = _text(conversation, "id"), _text(body, "id"), _text(body, "replyToId")
    if not _CHAT.fullmatch(chat) or (reply_to and not _PART.fullmatch(reply_to)):
        raise Unreadable("a strange conversation or message")
    return Activity(
        body,
        _text(body, "type"),
        _text(body, "name"),
        id,
        chat,
        _text(conversation, "conversationType") == "personal",
        own if own in known or not directory else directory,
        _text(body, "serviceUrl"),
        reply_to,
        _dict(body, "value"),
    )


def event(
    given: Activity,
    at: datetime,
    names: Collection[str] = (),
    named: Sequence[tuple[str, str]] = (),
) -> Event | None:
    """``names``: words that are commands where they stand alone. ``named``: marks of people in the
    text, in their order, with the accounts that they are. None for what does not concern us."""
    if given.type == "installationUpdate":
        return _installation(given, at)
    if not given.account or not given.id:
        return None
    data = _carried(given)
    if (form := read_form(data.get("form"))) is not None:
        return _submitted(given, at, form, data)
    if action := _text(data, "action"):
        return Pressed(**about(given, at), action=action, order=_order(given, at))
    if given.type != "message" or given.value:
        return None
    return _written(given, at, names, named)


def _carried(given: Activity) -> Json:
    """What a card's action carried, whichever way it came."""
    match given.type, given.name:
        case "invoke", "adaptiveCard/action":
            return _dict(_dict(given.value, "action"), "data")
        case "invoke", "task/fetch" | "task/submit":
            return _dict(given.value, "data")
        case "message", _:
            return given.value
    return {}


def _submitted(given: Activity, at: datetime, form: Form, data: Json) -> Submitted:
    asks = [block for block in form.blocks if isinstance(block, Ask)]
    fields = values(data, asks)
    return Submitted(**about(given, at), form=form.name, fields=fields, state=form.state)


def _written(
    given: Activity, at: datetime, names: Collection[str], named: Sequence[tuple[str, str]]
) -> Event | None:
    """In shared chats only what mentions us is for us: commands. In private ones, a command starts
    with a slash, or stands alone."""
    if not given.private and not _marks(given.body):
        return None
    words = own_words(given.body, named)
    name, _, args = words.removeprefix("/").partition(" ")
    if name.lower() == "kuulolla" and words.startswith("/"):
        name, _, args = args.strip().partition(" ")
    if given.private and not words.startswith("/") and words.lower() not in names:
        return Said(**about(given, at), text=words)
    return Command(**about(given, at), name=name.lower(), args=args.strip())


def own_words(body: Json, named: Sequence[tuple[str, str]] = ()) -> str:
    """What a person wrote, without the mention of us; people of ours as ``<@account>``."""
    words = _text(body, "text")
    for mark in _marks(body):
        words = words.replace(mark, " ")
    for mark, account in named:
        words = words.replace(mark, f"<@{account}>", 1)
    words = _AT.sub(lambda found: re.sub(r"<[^>]*>", "", found[0]), words)
    if _text(body, "textFormat") in ("xml", "html"):
        words = html.unescape(words)
    return words.replace("\xa0", " ").strip()


def _marks(body: Json) -> list[str]:
    """The places where we are mentioned, as they stand in the text."""
    me = _text(_dict(body, "recipient"), "id")
    return [one.mark for one in _mentions(body) if one.id == me]


def mentions_us(given: Activity) -> bool:
    return bool(_marks(given.body))


def is_part(id: str) -> bool:
    """Whether it may be the id of a message or a person."""
    return bool(_PART.fullmatch(id))


def mentions(given: Activity) -> list[Mention]:
    """The people that a message names to us, at most `MENTIONS`."""
    if given.type != "message" or not (given.private or _marks(given.body)):
        return []
    me = _text(_dict(given.body, "recipient"), "id")
    return [one for one in _mentions(given.body) if one.id != me][:MENTIONS]


def _mentions(body: Json) -> Iterator[Mention]:
    entities = body.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "mention":
            whom, mark = _dict(entity, "mentioned"), _text(entity, "text")
            id, directory = _text(whom, "id"), _text(whom, "aadObjectId")
            if mark and _PART.fullmatch(id):
                yield Mention(mark, id, directory)


def _installation(given: Activity, at: datetime) -> Event | None:
    action = _text(given.body, "action")
    told = about(given, at)
    if action in ARRIVED:
        if given.private:
            return Command(**told, name="start")
        data = _dict(given.body, "channelData")
        title = _text(_dict(data, "team"), "name") or _text(given.body["conversation"], "name")
        return Joined(**told, title=title)
    return Left(**told) if action in GONE else None


def about(given: Activity, at: datetime, what: str = "") -> Json:
    """``what`` tells apart what carries the id of another: an edit has that of its message, and
    a time of its own."""
    named = f"{given.conversation} {given.id}"
    if what:
        named += f" {what} {_text(given.body, 'timestamp')}"
    digest = hashlib.blake2b(named.encode(), digest_size=16)
    language = locale(given) or None
    return {
        "id": f"{NAME}:{digest.hexdigest()}",
        "who": Person(NAME, given.account, language),
        "where": given.where,
        "at": at,
        "private": given.private,
    }


def _order(given: Activity, at: datetime) -> int:
    """The platform's own time of the press, in microseconds; ours where it tells none."""
    try:
        told = datetime.fromisoformat(_text(given.body, "timestamp"))
    except ValueError:
        told = at
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return int(told.timestamp() * 1_000_000)


def pair(given: Activity) -> tuple[str, str, str]:
    """The person, ourselves, and the tenant: as a chat of the two is asked for."""
    person, me = _dict(given.body, "from"), _dict(given.body, "recipient")
    return _text(person, "id"), _text(me, "id"), tenant(given)


def submitted_form(given: Activity) -> tuple[Form | None, Json]:
    """The form that was sent, and all that came with it."""
    data = _carried(given)
    return read_form(data.get("form")), data


def locale(given: Activity) -> str:
    return _text(given.body, "locale")


def tenant(given: Activity) -> str:
    told = _text(_dict(given.body, "conversation"), "tenantId")
    return told or _text(_dict(_dict(given.body, "channelData"), "tenant"), "id")


def _dict(value: Json, name: str) -> Json:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Json, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
