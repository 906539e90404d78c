"""Surveys: asked one after another in a private chat, through the inbox."""

import pytest

from core.model import Ballot, PollState
from core.people import voter
from tests.dialogs.script import play
from tests.dialogs.surveys import BUILT, made
from tests.stage import Stage, words

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
        city: ![Mitä sen jälkeen tapahtui]
        editor: [Sulje lopullisesti]
        editor: [Sulje lopullisesti]
        editor: /kuulolla lomakkeet
        wait: days=20
        editor: [Mitä sen jälkeen tapahtui]
        city: Lomake 1: jatko
        city: Liikkuminen
        editor: {text_fi=}
        city: ainakin kaupungin omalla kielellä
        editor: {text_fi=Pyörätie rakennetaan. | text_sv=Cykelvägen byggs.}
        city: Julkaistu lomakkeen 1 ryhmissä
        telegram:-100< Mitä sen jälkeen tapahtui: Liikkuminen
        telegram:-100< Pyörätie rakennetaan.
        telegram:-100< https://example.test/fi/surveys/1/results
        telegram:-100< Mitä sen jälkeen tapahtui (22.3.2026)
        telegram:-100< !Mitä sen jälkeen tapahtui: Pyöräiletkö?
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


def test_a_press_brought_twice_is_one_step(stage: Stage) -> None:
    made(stage)
    stage.forges("resident", "survey_take:1:0", id="telegram:same")
    stage.forges("resident", "survey_take:1:0", id="telegram:same")
    assert "Milloin?" in words(stage.commands("resident", "/start survey_1"))


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
