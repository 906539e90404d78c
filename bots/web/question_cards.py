"""What the pages say of questions and their answers, in one language and for one reader."""

from dataclasses import dataclass

from bots.web.scene import Scene
from core import markers, public
from core.model import Question, QuestionState
from core.questions import memory, record
from core.questions.states import Act
from core.questions.told import answering
from core.questions.words import GROUNDS, STATES, STATES_TO_OTHERS
from core.scene import reference
from core.texts import LANGUAGES, Localized, Texts, pick, plain


@dataclass(frozen=True, slots=True)
class QuestionCard:
    number: int
    reference: str
    text: str
    hidden: bool
    language: str
    theme: str
    area: str
    department: str
    state: str
    done: bool
    answer: str
    answer_language: str
    answered: bool
    signature: str
    received: str
    heading: str  # of what became of it
    grounds: str
    whose: str
    links: tuple[tuple[str, str], ...]
    joined: tuple[int, str] | None  # the other question's number and reference
    joined_public: bool


def question_card(scene: Scene, question: Question, own: bool = True) -> QuestionCard:
    """Where it was merged with another, that one's answer is shown. ``own``: to its asker."""
    t, zone, told = scene.t, scene.city.timezone, answering(scene, question)
    joined = told if told is not question else None
    area = scene.city.area(question.area)
    return QuestionCard(
        number=question.number,
        reference=reference(scene.city, question.number),
        text=markers.shown(question.text, scene.t),
        hidden=bool(markers.kinds(question.text)),
        language=question.language,
        theme=public.theme_name(scene, question),
        area=plain(area.name, t.language) if area else "",
        department=_department(scene, question),
        state=(STATES if own else STATES_TO_OTHERS)[question.state](t),
        done=question.done,
        answer=_answer(told, t.language),
        answer_language=_language_of(told.answer, t.language),
        answered=told.state is QuestionState.ANSWERED,
        signature=_signature(scene, told) if told.done else "",
        received=t.day(question.received_at, zone),
        heading=_heading(t, told),
        grounds=GROUNDS[told.grounds](t) if told.grounds else "",
        whose=told.whose,
        links=told.links,
        joined=(joined.number, reference(scene.city, joined.number)) if joined else None,
        joined_public=joined is not None and joined.public,
    )


def _heading(t: Texts, question: Question) -> str:
    match question.state:
        case QuestionState.ANSWERED:
            return t("The city answers")
        case QuestionState.DECLINED:
            return t("The question was not answered.")
    return ""


def question_history(scene: Scene, question: Question) -> list[tuple[str, str, str]]:
    """What was done with a public question: day, words, and an answer that was corrected."""
    zone = scene.city.timezone
    lines = memory.history(scene, question)
    return [(scene.t.day(line.at, zone), line.words, line.was) for line in lines]


def took(scene: Scene, question: Question) -> str:
    days = memory.working_days(scene.city, question, scene.store.steps(question.number))
    if days is None:
        return ""
    if days == 0:
        return scene.t("It took less than a working day.")
    return scene.t.plural("It took {n} working day.", "It took {n} working days.", days)


def conversation(scene: Scene, question: Question) -> list[tuple[bool, str, str]]:
    """What the city and its asker wrote to one another: (is it the city, heading, words)."""
    t = scene.t
    headings = {
        Act.ASK: t("The official asks you for more."),
        Act.REPLY: t("Your reply"),
        Act.REOPEN: t("Why you opened the question again"),
    }
    steps = scene.store.steps(question.number)
    before = memory.earlier_answers(steps)
    turns = []
    for place, step in enumerate(steps):
        if place in before:
            turns.append((True, t("The city answered"), pick(before[place], t.language)))
        if step.kind in headings and (step.kind == Act.ASK or step.by == record.RESIDENT):
            said = markers.shown(step.text, t)
            turns.append((step.kind == Act.ASK, headings[step.kind], said))
    return turns


def _answer(question: Question, language: str) -> str:
    """What is not sent yet is nobody's business."""
    if question.state is QuestionState.DECLINED:
        return question.reason
    return public.answer_in(question, language) if question.done else ""


def _language_of(content: Localized, wanted: str) -> str:
    """The one that `core.texts.pick` would take."""
    return next((x for x in (wanted, *LANGUAGES) if content.get(x)), wanted)


def _signature(scene: Scene, question: Question) -> str:
    """Who answered, by title; department; day."""
    official = scene.city.official_by_key(question.official)
    title = plain(official.title, scene.t.language) if official else ""
    title = f"{official.name}, {title}" if official and official.name else title
    day = scene.t.day(question.answered_at or scene.now, scene.city.timezone)
    return ", ".join(x for x in (title, _department(scene, question), day) if x)


def _department(scene: Scene, question: Question) -> str:
    """ "" where the city has it no longer."""
    name = next((d.name for d in scene.city.departments if d.id == question.department), {})
    return plain(name, scene.t.language)
