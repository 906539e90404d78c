"""One message to many chats, against the stand-in of Telegram."""

import pytest

from bots.playground.faults import Fault
from bots.playground.telegram import CHANNEL, GROUP
from core.events import Address
from core.messages import Button, Message, rows, text
from core.ports import SendFailed
from tests.telegram.rig import Rig

WORDS = "Vesi on poikki & <poissa>= 💧"


def hello() -> Message:
    return Message("Hei", (text(WORDS), rows(Button("Ei enää", "sub_stop"))))


def chat(number: int) -> Address:
    return Address("telegram", str(number))


async def test_a_copy_is_what_the_first_was(rig: Rig) -> None:
    message = hello()
    async with rig.polling() as channel:
        for to in (GROUP, CHANNEL, GROUP, CHANNEL):
            ref = await channel.send(chat(to), message)
            assert ref.startswith(f"{to}:")
    assert rig.calls("sendMessage") == [200] * 4
    sent = [m for to in (GROUP, CHANNEL) for m in rig.world.messages[to].values()]
    assert [m.text for m in sent] == [WORDS] * 4
    assert [m.inline_keyboard for m in sent] == [sent[0].inline_keyboard] * 4


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("sendMessage", "429", retry_after=7), {"retry_after": 7.0}),
        (Fault("sendMessage", "500"), {"permanent": False}),
        (Fault("sendMessage", "403"), {"permanent": True}),
        (Fault("sendMessage", "drop"), {"uncertain": True}),
    ],
)
async def test_a_copy_fails_as_any_call(
    rig: Rig, fault: Fault, expected: dict[str, object]
) -> None:
    message = hello()
    async with rig.polling() as channel:
        await channel.send(chat(GROUP), message)
        rig.world.faults.add(fault)
        with pytest.raises(SendFailed) as failed:
            await channel.send(chat(GROUP), message)
        assert {name: getattr(failed.value, name) for name in expected} == expected
        with pytest.raises(SendFailed) as failed:
            await channel.send(chat(-77), message)
        assert failed.value.permanent
        assert await channel.send(chat(GROUP), message)
