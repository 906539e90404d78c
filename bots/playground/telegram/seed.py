"""The first people and places of the playground."""

from bots.playground.telegram.model import Chat
from bots.playground.telegram.world import TelegramWorld

RESIDENT_1 = 5_000_000_001
RESIDENT_2 = 5_000_000_002
GROUP = -4_000_000_001
CHANNEL = -1_002_000_000_001
CHANNEL_NAME = "kuulolla_playground"


def seed(world: TelegramWorld) -> None:
    """Two residents, a group that both are in, and a public channel where the bot may post."""
    world.add_user("Asukas 1", "fi", RESIDENT_1)
    world.add_user("Invånare 2", "sv", RESIDENT_2)
    both, first = {RESIDENT_1, RESIDENT_2}, {RESIDENT_1}
    group = Chat(GROUP, "group", "Naapurit – Grannar", members=both, admins=first, bot="member")
    channel = Chat(
        CHANNEL, "channel", "Kaupunki – Staden", CHANNEL_NAME, set(both), first, "administrator"
    )
    world.add_chat(group)
    world.add_chat(channel)
