"""Answers in words: written in any channel, read by editors, and shown then."""

from datetime import timedelta

import pytest

from core.model import Item, ItemKind, Words, WordsState
from core.moderation import forms
from tests.dialogs.script import play
from tests.dialogs.test_links import link
from tests.stage import GROUP, Stage, words

POLL = """
    editor: /kuulolla kysely
    editor: {kind=words | question_fi=Mitä rantaan? | question_sv=Vad till stranden? | question_en=What for the shore? | chats=telegram:-100 telegram:-200}
"""
DIALOGS = {
    "in a private chat: a press, then the next message; seen once it is read": """
        telegram:-100< Vastaa kyselyyn
        telegram:-100< Vastaa omin sanoin, enintään 140 merkkiä.
        resident: /start poll_1
        resident: [Kirjoita vastauksesi]
        city: Kirjoita vastauksesi seuraavaan viestiin.
        resident: Laituri!
        city: Vastauksesi on laskettu: ”Laituri!
        city: Se odottaa, että moderaattori lukee sen.
        telegram:-100< 1 vastaus
        telegram:-100< !Laituri
        slack:C0DESK< Moderointi: 1 odottaa
        resident: Milloin aurataan?
        city: Lähetänkö tämän kaupungille?
    """,
    "in three languages": """
        invånare: /start poll_1
        invånare: [Skriv ditt svar]
        city: Skriv ditt svar i ditt nästa meddelande.
        invånare: En brygga
        city: Ditt svar är räknat: ”En brygga”.
        city: Det väntar på att en moderator läser det.
        neighbour: /start poll_1
        neighbour: [Write your answer]
        city: Write your answer in your next message.
        neighbour: A pier
        city: Your answer is counted: “A pier
        city: It waits for a moderator to read it.
        telegram:-200< 2 svar
        telegram:-200< Svaren visas när de är 5.
    """,
    "too much comes back, and is asked for again": """
        resident: /start poll_1
        resident: [Kirjoita vastauksesi]
        resident: Rantaan tarvitaan laituri, penkkejä, uimakoppi, roskakoreja, grilli, keinu, leikkipaikka, vessa, kahvila, pyöräteline ja vielä jotakin muutakin
        city: Vastauksessa on 1–140 merkkiä, sinun vastauksessasi 143.
        resident: Laituri
        city: Vastauksesi on laskettu: ”Laituri
    """,
    "cancelled: the next message is a question again": """
        resident: /start poll_1
        resident: [Kirjoita vastauksesi]
        resident: [Peruuta]
        city: Mitään ei muutettu.
        resident: Milloin aurataan?
        city: Lähetänkö tämän kaupungille?
    """,
    "whoever asks something else meanwhile is asking that": """
        resident: /start poll_1
        resident: [Kirjoita vastauksesi]
        resident: /kysy
        resident: Milloin aurataan?
        city: Lähetänkö tämän kaupungille?
    """,
    "personal data is taken out, and editors are told": """
        resident: /start poll_1
        resident: [Kirjoita vastauksesi]
        resident: Soita 040 123 4567
        city: Poistettu eikä tallennettu: puhelinnumero.
        editor: [Monta kerralla]
        city: Henkilötietoja on poistettu: puhelinnumero.
        city: !040
    """,
    "in a form, at work; changed": """
        official: [Vastaa kyselyyn]
        city: Vastauksesi
        official: {text=}
        city: Vastauksessa on 1–140 merkkiä
        official: {text=Laituri}
        city: Vastauksesi on laskettu: ”Laituri
        official: [Vastaa kyselyyn]
        official: {text=Keinu}
        city: Vastauksesi on laskettu: ”Keinu
        telegram:-100< 1 vastaus
    """,
}  # fmt: skip


@pytest.fixture
def opened(stage: Stage) -> Stage:
    play(stage, POLL)
    return stage


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(opened: Stage, name: str) -> None:
    play(opened, DIALOGS[name])
    opened.tally(1)


def write(stage: Stage, who: str, text: str) -> str:
    return words(stage.fills(who, "ballot", {"text": text}, "1"))


FIVE = {
    "resident": "Laituri", "invånare": "laiturit!", "neighbour": "Lisää penkkejä",
    "official": "lisää PENKKI", "browser": "Grilli",
}  # fmt: skip


def five(stage: Stage) -> None:
    for who, text in FIVE.items():
        write(stage, who, text)


def kept(stage: Stage, state: WordsState = WordsState.WAITING) -> dict[str, str]:
    """Text → token."""
    with stage.database.reading() as store:
        return {one.text: one.token for one in store.words(1, state, "", 100)}


def read(
    stage: Stage, who: str = "editor", approve: str = "", hide: str = "", why: str = ""
) -> str:
    """Approves and hides what is written so: texts, parted by a line."""
    waiting = kept(stage) | kept(stage, WordsState.APPROVED)
    fields = {"rule": "spam", "reason": why}
    for name, texts in (("approve", approve), ("reject", hide)):
        fields[name] = " ".join(f"words:1.{waiting[x]}" for x in texts.split("\n") if x)
    return words(stage.fills(who, "desk_many", fields, "waiting:poll:1:900"))


def test_read_several_at_once_and_the_result_shows_them_grouped(opened: Stage) -> None:
    five(opened)
    assert "5 odottaa, vanhin 0 h" in opened.chat("slack:C0DESK")
    assert len(opened.posts["slack:C0DESK"]) == 1
    five_shown = "\n".join(text for text in FIVE.values() if text != "Grilli")
    assert "ei molempia" in read(opened, approve="Grilli", hide="Grilli", why="x")
    assert read(opened, approve=five_shown, hide="Grilli", why="mainos") == (
        "Hyväksytty 4, hylätty 1."
    )
    seen = opened.chat("telegram:-100")
    for line in ("Näytetään 4, lukematta 0, piilotettu 1.", "Laituri (2)", "Käytetyimmät sanat",
                 "penkki: 2 (50 %)", "laituri: 2 (50 %)", "5 vastausta"):  # fmt: skip
        assert line in seen, line
    assert "Grilli" not in seen and "mainos" not in seen
    assert "mikään ei odota" in opened.chat("slack:C0DESK")
    told = words(opened.forges("browser", "poll:1"))
    assert "Sitä ei näytetä: Ei mainoksia eikä häirintää. mainos" in told


def test_below_five_ballots_nothing_shows(opened: Stage) -> None:
    for who in ("resident", "invånare", "neighbour", "official"):
        write(opened, who, FIVE[who])
    read(opened, approve="Laituri")
    for seen in (
        opened.chat("telegram:-100"),
        words(opened.commands("editor", "/kuulolla tulokset 1")),
    ):
        assert "Laituri" not in seen and "kun niitä on 5" in seen
    write(opened, "browser", "Grilli")
    assert "Laituri" in opened.chat("telegram:-100")


def test_an_approved_answer_that_changes_waits_again_and_old_forms_miss_it(opened: Stage) -> None:
    five(opened)
    old = kept(opened)["Laituri"]
    read(opened, approve="Laituri")
    assert "Laituri" in opened.chat("telegram:-100")
    write(opened, "resident", "Laituri ja sauna")
    assert "Laituri" not in opened.chat("telegram:-100")
    chosen = {"approve": f"words:1.{old}"}
    told = words(opened.fills("editor", "desk_many", chosen, "waiting:poll:1:900"))
    assert told.startswith("Hyväksytty 0, hylätty 0. Muut muuttuivat")
    assert "sauna" not in opened.chat("telegram:-100")


def test_the_same_again_need_not_be_read_again(opened: Stage) -> None:
    five(opened)
    read(opened, approve="Laituri")
    write(opened, "resident", "Laituri")
    assert "Laituri" in kept(opened, WordsState.APPROVED)


def test_one_person_has_one_answer_over_all_channels(opened: Stage) -> None:
    five(opened)
    opened.passes(seconds=5)
    write(opened, "browser", "Sauna")
    link(opened, "resident", "browser")
    assert set(kept(opened)) == {*FIVE.values(), "Sauna"} - {"Laituri", "Grilli"}
    write(opened, "resident", "Keinu")
    assert "Keinu" in kept(opened) and "Sauna" not in kept(opened)
    assert len(kept(opened)) == 4 and "4 vastausta" in opened.chat("telegram:-100")


def test_linking_keeps_the_later_answer_of_either(opened: Stage) -> None:
    write(opened, "browser", "Sauna")
    opened.passes(seconds=5)
    write(opened, "resident", "Keinu")
    link(opened, "browser", "resident")
    assert set(kept(opened)) == {"Keinu"}


def test_forgetting_takes_the_answer_back(opened: Stage) -> None:
    five(opened)
    read(opened, approve="\n".join(FIVE.values()))
    opened.forges("resident", "forget_yes")
    assert "Laituri" not in kept(opened, WordsState.APPROVED)
    assert "4 vastausta" in opened.chat("telegram:-100")
    opened.tally(1)
    opened.forges("resident", "forget_yes")
    opened.tally(1)


def test_a_final_answer_stays(stage: Stage) -> None:
    play(stage, POLL.replace("kind=words", "kind=words | change=final"))
    assert "laskettu" in write(stage, "resident", "Laituri")
    assert "eikä ääntä voi" in write(stage, "resident", "Keinu")
    assert set(kept(stage)) == {"Laituri"}


def test_closing_parts_answers_from_their_writers(opened: Stage) -> None:
    five(opened)
    tokens = set(kept(opened).values())
    opened.commands("resident", "/start poll_1")
    opened.presses("resident", "Kirjoita vastauksesi")
    opened.commands("editor", "/kuulolla sulje 1")
    opened.presses("editor", "Sulje lopullisesti")
    assert "suljettu" in words(opened.says("resident", "Vielä tämä"))
    assert "Lähetänkö tämän kaupungille?" in words(opened.says("resident", "Milloin aurataan?"))
    assert set(kept(opened)) == set(FIVE.values())
    assert not tokens & set(kept(opened).values())
    with opened.database.reading() as store:
        rows = store._connection.exec_driver_sql("SELECT voter FROM poll_words").fetchall()
        assert [voter for (voter,) in rows] == [None] * 5
        assert store.ballot_list(1).ballots == 5
    assert "5 odottaa" in opened.last("slack:C0DESK")
    opened.forges("resident", "forget_yes")
    assert "Laituri" in kept(opened)
    read(opened, approve="Laituri")
    assert "Laituri" in opened.chat("telegram:-100")


def test_a_question_long_after_the_press_is_a_question(opened: Stage) -> None:
    opened.commands("resident", "/start poll_1")
    opened.presses("resident", "Kirjoita vastauksesi")
    opened.now += timedelta(hours=1, seconds=1)
    assert "Lähetänkö tämän kaupungille?" in words(opened.says("resident", "Milloin aurataan?"))


@pytest.mark.parametrize("action", ["vote:1:0", "vote:1:1", "tick:1:0", "give:1:0:1", "undo:1"])
def test_no_button_gives_an_answer_in_words(opened: Stage, action: str) -> None:
    assert words(opened.forges("resident", action))
    with opened.database.reading() as store:
        assert store.tallies({1})[1].total == 0


@pytest.mark.parametrize("who", ["resident", "official", "stranger", "browser", "pupil"])
def test_only_moderators_read(opened: Stage, who: str) -> None:
    five(opened)
    chosen = {"approve": f"words:1.{kept(opened)['Grilli']}"}
    for forged in (opened.forges(who, "desk_many:waiting:poll:1"),
                   opened.fills(who, "desk_many", chosen, "waiting:poll:1:0")):  # fmt: skip
        assert words(forged) and not forged.form
    assert not kept(opened, WordsState.APPROVED)


@pytest.mark.parametrize(
    "state", ["waiting:poll:1:x", "gone:poll:1:0", "x", "waiting:-", ""]
)
def test_forged_forms_change_nothing(opened: Stage, state: str) -> None:
    five(opened)
    for chosen in ("'; --", "words:1.zz", "words:1", "person:1", "question:x"):
        assert words(opened.fills("editor", "desk_many", {"approve": chosen}, state))
        assert words(opened.fills("editor", "desk_no", {"rule": "spam"}, chosen))
    assert words(opened.forges("editor", "desk_many:x:-"))
    assert set(kept(opened)) == set(FIVE.values())


def test_more_than_a_page_is_read_page_by_page(opened: Stage) -> None:
    with opened.database.begin() as store:
        for n in range(forms.PAGE + 2):
            words_ = Words("", f"sana {n}", "fi")
            token = store.put_words(1, bytes([n]) * 16, words_, first=False)
            store.put_item(Item(ItemKind.WORDS, f"1.{token}", "poll:1", "fi", opened.now))
    first = opened.forges("editor", "desk_many:waiting:poll:1").form
    second = opened.fills("editor", "desk_many", {}, first.state).form
    count = [sum(block.role == "quote" for block in form.blocks if hasattr(block, "role"))
             for form in (first, second)]  # fmt: skip
    assert count == [forms.PAGE, 2]


def test_no_trace_of_an_answer_is_kept_with_its_event(opened: Stage) -> None:
    opened.commands("resident", "/start poll_1")
    opened.presses("resident", "Kirjoita vastauksesi")
    opened.says("resident", "Laituri", id="telegram:said")
    write(opened, "official", "Sauna")
    with opened.database.reading() as store:
        assert store.seen("telegram:said") == b""
        events = store._connection.exec_driver_sql("SELECT who, reply FROM events").fetchall()
    official = opened.keyring.resident("slack", "U0STREETS")
    assert not [1 for who, reply in events if b"Laituri" in bytes(reply) or who == official]
    again = opened.says("resident", "Laituri", id="telegram:said")
    assert not words(again)


def test_in_a_shared_chat_the_way_is_shown(opened: Stage) -> None:
    told = opened.forges("resident", "ballot:1", private=False, where=GROUP)
    assert "linkistä" in words(told) or "linkin" in words(told)
    assert "Kirjoita" not in words(told)
