"""What is wrong with a configuration, said so that one can put it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is a variable, or a file and a path in it. No text holds the value of a secret."""

    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.remedy}".rstrip()


class ConfigFault(Exception):
    """Everything that is wrong, together."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that comes closest, as a question; "" where none is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"Did you mean {close[0]}?" if close else ""
