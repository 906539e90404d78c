"""Polls before they are published: preview, drafts, templates, approval, series; and the times
that a form may name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bots.timetable import next_fire_in
from core.city import Role
from core.model import PlanState
from core.polls import series as polls_series
from tests.dialogs.script import play
from tests.stage import CITY, DESK, GAPS, GROUP, Stage, words

NEW = """
    editor: /kuulolla kysely
    editor: {question_fi=Mihin penkki? | options_fi=Torille\\nRantaan | question_sv=Vart? | options_sv=Torget\\nStranden | chats=telegram:-100 telegram:-200 | then=%s}
"""  # noqa: E501

DIALOGS = {
    "a poll is looked at in each chat's language before it is published": NEW % "preview"
    + """
        city: Naapurusto (suomi)
        city: Mihin penkki?
        city: [ Torille ]
        city: Nyheter (svenska)
        city: [ Torget ]
        telegram:-100< !Mihin penkki?
        editor: {then=edit}
        city: Uusi kysely
        editor: {question_fi=Mihin uusi penkki? | then=preview}
        city: Mihin uusi penkki?
        editor: {}
        city: Kysely 1 on auki, 2 keskustelussa.
        telegram:-100< Mihin uusi penkki?
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        city: Niitä ei ole
    """,
    "a draft may be unfinished, and is opened again": """
        editor: /kuulolla kysely
        editor: {question_fi= | options_fi=Vain yksi | then=draft}
        city: Luonnos on tallessa
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        city: luonnos
        editor: [Avaa]
        editor: {question_fi=Mihin? | chats=telegram:-100 | then=publish}
        city: Anna 2–12 vaihtoehtoa
        editor: {question_fi=Mihin? | options_fi=A\\nB | chats=telegram:-100 | then=publish}
        city: Kysely 1 on auki
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        city: Niitä ei ole
    """,
    "a template is used again and again": NEW % "template"
    + """
        city: Malli on tallessa
        telegram:-100< !Mihin penkki?
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        city: malli
        editor: [Avaa]
        editor: {then=publish}
        city: Kysely 1 on auki
        editor: [Avaa]
        editor: {then=publish}
        city: Kysely 2 on auki
        editor: [Poista]
        city: Se on poistettu
        editor: [Poista]
        city: julkaistu tai poistettu
    """,
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str) -> None:
    play(stage, DIALOGS[name])


@pytest.fixture
def strict(stage: Stage) -> Stage:
    """A city where a second person looks: the street engineer is an editor as well."""
    officials = tuple(
        replace(o, roles=frozenset({Role.EDITOR})) if o.account == "U0STREETS" else o
        for o in CITY.officials
    )
    return Stage(stage.database, replace(CITY, poll_approval=True, officials=officials))


APPROVED = {
    "a second editor approves, once": """
        city: odottaa toisen toimittajan hyväksyntää
        slack:C0DESK< Kysely odottaa toista toimittajaa
        slack:C0DESK< Mihin penkki?
        telegram:-100< !Mihin penkki?
        editor: [Hyväksy ja julkaise]
        city: hyväksyy toinen toimittaja
        official: [Esikatsele]
        city: [ Torget ]
        official: [Hyväksy ja julkaise]
        city: Kysely 1 on auki
        telegram:-100< Mihin penkki?
        slack:C0DESK< julkaistu tai poistettu
    """,
    "what was changed since can't be approved unread": """
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        editor: [Avaa]
        editor: {question_fi=Ihan muuta? | then=publish}
        slack:C0DESK< Ihan muuta?
        telegram:-100< !Ihan muuta?
    """,
}


@pytest.mark.parametrize("name", APPROVED)
def test_approval(strict: Stage, name: str) -> None:
    play(strict, NEW % "publish" + APPROVED[name])


def test_it_is_sent_back_once(strict: Stage) -> None:
    play(strict, NEW % "publish")
    assert "luonnos" in strict.presses("official", "Palauta").notice
    assert "ei ole pyydetty" in strict.forges("official", "plan_back:1").notice
    assert "ei ole pyydetty" in strict.forges("official", "plan_approve:1:2").notice
    assert "odottaa toisen" not in strict.chat(str(DESK))


def test_an_old_version_is_not_approved(strict: Stage) -> None:
    play(strict, NEW % "publish")
    strict.forges("editor", "plan_open:1")
    strict.submits("editor", question_fi="Ihan muuta?", then="publish")
    assert "muuttanut" in strict.forges("official", "plan_approve:1:1").notice
    assert "auki" in strict.forges("official", "plan_approve:1:2").notice
    assert "Ihan muuta?" in strict.chat(str(GROUP))
    assert "julkaistu" in strict.forges("official", "plan_approve:1:2").notice


def test_of_two_who_edit_at_once_the_second_is_told(stage: Stage) -> None:
    play(stage, NEW % "draft")
    stage.forges("editor", "plan_open:1")
    form = stage.form("editor")
    stage.submits("editor", question_fi="Ensimmäinen?", then="draft")
    fields = {"question_fi": "Toinen?", "then": "draft"}
    assert "Joku muu" in stage.fills("editor", form.name, fields, form.state).notice
    with stage.database.reading() as store:
        assert [p.fields["question_fi"] for p in store.plans()] == ["Ensimmäinen?"]


ACTIONS = ["plans", "plan_open:1", "plan_look:1", "plan_approve:1:1", "plan_back:1", "plan_drop:1"]


@pytest.mark.parametrize("who", ["official", "resident", "stranger", "browser"])
def test_forged_buttons_and_forms_are_refused(stage: Stage, who: str) -> None:
    play(stage, NEW % "draft")
    for action in ACTIONS:
        reply = stage.forges(who, action)
        assert reply.form is None and "Mihin penkki?" not in words(reply)
    for name in ("poll", "poll_preview"):
        for state in ("", "1:1", "1", "x:y", "9999999999:1", "1:1:1"):
            fields = {"question_fi": "Väärä?", "options_fi": "A\nB", "then": "publish"}
            assert stage.fills(who, name, fields, state).form is None
    with stage.database.reading() as store:
        assert [(p.id, p.version, p.state) for p in store.plans()] == [(1, 1, PlanState.DRAFT)]
        assert store.polls() == []


@pytest.mark.parametrize("state", ["1", "x:y", "9999999999:1", "1:1:1", "1:-1", "2:1"])
def test_forged_states_of_editors_change_nothing(stage: Stage, state: str) -> None:
    play(stage, NEW % "draft")
    fields = {"question_fi": "Väärä?", "options_fi": "A\nB", "then": "draft"}
    for name in ("poll", "poll_preview"):
        assert stage.fills("editor", name, fields, state).form is None
    with stage.database.reading() as store:
        assert [p.fields["question_fi"] for p in store.plans()] == ["Mihin penkki?"]


# --- series --------------------------------------------------------------------------------------

FIRE = next_fire_in("Europe/Helsinki")


def come_round(stage: Stage) -> int:
    """The timetable looks; how many polls there are then."""
    with stage.database.begin() as store:
        if polls_series.due(store, stage.now):
            polls_series.tick(store, stage.city, stage.now, FIRE, GAPS)
    stage.ticks()
    with stage.database.reading() as store:
        return len(store.polls())


def series(stage: Stage, repeats: str) -> None:
    play(
        stage,
        f"""
        editor: /kuulolla kysely
        editor: {{question_fi=Miltä tuntuu? | options_fi=Hyvältä\\nHuonolta | chats=telegram:-100 | opens=2026-03-02 13:00 | closes=2026-03-04 13:00 | repeats={repeats} | then=publish}}
        city: Sarja alkaa 2.3.2026 klo 13.00
        """,  # noqa: E501
    )


def test_every_first_monday_has_a_poll_of_its_own(stage: Stage) -> None:
    series(stage, "monthly")
    assert come_round(stage) == 0
    stage.passes(hours=1)
    assert come_round(stage) == come_round(stage) == 1
    stage.passes(days=30)
    assert come_round(stage) == 1
    stage.now = datetime(2026, 4, 6, 9, 59, tzinfo=UTC)  # the first Monday of April, summer time
    assert come_round(stage) == 1
    stage.passes(minutes=1)
    assert come_round(stage) == 2
    with stage.database.reading() as store:
        newest, first = store.polls()
    assert newest.closes_at == datetime(2026, 4, 8, 10, 0, tzinfo=UTC)
    assert (first.state, newest.state) == ("closed", "open")


def test_of_what_was_missed_the_last_comes_if_it_would_be_open(stage: Stage) -> None:
    series(stage, "weekly")
    stage.passes(days=22)  # on a Tuesday, while the poll of the fourth week would be open
    assert come_round(stage) == 1
    with stage.database.reading() as store:
        [plan], [poll] = store.plans(PlanState.SERIES), store.polls()
    assert poll.closes_at == datetime(2026, 3, 25, 11, 0, tzinfo=UTC)
    assert plan.due == datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


def test_a_series_is_stopped(stage: Stage) -> None:
    series(stage, "weekly")
    stage.passes(hours=1)
    assert come_round(stage) == 1
    play(
        stage,
        """
        editor: /kuulolla kyselyt
        editor: [Luonnokset, mallit ja sarjat]
        city: sarja; seuraava 9.3.2026 klo 13.00
        editor: [Lopeta sarja]
        city: Sarja on lopetettu
    """,
    )
    stage.passes(days=30)
    assert come_round(stage) == 1


def test_a_series_needs_a_closing_time(stage: Stage) -> None:
    stage.commands("editor", "/kuulolla kysely")
    told = stage.submits("editor", question_fi="M?", options_fi="A\nB", repeats="weekly")
    assert "sulkeutumisajan" in told.errors["closes"]
    told = stage.submits("editor", question_fi="M?", options_fi="A\nB", repeats="hourly")
    assert told.errors


# --- times and chats -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        ("2026-03-29 03:30", "kelloja siirretään eteenpäin"),
        ("2026-03-29 02:59", ""),
        ("2026-03-29 04:00", ""),
        ("2026-10-25 03:30", ""),
        ("2026-02-30 10:00", "Kirjoita aika"),
        ("2026-03-01 10:00", "ennen kuin se avautuu"),
    ],
)
def test_nights_when_the_clocks_change(stage: Stage, closes: str, told: str) -> None:
    stage.commands("editor", "/kuulolla kysely")
    reply = stage.submits("editor", question_fi="M?", options_fi="A\nB", closes=closes)
    assert told in reply.errors.get("closes", "") and bool(reply.errors) is bool(told)


def test_of_an_hour_that_comes_twice_the_first_is_meant(stage: Stage) -> None:
    stage.commands("editor", "/kuulolla kysely")
    stage.submits("editor", question_fi="M?", options_fi="A\nB", closes="2026-10-25 03:30")
    with stage.database.reading() as store:
        [poll] = store.polls()
    assert poll.closes_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_poll_in_a_chat_that_the_service_has_left(stage: Stage) -> None:
    stage.leaves("resident", where=GROUP, private=False)
    play(stage, NEW % "publish")
    assert "En ole enää näissä keskusteluissa: telegram:-100" in words(stage.replies["editor"][-1])
    assert "Vart?" in stage.chat("telegram:-200")


def test_what_would_be_closed_already_does_not_come(stage: Stage) -> None:
    series(stage, "weekly")
    stage.passes(days=5)
    assert come_round(stage) == 0
    stage.passes(days=2, hours=1)
    assert come_round(stage) == 1
