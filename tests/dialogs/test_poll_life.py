"""What happens around polls: hearing of the result, corrections, cancelling, what happened next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.inbox import BUTTONS, FORMS
from core.polls.mending import is_typing_error
from tests.dialogs.script import play
from tests.stage import CITY, GROUP, Stage

OPENED = """
    editor: /kuulolla kysely
    editor: {question_fi=Mihin uusi penkki? | options_fi=Torille\\nRantaan | question_sv=Vart ska bänken? | options_sv=Till torget\\nTill stranden | chats=telegram:-100 telegram:-200}
"""  # noqa: E501

DIALOGS = {
    "who asks to hear the result hears it once, and later what happened next": """
        resident: /kyselyt
        resident: [Mihin uusi penkki?]
        city: Mihin uusi penkki?
        resident: [Kerro minulle tulos]
        city: Kerron tuloksen täällä
        resident: [Torille]
        neighbour: /polls
        editor: /kuulolla sulje 1
        editor: [Sulje lopullisesti]
        resident< Torille: 1
        resident< Suljettu
        resident< Kiitos, että olit mukana!
        telegram:-100< !Kiitos
        telegram:-100< Torille: 1
        telegram:-200< Till torget: 1
        neighbour< !Torille: 1
        wait: days=30
        editor: /kuulolla kyselyt
        editor: [Mitä sen jälkeen tapahtui]
        editor: {text_fi=Penkki tuotiin torille. | text_sv=Bänken står på torget.}
        city: Julkaistu
        telegram:-100< Mitä sen jälkeen tapahtui: Mihin uusi penkki?
        telegram:-100< Penkki tuotiin torille.
        telegram:-200< Bänken står på torget.
        resident< Penkki tuotiin torille.
        neighbour< !Penkki
    """,
    "the wish is taken back, and it is for private chats only": """
        resident: /kyselyt
        resident: [Mihin uusi penkki?]
        resident: [Kerro minulle tulos]
        resident: [Älä kerro tulosta]
        city: En kerro sinulle tulosta
        city: Kerro minulle tulos
        editor: /kuulolla sulje 1
        editor: [Sulje lopullisesti]
        resident< !Suljettu
    """,
    "a typing error is mended after the first vote, and everybody sees it": """
        resident: [Torille]
        editor: /kuulolla kyselyt
        editor: [Korjaa]
        city: vain kirjoitusvirheet
        editor: {question_fi=Mihin uusi pankki? | options_fi=Torille\\nRantaan}
        city: Kysely 1 on korjattu
        telegram:-100< Mihin uusi pankki?
        telegram:-100< Korjattu 2.3.2026 klo 12.00: kirjoitusvirhe
        telegram:-200< Rättad 2.3.2026 kl. 12.00
    """,
    "after the first vote the meaning can't be changed": """
        resident: [Torille]
        editor: /kuulolla kyselyt
        editor: [Korjaa]
        editor: {options_fi=Rantaan\\nTorille}
        city: vain kirjoitusvirheen voi korjata
        editor: {options_fi=Torille\\nRantaan\\nMuualle}
        city: määrä ja järjestys pysyvät
        editor: {options_fi=Torille\\nTorille}
        city: Sama vaihtoehto
        editor: {question_fi=}
        city: Kirjoita 1–300 merkkiä
        telegram:-100< Rantaan
        telegram:-100< !Muualle
        telegram:-100< !Korjattu
    """,
    "before the first vote every word may change": """
        editor: /kuulolla kyselyt
        editor: [Korjaa]
        editor: {question_fi=Mihin keinu? | options_fi=Metsään\\nPihalle}
        telegram:-100< Mihin keinu?
        telegram:-100< Metsään
        telegram:-100< !Korjattu
        editor: [Korjaa]
        editor: {}
        city: Mitään ei muutettu
    """,
    "a cancelled poll says why, keeps its votes closed and shows no result": """
        resident: [Torille]
        resident: /kyselyt
        resident: [Mihin uusi penkki?]
        resident: [Kerro minulle tulos]
        editor: /kuulolla kyselyt
        editor: [Peru kysely]
        city: Miksi se perutaan
        editor: {text_fi=}
        city: ainakin kaupungin omalla kielellä
        editor: {text_fi=Tori remontoidaan. | text_sv=Torget renoveras.}
        city: Kysely 1 on peruttu
        telegram:-100< Peruttu 2.3.2026 klo 12.00, ei tulosta
        telegram:-100< Tori remontoidaan.
        telegram:-100< !Torille: 1
        telegram:-200< Torget renoveras.
        resident< Tori remontoidaan.
        editor: {text_fi=Uudestaan.}
        city: Kysely on jo suljettu
        editor: /kuulolla tulokset 1
        city: Tori remontoidaan.
        city: !Torille: 1
        editor: /kuulolla sulje 1
        editor: [Sulje lopullisesti]
        city: Kysely on jo suljettu
    """,
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str) -> None:
    play(stage, OPENED + DIALOGS[name])


@pytest.mark.parametrize("action", ["mend:1", "poll_cancel:1", "poll_next:1"])
@pytest.mark.parametrize("who", ["official", "resident", "stranger", "browser"])
def test_forged_buttons_of_editors_are_refused(stage: Stage, who: str, action: str) -> None:
    play(stage, OPENED)
    assert stage.forges(who, action).form is None


@pytest.mark.parametrize("form", ["poll_mend", "poll_cancel", "poll_next"])
def test_forged_forms_of_editors_change_nothing(stage: Stage, form: str) -> None:
    play(stage, OPENED)
    before = stage.chat(str(GROUP))
    fields = {"text_fi": "Väärennös", "question_fi": "Väärennös", "options_fi": "A\nB"}
    for state in ("1", "1:0:0", "x", "", "99"):
        for who in ("official", "resident"):
            stage.fills(who, form, fields, state)
        stage.fills("editor", form, {}, state)
    assert stage.chat(str(GROUP)) == before


def test_of_two_who_correct_at_once_the_second_is_told(stage: Stage) -> None:
    play(stage, OPENED)
    stage.commands("editor", "/kuulolla kyselyt")
    stage.presses("editor", "Korjaa")
    old = stage.form("editor")
    stage.submits("editor", question_fi="Mihin keinu?")
    told = stage.fills("editor", old.name, {"question_fi": "Mihin puu?"}, old.state)
    assert "Joku muu on muuttanut" in told.notice
    assert "Mihin keinu?" in stage.chat(str(GROUP))


def test_following_outside_a_private_chat_is_refused(stage: Stage) -> None:
    play(stage, OPENED)
    assert "yksityisessä" in stage.forges("resident", "follow:1", private=False).notice
    assert stage.forges("browser", "follow:1", private=True).message is None


def test_forgetting_ends_the_wish(stage: Stage) -> None:
    play(stage, OPENED)
    stage.forges("resident", "follow:1", private=True)
    stage.forges("resident", "forget_yes", private=True)
    with stage.database.reading() as store:
        assert store.followers(1) == []


def reminding(stage: Stage, closes: str) -> Stage:
    chats = tuple(replace(c, reminders=c.address == GROUP) for c in CITY.chats)
    city = replace(CITY, chats=chats, poll_reminder=timedelta(hours=24))
    town = Stage(stage.database, city)
    play(
        town,
        f"""
        editor: /kuulolla kysely
        editor: {{question_fi=Mihin? | options_fi=A\\nB | chats=telegram:-100 telegram:-200 | closes={closes}}}
        """,  # noqa: E501
    )
    return town


def test_chats_that_asked_are_reminded_once(stage: Stage) -> None:
    town = reminding(stage, "2026-03-05 12:00")
    town.passes(hours=47)
    town.ticks()
    assert "Oletko jo äänestänyt" not in town.chat(str(GROUP))
    town.passes(hours=1)
    town.ticks()
    town.passes(minutes=1)
    town.ticks()
    assert town.chat(str(GROUP)).count("Oletko jo äänestänyt") == 1
    assert "Oletko" not in town.chat("telegram:-200")


def test_a_short_poll_reminds_nobody(stage: Stage) -> None:
    town = reminding(stage, "2026-03-03 12:00")
    town.passes(hours=12)
    town.ticks()
    assert "Oletko jo äänestänyt" not in town.chat(str(GROUP))


def test_a_vote_at_the_very_second_of_closing_is_late(stage: Stage) -> None:
    """Decided by receipt at the server, whether or not the timetable has closed it yet."""
    town = reminding(stage, "2026-03-03 12:00")
    town.passes(seconds=24 * 3600 - 0.001)
    assert "laskettu" in town.presses("resident", "A").notice
    town.passes(seconds=0.001)
    assert "suljettu" in town.presses("neighbour", "A").notice or "closed" in (
        town.replies["neighbour"][-1].notice
    )
    town.ticks()
    assert town.tally(1) == (1, 0)


@pytest.mark.parametrize(
    ("old", "new", "mended"),
    [
        ("Kirjatso", "Kirjasto", True),
        ("Uimahali", "Uimahalli", True),
        ("Torille", "Rannalle", False),
        ("Pitäisikö tie sulkea yöksi?", "Pitäisikö tie sulkea öiksi?", True),
        ("Aukeaa kello 8", "Aukeaa kello 9", False),
        ("Tietä ei suljeta", "Tietä suljetaan", False),
        ("Tietä ei pidä sulkea", "Tietä pidä sulkea", False),
        ("Vägen ska inte stängas", "Vägen ska stängas", False),
        ("The road is not closed", "The road is now closed", False),
        ("Vägen", "Vägen", True),
        ("", "Torille", False),
    ],
)
def test_what_passes_for_a_typing_error(old: str, new: str, mended: bool) -> None:
    assert is_typing_error(old, new) is mended


@pytest.mark.parametrize("end", ["close", "poll_cancel"])
def test_nothing_opens_a_poll_again(stage: Stage, end: str) -> None:
    """No button and no form of anybody's, an editor's least of all, nor the timetable."""
    play(stage, OPENED)
    stage.presses("resident", "Torille")
    if end == "close":
        stage.forges("editor", "close:1")
    else:
        stage.fills("editor", "poll_cancel", {"text_fi": "Rahat loppuivat."}, "1")
    with stage.database.reading() as store:
        ended = store.poll(1)
    fields = {"question_fi": "Mihin?", "options_fi": "A\nB", "opens": "2026-03-09 12:00",
              "text_fi": "Avataan.", "then": "publish", "state": "open"}  # fmt: skip
    for who in ("editor", "resident"):
        for verb in BUTTONS:
            for args in ("1", "1:0", "1:1:1"):
                stage.forges(who, f"{verb}:{args}")
        for form in FORMS:
            stage.fills(who, form, fields, "1")
    stage.passes(days=30)
    stage.ticks()
    with stage.database.begin() as store:
        store.open_poll(1)
        assert (store.poll(1).state, store.poll(1).closed_at) == (ended.state, ended.closed_at)
        assert not store.ballot_boxes({1})[1].key
        assert store.poll(1).question == ended.question
    assert "counted" in stage.forges("neighbour", "vote:1:1").notice
    assert stage.tally(1) == (1, 0)
