"""Slack's text: what a person's client makes of typing, and whom a text calls."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MENTION = re.compile(
    r"<(?:@([UW][A-Z0-9]+)|!(channel|here|everyone)|!subteam\^(S[A-Z0-9]+))(?:\|[^>]*)?>"
)
GROUPS = ("channel", "here", "everyone")


def typed(text: str, names: Mapping[str, str]) -> str:
    """As the client sends it: `& < >` escaped, `@Name` and `@channel` made into mentions.

    `names` maps a display name to a user id."""
    escaped = html.escape(text, quote=False)
    for name in sorted(names, key=len, reverse=True):
        escaped = escaped.replace(f"@{html.escape(name, quote=False)}", f"<@{names[name]}>")
    return re.sub(rf"(?<![\w<])@({'|'.join(GROUPS)})\b", r"<!\1>", escaped)


def called(text: str) -> Iterator[str]:
    """Whom the mentions of one mrkdwn text call: user ids, `channel`, `here`, `everyone`."""
    for user, group, team in MENTION.findall(text):
        yield user or group or team


def called_loosely(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """With `parse=full` or `link_names`, a bare `@channel` or `@name` calls as well."""
    yield from re.findall(rf"(?<![\w<])@({'|'.join(GROUPS)})\b", text)
    yield from (user for name, user in names.items() if f"@{name}" in text)


def called_by_blocks(value: Any) -> Iterator[str]:
    """Mentions in mrkdwn, markdown and rich text; plain text never calls anyone."""
    if isinstance(value, list):
        for entry in value:
            yield from called_by_blocks(entry)
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind in ("mrkdwn", "markdown"):
            yield from called(value["text"])
        elif kind == "user" and "user_id" in value:
            yield value["user_id"]
        elif kind == "broadcast":
            yield value["range"]
        else:
            yield from called_by_blocks(list(value.values()))


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
