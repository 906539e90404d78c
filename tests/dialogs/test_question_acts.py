"""Every act on a question, in every state, by everybody: it works as the table says, or it is
refused in words and changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.city import Role
from core.events import Submitted
from core.messages import Reply
from core.model import UNTAKEN, Publish, Question, QuestionState, Step
from core.questions.states import Act, after
from tests.stage import CITY, PEOPLE, Stage, words

S = QuestionState
OFFICIAL = "slack:U0STREETS"
HAS_OFFICIAL = frozenset(S) - {S.RECEIVED, S.MODERATION, *UNTAKEN}
ANSWER = {"answer_fi": "Huomenna."}
CHIEF = replace(CITY.officials[2], roles=frozenset({Role.ADMIN}))
TOWN = replace(CITY, officials=(*CITY.officials[:2], CHIEF))
CAREFUL = replace(
    TOWN, departments=tuple(replace(d, approval=True) for d in TOWN.departments)
)  # fmt: skip

Do = Callable[[Stage, str], Reply]


def form(name: str, **fields: str) -> Do:
    return lambda stage, who: stage.act(Submitted, who, form=name, fields=fields, state="1")


def press(action: str) -> Do:
    return lambda stage, who: stage.forges(who, action)


def answer(stage: Stage, who: str) -> Reply:
    first = form("answer", **ANSWER)(stage, who)
    return form("answer_send")(stage, who) if first.form else first


def reopen(stage: Stage, who: str) -> Reply:
    first = stage.forges(who, "reopen:1")
    return first if first.notice else stage.says(who, "Kysyin jotain muuta kuin tätä.")


def take_back(stage: Stage, who: str) -> Reply:
    """A correction that one has just proposed."""
    amended = form("correct", answer_fi="Ylihuomenna.")(stage, who)
    if amended.errors or not amended.notice:
        return amended
    return stage.forges(who, f"amend_no:1:{len(kept(stage)[1]) - 1}")


OFFICIALS: dict[Act, Do] = {
    Act.TAKE: press("take:1"),
    Act.HAND: form("hand", official="slack:U0SECOND"),
    Act.ASK: form("more", text="Missä kohdassa?"),
    Act.TRANSFER: form("move", department="desk"),
    Act.ANSWER: answer,
    Act.PROPOSE: answer,
    Act.APPROVE: press("approve:1"),
    Act.RETURN: form("give_back", text="Lisää päivä."),
    Act.CORRECT: form("correct", answer_fi="Ylihuomenna."),
    Act.AMEND: form("correct", answer_fi="Ylihuomenna."),
    Act.KEEP: take_back,
    Act.DECLINE: form("decline", grounds="known", reason="Kerrottu jo."),
    Act.MERGE: form("merge", into="K-2"),
    Act.CLOSE_UP: press("private:1"),
    Act.OPEN_UP: press("public:1"),
    Act.NOTE: form("note", text="Soitin urakoitsijalle."),
    Act.REOPEN: form("open_again", text="Tuli uutta tietoa."),
}
ASKERS: dict[Act, Do] = {
    Act.REPLY: form("reply", text="Koulun kohdalla."),
    Act.WITHDRAW: press("withdraw:1"),
    Act.REOPEN: reopen,
}
APPROVED = (Act.PROPOSE, Act.AMEND, Act.KEEP)
"""Where the department wants a second pair of eyes."""
NOBODYS = frozenset({Act.RECEIVE, Act.ROUTE, Act.HOLD, Act.REMIND})
"""The city's own: there is no button for them."""
MODERATION = frozenset({Act.ADMIT, Act.REJECT, Act.RESTORE, Act.REWORD})
"""Done on the moderation desk."""


def test_no_act_is_left_out() -> None:
    assert OFFICIALS.keys() | ASKERS.keys() | NOBODYS | MODERATION == set(Act)


def town_for(stage: Stage, state: QuestionState, act: Act) -> Stage:
    """With what the act needs besides a state."""
    town = in_state(stage, state, CAREFUL if act in APPROVED else TOWN)
    if act is Act.OPEN_UP:
        with town.database.begin() as store:
            store.save_question(replace(store.question(1), publish=Publish.PRIVATE))
            store.add_step(1, Step(town.now, "forced", OFFICIAL, state, "", {"doubted": True}))
    return town


def in_state(stage: Stage, state: QuestionState, city=TOWN) -> Stage:
    """Question 1 in that state, and question 2 waiting."""
    town = Stage(stage.database, city=city)
    for who, text in (("resident", "Milloin Rantatie aurataan?"),
                      ("neighbour", "When is the snow gone from Hill Street?")):  # fmt: skip
        town.says(who, text)
        town.presses(who, "Lähetä" if who == "resident" else "Send")
    done = {"answer": {"fi": "Nyt."}} if state in (S.ANSWERED, S.APPROVAL) else {}
    with town.database.begin() as store:
        ended = town.now if state in (S.ANSWERED, S.DECLINED, S.MERGED) else None
        official = OFFICIAL if state in HAS_OFFICIAL else None
        question = replace(
            store.question(1), state=state, official=official, answered_at=ended, **done
        )
        store.save_question(question)
        store.add_step(1, Step(town.now, "forced", OFFICIAL, state))
    return town


def kept(stage: Stage) -> tuple[Question, list[str]]:
    with stage.database.reading() as store:
        return store.question(1), [step.kind for step in store.steps(1)]


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("act", OFFICIALS)
def test_officials(stage: Stage, state: QuestionState, act: Act) -> None:
    town = town_for(stage, state, act)
    check(town, state, act, OFFICIALS[act](town, "editor"))


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("act", ASKERS)
def test_askers(stage: Stage, state: QuestionState, act: Act) -> None:
    town = in_state(stage, state)
    check(town, state, act, ASKERS[act](town, "resident"))


def check(town: Stage, state: QuestionState, act: Act, reply: Reply) -> None:
    question, kinds = kept(town)
    assert words(reply), "everybody is told something"
    wanted = after(state, act)
    if wanted is None:
        assert question.state is state
        assert kinds[-1] == "forced", "what is refused leaves no trace"
    else:
        assert question.state is wanted
        assert kinds[-1] == act and kinds.count(act) == 1 + (act is Act.ROUTE)


WRONG = ("stranger", "neighbour", "browser", "pupil")


@pytest.mark.parametrize("who", [*WRONG, "resident", "second of another department"])
@pytest.mark.parametrize("act", OFFICIALS)
def test_who_is_no_official_of_the_department_does_nothing(
    stage: Stage, act: Act, who: str
) -> None:
    state = next(s for s in S if after(s, act))
    town = town_for(stage, state, act)
    if who not in PEOPLE:
        elsewhere = replace(TOWN.officials[1], departments=())
        town.inbox.city = replace(TOWN, officials=(TOWN.officials[0], elsewhere, CHIEF))
        who = "second"
    before = kept(town)
    assert words(OFFICIALS[act](town, who))
    assert kept(town) == before


@pytest.mark.parametrize("who", [*WRONG, "official"])
@pytest.mark.parametrize("act", ASKERS)
def test_who_is_not_the_asker_does_nothing(stage: Stage, act: Act, who: str) -> None:
    town = in_state(stage, next(s for s in S if after(s, act)))
    before = kept(town)
    ASKERS[act](town, who)
    assert kept(town) == before


@pytest.mark.parametrize("first", OFFICIALS)
@pytest.mark.parametrize("second", [Act.TAKE, Act.ANSWER, Act.DECLINE, Act.MERGE, Act.TRANSFER])
def test_two_officials_at_once(stage: Stage, first: Act, second: Act) -> None:
    """Whoever comes second acts on what the first has made of it, or is told why not."""
    town = in_state(stage, S.WAITING)
    OFFICIALS[first](town, "official")
    between, _ = kept(town)
    reply = OFFICIALS[second](town, "second")
    question, kinds = kept(town)
    wanted = after(between.state, second)
    gone = between.department != "streets"
    if wanted is None or gone:
        assert words(reply) and question == between
    else:
        assert question.state is wanted and kinds[-1] == second


def test_everything_an_official_may_do_needs_its_fields(stage: Stage) -> None:
    """An empty form, one too long and one with what is not on its lists."""
    strange = {"text": "x" * 1001, "reason": "x" * 1001, "note": "x" * 1001, "grounds": "nope",
               "department": "nope", "official": "slack:U0NOBODY", "into": "1", "whose": "",
               "publish": "everywhere", "answer_fi": "x" * 3001, "links": "http://a"}  # fmt: skip
    places = {"more": S.TAKEN, "move": S.TAKEN, "decline": S.TAKEN, "merge": S.TAKEN,
              "hand": S.TAKEN, "note": S.TAKEN, "answer": S.TAKEN, "correct": S.ANSWERED,
              "give_back": S.APPROVAL, "open_again": S.ANSWERED}  # fmt: skip
    town = in_state(stage, S.TAKEN)
    for name, state in places.items():
        with town.database.begin() as store:
            store.save_question(replace(store.question(1), state=state))
        before = kept(town)
        for fields in ({}, strange):
            reply = form(name, **fields)(town, "editor")
            assert reply.errors, (name, fields, words(reply))
        assert kept(town) == before
