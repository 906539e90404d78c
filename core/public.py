"""What residents are shown of questions: values of the domain → messages."""

from core import clean
from core.messages import AnyBlock, text
from core.model import Question
from core.scene import Scene
from core.texts import pick, plain


def quote(words: str, limit: int = 300) -> AnyBlock:
    return text(clean.short(words, limit), role="quote")


def theme_name(scene: Scene, question: Question) -> str:
    theme = scene.city.theme(question.theme)
    return plain(theme.name, scene.t.language) if theme else scene.t("Other")


def department_name(scene: Scene, id: str) -> str:
    return plain(scene.city.department(id).name, scene.t.language)


def answer_in(question: Question, language: str) -> str:
    return pick(question.answer, language)
