"""Words, made fit for Slack: cleaned, cut, escaped."""

from typing import Any

from core.clean import harmless

FALLBACK = 600
NOTHING = "–"


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: max(0, most - 1)] + "…"[:most]


def escape(words: str) -> str:
    """For mrkdwn: `<!channel>` and `<@U1>` stay words."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(summary: str) -> str:
    """What notifications show and screen readers say."""
    return escape(cut(harmless(summary).strip() or NOTHING, FALLBACK))


def plain(words: str, most: int) -> dict[str, Any]:
    shown = cut(harmless(words).strip(), most) or NOTHING
    return {"type": "plain_text", "text": shown, "emoji": False}
