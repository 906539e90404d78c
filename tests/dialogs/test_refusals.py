"""Every refusal of the question code, in every language: what is said, and that nothing changes.

``REFUSALS`` has a row for each place that refuses and each of its texts, as the source says it: a
new refusal without a row fails `test_every_refusal_has_a_row`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.city import City, Look, Moderation, Part, QuestionLimits, Role
from core.messages import Reply
from core.model import Publish, Question, QuestionState, Step
from core.texts import LANGUAGES, texts
from tests.dialogs.script import play
from tests.stage import CITY, PEOPLE, Stage, words

HERE = Path(__file__).parents[2] / "core"
ERRORS = {"Refusal", "Invalid"}
CHIEF = replace(CITY.officials[2], roles=frozenset({Role.ADMIN}))
TOWN = replace(
    CITY,
    officials=(*CITY.officials[:2], CHIEF),
    question_limits=QuestionLimits(a_day=3, open=2),
)
CAREFUL = replace(TOWN, departments=tuple(replace(d, approval=True) for d in TOWN.departments))
MODERATED = replace(TOWN, moderation=Moderation(look={"question": Look.BEFORE}))
SILENT = replace(TOWN, parts=TOWN.parts - {Part.QUESTIONS})
ALONE = replace(TOWN, officials=(TOWN.officials[0], CHIEF))

ASKED = """
    resident: Milloin Rantatie aurataan lumesta?
    resident: [Lähetä]
"""
TAKEN = ASKED + "official: [Ota käsittelyyn]"
ANSWERED = ASKED + """
    official: [Vastaa]
    official: {answer_fi=Huomenna.}
    official: {}
"""
AMENDED = ANSWERED + """
    second: [Hyväksy]
    official: [Muut toimet]
    official: [Korjaa vastausta]
    official: {answer_fi=Ylihuomenna.}
"""
MERGED = ASKED + """
    invånare: Milloin Rantatie oikein aurataan lumesta?
    invånare: [Skicka]
    official: [Muut toimet]
    official: [Yhdistä toiseen]
    official: {into=1}
"""
PRIVATE = ASKED + """
    neighbour: Why has my application for snow clearing not been handled?
    neighbour: [Send to officials only]
"""
FULL = ASKED + """
    resident: Kuka hoitaa torin lumityöt nyt?
    resident: [Lähetä]
    resident: Saako puistossa grillata kesällä?
"""

Act = Callable[[Stage], Reply]


def press(who: str, action: str) -> tuple[str, Act]:
    return who, lambda stage: stage.forges(who, action)


def form(who: str, name: str, state: str = "1", **fields: str) -> tuple[str, Act]:
    return who, lambda stage: stage.fills(who, name, fields, state)


def says(who: str, text: str) -> tuple[str, Act]:
    return who, lambda stage: stage.says(who, text)


def command(who: str, line: str) -> tuple[str, Act]:
    return who, lambda stage: stage.commands(who, line)


def sends(who: str) -> tuple[str, Act]:
    """The draft that they have."""

    def act(stage: Stage) -> Reply:
        with stage.database.reading() as store:
            person = PEOPLE[who]
            draft = store.draft(stage.keyring.resident(person.channel, person.account), "question")
        return stage.forges(who, f"ask_send:{draft['token']}")

    return who, act


def follows_fifty(stage: Stage) -> None:
    person = PEOPLE["neighbour"]
    me = stage.keyring.resident(person.channel, person.account)
    with stage.database.begin() as store:
        for _ in range(50):
            number = store.add_question(replace(store.question(1), number=0)).number
            store.follow_question(number, me, "telegram", "en")


def asked_thrice(stage: Stage) -> None:
    """And two of them withdrawn since."""
    with stage.database.begin() as store:
        for number in (1, 2):
            store.save_question(replace(store.question(number), state=QuestionState.WITHDRAWN))
        store.add_question(replace(store.question(1), number=0))


def forgotten(stage: Stage) -> None:
    with stage.database.begin() as store:
        store.save_question(replace(store.question(1), asker=None))


def reopened_once(stage: Stage) -> None:
    with stage.database.begin() as store:
        for kind, state in (("reopened", QuestionState.REOPENED), ("answered", ANSWER)):
            store.add_step(1, Step(stage.now, kind, "slack:U0STREETS", state))


def a_private_one(stage: Stage) -> None:
    with stage.database.begin() as store:
        hidden = replace(store.question(1), number=0, publish=Publish.PRIVATE)
        store.add_question(hidden)


def _amending(stage: Stage) -> str:
    with stage.database.reading() as store:
        return f"amend_yes:1:{len(store.steps(1)) - 1}"


ANSWER = QuestionState.ANSWERED
Setup = str | tuple[str, Callable[[Stage], None]]
LONG = "x" * 3001
REFUSALS: dict[tuple[str, str], tuple[City, Setup, tuple[str, Act]]] = {
    # --- who may
    ("desk.staff", "This is for the city's officials. Your account is not on their list; the "
     "service's administrator can add it."): (TOWN, ASKED, press("stranger", "take:1")),
    ("desk.require", "The city does not use this part of the service."):
        (SILENT, "", press("resident", "me_too:1")),
    ("handling.of_department", "There is no such question."):
        (TOWN, ASKED, press("official", "take:9")),
    ("handling.of_department", "This question belongs to another department: {name}."):
        (TOWN, "resident: Koirapuiston portti on rikki\nresident: [Lähetä]",
         press("official", "take:1")),
    ("asking.own", "There is no such question."): (TOWN, ASKED, press("neighbour", "read:1")),
    ("asking._askers", "Only the one who asked may do this."):
        (TOWN, ANSWERED, press("neighbour", "reopen:1")),
    ("asking._askers", "The city is not waiting for your reply to this question."):
        (TOWN, ASKED, form("resident", "reply", text="Rannassa.")),
    ("following.follow", "There is no such question."):
        (TOWN, ANSWERED, press("neighbour", "me_too:1")),
    ("following.listed", "Ask for this in a private chat with me."):
        (TOWN, ASKED, ("neighbour", lambda stage: stage.commands(
            "neighbour", "/questions", private=False))),
    ("following.press_follow", "Ask for this in a private chat with me."):
        (TOWN, ASKED, ("neighbour", lambda stage: stage.forges(
            "neighbour", "me_too:1", private=False))),
    ("following.rate", "There is no such question."):
        (TOWN, ASKED, press("neighbour", "thumb:1:up")),
    ("handling.reassign", "Only an administrator or the head of a department may do this."):
        (TOWN, TAKEN, form("second", "reassign", old="slack:U0STREETS", new="slack:U0SECOND")),
    ("officials.reassign", "Only an administrator or the head of a department may do this."):
        (TOWN, TAKEN, command("second", "/kuulolla reassign")),
    ("answering.approve", "Somebody else approves what you have written."):
        (CAREFUL, ANSWERED, press("official", "approve:1")),
    ("answering.approve_correction", "Somebody else approves what you have written."):
        (CAREFUL, AMENDED, ("official", lambda stage: stage.forges("official", _amending(stage)))),
    # --- when
    ("record.allow", "That cannot be done now. The question's state: {state}."):
        (TOWN, TAKEN, press("official", "approve:1")),
    ("record.allow", "This question is finished already (by: {who})."):
        (TOWN, ANSWERED, press("second", "answer:1")),
    ("again.why_not", "A moderator did not let this in. You can appeal to another moderator."):
        (MODERATED, ASKED + "editor: [Hylkää]\neditor: {rule=spam | reason=Mainos.}",
         press("resident", "reopen:1")),
    ("again.why_not", "It has been opened again once already. Please ask a new question."):
        (TOWN, (ANSWERED, reopened_once), press("resident", "reopen:1")),
    ("again.why_not", "A question can be opened again within {n} days. Please ask a new one."):
        (TOWN, ANSWERED + "wait: days=15",
         form("official", "open_again", text="Uutta tietoa.")),
    ("asking.may_withdraw", "Others have asked the same, so the question stays open."):
        (TOWN, MERGED, press("resident", "withdraw:1")),
    ("handling.take", "You have this question already."):
        (TOWN, TAKEN, press("official", "take:1")),
    ("handling.take", "{who} has taken this question already."):
        (TOWN, TAKEN, press("second", "take:1")),
    ("handling.ask_more", "The asker can no longer be reached: they had their data erased."):
        (TOWN, (TAKEN, forgotten), form("official", "more", text="Missä?")),
    ("handling.make_private", "The question is private already."):
        (TOWN, PRIVATE, press("official", "private:2")),
    ("handling.open_up", "The asker has not asked for this question to be public."):
        (TOWN, PRIVATE, press("official", "public:2")),
    ("answering.answer", "There is no draft of an answer. Write the answer again."):
        (TOWN, TAKEN, form("official", "answer_send")),
    ("answering._amended", "This correction does not wait for approval any more."):
        (CAREFUL, AMENDED, press("second", "amend_yes:1:0")),
    ("officials.hand", "The department has no other official."):
        (ALONE, TAKEN, press("official", "hand:1")),
    ("officials.reassign", "Nobody has open questions."):
        (TOWN, ASKED, command("editor", "/kuulolla reassign")),
    # --- before it is sent
    ("drafts.check_text", "Please write a little more: what, where, and what you hope for."):
        (TOWN, "", says("resident", "aura")),
    ("drafts.check_text", "Your question has {n} characters; {limit} fit. Please shorten it."):
        (TOWN, "", form("resident", "ask", "", text=LONG)),
    ("drafts.kept", "This draft is no longer there. Write your question again."):
        (TOWN, "resident: Milloin aurataan Rantatie?", press("resident", "ask_send:00000000")),
    ("drafts.check_limits", "You have asked this already: {reference}. You will get an answer to "
     "it."): (TOWN, ASKED + "resident: Milloin Rantatie aurataan lumesta??", sends("resident")),
    ("drafts.check_limits", "{n} of your questions wait for an answer. You can ask more when one "
     "of them is answered, or withdraw one."): (TOWN, FULL, sends("resident")),
    ("drafts.check_limits", "You can ask {n} questions a day. Please write again tomorrow."):
        (TOWN, (FULL, asked_thrice), sends("resident")),
    ("drafts._slow_down", "You write very fast. Please wait a minute and write again."):
        (TOWN, "resident: Milloin aurataan Rantatie?\n" * 12,
         says("resident", "Milloin aurataan Mäkitie?")),
    ("following.follow", "This is your own question: you are told when it is answered."):
        (TOWN, ASKED, press("resident", "me_too:1")),
    ("following.follow", "You follow {n} questions, and more don't fit."):
        (TOWN, (ASKED, follows_fifty), press("neighbour", "me_too:1")),
    # --- what is filled in
    ("asking._words", "A reply has 1 to {limit} characters."):
        (TOWN, ANSWERED, form("resident", "reopen", text=" ")),
    ("following.rate", "At most {limit} characters."):
        (TOWN, ANSWERED, form("neighbour", "thumb_words", "1:up", text=LONG)),
    ("answering._publish", "Choose one of the list."):
        (TOWN, TAKEN, form("official", "answer", answer_fi="Nyt.", publish="everywhere")),
    ("answering.read_answer", "Write the answer in one language at least."):
        (TOWN, TAKEN, form("official", "answer")),
    ("answering.read_answer", "At most {limit} characters."):
        (TOWN, TAKEN, form("official", "answer", answer_fi=LONG)),
    ("answering.read_links", "One link on each line: a name, and https://…"):
        (TOWN, TAKEN, form("official", "answer", answer_fi="Nyt.", links="javascript:alert(1)")),
    ("answering.read_links", "At most {n} links."):
        (TOWN, TAKEN, form("official", "answer", answer_fi="Nyt.", links="https://a.test\n" * 6)),
    ("answering.give_back", "Say what to change."):
        (CAREFUL, ANSWERED, form("second", "give_back")),
    ("answering.correct", "Nothing was changed."):
        (TOWN, ANSWERED, form("official", "correct", answer_fi="Huomenna.")),
    ("handling.hand", "Choose one of the list."):
        (TOWN, TAKEN, form("official", "hand", official="slack:U0NOBODY")),
    ("handling.reassign", "Choose one of the city's officials."):
        (TOWN, TAKEN, form("editor", "reassign", old="slack:U0STREETS", new="slack:U0NOBODY")),
    ("handling.transfer", "Choose another department."):
        (TOWN, TAKEN, form("official", "move", department="streets")),
    ("handling.decline", "Choose one of the list."):
        (TOWN, TAKEN, form("official", "decline", grounds="none", reason="Ei.")),
    ("handling._target", "Write the number of another question."):
        (TOWN, TAKEN, form("official", "merge", into="K-1")),
    ("handling._target", "That question is not one that others may read."):
        (TOWN, (TAKEN, a_private_one), form("official", "merge", into="2")),
    ("handling.note", "Write the note."): (TOWN, TAKEN, form("official", "note")),
    ("officials.question", "Say which question: its number stands on its card."):
        (TOWN, ASKED, command("official", "/kuulolla question first")),
    ("officials.submit_merge", "Write the number of another question."):
        (TOWN, TAKEN, form("official", "merge", into="first")),
    ("record.written", "Write this for the resident."):
        (TOWN, TAKEN, form("official", "more")),
    ("record.fitting", "At most {limit} characters."):
        (TOWN, TAKEN, form("official", "note", text=LONG)),
}  # fmt: skip


# --- what the source says ------------------------------------------------------------------------


@cache
def functions() -> dict[str, tuple[str, ast.FunctionDef]]:
    """Of the question code, and the desk's that it uses: name → (module, definition)."""
    files = [*sorted((HERE / "questions").glob("*.py")), HERE / "desk.py"]
    return {
        f"{file.stem}.{one.name}": (file.stem, one)
        for file in files
        for one in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(one, ast.FunctionDef)
    }


def refusals() -> Iterator[tuple[str, str]]:
    """(where, text) of every raise. AssertionError where a text can't be followed to its source."""
    used = {
        node.attr
        for module, one in functions().values()
        if module != "desk"
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute)
    }
    for name, (module, one) in functions().items():
        if module == "desk" and one.name not in used:
            continue
        for node in ast.walk(one):
            if isinstance(node, ast.Raise) and _made(node) in ERRORS:
                yield from _texts(name, one, node.exc)


def _made(node: ast.Raise) -> str:
    return node.exc.func.id if isinstance(node.exc, ast.Call) else ""


def _texts(name: str, one: ast.FunctionDef, error: ast.expr) -> Iterator[tuple[str, str]]:
    found = [(name, text) for text in _said(error)]
    if not found and _passed_on(error, one):
        return
    for used in {x.id for x in ast.walk(error) if isinstance(x, ast.Name)} if not found else ():
        found += [pair for value in _given(one, used) for pair in _value(name, value)]
    assert found, f"{name}: where does this text come from? {ast.unparse(error)}"
    yield from found


def _value(name: str, value: ast.expr) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for text in _said(value))
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        for where, (_, one) in functions().items():
            if one.name == value.func.id:
                returned = [r.value for r in ast.walk(one) if isinstance(r, ast.Return) and r.value]
                yield from ((where, text) for x in returned for text in _said(x))


def _said(node: ast.expr) -> list[str]:
    """The texts in it: first arguments of ``t(…)``."""
    return [
        call.args[0].value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and "t" in (getattr(call.func, "attr", ""), getattr(call.func, "id", ""))
        and call.args and isinstance(call.args[0], ast.Constant)
    ]  # fmt: skip


def _given(one: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """What the name was given in the function."""
    for node in ast.walk(one):
        if isinstance(node, ast.Assign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in [x.id for x in targets if isinstance(x, ast.Name)]:
                yield node.value


def _passed_on(error: ast.expr, one: ast.FunctionDef) -> bool:
    """Whether it is another error's text, which was caught here."""
    caught = {x.name for x in ast.walk(one) if isinstance(x, ast.ExceptHandler) and x.name}
    return any(isinstance(x, ast.Name) and x.id in caught for x in ast.walk(error))


def test_every_refusal_has_a_row() -> None:
    assert set(refusals()) == set(REFUSALS)


def test_the_source_is_read_as_it_stands() -> None:
    """What comes by a name, or from another function, is found as well."""
    found = set(refusals())
    assert ("answering.read_answer", "Write the answer in one language at least.") in found
    assert ("again.why_not", "It has been opened again once already. Please ask a new question.")\
        in found  # fmt: skip
    assert len(found) > 50


# --- what is said --------------------------------------------------------------------------------


def pattern(text: str, language: str) -> str:
    names = re.findall(r"{(\w+)}", text)
    made = re.escape(texts(language)(text, **dict.fromkeys(names, "\0")))
    return made.replace(re.escape("\0"), ".+").replace("\N{NO-BREAK SPACE}", " ")


def kept(stage: Stage) -> list[tuple[Question, list[Step]]]:
    with stage.database.reading() as store:
        every = store.questions_numbered(range(1, 60))
        return [(one, store.steps(one.number)) for one in every]


@pytest.mark.parametrize(("where", "text"), REFUSALS, ids=lambda x: x[:50])
def test_a_refusal(stage: Stage, where: str, text: str) -> None:
    city, setup, (who, act) = REFUSALS[where, text]
    script, more = setup if isinstance(setup, tuple) else (setup, None)
    town = Stage(stage.database, city=city)
    play(town, script)
    if more:
        more(town)
    before, person = kept(town), PEOPLE[who]
    for language in LANGUAGES:
        with town.database.begin() as store:
            store.set_language(town.keyring.resident(person.channel, person.account), language)
        said = words(act(town))
        assert re.search(pattern(text, language), said), f"{language}: {said}"
    assert kept(town) == before
