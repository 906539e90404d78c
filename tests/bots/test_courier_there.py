"""The courier and Telegram's own adapter, against a stand-in that counts calls by itself."""

from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot

from bots.telegram import replies
from bots.telegram.copies import Recorder
from core.events import Address
from core.messages import Message, text
from core.model import Priority, Show
from tests.bots.posting import Post
from tests.fakes import START
from tests.telegram.rig import Rig, stage

PEOPLE = 150
LOOK = 0.1


async def _told(rig: Rig, records: Any, channel: Any) -> Post:
    """A broadcast to people, all of whom have started the bot."""
    post = Post(records, channel)
    chats = []
    for n in range(PEOPLE):
        user = rig.world.add_user(f"Asukas {n}", "fi", 6_000_000_000 + n)
        rig.world.chats[user.id].started = True
        chats.append((Address("telegram", str(user.id)), "fi", post.clock()))
    show = Show("words", {"words": "Vesi on poikki."})
    await records.write(lambda store: store.tell_all(show, chats, "b:1", Priority.BROADCAST))
    return post


async def test_the_stand_in_counts_what_is_allowed_and_no_more(records: Any) -> None:
    async with stage() as rig, rig.polling() as channel:
        rig.world.enforce_rates = True
        rig.world.clock = lambda: records.clock().timestamp()
        post = await _told(rig, records, channel)
        began = records.clock().timestamp()
        while post.pending().get("waiting"):
            await post.carry(1)
            records.clock.advance(LOOK)
            assert records.clock() - START < timedelta(seconds=20)
        calls = [call for call in rig.world.calls if call.method == "sendMessage"]
        assert [call.status for call in calls] == [200] * PEOPLE, "never asked to slow down"
        at = sorted(call.at for call in calls)
        most = max(sum(begin <= each < begin + 1 for each in at) for begin in at)
        assert most <= 30
        assert at[-1] - began <= PEOPLE / (0.95 * 30)
        await post.courier.stop()


@pytest.mark.parametrize("paid", [False, True])
async def test_what_goes_faster_is_paid_for_only_where_the_city_says_so(
    records: Any, paid: bool
) -> None:
    async with stage() as rig, rig.polling(paid=paid) as channel:
        assert channel.limits.per_second == (1000 if paid else 30)
        post = await _told(rig, records, channel)
        for _ in range(3):
            await post.carry(1)
            records.clock.advance(LOOK)
        sent = [call for call in rig.world.calls if call.method == "sendMessage"]
        assert (len(sent) == PEOPLE) is paid
        await post.courier.stop()


@pytest.mark.parametrize("paid", [False, True])
async def test_telegram_is_told_that_it_is_paid_for(paid: bool) -> None:
    recorder = Recorder()
    bot = Bot("1:x", request=recorder, get_updates_request=recorder)
    await replies.post(bot, 1, Message("Hei", (text("Hei"),)), paid=paid)
    assert (b"allow_paid_broadcast=true" in recorder.body.lower()) is paid
