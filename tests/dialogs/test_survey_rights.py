"""Surveys: forged steps and forms, others' rights, shared chats."""

import pytest

from core.model import PollState
from tests.dialogs.surveys import SURVEY, made
from tests.stage import Stage

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


def test_nobody_answers_in_a_shared_chat(stage: Stage) -> None:
    made(stage)
    for action in ("survey:1", "survey_take:1:0", "survey_next:1"):
        told = stage.forges("resident", action, private=False)
        assert told.notice and not told.message
    assert not any(stage.tally(1))
