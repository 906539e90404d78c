"""What people write under our messages: one suite over Telegram, Slack and Teams."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.events import Address, Deleted, Edited, Event, Spot, Written
from core.messages import Message, Reply, text
from core.ports import Removal, Restriction
from tests.contract.bench import Threads, failure

POST = Message("Keskustelu: Ranta", (text("Keskustelu: Ranta"),))
TAKEN = Reply(message=Message("Kiitos.", (text("Kiitos."),)), noted=True)


@pytest.fixture
def place(bench: Threads) -> Threads:
    """Nothing but what is written in threads is answered."""
    bench.rules.answer = lambda event: TAKEN if isinstance(event, Written | Edited) else Reply()
    return bench


async def heard(place: Threads, kind: type[Event], number: int = 1) -> Event:
    def found() -> list[Event]:
        return [event for event in place.rules.events if isinstance(event, kind)]

    await place.until(lambda: len(found()) >= number)
    assert len(found()) == number
    return found()[-1]


def about(event: Event, place: Threads) -> None:
    assert (event.who.channel, event.who.account) == (place.person.channel, place.person.account)
    assert (event.where, event.private) == (place.home, False)
    assert event.id.startswith(f"{place.person.channel}:")


async def test_a_reply_is_what_somebody_wrote_under_ours(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    ref = await place.reply(post, "Lisää keinuja <rantaan> & puistoon")
    event = await heard(place, Written)
    assert isinstance(event, Written)
    about(event, place)
    assert (event.ref, event.text) == (ref, "Lisää keinuja <rantaan> & puistoon")
    assert event.under[0] == Spot(place.home, post) and not event.foreign


async def test_a_reply_to_a_reply_leads_to_the_post(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    copy = await place.channel.send(place.home, Message("Kopio", (text("Kopio"),)), post)
    await place.reply(copy, "Samaa mieltä")
    event = await heard(place, Written)
    assert isinstance(event, Written)
    assert event.under[0].ref in (post, copy) and event.under[0].where == place.home
    assert place.seen(copy).parent == post


async def test_who_wrote_is_told_alone_and_the_chat_stays_quiet(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    ref = await place.reply(post, "Lisää keinuja rantaan")
    await heard(place, Written)
    await place.until(lambda: "Kiitos." in "".join(place.told_alone()))
    await place.until(lambda: place.marked(ref) or not place.marks)
    assert place.marked(ref) == place.marks
    assert "Kiitos." not in place.seen(post).text


async def test_a_change_is_an_event_of_its_own(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    ref = await place.reply(post, "Lisää keinuja")
    first = await heard(place, Written)
    for n, words in enumerate(("Lisää puita", "Lisää penkkejä"), 1):
        await place.change(ref, words)
        event = await heard(place, Edited, n)
        assert isinstance(event, Edited)
        about(event, place)
        assert (event.ref, event.text) == (ref, words)
        assert event.id != first.id
    await heard(place, Written)


async def test_a_deletion_is_told_where_the_platform_does(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    ref = await place.reply(post, "Lisää keinuja")
    await heard(place, Written)
    await place.erase(ref)
    if not place.tells_deletions:
        await place.reply(post, "Seuraava")
        await heard(place, Written, 2)
        assert not [event for event in place.rules.events if isinstance(event, Deleted)]
        return
    event = await heard(place, Deleted)
    assert isinstance(event, Deleted)
    about(event, place)
    assert event.ref == ref


async def test_messages_of_others_are_taken_away_where_that_is_let(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    ref = await place.reply(post, "Ostakaa kelloja")
    await heard(place, Written)
    refused = await failure(place.channel.enforce(place.home, Removal(ref)))
    assert refused.permanent and not refused.uncertain and not place.gone(ref)
    place.may_enforce()
    if place.removes:
        for _ in range(2):  # what is gone is gone
            await place.channel.enforce(place.home, Removal(ref))
        assert place.gone(ref)


async def test_people_are_kept_from_writing_where_that_is_let(place: Threads) -> None:
    post = await place.channel.send(place.home, POST)
    await place.reply(post, "Ostakaa kelloja")
    event = await heard(place, Written)
    assert isinstance(event, Written)
    who = Address(event.who.channel, event.who.account)
    restriction = Restriction(who, event.at + timedelta(days=300))
    assert (await failure(place.channel.enforce(place.home, restriction))).permanent
    place.may_enforce()
    if place.removes:
        await place.channel.enforce(place.home, restriction)
        with pytest.raises(Exception, match="restricted"):
            await place.reply(post, "Vielä kerran")


async def test_what_is_under_nothing_is_not_for_us(place: Threads) -> None:
    """A message among others that answers none."""
    post = await place.channel.send(place.home, POST)
    await UNDER_NOTHING[place.name.split()[0]](place)
    await place.reply(post, "Tämä on kommentti")
    event = await heard(place, Written)
    assert isinstance(event, Written) and event.text == "Tämä on kommentti"


async def _telegram(place: Threads) -> None:
    place.rig.residents.send(5_000_000_002, int(place.home.chat), "Hei vaan")  # type: ignore[attr-defined]


async def _slack(place: Threads) -> None:
    place.office.people.say("U0TOIMITTAJA", place.home.chat, "Hei vaan")  # type: ignore[attr-defined]


async def _teams(place: Threads) -> None:
    office = place.office  # type: ignore[attr-defined]
    made = office.people.activity(next(iter(office.world.users.values())),
                                  f"{place.home.chat};messageid=1", id="1", type="message",
                                  text="Hei vaan")  # fmt: skip
    assert (await office.people.deliver(made))[0] == 202


UNDER_NOTHING: dict[str, Callable[[Threads], object]] = {
    "telegram": _telegram, "slack": _slack, "teams": _teams,
}  # type: ignore[dict-item]  # fmt: skip
