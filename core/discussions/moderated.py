"""Comments on the moderation desk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.desk import Desk
from core.discussions import copies
from core.model import Comment, CommentState, Item, ItemKind
from core.moderation.source import Seen
from core.ports import Store, subject
from core.scene import Scene
from core.texts import pick


def place_of(discussion: int) -> str:
    return subject("discussion", discussion)


class CommentSource:
    """See `core.moderation.source.Source`."""

    kind = ItemKind.COMMENT
    cards = True
    rewords = True
    recalls = True
    secret = False

    def seen(self, scene: Scene, item: Item) -> Seen | None:
        comment = scene.store.comment(int(item.ref))
        if comment is None or comment.state is CommentState.WITHDRAWN:
            return None
        discussion = scene.store.discussion(comment.discussion)
        about = pick(discussion.title, scene.t.language) if discussion else "–"
        return Seen(comment.text, about, f"/discussions/{comment.discussion}")

    def texts(self, store: Store, refs: Sequence[str]) -> Sequence[str]:
        return store.comment_texts([int(ref) for ref in refs])

    def release(self, desk: Desk, item: Item) -> None:
        _change(desk, item, CommentState.SHOWN)

    def stop(self, desk: Desk, item: Item, final: bool) -> None:
        _change(desk, item, CommentState.HIDDEN)

    def rewrite(self, desk: Desk, item: Item, text: str) -> None:
        if comment := _comment(desk, item):
            hidden = replace(comment, text=text, state=CommentState.HIDDEN)
            desk.store.save_comment(hidden)
            copies.follow(desk, hidden)
            desk.touch(place_of(comment.discussion))

    def muted(self, desk: Desk, item: Item, until: datetime) -> None:
        comment = desk.store.comment(int(item.ref))
        if comment and item.channel in copies.REMOVES:
            copies.restrict(desk, comment.discussion, item.author, until)


def _comment(desk: Desk, item: Item) -> Comment | None:
    comment = desk.store.comment(int(item.ref))
    return comment if comment and comment.state is not CommentState.WITHDRAWN else None


def _change(desk: Desk, item: Item, state: CommentState) -> None:
    if comment := _comment(desk, item):
        changed = replace(comment, state=state)
        desk.store.save_comment(changed)
        copies.follow(desk, changed)
        desk.touch(place_of(comment.discussion))
