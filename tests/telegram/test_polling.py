"""Updates by long polling: confirmed only once they are handled."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from bots.duties import Post
from bots.playground.faults import Fault
from bots.playground.telegram import GROUP, RESIDENT_1, RESIDENT_2
from bots.telegram.polling import GIVE_UP, Poller
from core.errors import TryAgain
from core.events import Address, Event, Pressed, Said
from core.messages import Button, Message, Reply, rows, text
from tests.telegram.rig import UPDATES, Pauses, Rig, Rules, running

POLL = Message("Silta?", (text("Silta?"), rows(Button("Kyllä", "vote:7:0"))))


def words(rules: Rules) -> list[str]:
    return [event.text for event in rules.events if isinstance(event, Said)]


async def test_an_update_is_confirmed_only_once_it_is_handled(rig: Rig) -> None:
    rig.rules.gate.clear()
    async with rig.polling():
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.rules.until(lambda: len(rig.rules.tried) == 1)
        polls = len(rig.calls("getUpdates"))
        assert len(rig.world.updates) == 1
        rig.rules.gate.set()
        await rig.world.updates.drained()
        assert len(rig.calls("getUpdates")) == polls, "the next poll waits for more"
    assert words(rig.rules) == ["Hei"]


async def test_what_was_not_handled_before_the_end_comes_again(rig: Rig) -> None:
    rig.rules.gate.clear()
    async with rig.polling():
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.rules.until(lambda: len(rig.rules.tried) == 1)
    assert rig.rules.events == [] and len(rig.world.updates) == 1
    rig.rules.gate.set()
    async with rig.polling():
        await rig.world.updates.drained()
    assert words(rig.rules) == ["Hei"]
    assert rig.rules.tried[0] == rig.rules.tried[1]


async def test_of_two_processes_one_polls_and_the_other_takes_over(rig: Rig) -> None:
    """Telegram would end the poll of the one as soon as the other begins."""
    first, second = Post(), Post()
    first.keep(time.monotonic() + 1000)
    async with rig.polling(polls=first), rig.polling(polls=second) as standby:
        await standby.ready.wait()
        assert (await standby.health()).detail == "reached, another process polls"
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.world.updates.drained()
        first.drop()
        second.keep(time.monotonic() + 1000)
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Moi")
        await rig.world.updates.drained()
        assert (await standby.health()).detail == "reached, long polling"
    assert words(rig.rules) == ["Hei", "Moi"]
    assert rig.pauses.long == [], "no poll was refused"
    second.drop()


async def test_what_was_handled_is_confirmed_at_the_end(rig: Rig) -> None:
    async with rig.polling():
        rig.world.faults.add(Fault("getUpdates", "500", times=1000))
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.pauses.until(1)
        assert len(rig.world.updates) == 1
        rig.world.faults.clear()
        rig.world.updates.held = True  # whatever is polled until then brings nothing
    assert len(rig.world.updates) == 0
    assert words(rig.rules) == ["Hei"]


async def test_updates_of_a_batch_share_a_commit(rig: Rig) -> None:
    rig.world.updates.held = True
    rig.rules.gate.clear()
    async with rig.polling():
        for number in range(5):
            rig.residents.send(RESIDENT_1, RESIDENT_1, f"Hei {number}")
        rig.world.updates.release()
        await rig.rules.until(lambda: len(rig.rules.tried) == 5)
        rig.rules.gate.set()
        await rig.rules.took(5)
    assert words(rig.rules) == [f"Hei {number}" for number in range(5)]


async def test_one_that_fails_is_fetched_again_and_the_others_are_not(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.world.updates.held = True
    rig.rules.failures.append(TryAgain("Salaista"))
    async with rig.polling():
        for word in ("yksi", "kaksi", "kolme"):
            rig.residents.send(RESIDENT_1, RESIDENT_1, word)
        rig.world.updates.release()
        await rig.world.updates.drained()
    assert words(rig.rules) == ["kaksi", "kolme", "yksi"]
    assert len(rig.rules.tried) == 4
    assert rig.pauses.long == [1]
    assert "will be repeated: TryAgain" in caplog.text and "Salaista" not in caplog.text


async def test_whose_message_waits_is_told_once(rig: Rig) -> None:
    rig.rules.failures.extend([TryAgain(), TryAgain()])
    async with rig.polling():
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.world.updates.drained()
    assert len(rig.rules.tried) == 3
    [told] = rig.messages(RESIDENT_1)
    assert told.text.startswith("Palvelussa on juuri nyt häiriö.")


async def test_an_update_that_cannot_be_read_does_not_stop_the_rest(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.polling():
        rig.world.updates.add("message", {"text": "Salaista"}, "odd")
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.world.updates.drained()
    assert words(rig.rules) == ["Hei"]
    assert "can't be read" in caplog.text and "Salaista" not in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", "500", times=3),
        Fault("getUpdates", "drop", times=3),
        Fault("getUpdates", "lost_answer", times=3),
        Fault("getUpdates", "403", times=3),
    ],
    ids=lambda fault: fault.kind,
)
async def test_it_backs_off_and_goes_on(rig: Rig, fault: Fault) -> None:
    async with rig.polling():
        rig.world.faults.add(fault)
        rig.world.updates.end_poll("a test")
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        assert await rig.pauses.until(4) == [1, 2, 4, 8]
        await rig.world.updates.drained()
    assert words(rig.rules) == ["Hei"]


async def test_it_waits_as_long_as_it_is_asked(rig: Rig) -> None:
    async with rig.polling():
        rig.world.faults.add(Fault("getUpdates", "429", retry_after=17))
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.world.updates.drained()
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei taas")
        await rig.world.updates.drained()
    assert 17 in rig.pauses.asked


async def test_another_reader_is_named_in_plain_words(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.polling() as channel:
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.world.updates.drained()
        url = f"{rig.api}/bot{rig.world.token}/getUpdates?timeout=50"
        async with rig.http.get(url) as other:
            assert (await other.json())["ok"] is False, "our next poll ended it"
        assert "Conflict" in (await channel.health()).detail
    assert "another running service with the same token" in caplog.text


async def test_only_what_is_used_is_asked_for(rig: Rig) -> None:
    async with rig.polling():
        rig.residents.start(RESIDENT_1)
        await rig.world.updates.drained()
        assert rig.world.updates.allowed == UPDATES


async def test_a_webhook_that_was_left_behind_is_taken_away(rig: Rig) -> None:
    async with rig.http.get(f"{rig.api}/bot{rig.world.token}/setWebhook?url=http://x.test/"):
        pass
    assert rig.world.webhook.url
    async with rig.polling():
        assert not rig.world.webhook.url


@pytest.mark.parametrize("chat", [GROUP, RESIDENT_1], ids=["group", "private"])
async def test_a_vote(rig: Rig, chat: int) -> None:
    def answer(event: Event) -> Reply:
        if isinstance(event, Pressed) and event.action == "poll:7":
            return Reply(message=Message("", (text("✓ Silta?"), POLL.blocks[1])), replaces=True)
        return Reply("Laskettu")

    rig.rules.answer = answer
    async with rig.polling() as channel:
        rig.residents.start(RESIDENT_1)
        await rig.posted(RESIDENT_1)
        sent = await channel.send(Address("telegram", str(chat)), POLL)
        number = int(sent.split(":")[1])
        answered = await rig.residents.press(RESIDENT_1, chat, number, "vote:7:0")
        assert answered.text == "Laskettu"
        if chat == RESIDENT_1:
            await rig.until(lambda: rig.messages(chat)[-1].text == "✓ Silta?")
    vote = rig.rules.events[1]
    assert isinstance(vote, Pressed) and vote.private == (chat == RESIDENT_1)


async def test_a_press_that_means_nothing_is_answered(rig: Rig) -> None:
    async with rig.polling() as channel:
        sent = await channel.send(Address("telegram", str(GROUP)), POLL)
        message = rig.world.messages[GROUP][int(sent.split(":")[1])]
        robot = rig.world.add_user("Robotti")
        robot.is_bot = True
        query = rig.world.ask(robot, message, "vote:7:0")
        await query.answered.wait()
    assert rig.rules.events == []


# --- what is given up ----------------------------------------------------------------------------


class Batches:
    """getUpdates of a queue that is confirmed by offset; ends the test when all is confirmed."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.offsets: list[int | None] = []

    async def fetch(self, offset: int | None, **_: Any) -> list[dict[str, Any]]:
        self.offsets.append(offset)
        self.ids = [id for id in self.ids if offset is None or id >= offset]
        if not self.ids:
            raise AllConfirmed
        return [{"update_id": id} for id in self.ids]


class AllConfirmed(BaseException):
    """Ends the loop, as nothing else but its cancellation does."""


def poller(batches: Batches, take: Callable[[int], None]) -> Poller:
    async def taker(update: dict[str, Any]) -> None:
        take(update["update_id"])

    def contact(error: Exception | None) -> None:
        pass

    return Poller(batches, taker, contact, Pauses())  # type: ignore[arg-type]


async def test_an_update_that_keeps_failing_beside_others_is_given_up() -> None:
    batches, taken = Batches([10, 11]), []
    coming = iter(range(12, 12 + GIVE_UP - 1))

    def take(id: int) -> None:
        if id == 10:
            batches.ids += [next_id for next_id in [next(coming, None)] if next_id]
            raise RuntimeError
        taken.append(id)

    with pytest.raises(AllConfirmed):
        await poller(batches, take).run()
    assert taken == [11, *range(12, 12 + GIVE_UP - 1)], "the others were taken once"
    assert batches.offsets[:-1] == [None] * GIVE_UP and batches.offsets[-1] is not None


async def test_the_loop_survives_any_answer() -> None:
    class Odd(Batches):
        answers = iter([None, {}, [{}], [7], "x"])

        async def fetch(self, offset: int | None, **more: Any) -> Any:
            odd = next(self.answers, AllConfirmed)
            return await super().fetch(offset, **more) if odd is AllConfirmed else odd

    taken: list[int] = []
    with pytest.raises(AllConfirmed):
        await poller(Odd([10]), taken.append).run()
    assert taken == [10]


async def test_nothing_is_given_up_while_everything_fails() -> None:
    batches, tries = Batches([10, 11]), []

    def take(id: int) -> None:
        tries.append(id)
        if len(tries) <= 2 * GIVE_UP * 3:
            raise RuntimeError

    with pytest.raises(AllConfirmed):
        await poller(batches, take).run()
    assert batches.offsets[-1] == 12
    assert len(tries) == 2 * GIVE_UP * 3 + 2


async def test_two_residents_are_answered_side_by_side(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply(message=Message("m", (text(event.who.account),)))
    channel = rig.channel()
    async with running(channel, rig.rules):
        for resident in (RESIDENT_1, RESIDENT_2):
            rig.residents.start(resident)
        for resident in (RESIDENT_1, RESIDENT_2):
            assert (await rig.posted(resident))[0].text == str(resident)
