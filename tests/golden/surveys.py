"""A survey on its way, and when it has closed."""

from collections.abc import Iterator

from core.events import Person
from core.surveys import acts, definition, drafts, life
from core.texts import texts
from tests.dialogs.surveys import SURVEY
from tests.golden.scene import EDITOR, Scene, Shown, form, message, person
from tests.stage import CITY, START


def shown(scene: Scene) -> Iterator[tuple[str, Shown]]:
    draft = definition.read(CITY, texts("en"), SURVEY, EDITOR.key, START)
    survey = life.begin(scene.turn(person(EDITOR)), draft)
    yield "survey", scene.view("survey", id=survey.id)
    yield "survey in place", scene.view("survey", id=survey.id, forms=True)
    one = scene.turn(Person("telegram", "12"))
    step = acts.open_survey(one, str(survey.id))
    yield "first question", message(step)
    first, several, scale, age = survey.polls
    yield "second question", message(acts.take(one, str(first), "0"))
    yield "third question", message(acts.on(one, str(several)))
    yield "back", message(acts.to(one, str(first)))
    yield "background", message(acts.on(one, str(scale)))
    yield "thanks", message(acts.take(one, str(age), "2"))
    yield "thanks, followed", message(acts.follow(one, str(survey.id)))
    yield "survey_reminder", scene.view("survey_reminder", id=survey.id)
    editor = scene.turn(person(EDITOR))
    yield "list", message(acts.survey_list(editor))
    yield "new", form(drafts.new(editor))
    look = {"text": SURVEY, "then": "preview"}
    yield "preview", form(drafts.submit_new(editor, look, ""))
    yield "close", message(acts.close_ask(editor, str(survey.id)))
    life.close(editor, survey)
    yield "survey closed", scene.view("survey", id=survey.id)
    yield "survey_result", scene.view("survey_result", id=survey.id)
    yield "survey_result in place", scene.view("survey_result", id=survey.id, forms=True)
    yield "survey_result, thanks", scene.view("survey_result", id=survey.id, thanks=True)
    yield "results", message(acts.open_survey(one, str(survey.id)))
