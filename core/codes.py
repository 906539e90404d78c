"""Short codes that people type: made, read however they were written, and guarded from guessing.

Ten digits and the letters without I, L, O and U (Crockford's base 32): nothing in them is taken
for anything else, and no word comes out by chance. Five bits a character.
"""

import secrets
from datetime import datetime, timedelta

from core.desk import Turn
from core.errors import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_TRIES = 5
PAUSE = timedelta(minutes=15)
_ALIKE = str.maketrans("OIL", "011", "-–— .\t")


def new(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read(written: str, length: int) -> str | None:
    """What was meant; None where it can be no code of that length."""
    code = written[:100].strip().upper().translate(_ALIKE)
    return code if len(code) == length and set(code) <= set(ALPHABET) else None


def show(code: str) -> str:
    """In groups that one can hold in mind: ``K7QF-3M9D``, ``K7QF3-M9D2X``."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


class Tries:
    """Wrong codes of one person: after a few, they wait. An unknown code costs a try, so that
    nobody goes through them; right ones cost nothing."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        kept = turn.store.draft(turn.resident, "tries") or {}
        fresh = kept and turn.now < datetime.fromisoformat(kept["since"]) + PAUSE
        self._wrong, self._since = (kept["wrong"], kept["since"]) if fresh else (0, None)

    def check(self) -> None:
        """Refusal where there were too many."""
        if self._wrong >= MOST_TRIES:
            raise Refusal(
                self._turn.t("Too many wrong codes. Please try again in a quarter of an hour.")
            )

    def failed(self, told: str = "") -> Refusal:
        """Counts one more, and says so, or what is ``told``."""
        turn = self._turn
        since = self._since or turn.now.isoformat()
        value = {"wrong": self._wrong + 1, "since": since}
        turn.store.put_draft(turn.resident, "tries", value, turn.now)
        usual = turn.t("This code is wrong, used or too old. Check it, or get a new one.")
        return Refusal(told or usual)
