"""What stands in a text for personal data that was taken out: kept as a sign of no language, shown
in the reader's, saying that it was the city."""

import re
from typing import Any, TypeVar

import msgspec

from core.personal_data import Kind, find, label
from core.texts import LANGUAGES, Texts, texts

T = TypeVar("T")
CODES = {kind: str(number) for number, kind in enumerate(Kind)}
"""Figures, which no search and no routing takes for a word. Never given to another kind."""
_KINDS = {code: kind for kind, code in CODES.items()}
_SIGN = re.compile("⟦([0-9])⟧|⟦[0-9]?(?=…)")
_TYPED = str.maketrans("⟦⟧", "[]")


def hide(text: str) -> tuple[str, tuple[Kind, ...]]:
    """The text with a sign for each find; and the kinds of all signs in it. Signs that somebody
    types are none; words that were shown in a sign's place are that sign again."""
    text = text.translate(_TYPED)
    for words, sign in _shown().items():
        text = text.replace(words, sign)
    hidden, last = [], 0
    for span in find(text):
        hidden += [text[last : span.start], f"⟦{CODES[span.kind]}⟧"]
        last = span.end
    text = "".join([*hidden, text[last:]])
    return text, kinds(text)


def cover(text: str, words: str) -> str:
    """The text with a sign in the place of these words, which somebody saw to be personal."""
    return text.replace(words, f"⟦{CODES[Kind.OTHER]}⟧")


def kinds(text: str) -> tuple[Kind, ...]:
    """What was taken out of a text."""
    found = (_KINDS.get(match[1] or "") for match in _SIGN.finditer(text))
    return tuple(dict.fromkeys(kind for kind in found if kind))


def shown(text: str, t: Texts) -> str:
    """The text as a reader sees it. What was cut within a sign loses the rest of it."""
    if "⟦" not in text:
        return text
    return _SIGN.sub(lambda match: _words(_KINDS.get(match[1] or ""), t), text)


def said(value: T, t: Texts) -> T:
    """A message, form or reply as a reader sees it."""
    changed: Any = value
    match value:
        case str():
            changed = shown(value, t)
        case tuple() | list():
            changed = type(value)(said(each, t) for each in value)
        case dict():
            changed = {name: said(each, t) for name, each in value.items()}
        case msgspec.Struct():
            fields = {name: said(getattr(value, name), t) for name in value.__struct_fields__}
            changed = msgspec.structs.replace(value, **fields)
    return changed


def _words(kind: Kind | None, t: Texts) -> str:
    return t("[removed by the city: {what}]", what=label(kind, t)) if kind else ""


def _shown() -> dict[str, str]:
    each = ((texts(language), kind, code) for language in LANGUAGES for kind, code in CODES.items())
    return {_words(kind, t): f"⟦{code}⟧" for t, kind, code in each}
