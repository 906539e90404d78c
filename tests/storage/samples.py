"""Values to put in a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.events import Address
from core.model import (
    Ballot,
    Poll,
    PollDraft,
    PollState,
    Question,
    QuestionState,
    Show,
    Shows,
)
from core.ports import Store

NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
GROUP = Address("telegram", "-100")
NEWS = Address("telegram", "-200")
DESK = Address("slack", "C0DESK")
GAPS = {"telegram": 3.0, "slack": 1.0}
KEY = bytes(range(32))
HOSTILE = (
    "<b>&amp;</b> *_`~ <!channel> \u202etxet\u202c Z\u0351\u036ba \U0001f600"
    " '\"; DROP TABLE polls; -- %s :x {y}"
)


def after(seconds: float = 0, **more: float) -> datetime:
    return NOW + timedelta(seconds=seconds, **more)


def draft(**changes: Any) -> PollDraft:
    usual = PollDraft(
        question={"fi": "Mihin penkki?", "sv": "Var?"},
        options=({"fi": "Rantaan"}, {"fi": "Torille"}, {"fi": "Puistoon"}),
        shows=Shows.AFTER_VOTE,
        opens_at=NOW,
        closes_at=after(3600),
        chats=(GROUP, NEWS),
        created_by="slack:U1",
    )
    return replace(usual, **changes)


def open_poll(store: Store, **changes: Any) -> Poll:
    return store.add_poll(draft(**changes), KEY, PollState.OPEN)


def voter(n: int) -> bytes:
    return n.to_bytes(16, "big")


def ballot(
    poll: int, who: int, option: int, order: int = 1, at: float = 0, channel: str = "telegram"
) -> Ballot:
    return Ballot(poll, voter(who), option, channel, order, after(at))


def question(**changes: Any) -> Question:
    usual = Question(
        number=0,
        text="Miksi katu on auraamatta?",
        language="fi",
        theme="winter",
        department="streets",
        state=QuestionState.WAITING,
        asker="a" * 32,
        asker_channel="telegram",
        official=None,
        received_at=NOW,
    )
    return replace(usual, **changes)


def show(n: int = 1) -> Show:
    return Show("poll", {"poll": n})
