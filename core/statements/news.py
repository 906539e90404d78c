"""What conversations bring to round-ups: statements to take a stand on."""

from collections.abc import Iterator
from datetime import datetime

from core import clean
from core.city import Part
from core.digests.items import Item, Section
from core.messages import AnyBlock, bold, text
from core.model import PollState, StatementState
from core.scene import Scene
from core.statements.shown import statement_text, ways_in
from core.texts import pick

QUOTED = 2


def conversations(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    """News when they open, and when there are new statements."""
    for one in scene.store.conversations(PollState.OPEN):
        shown = scene.store.statements(one.id, StatementState.SHOWN)
        news = max([one.opens_at, *(each.at for each in shown if each.at <= until)])
        yield Item("statements", one.id, news, True)


def conversation(scene: Scene, id: int, numbered: str) -> list[AnyBlock]:
    """With its newest statements."""
    found = scene.store.conversation(id)
    if found is None or found.state is not PollState.OPEN:
        return []
    t = scene.t
    shown = scene.store.statements(id, StatementState.SHOWN)
    blocks: list[AnyBlock] = [text(bold(numbered + pick(found.title, t.language)))]
    for each in shown[-QUOTED:]:
        blocks.append(text(clean.short(statement_text(t, each), 200), role="quote"))
    told = t.plural("{n} statement to take a stand on.", "{n} statements to take a stand on.",
                    len(shown))  # fmt: skip
    return [*blocks, text(told), *ways_in(scene, found)]


def line(scene: Scene, id: int) -> str:
    found = scene.store.conversation(id)
    return pick(found.title, scene.t.language) if found else ""


SECTION = Section(
    "statements", Part.STATEMENTS, lambda t: t("Take a stand"), conversations, conversation, line,
    "/statements", frozenset({"say", "say_here", "stand"}),
)  # fmt: skip
