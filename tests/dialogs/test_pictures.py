"""Pictures of options, as editors and chats see them; the fetcher itself is tested elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.city import Role
from core.messages import Link, Pictures, as_text
from core.model import PictureFault
from core.polls import series
from core.surveys import definition
from core.texts import texts
from storage import Database
from tests.dialogs.script import play
from tests.stage import CITY, GAPS, Stage

PIER = "https://city.example/laituri.jpg"
FORM = {
    "question_fi": "Mitä rantaan?", "question_sv": "Vad till stranden?",
    "options_fi": "Penkki\nLaituri", "options_sv": "Bänk\nBrygga", "chats": "telegram:-100",
    "extras": f"2 {PIER} Puinen laituri",
}  # fmt: skip
SURVEY = """
title: Ranta
questions:
  - question: Mitä?
    options: [Penkki, Laituri]
    links: ["1 https://city.example/penkki.png Penkki", "2 https://city.example/plan Kaava"]
  - question: Missä?
    options: [Tori, Ranta]
    links: 2 https://city.example/ranta.png Hiekkaranta
"""


@pytest.fixture
def stage(sqlite_database: Database) -> Stage:
    return Stage(sqlite_database)


def new(stage: Stage, **fields: str) -> str:
    stage.commands("editor", "/kuulolla kysely")
    told = stage.submits("editor", **FORM | fields)
    return told.errors.get("extras", "") or told.notice


def pictures(stage: Stage, chat: str = "telegram:-100") -> Pictures | None:
    message = list(stage.posts[chat].values())[-1]
    return next((block for block in message.blocks if isinstance(block, Pictures)), None)


@pytest.mark.parametrize("fault", PictureFault)
def test_what_is_wrong_is_said_and_a_draft_keeps_it(stage: Stage, fault: PictureFault) -> None:
    stage.web[PIER] = fault
    assert PIER in new(stage)
    assert "luonnos" in new(stage, then="draft").lower()
    with stage.database.reading() as store:
        assert store.polls() == [] and store.plans()[0].fields["extras"] == FORM["extras"]
    del stage.web[PIER]
    stage.passes(seconds=16)
    assert "Kysely 1 on auki" in new(stage)


def test_one_picture_of_several_faults_is_told_with_the_others(stage: Stage) -> None:
    bench = "https://city.example/penkki.png"
    stage.web |= {PIER: PictureFault.LARGE, bench: PictureFault.KIND}
    told = new(stage, extras=f"1 {bench} Penkki\n2 {PIER} Laituri")
    assert "2 Mt" in told and "PNG-" in told


def test_its_words_fall_back_with_the_name_of_the_language(stage: Stage) -> None:
    """As other texts of the city do."""
    new(stage, chats="telegram:-200")
    shown = pictures(stage, "telegram:-200")
    assert shown and [(x.label, x.alt) for x in shown.items] == [
        ("Brygga", "Puinen laituri (suomi)")
    ]
    assert shown.base == "https://example.test" and shown.sheet.startswith("/sv/polls/1/pictures-")


def test_without_words_there_is_no_picture(stage: Stage) -> None:
    assert "mitä kuvassa on" in new(stage, extras=f"2 {PIER}")


def test_the_preview_shows_it_before_it_is_out(stage: Stage) -> None:
    new(stage, then="preview")
    form = stage.form("editor")
    (shown,) = [block for block in form.blocks if isinstance(block, Pictures)]
    assert shown.sheet == "" and shown.items[0].alt == "Puinen laituri"
    assert "Kysely 1 on auki" in stage.submits("editor", then="publish").notice
    assert pictures(stage) is not None


def test_the_second_editor_approves_the_picture_that_goes_out(sqlite_database: Database) -> None:
    """Though the site has another by then, or none, and however long it takes."""
    officials = tuple(
        replace(o, roles=frozenset({Role.EDITOR})) if o.account == "U0STREETS" else o
        for o in CITY.officials
    )
    stage = Stage(sqlite_database, replace(CITY, poll_approval=True, officials=officials))
    assert "hyväksyntää" in new(stage)
    stage.passes(days=30)
    with stage.database.begin() as store:
        store.prune_pictures(stage.now - timedelta(days=1))
    stage.web[PIER] = PictureFault.MISSING
    play(stage, "official: [Hyväksy ja julkaise]\ncity: Kysely 1 on auki")
    assert pictures(stage) is not None


def test_each_of_a_series_has_the_plans_picture(stage: Stage) -> None:
    new(stage, repeats="weekly", closes="2026-03-03 12:00")
    stage.web[PIER] = PictureFault.AWAY
    for days in (0, 7):
        stage.passes(days=days)
        with stage.database.begin() as store:
            store.prune_pictures(stage.now - timedelta(days=1))
            series.tick(store, stage.city, stage.now, lambda cron, at: at + timedelta(7), GAPS)
        stage.deliver()
    with stage.database.reading() as store:
        assert [poll.extras[1].picture is not None for poll in store.polls()] == [True, True]


def test_a_mended_poll_keeps_its_pictures_and_a_withdrawn_option_hides_its_own(
    stage: Stage,
) -> None:
    new(stage, options_fi="Penkki\nLaituri\nTori", options_sv="Bänk\nBrygga\nTorg")
    before = pictures(stage)
    with stage.database.begin() as store:
        poll = store.poll(1)
        mended = tuple({**o, "fi": o["fi"].replace("ituri", "itturi")} for o in poll.options)
        store.reword_poll(1, poll.question, mended)
        store.touch(["poll:1"], stage.now, GAPS)
    stage.deliver()
    after = pictures(stage)
    assert before and after and after.items[0].label == "Laitturi"
    assert after.items[0].url == before.items[0].url
    assert after.sheet != before.sheet, "other words are another sheet"
    with stage.database.begin() as store:
        store.withdraw_option(1, 1)
        store.touch(["poll:1"], stage.now, GAPS)
    stage.deliver()
    assert pictures(stage) is None


def test_a_survey_has_them_too(stage: Stage) -> None:
    """All of its questions' pictures are fetched at once, and shown with the question."""
    stage.commands("editor", "/kuulolla lomake")
    stage.web["https://city.example/ranta.png"] = PictureFault.LARGE
    told = stage.submits("editor", text=SURVEY).errors["text"]
    assert told.startswith("Rivi 9:") and "2 Mt" in told
    stage.web.clear()
    stage.passes(seconds=16)
    assert not stage.submits("editor", text=SURVEY).errors
    shown = stage.forges("resident", "survey:1").message
    assert shown and "Penkki: Penkki" in as_text(shown)
    blocks = [block for block in shown.blocks if isinstance(block, Pictures | Link)]
    assert [type(block) for block in blocks] == [Pictures, Link]


def test_a_survey_that_is_only_checked_asks_no_site() -> None:
    draft = definition.read(CITY, texts("en"), SURVEY, "cli", Stage(None).now)
    assert [poll.extras[i].picture for poll, i in zip(draft.polls, (0, 1), strict=True)] == [
        None,
        None,
    ]
