"""What officials are shown of a question: its card, and notes in its thread."""

from collections.abc import Callable, Sequence

from core import clean, deadlines, markers, rota
from core.actions import encode
from core.desk import Turn
from core.discussions import origin
from core.messages import AnyBlock, Button, Facts, Message, bold, rows, text
from core.model import UNTAKEN, Question, QuestionState, Step
from core.personal_data import label
from core.public import department_name, quote, theme_name
from core.questions import record
from core.questions.again import why_not
from core.questions.corrections import amendment
from core.questions.own_case import doubted
from core.questions.states import Act, may
from core.questions.told import answering, links
from core.questions.why import why_here
from core.questions.words import ACTS, GROUNDS, STATES_AT_WORK
from core.scene import Scene, button, page_link, reference
from core.texts import LANGUAGES, NAMES, Texts, pick, plain


def question_card(scene: Scene, number: int, department: str) -> Message:
    """A question in its department's channel, with what can be done next. In a department that
    it has left, it says where it went."""
    t = scene.t
    question = scene.store.question(number)
    if question is None:
        return Message(t("This question is gone."))
    title = t("Question {reference}", reference=reference(scene.city, number))
    blocks: list[AnyBlock] = [text(title, role="heading"), text(question.text, role="quote")]
    if record.home_of(scene.city, question).id != department:
        where = department_name(scene, question.department)
        blocks.append(text(t("Moved to: {department}", department=where), role="note"))
        return Message(title, tuple(blocks))
    blocks.append(Facts(tuple(_card_facts(scene, question))))
    blocks += origin.back(scene, origin.QUESTION, number)
    blocks += [*_outcome(scene, question), *amendment_blocks(scene, question)]
    blocks += [*card_buttons(t, question), *_deciding(scene, question)]
    return Message(f"{title}: {clean.short(question.text, 120)}", tuple(blocks))


def _card_facts(scene: Scene, question: Question) -> list[tuple[str, str]]:
    t, zone = scene.t, scene.city.timezone
    facts = [
        (t("Theme"), theme_name(scene, question)),
        (t("Language"), NAMES[question.language]),
        (t("Received"), t.time(question.received_at, zone)),
        (t("State"), _state(scene, question)),
    ]
    history = scene.store.steps(question.number)
    if history and not question.done:
        facts += why_here(scene, question, history)
        facts += _clock_facts(scene, question, history)
    if n := scene.store.follower_counts({question.number})[question.number]:
        facts.append((t("Followed by"), t.number(n)))
    up, down = scene.store.thumbs(question.number)
    if up or down:
        facts.append((t("Did the answer help?"), f"👍 {t.number(up)} · 👎 {t.number(down)}"))
    if question.private:
        facts.append((t("Private"), _why_private(t, history)))
    if hidden := markers.kinds(question.text):
        facts.append((t("Taken out"), ", ".join(label(kind, t) for kind in hidden)))
    if question.state is QuestionState.MODERATION:
        facts.append((t("To"), department_name(scene, question.department)))
    if question.answer and (missing := [NAMES[x] for x in LANGUAGES if x not in question.answer]):
        facts.append((t("Missing"), ", ".join(missing)))
    return facts


def _why_private(t: Texts, history: Sequence[Step]) -> str:
    if doubted(history):
        return t("it seems to be the asker's own case, but they say that it is not. You decide.")
    return t("never published: the asker's own case")


def _clock_facts(
    scene: Scene, question: Question, history: Sequence[Step]
) -> list[tuple[str, str]]:
    t, city = scene.t, scene.city
    facts = []
    last = deadlines.last_day(city, question.department, history)
    if last is not None:
        noon = deadlines.opening(city, last)
        facts.append((t("Answer by"), t.day(noon, city.timezone)))
    duty = rota.on_duty(city, record.home_of(city, question), scene.now)
    if question.official is None and duty:
        facts.append((t("On duty"), plain(duty.title, t.language)))
    return facts


def _state(scene: Scene, question: Question) -> str:
    state = STATES_AT_WORK[question.state](scene.t)
    who = scene.city.official_by_key(question.official)
    return f"{state} ({plain(who.title, scene.t.language)})" if who else state


def _outcome(scene: Scene, own: Question) -> list[AnyBlock]:
    t, question = scene.t, answering(scene, own)
    shown: list[AnyBlock] = []
    if own.merged_into is not None:
        name = reference(scene.city, question.number)
        shown.append(text(t("Joined with {reference}", reference=name)))
    if question.reason:
        shown += [text(bold(GROUNDS[question.grounds](t)))] if question.grounds else []
        shown += [text(question.reason, role="quote")]
        shown += [Facts(((t("Who is responsible"), question.whose),))] if question.whose else []
    if question.answer:
        shown += [text(pick(question.answer, t.language), role="quote"), *links(question)]
        path = f"/questions/{question.number}"
        shown += page_link(scene, t("On the web page"), path) if question.public else []
    return shown


def amendment_blocks(scene: Scene, question: Question) -> list[AnyBlock]:
    """A correction that waits for approval, in every language it is written in."""
    t, waiting = scene.t, amendment(scene.store.steps(question.number))
    if waiting is None or not may(question.state, Act.CORRECT):
        return []
    place, step = waiting
    answer, given = step.detail["answer"], step.detail["links"]
    shown: list[AnyBlock] = [text(bold(t("A correction waits for approval:")))]
    shown += [text(answer[x], role="quote") for x in LANGUAGES if x in answer]
    shown += [text(f"{label}: {url}") for label, url in given]
    yes = button(t("Approve"), "amend_yes", question.number, place, primary=True)
    no = button(t("Leave the answer as it was"), "amend_no", question.number, place)
    return [*shown, rows(yes, no, width=2)]


def _deciding(scene: Scene, question: Question) -> list[AnyBlock]:
    """Whether it is the asker's own case, where they say that it is none."""
    if not question.private or not may(question.state, Act.OPEN_UP):
        return []
    if not doubted(scene.store.steps(question.number)):
        return []
    return [rows(button(scene.t("Nobody's own case: make public"), "public", question.number))]


def card_buttons(t: Texts, question: Question) -> list[AnyBlock]:
    """What is most often done next; the rest is behind the last button."""
    n, made = question.number, list[Button]()
    if question.state is QuestionState.MODERATION:
        made.append(button(t("Approve"), "desk_yes", "question", n, primary=True))
        made.append(button(t("Reject"), "desk_no", "question", n))
    if question.state in UNTAKEN and question.official is None:
        made.append(button(t("Take"), "take", n))
    if may(question.state, Act.ANSWER):
        made.append(button(t("Answer"), "answer", n, primary=True))
        made.append(button(t("Ask for more"), "more", n))
        made.append(button(t("Move"), "move", n))
        made.append(button(t("Decline"), "decline", n))
    if may(question.state, Act.APPROVE):
        made.append(button(t("Approve"), "approve", n, primary=True))
        made.append(button(t("Return"), "give_back", n))
    made.append(button(t("More acts"), "acts", n))
    return [rows(*made, width=5)]


FURTHER: tuple[tuple[Act, str, Callable[[Texts], str]], ...] = (
    (Act.HAND, "hand", lambda t: t("Hand to a colleague")),
    (Act.MERGE, "merge", lambda t: t("Join with another")),
    (Act.NOTE, "note", lambda t: t("Note for colleagues")),
    (Act.CLOSE_UP, "private_ask", lambda t: t("Make private")),
    (Act.CORRECT, "correct", lambda t: t("Correct the answer")),
    (Act.REOPEN, "open_again", lambda t: t("Open again")),
)


def acts(turn: Turn, question: Question) -> Message:
    """What else this official may do to the question, and what has been done."""
    t = turn.t
    title = t("Question {reference}", reference=reference(turn.city, question.number))
    made = [
        button(label(t), verb, question.number)
        for act, verb, label in FURTHER
        if may(question.state, act)
        and not (act is Act.CLOSE_UP and question.private)
        and not (act is Act.REOPEN and why_not(turn, question))
    ]
    blocks: list[AnyBlock] = [text(bold(title)), quote(question.text)]
    blocks += [text(line, role="note") for line in history(turn, question)]
    return Message(title, (*blocks, rows(*made, width=3)))


def history(scene: Scene, question: Question) -> list[str]:
    """A line for each step, the notes among officials too."""
    t, zone = scene.t, scene.city.timezone
    lines = []
    for step in scene.store.steps(question.number)[-20:]:
        words = f": {clean.short(step.text, 150)}" if step.text else ""
        lines.append(f"{t.time(step.at, zone)} {_actor(scene, step)} {_done(scene, step)}{words}")
    return lines


def full_card(turn: Turn, question: Question) -> Message:
    """A question as the command by its number shows it."""
    home = record.home_of(turn.city, question)
    shown = question_card(turn, question.number, home.id)
    lines = [text(line, role="note") for line in history(turn, question)]
    lines += [text(words, role="quote") for words in turn.store.thumb_words(question.number, 5)]
    return Message(shown.summary, (*shown.blocks, *lines))


def note(scene: Scene, number: int, step: int) -> Message:
    """One step of a question's history, in its thread."""
    done = scene.store.steps(number)[step]
    title = f"{_actor(scene, done)}: {_done(scene, done)}"
    quoted = [text(done.text, role="quote")] if done.text else []
    return Message(title, (text(title), *quoted))


def _actor(scene: Scene, step: Step) -> str:
    if step.by == record.CITY:
        return plain(scene.city.name, scene.t.language)
    official = scene.city.official_by_key(step.by)
    if official:
        return plain(official.title, scene.t.language)
    return scene.t("The resident") if step.by == record.RESIDENT else scene.t("An official")


def _done(scene: Scene, step: Step) -> str:
    t, words = scene.t, ACTS[step.kind](scene.t)
    if step.kind == Act.HAND and (to := scene.city.official_by_key(step.detail.get("to"))):
        return f"{words}: {plain(to.title, t.language)}"
    if step.kind == Act.MERGE and (into := step.detail.get("into")):
        return f"{words}: {reference(scene.city, into)}"
    return words


def private_ask(turn: Turn, question: Question) -> Message:
    t = turn.t
    name = reference(turn.city, question.number)
    title = t("Make {reference} private for good? It is never published, and the asker is told "
              "whom to turn to.", reference=name)  # fmt: skip
    yes = Button(t("Make private"), encode("private", question.number), "danger")
    return Message(title, (text(bold(title)), rows(yes, Button(t("Cancel"), "keep"), width=2)))
