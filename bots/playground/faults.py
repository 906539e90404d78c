"""What a stand-in is told to do wrong, so that its users can see how they cope."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

FaultKind = Literal["429", "403", "400", "500", "slow", "drop", "lost_answer"]
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(frozen=True)
class Fault:
    """`slow` delays the answer; `drop` closes the connection before anything is done;
    `lost_answer` does the work and then closes the connection without an answer."""

    method: str = "*"
    kind: FaultKind = "500"
    times: int = 1
    retry_after: float = 1.0
    seconds: float = 0.0
    chat: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"kind must be one of {', '.join(FAULT_KINDS)}")
        if self.times < 1 or self.retry_after < 0 or self.seconds < 0:
            raise ValueError("times must be 1 or more, retry_after and seconds 0 or more")

    def hits(self, method: str, chat: str | None) -> bool:
        return self.method in ("*", method) and self.chat in (None, chat)


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, chat: str | None) -> Fault | None:
        """The oldest fault that fits this call, one of its `times` used up."""
        for place, fault in enumerate(self._waiting):
            if fault.hits(method, chat):
                if fault.times == 1:
                    del self._waiting[place]
                else:
                    self._waiting[place] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def __len__(self) -> int:
        return len(self._waiting)
