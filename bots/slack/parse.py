"""What Slack sends → the events of `core.events`. Pure; shapes as in Slack's own reference.

An event's id has to be the same when Slack delivers it again, and different otherwise: events have
`event_id`; presses and commands `trigger_id`; a submission the view, its version and what was
filled in (a view that was sent back with errors keeps its version).
"""

import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from core.events import Address, Command, Event, Joined, Left, Person, Pressed, Submitted
from core.messages import DRAFT

NAME = "slack"
Json = Mapping[str, Any]


class _Id(msgspec.Struct, frozen=True):
    id: str = ""


class _Container(msgspec.Struct, frozen=True):
    is_ephemeral: bool = False


class View(msgspec.Struct, frozen=True):
    id: str = ""
    type: str = ""
    private_metadata: str = ""


class _Choice(msgspec.Struct, frozen=True):
    value: str = ""


class _Action(msgspec.Struct, frozen=True):
    """A link button has no `value`; `selected_option` is an overflow menu's or a select's. The
    `value` of a text field is what a person wrote, which is no action."""

    type: str = "button"
    value: str | None = None
    selected_option: _Choice | None = None
    action_ts: str = ""

    @property
    def carries(self) -> str:
        if self.type == "plain_text_input":
            return ""
        return self.value or (self.selected_option.value if self.selected_option else "")


class Press(msgspec.Struct, frozen=True):
    """The few fields that we need of a `block_actions` payload."""

    type: str
    user: _Id
    actions: tuple[_Action, ...]
    trigger_id: str = ""
    response_url: str = ""
    channel: _Id | None = None
    container: _Container | None = None
    view: View | None = None

    @property
    def chat(self) -> str:
        """Where it was pressed; for a dialog where that was opened; the home tab is the user's."""
        if self.channel and self.channel.id:
            return self.channel.id
        opened = metadata(self.view.private_metadata)[1] if self.view else ""
        return opened or self.user.id

    @property
    def private(self) -> bool:
        return self.view is not None or self.seen_by_one

    @property
    def seen_by_one(self) -> bool:
        """Whether the pressed message is shown to nobody else, so that it may be replaced."""
        return bool(self.container and self.container.is_ephemeral) or is_private(self.chat)


_read_press = msgspec.json.Decoder(Press).decode


def vote(body: bytes) -> Press | None:
    """The press on a vote button in a form-encoded request; None for anything else."""
    if not body.startswith(b"payload="):
        return None
    try:
        press = _read_press(_form_decoded(body[8:]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    plain = press.type == "block_actions" and len(press.actions) == 1
    return press if plain and press.actions[0].carries.startswith("vote:") else None


def _form_decoded(value: bytes) -> bytes:
    """As `unquote_plus`, but in C, some twenty times faster: quoted-printable is the same
    code with another sign."""
    spaced = value.replace(b"+", b" ").replace(b"=", b"=3D")
    return binascii.a2b_qp(spaced.replace(b"%", b"="))


def press(body: Json) -> Press | None:
    """None for a press that carries nothing, such as on a link."""
    try:
        found = msgspec.convert(body, Press)
    except msgspec.ValidationError:
        return None
    return found if found.actions and found.actions[0].carries else None


def pressed(press: Press, at: datetime) -> Pressed:
    action = press.actions[0]
    return Pressed(
        id=f"{NAME}:{press.trigger_id or f'{action.action_ts}.{press.user.id}'}",
        who=Person(NAME, press.user.id),
        where=Address(NAME, press.chat),
        at=at,
        private=press.private,
        action=action.carries,
        order=microseconds(action.action_ts),
    )


def command(body: Json, at: datetime) -> Command:
    name, _, args = plain(body.get("text") or "").strip().partition(" ")
    chat, user = body["channel_id"], body["user_id"]
    return Command(
        id=f"{NAME}:{body['trigger_id']}",
        who=Person(NAME, user),
        where=Address(NAME, chat),
        at=at,
        private=is_private(chat),
        name=name.lower(),
        args=args.strip(),
    )


def home(user: str, id: str, at: datetime) -> Command:
    """A look at the app's home tab."""
    return Command(
        id=id, who=Person(NAME, user), where=Address(NAME, user), at=at, private=True, name="home"
    )


def submitted(body: Json, at: datetime, zone: str) -> Submitted:
    view, user = body["view"], body["user"]["id"]
    state, where = metadata(view.get("private_metadata") or "")
    values = (view.get("state") or {}).get("values") or {}
    filled = json.dumps(values, sort_keys=True).encode()
    digest = hashlib.blake2b(filled, digest_size=12).hexdigest()
    return Submitted(
        id=f"{NAME}:{view['id']}.{view.get('hash', '')}.{digest}",
        who=Person(NAME, user),
        where=Address(NAME, where or user),
        at=at,
        private=True,
        form=view.get("callback_id") or "",
        fields={
            name: _value(element, zone)
            for name, elements in values.items()
            for element in elements.values()
        },
        state=state,
    )


def written(body: Json, at: datetime, zone: str) -> Submitted | None:
    """What stands in a dialog of which somebody changed a field; None for all else."""
    view, actions = body.get("view") or {}, body.get("actions") or [{}]
    if view.get("type") != "modal" or actions[0].get("block_id") not in inputs(view):
        return None
    unsent = submitted(body, at, zone)
    id = f"{NAME}:{view['id']}.{actions[0].get('action_ts', '')}"
    return msgspec.structs.replace(unsent, id=id, form=f"{unsent.form}{DRAFT}")


def inputs(view: Json) -> list[str]:
    """Names of a view's fields: only these may be given errors."""
    return [block["block_id"] for block in view.get("blocks") or () if block["type"] == "input"]


def _value(element: Json, zone: str) -> str:
    if options := element.get("selected_options"):
        return " ".join(option["value"] for option in options)
    if option := element.get("selected_option"):
        return str(option["value"])
    if (moment := element.get("selected_date_time")) is not None:
        return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return element.get("value") or ""


ARRIVED = {"channel_unarchive", "group_unarchive"}
GONE = {
    "channel_left", "channel_archive", "channel_deleted",
    "group_left", "group_archive", "group_deleted",
}  # fmt: skip


def event(body: Json, at: datetime) -> Event | None:
    """None for what does not concern us, messages among it: they are for colleagues."""
    inner = body.get("event") or {}
    kind, id = inner.get("type"), f"{NAME}:{body.get('event_id')}"
    if kind == "app_home_opened":
        return home(inner["user"], id, at) if inner.get("tab") == "home" else None
    own = kind in ARRIVED | GONE or (
        kind in ("member_joined_channel", "member_left_channel")
        and inner.get("user") == bot_user(body)
    )
    if not own:
        return None
    made = Left if kind in GONE or kind == "member_left_channel" else Joined
    who = Person(NAME, inner.get("inviter") or inner.get("actor_id") or inner.get("user") or "")
    return made(id=id, who=who, where=Address(NAME, inner["channel"]), at=at, private=False)


def bot_user(body: Json) -> str | None:
    """The user under which the app was told of an event."""
    told = (a for a in body.get("authorizations") or () if a.get("is_bot"))
    return next((a.get("user_id") for a in told), None)


def is_private(chat: str) -> bool:
    """A conversation of one person with the app, or that person's home tab."""
    return chat[:1] in ("D", "U", "W")


def metadata(text: str) -> tuple[str, str]:
    """A view's (state, where it was opened), as `render.form` wrote them."""
    try:
        kept = json.loads(text or "{}")
        return str(kept.get("state", "")), str(kept.get("where", ""))
    except (ValueError, AttributeError):
        return "", ""


def microseconds(ts: str) -> int:
    """`1603129.123456` → 1603129123456; 0 where it is no timestamp."""
    seconds, _, rest = ts.partition(".")
    digits = seconds + rest[:6].ljust(6, "0")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(text: str) -> str:
    """What a person typed, without Slack's markup: `<https://a.fi|a.fi> &amp;` → `a.fi &`."""
    return unescape(_MARKED.sub(lambda found: found[2] or found[1], text))
