"""Surveys, as both engines keep them."""

from core.model import GroupTable, PollDraft, PollState, Shows, SurveyDraft, SurveyStep
from storage import Database
from tests.stage import GROUP, START, three


def test_a_survey_from_plan_to_result(database: Database) -> None:
    words, options = three("Mitä", "Vad", "What"), (three("A", "A", "A"), three("B", "B", "B"))
    poll = PollDraft(words, options, Shows.AFTER_CLOSE, START, None, (), "slack:U1")
    steps = (SurveyStep(0, background=True), SurveyStep(1, when=((0, (1,)),)))
    draft = SurveyDraft(words, {}, START, START, (GROUP,), "slack:U1", (poll, poll), steps)
    with database.begin() as store:
        made = store.add_survey(draft, PollState.SCHEDULED, [bytes(32), bytes(32)])
        one, two = made.polls
        assert made.steps[1].when == ((one, (1,)),) and store.survey(made.id) == made
        assert store.surveys_to_open(START) == [made.id] and store.polls_to_open(START) == []
        store.open_survey(made.id)
        assert store.polls() == [] and len(store.polls(PollState.OPEN, surveys=True)) == 2
        assert store.surveys_to_close(START) == [made.id]
        store.put_progress(made.id, "a", two)
        store.put_progress(made.id, "b", 0)
        store.merge_progress("b", "a")
        assert (store.progress(made.id, "a"), store.progress(made.id, "b")) == (None, 0)
        store.merge_progress("c", "b")
        assert store.taking_part(made.id) == ["c"]
        store.forget("c")
        assert store.taking_part(made.id) == []
        store.put_progress(made.id, "d", one)
        table = GroupTable(one, two, {0: (5, None)})
        store.close_survey(made.id, START, [table])
        found = store.survey(made.id)
        assert found and found.state is PollState.CLOSED and found.tables == (table,)
        assert store.taking_part(made.id) == []
