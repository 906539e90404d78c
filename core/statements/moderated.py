"""Residents' statements on the moderation desk: read before others see them, or after, as the
conversation has it."""

from collections.abc import Sequence
from datetime import datetime

from core.actions import encode
from core.desk import Desk, Turn
from core.messages import Button
from core.model import Conversation, Item, ItemKind, ItemState, StatementState
from core.moderation import rules
from core.moderation.source import Seen
from core.ports import Store, subject
from core.scene import Scene
from core.texts import pick, plain, texts


def place_of(conversation: int) -> str:
    return subject("conversation", conversation)


class StatementSource:
    """See `core.moderation.source.Source`. Who wrote it is known at the desk as of a question;
    what its writer said to other statements is not (see `close_conversation`)."""

    kind = ItemKind.STATEMENT
    cards = False
    rewords = True
    recalls = True
    secret = False

    def seen(self, scene: Scene, item: Item) -> Seen | None:
        found = scene.store.statement(int(item.ref))
        about = scene.store.conversation(found.conversation) if found else None
        if found is None or about is None:
            return None
        path = f"/statements/{about.id}"
        return Seen(plain(found.text, item.language), pick(about.title, scene.t.language), path)

    def texts(self, store: Store, refs: Sequence[str]) -> Sequence[str]:
        found = store.statement_texts([int(ref) for ref in refs])
        return [plain(words, "") for words in found]

    def release(self, desk: Desk, item: Item) -> None:
        _judge(desk, item, StatementState.SHOWN)

    def stop(self, desk: Desk, item: Item, final: bool) -> None:
        reason = rules.reason(desk.city, item, texts(item.language)) if final else ""
        _judge(desk, item, StatementState.REMOVED if final else StatementState.WAITING, reason)

    def rewrite(self, desk: Desk, item: Item, text: str) -> None:
        """What was said to other words does not hold for these."""
        desk.store.reword_statement(int(item.ref), {item.language: text}, desk.now)

    def muted(self, desk: Desk, item: Item, until: datetime) -> None:
        """There is no door but ours."""


def _judge(desk: Desk, item: Item, state: StatementState, reason: str = "") -> None:
    if made := desk.store.judge_statement(int(item.ref), state, reason, desk.now):
        desk.touch(place_of(made.conversation))


def buttons(turn: Turn, conversation: Conversation) -> list[Button]:
    """For the editors' list of conversations."""
    official = turn.official
    if official is None or not turn.city.may_moderate(official):
        return []
    t, counts = turn.t, turn.store.statement_counts(conversation.id)
    made = [(t("Read statements"), ItemState.WAITING)]
    if counts[StatementState.SHOWN]:
        made.append((t("Shown statements"), ItemState.APPROVED))
    if counts[StatementState.REMOVED]:
        made.append((t("Removed statements"), ItemState.REJECTED))
    place = place_of(conversation.id).split(":")
    return [Button(label, encode("desk_many", state, *place)) for label, state in made]
