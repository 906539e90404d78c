"""The service's Telegram channel as its processes under measurement have it."""

from __future__ import annotations

import asyncio

from bench.servers.kuulolla import Service, now
from bots.telegram.adapter import TelegramChannel
from core.commands import all_offers

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "kQ3vN8xW2mZ7"


def channel(
    ours: Service, api_url: str, kind: type[TelegramChannel] = TelegramChannel
) -> TelegramChannel:
    """At a Bot API of ours."""
    return kind(
        TOKEN,
        api_url=api_url,
        public_url="https://bench.invalid",
        secret=SECRET,
        offers=all_offers(ours.city),
        about={},
        clock=now,
        pause=never,
    )


async def never(_: float) -> None:
    """In the place of the pause between two tries to reach Telegram."""
    await asyncio.Event().wait()
