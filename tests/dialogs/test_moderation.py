"""The moderation desk, as moderators and authors meet it: each path, appeals included."""

from dataclasses import replace

import pytest

from core.city import Look, Moderation, Official, Role
from core.model import ItemKind, ItemState, Outcome
from core.moderation import daily, desk
from tests.dialogs.script import play
from tests.stage import CITY, GAPS, Stage, three, words

EDITOR = replace(CITY.officials[2], roles=frozenset({Role.EDITOR, Role.MODERATOR}))
SECOND = Official(
    "slack", "U0SECOND", three("Moderaattori", "Moderator", "Moderator"), ("streets",),
    frozenset({Role.MODERATOR}),
)  # fmt: skip
TOWN = replace(
    CITY,
    officials=(CITY.officials[0], SECOND, EDITOR),
    moderation=Moderation(look={"question": Look.BEFORE}, duty=("slack:U0EDITOR",)),
)
ASKS = """
    resident: Milloin se typerys auraa Rantatien?
    resident: [Lähetä]
"""
DIALOGS = {
    "let in": ASKS + """
        slack:C0DESK< Odottaa moderaattoria (kysymys)
        slack:C0DESK< Milloin se typerys auraa Rantatien?
        slack:C0DESK< Koskee: K-1, Talvihoito
        slack:C0DESK< täällä yhteensä 1, hylätty 0
        slack:C0DESK< Moderointi: 1 odottaa, 0 h.
        slack:C0DESK< Päivystäjä: Toimittaja
        editor: [Hyväksy]
        city: Hyväksytty.
        resident< Tekstisi hyväksyttiin.
        slack:C0DESK< Moderointi: mikään ei odota.
        slack:C0DESK< Hyväksytty (kysymys)
        slack:C0DESK< Milloin se typerys
    """,
    "reworded by its author, and let in": ASKS + """
        editor: [Pyydä muotoilemaan]
        editor: {rule=respect | reason=}
        city: Kirjoita tämä asukkaalle.
        editor: {rule=respect | reason=Sano asia ilman haukkumista.}
        city: Kirjoittajaa pyydettiin sanomaan se toisin.
        resident< Moderaattori pyytää sinua sanomaan tämän toisin.
        resident< Sääntö: Kunnioita muita
        resident< Sano asia ilman haukkumista.
        slack:C0DESK< Kirjoittajaa pyydettiin muotoilemaan toisin (kysymys)
        resident: [Sano toisin]
        city: Kirjoita se toisin, yhtenä viestinä.
        resident: Milloin Rantatie aurataan? Soita 040 123 4567
        city: Tekstisi odottaa moderaattoria.
        slack:C0DESK< Milloin Rantatie aurataan?
        slack:C0DESK< Henkilötietoja on poistettu: puhelinnumero.
        slack:C0DESK< !040
        slack:C0DESK< !typerys
        editor: [Hyväksy]
        resident: /kysymykseni
        city: Milloin Rantatie aurataan?
    """,
    "rejected, appealed, and let in by another": ASKS + """
        editor: [Hylkää]
        editor: {rule=moon}
        city: Valitse luettelosta.
        editor: {rule=respect | reason=Haukut ihmistä.}
        city: Hylätty. Kirjoittajalle kerrottiin syy.
        resident< Tekstiäsi ei hyväksytty.
        resident< Sääntö: Kunnioita muita
        resident< Haukut ihmistä.
        invånare: /start question_1
        city: Det finns ingen sådan fråga.
        resident: /start question_1
        city: !Tämä ei vastannut
        resident: [Pyydä oikaisua]
        resident: Typerys on auran nimi.
        city: Oikaisupyyntösi odottaa toista moderaattoria.
        slack:C0DESK< Oikaisupyyntö odottaa toista moderaattoria (kysymys)
        slack:C0DESK< Typerys on auran nimi.
        editor: [Hyväksy]
        city: Oikaisupyyntö koskee omaa päätöstäsi
        second: [Hyväksy]
        city: Hyväksytty.
        resident< Oikaisupyyntösi hyväksyttiin
        slack:C0DESK< Milloin se typerys
        resident: /kysymykseni
        city: (odottaa käsittelijää)
    """,
    "an appeal that is not granted is the last one": ASKS + """
        editor: [Hylkää]
        editor: {rule=respect}
        resident: [Pyydä oikaisua]
        resident: Eihän tuo ole haukkumista.
        second: [Hylkää]
        second: {rule=respect | reason=On se.}
        resident< Oikaisupyyntöäsi ei hyväksytty
        resident< On se.
        resident: [Pyydä oikaisua]
        city: Voit pyytää oikaisua hylkäykseen kerran.
        resident: [Sano toisin]
        city: Tätä ei voi enää muuttaa.
    """,
    "personal data that no check knows is hidden": """
        resident: Matti Meikäläinen auraa Rantatien huonosti
        resident: [Lähetä]
        editor: [Peitä henkilötietoja]
        editor: {words=Matti Virtanen}
        city: Näitä sanoja ei ole tekstissä: Matti Virtanen
        editor: {words=Matti Meikäläinen}
        city: Hyväksytty ilman näitä sanoja.
        resident: /kysymykseni
        city: [kaupunki poisti: henkilötieto] auraa
        slack:C0DESK< !Meikäläinen
    """,
    "taken, so that nobody else decides": ASKS + """
        editor: [Ota käsittelyyn]
        city: Tämä on sinun puoli tuntia.
        slack:C0DESK< Käsittelijä: Toimittaja
        second: [Hyväksy]
        city: Toimittaja käsittelee tätä jo.
        second: /kuulolla moderointi
        city: !typerys
        wait: minutes=31
        second: [Hyväksy]
        city: Hyväksytty.
    """,
    "from the list, with the card for what is done seldom": ASKS + """
        second: /kuulolla moderointi
        city: Moderointi: 1 odottaa, 0 h.
        city: Kysymys · K-1, Talvihoito · asukas
        city: Odottanut 2.3.2026 klo 12.00 alkaen
        city: !Hiljennä kirjoittaja
        city: !Monta kerralla
        city: !Viime seitsemänä päivänä
        second: [Muut toimet]
        city: Kirjoittaja: asukas
        city: Hiljennä kirjoittaja
        wait: hours=3
        second: /kuulolla moderointi
        city: Moderointi: 1 odottaa, 3 h.
        second: [Hyväksy]
        city: Hyväksytty.
        wait: minutes=1
        second: /kuulolla moderointi
        city: Moderointi: mikään ei odota.
        city: Viime seitsemänä päivänä 1 päätös, odotusaika 3,0 h.
        city: !Näytä seuraavat
    """,
    "what is not theirs to judge is not listed": ASKS + """
        editor: [Hylkää]
        editor: {rule=respect | reason=Haukut.}
        resident: [Pyydä oikaisua]
        resident: Se on auran nimi.
        editor: /kuulolla moderointi
        city: Moderointi: 1 odottaa, 0 h.
        city: !auran nimi
        city: Odottavat ovat muiden käsittelyssä
        second: /kuulolla moderointi
        city: Oikaisupyyntö odottaa toista moderaattoria (kysymys) · K-1
        city: Se on auran nimi.
        second: [Hyväksy]
        resident< Oikaisupyyntösi hyväksyttiin
    """,
    "passed on": ASKS + """
        editor: [Siirrä eteenpäin]
        city: Siirretty eteenpäin.
        slack:C0DESK< Moderaattori siirsi eteenpäin (kysymys)
        second: [Hyväksy]
        city: Hyväksytty.
    """,
    "muted for a day": ASKS + """
        editor: [Hiljennä kirjoittaja]
        editor: {days=1 | rule=respect}
        city: Kirjoittaja ei voi kirjoittaa sinne vähään aikaan.
        resident< Et voi kirjoittaa sinne ennen
        resident< Sääntö: Kunnioita muita
        resident: Milloin se toinen typerys auraa Kuntopolun?
        resident: [Lähetä]
        city: Et voi kirjoittaa tänne ennen
        wait: hours=24
        resident: [Lähetä]
        city: Sen numero on K-2
    """,
    "withdrawn while it waits": ASKS + """
        resident: /start question_1
        resident: [Peru kysymys]
        resident: [Peru kysymys]
        slack:C0DESK< Tätä ei enää ole
        slack:C0DESK< Moderointi: mikään ei odota.
    """,
    "in the author's language": """
        neighbour: When does that fool plough Shore Street?
        neighbour: [Send]
        editor: [Hylkää]
        editor: {rule=respect | reason=Please mind your words.}
        neighbour< What you wrote was not let through.
        neighbour< Rule: Respect others
        neighbour< Please mind your words.
        neighbour: [Appeal]
        neighbour: It is the name of the plough.
        city: Your appeal waits for another moderator.
    """,
}  # fmt: skip


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(town: Stage, name: str) -> None:
    play(town, DIALOGS[name])


def asked(town: Stage) -> None:
    play(town, ASKS)


ACTS = ("desk_card", "desk_yes", "desk_no", "desk_reword", "desk_redact", "desk_mute",
        "desk_take", "desk_up")  # fmt: skip


@pytest.mark.parametrize(
    "who", ["resident", "neighbour", "browser", "official", "stranger", "pupil"]
)
def test_who_is_no_moderator_does_nothing(town: Stage, who: str) -> None:
    asked(town)
    for act in ACTS:
        for forged in (town.forges(who, f"{act}:question:1"),
                       town.fills(who, act, {"rule": "respect", "reason": "x", "words": "typerys",
                                             "days": "1"}, "question:1")):  # fmt: skip
            assert words(forged) and not forged.form
    assert words(town.fills(who, "desk_many", {"approve": "question:1"}, "waiting:-:0"))
    assert "typerys" not in words(town.commands(who, "/kuulolla moderointi"))
    with town.database.reading() as store:
        assert store.item(ItemKind.QUESTION, "1").state is ItemState.WAITING
        assert store.judgements(town.now, town.now.replace(year=2027)) == []


@pytest.mark.parametrize("who", ["neighbour", "editor", "second", "browser"])
def test_only_the_author_rewords_and_appeals(town: Stage, who: str) -> None:
    asked(town)
    town.fills("editor", "desk_no", {"rule": "respect"}, "question:1")
    for forged in (town.forges(who, "my_appeal:question:1"),
                   town.forges(who, "my_reword:question:1"),
                   town.fills(who, "my_appeal", {"text": "Miksi ei?"}, "question:1"),
                   town.fills(who, "my_reword", {"text": "Toisin"}, "question:1")):  # fmt: skip
        assert words(forged)
    with town.database.reading() as store:
        item = store.item(ItemKind.QUESTION, "1")
        assert (item.state, item.appeal) == (ItemState.REJECTED, "")
        assert "typerys" in store.question(1).text


def test_a_moderator_does_not_judge_what_they_wrote(town: Stage) -> None:
    asked(town)
    with town.database.begin() as store:
        item = store.item(ItemKind.QUESTION, "1")
        author = town.keyring.resident("slack", "U0EDITOR")
        store.put_item(replace(item, author=author))
    assert "typerys" not in words(town.commands("editor", "/kuulolla moderointi"))
    for act in ACTS[1:]:
        assert "Kirjoitit tämän itse" in words(town.forges("editor", f"{act}:question:1"))
    assert "Hyväksytty 0" in words(
        town.fills("editor", "desk_many", {"approve": "question:1"}, "waiting:-:0")
    )
    assert words(town.forges("second", "desk_yes:question:1")) == "Hyväksytty."


def test_what_is_decided_is_logged_without_text_and_person(town: Stage) -> None:
    asked(town)
    town.passes(minutes=10)
    town.fills("editor", "desk_no", {"rule": "respect", "reason": "Haukut."}, "question:1")
    town.forges("resident", "my_appeal:question:1")
    town.says("resident", "Typerys on auran nimi.")
    town.forges("second", "desk_yes:question:1")
    with town.database.reading() as store:
        (line,) = store.judgements(town.now.replace(day=1), town.now.replace(year=2027))
    assert (line.kind, line.outcome, line.rule) == (
        ItemKind.QUESTION, Outcome.REJECTED, "respect"
    )  # fmt: skip
    assert (line.appeal, line.waited) == (Outcome.OVERTURNED, 600.0)


def test_a_redelivered_press_decides_once(town: Stage) -> None:
    asked(town)
    for _ in range(2):
        said = town.forges("editor", "desk_yes:question:1", id="slack:again")
        assert words(said) == "Hyväksytty."
    assert words(town.forges("second", "desk_yes:question:1")) == "Tästä on jo päätetty."


def test_a_check_rejects_only_where_the_city_lets_it(stage: Stage) -> None:
    lets = replace(TOWN.moderation, decides={"personal": "privacy"})
    stage.__init__(stage.database, replace(TOWN, moderation=lets))
    stage.says("resident", "Soita Rantatien aurauksesta 040 123 4567")
    told = words(stage.presses("resident", "Lähetä"))
    assert "K-1" in told
    assert "Sääntö: Ei henkilötietoja" in stage.last("resident")
    assert "Tämän päätti kone" in stage.last("resident")
    stage.presses("resident", "Pyydä oikaisua")
    stage.says("resident", "Numero on vaihteen.")
    assert "Oikaisupyyntö odottaa" in stage.chat("slack:C0DESK")
    assert words(stage.presses("editor", "Hyväksy")) == "Hyväksytty."


def test_when_much_waits_there_are_few_cards_and_one_board(town: Stage) -> None:
    limits = replace(TOWN.question_limits, a_day=100, open=50)
    town.inbox.city = town.city = replace(TOWN, question_limits=limits)
    for n in range(desk.CARDS + 3):
        town.passes(minutes=1)
        town.says("resident", f"Kysymys {'abcdefghijklmnop'[n] * 7} numero {n}, milloin aurataan?")
        town.presses("resident", "Lähetä")
    assert len(town.posts["slack:C0DESK"]) == desk.CARDS + 1
    assert "Moderointi: 13 odottaa" in town.chat("slack:C0DESK")
    form = town.presses("editor", "Monta kerralla").form
    everything = " ".join(f"question:{n}" for n in range(1, 11))
    again = town.submits("editor", approve=everything)
    assert form and again.form
    rest = " ".join(f"question:{n}" for n in range(11, 14))
    told = town.submits("editor", reject=rest, rule="topic", reason="Sama kysymys.")
    assert words(told) == "Hyväksytty 0, hylätty 3."
    assert "Sama kysymys." in town.chat("resident")


def test_forgotten_authors_are_told_nothing_more(town: Stage) -> None:
    asked(town)
    town.forges("resident", "forget_yes")
    town.fills("editor", "desk_no", {"rule": "respect"}, "question:1")
    assert "typerys" not in town.chat("resident")
    assert words(town.forges("editor", "desk_mute:question:1"))
    assert words(town.forges("resident", "my_appeal:question:1"))


def test_each_working_morning_moderators_hear_how_much_waits(town: Stage) -> None:
    def mornings(hours: float) -> int:
        town.passes(hours=hours)
        before = len(town.posts.get("slack:C0DESK", {}))
        with town.database.begin() as store:
            daily.tick(store, town.city, town.now, GAPS)
        town.deliver()
        return len(town.posts.get("slack:C0DESK", {})) - before

    assert mornings(0) == 0  # nothing waits
    asked(town)
    assert mornings(0) == 1 and mornings(1) == 0
    assert mornings(10) == 0  # at night
    assert mornings(11) == 1  # Tuesday
    assert "Moderointi: 1 odottaa, 22 h." in town.last("slack:C0DESK")
    assert mornings(24 * 4) == 0  # Saturday
