"""Round-ups of chats: when, to whom, looked at by editors, ordered by what the chat likes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bots.timetable import next_fire_in
from core.city import City, DigestRules
from core.digests import chats as digests
from core.events import Address
from core.inbox import Inbox
from core.messages import as_text
from tests.stage import CITY, GAPS, GROUP, NEWS, Stage, words

FIRE = next_fire_in("Europe/Helsinki")
WEEKLY = "0 12 * * 1"  # a Monday, as START is, two hours earlier on the clock
RULES = DigestRules(preview=timedelta(hours=3))


def city_with(rules: DigestRules = RULES, **chat: object) -> City:
    group = replace(CITY.chats[0], digest=WEEKLY, **chat)
    return replace(CITY, chats=(group, replace(CITY.chats[1], digest=None)), digests=rules)


def live_in(stage: Stage, city: City) -> None:
    stage.city, stage.inbox = city, Inbox(city, stage.keyring, GAPS)


def look(stage: Stage) -> bool:
    with stage.database.begin() as store:
        due = digests.due(store, stage.city, stage.now, FIRE)
        digests.tick(store, stage.city, stage.now, FIRE, GAPS)
        assert not digests.due(store, stage.city, stage.now, FIRE), "all was seen to"
    stage.deliver()
    return due


def at(stage: Stage, *parts: int) -> bool:
    stage.now = datetime(*parts, tzinfo=UTC)
    stage.deliver()
    return look(stage)


def open_poll(stage: Stage, question: str = "Mihin uusi penkki?", **more: str) -> None:
    stage.commands("editor", "/kuulolla kysely")
    fields = {"question_fi": question, "options_fi": "Torille\nRantaan", "chats": "", **more}
    stage.submits("editor", **fields)


def answer(stage: Stage, words_: str, reply: str) -> None:
    stage.says("resident", words_)
    stage.presses("resident", "Lähetä")
    stage.presses("official", "Vastaa")
    stage.submits("official", answer_fi=reply, publish="digest")
    stage.submits("official")


def group(stage: Stage) -> list[str]:
    return [as_text(m) for m in stage.posts.get(str(GROUP), {}).values()]


@pytest.fixture
def town(stage: Stage) -> Stage:
    """A week before its round-up, with a poll and an answer to tell of."""
    live_in(stage, city_with())
    look(stage)
    stage.passes(minutes=5)
    open_poll(stage)
    answer(stage, "Milloin aurataan Rantatie?", "Huomenna.")
    return stage


DESK = "slack:C0DESK"


def test_editors_see_it_first_and_silence_sends_it(town: Stage) -> None:
    assert not at(town, 2026, 3, 9, 6, 59)
    assert at(town, 2026, 3, 9, 7)
    card = town.last(DESK)
    assert "Kooste: Naapurusto, 9.3.2026 klo 12.00" in card
    assert "1. Uusia vastauksia: K-1: Milloin aurataan Rantatie?" in card
    assert "2. Kerro mielipiteesi: Mihin uusi penkki?" in card
    assert "Se lähtee ajallaan, ellei toimittaja pysäytä sitä" in card
    assert group(town) == []
    assert at(town, 2026, 3, 9, 10)
    assert "Huomenna." in group(town)[0] and "Mihin uusi penkki?" in group(town)[0]
    assert "on jo lähtenyt" in town.last(DESK)
    assert not at(town, 2026, 3, 9, 10, 1)


def test_the_city_may_mean_no_by_silence(town: Stage) -> None:
    live_in(town, city_with(replace(RULES, hold=True)))
    at(town, 2026, 3, 9, 7)
    assert "vain, jos toimittaja vapauttaa sen" in town.last(DESK)
    at(town, 2026, 3, 9, 10)
    assert group(town) == [] and "Kooste on pysäytetty" in town.last(DESK)
    assert "Se lähtee nyt" in words(town.presses("editor", "Vapauta"))
    assert at(town, 2026, 3, 9, 10, 5)
    assert len(group(town)) == 1
    assert not at(town, 2026, 3, 9, 10, 6)


def test_what_is_held_for_good_is_told_in_the_next_one(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    assert "Kooste on pysäytetty" in words(town.presses("editor", "Pysäytä"))
    at(town, 2026, 3, 9, 10)
    assert group(town) == []
    at(town, 2026, 3, 16, 7)
    at(town, 2026, 3, 16, 10)
    assert "Huomenna." in group(town)[0]


def test_an_editor_drops_reorders_pins_and_writes(town: Stage) -> None:
    open_poll(town, "Minne penkki?")
    open_poll(town, "Ketkä istuvat?")
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Muokkaa")
    keep = "open-1 open-2 open-3"
    replied = town.submits("editor", opening="Kevät tulee!", keep=keep, first="open-1", order="3 2")
    assert "Kooste on muutettu" in words(replied)
    card = town.last(DESK)
    assert "Kevät tulee!" in card and "K-1" not in card
    lines = [
        line.partition(": ")[2] for line in card.splitlines() if line[:2] in ("1.", "2.", "3.")
    ]
    assert lines == ["Mihin uusi penkki?", "Minne penkki?", "Ketkä istuvat?"]
    looked = words(town.presses("editor", "Esikatsele"))
    assert "Naapurusto (suomi)" in looked and "[ 1. Torille ]" in looked
    at(town, 2026, 3, 9, 10)
    told = group(town)[0]
    assert told.index("Kevät tulee!") < told.index("Mihin uusi penkki?") < told.index("Ketkä")
    assert "Huomenna." not in told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"order": "9"}, "Kirjoita numeroita 1–2"),
        ({"order": "a; b"}, "Kirjoita numeroita 1–2"),
        ({"order": "0"}, "Kirjoita numeroita 1–2"),
        ({"opening": "a" * 501}, "Enintään 500"),
        ({"keep": "open-99"}, "vanhasta viestistä"),
        ({"first": "answers-7"}, "vanhasta viestistä"),
    ],
)
def test_what_can_not_be_done_to_it_is_told(town: Stage, fields: dict[str, str], said: str) -> None:
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Muokkaa")
    assert said in words(town.submits("editor", **fields))
    assert "Mihin uusi penkki?" in town.last(DESK)


@pytest.mark.parametrize("who", ["resident", "official", "stranger"])
def test_others_have_no_say_in_it(town: Stage, who: str) -> None:
    at(town, 2026, 3, 9, 7)
    for action in ("digest_hold:1:1", "digest_release:1:1", "digest_edit:1", "digest_look:1"):
        reply = town.forges(who, action)
        assert words(reply) and reply.form is None
    town.fills(who, "digest_edit", {"keep": ""}, "1:1")
    at(town, 2026, 3, 9, 10)
    assert "Huomenna." in group(town)[0]


def test_two_editors_at_once_and_one_too_late(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Pysäytä")
    assert "sillä välin" in words(town.forges("editor", "digest_release:1:1"))
    town.presses("editor", "Vapauta")
    at(town, 2026, 3, 9, 10)
    assert "on jo lähtenyt" in words(town.forges("editor", "digest_hold:1:3"))
    assert "on jo lähtenyt" in words(town.forges("editor", "digest_hold:99:1"))


def test_nothing_new_says_nothing_or_a_line(stage: Stage) -> None:
    live_in(stage, city_with())
    look(stage)
    assert at(stage, 2026, 3, 9, 10)
    assert group(stage) == [] and DESK not in stage.posts
    live_in(stage, city_with(replace(RULES, line=True)))
    assert at(stage, 2026, 3, 16, 10)
    assert "Tällä kertaa ei ole uutta" in group(stage)[0]


def test_what_was_missed_is_caught_up_with_once_and_not_in_the_night(town: Stage) -> None:
    live_in(town, city_with(DigestRules()))
    assert not at(town, 2026, 3, 16, 23)  # down since before two Mondays; one in the night
    assert not at(town, 2026, 3, 17, 4, 59)
    assert at(town, 2026, 3, 17, 5)  # 7.00
    assert len(group(town)) == 1
    assert not at(town, 2026, 3, 17, 5, 1)


def test_a_chat_whose_time_is_in_the_night_gets_it_then(town: Stage) -> None:
    night = replace(town.city.chats[0], digest="30 3 * * *")
    live_in(town, replace(town.city, chats=(night,), digests=DigestRules()))
    look(town)
    assert at(town, 2026, 3, 3, 1, 30)
    assert len(group(town)) == 1


@pytest.mark.parametrize(
    ("night", "before", "fires"),
    [
        ("the clocks go on", (2026, 3, 28, 12), [(2026, 3, 29, 1)]),  # 3.30 is skipped: at 4.00
        ("the clocks go back", (2026, 10, 24, 12), [(2026, 10, 25, 0, 30)]),  # 3.30 comes twice
    ],
)
def test_the_nights_in_which_the_clocks_change(
    town: Stage, night: str, before: tuple[int, ...], fires: list[tuple[int, ...]]
) -> None:
    chat = replace(town.city.chats[0], digest="30 3 * * *")
    live_in(town, replace(town.city, chats=(chat,), digests=DigestRules(line=True)))
    at(town, *before)
    sent = len(group(town))
    moment, end = town.now, town.now + timedelta(hours=24)
    seen = []
    while moment < end:
        moment += timedelta(minutes=15)
        if at(town, *moment.timetuple()[:5]):
            seen.append(moment)
    assert len(group(town)) == sent + 1, night
    assert len(seen) == 1 and abs(seen[0] - datetime(*fires[0], tzinfo=UTC)) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("edited_at", "fires"),
    [
        (
            (2026, 3, 29, 0, 30),
            (2026, 3, 29, 1, 30),
        ),  # at 2.30: 3.30 is skipped, made up for at 4.30
        ((2026, 10, 25, 0, 15), (2026, 10, 25, 0, 30)),  # in the first 3 o'clock
        ((2026, 10, 25, 0, 45), (2026, 10, 26, 1, 30)),  # past it: not in the second
        ((2026, 10, 25, 1, 15), (2026, 10, 26, 1, 30)),  # in the second
    ],
)
def test_a_line_edited_in_a_night_in_which_the_clocks_change(
    town: Stage, edited_at: tuple[int, ...], fires: tuple[int, ...]
) -> None:
    live_in(town, city_with(DigestRules(line=True)))
    at(town, *edited_at[:2], edited_at[2] - 1, 12)
    sent = len(group(town))
    town.now = datetime(*edited_at, tzinfo=UTC)
    edited(town, "30 3 * * *")
    end, seen = town.now + timedelta(hours=28), []
    while town.now < end:
        if at(town, *(town.now + timedelta(minutes=15)).timetuple()[:5]):
            seen.append(town.now)
    assert seen[0] == datetime(*fires, tzinfo=UTC)
    assert len(group(town)) == sent + len(seen)
    assert all(later - first > timedelta(hours=20) for first, later in pairwise(seen))


def test_two_processes_send_it_once(town: Stage) -> None:
    """The second looked before the first had committed."""
    live_in(town, city_with(DigestRules()))
    with town.database.reading() as store:
        clock = store.digest_clock(GROUP)
    at(town, 2026, 3, 9, 10)
    with town.database.begin() as store:
        store.set_digest_clock(GROUP, clock)
    look(town)
    assert len(group(town)) == 1


def edited(stage: Stage, line: str) -> None:
    """The city edits the line, and the service finds it so."""
    chat = replace(stage.city.chats[0], digest=line)
    live_in(stage, replace(stage.city, chats=(chat, *stage.city.chats[1:])))
    look(stage)


def test_a_line_that_the_city_edits_holds_from_then_on(town: Stage) -> None:
    live_in(town, city_with(DigestRules()))
    at(town, 2026, 3, 4, 10)  # a Wednesday
    edited(town, "0 12 * * 2")
    assert group(town) == [], "nobody's time was missed: yesterday at 12 was none"
    assert not at(town, 2026, 3, 9, 10), "the time of the old line"
    assert at(town, 2026, 3, 10, 10)
    assert "Huomenna." in group(town)[0]
    edited(town, WEEKLY)
    assert not at(town, 2026, 3, 15, 10)
    answer(town, "Milloin hiekoitetaan?", "Ylihuomenna.")
    assert at(town, 2026, 3, 16, 10), "and back again"
    assert len(group(town)) == 2, "nothing twice"
    assert "Ylihuomenna." in group(town)[1] and "Huomenna." not in group(town)[1]


def test_a_line_that_is_edited_past_its_time_today_holds_tomorrow(town: Stage) -> None:
    live_in(town, city_with(DigestRules()))
    edited(town, "0 13 * * *")
    assert at(town, 2026, 3, 2, 11)  # 13.00 of the same day
    edited(town, "0 12 * * *")
    assert not at(town, 2026, 3, 2, 11, 1), "12.00 is over today"
    answer(town, "Milloin hiekoitetaan?", "Ylihuomenna.")
    assert at(town, 2026, 3, 3, 10)
    assert len(group(town)) == 2


def test_what_editors_look_at_goes_out_at_the_new_time(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Muokkaa")
    town.submits("editor", opening="Kevät tulee!", keep="answers-1 open-1")
    town.presses("editor", "Vapauta")
    edited(town, "30 11 * * 1,2")
    town.deliver()
    assert "9.3.2026 klo 11.30" in town.last(DESK)
    assert at(town, 2026, 3, 9, 9, 30)
    assert "Kevät tulee!" in group(town)[0]
    assert not at(town, 2026, 3, 9, 10), "the old time"
    answer(town, "Milloin hiekoitetaan?", "Ylihuomenna.")
    at(town, 2026, 3, 10, 6, 30)
    assert at(town, 2026, 3, 10, 9, 30)
    assert "Ylihuomenna." in group(town)[1]


def test_what_editors_look_at_is_left_for_a_look_before_a_far_new_time(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Vapauta")
    edited(town, "0 12 * * 4")
    town.deliver()
    assert "jäivät seuraavaan" in town.last(DESK)
    assert not at(town, 2026, 3, 9, 10), "the old time, though it was released for that"
    assert at(town, 2026, 3, 12, 7)
    assert "12.3.2026 klo 12.00" in town.last(DESK)
    assert at(town, 2026, 3, 12, 10)
    assert len(group(town)) == 1 and "Huomenna." in group(town)[0]


def test_what_is_held_for_good_can_be_released_after_the_line_was_edited(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    town.presses("editor", "Pysäytä")
    at(town, 2026, 3, 9, 10)
    edited(town, "0 12 * * 4")
    assert "Se lähtee nyt" in words(town.presses("editor", "Vapauta"))
    assert at(town, 2026, 3, 9, 10, 5)
    assert len(group(town)) == 1


def test_two_processes_of_which_one_has_read_the_edited_file_yet(town: Stage) -> None:
    """The duty of the timetable may change hands while they are of two minds."""
    old = city_with(DigestRules())
    new = replace(old, chats=(replace(old.chats[0], digest="0 12 * * 2"),))
    for moment in ((2026, 3, 4, 10), (2026, 3, 4, 11), (2026, 3, 9, 9, 59)):
        for city in (old, new):
            live_in(town, city)
            at(town, *moment)
    assert group(town) == []
    assert not at(town, 2026, 3, 9, 10)
    live_in(town, new)
    assert at(town, 2026, 3, 10, 10)
    live_in(town, old)
    assert at(town, 2026, 3, 10, 10, 1), "the one with the old file has the duty again"
    assert at(town, 2026, 3, 16, 10)
    assert len(group(town)) == 1, "once, whoever sent it"


def test_the_themes_of_a_chat(town: Stage) -> None:
    live_in(town, city_with(DigestRules(), themes=("parks",)))
    at(town, 2026, 3, 9, 10)
    assert "Mihin uusi penkki?" in group(town)[0] and "Huomenna." not in group(town)[0]


def test_a_chat_gets_first_what_it_reacts_to(town: Stage) -> None:
    in_group = {"where": GROUP, "private": False}
    for who in ("resident", "neighbour", "invånare"):
        town.forges(who, "vote:1:0", **in_group)
        town.passes(minutes=2)
    at(town, 2026, 3, 9, 7)
    assert "1. Kerro mielipiteesi" in town.last(DESK)
    at(town, 2026, 3, 9, 10)
    told = group(town)[0]
    assert told.index("Mihin uusi penkki?") < told.index("Huomenna.")
    with town.database.reading() as store:
        assert store.reactions(GROUP) == {"open": 1}, "what was liked long ago fades"
        assert store.reactions(NEWS) == {}, "of a chat without a round-up nothing is counted"


def test_polls_that_close_soon_results_and_much_followed_questions(town: Stage) -> None:
    live_in(town, city_with(DigestRules()))
    town.says("resident", "Tuleeko Rantatielle valot?")
    town.presses("resident", "Lähetä")
    for who in ("invånare", "neighbour"):
        town.forges(who, "me_too:2")
    town.forges("editor", "take:2")  # what nobody of the city has read is told in no chat
    open_poll(town, "Mikä puu torille?", closes="2026-03-10 12:00")
    open_poll(town, "Vanha juttu?")
    town.commands("editor", "/kuulolla sulje 3")
    town.presses("editor", "Sulje lopullisesti")
    at(town, 2026, 3, 9, 10)
    told = group(town)[0]
    assert "Sulkeutuu pian\nMikä puu torille?" in told
    assert "Tulokset\nVanha juttu?" in told
    assert "Näihin moni odottaa vastausta\nTuleeko Rantatielle valot?" in told
    assert "2 asukasta odottaa" in told and "Kerro mielipiteesi\nMihin uusi penkki?" in told


def test_a_chat_that_was_moved_keeps_its_clock_and_preview(town: Stage) -> None:
    at(town, 2026, 3, 9, 7)
    moved = Address("telegram", "-1009")
    town.moves("resident", moved, where=GROUP, private=False)
    at(town, 2026, 3, 9, 10)
    assert "Huomenna." in town.chat(str(moved))


def test_a_digest_of_one_section_only_names_no_other(stage: Stage) -> None:
    live_in(stage, city_with(DigestRules()))
    look(stage)
    stage.passes(minutes=1)
    open_poll(stage)
    at(stage, 2026, 3, 9, 10)
    assert "Uusia vastauksia" not in group(stage)[0]


def test_new_discussions_and_statements_to_take_a_stand_on(stage: Stage) -> None:
    live_in(stage, city_with(DigestRules()))
    look(stage)
    stage.passes(minutes=1)
    stage.commands("editor", "/kuulolla keskustelu")
    stage.submits("editor", title_fi="Rantapuisto", background_fi="Mitä rantaan?", chats="")
    stage.commands("editor", "/kuulolla väittämäkysely")
    stage.submits("editor", title_fi="Kirjasto", seeds_fi="Auki aina.\nKahvia.", chats="")
    at(stage, 2026, 3, 9, 10)
    told = group(stage)[0]
    assert "Keskustelut\nRantapuisto\nMitä rantaan?" in told
    assert "[Kirjoita kommentti] [Lue ja kannata]" in told
    assert "Ota kantaa\nKirjasto" in told and "2 väittämää" in told
    stage.commands("editor", "/kuulolla keskustelut")
    stage.presses("editor", "Sulje")
    stage.presses("editor", "Sulje lopullisesti")
    stage.deliver()
    assert "Keskustelu on sulkeutunut." in group(stage)[0]
    assert "Kirjoita kommentti" not in group(stage)[0]
