"""Answers in words, as editors read them: each is approved, or hidden with a reason, before anybody
else sees it; what was approved can be hidden later."""

from collections.abc import Callable, Mapping, Sequence

from core import clean, personal_data
from core.actions import number
from core.answers import Kind
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, bold, rows, text
from core.model import Poll, Words, WordsState
from core.polls import life
from core.ports import subject
from core.scene import Scene, button
from core.texts import Texts, pick

PAGE = 10
REASON_LIMIT = 200
LABEL = 60


def words_card(scene: Scene, id: int) -> Message:
    """For the editors: how many answers wait to be read, kept up to date."""
    t, poll = scene.t, scene.store.poll(id)
    if poll is None:
        return Message(t("This poll is gone."))
    counts = scene.store.words_counts(id)
    title = t("Poll {id}: {question}", id=id, question=pick(poll.question, t.language))
    waiting = t.plural(
        "{n} answer waits to be read.", "{n} answers wait to be read.", counts[WordsState.WAITING]
    )
    blocks = [text(bold(title)), text(waiting), text(_so_far(t, counts), role="note")]
    return Message(f"{title} {waiting}", (*blocks, rows(*_buttons(t, id, counts), width=3)))


def _so_far(t: Texts, counts: Mapping[WordsState, int]) -> str:
    return t(
        "Approved {approved}, hidden {hidden}.",
        approved=counts[WordsState.APPROVED],
        hidden=counts[WordsState.HIDDEN],
    )


def buttons(turn: Turn, poll: Poll) -> list[Button]:
    """For the editors' list of polls."""
    if poll.kind is not Kind.WORDS:
        return []
    return _buttons(turn.t, poll.id, turn.store.words_counts(poll.id))


def _buttons(t: Texts, id: int, counts: Mapping[WordsState, int]) -> list[Button]:
    made = [button(t("Read answers"), "words_read", id, WordsState.WAITING, primary=True)]
    if counts[WordsState.APPROVED]:
        made.append(button(t("Approved answers"), "words_read", id, WordsState.APPROVED))
    if counts[WordsState.HIDDEN]:
        made.append(button(t("Hidden answers"), "words_read", id, WordsState.HIDDEN))
    return made


def read(turn: Turn, id: str, state: str) -> Reply:
    poll = _for_editor(turn, id)
    if form := _form(turn, poll, _state(state), ""):
        return Reply(form=form, secret=True)  # what people wrote is kept in its own table alone
    return Reply(turn.t("There are no such answers."))


def _state(name: str) -> WordsState:
    try:
        return WordsState(name)
    except ValueError:
        raise BadAction("no such state") from None


def _for_editor(turn: Turn, id: str) -> Poll:
    turn.require(Part.POLLS)
    turn.editor()
    poll = life.find(turn, number(id))
    if poll.kind is not Kind.WORDS:
        raise Refusal(turn.t("There is no such poll."))
    return poll


def _form(turn: Turn, poll: Poll, state: WordsState, after: str) -> Form | None:
    """The next ones of that state; None where there are none. Its state says where it goes on."""
    found = turn.store.words(poll.id, state, after, PAGE)
    if not found:
        return None
    t = turn.t
    blocks: list[AnyBlock] = [text(bold(pick(poll.question, t.language)))]
    for n, one in enumerate(found, 1):
        blocks += [text(f"{n}. {one.text}", role="quote"), *_notes(t, one)]
    choices = tuple(
        Choice(one.token, f"{n}. {clean.short(one.text, LABEL)}") for n, one in enumerate(found, 1)
    )
    if state is not WordsState.APPROVED:
        blocks.append(Ask("approve", t("Approve"), "choices", optional=True, choices=choices))
    if state is not WordsState.HIDDEN:
        blocks.append(Ask("hide", t("Hide"), "choices", optional=True, choices=choices))
        hint = t("Needed for what is hidden. Its writer sees it, nobody else does.")
        why = Ask("reason", t("Why hidden"), "line", "", hint, REASON_LIMIT, optional=True)
        blocks.append(why)
    title, left = t("Answers of poll {id}", id=poll.id), f"{poll.id}:{state}:{found[-1].token}"
    return Form("words_read", title, t("Save"), tuple(blocks), left)


def _notes(t: Texts, one: Words) -> list[AnyBlock]:
    made = []
    if one.found:
        what = ", ".join(personal_data.label(personal_data.Kind(x), t) for x in one.found)
        made.append(text(t("⚠ Personal data was taken out: {what}.", what=what), role="note"))
    if one.reason:
        made.append(text(one.reason, role="note"))
    return made


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """Does what was chosen, and shows the next ones of the kind, where there are more."""
    id, _, rest = state.partition(":")
    name, _, after = rest.partition(":")
    poll, listed = _for_editor(turn, id), _state(name)
    approved, hidden = _tokens(fields, "approve"), _tokens(fields, "hide")
    reason = clean.line(fields.get("reason", ""))
    _check(turn.t, approved, hidden, reason)
    store = turn.store
    done = store.judge_words(poll.id, approved, WordsState.APPROVED, "")
    gone = store.judge_words(poll.id, hidden, WordsState.HIDDEN, reason)
    if done or gone:
        turn.touch(subject("poll", poll.id))
    if form := _form(turn, poll, listed, _token(after)):
        return Reply(form=form, secret=True)
    return Reply(_told(turn.t, done, gone, len(approved) + len(hidden)), secret=True)


def _tokens(fields: Mapping[str, str], name: str) -> list[str]:
    return [_token(word) for word in dict.fromkeys(fields.get(name, "").split())][: PAGE + 1]


def _token(word: str) -> str:
    """BadAction where it is none."""
    if len(word) == 16 and word.isascii() and word.isalnum():
        try:
            return bytes.fromhex(word).hex()
        except ValueError:
            pass
    raise BadAction("no such answer")


def _check(t: Texts, approved: Sequence[str], hidden: Sequence[str], reason: str) -> None:
    errors = {}
    if set(approved) & set(hidden):
        errors["hide"] = t("Approve or hide, not both.")
    if hidden and not 0 < len(reason) <= REASON_LIMIT:
        errors["reason"] = t("Give 1 to {limit} characters.", limit=REASON_LIMIT)
    if errors:
        raise Invalid(errors)


def _told(t: Texts, approved: int, hidden: int, chosen: int) -> str:
    told = t("Approved {approved}, hidden {hidden}.", approved=approved, hidden=hidden)
    if approved + hidden < chosen:
        told += " " + t("The others were changed by their writers meanwhile.")
    return told


VIEWS = {"words_card": words_card}
Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {"words_read": read}
FORMS: dict[str, Answer] = {"words_read": submit}
