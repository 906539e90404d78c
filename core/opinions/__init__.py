"""Opinion groups and what they agree on, from agree, disagree and pass: the mathematics of Polis.

    conversation = read_export(Path("folder"))
    analysis = analyse(conversation.votes, conversation.statements)

Needs numpy and scipy, and nothing else of this project. docs/opinions.md tells it all. They are
loaded with the first name that needs them, so that `draw` is to be had without."""

from importlib import import_module
from typing import Any

_HOMES = {
    **dict.fromkeys(("Analysis", "Mode", "analyse"), "analysis"),
    **dict.fromkeys(("Conversation", "Statement"), "conversation"),
    **dict.fromkeys(("Agenda", "next_statement", "priorities"), "routing"),
    **dict.fromkeys(("AGREE", "DISAGREE", "PASS", "Votes"), "votes"),
    **dict.fromkeys(("write_export", "write_older_export"), "writing"),
    "ExportError": "table",
    "drawn": "draw",
    "from_storage_sign": "sign",
    "plain": "result",
    "read_export": "reading",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
