"""Round-ups of one's own: what, how often, when not, and the end of it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.city import Area, Part, Theme
from core.inbox import Inbox
from core.model import Results, Rhythm, Subscription
from core.subscriptions import sending
from tests.dialogs.script import play
from tests.dialogs.test_digests import answer, open_poll
from tests.stage import CITY, GAPS, GROUP, PEOPLE, Stage, three, words

AREAS = (Area("ranta", three("Ranta", "Stranden", "Shore"), ("Rantatie",)),
         Area("keskusta", three("Keskusta", "Centrum", "Centre"), ("Tori",)))  # fmt: skip
PARKS = Theme("parks", three("Puistot", "Parker", "Parks"), "desk", {"fi": ("puisto",)})
TOWN = replace(CITY, areas=AREAS, themes=(*CITY.themes, PARKS))


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.city, stage.inbox = TOWN, Inbox(TOWN, stage.keyring, GAPS)
    return stage


def at(stage: Stage, *parts: int) -> None:
    """The timetable looks, at a time in UTC."""
    stage.now = datetime(*parts, tzinfo=UTC)
    while True:
        with stage.database.begin() as store:
            if not sending.due(store, stage.now):
                break
            sending.tick(store, stage.city, stage.now, GAPS)
    stage.deliver()


def kept(stage: Stage, who: str = "resident") -> list[Subscription]:
    person = PEOPLE[who]
    resident = stage.keyring.resident(person.channel, person.account)
    with stage.database.reading() as store:
        return store.subscriptions_of([resident])


def got(stage: Stage, who: str = "resident") -> list[str]:
    return [m.summary for name, m in stage.sent if name == who]


def test_it_is_chosen_by_buttons(town: Stage) -> None:
    play(
        town,
        """
        resident: /tilaa
        city: Kerron sinulle täällä uutiset
        city: [heti] [joka päivä] [joka viikko]
        resident: [joka päivä]
        city: Kerron uutiset joka päivä.
        city: Aiheet: kaikki
        city: Hiljaiset tunnit: 21–7
        resident: [Aiheet]
        city: Jos et valitse mitään, kerron kaikista.
        resident: [Talvihoito]
        city: ✓ Talvihoito
        resident: [Valmis]
        city: Aiheet: Talvihoito
        resident: [Alueet]
        resident: [Ranta]
        resident: [Valmis]
        city: Alueet: Ranta
        resident: [Kyselyjen tulokset]
        city: ✓ kaikista kyselyistä
        resident: [en mistään]
        city: Kyselyjen tulokset: en mistään
        resident: [Hiljaiset tunnit]
        resident: [22–9]
        city: Hiljaiset tunnit: 22–9
        invånare: /prenumerera
        invånare: [varje vecka]
        city: Jag berättar nyheterna varje vecka.
        neighbour: /subscribe
        neighbour: [at once]
        city: I tell you what is new at once.
        """,
    )
    mine = kept(town)[0]
    assert (mine.rhythm, mine.themes, mine.areas, mine.results) == (
        Rhythm.DAILY, ("winter",), ("ranta",), Results.NONE,
    )  # fmt: skip
    assert mine.quiet == (time(22), time(9))


def test_all_themes_ticked_is_no_theme_chosen(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    for theme in ("winter", "parks"):
        town.forges("resident", f"sub_theme:{theme}")
    assert kept(town)[0].themes == ()
    town.forges("resident", "sub_theme:parks")
    town.forges("resident", "sub_theme:parks")
    assert kept(town)[0].themes == ()


FORGED = [
    "sub:hourly",
    "sub_theme:none",
    "sub_area:x",
    "sub_result:mine",
    "sub_hours:9",
    "sub_hours:-1",
    "sub_hours:x",
]


@pytest.mark.parametrize("action", FORGED)
def test_forged_buttons_change_nothing(town: Stage, action: str) -> None:
    town.forges("resident", "sub:daily")
    before = kept(town)
    assert words(town.forges("resident", action))
    town.fills("resident", "subscribe", {"rhythm": "daily", "themes": "winter; drop"})
    town.fills("resident", "subscribe", {"rhythm": "never"})
    assert kept(town) == before


def test_without_a_subscription_there_is_nothing_to_change(town: Stage) -> None:
    for action in ("sub_themes", "sub_areas", "sub_theme:winter", "sub_results", "sub_quiet"):
        assert "no round-up of your own" in words(town.forges("neighbour", action))
    assert kept(town, "neighbour") == []


def test_in_a_group_it_is_refused(town: Stage) -> None:
    there = {"where": GROUP, "private": False}
    assert "yksityisessä" in words(town.commands("resident", "/tilaa", **there))
    assert "yksityisessä" in words(town.forges("resident", "sub:daily", **there))
    assert kept(town) == []


def test_a_day_a_week_and_at_once(town: Stage) -> None:
    """START is a Monday, 12.00 on the clock; the city's own time is 16.00, and Thursdays."""
    for who, rhythm in (("resident", "daily"), ("invånare", "weekly"), ("neighbour", "at_once")):
        town.forges(who, f"sub:{rhythm}")
    town.passes(minutes=1)
    answer(town, "Milloin aurataan Rantatie?", "Huomenna.")
    town.sent.clear()
    at(town, 2026, 3, 2, 10, 9)
    assert got(town, "neighbour") == []
    at(town, 2026, 3, 2, 10, 15)
    assert len(got(town, "neighbour")) == 1 and got(town) == []
    at(town, 2026, 3, 2, 14)
    assert len(got(town)) == 1 and "kooste" in got(town)[0]
    at(town, 2026, 3, 3, 14)
    assert len(got(town)) == 1, "nothing is new"
    at(town, 2026, 3, 5, 14)
    assert (len(got(town)), len(got(town, "invånare")), len(got(town, "neighbour"))) == (1, 1, 1)
    shown = town.last("invånare")
    assert "Modellstaden lyssnar: sammandrag" in shown and "[Ändra sammandraget] [Avsluta]" in shown


def test_themes_and_areas_choose(town: Stage) -> None:
    for who, wish in (("resident", "sub_theme:parks"), ("invånare", "sub_area:keskusta"),
                      ("neighbour", "sub_theme:winter")):  # fmt: skip
        town.forges(who, "sub:daily")
        town.forges(who, wish)
    town.passes(minutes=1)
    answer(town, "Milloin aurataan Rantatie?", "Huomenna.")
    town.sent.clear()
    at(town, 2026, 3, 2, 14)
    assert (got(town), got(town, "invånare"), len(got(town, "neighbour"))) == ([], [], 1)


def test_results_are_those_of_all_polls_and_may_be_left_out(town: Stage) -> None:
    for who in ("resident", "neighbour"):
        town.forges(who, "sub:daily")
    town.forges("neighbour", "sub_result:none")
    open_poll(town)
    town.forges("neighbour", "vote:1:0")
    at(town, 2026, 3, 2, 14)
    town.sent.clear()
    town.passes(minutes=1)
    town.commands("editor", "/kuulolla sulje 1")
    town.presses("editor", "Sulje lopullisesti")
    town.sent.clear()
    at(town, 2026, 3, 3, 14)
    assert len(got(town)) == 1 and got(town, "neighbour") == []


def close(stage: Stage, id: int) -> None:
    stage.commands("editor", f"/kuulolla sulje {id}")
    stage.presses("editor", "Sulje lopullisesti")


def test_results_of_the_polls_that_one_voted_in_come_as_soon_as_they_are_there(
    town: Stage,
) -> None:
    for who in ("resident", "neighbour", "invånare"):
        town.forges(who, "sub:weekly")
        town.forges(who, "sub_result:voted")
    town.forges("invånare", "sub_stop")
    open_poll(town)
    open_poll(town, "Entä toinen penkki?")
    for who in ("resident", "invånare"):
        town.forges(who, "vote:1:0")
    town.forges("neighbour", "vote:2:1")
    assert followers(town, 1) == [], "while it is open no row says who took part"
    town.sent.clear()
    close(town, 1)
    town.deliver()
    assert got(town, "neighbour") == got(town, "invånare") == []
    assert ["Mihin uusi penkki?" in words for words in got(town)] == [True]
    assert followers(town, 1) == [kept_id(town, "resident")]
    close(town, 2)
    at(town, 2026, 3, 5, 14)
    assert len(got(town)) == 1, "nor are they in the round-up"
    assert any("Entä toinen penkki?" in words for words in got(town, "neighbour"))


def test_whoever_votes_by_another_of_their_accounts_hears_of_it(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    town.forges("resident", "sub_result:voted")
    with town.database.begin() as store:
        accounts = [kept_id(town, who) for who in ("browser", "resident")]
        store.link(accounts, accounts[0])
    open_poll(town)
    town.forges("browser", "vote:1:0")
    town.sent.clear()
    close(town, 1)
    town.deliver()
    assert len(got(town)) == 1


def test_who_voted_hears_of_a_cancelled_poll(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    town.forges("resident", "sub_result:voted")
    open_poll(town)
    town.forges("resident", "vote:1:0")
    town.forges("editor", "poll_cancel:1")
    town.submits("editor", text_fi="Penkki on jo valittu.")
    town.deliver()
    assert "Penkki on jo valittu." in town.last("resident")


def followers(stage: Stage, poll: int) -> list[str]:
    with stage.database.reading() as store:
        return [follower.resident for follower in store.followers(poll)]


def test_followed_answers_and_results_wait_for_the_morning(town: Stage) -> None:
    town.forges("neighbour", "sub:daily")
    town.forges("neighbour", "sub_hours:4")  # none
    town.says("resident", "Milloin Rantatie aurataan?")
    town.presses("resident", "Lähetä")
    open_poll(town)
    for who in ("invånare", "neighbour"):
        town.forges(who, "me_too:1")
        town.forges(who, "follow:1")
    town.now = datetime(2026, 3, 2, 20, tzinfo=UTC)  # 22.00
    town.presses("official", "Vastaa")
    town.submits("official", answer_fi="Huomenna.", publish="digest")
    town.submits("official")
    close(town, 1)
    town.deliver()
    assert (len(got(town, "neighbour")), len(got(town, "invånare"))) == (2, 0)
    assert got(town), "who asked is told at once"
    town.now = datetime(2026, 3, 3, 5, tzinfo=UTC)  # 7.00
    town.deliver()
    assert len(got(town, "invånare")) == 2


def test_the_quiet_hours_are_kept(town: Stage) -> None:
    town.forges("resident", "sub:at_once")
    town.forges("neighbour", "sub:at_once")
    town.forges("neighbour", "sub_hours:4")  # none
    town.now = datetime(2026, 3, 2, 20, tzinfo=UTC)  # 22.00
    answer(town, "Milloin aurataan Rantatie?", "Huomenna.")
    town.sent.clear()
    at(town, 2026, 3, 2, 20, 30)
    assert got(town) == [] and len(got(town, "neighbour")) == 1
    at(town, 2026, 3, 3, 4, 59)
    assert got(town) == []
    at(town, 2026, 3, 3, 5)  # 7.00
    assert len(got(town)) == 1


def test_what_was_missed_comes_once(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    town.passes(minutes=1)
    answer(town, "Milloin aurataan Rantatie?", "Huomenna.")
    town.sent.clear()
    at(town, 2026, 3, 9, 22)  # a week later, in the night
    assert got(town) == []
    at(town, 2026, 3, 10, 5)
    at(town, 2026, 3, 10, 5, 1)
    assert len(got(town)) == 1
    assert kept(town)[0].due == datetime(2026, 3, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "due"),
    [
        ((2026, 3, 28, 15), (2026, 3, 29, 13)),  # the clocks go on in that night
        ((2026, 10, 24, 14), (2026, 10, 25, 14)),  # they go back
    ],
)
def test_the_clock_on_the_wall_decides(
    town: Stage, before: tuple[int, ...], due: tuple[int, ...]
) -> None:
    town.now = datetime(*before, tzinfo=UTC)
    town.forges("resident", "sub:daily")
    assert kept(town)[0].due == datetime(*due, tzinfo=UTC)


def test_stop_is_one_tap_and_final(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    open_poll(town)
    town.forges("resident", "follow:1")
    town.says("neighbour", "When does the snow go from the square?")
    town.presses("neighbour", "Send")
    town.forges("resident", "me_too:1")
    assert "En lähetä sinulle enää mitään" in words(town.commands("resident", "/stop"))
    assert "ei ollut tulossa" in words(town.commands("resident", "/lopeta"))
    town.sent.clear()
    town.presses("official", "Vastaa")
    town.submits("official", answer_fi="Huomenna.", publish="digest")
    town.submits("official")
    town.commands("editor", "/kuulolla sulje 1")
    town.presses("editor", "Sulje lopullisesti")
    at(town, 2026, 4, 2, 14)
    assert got(town) == [] and kept(town) == []


def test_to_be_forgotten_ends_it_too(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    town.forges("resident", "forget_yes")
    assert kept(town) == []


@pytest.mark.parametrize("which", ["5", "-1", "", "x", "²"])
def test_the_form_has_quiet_hours_too(town: Stage, which: str) -> None:
    wish = {"rhythm": "daily", "results": "none"}
    town.fills("browser", "subscribe", wish | {"quiet": "2"})
    assert kept(town, "browser")[0].quiet == (time(22), time(9))
    town.fills("browser", "subscribe", wish | {"quiet": which})
    assert kept(town, "browser")[0].quiet == (time(22), time(9))


def test_linked_accounts_have_one(town: Stage) -> None:
    town.fills("browser", "subscribe", {"rhythm": "daily", "results": "all"})
    assert kept(town, "browser")[0].channel == "web"
    with town.database.begin() as store:
        accounts = [kept_id(town, who) for who in ("resident", "browser")]
        store.link(accounts, accounts[0])
    town.forges("resident", "sub:weekly")
    assert kept(town, "browser") == [], "from now on it comes to the chat"
    town.fills("browser", "subscribe", {"rhythm": "at_once", "results": "all"})
    assert kept(town)[0].rhythm is Rhythm.AT_ONCE and kept(town, "browser") == []
    town.forges("browser", "sub_stop")
    assert kept(town) == []


def kept_id(stage: Stage, who: str) -> str:
    return stage.keyring.resident(PEOPLE[who].channel, PEOPLE[who].account)


def test_the_city_learns_how_many_and_never_few(town: Stage) -> None:
    with town.database.begin() as store:
        for n in range(9):
            themes = ("winter",) if n < 6 else ("parks", "winter") if n == 6 else ()
            store.put_subscription(
                Subscription(f"{n:032x}", "telegram", "fi", Rhythm.DAILY, themes, (),
                             Results.ALL, None, town.now, town.now + timedelta(days=1))
            )  # fmt: skip
    told = words(town.commands("editor", "/kuulolla tilaajat"))
    assert "Tilaajia: 9" in told and "Talvihoito: 7" in told
    assert "Puistot: alle 5" in told and "kaikki: alle 5" in told
    for who in ("official", "stranger"):
        assert "9" not in words(town.commands(who, "/kuulolla tilaajat"))


def test_whoever_blocked_us_gets_nothing_until_they_are_back(town: Stage) -> None:
    town.forges("resident", "sub:daily")
    town.passes(minutes=1)
    open_poll(town)
    town.leaves("resident")
    town.sent.clear()
    at(town, 2026, 3, 2, 14)
    assert got(town) == []
    town.commands("resident", "/start")
    town.passes(minutes=1)
    open_poll(town, "Entä toinen penkki?")
    at(town, 2026, 3, 3, 14)
    assert len(got(town)) == 1


def test_a_city_without_subscriptions_knows_none(stage: Stage) -> None:
    bare = replace(CITY, parts=CITY.parts - {Part.SUBSCRIPTIONS})
    stage.city, stage.inbox = bare, Inbox(bare, stage.keyring, GAPS)
    assert "/tilaa" not in words(stage.commands("resident", "/ohje"))
    for action in ("sub:daily", "sub_stop", "subscribe"):
        assert "ei ole kaupungilla käytössä" in words(stage.forges("resident", action))
    assert "ei ole kaupungilla käytössä" in words(stage.commands("editor", "/kuulolla tilaajat"))
    assert kept(stage) == []
