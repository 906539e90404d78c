"""Surveys before they are published: looked at, kept, approved by a second editor, used again."""

from dataclasses import replace

import pytest

from core.city import Role
from core.model import PlanState
from tests.dialogs.surveys import OWN_WORDS, SURVEY
from tests.stage import CITY, DESK, Stage, words

OTHER = "U0SECOND"


@pytest.fixture
def strict(stage: Stage) -> Stage:
    """Two editors, who approve what the other wrote."""
    officials = tuple(
        replace(one, roles=frozenset({Role.EDITOR})) if one.account == OTHER else one
        for one in CITY.officials
    )
    return Stage(stage.database, replace(CITY, poll_approval=True, officials=officials))


def write(stage: Stage, then: str, survey: str = OWN_WORDS):
    stage.commands("editor", "/kuulolla lomake")
    return stage.submits("editor", text=survey, then=then)


def states(stage: Stage) -> list[PlanState]:
    with stage.database.reading() as store:
        return [plan.state for plan in store.plans(limit=9)]


def surveys(stage: Stage) -> int:
    with stage.database.reading() as store:
        return len(store.surveys())


def test_looked_at_changed_and_published(stage: Stage) -> None:
    shown = words(write(stage, "preview"))
    assert "Ranta" in shown and "1. Mitä rantaan?" in shown and "– 3" in shown
    assert surveys(stage) == 0
    form = stage.submits("editor", then="edit").form
    assert form.blocks[0].value.strip() == OWN_WORDS.strip()
    stage.submits("editor", text=SURVEY, then="preview")
    assert "Kyselylomake 1 on auki" in words(stage.submits("editor"))
    assert surveys(stage) == 1 and states(stage) == []


def test_each_language_is_looked_at_and_who_is_asked_what(stage: Stage) -> None:
    shown = words(write(stage, "preview", SURVEY))
    assert shown.index("suomi") < shown.index("1. Pyöräiletkö?") < shown.index("svenska")
    for said in (
        *("1. Cyklar du?", "4. Your age?", "Valitse niin monta kuin haluat"),
        "Kysytään niiltä, jotka vastasivat kysymykseen 1: Kyllä.",
        "Frågas av dem som svarade på fråga 1: Ja.",
    ):
        assert said in shown, said
    assert "Mitä rantaan" not in shown


def test_an_unfinished_draft_is_kept_and_opened_as_it_was(stage: Stage) -> None:
    assert not write(stage, "draft", "title: {fi: Ranta}\nquestions: [").errors
    assert states(stage) == [PlanState.DRAFT]
    listed = words(stage.commands("editor", "/kuulolla lomakkeet"))
    stage.presses("editor", "Luonnokset")
    form = stage.presses("editor", "Avaa").form
    assert form.name == "survey_new" and "questions: [" in form.blocks[0].value, listed
    assert "Rivi 2" in stage.submits("editor").errors["text"]


def test_a_template_stays(stage: Stage) -> None:
    write(stage, "template")
    for n in (1, 2):
        stage.commands("editor", "/kuulolla lomakkeet")
        stage.presses("editor", "Luonnokset")
        stage.presses("editor", "Avaa")
        assert f"Kyselylomake {n} on auki" in words(stage.submits("editor"))
    assert states(stage) == [PlanState.TEMPLATE]


def test_somebody_else_approves(strict: Stage) -> None:
    assert "toisen toimittajan" in words(write(strict, "publish"))
    assert "Ranta" in strict.last(str(DESK)) and "Kyselylomake odottaa" in strict.last(str(DESK))
    assert "1. Mitä rantaan?" in words(strict.presses("second", "Esikatsele"))
    assert "toinen toimittaja" in words(strict.presses("editor", "Hyväksy ja julkaise"))
    assert surveys(strict) == 0
    assert "Kyselylomake 1 on auki" in words(strict.presses("second", "Hyväksy ja julkaise"))
    assert surveys(strict) == 1 and states(strict) == []
    assert strict.forges("second", "plan_approve:1:1").notice and surveys(strict) == 1


def test_forged_forms_of_the_other_kind_do_nothing(stage: Stage) -> None:
    write(stage, "draft")
    for form, fields in (("poll", {"question_fi": "x", "then": "draft"}), ("poll_preview", {})):
        assert stage.fills("editor", form, fields, "1:1").notice
    assert stage.fills("resident", "survey_preview", {}, "1:1").notice
    assert stage.fills("resident", "survey_new", {"text": OWN_WORDS}, "1:1").notice
    assert stage.fills("editor", "survey_preview", {}, "").notice
    with stage.database.reading() as store:
        assert store.plan(1).version == 1 and not store.surveys() and not store.polls()


def test_one_too_long_for_the_form_is_changed_in_its_file(stage: Stage) -> None:
    write(stage, "draft")
    long = OWN_WORDS + "# .........................................................\n" * 150
    with stage.database.begin() as store:
        plan = store.plan(1)
        store.save_plan(replace(plan, fields={**plan.fields, "survey": long}))
    stage.forges("editor", "plan_open:1")
    assert "tiedostossa" in words(stage.submits("editor", then="edit"))
    assert "Kyselylomake 1 on auki" in words(stage.fills("editor", "survey_preview", {}, "1:1"))
