"""Words, made fit for Slack: cleaned, cut, escaped."""

import re
from typing import Any

FALLBACK = 600
NOTHING = "–"

_HARM = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(words: str) -> str:
    """Without what could break a request, or turn the direction of what follows."""
    return _HARM.sub("", words)


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: max(0, most - 1)] + "…"[:most]


def escape(words: str) -> str:
    """For mrkdwn: `<!channel>` and `<@U1>` stay words."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(summary: str) -> str:
    """What notifications show and screen readers say."""
    return escape(cut(clean(summary).strip() or NOTHING, FALLBACK))


def plain(words: str, most: int) -> dict[str, Any]:
    shown = cut(clean(words).strip(), most) or NOTHING
    return {"type": "plain_text", "text": shown, "emoji": False}
