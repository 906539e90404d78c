"""A stand-in for Telegram's Bot API server, with the people at the other end of it."""

from bots.playground.telegram.api import MAX_REQUEST, TelegramStandIn
from bots.playground.telegram.residents import Impossible, Residents
from bots.playground.telegram.seed import (
    CHANNEL,
    CHANNEL_NAME,
    GROUP,
    RESIDENT_1,
    RESIDENT_2,
    seed,
)
from bots.playground.telegram.world import BOT_USERNAME, TOKEN, TelegramWorld

__all__ = [
    "BOT_USERNAME",
    "CHANNEL",
    "CHANNEL_NAME",
    "GROUP",
    "MAX_REQUEST",
    "RESIDENT_1",
    "RESIDENT_2",
    "TOKEN",
    "Impossible",
    "Residents",
    "TelegramStandIn",
    "TelegramWorld",
    "seed",
]
