"""Conversations of statements, through the inbox: in private chats, forms and shared chats."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.city import Part
from core.model import (
    GroupFigures,
    Groups,
    PollState,
    Stand,
    StatementFigures,
    StatementState,
)
from core.people import voter
from tests.dialogs.script import play
from tests.dialogs.whole import FI, SEEDS, SV
from tests.stage import CITY, Stage, words

DIALOGS = {
    "one at a time, in the same message, with progress; stopped and gone on days later": """
        telegram:-100< Ota kantaa: Keskusta
        telegram:-100< Millainen keskusta?
        telegram:-100< https://t.me/mallibot?start=statements_1
        telegram:-100< https://example.test/fi/statements/1
        resident: /start statements_1
        city: Väittämä 1/12
        city: Kaupungin väittämä
        city: Kukaan ei näe, mitä vastaat.
        resident: [Samaa mieltä]
        city: Kirjattu: samaa mieltä.
        city: Väittämä 2/12
        city: !Kukaan ei näe
        resident: [Eri mieltä]
        resident: [Ohita]
        city: Ohitettu.
        city: Väittämä 4/12
        resident: [Riittää tällä kertaa]
        city: Kiitos! Olet ottanut kantaa 3 väittämään.
        wait: days=4
        resident: /vaittamat
        city: [Keskusta]
        resident: [Keskusta]
        city: Väittämä 4/12
    """,
    "important, in Swedish, and the page for more": """
        invånare: /start statements_1
        city: Påstående 1/12
        city: Stadens påstående
        invånare: [☆ Viktigt för mig]
        city: ★ Viktigt för mig
        city: Påstående 1/12
        invånare: [Håller med]
        city: Antecknat: du håller med.
        city: ☆ Viktigt för mig
    """,
    "an own statement, read by an editor before others see it": """
        resident: /start statements_1
        resident: [Lisää oma väittämä]
        city: seuraavassa viestissäsi
        city: 140 merkkiä
        resident: Keskustaan lisää puita
        city: Tämä väittämä on jo mukana: ”Keskustaan lisää puita”
        city: [Vastaa: Keskustaan lisää puita]
        resident: Soita minulle 040 123 4567
        city: henkilötietoja (puhelinnumero)
        resident: Keskustaan lisää isoja puita
        city: hyvin samanlaisia
        city: Keskustaan lisää puita
        resident: [Peruuta]
        city: Väittämä 1/12
        resident: [Lisää oma väittämä]
        resident: Miksi torilla on tuulista?
        city: Tämä on kysymys
        resident: [Lähetä silti]
        city: Kaupungin moderaattori lukee
        neighbour: /start statements_1
        city: Statement 1 of 12
        editor: /kuulolla väittämät
        editor: [Lue väittämiä]
        city: Miksi torilla on tuulista?
        editor: {approve=statement:13}
        city: Hyväksytty 1, hylätty 0.
        resident< Miksi torilla on tuulista?
        neighbour: /start statements_1
        city: Statement 1 of 13
        neighbour: [Add your own statement]
        neighbour: The market square is windy
        city: A moderator of the city reads
        editor: [Lue väittämiä]
        editor: {reject=statement:14 | rule=topic | reason=Sama asia jo mukana}
        city: hylätty 1
        neighbour< Sama asia jo mukana
    """,
    "an editor changes it and closes it for good": """
        official: /kuulolla väittämät
        city: Keskusta
        city: !Sulje lopullisesti
        editor: /kuulolla väittämät
        editor: [Muuta]
        city: Lisää väittämiä suomeksi
        editor: {title_fi=Keskusta ja ranta | seeds_fi=Uusi väittämä kaupungilta}
        city: Väittämäkysely on muutettu.
        telegram:-100< Ota kantaa: Keskusta ja ranta
        resident: /start statements_1
        city: Väittämä 1/13
        resident: [Samaa mieltä]
        editor: /kuulolla väittämät
        editor: [Sulje lopullisesti]
        city: Suljetaanko
        editor: [Sulje lopullisesti]
        telegram:-100< Näin ajatellaan: Keskusta ja ranta
        telegram:-100< Väittämäkysely on sulkeutunut.
        resident: [Eri mieltä]
        city: on sulkeutunut
        resident: /start statements_1
        city: Näin ajatellaan
        editor: [Sulje lopullisesti]
        city: suljettu jo
    """,
}


def opened(stage: Stage, **fields: str) -> None:
    stage.commands("editor", "/kuulolla väittämäkysely")
    usual = {"title_fi": "Keskusta", "title_sv": "Centrum", "background_fi": "Millainen keskusta?",
             "seeds_fi": SEEDS, "seeds_sv": SV, "chats": "telegram:-100 slack:C0DESK",
             "closes": "2026-03-31 16:00"}  # fmt: skip
    told = stage.submits("editor", **usual | fields)
    assert not told.errors, told.errors


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a chat in Slack for colleagues."""
    chats = (*CITY.chats, replace(CITY.chats[0], address=CITY.departments[1].home, name="Toimisto"))
    return Stage(stage.database, replace(CITY, chats=chats))


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str) -> None:
    opened(stage)
    play(stage, DIALOGS[name])


def said(stage: Stage, who: str) -> dict[int, int]:
    person = stage.keyring.resident(*_account(who))
    with stage.database.reading() as store:
        key = store.conversation(1).key
        return store.own_opinions(1, voter(key, person))


def _account(who: str) -> tuple[str, str]:
    from_stage = {
        "resident": ("telegram", "11"),
        "browser": ("web", "b1"),
        "stranger": ("slack", "U0NOBODY"),
        "principal": ("teams", "a-principal"),
    }
    return from_stage[who]


def groups(stage: Stage, size: int, **changes: object) -> None:
    """As a computation would leave them, the resident in group A."""
    person = stage.keyring.resident("telegram", "11")
    with stage.database.begin() as store:
        name = voter(store.conversation(1).key, person)
        store.put_groups(Groups(
            1, 1, stage.now, stage.now, 213, 900, 0, {}, {1: StatementFigures(90, 5, 5, 0.8),
            2: StatementFigures(2, 1, 0, 0.5)},
            {"A": GroupFigures(size, (Stand(3, False),)), "B": GroupFigures(9, ())},
            (Stand(1, True), Stand(2, True)), {name: "A"},
        ))  # fmt: skip


def test_after_ten_one_hears_of_others_and_of_ones_group(stage: Stage) -> None:
    opened(stage)
    groups(stage, 58)
    stage.commands("resident", "/start statements_1")
    assert "10 väittämään" in stage.forges("resident", "others:1").notice
    for n in range(9):
        assert f"Väittämä {n + 2}/12" in words(stage.presses("resident", "Samaa mieltä"))
    told = words(stage.presses("resident", "Samaa mieltä"))
    assert "Sinä ja 212 muuta" in told
    assert "Samaa mieltä: Keskustaan lisää puita" in told
    assert FI[1] not in told  # three votes are too few to tell
    assert "ryhmä A: 58 ihmistä" in told and f"Eri mieltä: {FI[2]}" in told
    assert "/fi/statements/1/report" in told
    assert "Väittämä 11/12" in words(stage.presses("resident", "Seuraava väittämä"))
    stage.presses("resident", "Ohita")
    assert "kaikkiin väittämiin" in words(stage.presses("resident", "Ohita"))
    assert len(said(stage, "resident")) == 12


def test_a_group_of_fewer_than_five_is_not_told(stage: Stage) -> None:
    opened(stage)
    groups(stage, 4)
    stage.commands("resident", "/start statements_1")
    for _ in range(10):
        told = words(stage.presses("resident", "Samaa mieltä"))
    assert "Sinä ja 212 muuta" in told and "ryhmäsi" not in told and "ryhmä A" not in told


def test_never_one_already_voted_on_and_every_one_in_the_end(stage: Stage) -> None:
    opened(stage)
    seen = []
    told = stage.commands("resident", "/start statements_1")
    for _ in range(12):
        seen += [x for x in FI if x in words(told).splitlines()]
        told = stage.presses("resident", "Ohita")
        if told.message and "Seuraava väittämä" in words(told):
            told = stage.presses("resident", "Seuraava väittämä")
    assert sorted(seen) == sorted(FI)


def test_one_opinion_over_linked_accounts(stage: Stage) -> None:
    opened(stage)
    stage.forges("browser", "say:1:agree")
    stage.forges("browser", "say:2:agree")
    stage.passes(minutes=1)
    stage.forges("resident", "say:1:disagree")
    code = words(stage.commands("browser", "/link")).split(": ")[1][:9]
    stage.commands("resident", f"/yhdista {code}")
    stage.presses("resident", "Yhdistä")
    assert said(stage, "browser") == {1: -1, 2: 1}
    stage.passes(minutes=1)
    stage.forges("resident", "say:2:pass")
    assert said(stage, "browser") == {1: -1, 2: 0}
    with stage.database.reading() as store:
        assert store.opinion_people(1) == 1


def test_accounts_are_linked_in_a_city_of_statements_without_polls(stage: Stage) -> None:
    opened(stage)
    stage.inbox.city = replace(CITY, parts=frozenset({Part.STATEMENTS, Part.WEB_VOTING}))
    stage.forges("browser", "say:1:agree")
    stage.passes(minutes=1)
    stage.forges("resident", "say:1:disagree")
    assert "/yhdista" in words(stage.commands("resident", "/ohje"))
    page = words(stage.commands("browser", "/link"))
    assert "yksi ääni kustakin väittämästä" in page
    assert " kysely" not in page.lower() and "kysymy" not in page
    stage.commands("resident", f"/yhdista {page.split(': ')[1][:9]}")
    stage.presses("resident", "Yhdistä")
    assert said(stage, "browser") == {1: -1}
    assert "Antamasi äänet jäävät" in words(stage.forges("resident", "unlink"))
    stage.inbox.city = replace(CITY, parts=frozenset({Part.QUESTIONS, Part.WEB_VOTING}))
    assert "/yhdista" not in words(stage.commands("resident", "/ohje"))
    assert ": " not in words(stage.forges("resident", "link"))


@pytest.mark.parametrize(("who", "then"), [("stranger", True), ("principal", False)])
def test_from_a_shared_chat_of_a_workplace_one_goes_on_alone(
    stage: Stage, who: str, then: bool
) -> None:
    """What is answered there is seen by the one who pressed; ``then``: Slack's is a message of
    their own, Teams' the post as they see it."""
    opened(stage)
    first = stage.forges(who, "stand:1", private=False)
    assert "Väittämä 1/12" in words(first) and "Kaupungin väittämä" in words(first)
    second = stage.presses(who, "Samaa mieltä", private=then)
    assert second.notice == "Kirjattu: samaa mieltä." and second.replaces
    assert "Väittämä 2/12" in words(second)
    stage.presses(who, "☆ Tärkeä minulle", private=then)
    assert "Väittämä 3/12" in words(stage.presses(who, "Eri mieltä", private=then))
    assert "2 väittämään" in words(stage.presses(who, "Riittää tällä kertaa", private=then))
    stage.passes(days=3)
    assert "Väittämä 3/12" in words(stage.forges(who, "stand:1", private=False))
    assert sorted(said(stage, who).values()) == [-1, 1]
    with stage.database.reading() as store:
        assert [each.important for each in store.opinions(1)].count(True) == 1


@pytest.mark.parametrize("who", ["stranger", "principal"])
def test_an_own_statement_at_a_workplace_is_a_form(stage: Stage, who: str) -> None:
    opened(stage)
    stage.forges(who, "statement_new:1", private=False)
    assert "hyvin samanlaisia" in words(stage.submits(who, text="Torille iso katto!"))
    assert "lukee" in stage.submits(who).notice
    assert stage.submits(who, text="Torille iso katto!").errors  # it is there by now


def test_alone_with_the_app_in_slack_and_in_teams(stage: Stage) -> None:
    """No official: by command, by a word, and on the app's own page."""
    opened(stage)
    for who, way in (("stranger", "/kuulolla väittämät"), ("stranger", "/kuulolla home"),
                     ("principal", "/vaittamat")):  # fmt: skip
        assert "Ota kantaa" in words(stage.commands(who, way))
        assert "/12" in words(stage.presses(who, "Keskusta"))
        assert "/12" in words(stage.presses(who, "Ohita"))
    assert list(said(stage, "stranger").values()) == [0, 0]
    assert "kaupungin työntekijöille" in stage.commands("stranger", "/kuulolla").notice
    stage.commands("official", "/kuulolla väittämät")  # officials are residents too
    assert "Väittämä 1/12" in words(stage.presses("official", "Ota kantaa"))
    stage.inbox.city = replace(CITY, parts=frozenset({Part.QUESTIONS}))
    for way in ("/kuulolla väittämät", "/kuulolla home"):
        assert "kaupungin työntekijöille" in stage.commands("stranger", way).notice


def test_a_statement_by_itself_in_the_chats_now_and_then(stage: Stage) -> None:
    opened(stage)
    stage.ticks()
    assert "Mitä mieltä olet?" not in stage.chat("telegram:-100")
    stage.now += timedelta(days=2)
    stage.ticks()
    stage.ticks()
    assert stage.chat("telegram:-100").count("Mitä mieltä olet? Keskusta") == 1
    pressed = stage.presses("resident", "Samaa mieltä", private=False)
    assert pressed.notice == "Kirjattu: samaa mieltä." and not pressed.message
    assert list(said(stage, "resident").values()) == [1]
    stage.now += timedelta(days=2, hours=12)  # at night nobody is disturbed
    stage.ticks()
    assert stage.chat("telegram:-100").count("Mitä mieltä olet? Keskusta") == 1
    stage.now += timedelta(hours=11)
    stage.ticks()
    assert stage.chat("telegram:-100").count("Mitä mieltä olet? Keskusta") == 2


FORGED = [
    "say:1:agree",
    "say:1:maybe",
    "say:99:agree",
    "say:13:agree",
    "say_here:1:maybe",
    "say_here:13:agree",
    "say_here:1:agree:1",
    "weigh:1:1",
    "stand:9",
    "others:1",
    "others:x",
    "enough:9",
    "statement_new:9",
    "statement_send:0",
    "stand:1:2",
    "conversation_new",
    "conversation_edit:1",
    "conversation_close:1",
    "groups_name:1",
    "conversation_close_ask:1",
    "statements_read:1:waiting",
    "statements_read:1:odd",
]


@pytest.mark.parametrize("action", FORGED[1:])
def test_forged_presses_do_nothing(stage: Stage, action: str) -> None:
    opened(stage)
    with stage.database.begin() as store:
        store.add_statement(1, {"fi": "Odottaa"}, None, StatementState.WAITING, stage.now)
    told = stage.forges("resident", action, private=False)
    assert told.notice and not told.form and not told.message
    with stage.database.reading() as store:
        assert store.opinions(1) == [] and store.conversation(1).state is PollState.OPEN


def test_forged_forms_are_checked_as_presses(stage: Stage) -> None:
    opened(stage)
    for form, fields, state in (
        ("stand", {"said": "agree"}, "1"), ("statement_add", {"text": ""}, "1"),
        ("statement_add", {"text": "x" * 141}, "1"), ("statement_add", {"text": "Hyvä"}, "9"),
        ("statement_add", {"text": "Hyvä"}, "x"), ("conversation", {"title_fi": "x"}, ""),
        ("conversation", {"title_fi": "x"}, "1"), ("groups_name", {"A_fi": "x"}, "1"),
        ("desk_many", {"reject": "statement:1", "rule": "topic"}, "approved:conversation:1:0"),
    ):  # fmt: skip
        told = stage.fills("resident", form, fields, state)
        assert (told.errors or told.notice) and not told.form
    with stage.database.reading() as store:
        assert store.opinions(1) == [] and len(store.statements(1)) == 12
        assert store.statement_counts(1)[StatementState.REMOVED] == 0


FAULTS = {
    "title_fi": {"title_fi": "", "title_sv": ""},
    "seeds_fi": {"seeds_fi": "", "seeds_sv": ""},
    "seeds_sv": {"seeds_sv": "yksi"},
    "closes": {"closes": "2026-01-01 10:00"},
    "adds": {"adds": "2026-04-30 10:00"},
    "moderation": {"moderation": "never"},
    "chats": {"chats": "telegram:-999"},
    "opens": {"opens": "soon"},
}


@pytest.mark.parametrize("field", FAULTS)
def test_a_faulty_form_says_what_is_wrong(stage: Stage, field: str) -> None:
    stage.commands("editor", "/kuulolla väittämäkysely")
    usual = {"title_fi": "Keskusta", "seeds_fi": SEEDS, "seeds_sv": SV,
             "closes": "2026-03-31 16:00"}  # fmt: skip
    told = stage.submits("editor", **usual | FAULTS[field])
    assert list(told.errors) == [field]
    with stage.database.reading() as store:
        assert store.conversations() == []


def test_seeds_that_are_too_long_or_twice(stage: Stage) -> None:
    stage.commands("editor", "/kuulolla väittämäkysely")
    for seeds in ("x" * 141, "Sama\nsama", "\n".join(map(str, range(41)))):
        told = stage.submits("editor", title_fi="Keskusta", seeds_fi=seeds)
        assert "seeds_fi" in told.errors


def test_it_opens_and_closes_when_due_and_late_words_do_not_count(stage: Stage) -> None:
    opened(stage, opens="2026-03-03 09:00", adds="2026-03-10 09:00")
    assert "ei ole vielä avoinna" in words(stage.commands("resident", "/start statements_1"))
    stage.passes(days=1)
    stage.ticks()
    assert "Ota kantaa: Keskusta" in stage.chat("telegram:-100")
    stage.commands("resident", "/start statements_1")
    stage.passes(days=10)
    assert "ei enää oteta" in words(stage.presses("resident", "Lisää oma väittämä"))
    stage.now = stage.now.replace(day=31, hour=13)  # 16.00 in the city: the clocks have changed
    assert "sulkeutunut" in stage.presses("resident", "Samaa mieltä").notice
    stage.ticks()
    with stage.database.reading() as store:
        assert store.conversation(1).key is None and store.opinions(1) == []
    assert "Kukaan ei ottanut kantaa." in stage.chat("telegram:-100")


def test_no_more_than_ten_own_statements(stage: Stage) -> None:
    opened(stage, moderation="after")
    names = ["kirjava", "hidas", "nopea", "musta", "kumma", "vihreä", "outo", "tyyni", "raikas",
             "pitkä", "lyhyt"]  # fmt: skip
    replies = [stage.fills("browser", "statement_add", {"text": f"{x} {x}lla {n}"}, "1")
               for n, x in enumerate(names)]  # fmt: skip
    told = [r.notice for r in replies]
    assert all("Muut voivat nyt" in each for each in told[:10]) and "Enempää" in told[10]


def test_forgetting_takes_the_author_off_and_what_nobody_has_read(stage: Stage) -> None:
    opened(stage)
    stage.fills("resident", "statement_add", {"text": "Torille penkkejä"}, "1")
    stage.fills("resident", "statement_add", {"text": "Rantaan sauna"}, "1")
    with stage.database.begin() as store:
        store.judge_statement(13, StatementState.SHOWN, "", stage.now)
    stage.commands("resident", "/unohda")
    stage.presses("resident", "Poista")
    with stage.database.reading() as store:
        assert store.statement(13).author is None and store.statement(14) is None


def test_no_trace_of_what_somebody_said_is_kept_with_the_event(stage: Stage) -> None:
    opened(stage)
    stage.forges("resident", "say:1:agree", id="telegram:said")
    stage.forges("resident", "say:1:agree", id="telegram:said")
    with stage.database.reading() as store:
        assert store.seen("telegram:said") == b""
        kept = store._connection.exec_driver_sql("SELECT who FROM events").fetchall()
    assert (stage.keyring.resident("telegram", "11"),) not in [tuple(row) for row in kept]


def test_where_the_part_is_off_nothing_is_left_of_it(stage: Stage) -> None:
    opened(stage)
    stage.inbox.city = replace(CITY, parts=frozenset(Part) - {Part.STATEMENTS})
    for told in (
        stage.commands("resident", "/vaittamat"),
        stage.commands("editor", "/kuulolla väittämät"),
        stage.forges("resident", "say:1:agree"),
        stage.forges("resident", "stand:1"),
        stage.forges("resident", "say_here:1:agree"),
        stage.fills("resident", "statement_add", {"text": "Penkkejä"}, "1"),
        stage.commands("editor", "/kuulolla"),
        stage.commands("resident", "/ohje"),
    ):
        assert "äittäm" not in words(told) and not told.form
    with stage.database.reading() as store:
        assert store.opinions(1) == []


def test_names_of_groups_are_an_editors(stage: Stage) -> None:
    opened(stage)
    assert "ryhmiä ei ole" in stage.forges("editor", "groups_name:1").notice
    groups(stage, 58)
    stage.commands("editor", "/kuulolla väittämät")
    assert "58 ihmistä" in words(stage.presses("editor", "Nimeä ryhmät"))
    assert stage.submits("editor", A_fi="x" * 61).errors
    stage.submits("editor", A_fi="Puiden ystävät")
    stage.presses("editor", "Sulje lopullisesti")
    assert "Puiden ystävät, 58 ihmistä" in words(stage.presses("editor", "Sulje lopullisesti"))
