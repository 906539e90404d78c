"""What residents are shown of questions: values of the domain → messages."""

from collections.abc import Mapping, Sequence

from core import clean
from core.actions import encode
from core.messages import AnyBlock, Button, Facts, Link, Message, bold, rows, text
from core.model import Question, QuestionState
from core.people import PULLED
from core.public import answer_in, department_name, quote
from core.questions.again import why_not
from core.questions.memory import earlier_answers
from core.questions.own_case import doubted
from core.questions.states import Act, may
from core.questions.words import GROUNDS, STATES, STATES_TO_OTHERS, Say
from core.scene import Scene, button, page_link, reference
from core.texts import pick, plain


def receipt(scene: Scene, question: Question) -> Message:
    t = scene.t
    name = reference(scene.city, question.number)
    title = t("Your question has been sent. Its number is {reference}.", reference=name)
    to = department_name(scene, question.department)
    if question.state is QuestionState.MODERATION:
        where = t("It is looked through first, and then goes to: {department}.", department=to)
    elif question.asker_channel in PULLED:
        where = t(
            "It went to: {department}. You can follow it on this browser, under My questions.",
            department=to,
        )
    else:
        where = t(
            "It went to: {department}. I will tell you here when it is taken and when it is "
            "answered.",
            department=to,
        )
    shown = (text(bold(title)), quote(question.text), text(where), *privacy(scene, question))
    return Message(title, shown)


def privacy(scene: Scene, question: Question) -> list[AnyBlock]:
    """Of one's own case: who sees it, and whom to turn to."""
    if not question.private:
        return []
    if doubted(scene.store.steps(question.number)):
        words = scene.t("Only you and the city's officials see it, until an official has decided "
                        "whether it is published.")  # fmt: skip
    else:
        words = scene.t("Only you and the city's officials see it. It is not published.")
    return [text(words), *_contact(scene, question)]


def _to_asker(scene: Scene, question: Question, title: str, *blocks: AnyBlock) -> Message:
    title = f"{reference(scene.city, question.number)}: {title}"
    return Message(title, (text(bold(title)), quote(question.text), *blocks))


def _question(scene: Scene, number: int) -> Question:
    question = scene.store.question(number)
    if question is None:
        raise KeyError(f"question {number}")
    return question


def answering(scene: Scene, question: Question) -> Question:
    """The question whose answer is this one's: itself, or the one it was merged with, unless that
    one is nobody else's to read."""
    if question.merged_into is None:
        return question
    other = _question(scene, question.merged_into)
    return question if other.private else other


# --- at each step ----------------------------------------------------------------------------


def admitted(scene: Scene, number: int, department: str) -> Message:
    name = department_name(scene, department)
    title = scene.t("Your question was let through, and went to: {department}.", department=name)
    return _to_asker(scene, _question(scene, number), title)


def taken(scene: Scene, number: int) -> Message:
    title = scene.t("An official has taken your question.")
    return _to_asker(scene, _question(scene, number), title)


def moved(scene: Scene, number: int, department: str) -> Message:
    name = department_name(scene, department)
    title = scene.t("Your question was passed on to: {department}.", department=name)
    return _to_asker(scene, _question(scene, number), title)


def asked(scene: Scene, number: int, step: int) -> Message:
    t = scene.t
    words = scene.store.steps(number)[step].text
    return _to_asker(
        scene,
        _question(scene, number),
        t("The official asks you for more."),
        text(words),
        text(t("Write your reply here. It goes to the official only."), role="note"),
        rows(button(t("Reply"), "reply", number, primary=True)),
    )


def declined(scene: Scene, number: int) -> Message:
    own = _question(scene, number)
    shown = _declined(scene, own)
    return Message(shown.summary, (*shown.blocks, *_second_thoughts(scene, own)))


def _declined(scene: Scene, own: Question) -> Message:
    return _to_asker(scene, own, scene.t("Your question was not answered."), *_reason(scene, own))


def _reason(scene: Scene, own: Question) -> list[AnyBlock]:
    """Why, by the list and in words; whose it is; where to turn with one's own case."""
    t, question = scene.t, answering(scene, own)
    shown: list[AnyBlock] = []
    if question.grounds:
        shown.append(text(bold(GROUNDS[question.grounds](t))))
    shown.append(text(question.reason))
    if question.whose:
        shown.append(Facts(((t("Who is responsible"), question.whose),)))
    return shown + _contact(scene, question)


def _contact(scene: Scene, question: Question) -> list[AnyBlock]:
    words = scene.city.contact(question.department) if question.private else {}
    return [text(plain(words, scene.t.language))] if words else []


def merged(scene: Scene, number: int) -> Message:
    """Joined with another; and that one's answer, where there is one."""
    t, own = scene.t, _question(scene, number)
    other = answering(scene, own)
    name = reference(scene.city, other.number)
    title = t("Your question was joined with {reference}: the same is asked there.", reference=name)
    if other.done:
        rest = outcome(scene, own)
    else:
        rest = [text(t("You will be told when it is answered."))]
    return _to_asker(scene, own, title, quote(other.text), *rest)


def joined_by(scene: Scene, number: int) -> Message:
    """To the asker of the question that stays."""
    title = scene.t("Somebody else asked the same; their question was joined with yours.")
    return _to_asker(scene, _question(scene, number), title)


def made_private(scene: Scene, number: int) -> Message:
    t, question = scene.t, _question(scene, number)
    title = t("Your question is about your own case, so it is not published.")
    return _to_asker(scene, question, title, *_contact(scene, question))


def made_public(scene: Scene, number: int) -> Message:
    title = scene.t("An official looked at it: your question is not about your own case. It is "
                    "answered for everybody to read, without your name.")  # fmt: skip
    return _to_asker(scene, _question(scene, number), title)


def reopened(scene: Scene, number: int) -> Message:
    title = scene.t("The city looks at your question again.")
    return _to_asker(scene, _question(scene, number), title)


def answered(scene: Scene, number: int) -> Message:
    """The answer, in the asker's own chat."""
    own = _question(scene, number)
    title = scene.t("The city has answered your question.")
    return _to_asker(
        scene, own, title, *outcome(scene, own), *thumbs(scene, own), *_second_thoughts(scene, own)
    )


def corrected(scene: Scene, number: int) -> Message:
    own = _question(scene, number)
    title = scene.t("The city has corrected its answer.")
    return _to_asker(scene, own, title, *outcome(scene, own))


def thumbs(scene: Scene, own: Question) -> list[AnyBlock]:
    """Did the answer help? Of a merged question, the answer of the other."""
    t, question = scene.t, answering(scene, own)
    if question.state is not QuestionState.ANSWERED:
        return []
    n = question.number
    made = (
        button(t("👍 This helped"), "thumb", n, "up"),
        button(t("👎 This did not help"), "thumb", n, "down"),
    )
    return [rows(*made, width=2)]


def outcome(scene: Scene, own: Question) -> list[AnyBlock]:
    question = answering(scene, own)
    if question.state is QuestionState.DECLINED:
        return _reason(scene, own)
    shown: list[AnyBlock] = [text(answer_in(question, scene.t.language)), *links(question)]
    shown.append(text(signature(scene, question), role="note"))
    if question.public:
        shown += page_link(scene, scene.t("On the web page"), f"/questions/{question.number}")
    return shown


def links(question: Question) -> list[AnyBlock]:
    return [Link(label, url) for label, url in question.links]


def signature(scene: Scene, question: Question) -> str:
    official = scene.city.official_by_key(question.official)
    title = plain(official.title, scene.t.language) if official else ""
    title = f"{official.name}, {title}" if official and official.name else title
    unit = department_name(scene, question.department)
    day = scene.t.day(question.answered_at or scene.now, scene.city.timezone)
    return ", ".join(part for part in (title, unit, day) if part)


# --- to everybody ----------------------------------------------------------------------------


def answer_post(scene: Scene, number: int) -> Message:
    """A question and its answer, for everybody; as long as it is one for everybody."""
    t, question = scene.t, _question(scene, number)
    if question.state is not QuestionState.ANSWERED or not question.public:
        title = t("The city has taken back this answer.")
        if question.state is QuestionState.REOPENED:
            title = t("The city looks at this question again.")
        return Message(title, (text(title),))
    blocks = (
        text(t("The city answers"), role="heading"),
        quote(question.text, 600),
        text(answer_in(question, t.language)),
        *links(question),
        text(signature(scene, question), role="note"),
        *page_link(scene, t("On the web page"), f"/questions/{number}"),
    )
    summary = t("The city answers: {question}", question=clean.short(question.text, 80))
    return Message(summary, blocks)


# --- when asked for --------------------------------------------------------------------------


def question_page(scene: Scene, question: Question, buttons: Sequence[AnyBlock] = ()) -> Message:
    """One question as its asker or anybody who may read it sees it in a chat; ``buttons``: what
    they may do."""
    shown = _page(scene, question)
    return Message(shown.summary, (*shown.blocks, *buttons))


def _page(scene: Scene, question: Question) -> Message:
    match question.state:
        case QuestionState.ANSWERED if question.public:
            return answer_post(scene, question.number)
        case QuestionState.ANSWERED:
            title = scene.t("The city has answered your question.")
            return _to_asker(scene, question, title, *outcome(scene, question))
        case QuestionState.DECLINED:
            return _declined(scene, question)
        case QuestionState.MERGED:
            return merged(scene, question.number)
    before = earlier_answers(scene.store.steps(question.number))
    shown = privacy(scene, question)
    if before:
        answer = pick(before[max(before)], scene.t.language)
        shown += [text(bold(scene.t("The city answered"))), text(answer)]
    return _to_asker(scene, question, STATES[question.state](scene.t), *shown)


def own_buttons(scene: Scene, question: Question) -> list[AnyBlock]:
    t, n = scene.t, question.number
    made: list[Button] = []
    if may(question.state, Act.REPLY):
        made.append(button(t("Reply"), "reply", n, primary=True))
    if may(question.state, Act.WITHDRAW):
        made.append(Button(t("Withdraw the question"), encode("withdraw_ask", n), "danger"))
    shown = [*thumbs(scene, question), *([rows(*made)] if made else [])]
    return shown + _second_thoughts(scene, question)


def _second_thoughts(scene: Scene, question: Question) -> list[AnyBlock]:
    """For a while after the end, the question can be opened again."""
    if not may(question.state, Act.REOPEN) or why_not(scene, question):
        return []
    return [rows(button(scene.t("This did not answer my question"), "reopen", question.number))]


def mine(scene: Scene, questions: Sequence[Question], followed: Sequence[Question] = ()) -> Message:
    """The person's own questions, and others' that they follow."""
    t = scene.t
    title = t("My questions")
    if not questions and not followed:
        return Message(title, (text(t("You have not asked anything yet.")),))
    blocks: list[AnyBlock] = [text(title, role="heading")]
    blocks += [Facts(tuple(_line(scene, q) for q in questions))] if questions else []
    buttons = [_reads(scene, q) for q in questions if q.state is not QuestionState.WITHDRAWN]
    if followed:
        blocks.append(text(bold(t("I follow"))))
        blocks.append(Facts(tuple(_line(scene, q, STATES_TO_OTHERS) for q in followed)))
        buttons += [_reads(scene, q) for q in followed]
    return Message(title, (*blocks, *([rows(*buttons, width=2)] if buttons else [])))


def _line(
    scene: Scene, question: Question, states: Mapping[QuestionState, Say] = STATES
) -> tuple[str, str]:
    state = states[question.state](scene.t)
    name = reference(scene.city, question.number)
    return name, f"{clean.short(question.text, 60)} ({state})"


def _reads(scene: Scene, question: Question) -> Button:
    name = reference(scene.city, question.number)
    return button(scene.t("Read {reference}", reference=name), "read", question.number)


def withdraw_ask(scene: Scene, question: Question) -> Message:
    t = scene.t
    name = reference(scene.city, question.number)
    title = t("Withdraw {reference}? Nobody answers it then, and it is not published.",
              reference=name)  # fmt: skip
    yes = Button(t("Withdraw"), encode("withdraw", question.number), "danger")
    return Message(title, (text(bold(title)), rows(yes, button(t("Leave it open"), "keep"))))
