"""Questions found by their words, in any form, and by what they are; polls page by page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import search
from core.model import PollState, Publish, QuestionState
from storage import Database
from tests.storage.test_store_contract import NOW, answered, draft

TEXTS = {
    "kadulla": "Milloin Mallikadulla aurataan lunta?",
    "kadut": "Miksi kadut ovat liukkaita?",
    "päiväkoti": "Onko päiväkodissa tilaa syksyllä?",
    "ranta": "Kuka siivoaa rannat?",
    "lumi": "Minne lumen voi viedä?",
    "skola": "När öppnar skolorna i höst?",
    "cykel": "Varför plogas inte cykelvägarna?",
}


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("katu", {"kadut"}),
        ("kadulla liukasta", {"kadut"}),
        ("rannoilla siivotaan", {"ranta"}),
        ("lumia", {"lumi"}),
        ("skolornas", {"skola"}),
        ("päiväkodin", {"päiväkoti"}),
        ("päiväkoti tilaa", {"päiväkoti"}),
        ("ranta", {"ranta"}),
        ("lumi", {"lumi"}),
        ("skolan", {"skola"}),
        ("cykelväg", {"cykel"}),
        ("'; DROP TABLE questions; --", set()),
        ("uimahalli", set()),
    ],
)
def test_words_are_found_in_their_forms(database: Database, sought: str, found: set[str]) -> None:
    with database.begin() as store:
        numbers = {
            answered(store, i, text=text): key for i, (key, text) in enumerate(TEXTS.items())
        }
        answered(store, 50, text=" ".join(TEXTS.values()), publish=Publish.PRIVATE)
        listed = store.public_questions(words=search.wanted(sought))
    assert {numbers[q.number] for q in listed} == found


def test_answers_are_searched_as_well(database: Database) -> None:
    with database.begin() as store:
        words = {"fi": "Aurat lähtevät kello viisi.", "sv": "Plogarna kör klockan fem."}
        one = answered(store, 1, text="Milloin?", answer=words)
        two = answered(store, 2, text="Missä aura on?", answer={"fi": "Varikolla."})
        reason = {"state": QuestionState.DECLINED, "answer": {}, "reason": "Se on naapurikunnan."}
        three = answered(store, 3, text="Entä silta?", **reason)

        def found(text: str) -> list[int]:
            return [q.number for q in store.public_questions(words=search.wanted(text))]

        assert found("aura") == [two, one] and found("plog") == [one] and found("varikko") == [two]
        assert found("missä varikolla aura") == [two] and found("naapurikunta") == [three]
        store.save_question(replace(store.question(one), answer={"fi": "Traktorit."}))
        assert found("plogar") == [] and found("traktori") == [one]
        store.save_question(replace(store.question(two), publish=Publish.PRIVATE))
        assert found("varikolla") == []


def test_by_department_state_and_time(database: Database) -> None:
    with database.begin() as store:
        one = answered(store, 1, received_at=NOW)
        two = answered(store, 2, department="desk", received_at=NOW + timedelta(hours=1))
        three = answered(
            store, 3, state=QuestionState.DECLINED, received_at=NOW + timedelta(hours=2)
        )

        def numbers(**by: object) -> list[int]:
            return [q.number for q in store.public_questions(**by)]

        assert numbers(department="desk") == [two]
        assert numbers(state=QuestionState.DECLINED) == [three]
        assert numbers(since=NOW + timedelta(hours=1)) == [three, two]
        assert numbers(skip=1) == [two, one] and numbers(skip=2**31 - 1) == []
        five = answered(store, 5, area="harbour", received_at=NOW - timedelta(hours=3))
        assert numbers(area="harbour") == [five] and numbers(area="centre") == []
        four = answered(store, 4, theme=None)
        assert numbers(theme="") == [four]
        store.save_question(replace(store.question(four), publish=None))
        assert numbers(until=NOW + timedelta(hours=1)) == [five, two, one]


def test_polls_page_by_page(database: Database) -> None:
    with database.begin() as store:
        ids = [store.add_poll(draft(), bytes(32), PollState.OPEN).id for _ in range(3)]
        assert [p.id for p in store.polls(before=ids[2])] == [ids[1], ids[0]]
        assert [p.id for p in store.polls(PollState.OPEN, limit=1, before=ids[1])] == [ids[0]]
        assert store.polls(PollState.CLOSED, before=ids[2]) == []
