"""How each channel writes a message down, to be read and compared: one function a channel."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from bots.slack import render as slack
from bots.teams import render as teams
from bots.telegram import render as telegram
from bots.web import render as web
from core.messages import Form, Message
from core.texts import texts
from tests.golden.scene import Shown

ZONE = "Europe/Helsinki"


def as_telegram(shown: Shown, language: str) -> str:
    """The picture above, the HTML, and a line for each row of buttons with what each does."""
    assert isinstance(shown, Message)
    made = telegram.render(shown)
    rows = made.keyboard.inline_keyboard if made.keyboard else ()
    lines = ["   ".join(f"[{b.text}]({b.callback_data or b.url})" for b in row) for row in rows]
    above = [f"preview: {made.preview}"] if made.preview else []
    return "\n".join([*above, made.text, *lines])


def slack_payload(shown: Shown) -> dict[str, Any]:
    if isinstance(shown, Form):
        return slack.form(shown, "C0DESK", ZONE)
    return slack.message(shown)


def as_slack(shown: Shown, language: str) -> str:
    return _lines(slack_payload(shown), "blocks")


def teams_card(shown: Shown) -> dict[str, Any]:
    return teams.form(shown, dialog=True) if isinstance(shown, Form) else teams.card(shown)


def as_teams(shown: Shown, language: str) -> str:
    return _lines(teams_card(shown), "body")


def _lines(payload: dict[str, Any], parts: str) -> str:
    """JSON, with each of its ``parts`` on a line of its own."""
    head = {name: value for name, value in payload.items() if name != parts}
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in (head, *payload[parts]))


def as_web(shown: Shown, language: str) -> str:
    """The HTML, an element of its own a line."""
    t = texts(language)
    if isinstance(shown, Form):
        made = f"<h1>{web.words(shown.title)}</h1>{web.blocks(t, shown.blocks)}[{shown.submit}]"
    else:
        made = str(web.message(t, shown))
    return re.sub(r"(</(?:p|h1|h2|li|ol|dl|div|label|blockquote)>|<(?:ol|dl)[^>]*>)", r"\1\n", made)


class Channel(NamedTuple):
    """``parts``: what is ever shown there."""

    write: Callable[[Shown, str], str]
    parts: tuple[str, ...]
    forms: bool


BOTH = ("views", "kinds", "surveys", "round_ups", "statements", "withdrawn", "pictures")
"""What is shown to residents and to officials alike."""
CHANNELS = {
    "telegram": Channel(as_telegram, (*BOTH, "residents"), forms=False),
    "slack": Channel(as_slack, (*BOTH, "officials"), forms=True),
    "teams": Channel(as_teams, (*BOTH, "residents", "officials"), forms=True),
    "web": Channel(as_web, (*BOTH, "residents"), forms=True),
}
