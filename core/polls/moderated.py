"""Answers in words on the moderation desk: each is read before anybody else sees it."""

from collections.abc import Sequence
from datetime import datetime

from core.actions import encode
from core.answers import Kind
from core.desk import Desk, Turn
from core.markers import shown as signs_shown
from core.messages import Button
from core.model import Item, ItemKind, ItemState, Poll, WordsState
from core.moderation import rules
from core.moderation.source import Seen
from core.ports import Store, subject
from core.scene import Scene
from core.texts import pick, texts

S = ItemState


def place_of(poll: int) -> str:
    return subject("poll", poll)


def ref_of(poll: int, token: str) -> str:
    return f"{poll}.{token}"


def read_ref(ref: str) -> tuple[int, str]:
    """(poll, token)"""
    poll, _, token = ref.partition(".")
    return int(poll), token


class WordsSource:
    """See `core.moderation.source.Source`. Who wants to say it otherwise answers anew."""

    kind = ItemKind.WORDS
    cards = False
    rewords = False
    recalls = True
    secret = True

    def seen(self, scene: Scene, item: Item) -> Seen | None:
        poll, token = read_ref(item.ref)
        words, about = scene.store.words_named(poll, token), scene.store.poll(poll)
        if words is None or about is None:
            return None
        question = pick(about.question, scene.t.language)
        title = scene.t("Poll {id}: {question}", id=poll, question=question)
        return Seen(words.text, title, f"/polls/{poll}")

    def texts(self, store: Store, refs: Sequence[str]) -> Sequence[str]:
        by: dict[int, list[str]] = {}
        for poll, token in map(read_ref, refs):
            by.setdefault(poll, []).append(token)
        return [text for poll, some in by.items() for text in store.words_texts(poll, some)]

    def release(self, desk: Desk, item: Item) -> None:
        _judge(desk, item, WordsState.APPROVED)

    def stop(self, desk: Desk, item: Item, final: bool) -> None:
        reason = rules.reason(desk.city, item, texts(item.language)) if final else ""
        _judge(desk, item, WordsState.HIDDEN if final else WordsState.WAITING, reason)

    def rewrite(self, desk: Desk, item: Item, text: str) -> None:
        """An answer is counted by its words, so those that a reader sees are kept."""
        desk.store.rewrite_words(*read_ref(item.ref), signs_shown(text, texts(item.language)))
        desk.touch(place_of(read_ref(item.ref)[0]))

    def muted(self, desk: Desk, item: Item, until: datetime) -> None:
        """There is no door but ours."""


def _judge(desk: Desk, item: Item, state: WordsState, reason: str = "") -> None:
    poll, token = read_ref(item.ref)
    desk.store.judge_words(poll, [token], state, reason)
    desk.touch(subject("poll", poll))


def buttons(turn: Turn, poll: Poll) -> list[Button]:
    """For the editors' list of polls."""
    official = turn.official
    if poll.kind is not Kind.WORDS or official is None or not turn.city.may_moderate(official):
        return []
    t, counts = turn.t, turn.store.words_counts(poll.id)
    made = [_read(t("Read answers"), poll.id, S.WAITING, primary=True)]
    if counts[WordsState.APPROVED]:
        made.append(_read(t("Approved answers"), poll.id, S.APPROVED))
    if counts[WordsState.HIDDEN]:
        made.append(_read(t("Hidden answers"), poll.id, S.REJECTED))
    return made


def _read(label: str, poll: int, state: ItemState, primary: bool = False) -> Button:
    action = encode("desk_many", state, *place_of(poll).split(":"))
    return Button(label, action, "primary" if primary else "normal")
