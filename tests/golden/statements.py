"""A conversation of statements on its way, and when it has closed."""

from collections.abc import Iterator

from core.events import Person
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
from tests.golden.scene import EDITOR, ENGINEER, Scene, Shown, form, message, person
from tests.stage import GROUP, START, three

KEY = bytes(32)
TREES = three("Torille lisää puita.", "Fler träd på torget.", "More trees on the square.")
HOSTILE = "<b>*a*</b> _b_ <@U1> <!channel> @all ~f~ =1+1"
DRAFT = ConversationDraft(
    three("Keskustan kehittäminen", "Utveckla centrum", "The centre"),
    three("Kaupunki suunnittelee.", "Staden planerar.", "The city is planning."),
    START, None, None, Moderation.BEFORE, (GROUP,), EDITOR.key, (TREES,),
)  # fmt: skip


def shown(scene: Scene) -> Iterator[tuple[str, Shown]]:
    made = scene.store.add_conversation(DRAFT, KEY, PollState.OPEN, START)
    own = scene.store.add_statement(
        made.id, {"fi": HOSTILE}, None, StatementState.SHOWN, START, found=()
    )
    editor, one = scene.turn(person(EDITOR)), scene.turn(Person("telegram", "12"))
    work = scene.turn(person(ENGINEER))
    yield "conversation", scene.view("conversation", id=made.id)
    yield "conversation, forms", scene.view("conversation", id=made.id, forms=True)
    yield "statement", scene.view("statement", id=own.id)
    yield "list", message(acts.statement_list(one))
    yield "first", message(acts.open_conversation(one, str(made.id)))
    yield "important", message(acts.weigh(one, str(made.id), "1"))
    yield "own form", form(acts.new(work, str(made.id)))
    yield "own prompt", message(acts.new(one, str(made.id)))
    yield "own doubted", message(acts.said_statement(one, made.id, "Torille lisää puita taas!?"))
    yield "own sent", message(acts.said_statement(one, made.id, "Penkit ovat hyviä"))
    _groups(scene, made.id, voter(KEY, one.person))
    for statement in (1, 2):
        voting.say(one, scene.store.statement(statement), "agree", False)
    yield "others", message(acts.others(one, str(made.id)))
    yield "enough", message(acts.enough(one, str(made.id)))
    yield "for editors", message(editing.conversation_list(editor))
    yield "new", form(editing.new(editor))
    yield "change", form(editing.edit(editor, str(made.id)))
    yield "names", form(editing.name_groups(editor, str(made.id)))
    yield "close", message(editing.close_ask(editor, str(made.id)))
    life.close(editor, made)
    yield "conversation closed", scene.view("conversation", id=made.id)
    yield "statement closed", scene.view("statement", id=own.id)
    yield "conversation_result", scene.view("conversation_result", id=made.id)


def _groups(scene: Scene, id: int, name: bytes) -> None:
    figures = {1: StatementFigures(150, 30, 20, 0.6), 2: StatementFigures(80, 100, 5, 0.2)}
    groups = {
        "A": GroupFigures(120, (Stand(1, True), Stand(2, False))),
        "B": GroupFigures(88, (Stand(2, True),)),
        "C": GroupFigures(4, (Stand(2, True),)),
    }
    made = Groups(id, 1, START, START, 213, 2100, 3, {}, figures, groups, (Stand(1, True),),
                  {name: "A"})  # fmt: skip
    scene.store.put_groups(made)
