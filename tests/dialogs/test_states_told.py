"""Every state of a question, come to by what people do: what its asker, its officials and anybody
else read of it, in each of the three languages."""

from dataclasses import replace

import pytest

from core.model import QuestionState as S
from core.questions.words import STATES, STATES_AT_WORK, STATES_TO_OTHERS
from core.texts import LANGUAGES, texts
from tests.dialogs.script import play
from tests.dialogs.test_questions import ASKS, CAREFUL, MODERATED, PEOPLE, TOWN, translated
from tests.stage import Stage

UNREAD = {S.MODERATION, S.WITHDRAWN, S.WAITING}
"""Others learn nothing of what no official has read, not even that there is a question."""
ENDS = {
    S.ANSWERED: "‹The city answers›",
    S.DECLINED: "‹Told in public already›",
    S.MERGED: "‹Your question was joined with {reference}: the same is asked there.|reference=K-1›",
}
"""What stands on the page in place of a state."""
ANSWER = """
    official: [‹Answer›]
    official: {answer_fi=Huomenna.}
    official: {}
"""
WAYS = {
    S.MODERATION: (MODERATED, ASKS),
    S.WAITING: (TOWN, ASKS),
    S.TRANSFERRED: (TOWN, ASKS + """
        official: [‹Move›]
        official: {department=streets | note=Väärä paikka.}
        city: ‹Choose another department.›
        official: {department=desk | note=Teille kuuluu tämä.}
        city: ‹The question went to: {department}.|department=§›
        slack:C0DESK< ‹Their message›: Teille kuuluu tämä.
        slack:C0DESK< ‹passed on, waiting for an official›
        resident< ‹Your question was passed on to: {department}.|department=§›
        resident< !Teille kuuluu
        official: [‹Take›]
        city: ‹This question belongs to another department: {name}.|name=§›
    """),
    S.TAKEN: (TOWN, ASKS + """
        official: [‹Take›]
        resident< ‹An official has taken your question.›
    """),
    S.ASKED: (TOWN, ASKS + """
        official: [‹Ask for more›]
        official: {text=Missä kohdassa?}
        resident< Missä kohdassa?
    """),
    S.APPROVAL: (CAREFUL, ASKS + ANSWER + """
        resident< !Huomenna.
    """),
    S.ANSWERED: (TOWN, ASKS + ANSWER + """
        resident< ‹The city has answered your question.›
    """),
    S.DECLINED: (TOWN, ASKS + """
        official: [‹Decline›]
        official: {grounds=known | reason=Kerrottu tiedotteessa.}
        resident< Kerrottu tiedotteessa.
    """),
    S.MERGED: (TOWN, """
        invånare: Milloin Rantatie oikein aurataan lumesta?
        invånare: [‹Send›]
    """ + ASKS + """
        official: [‹More acts›]
        official: [‹Join with another›]
        official: {into=K-1}
    """),
    S.WITHDRAWN: (TOWN, ASKS + """
        resident: /start question_1
        resident: [‹Withdraw the question›]
        resident: [‹Withdraw›]
        city: ‹{reference} is withdrawn.|reference=K-1›
    """),
    S.REOPENED: (TOWN, ASKS + ANSWER + """
        resident: [‹This did not answer my question›]
        resident: Milloin huomenna?
        slack:C0STREETS< ‹opened again, waiting for an official›
    """),
}  # fmt: skip


def test_every_state_has_its_way() -> None:
    assert WAYS.keys() == set(S) - {S.RECEIVED}, "where no question stays"


def reads(town: Stage, who: str, line: str, *expected: str) -> None:
    play(town, "\n".join((f"{who}: {line}", *(f"city: {words}" for words in expected))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", WAYS)
def test_a_state_in_words(stage: Stage, state: S, language: str) -> None:
    city, script = WAYS[state]
    town, t = Stage(stage.database, city=replace(city, language=language)), texts(language)
    for who in (*PEOPLE, "neighbour"):
        staff = who in ("official", "second", "editor")
        town.commands(who, f"{'/kuulolla language' if staff else '/language'} {language}")
    play(town, translated(script, language))
    number = 2 if state is S.MERGED else 1
    with town.database.reading() as store:
        assert store.question(number).state is state
    end = translated(ENDS.get(state, ""), language)
    reads(town, "resident", f"/start question_{number}", end or STATES[state](t))
    serves = "editor" if state in (S.MODERATION, S.TRANSFERRED) else "official"
    reads(town, serves, f"/kuulolla question {number}", STATES_AT_WORK[state](t))
    told = t("There is no such question.") if state in UNREAD else STATES_TO_OTHERS[state](t)
    if state is not S.MERGED:
        reads(town, "neighbour", f"/start question_{number}", end or told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_states_read_alike(language: str) -> None:
    t = texts(language)
    for said in (STATES, STATES_AT_WORK, STATES_TO_OTHERS):
        assert len({said[one](t) for one in S}) == len(S)
