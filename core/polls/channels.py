"""By which channels the votes of a poll came: a vote on the web is weaker than one in a chat, so
every result on the page says it."""

from core.messages import AnyBlock, text
from core.model import Tally
from core.texts import Texts


def said(t: Texts, tally: Tally) -> str:
    """"" where so few have voted that it could tell of them."""
    parts = sorted(tally.parted.items(), key=lambda part: (-part[1], part[0]))
    return ", ".join(f"{name(t, channel)} {t.number(n)}" for channel, n in parts if n)


def mix(t: Texts, tally: Tally) -> list[AnyBlock]:
    words = said(t, tally)
    return [text(t("Votes by channel: {channels}.", channels=words), role="note")] if words else []


def name(t: Texts, channel: str) -> str:
    return t("web page") if channel == "web" else channel.capitalize()
