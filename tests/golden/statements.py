"""A conversation of statements on its way, and when it has closed."""

from collections.abc import Iterator
from typing import Any

from core.events import Person
from core.messages import Form, Message, Reply
from core.model import (
    ConversationDraft,
    GroupFigures,
    Groups,
    Moderation,
    PollState,
    Stand,
    StatementFigures,
    StatementState,
)
from core.people import voter
from core.statements import acts, editing, life, voting
from tests.stage import CITY, GROUP, START, three

KEY = bytes(32)
TREES = three("Torille lisää puita.", "Fler träd på torget.", "More trees on the square.")
HOSTILE = "<b>*a*</b> _b_ <@U1> <!channel> @all ~f~ =1+1"
DRAFT = ConversationDraft(
    three("Keskustan kehittäminen", "Utveckla centrum", "The centre"),
    three("Kaupunki suunnittelee.", "Staden planerar.", "The city is planning."),
    START, None, None, Moderation.BEFORE, (GROUP,), CITY.officials[2].key, (TREES,),
)  # fmt: skip


def scenes(scene: Any) -> Iterator[tuple[str, Message | Form]]:
    made = scene.store.add_conversation(DRAFT, KEY, PollState.OPEN, START)
    own = scene.store.add_statement(
        made.id, {"fi": HOSTILE}, None, StatementState.SHOWN, START, found=()
    )
    editor, one = scene.turn(_account(CITY.officials[2])), scene.turn(Person("telegram", "12"))
    work = scene.turn(_account(CITY.officials[0]))
    yield "conversation", scene.view("conversation", id=made.id)
    yield "conversation, forms", scene.view("conversation", id=made.id, forms=True)
    yield "statement", scene.view("statement", id=own.id)
    yield "list", _message(acts.statement_list(one))
    yield "first", _message(acts.open_conversation(one, str(made.id)))
    yield "important", _message(acts.weigh(one, str(made.id), "1"))
    yield "own form", _form(acts.new(work, str(made.id)))
    yield "own prompt", _message(acts.new(one, str(made.id)))
    yield "own doubted", _message(acts.said_statement(one, made.id, "Torille lisää puita taas!?"))
    yield "own sent", _message(acts.said_statement(one, made.id, "Penkit ovat hyviä"))
    _groups(scene, made.id, voter(KEY, one.person))
    for statement in (1, 2):
        voting.say(one, scene.store.statement(statement), "agree", False)
    yield "others", _message(acts.others(one, str(made.id)))
    yield "enough", _message(acts.enough(one, str(made.id)))
    yield "for editors", _message(editing.conversation_list(editor))
    yield "new", _form(editing.new(editor))
    yield "change", _form(editing.edit(editor, str(made.id)))
    yield "names", _form(editing.name_groups(editor, str(made.id)))
    yield "close", _message(editing.close_ask(editor, str(made.id)))
    life.close(editor, made)
    yield "conversation closed", scene.view("conversation", id=made.id)
    yield "statement closed", scene.view("statement", id=own.id)
    yield "conversation_result", scene.view("conversation_result", id=made.id)


def _groups(scene: Any, id: int, name: bytes) -> None:
    figures = {1: StatementFigures(150, 30, 20, 0.6), 2: StatementFigures(80, 100, 5, 0.2)}
    groups = {
        "A": GroupFigures(120, (Stand(1, True), Stand(2, False))),
        "B": GroupFigures(88, (Stand(2, True),)),
        "C": GroupFigures(4, (Stand(2, True),)),
    }
    made = Groups(id, 1, START, START, 213, 2100, 3, {}, figures, groups, (Stand(1, True),),
                  {name: "A"})  # fmt: skip
    scene.store.put_groups(made)


def _account(official: Any) -> Person:
    return Person(official.channel, official.account)


def _message(reply: Reply) -> Message:
    assert reply.message is not None, reply
    return reply.message


def _form(reply: Reply) -> Form:
    assert reply.form is not None, reply
    return reply.form
