"""What residents do in a discussion: comment, reply, support, report, take back."""

from dataclasses import replace
from datetime import timedelta

from core.desk import Turn
from core.discussions import copies, life
from core.discussions.moderated import CommentSource, place_of
from core.errors import BadAction, Refusal
from core.events import Spot
from core.model import Comment, CommentKind, CommentState, Item, ItemState
from core.moderation import authors, checks, desk
from core.ports import subject
from core.texts import Texts

SHORTEST, LONGEST = 3, 1000
SOURCE = CommentSource()


def add(
    turn: Turn,
    id: int,
    words: str,
    kind: CommentKind = CommentKind.OTHER,
    topic: int | None = None,
    parent: int | None = None,
    at: Spot | None = None,
) -> tuple[Comment, Item]:
    """Kept, hidden, and put on the desk; shown at once only where the discussion is looked
    through afterwards. Replies are one level deep: to a reply is to what it replies to. ``at``:
    where it stands already, in a thread."""
    t, discussion = turn.t, life.open_now(turn, id)
    if topic is not None and not 0 <= topic < len(discussion.topics):
        raise BadAction("no such topic")
    authors.refuse_muted(turn, place_of(id))
    seen = checks.examine(turn, words, place_of(id))
    _check_length(t, seen.text)
    since = turn.now - timedelta(days=1)
    if turn.store.comments_by(turn.accounts, id, since) >= discussion.a_day:
        raise Refusal(t("You can write {n} comments a day in this discussion.", n=discussion.a_day))
    above = shown(turn, parent) if parent is not None else None
    if above and above.discussion != id:
        raise BadAction("a comment of another discussion")
    made = turn.store.add_comment(
        Comment(
            0, id, (above.parent or above.id) if above else None, turn.resident, turn.who.channel,
            turn.language, seen.text, kind, topic if topic is not None else above and above.topic,
            CommentState.HIDDEN, turn.now,
        )
    )  # fmt: skip
    if at:
        copies.adopt(turn, made, at)
    item = desk.submit(turn, SOURCE, str(made.id), place_of(id), seen.found, discussion.look)
    return made, item


def _check_length(t: Texts, text: str) -> None:
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refusal(t("A comment has {least} to {most} characters.",
                        least=SHORTEST, most=LONGEST))  # fmt: skip


def shown(turn: Turn, id: int) -> Comment:
    """One that everybody sees; Refusal otherwise."""
    comment = turn.store.comment(id)
    if comment is None or comment.state is not CommentState.SHOWN:
        raise Refusal(turn.t("This comment is not shown any more."))
    return comment


def support(turn: Turn, id: int) -> Comment:
    comment = shown(turn, id)
    life.open_now(turn, comment.discussion)
    if comment.author in turn.accounts:
        raise Refusal(turn.t("You wrote this yourself."))
    if not turn.store.support(id, turn.person):
        raise Refusal(turn.t("You support this already."))
    turn.touch(place_of(comment.discussion), subject("comment", id))
    return comment


def withdraw(turn: Turn, id: int) -> Comment:
    """Its author takes it back: its words are gone everywhere, replies to it stay."""
    comment = turn.store.comment(id)
    if comment is None or not comment.author or comment.author not in turn.accounts:
        raise Refusal(turn.t("Only the one who wrote this may do this."))
    gone(turn, comment)
    return comment


def gone(turn: Turn, comment: Comment) -> None:
    left = replace(comment, text="", state=CommentState.WITHDRAWN, author="")
    turn.store.save_comment(left)
    desk.withdraw(turn, SOURCE, str(comment.id))
    copies.follow(turn, left)
    turn.touch(place_of(comment.discussion))


def change(turn: Turn, comment: Comment, words: str) -> Item | None:
    """Its author says something else now, where it was written: looked at as if it were new. None
    where it says the same."""
    t, discussion = turn.t, life.open_now(turn, comment.discussion)
    item = turn.store.item(SOURCE.kind, str(comment.id))
    place = place_of(discussion.id)
    authors.refuse_muted(turn, place)
    seen = checks.examine(turn, words, place, item.subject if item else "")
    if seen.text == comment.text:
        return None
    _check_length(t, seen.text)
    if item and item.state in (ItemState.REWORD, ItemState.REJECTED, ItemState.APPEALED):
        return authors.reword(turn, SOURCE, str(comment.id), seen.text, seen.found)
    if item and item.waits and not desk.decides(turn.city, seen.found):
        turn.store.save_comment(replace(comment, text=seen.text))
        return desk.kept(turn, replace(item, found=seen.found))
    turn.store.save_comment(replace(comment, text=seen.text, state=CommentState.HIDDEN))
    return desk.submit(turn, SOURCE, str(comment.id), place, seen.found, discussion.look)


def sort(turn: Turn, id: int, **changes: object) -> None:
    """Its author says what it is, or what it is about."""
    comment = turn.store.comment(id)
    if comment is None or not comment.author or comment.author not in turn.accounts:
        raise Refusal(turn.t("Only the one who wrote this may do this."))
    discussion = life.open_now(turn, comment.discussion)
    topic = changes.get("topic")
    if isinstance(topic, int) and topic >= len(discussion.topics):
        raise BadAction("no such topic")
    turn.store.save_comment(replace(comment, **changes))  # type: ignore[arg-type]
    turn.touch(place_of(comment.discussion), subject("comment", id))


def report(turn: Turn, id: int) -> Item:
    shown(turn, id)
    return authors.report(turn, SOURCE, str(id))
