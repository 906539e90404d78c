"""What editors may do with a survey besides closing it: cancelling, and what happened next.

What became of it is the history of its first poll (`Survey.door`): a sequel is written there with
the form for polls (`core.polls.care`).
"""

from collections.abc import Callable, Mapping

from core.actions import number
from core.desk import Turn
from core.errors import Refusal
from core.messages import Button, Form, Reply, text
from core.model import PollState, Survey
from core.polls import code_orders, history
from core.scene import button
from core.surveys import life
from core.texts import pick


def not_over(turn: Turn, id: str) -> Survey:
    """For editors; Refusal where it has ended."""
    turn.editor()
    survey = life.find(turn, number(id))
    if survey.state.over:
        raise Refusal(turn.t("The survey is closed already."))
    return survey


def cancel_ask(turn: Turn, id: str) -> Reply:
    survey, t = not_over(turn, id), turn.t
    what = t("The answers are kept closed and no result is shown. This cannot be undone.")
    label = t("Why is it cancelled? Everybody sees this")
    fields = (text(pick(survey.title, turn.language), role="quote"), text(what),
              *history.ask_words(t, label, turn.city.language))  # fmt: skip
    title = t("Cancel survey {id}", id=survey.id)
    return Reply(form=Form("survey_cancel", title, t("Cancel the survey"), fields, str(survey.id)))


def submit_cancel(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    survey = not_over(turn, state)
    why = history.read_words(turn.t, fields, turn.city.language)
    life.cancel(turn, survey, turn.editor().key, why)
    return Reply(turn.t("Survey {id} is cancelled, and says why.", id=survey.id))


def buttons(turn: Turn, survey: Survey) -> list[Button]:
    """For the editors' list of surveys."""
    t = turn.t
    if not survey.state.over:
        return [
            *code_orders.buttons(turn, turn.store.poll(survey.door)),
            Button(t("Close for good"), f"survey_close_ask:{survey.id}", "danger"),
            Button(t("Cancel the survey"), f"survey_cancel:{survey.id}", "danger"),
        ]
    if survey.state is PollState.CLOSED:
        return [button(t("What happened next"), "poll_next", survey.door)]
    return []


Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {"survey_cancel": cancel_ask}
FORMS: dict[str, Answer] = {"survey_cancel": submit_cancel}
