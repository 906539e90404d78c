"""A survey's life: opened and closed, cancelled, told of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bots.timetable import next_fire_in
from core.digests import sections
from core.messages import Message, Reply
from core.model import PlanState, PollState
from core.polls import series
from core.scene import Room
from core.texts import texts
from storage import Database
from tests.dialogs.script import play
from tests.dialogs.surveys import SURVEY, made
from tests.dialogs.test_voters import SMALL_CITY
from tests.stage import CITY, DESK, GAPS, GROUP, Stage, words

FIRE = next_fire_in("Europe/Helsinki")


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


# --- who asked to hear of it ---------------------------------------------------------------------

FOLLOWED = """
        resident: /start survey_1
        resident: [Ei]
        resident: [Ohita]
        resident: [Ohita]
        city: Kiitos! Vastauksesi on laskettu.
        resident: [Kerro minulle tulokset]
        city: Kerron tulokset sinulle täällä
        city: [Älä kerro minulle tuloksia]
        neighbour: /start survey_1
        neighbour: [Skip]
        neighbour: [Skip]
        neighbour: [Skip]
        neighbour: [Tell me the results]
        neighbour: [Do not tell me the results]
        city: I will not tell you the results.
"""


def test_who_asked_gets_thanks_the_results_and_what_happened_next(stage: Stage) -> None:
    made(stage)
    play(
        stage,
        FOLLOWED
        + """
        editor: /kuulolla lomakkeet
        editor: [Sulje lopullisesti]
        editor: [Sulje lopullisesti]
        resident< Kyselylomakkeen tulokset: Liikkuminen
        resident< Kiitos, että olit mukana!
        resident< https://example.test/fi/surveys/1/results
        telegram:-100< Kyselylomakkeen tulokset: Liikkuminen
        telegram:-100< !Kiitos, että olit mukana!
    """,
    )
    stage.fills("editor", "poll_next", {"text_fi": "Pyörätie rakennetaan."}, "1")
    assert "Pyörätie rakennetaan." in stage.chat("resident")
    assert stage.chat("neighbour") == ""


def test_who_asked_hears_why_it_was_cancelled(stage: Stage) -> None:
    made(stage)
    play(stage, FOLLOWED)
    stage.fills("editor", "survey_cancel", {"text_fi": "Väylä suljettiin."}, "1")
    assert "Väylä suljettiin." in stage.chat("resident") and stage.chat("neighbour") == ""


def test_following_is_asked_where_it_can_be_kept(stage: Stage) -> None:
    """Not in a shared chat, nor where nothing can be sent, nor of what is over; and /forget ends
    it."""
    made(stage)
    assert stage.forges("resident", "survey_follow:1", private=False).notice
    assert "yksityisessä keskustelussa" in stage.forges("browser", "survey_follow:1").notice
    assert stage.forges("resident", "survey_follow:9").notice
    with stage.database.reading() as store:
        assert store.followers(1) == []
    stage.forges("resident", "survey_follow:1")
    stage.commands("resident", "/unohda")
    stage.presses("resident", "Poista")
    stage.forges("editor", "survey_close:1")
    assert stage.forges("neighbour", "survey_follow:1").notice
    with stage.database.reading() as store:
        assert store.followers(1) == []


# --- series --------------------------------------------------------------------------------------

WEEKLY = SURVEY.replace(
    "closes: 2026-03-31 16:00",
    "opens: 2026-03-23 13:00\ncloses: 2026-03-30 12:00\nrepeats: weekly",
)


def come_round(stage: Stage) -> int:
    """The timetable looks; how many surveys there are then."""
    with stage.database.begin() as store:
        if series.due(store, stage.now):
            series.tick(store, stage.city, stage.now, FIRE, GAPS)
    stage.ticks()
    with stage.database.reading() as store:
        return len(store.surveys())


def test_every_monday_has_a_survey_of_its_own(stage: Stage) -> None:
    """By the clock on the wall: summer time begins within the first."""
    stage.commands("editor", "/kuulolla lomake")
    told = stage.submits("editor", text=WEEKLY)
    assert "Sarja alkaa 23.3.2026 klo 13.00." in told.notice
    assert come_round(stage) == 0
    stage.now = datetime(2026, 3, 23, 11, 0, tzinfo=UTC)
    assert come_round(stage) == come_round(stage) == 1
    assert "Liikkuminen" in stage.chat("telegram:-100")
    stage.now = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
    assert come_round(stage) == 2
    with stage.database.reading() as store:
        newest, first = store.surveys()
        assert first.closes_at == datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
        assert newest.closes_at == datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
        assert (first.state, newest.state) == (PollState.CLOSED, PollState.OPEN)
        assert {store.poll(id).closes_at for id in newest.polls} == {newest.closes_at}
    stage.commands("editor", "/kuulolla lomakkeet")
    stage.presses("editor", "Luonnokset")
    assert "Sarja on lopetettu" in words(stage.presses("editor", "Lopeta sarja"))
    stage.passes(days=30)
    assert come_round(stage) == 2


def test_a_series_that_the_city_has_outgrown_becomes_a_draft_and_says_so(
    database: Database,
) -> None:
    stage = Stage(database, SMALL_CITY)
    made(stage, WEEKLY.replace("repeats:", "voters: areas\nareas: [north]\nrepeats:"))
    play(
        stage,
        """
        editor: /kuulolla kysely
        editor: {question_fi=Mitä? | options_fi=A\\nB | voters=areas | areas=south | opens=2026-03-23 13:00 | closes=2026-03-24 13:00 | repeats=monthly | then=publish}
        city: Sarja alkaa
        """,  # noqa: E501
    )
    stage.city = replace(SMALL_CITY, areas=())
    stage.now = datetime(2026, 3, 23, 11, 0, tzinfo=UTC)
    assert come_round(stage) == come_round(stage) == 0
    shown = stage.chat(str(DESK))
    assert shown.count("Sarja on pysähtynyt") == 2 and "Liikkuminen" in shown and "Mitä?" in shown
    with stage.database.reading() as store:
        assert [plan.state for plan in store.plans()] == [PlanState.DRAFT] * 2
        assert not store.polls(surveys=True)


@pytest.mark.parametrize(
    ("more", "told"),
    [("repeats: hourly", "weekly tai monthly"), ("repeats: weekly", "sulkeutumisajan")],
)
def test_what_is_no_series_is_told(stage: Stage, more: str, told: str) -> None:
    stage.commands("editor", "/kuulolla lomake")
    asked = SURVEY.replace("closes: 2026-03-31 16:00", more)
    assert told in stage.submits("editor", text=asked).errors["text"]
