"""What stays public of a question, and the figures of all."""

from dataclasses import replace
from datetime import timedelta

from core.model import Publish, QuestionState, Step
from core.questions.memory import figures, history, working_days
from core.questions.states import Act
from core.questions.told import signature
from core.texts import texts
from core.views import Room
from tests.core.test_similar import question
from tests.stage import CITY, START

S = QuestionState


def step(day: int, kind: str, state: QuestionState, text: str = "", **detail: object) -> Step:
    by = "resident" if kind == Act.RECEIVE else "slack:U0STREETS"
    return Step(START + timedelta(days=day), kind, by, state, text, detail)


def answered(store, days: int, **more):
    at = START + timedelta(days=days)
    given = {"asker": None, "department": "streets", "answered_at": at, **more}
    one = store.add_question(question("Milloin aurataan?", **given))
    store.add_step(one.number, step(0, Act.RECEIVE, S.WAITING))
    store.add_step(one.number, step(days, Act.ANSWER, S.ANSWERED))
    return one


def test_the_history_tells_what_everybody_may_know(database):
    with database.begin() as store:
        one = answered(store, 3)
        moved = {"department": "streets", "from": "desk"}
        for each in (
            step(1, Act.TRANSFER, S.TRANSFERRED, "Hoidatteko te tämän?", **moved),
            step(1, Act.TRANSFER, S.TRANSFERRED, "", department="gone"),
            step(2, Act.NOTE, S.TAKEN, "Sama mies taas"),
            step(2, Act.ASK, S.ASKED, "Mikä koulu?"),
            step(2, Act.REPLY, S.TAKEN, "Rantakoulu"),
            step(2, Act.REMIND, S.TAKEN),
            step(4, Act.CORRECT, S.ANSWERED, "", was={"fi": "Tiistaina."}),
        ):
            store.add_step(one.number, each)
        lines = history(Room(store, CITY, START, texts("fi")), one)
        assert [(line.kind, line.words, line.was) for line in lines] == [
            ("received", "Kysymys saapui.", ""),
            ("moved", "Se siirrettiin. Uusi vastaanottaja: Kadut.", ""),
            ("moved", "Se siirrettiin toiselle yksikölle.", ""),
            ("asked", "Kysyjältä pyydettiin lisätietoja.", ""),
            ("replied", "Kysyjä vastasi.", ""),
            ("answered", "Kysymykseen vastattiin.", ""),
            ("corrected", "Vastaus korjattiin. Aiemmin se oli:", "Tiistaina."),
        ]
        assert "koulu" not in str(lines).lower(), "what they told each other stays theirs"
        assert working_days(CITY, one, store.steps(one.number)) == 3
        assert working_days(CITY, one, []) is None


def test_figures_by_month_and_department(database):
    """March 2026 begins on a Sunday; the time is ten working days."""
    with database.begin() as store:
        for days in (1, 3, 28):
            answered(store, days)
        answered(store, 31)
        answered(store, 2, department="desk")
        answered(store, 2, publish=Publish.PRIVATE)
        answered(store, 2, department="gone")
        found = figures(store, CITY, START + timedelta(days=40))
    assert [(f.month, f.department, f.answered, f.within_time, f.median_days) for f in found] == [
        ("2026-04", "streets", 1, 0, 23.0),
        ("2026-03", "streets", 3, 2, 3.0),
        ("2026-03", "desk", 1, 1, 2.0),
    ]


def test_figures_of_an_empty_city(database):
    with database.begin() as store:
        assert figures(store, CITY, START) == []


def test_a_name_stands_beside_an_answer_only_where_the_city_file_has_it(database):
    named = replace(CITY.officials[0], name="Maija Malli")
    city = replace(CITY, officials=(named, *CITY.officials[1:]))
    with database.begin() as store:
        one = answered(store, 1, official=named.key)
        assert signature(Room(store, CITY, START, texts("fi")), one).startswith("Katuinsinööri,")
        assert signature(Room(store, city, START, texts("fi")), one).startswith("Maija Malli, Katu")
