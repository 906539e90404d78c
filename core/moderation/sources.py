"""All kinds of items, by name."""

from core.discussions.moderated import CommentSource
from core.errors import BadAction
from core.model import Item, ItemKind
from core.moderation.source import Seen, Source
from core.polls.moderated import WordsSource
from core.questions.moderated import QuestionSource
from core.scene import Scene
from core.statements.moderated import StatementSource

SOURCES: dict[ItemKind, Source] = {
    ItemKind.COMMENT: CommentSource(),
    ItemKind.QUESTION: QuestionSource(),
    ItemKind.WORDS: WordsSource(),
    ItemKind.STATEMENT: StatementSource(),
}


def source_of(kind: str) -> Source:
    """BadAction where there is none."""
    try:
        return SOURCES[ItemKind(kind)]
    except (ValueError, KeyError):
        raise BadAction("no such kind of item") from None


def seen(scene: Scene, item: Item) -> Seen | None:
    return source_of(item.kind).seen(scene, item)
