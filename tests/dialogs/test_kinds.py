"""Every kind of poll as editors make it and residents answer it, through the inbox."""

import pytest

from core.model import PollState
from tests.dialogs.script import play
from tests.stage import GROUP, Stage, words

DIALOGS = {
    "several choices: each press is a vote, in a shared chat too": """
        editor: /kuulolla kysely
        editor: {kind=several | question_fi=Mitä puistoon? | options_fi=Penkki\\nKeinu\\nLaituri | most=2 | chats=telegram:-100}
        city: auki
        telegram:-100< Valitse 1–2.
        resident: [Penkki]
        city: Äänesi on laskettu: Penkki.
        resident: [Laituri]
        city: Äänesi on laskettu: Penkki, Laituri.
        resident: [Keinu]
        city: Enintään 2: poista ensin jokin valintasi painamalla sitä.
        resident: [Penkki]
        city: Äänesi on laskettu: Laituri.
        neighbour: [Laituri]
        city: Your vote is counted: Laituri.
        telegram:-100< Laituri: 2 (100
        telegram:-100< 2 ääntä; äänessä voi olla monta valintaa
    """,
    "several choices: too few are a draft, and the earlier vote counts until there are enough": """
        editor: /kuulolla kysely
        editor: {kind=several | question_sv=Vad till parken? | options_sv=Bänk\\nGunga\\nBrygga | least=2 | chats=telegram:-200}
        invånare: [Bänk]
        city: Välj 1 till, så räknas din röst.
        telegram:-200< 0 röster
        invånare: [Gunga]
        city: Din röst är räknad: Bänk, Gunga.
        invånare: [Gunga]
        city: Till dess gäller din tidigare röst.
        telegram:-200< Gunga: 1
        invånare: [Brygga]
        city: Din röst är räknad: Bänk, Brygga.
        telegram:-200< Gunga: 0
        telegram:-200< Brygga: 1
    """,
    "several choices in a private chat: what is chosen is marked": """
        editor: /kuulolla kysely
        editor: {kind=several | question_en=What for the park? | options_en=Bench\\nSwing}
        neighbour: /start poll_1
        city: Choose as many as you like, at least 1.
        neighbour: [Bench]
        city: [✓ Bench]
        neighbour: [Swing]
        city: [✓ Swing]
        neighbour: [✓ Bench]
        city: Your vote is counted: Swing.
        city: [Bench]
    """,
    "yes, no or can't say": """
        editor: /kuulolla kysely
        editor: {kind=yes_no | question_fi=Autoton sunnuntai? | question_sv=Bilfri söndag? | chats=telegram:-100 telegram:-200}
        telegram:-100< En osaa sanoa
        telegram:-200< Kan inte säga
        invånare: [Ja]
        city: Din röst är räknad: Ja.
        resident: [Ei]
        telegram:-100< Kyllä: 1 (50
    """,
    "a scale with words at its ends, and its mean": """
        editor: /kuulolla kysely
        editor: {kind=scale | question_fi=Miten talvihoito sujui? | options_fi=huonosti | chats=telegram:-100}
        city: Anna sanat asteikon molemmille päille
        editor: {kind=scale | question_fi=Miten talvihoito sujui? | options_fi=huonosti\\nhyvin | chats=telegram:-100}
        telegram:-100< 1: huonosti
        resident: [5: hyvin]
        neighbour: [2]
        telegram:-100< Keskiarvo: 3,5
        neighbour: [1: huonosti]
        telegram:-100< Keskiarvo: 3,0
    """,
    "points to spread, one by one": """
        editor: /kuulolla kysely
        editor: {kind=points | question_fi=Mihin rahat? | options_fi=Pyörätie\\nUimahalli | most=3 | chats=telegram:-100}
        telegram:-100< Vastaa kyselyyn
        telegram:-100< https://t.me/mallibot?start=poll_1
        resident: /start poll_1
        city: Jaa enintään 3 pistettä haluamallasi tavalla.
        city: Pisteitä jäljellä: 3
        resident: [+ Pyörätie: 0]
        city: Äänesi on laskettu: Pyörätie 1.
        city: Pisteitä jäljellä: 2
        resident: [+ Pyörätie: 1]
        resident: [+ Uimahalli: 0]
        city: Äänesi on laskettu: Pyörätie 2, Uimahalli 1.
        resident: [+ Uimahalli: 1]
        city: Enempää ei voi antaa: pisteitä on yhteensä 3.
        resident: [− Pyörätie]
        city: Äänesi on laskettu: Pyörätie 1, Uimahalli 1.
        telegram:-100< 1 ääni, 2 pistettä
    """,
    "a ranking: tapped in order, undone, counted in two ways": """
        editor: /kuulolla kysely
        editor: {kind=ranking | question_fi=Mikä nimi? | options_fi=Aalto\\nPoukama\\nLahti | least=2 | chats=telegram:-100}
        resident: /start poll_1
        city: Laita vaihtoehdot järjestykseen, paras ensin (vähintään 2).
        resident: [Lahti]
        city: Valitse vielä 1, niin äänesi lasketaan.
        resident: [Aalto]
        city: Äänesi on laskettu: 1. Lahti, 2. Aalto.
        city: [2. Aalto]
        resident: [Peru viimeisin]
        city: Siihen asti aiempi äänesi on voimassa.
        resident: [Poukama]
        city: Äänesi on laskettu: 1. Lahti, 2. Poukama.
        telegram:-100< Sijoitusten vertailu näytetään, kun ääniä on vähintään 5.
        telegram:-100< ! 1. kierros
        editor: /kuulolla sulje 1
        editor: [Sulje lopullisesti]
        telegram:-100< Siirtoäänivaali: Lahti
        telegram:-100< Schulzen menetelmä: Lahti > Poukama > Aalto
        telegram:-100< 1. kierros: Aalto 0, Poukama 0, Lahti 1.
    """,
    "a ranking in a form, at work": """
        editor: /kuulolla kysely
        editor: {kind=ranking | question_fi=Mikä nimi? | options_fi=Aalto\\nPoukama\\nLahti | chats=telegram:-100}
        official: [Vastaa kyselyyn]
        city: 3. sija
        official: {place_0=1 | place_1=1 | place_2=-}
        city: Tämä on jo järjestyksessäsi.
        official: {place_0=1 | place_1=7}
        city: Valitse luettelosta.
        official: {place_0=1 | place_1=- | place_2=0}
        city: Äänesi on laskettu: 1. Poukama, 2. Aalto.
        official: [Vastaa kyselyyn]
        official: {place_0=- | place_1=- | place_2=-}
        city: Laita vaihtoehdot järjestykseen, paras ensin (vähintään 1).
    """,
    "points in a form, at work": """
        editor: /kuulolla kysely
        editor: {kind=points | question_fi=Mihin rahat? | options_fi=Pyörätie\\nUimahalli | chats=telegram:-100}
        official: [Vastaa kyselyyn]
        official: {points_0=11}
        city: Annoit 11 pistettä, mutta pisteitä on yhteensä 10.
        official: {points_0=0}
        city: Jaa enintään 10 pistettä haluamallasi tavalla.
        official: {points_0=kaikki | points_1=-1}
        city: Kirjoita luku väliltä 0–10.
        official: {points_0=7 | points_1=3}
        city: Äänesi on laskettu: Pyörätie 7, Uimahalli 3.
    """,
    "amounts that can't be are refused, field by field": """
        editor: /kuulolla kysely
        editor: {kind=several | question_fi=Mitä? | options_fi=A\\nB\\nC | most=4}
        city: Kirjoita luku väliltä 1–3.
        editor: {kind=several | question_fi=Mitä? | options_fi=A\\nB\\nC | least=3 | most=2}
        city: Kirjoita luku väliltä 1–2.
        editor: {kind=points | question_fi=Mitä? | options_fi=A\\nB | most=99}
        city: Kirjoita luku väliltä 2–31.
        editor: {kind=lottery | question_fi=Mitä? | options_fi=A\\nB}
        city: Valitse luettelosta.
        editor: {kind=single | question_fi=Mitä? | options_fi=A\\na}
        city: Sama vaihtoehto on kahdesti.
        editor: {kind=single | question_fi=Mitä? | options_fi=}
        city: 2–12 vaihtoehtoa
    """,
    "links and pictures, each by what it shows": """
        editor: /kuulolla kysely
        editor: {question_fi=Mitä? | options_fi=Penkki\\nLaituri | extras=2 http://city.example/a}
        city: Osoite alkaa https://
        editor: {question_fi=Mitä? | options_fi=Penkki\\nLaituri | extras=2 https://city.example/laituri.jpg}
        city: Kerro osoitteen jälkeen, mitä kuvassa on.
        editor: {question_fi=Mitä? | options_fi=Penkki\\nLaituri | extras=3 https://city.example/a}
        city: Aloita jokainen rivi vaihtoehdon numerolla
        editor: {question_fi=Mitä? | options_fi=Penkki\\nLaituri | extras=1 https://a.example/a\\n1 https://a.example/b}
        city: Vaihtoehdolla on yksi linkki tai yksi kuva.
        editor: {question_fi=Mitä? | options_fi=Penkki\\nLaituri | extras=1 https://city.example/plan\\n2 https://city.example/laituri.jpg Puinen laituri\\n2 https://city.example/laituri.jpg sv En brygga av trä | chats=telegram:-100 telegram:-200}
        telegram:-100< Penkki: https://city.example/plan
        telegram:-100< Laituri: Puinen laituri
        telegram:-200< En brygga av trä
        telegram:-200< !city.example/laituri.jpg
    """,
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str) -> None:
    play(stage, DIALOGS[name])
    with stage.database.reading() as store:
        for poll in store.polls():
            assert store.tallies({poll.id})[poll.id] == store.recount(poll.id)


def made(stage: Stage, **fields: str) -> None:
    stage.commands("editor", "/kuulolla kysely")
    told = stage.submits("editor", **{"question_fi": "Mitä?", "options_fi": "A\nB\nC"} | fields)
    assert not told.errors


def test_a_picture_of_two_megabytes_is_refused_in_few_words_and_a_draft_stays_small(
    stage: Stage,
) -> None:
    """Pasted into the form: pictures are linked, none is taken in."""
    picture = "1 data:image/png;base64," + "A" * 2_000_000 + " Penkki"
    fields = {"question_fi": "Mitä?", "options_fi": "A\nB", "extras": picture}
    stage.commands("editor", "/kuulolla kysely")
    told = stage.submits("editor", **fields).errors["extras"]
    assert "https://" in told and len(told) < 250
    stage.submits("editor", **fields, then="draft")
    with stage.database.reading() as store:
        (plan,) = store.plans()
        assert store.polls() == [] and len(plan.fields["extras"]) <= 4000


FORGED = {
    "several": ["vote:1:0", "vote:1:8", "vote:1:7", "tick:1:3", "tick:1:99999", "give:1:0:1",
                "undo:1", "vote:1:9223372036854775808"],
    "points": ["vote:1:0", "vote:1:32768", "give:1:3:1", "give:1:0:0", "tick:1:0",
               "give:1:0:18446744073709551616"],
    "ranking": ["vote:1:0", "vote:1:17", "vote:1:4", "vote:1:258", "tick:1:3", "give:1:0:1"],
    "single": ["vote:1:3", "vote:1:4294967296", "tick:1:0", "give:1:0:1", "undo:1"],
    "scale": ["vote:1:5", "tick:1:0"],
}  # fmt: skip


@pytest.mark.parametrize("kind", FORGED)
def test_forged_answers_count_nothing(stage: Stage, kind: str) -> None:
    """Out of range, ranked twice, too many points, another kind's buttons."""
    more = {"scale": {"options_fi": ""}, "several": {"most": "2"}, "points": {"most": "2"}}
    made(stage, kind=kind, **more.get(kind, {}))
    for action in FORGED[kind]:
        assert words(stage.forges("resident", action))
        assert not any(stage.tally(1)), action


def test_a_press_brought_twice_is_one(stage: Stage) -> None:
    """A toggle must not turn back when the platform delivers it again."""
    made(stage, kind="several")
    first = stage.forges("resident", "tick:1:0", id="telegram:same")
    again = stage.forges("resident", "tick:1:0", id="telegram:same")
    assert first.notice and not again.notice
    assert stage.tally(1) == (1, 0, 0)


def test_the_second_of_closing_is_the_servers(stage: Stage) -> None:
    """What reached us before it counts, though it is handled after; what came at it does not."""
    made(stage, kind="several", closes="2026-03-02 12:30")
    stage.now = stage.now.replace(hour=10, minute=30)  # 12.30 in the city
    early = stage.now.replace(minute=29, second=59, microsecond=999_999)
    assert "laskettu" in stage.forges("resident", "tick:1:0", at=early).notice
    assert "closed" in stage.forges("neighbour", "tick:1:0").notice
    assert stage.tally(1) == (1, 0, 0)


def test_a_poll_that_closes_meanwhile_takes_no_mark(stage: Stage) -> None:
    made(stage, kind="several", least="2", chats=str(GROUP))
    stage.forges("resident", "tick:1:0")
    stage.commands("editor", "/kuulolla sulje 1")
    stage.presses("editor", "Sulje lopullisesti")
    assert "suljettu" in stage.forges("resident", "tick:1:1").notice
    with stage.database.reading() as store:
        assert store.poll(1).state is PollState.CLOSED
        assert store.tallies({1})[1].total == 0


def test_an_order_of_each_persons_own_that_stays(stage: Stage) -> None:
    letters = "\n".join("ABCDEFGHIJKL")
    stage.commands("editor", "/kuulolla kysely")
    stage.submits("editor", question_fi="Mikä?", options_fi=letters, order="random")

    def seen(who: str) -> list[str]:
        blocks = stage.commands(who, "/start poll_1").message.blocks
        return [
            button.label
            for block in blocks
            for row in getattr(block, "rows", ())
            for button in row
            if button.action.startswith("vote:")
        ]

    assert seen("resident") == seen("resident") != seen("neighbour")
    assert sorted(seen("resident")) == sorted("ABCDEFGHIJKL")


def test_who_is_no_official_votes_where_the_poll_is_posted(stage: Stage) -> None:
    """In a Slack chat with a poll everybody may press and fill in; only making polls is staff's."""
    made(stage, kind="ranking")
    stage.forges("stranger", "ballot:1")
    told = stage.submits("stranger", place_0="2", place_1="0")
    assert "2. A" in told.notice and not told.errors
    assert stage.tally(1) == (0, 0, 1)
    assert not stage.forges("stranger", "poll_new").form


def test_no_trace_of_a_ballot_is_kept_with_its_event(stage: Stage) -> None:
    """Presses and forms are recorded without who acted and what they were told."""
    made(stage, kind="ranking")
    stage.forges("resident", "tick:1:2", id="telegram:tick")
    stage.forges("official", "ballot:1")
    stage.submits("official", place_0="2")
    with stage.database.reading() as store:
        assert store.seen("telegram:tick") == b""
        kept = store._connection.exec_driver_sql("SELECT who, reply FROM events").fetchall()
    voters = {
        stage.keyring.resident("telegram", "11"),
        stage.keyring.resident("slack", "U0STREETS"),
    }
    assert not [who for who, _ in kept if who in voters]
    assert not [reply for _, reply in kept if b"1. C" in bytes(reply)]
