"""A workplace that residents visit too: officials work there, everybody else takes part."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.actions import OPENERS
from core.city import Chat, Department, Official, Role
from core.events import Address, Left, Person, Pressed
from core.inbox import BUTTONS
from core.messages import Reply
from core.model import (
    DigestPreview,
    GroupFigures,
    Groups,
    ItemKind,
    ItemState,
    QuestionState,
    StatementState,
)
from core.questions import officials as questions
from tests.dialogs.script import play
from tests.stage import CITY, PEOPLE, START, Stage, three, words

SCHOOL = Address("teams", "19:school@thread.tacv2")
YARD = Address("teams", "19:yard@thread.tacv2")
STREETS, DESK = CITY.departments
CHIEF = Official(
    "teams", "a-principal", three("Rehtori", "Rektor", "Principal"), ("school", "streets"),
    frozenset({Role.EDITOR}),
)  # fmt: skip
TOWN = replace(
    CITY,
    departments=(STREETS, DESK, Department("school", three("Koulu", "Skola", "School"), SCHOOL)),
    officials=(*CITY.officials, CHIEF),
    chats=(*CITY.chats, Chat(YARD, "Koulun piha", "fi")),
)


@pytest.fixture
def town(stage: Stage) -> Iterator[Stage]:
    yield Stage(stage.database, city=TOWN)


DIALOGS = {
    "who is no official asks in a private chat, and is answered there": """
        pupil: Milloin koulun pihatie aurataan lumesta?
        city: Lähetänkö tämän kaupungille?
        pupil: [Lähetä]
        city: Sen numero on K-1
        slack:C0STREETS< Milloin koulun pihatie
        official: [Vastaa]
        official: {answer_fi=Huomenaamulla. | publish=now}
        official: {}
        pupil< Huomenaamulla.
        teams:19:yard@thread.tacv2< Huomenaamulla.
        pupil: /kysymykseni
        city: (vastattu)
    """,
    "an official works in both workplaces at once": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        principal: omat
        city: Kauppakadun jalkakäytävä
        principal: [Siirrä]
        principal: {department=school | note=Tämä on koulun väkeä.}
        slack:C0STREETS< Siirretty: Koulu
        teams:19:school@thread.tacv2< Kauppakadun jalkakäytävä
        principal: [Ota käsittelyyn]
        city: K-1 on nyt sinulla
        teams:19:school@thread.tacv2< vastausta valmistellaan (Rehtori)
        teams:19:school@thread.tacv2 thread< Rehtori: otti kysymyksen käsittelyyn
        principal: [Vastaa]
        principal: {answer_fi=Aurataan pian. | publish=digest}
        principal: {}
        resident< Aurataan pian.
    """,
    "language, help and forgetting, as in any private chat": """
        pupil: /kieli sv
        pupil: /hjalp
        city: Vad jag kan
        pupil: /glom
        city: Ska jag radera
        pupil: [Radera]
        city: Klart
    """,
    "who arrives is welcomed by what they are": """
        pupil: /start
        city: Mallikaupunki
        city: Kysy kaupungilta
        principal: /start
        city: Mitä voit tehdä
    """,
    "a staff command is nobody else's": """
        pupil: /digest
        city: Mitä osaan
    """,
}


@pytest.mark.parametrize("script", DIALOGS.values(), ids=DIALOGS.keys())
def test_dialog(town: Stage, script: str) -> None:
    play(town, script)


@pytest.mark.parametrize("action", ["take:1", "answer:1", "poll_new", "digest", "results:1"])
def test_who_is_no_official_is_told_so_politely(town: Stage, action: str) -> None:
    assert "Tämä on kaupungin työntekijöille" in town.forges("pupil", action).notice


def test_in_a_closed_workplace_nobody_else_asks(town: Stage) -> None:
    assert town.says("stranger", "Milloin tie aurataan lumesta?") == Reply()
    told = town.commands("stranger", "/kuulolla")
    assert "Tämä on kaupungin työntekijöille" in told.notice
    with town.database.reading() as store:
        assert store.questions_for({"streets", "desk"}, set(QuestionState)) == []


def test_what_is_written_among_others_is_no_question(town: Stage) -> None:
    said = town.says("pupil", "Milloin tie aurataan lumesta?", where=YARD, private=False)
    assert said == Reply()
    assert "yksityi" in words(town.commands("pupil", "/kysy", where=YARD, private=False))


def test_votes_of_both_workplaces_and_telegram_make_one_tally(town: Stage) -> None:
    town.commands("principal", "/kysely")
    chats = " ".join(str(chat.address) for chat in TOWN.chats)
    options = "Mäki\nKenttä"
    town.submits("principal", question_fi="Mihin?", options_fi=options, chats=chats)
    assert "Mihin?" in town.chat(str(YARD))
    for who in ("pupil", "principal", "official", "resident"):
        town.presses(who, "Mäki")
    town.presses("pupil", "Kenttä")
    assert town.tally(1) == (3, 1)


def test_a_chat_where_we_are_not_is_told_of_with_what_to_do(town: Stage) -> None:
    nobody = Person("teams", "")
    for n in (1, 2):
        left = Left(
            id=f"teams:survey {n}", who=nobody, where=YARD, at=town.now, private=False,
            reason="Add it under Apps.",
        )  # fmt: skip
        town.handle(left, "nobody")
    desk = town.chat("slack:C0DESK")
    assert desk.count(str(YARD)) == 1 and "Add it under Apps." in desk
    assert len(town.posts["slack:C0DESK"]) == 1


GROUPS = Groups(1, 1, START, START, 9, 9, 0, {}, {}, {"A": GroupFigures(9, ())}, (), {})


def test_openers_are_the_buttons_that_are_answered_with_a_form(town: Stage) -> None:
    """Some platforms have to know before the press."""
    town.says("resident", "Milloin Kauppakadun jalkakäytävä aurataan lumesta?")
    town.presses("resident", "Lähetä")
    town.commands("principal", "/kysely")
    town.submits("principal", question_fi="Mihin?", options_fi="Mäki\nKenttä")
    town.commands("principal", "/kysely")
    town.submits("principal", question_fi="Mihin?", then="draft")
    town.commands("principal", "/kysely")
    town.submits("principal", kind="words", question_fi="Mitä?")
    for who in ("resident", "neighbour"):
        town.fills(who, "ballot", {"text": "Keinu"}, "2")
    for _ in range(2):
        town.commands("principal", "/väittämäkysely")
        town.submits("principal", title_fi="Piha", seeds_fi="Lisää puita\nLisää penkkejä")
    for _ in range(2):
        town.commands("principal", "/keskustelu")
        town.submits("principal", look="after", title_fi="Piha", background_fi="Mitä pihalle?")
    town.fills("resident", "comment", {"text": "Lisää puita", "kind": "idea"}, "1")
    town.forges("principal", "discussion_close:2")
    with town.database.begin() as store:
        store.add_statement(2, {"fi": "Oma"}, None, StatementState.WAITING, town.now)
        store.put_groups(GROUPS)
        store.put_digest_preview(DigestPreview(0, YARD, town.now, town.now, (), ()))
        item = next(i for i in store.items(set(ItemState)) if i.kind is ItemKind.WORDS)
    waiting = (f":{item.kind}:{item.ref}", f":waiting:{item.place}")
    each = ("", ":1", ":1:1", ":2:waiting", *waiting)
    found, ids = set(), itertools.count(1000)
    with town.database.begin() as store:
        for n, state in enumerate(QuestionState):
            # Only what is done to questions knows their states; others may need what came before.
            for verb in BUTTONS if n < 2 else questions.BUTTONS:
                question = replace(store.question(1), state=state, answered_at=town.now)
                store.save_question(replace(question, official="slack:U0SECOND"))
                for args in each if n < 2 else each[:2]:
                    id, who = next(ids), PEOPLE["principal"]
                    press = Pressed(
                        id=str(id), who=who, where=Address("teams", who.account), at=town.now,
                        action=verb + args, order=id,
                    )  # fmt: skip
                    if town.inbox.handle(store, press, town.now).form:
                        found.add(verb)
    assert found | {"discussion_sum", "survey_cancel"} == OPENERS  # no survey here: test_surveys
    assert town.forges("principal", "discussion_sum:2").form


# --- all of a question's life there --------------------------------------------------------------

NURSE = Official("teams", "a-nurse", three("Hoitaja", "Skötare", "Nurse"), ("school",))
LEFT = Official("teams", "a-left", three("Lähtijä", "Avgången", "Leaver"), ("school",))
ADMIN = replace(CHIEF, roles=frozenset({Role.ADMIN}))
BIG = replace(TOWN, officials=(*CITY.officials, ADMIN, NURSE, LEFT))
ASKED = """
    resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
    resident: [Lähetä]
"""

LIVES = {
    "an open question is followed, and its answer rated": ASKED + """
        pupil: Kauppakadun jalkakäytävä on lumessa, milloin aurataan?
        city: Näihin odotetaan jo vastausta
        pupil: [Milloin Kauppakadun jalkakäytävä aurataan… (1)]
        city: Seuraat kysymystä K-1
        slack:C0STREETS< Seuraajia: 1
        pupil: /kysymykseni
        city: Kysymykset, joita seuraan
        pupil: [Lue K-1]
        city: Milloin Kauppakadun
        pupil: [Lopeta seuraaminen]
        city: Et enää seuraa
        pupil: Kauppakadun jalkakäytävä on lumessa, milloin aurataan?
        pupil: [Milloin Kauppakadun jalkakäytävä aurataan… (1)]
        principal: omat
        principal: [Vastaa]
        principal: {answer_fi=Huomenna.}
        principal: {}
        pupil< Seuraamaasi kysymykseen on vastattu.
        pupil: [👎 Ei auttanut]
        city: Kiitos
        slack:C0STREETS< 👍 0 · 👎 1
        pupil: [Kerro miksi]
        pupil: Mihin aikaan huomenna?
        city: Kaupungin työntekijät lukevat
        principal: kysymys K-1
        city: Mihin aikaan huomenna?
    """,
    "one takes one's question back": """
        pupil: Milloin koulun pihatie aurataan lumesta?
        pupil: [Lähetä]
        pupil: /kysymykseni
        pupil: [Lue K-1]
        pupil: [Peru kysymys]
        city: Silloin siihen ei vastata
        pupil: [Peru kysymys]
        city: K-1 on peruttu.
        principal: omat
        city: Mikään ei odota sinua
    """,
    "one's own case is for officials alone, and opened again once": """
        pupil: Miksi hakemukseni auraustuesta viipyy?
        city: Tämä näyttää koskevan omaa asiaasi
        pupil: [Lähetä vain kaupungille]
        city: Vain sinä ja kaupungin työntekijät
        neighbour: /start question_1
        city: There is no such question.
        principal: vapaat
        principal: [Vastaa]
        city: vastaus menee vain kysyjälle
        principal: {answer_fi=Päätös tulee perjantaina.}
        principal: {}
        pupil< Päätös tulee perjantaina.
        teams:19:yard@thread.tacv2< !Päätös
        pupil: [Tämä ei vastannut kysymykseeni]
        pupil: Minä perjantaina?
        city: K-1 on taas avoinna.
    """,
    "the lists, as cards": ASKED + """
        principal: vapaat
        city: Ilman käsittelijää (1)
        principal: [Ota käsittelyyn]
        principal: omat
        city: Omat (1)
        wait: days=20
        principal: myöhässä
        city: Myöhässä (1)
        principal: home
        city: Myöhässä (1)
        principal: [Vapaat]
        city: Mikään ei odota
        principal: [Myöhässä]
        city: Myöhässä (1)
        pupil: myöhässä
        city: !Myöhässä (1)
    """,
}


@pytest.mark.parametrize("name", LIVES)
def test_a_life(stage: Stage, name: str) -> None:
    play(Stage(stage.database, city=TOWN), LIVES[name])


def test_one_who_left_is_named_by_a_mention(stage: Stage) -> None:
    town = Stage(stage.database, city=BIG)
    play(town, ASKED + """
        official: [Siirrä]
        official: {department=school}
    """)  # fmt: skip
    with town.database.begin() as store:
        taken = replace(store.question(1), state=QuestionState.TAKEN, official=LEFT.key)
        store.save_question(taken)
    for words_, told in (
        ("<@a-left> <@29:unknown>", "Valitse joku kaupungin"),
        ("<@a-left> Hoitaja", "Valitse joku kaupungin"),
        ("<@a-left> <@a-nurse>", "1 avoin kysymys"),
    ):
        assert told in words(town.commands("principal", f"/kuulolla reassign {words_}"))
    with town.database.reading() as store:
        assert store.question(1).official == NURSE.key
