"""Broadcasts: written by one editor, approved by another, sent in steps, paused, and reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bots.slack.adapter import SlackChannel
from bots.teams.adapter import TeamsChannel
from bots.telegram.adapter import TelegramChannel
from core.broadcasts import sending
from core.city import City, Official, Part, Role
from core.inbox import Inbox
from core.model import BroadcastState, DeliveryState, Results, Rhythm, Show, Subscription
from core.people import private_chat
from tests.stage import CITY, GAPS, GROUP, Stage, three, words

SECOND = Official("slack", "U0SECOND", three("Päällikkö", "Chef", "Head"), ("streets",),
                  frozenset({Role.EDITOR}))  # fmt: skip
TOWN: City = replace(
    CITY, officials=(*(o for o in CITY.officials if o.account != "U0SECOND"), SECOND)
)
TEXT = {"text_fi": "Vesi on poikki.", "text_sv": "Vattnet är avstängt.", "text_en": "No water."}
DESK = "slack:C0DESK"


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.city, stage.inbox = TOWN, Inbox(TOWN, stage.keyring, GAPS)
    for who in ("resident", "invånare", "neighbour"):
        stage.forges(who, "sub:weekly")
    stage.sent.clear()
    return stage


def subscribe(stage: Stage, n: int) -> None:
    with stage.database.begin() as store:
        for i in range(n):
            store.put_subscription(
                Subscription(f"{i:032x}", "telegram", "fi", Rhythm.WEEKLY, (), (),
                             Results.ALL, None, stage.now, stage.now + timedelta(days=9))
            )  # fmt: skip


def write(stage: Stage, **more: str) -> None:
    stage.commands("editor", "/kuulolla tiedote")
    stage.submits("editor", **TEXT, **more)


def look(stage: Stage, deliver: bool = True) -> bool:
    with stage.database.begin() as store:
        if due := sending.due(store, stage.now):
            sending.tick(store, stage.city, stage.now, GAPS)
    if deliver:
        stage.deliver()
    return due


def through(stage: Stage) -> None:
    for _ in range(20):
        if not look(stage):
            return
    raise AssertionError("it never ends")


def state(stage: Stage) -> BroadcastState:
    with stage.database.reading() as store:
        return store.broadcast(1).state


def got(stage: Stage, who: str) -> list[str]:
    return [m.summary for name, m in stage.sent if name == who]


def test_two_editors_make_a_broadcast(town: Stage) -> None:
    write(town)
    card = town.last(DESK)
    assert "Tiedote 1: kaikille" in card and "Se odottaa toista toimittajaa." in card
    assert "5 vastaanottajaa, lähetys kestää alle minuutin." in card
    assert "Toisen toimittajan on hyväksyttävä" in words(town.presses("editor", "Hyväksy"))
    assert not look(town)
    town.presses("second", "Hyväksy")
    through(town)
    assert state(town) is BroadcastState.DONE
    assert got(town, "resident") == ["Mallikaupunki tiedottaa: Vesi on poikki."]
    assert got(town, "invånare") == ["Modellstaden informerar: Vattnet är avstängt."]
    assert got(town, "neighbour") == ["Model City announces: No water."]
    assert len(got(town, str(GROUP))) == 1
    assert "Lähetetty: 5" in town.last(DESK) and "Perillä 2.3.2026" in town.last(DESK)
    assert "Tiedote 1 on perillä." in town.chat(DESK)


def test_approving_twice_sends_once(town: Stage) -> None:
    write(town)
    town.presses("second", "Hyväksy")
    assert "sillä välin" in words(town.forges("second", "broadcast_approve:1:1"))
    through(town)
    assert len(got(town, "resident")) == 1


@pytest.mark.parametrize("who", ["resident", "official", "stranger"])
def test_others_have_no_say(town: Stage, who: str) -> None:
    write(town)
    for act in ("approve:1:1", "pause:1:1", "resume:1:1", "cancel:1:1", "look:1", "new"):
        reply = town.forges(who, f"broadcast_{act}")
        assert words(reply) and reply.form is None
    town.fills(who, "broadcast", TEXT)
    assert state(town) is BroadcastState.WAITING and not look(town)
    with town.database.reading() as store:
        assert len(store.broadcasts()) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text_fi": ""}, "kaupungin omalla kielellä"),
        ({"text_fi": "a" * 3001}, "Enintään 3000"),
        ({"starts": "2020-01-01 10:00"}, "on jo ohi"),
        ({"starts": "2026-03-29 03:30"}, "kello"),
        ({"starts": "soon"}, "2026-12-31 16:00"),
        ({"to": "theme:none"}, "vanhasta viestistä"),
        ({"to": "nobody"}, "vanhasta viestistä"),
    ],
)
def test_what_is_no_broadcast_is_told(town: Stage, fields: dict[str, str], said: str) -> None:
    town.commands("editor", "/kuulolla tiedote")
    assert said in words(town.submits("editor", **(TEXT | fields)))
    with town.database.reading() as store:
        assert store.broadcasts() == []


def test_a_missing_language_is_said(town: Stage) -> None:
    town.commands("editor", "/kuulolla tiedote")
    town.submits("editor", text_fi="Vesi on poikki.")
    assert "Teksti puuttuu ruotsiksi ja englanniksi, joten" in town.last(DESK)
    town.presses("second", "Hyväksy")
    through(town)
    assert got(town, "invånare") == ["Modellstaden informerar: Vesi on poikki. (suomi)"]


def test_to_a_theme(town: Stage) -> None:
    chats = (replace(TOWN.chats[0], themes=("winter",)), replace(TOWN.chats[1], themes=("other",)))
    town.city = replace(TOWN, chats=chats)
    town.inbox = Inbox(town.city, town.keyring, GAPS)
    write(town, to="theme:winter")
    town.presses("second", "Hyväksy")
    through(town)
    assert len(got(town, str(GROUP))) == 1 and got(town, str(TOWN.chats[1].address)) == []


def test_to_nobody(town: Stage) -> None:
    town.city = replace(TOWN, chats=())
    town.inbox = Inbox(town.city, town.keyring, GAPS)
    for who in ("resident", "invånare", "neighbour"):
        town.forges(who, "sub_stop")
    write(town)
    assert "Kukaan ei saisi sitä" in words(town.presses("second", "Hyväksy"))
    assert state(town) is BroadcastState.WAITING


def test_a_planned_one_waits_for_its_time(town: Stage) -> None:
    write(town, starts="2026-03-03 10:00")
    assert "Se alkaa 3.3.2026 klo 10.00" in words(town.presses("second", "Hyväksy"))
    assert not look(town)
    town.now = datetime(2026, 3, 3, 8, tzinfo=UTC)
    through(town)
    assert len(got(town, "resident")) == 1


@pytest.mark.parametrize(("urgent", "at_night"), [("no", 0), ("yes", 1)])
def test_the_night(town: Stage, urgent: str, at_night: int) -> None:
    town.now = datetime(2026, 3, 2, 21, tzinfo=UTC)  # 23.00
    write(town, urgent=urgent)
    town.presses("second", "Hyväksy")
    for _ in range(3):
        look(town)
    assert len(got(town, "resident")) == at_night
    town.now = datetime(2026, 3, 3, 5, tzinfo=UTC)
    through(town)
    assert len(got(town, "resident")) == 1


def test_pausing_going_on_and_cancelling(town: Stage) -> None:
    subscribe(town, 1200)
    write(town)
    town.presses("second", "Hyväksy")
    look(town, deliver=False)  # the first step is in the outbox
    with town.database.begin() as store:
        for delivery in store.claim("telegram", town.now, 60, 100):
            store.sent(delivery, "m", "", town.now)
    town.forges("editor", "broadcast_pause:1:2")
    assert state(town) is BroadcastState.PAUSED
    with town.database.reading() as store:
        figures = store.broadcast_figures(1)
    assert figures == {DeliveryState.DONE: 100}
    assert not look(town, deliver=False), "nothing is on its way while it is paused"
    town.deliver()
    assert "Keskeytetty: 100/1 205." in town.chat(DESK)
    town.forges("editor", "broadcast_resume:1:3")
    for _ in range(8):
        with town.database.begin() as store:
            sending.tick(store, town.city, town.now, GAPS)
            while claimed := store.claim("telegram", town.now, 60, 500):
                for delivery in claimed:
                    store.sent(delivery, "m", "", town.now)
    with town.database.reading() as store:
        done = store.broadcast(1)
    assert done.state is BroadcastState.DONE and done.report == {"sent": 1205}


def test_whoever_subscribes_meanwhile_is_not_more_than_all(town: Stage) -> None:
    write(town)
    town.presses("second", "Hyväksy")
    look(town, deliver=False)
    with town.database.begin() as store:
        store.save_broadcast(replace(store.broadcast(1), total=3))
        for delivery in store.claim("telegram", town.now, 60, 4):
            store.sent(delivery, "m", "", town.now)
    town.forges("editor", "broadcast_pause:1:2")
    town.deliver()
    assert "Keskeytetty: 4/4." in town.chat(DESK)


def test_cancelled_is_over(town: Stage) -> None:
    subscribe(town, 700)
    write(town)
    town.presses("second", "Hyväksy")
    look(town, deliver=False)
    assert "Peruttu" in words(town.forges("editor", "broadcast_cancel:1:2"))
    assert not look(town)
    assert state(town) is BroadcastState.CANCELLED and got(town, "resident") == []
    assert "Lähetetty: 0" in town.chat(DESK)


def test_the_report_tells_who_failed_and_why(town: Stage) -> None:
    subscribe(town, 4)
    write(town)
    town.presses("second", "Hyväksy")
    look(town, deliver=False)
    ends = iter(["Forbidden: bot was blocked by the user", "chat not found", "", "", "", ""])
    with town.database.begin() as store:
        for delivery in store.claim("telegram", town.now, 60, 20):
            if why := next(ends, ""):
                store.give_up(delivery, DeliveryState.DEAD, why)
            else:
                store.sent(delivery, "m", "", town.now)
    through(town)
    with town.database.reading() as store:
        report = store.broadcast(1).report
    assert report == {"sent": 7, "blocked": 1, "failed: chat not found": 1}
    last = town.last(DESK)
    assert "Viestit estäneitä: 1" in last and "Ei mennyt perille (chat not found): 1" in last


def test_each_step_may_be_the_last_before_a_crash(town: Stage) -> None:
    """Whatever was done is done again from what is kept, and nobody gets it twice."""
    subscribe(town, 1300)
    write(town)
    town.presses("second", "Hyväksy")
    for step in range(12):
        with pytest.raises(ZeroDivisionError), town.database.begin() as store:
            sending.tick(store, town.city, town.now, GAPS)
            1 / 0  # noqa: B018
        with town.database.begin() as store:
            sending.tick(store, town.city, town.now, GAPS)
        with town.database.begin() as store:
            claimed = store.claim("telegram", town.now, 60, 400)
        with town.database.begin() as store:  # of each claim only a part was noted
            for delivery in claimed[: len(claimed) // 2 if step % 2 else None]:
                store.sent(delivery, "m", "", town.now)
        town.passes(seconds=0)
        town.now += timedelta(seconds=61)  # what was not noted: its lease lapses
    through(town)
    with town.database.reading() as store:
        assert store.broadcast(1).report == {"sent": 1305}


def test_what_somebody_waits_for_goes_first(town: Stage) -> None:
    subscribe(town, 50)
    write(town)
    town.presses("second", "Hyväksy")
    look(town, deliver=False)
    later = town.now + timedelta(seconds=1)
    with town.database.begin() as store:
        store.tell(private_chat("telegram", "f" * 32), Show("poll", {"id": 1}), "fi", later)
        first = store.claim("telegram", later, 60, 1)[0]
    assert first.to == private_chat("telegram", "f" * 32)


def test_a_chat_that_blocked_us_is_left_out(town: Stage) -> None:
    town.leaves("resident")
    write(town)
    town.presses("second", "Hyväksy")
    through(town)
    assert got(town, "resident") == []


def test_a_city_without_broadcasts_knows_none(stage: Stage) -> None:
    bare = replace(TOWN, parts=TOWN.parts - {Part.BROADCASTS})
    stage.city, stage.inbox = bare, Inbox(bare, stage.keyring, GAPS)
    assert "ei ole kaupungilla käytössä" in words(stage.commands("editor", "/kuulolla tiedote"))
    assert "ei ole kaupungilla käytössä" in words(stage.forges("editor", "broadcast_new"))


def test_it_is_looked_at_in_each_language_and_as_each_channel_shows_it(town: Stage) -> None:
    write(town)
    reply = town.presses("second", "Esikatsele")
    shown = words(reply)
    for name, text in zip(("suomi", "svenska", "English"), TEXT.values(), strict=True):
        assert name in shown and text in shown
    assert "toimii 24 tuntia" in shown and "https://example.test/fi/preview/broadcast.1." in shown
    assert reply.fleeting, "the link is kept nowhere"
    for who in ("resident", "official", "stranger"):
        assert "/preview/" not in words(town.forges(who, "broadcast_look:1"))
    town.city = replace(TOWN, public_url="")
    town.inbox = Inbox(town.city, town.keyring, GAPS)
    shown = words(town.presses("second", "Esikatsele"))
    assert "ei ole julkista osoitetta" in shown and "Vattnet är avstängt." in shown


def test_the_estimate_keeps_to_the_limits_of_the_adapters() -> None:
    limits = {c.name: c.limits.per_second for c in (TelegramChannel, SlackChannel, TeamsChannel)}
    assert limits == sending.RATES
    assert sending.takes({"telegram": 12_000, "slack": 3}) == timedelta(seconds=400)
    assert sending.takes({}) == timedelta()
