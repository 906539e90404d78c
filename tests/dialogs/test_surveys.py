"""Surveys: asked one after another in a private chat, through the inbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.digests import sections
from core.messages import Message, Reply
from core.model import Ballot, PollState
from core.people import voter
from core.scene import Room
from core.texts import texts
from storage import Database
from tests.dialogs.script import play
from tests.dialogs.test_voters import BOARD, SMALL_CITY, give
from tests.stage import CITY, GROUP, Stage, words

SURVEY = """
title: {fi: Liikkuminen, sv: Att röra sig, en: Getting around}
intro: {fi: Kerro arjestasi., sv: Berätta om din vardag., en: Tell of your days.}
chats: [telegram:-100]
closes: 2026-03-31 16:00
questions:
  - name: cycling
    kind: yes_no
    question: {fi: "Pyöräiletkö?", sv: "Cyklar du?", en: "Do you cycle?"}
  - question: {fi: "Milloin?", sv: "När?", en: "When?"}
    kind: several
    options:
      - {fi: Kesällä, sv: På sommaren, en: In summer}
      - {fi: Talvella, sv: På vintern, en: In winter}
    when: {cycling: 1}
  - question: {fi: Arvosana, sv: Betyg, en: Grade}
    kind: scale
  - name: age
    background: true
    question: {fi: "Ikäsi?", sv: "Din ålder?", en: "Your age?"}
    options:
      - {fi: alle 30, sv: under 30, en: under 30}
      - {fi: 30 tai yli, sv: 30 eller mer, en: 30 or over}
"""
BUILT = """
        telegram:-100< Kyselylomake: Liikkuminen
        telegram:-100< https://t.me/mallibot?start=survey_1
        telegram:-100< https://example.test/fi/surveys/1
"""

DIALOGS = {
    "one after another, with a branch, back, skip, and thanks": """
        resident: /start survey_1
        city: Kysymys 1/4
        city: Kerro arjestasi.
        city: Pyöräiletkö?
        city: !Takaisin
        resident: [Kyllä]
        city: Kysymys 2/4
        city: !Kerro arjestasi.
        city: Milloin?
        resident: [Talvella]
        city: [✓ Talvella]
        resident: [Seuraava]
        city: Kysymys 3/4
        resident: [Ohita]
        city: Ikäsi?
        city: En halua sanoa
        resident: [Takaisin]
        city: Arvosana
        resident: [4]
        city: Ikäsi?
        resident: [alle 30]
        city: Kiitos! Vastauksesi on laskettu.
        city: 31.3.2026
        city: https://example.test/fi/surveys/1/results
    """,
    "a question that is not asked is passed over, also when an answer changes": """
        neighbour: /start survey_1
        city: Question 1/4
        neighbour: [No]
        city: Grade
        city: Question 2/3
        neighbour: [Back]
        city: Your answer: No
        neighbour: [Yes]
        city: When?
        city: Question 2/4
        neighbour: [Back]
        neighbour: [No]
        city: Grade
    """,
    "resumed after days where it was left, skipped questions too": """
        invånare: /start survey_1
        city: Fråga 1/4
        invånare: [Hoppa över]
        city: Betyg
        city: Fråga 2/3
        wait: days=6
        invånare: /enkater
        city: [Frågeformulär: Att röra sig]
        invånare: [Frågeformulär: Att röra sig]
        city: Betyg
        invånare: [5]
        wait: days=6
        invånare: /start survey_1
        city: Din ålder?
    """,
    "an editor closes it: results for everybody, and no more answers": """
        resident: /start survey_1
        resident: [Kyllä]
        official: /kuulolla lomakkeet
        city: !Sulje lopullisesti
        editor: /kuulolla lomakkeet
        city: Liikkuminen
        editor: [Sulje lopullisesti]
        city: Suljetaanko
        editor: [Sulje lopullisesti]
        city: Kyselylomakkeen tulokset: Liikkuminen
        telegram:-100< Kyselylomakkeen tulokset: Liikkuminen
        telegram:-100< 1 ihminen vastasi.
        telegram:-100< Kyselylomake on sulkeutunut.
        resident: [Talvella]
        city: on sulkeutunut
        resident: /start survey_1
        city: [1. Pyöräiletkö?]
        resident: [1. Pyöräiletkö?]
        city: Kyllä: 1 (100
        editor: [Sulje lopullisesti]
        city: suljettu jo
    """,
    "what happened next reaches its chats, its posts and who opens its results": """
        resident: /start survey_1
        editor: /kuulolla lomakkeet
        city: ![Mitä sitten tapahtui]
        editor: [Sulje lopullisesti]
        editor: [Sulje lopullisesti]
        editor: /kuulolla lomakkeet
        wait: days=20
        editor: [Mitä sitten tapahtui]
        city: Lomake 1: jatko
        city: Liikkuminen
        editor: {text_fi=}
        city: ainakin kaupungin omalla kielellä
        editor: {text_fi=Pyörätie rakennetaan. | text_sv=Cykelvägen byggs.}
        city: Julkaistu lomakkeen 1 ryhmissä
        telegram:-100< Mitä sitten tapahtui: Liikkuminen
        telegram:-100< Pyörätie rakennetaan.
        telegram:-100< https://example.test/fi/surveys/1/results
        telegram:-100< Mitä sitten tapahtui (22.3.2026)
        telegram:-100< !Mitä sitten tapahtui: Pyöräiletkö?
        resident: /start survey_1
        city: Pyörätie rakennetaan.
        invånare: /start survey_1
        city: Cykelvägen byggs.
    """,
    "cancelled: it says why to everybody, takes no more answers and shows no result": """
        resident: /start survey_1
        resident: [Kyllä]
        editor: /kuulolla lomakkeet
        editor: [Peru lomake]
        city: Miksi se perutaan
        editor: {text_fi=}
        city: ainakin kaupungin omalla kielellä
        editor: {text_fi=Väylä suljettiin. | text_sv=Leden stängdes.}
        city: Lomake 1 on peruttu
        telegram:-100< Kyselylomake: Liikkuminen
        telegram:-100< Peruttu 2.3.2026 klo 12.00, ei tulosta
        telegram:-100< Väylä suljettiin.
        telegram:-100< !https://t.me/mallibot?start=survey_1
        telegram:-100< !tulokset
        resident: [Talvella]
        city: Kyselylomake on peruttu
        resident: /start survey_1
        city: Väylä suljettiin.
        city: !Pyöräiletkö
        invånare: /start survey_1
        city: Leden stängdes.
        editor: {text_fi=Uudestaan.}
        city: suljettu jo
        editor: /kuulolla lomakkeet
        city: Peruttu 2.3.2026
        city: ![Peru lomake]
        city: ![Sulje lopullisesti]
    """,
}  # fmt: skip


def made(stage: Stage, survey: str = SURVEY) -> None:
    stage.commands("editor", "/kuulolla lomake")
    told = stage.submits("editor", text=survey)
    assert not told.errors, told.errors


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str) -> None:
    made(stage)
    play(stage, BUILT + DIALOGS[name])
    with stage.database.reading() as store:
        for poll in store.polls(surveys=True):
            assert store.tallies({poll.id})[poll.id] == store.recount(poll.id)


def test_linked_accounts_go_on_where_the_other_left(stage: Stage) -> None:
    made(stage)
    stage.forges("browser", "survey_take:1:0")
    code = words(stage.commands("browser", "/link")).split(": ")[1][:9]
    stage.commands("resident", f"/yhdista {code}")
    stage.presses("resident", "Yhdistä")
    assert "Milloin?" in words(stage.commands("resident", "/start survey_1"))
    stage.presses("resident", "Kesällä")
    stage.presses("resident", "Seuraava")
    assert "Arvosana" in words(stage.forges("browser", "survey:1"))
    assert stage.tally(1) == (1, 0, 0) and stage.tally(2) == (1, 0)


def test_who_began_with_both_accounts_is_one_who_takes_part(stage: Stage) -> None:
    made(stage)
    stage.forges("browser", "survey_take:1:0")
    stage.forges("resident", "survey_take:1:1")
    code = words(stage.commands("browser", "/link")).split(": ")[1][:9]
    stage.commands("resident", f"/yhdista {code}")
    stage.presses("resident", "Yhdistä")
    with stage.database.reading() as store:
        assert store.taking_part(1) == [stage.keyring.resident("web", "b1")]
    assert sum(stage.tally(1)) == 1


FORGED = ["vote:1:0", "vote:2:1", "tick:2:0", "survey_take:2:1", "survey_take:1:3",
          "survey_take:1:99999", "survey_take:99:0", "survey_next:2", "survey_to:2", "survey_to:99",
          "survey:99", "survey_next:0", "ballot:1", "poll:1", "survey_close:1", "mend:1",
          "survey_close_ask:1", "survey_cancel:1", "survey_new", "poll_cancel:1", "close:1",
          "follow:1"]  # fmt: skip


@pytest.mark.parametrize("action", FORGED)
def test_forged_steps_do_nothing(stage: Stage, action: str) -> None:
    """Not asked, not there, another's right: one is told, and stays where one was."""
    made(stage)
    told = stage.forges("resident", action)
    assert told.notice and not told.form and not told.message
    for poll in (1, 2, 3, 4):
        assert not any(stage.tally(poll))
    with stage.database.reading() as store:
        assert store.survey(1).state is PollState.OPEN and store.taking_part(1) == []


def test_a_forged_form_is_checked_like_a_press(stage: Stage) -> None:
    made(stage)
    for fields, state in (({"answer": "0"}, "2"), ({"answer": "9"}, "1"), ({}, "1")):
        told = stage.fills("resident", "survey", fields, state)
        assert told.errors or told.notice
    assert stage.fills("resident", "survey", {"answer": "0"}, "x").notice
    told = stage.fills("resident", "survey_new", {"text": SURVEY})
    assert "virkailijoille" in told.notice or told.notice
    with stage.database.reading() as store:
        assert len(store.surveys()) == 1 and not store.taking_part(1)


def test_only_editors_cancel_a_survey_and_with_a_reason(stage: Stage) -> None:
    made(stage)
    why = {"text_fi": "Väärennös"}
    for who in ("official", "resident"):
        assert stage.forges(who, "survey_cancel:1").form is None
        assert stage.fills(who, "survey_cancel", why, "1").notice
    assert stage.forges("editor", "survey_cancel:1").form
    for fields, state in ((why, "99"), (why, "x"), (why, ""), ({}, "1"),
                          ({"text_fi": "x" * 1501}, "1")):  # fmt: skip
        told = stage.fills("editor", "survey_cancel", fields, state)
        assert told.errors or told.notice
    with stage.database.reading() as store:
        assert store.survey(1).state is PollState.OPEN and not store.poll_steps({1, 2, 3, 4})


def test_only_editors_tell_what_happened_next_and_of_a_closed_survey(stage: Stage) -> None:
    made(stage)
    fields = {"text_fi": "Väärennös"}
    assert stage.fills("editor", "poll_next", fields, "1").notice
    stage.fills("editor", "survey_cancel", {"text_fi": "Peruttu."}, "1")
    assert "suljetusta" in stage.fills("editor", "poll_next", fields, "1").notice
    made(stage)
    stage.forges("editor", "survey_close:2")
    assert stage.forges("editor", "poll_next:6").form is None  # not the one that keeps the history
    for who, id in (("official", "5"), ("resident", "5"), ("editor", "6"), ("editor", "x")):
        assert stage.fills(who, "poll_next", fields, id).notice
    with stage.database.reading() as store:
        assert not store.poll_steps(set(range(1, 9)), "followed_up")
    assert "Väärennös" not in stage.chat("telegram:-100")


def test_a_round_up_names_the_survey_whose_sequel_it_tells(stage: Stage) -> None:
    made(stage)
    stage.forges("editor", "survey_close:1")
    stage.fills("editor", "poll_next", {"text_fi": "Pyörätie rakennetaan."}, "1")
    with stage.database.reading() as store:
        (item,) = sections.sequels(room := Room(store, CITY, stage.now, texts("fi")),
                                   stage.now - timedelta(days=1), stage.now)  # fmt: skip
        told = words(Reply(message=Message("", tuple(sections.sequel(room, item.id, "")))))
        assert sections.sequel_line(room, item.id) == "Liikkuminen"
    assert "Liikkuminen" in told and "Pyörätie rakennetaan." in told
    assert "https://example.test/fi/surveys/1/results" in told and "Pyöräiletkö" not in told


def test_a_cancelled_survey_forgets_who_took_part_and_never_opens(stage: Stage) -> None:
    made(stage, SURVEY.replace("closes:", "opens: 2026-03-03 09:00\ncloses:"))
    made(stage)
    stage.forges("resident", "survey_take:5:0")
    for id in ("1", "2"):
        stage.fills("editor", "survey_cancel", {"text_fi": "Rahat loppuivat."}, id)
    stage.passes(days=40)
    stage.ticks()
    assert "tulokset" not in stage.chat("telegram:-100")
    with stage.database.reading() as store:
        assert {one.state for one in store.surveys()} == {PollState.CANCELLED}
        polls = store.polls(surveys=True)
        assert {one.state for one in polls} == {PollState.CANCELLED} and len(polls) == 8
        assert [one.kind for one in store.poll_steps({p.id for p in polls})] == ["cancelled"] * 8
        assert store.taking_part(2) == [] and store.survey(2).tables == ()
        assert not any(box.key for box in store.ballot_boxes({5, 6, 7, 8}).values())
        assert not any(map(store.ballot_list, (5, 6, 7, 8)))


def test_chats_that_asked_are_reminded_once_before_it_closes(database: Database) -> None:
    chats = tuple(replace(c, reminders=c.address == GROUP) for c in CITY.chats)
    stage = Stage(database, replace(CITY, chats=chats, poll_reminder=timedelta(hours=24)))
    made(stage, SURVEY.replace("[telegram:-100]", "['telegram:-100', 'telegram:-200']"))
    made(stage, SURVEY.replace("2026-03-31 16:00", "2026-03-03 13:00"))  # short: reminds nobody
    stage.passes(hours=23)
    stage.ticks()
    stage.now = stage.now.replace(day=30, hour=12)
    stage.ticks()
    asked = "Oletko jo vastannut?"
    assert asked not in stage.chat("telegram:-100")
    for _ in range(2):
        stage.now = stage.now.replace(day=30, hour=13) + timedelta(minutes=1)
        stage.ticks()
    assert stage.chat("telegram:-100").count(asked) == 1
    assert "Att röra sig" in stage.chat("telegram:-200")
    assert "Har du redan svarat" not in stage.chat("telegram:-200")
    stage.fills("editor", "survey_cancel", {"text_fi": "Peruttu."}, "1")
    assert asked not in stage.chat("telegram:-100")


def test_nobody_answers_in_a_shared_chat(stage: Stage) -> None:
    made(stage)
    for action in ("survey:1", "survey_take:1:0", "survey_next:1"):
        told = stage.forges("resident", action, private=False)
        assert told.notice and not told.message
    assert not any(stage.tally(1))


def test_a_press_brought_twice_is_one_step(stage: Stage) -> None:
    made(stage)
    stage.forges("resident", "survey_take:1:0", id="telegram:same")
    stage.forges("resident", "survey_take:1:0", id="telegram:same")
    assert "Milloin?" in words(stage.commands("resident", "/start survey_1"))


def test_it_opens_and_closes_when_due_to_the_second(stage: Stage) -> None:
    made(stage, SURVEY.replace("closes:", "opens: 2026-03-03 09:00\ncloses:"))
    assert "ei ole vielä avoinna" in words(stage.commands("resident", "/start survey_1"))
    assert stage.chat("telegram:-100") == ""
    stage.passes(days=1)
    stage.ticks()
    assert "Liikkuminen" in stage.chat("telegram:-100")
    assert "Pyöräiletkö?" in words(stage.commands("resident", "/start survey_1"))
    stage.now = stage.now.replace(day=31, hour=13)  # 16.00 in the city: the clocks have changed
    assert "sulkeutunut" in stage.presses("resident", "Kyllä").notice
    stage.ticks()
    assert "tulokset" in stage.chat("telegram:-100")
    assert not any(stage.tally(1))


def test_its_polls_are_nowhere_alone(stage: Stage) -> None:
    made(stage)
    assert "Pyöräiletkö" not in words(stage.commands("resident", "/kyselyt"))
    assert "Pyöräiletkö" not in words(stage.commands("editor", "/kuulolla kyselyt"))
    assert "poll" not in stage.commands("resident", "/start poll_1").notice
    assert not stage.commands("resident", "/start poll_1").message
    assert "Pyöräiletkö" not in stage.chat("telegram:-100")


def test_forgetting_takes_the_person_out_and_leaves_the_answers(stage: Stage) -> None:
    made(stage)
    stage.forges("resident", "survey_take:1:0")
    stage.commands("resident", "/unohda")
    stage.presses("resident", "Poista")
    with stage.database.reading() as store:
        assert store.taking_part(1) == []
    assert stage.tally(1) == (1, 0, 0)


def answered(stage: Stage, n: int, cycles: int, age: int) -> None:
    """As a resident of their own would."""
    with stage.database.begin() as store:
        boxes = store.ballot_boxes({1, 4})
        person = f"{n:032x}"
        store.put_progress(1, person, 0)
        store.put_ballots([
            Ballot(id, voter(boxes[id].key, person), answer, "telegram", n, stage.now)
            for id, answer in ((1, cycles), (4, age))
        ])  # fmt: skip


def test_groups_are_counted_at_closing_and_the_keys_and_rows_are_gone(stage: Stage) -> None:
    """Ten young cycle and six do not; of the old, six cycle and seven do not; three are silent."""
    made(stage)
    people = [*[(0, 0)] * 10, *[(1, 0)] * 6, *[(0, 1)] * 6, *[(1, 1)] * 7, *[(0, 2)] * 3]
    for n, (cycles, age) in enumerate(people):
        answered(stage, n, cycles, age)
    with stage.database.reading() as store:
        assert store.survey(1).tables == ()
    stage.commands("editor", "/kuulolla lomakkeet")
    stage.presses("editor", "Sulje lopullisesti")
    stage.presses("editor", "Sulje lopullisesti")
    with stage.database.reading() as store:
        survey = store.survey(1)
        (table,) = [one for one in survey.tables if one.poll == 1]
        assert (table.by, table.groups) == (4, {0: (10, 6, 0)})  # else the three could be had
        assert store.taking_part(1) == []
        assert not any(box.key for box in store.ballot_boxes({1, 2, 3, 4}).values())
        assert {store.poll(id).state for id in survey.polls} == {PollState.CLOSED}
        assert all(store.ballot_list(id) for id in survey.polls)


def test_no_trace_of_an_answer_is_kept_with_its_event(stage: Stage) -> None:
    made(stage)
    stage.forges("resident", "survey_take:1:0", id="telegram:step")
    with stage.database.reading() as store:
        assert store.seen("telegram:step") == b""
        kept = store._connection.exec_driver_sql("SELECT who FROM events").fetchall()
    assert (stage.keyring.resident("telegram", "11"),) not in [tuple(row) for row in kept]


# --- in one's own words, and not for everybody ---------------------------------------------------

OWN_WORDS = """
title: {fi: Ranta, sv: Stranden, en: Shore}
questions:
  - question: {fi: "Mitä rantaan?", sv: "Vad till stranden?", en: "What for the shore?"}
    kind: words
  - question: {fi: Arvosana, sv: Betyg, en: Grade}
    kind: scale
"""


def test_words_are_written_next_read_by_editors_and_shown_at_closing(stage: Stage) -> None:
    made(stage, OWN_WORDS)
    play(
        stage,
        """
        resident: /start survey_1
        city: Mitä rantaan?
        resident: [Kirjoita vastauksesi]
        city: Kirjoita vastauksesi seuraavaan viestiin.
        resident: Laituri!
        city: Vastauksesi on laskettu: Laituri!
        city: Arvosana
        resident: [Takaisin]
        city: Laituri!
        resident: [Seuraava]
        resident: [4]
        city: Kiitos!
    """,
    )
    assert stage.tally(2) == (0, 0, 0, 1, 0)
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 1 == store.recount(1).total
    stage.forges("resident", "forget_yes")
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 0 == store.recount(1).total


def test_what_is_no_answer_in_words_is_asked_again(stage: Stage) -> None:
    made(stage, OWN_WORDS)
    stage.commands("resident", "/start survey_1")
    stage.presses("resident", "Kirjoita vastauksesi")
    assert "141" in words(stage.says("resident", "x" * 141))
    assert "Nothing" not in words(stage.says("resident", "Laituri"))
    told = stage.fills("browser", "survey", {"text": " "}, "1")
    assert told.errors["text"]
    assert stage.fills("browser", "survey", {"answer": "0"}, "1").errors["text"]
    assert "Grade" in words(stage.fills("neighbour", "survey", {"text": "Pier"}, "1"))
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 2


@pytest.fixture
def town(database: Database) -> Stage:
    return Stage(database, SMALL_CITY)


def test_one_code_lets_into_all_of_a_survey(town: Stage) -> None:
    made(town, "voters: code\n" + OWN_WORDS)
    (code,) = give(town, 1)
    play(
        town,
        f"""
        resident: /start survey_1
        city: Tarvitset äänestämiseen koodin
        city: ![Kirjoita vastauksesi]
        resident: [Anna koodisi]
        resident: AAAAA-AAAA0
        city: ei ole
        resident: {code}
        city: [Kirjoita vastauksesi]
        resident: [Ohita]
        city: Arvosana
        resident: [5]
        city: Kiitos!
        neighbour: /start survey_1
        neighbour: [Enter your code]
        neighbour: {code}
        city: This code has been used
    """,
    )
    for action in ("survey_take:2:3", "ballot:1", "ballot:2"):
        town.forges("neighbour", action)
    assert "A" not in words(town.fills("neighbour", "survey", {"text": "A"}, "1"))
    assert town.tally(2) == (0, 0, 0, 0, 1)
    with town.database.reading() as store:
        assert store.tallies({1})[1].total == 0


def test_residents_of_its_areas_say_so_once(town: Stage) -> None:
    made(town, "voters: areas\nareas: [north]\n" + OWN_WORDS)
    play(
        town,
        """
        resident: /start survey_1
        city: Pohjoinen
        resident: [Pohjoinen]
        city: Mitä rantaan?
        city: [Kirjoita vastauksesi]
        resident: [Ohita]
        resident: [5]
        city: Kiitos!
        neighbour: /start survey_1
        neighbour: [South]
        city: ![Write your answer]
        city: [Change my area]
    """,
    )
    assert town.forges("neighbour", "survey_take:2:3").notice
    assert town.tally(2) == (0, 0, 0, 0, 1)


def test_members_of_a_closed_chat_begin_there(town: Stage) -> None:
    made(town, f"voters: chats\nchats: ['{BOARD}']\n" + OWN_WORDS)
    play(
        town,
        f"""
        {BOARD}< Aloita ryhmässä: Kylätoimikunta.
        resident: /start survey_1
        city: Vain kyselyn omien ryhmien jäsenet voivat äänestää
        city: ![Kirjoita vastauksesi]
    """,
    )
    assert town.forges("resident", "survey_take:2:3").notice
    assert town.forges("resident", "survey:1", private=False, where=GROUP).notice
    assert town.forges("resident", "survey_take:2:3").notice
    assert "linkistä" in town.forges("resident", "survey:1", private=False, where=BOARD).notice
    assert "Kirjoita vastauksesi" in words(town.commands("resident", "/start survey_1"))
    town.forges("resident", "survey_take:2:3")
    assert sum(town.tally(2)) == 1


@pytest.mark.parametrize("kind", ["words", "points", "ranking"])
def test_polls_with_a_ballot_of_ones_own_in_a_closed_chat(town: Stage, kind: str) -> None:
    """Who pressed there is let in, where nobody sees their answer."""
    town.commands("editor", "/kuulolla kysely")
    told = town.submits("editor", kind=kind, question_fi="Mitä?", voters="chats", chats=str(BOARD),
                        options_fi="" if kind == "words" else "Yksi\nKaksi")  # fmt: skip
    assert not told.errors
    filled = {"text": "Laituri", "points_0": "1", "place_0": "0"}
    assert town.fills("resident", "ballot", filled, "1").notice
    for chat in (GROUP, BOARD):
        with town.database.reading() as store:
            assert store.tallies({1})[1].total == 0
        town.forges("resident", "ballot:1", private=False, where=chat)
        assert town.fills("resident", "ballot", filled, "1").notice
    with town.database.reading() as store:
        assert store.tallies({1})[1].total == 1


def test_who_answers_is_checked_when_it_is_written(town: Stage) -> None:
    for more, fault in (("voters: areas", "Rivi 1"), ("voters: who", "Rivi 1"),
                        (f"voters: chats\nchats: ['{GROUP}']", "Rivi 2"),
                        ("voters: areas\nareas: [east]", "Rivi 2")):  # fmt: skip
        town.commands("editor", "/kuulolla lomake")
        told = town.submits("editor", text=f"{more}\n{OWN_WORDS}")
        assert fault in told.errors["text"], told.errors
