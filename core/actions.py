"""What a button carries: ``verb:arg:arg``, at most 64 bytes (Telegram's limit on callback data).

Checked when built, so that a message that was composed can also be sent.
"""

import re

from core.errors import BadAction

LIMIT = 64
OPENERS = frozenset(
    {
        *("answer", "more", "move", "decline", "hand", "merge", "note"),
        *("give_back", "correct", "open_again", "poll_new", "ballot"),
        "digest_edit",
        "broadcast_new",
        *("statement_new", "conversation_new", "conversation_edit"),
        "groups_name",
        *("mend", "poll_cancel", "poll_next", "plan_open", "survey_new", "survey_cancel"),
        *("comment_new", "comment_reply", "discussion_new", "discussion_sum"),
        *("desk_no", "desk_reword", "desk_redact", "desk_mute", "desk_many"),
    }
)
"""Verbs that are answered with a form: some platforms open a dialog by the button itself."""
_SHAPE = re.compile(r"[a-z_]+(?::[A-Za-z0-9_.\-]+)*", re.ASCII)


def encode(verb: str, *args: object) -> str:
    """``encode("vote", 7, 2) == "vote:7:2"``. ValueError where it would not fit or read back."""
    action = ":".join([verb, *map(str, args)])
    if len(action) > LIMIT or not _SHAPE.fullmatch(action):
        raise ValueError(f"not an action of at most {LIMIT} bytes: {action!r}")
    return action


def decode(action: str) -> tuple[str, list[str]]:
    """The verb and its arguments, as text. BadAction where the shape is not ours."""
    if len(action) > LIMIT or not _SHAPE.fullmatch(action):
        raise BadAction("unreadable button data")
    verb, *args = action.split(":")
    return verb, args


def number(arg: str, largest: int = 2**31 - 1) -> int:
    """An argument that has to be an id or an index: 0 to ``largest``."""
    if not arg.isascii() or not arg.isdigit() or len(arg) > 19 or int(arg) > largest:
        raise BadAction("not a number")
    return int(arg)
