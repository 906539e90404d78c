"""Residents' statements, as editors read them: each is shown, or removed with a reason."""

from collections.abc import Callable, Mapping, Sequence

from core import clean
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, bold, rows, text
from core.model import Conversation, Statement, StatementState
from core.ports import subject
from core.scene import Scene, button
from core.statements import life
from core.statements.shown import statement_text
from core.texts import Texts, pick

PAGE = 10
REASON_LIMIT = 200
LABEL = 60


def statements_card(scene: Scene, id: int) -> Message:
    """For the editors: how many statements wait to be read, kept up to date."""
    t, conversation = scene.t, scene.store.conversation(id)
    if conversation is None:
        return Message(t("This conversation is gone."))
    counts = scene.store.statement_counts(id)
    title = t("Residents' statements: {title}", title=pick(conversation.title, t.language))
    waiting = t.plural(
        "{n} statement waits to be read.",
        "{n} statements wait to be read.",
        counts[StatementState.WAITING],
    )
    blocks = (text(bold(title)), text(waiting), rows(*buttons(t, id), width=3))
    return Message(f"{title}. {waiting}", blocks)


def buttons(t: Texts, id: int) -> list[Button]:
    return [
        button(t("Read statements"), "statements_read", id, StatementState.WAITING, primary=True),
        button(t("Shown statements"), "statements_read", id, StatementState.SHOWN),
        button(t("Removed statements"), "statements_read", id, StatementState.REMOVED),
    ]


def read(turn: Turn, id: str, state: str) -> Reply:
    conversation = for_editor(turn, id)
    if form := _form(turn, conversation, _state(state), 0):
        return Reply(form=form)
    return Reply(turn.t("There are no such statements."))


def for_editor(turn: Turn, id: str) -> Conversation:
    turn.require(Part.STATEMENTS)
    turn.editor()
    return life.find(turn, number(id))


def _state(name: str) -> StatementState:
    try:
        return StatementState(name)
    except ValueError:
        raise BadAction("no such state") from None


def _form(turn: Turn, conversation: Conversation, state: StatementState, after: int) -> Form | None:
    """The next ones of that state; None where there are none. Its state says where it goes on."""
    every = turn.store.statements(conversation.id, state)
    found = [each for each in every if each.id > after][:PAGE]
    if not found:
        return None
    t = turn.t
    blocks: list[AnyBlock] = [text(bold(pick(conversation.title, t.language)))]
    for n, each in enumerate(found, 1):
        blocks.append(text(f"{n}. {statement_text(t, each)}", role="quote"))
        notes = [t("The city's statement")] if each.seed else []
        blocks += [text(note, role="note") for note in (*notes, each.reason) if note]
    choices = tuple(
        Choice(str(each.id), f"{n}. {clean.short(statement_text(t, each), LABEL)}")
        for n, each in enumerate(found, 1)
    )
    if state is not StatementState.SHOWN:
        blocks.append(Ask("show", t("Show"), "choices", optional=True, choices=choices))
    if state is not StatementState.REMOVED:
        blocks.append(Ask("remove", t("Remove"), "choices", optional=True, choices=choices))
        hint = t("Needed for what is removed.")
        why = Ask("reason", t("Why removed"), "line", "", hint, REASON_LIMIT, optional=True)
        blocks.append(why)
    left = f"{conversation.id}:{state}:{found[-1].id}"
    title = t("Statements")
    return Form("statements_read", title, t("Save"), tuple(blocks), left)


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """Does what was chosen, and shows the next ones of the kind, where there are more."""
    id, _, rest = state.partition(":")
    name, _, after = rest.partition(":")
    conversation, listed = for_editor(turn, id), _state(name)
    shown, removed = _ids(fields, "show"), _ids(fields, "remove")
    reason = clean.line(fields.get("reason", ""))
    _check(turn.t, shown, removed, reason)
    done = _judge(turn, conversation, shown, StatementState.SHOWN, "")
    gone = _judge(turn, conversation, removed, StatementState.REMOVED, reason)
    if done or gone:
        names = (subject(kind, conversation.id) for kind in ("conversation", "statements"))
        turn.touch(*names)
    if form := _form(turn, conversation, listed, number(after or "0")):
        return Reply(form=form)
    return Reply(turn.t("Shown {shown}, removed {removed}.", shown=done, removed=gone))


def _ids(fields: Mapping[str, str], name: str) -> list[int]:
    return [number(word) for word in dict.fromkeys(fields.get(name, "").split())][: PAGE + 1]


def _judge(
    turn: Turn, conversation: Conversation, ids: Sequence[int], state: StatementState, reason: str
) -> int:
    """How many there were, of this conversation."""
    done = 0
    for id in ids:
        found: Statement | None = turn.store.statement(id)
        if found and found.conversation == conversation.id:
            done += turn.store.judge_statement(id, state, reason, turn.now) is not None
    return done


def _check(t: Texts, shown: Sequence[int], removed: Sequence[int], reason: str) -> None:
    errors = {}
    if set(shown) & set(removed):
        errors["remove"] = t("Show or remove, not both.")
    if removed and not 0 < len(reason) <= REASON_LIMIT:
        errors["reason"] = t("Give 1 to {limit} characters.", limit=REASON_LIMIT)
    if errors:
        raise Invalid(errors)


VIEWS = {"statements_card": statements_card}
Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {"statements_read": read}
FORMS: dict[str, Answer] = {"statements_read": submit}
