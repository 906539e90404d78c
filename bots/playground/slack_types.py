"""What the Slack stand-in is made of: the app, people, channels, messages, and its errors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """An answer `{"ok": false, "error": …}`; `messages` go to `response_metadata`."""

    def __init__(self, error: str, messages: Iterable[str] = (), **extra: Any) -> None:
        super().__init__(error)
        self.error, self.messages, self.extra = error, list(messages), extra


class Impossible(ValueError):
    """A person can't do this in Slack's own client: there is no such button, channel, …"""


@dataclass(frozen=True)
class App:
    """The app's configuration page at Slack. `request_url` switches Socket Mode off;
    `scopes` as None allows everything."""

    id: str = "A0KUULOLLA"
    team: str = "T0KAUPUNKI"
    team_name: str = "Kaupunki"
    user: str = "U0KUULOLLA"
    bot: str = "B0KUULOLLA"
    name: str = "Kuulolla"
    bot_token: str = "xoxb-playground"
    app_token: str = "xapp-playground"
    signing_secret: str = "playground-signing-secret"
    scopes: frozenset[str] | None = None
    commands: frozenset[str] = frozenset({"/kuulolla"})
    events: frozenset[str] = frozenset({
        "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im",
    })  # fmt: skip
    request_url: str | None = None


@dataclass
class User:
    id: str
    name: str
    official: bool = True
    locale: str = "fi-FI"
    bot: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    private: bool = False
    archived: bool = False
    im: bool = False
    topic: str = ""


@dataclass
class Message:
    """`only_for` makes it ephemeral; `loose` is `parse=full` or `link_names`."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    only_for: str | None = None
    bot_id: str | None = None
    edited: str | None = None
    metadata: Json | None = None
    username: str | None = None
    broadcast: bool = False
    loose: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Trigger:
    user: str
    made: float
    view: str | None
    used: bool = False


@dataclass
class ResponseUrl:
    user: str
    channel: str
    made: float
    ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(frozen=True)
class Call:
    method: str
    channel: str | None
    at: float
    error: str | None
    args: Json


@dataclass(frozen=True)
class Ping:
    """One call for attention: `target` is a user id, `channel`, `here` or `everyone`;
    `people` are those whom it reached."""

    channel: str
    ts: str
    author: str
    target: str
    people: tuple[str, ...]
