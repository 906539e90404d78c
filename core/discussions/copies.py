"""Comments in the threads where a discussion lives: each is shown in the others as a message of
ours, and what is not to be read is taken out of all of them."""

from datetime import datetime, timedelta

from core.city import Chat
from core.desk import Desk
from core.events import Address, Spot
from core.model import REMOVE, RESTRICT, Comment, CommentState, Discussion, Post, Priority, Show
from core.ports import subject

ORIGINAL = "original"
"""What a post shows that its author sent, not we."""
NESTED = frozenset({"telegram"})
"""Where a reply hangs from what it answers. Elsewhere a thread is one row of messages."""
REMOVES = frozenset({"telegram"})
"""Where we may take away messages of others."""
CROWD, RUSH = 20, timedelta(minutes=10)
"""Beyond so many in that time, new comments stand on the post and the page only: a chat that takes
twenty messages a minute would never catch up, and nobody would read them."""


def thread(kind: str, id: int) -> str:
    """What hangs from the messages about this. Nothing touches it."""
    return f"thread:{subject(kind, id)}"


def follow(desk: Desk, comment: Comment) -> None:
    """Brings every thread in line with what may be read of the comment now."""
    discussion = desk.store.discussion(comment.discussion)
    if discussion is None or not _places(desk, discussion):
        return
    if comment.state is CommentState.SHOWN:
        _spread(desk, discussion, comment)
    else:
        take_away(desk, comment)
    desk.touch(subject("comment", comment.id))


def adopt(desk: Desk, comment: Comment, at: Spot) -> None:
    """Its author wrote it there."""
    show = Show(ORIGINAL, {"comment": comment.id})
    post = Post(0, at.where, show, comment.language, at.ref, "")
    desk.store.adopt(post, [thread("comment", comment.id)])


def originals(desk: Desk, comment: int) -> list[Post]:
    """Where its author wrote it, if that was in a thread and it is there still."""
    every = desk.store.posts_about(thread("comment", comment))
    return [post for post in every if post.show.view == ORIGINAL]


def take_away(desk: Desk, comment: Comment) -> None:
    """Its author's message, where we may. Where that fails, the staff is told."""
    for post in originals(desk, comment.id):
        if post.to.channel in REMOVES:
            show = Show(REMOVE, {"ref": post.ref, "comment": comment.id})
            desk.store.tell(post.to, show, post.language, desk.now)
            desk.store.disown(post)


def restrict(desk: Desk, discussion: int, author: str, until: datetime) -> None:
    """Whom a moderator mutes cannot write in its chats at all, where the city wants it so."""
    found = desk.store.discussion(discussion)
    for place, chat in _places(desk, found).items() if found else ():
        if chat.restrict and place.channel in REMOVES:
            show = Show(RESTRICT, {"who": author, "until": until.isoformat()})
            desk.store.tell(place, show, chat.language, desk.now)


def _places(desk: Desk, discussion: Discussion) -> dict[Address, Chat]:
    """Where its threads are now."""
    every = desk.city.threads
    found = {at: chat for at, chat in every.items() if chat.address in discussion.chats}
    moved = desk.store.moved() if found else {}
    return {_now(at, moved): chat for at, chat in found.items()}


def _now(at: Address, moved: dict[str, str]) -> Address:
    return Address.parse(moved.get(str(at), str(at)))


def place(desk: Desk, where: Address) -> Chat | None:
    """The chat of the city whose threads are in this one; None where none are."""
    every = desk.city.threads
    if not every or where in every:
        return every.get(where)
    before = {to: at for at, to in desk.store.moved().items()}
    known = before.get(str(where))
    return every.get(Address.parse(known)) if known else None


def _spread(desk: Desk, discussion: Discussion, comment: Comment) -> None:
    """A copy wherever there is neither one nor the comment itself."""
    there = {post.to for post in desk.store.posts_about(thread("comment", comment.id))}
    lacking = [(at, chat) for at, chat in _places(desk, discussion).items() if at not in there]
    if not lacking or _crowded(desk, discussion):
        return
    above: set[Address] = set()
    if comment.parent is not None:
        above = {post.to for post in desk.store.posts_about(thread("comment", comment.parent))}
    for at, chat in lacking:
        nested = at.channel in NESTED and at in above
        desk.publish(
            at,
            Show("comment", {"id": comment.id, "nested": nested}),
            chat.language,
            subject("comment", comment.id),
            thread("comment", comment.id),
            priority=Priority.ROUND_UP,
            thread_of=thread("comment", comment.parent or 0)
            if nested
            else thread("discussion", discussion.id),
        )


def _crowded(desk: Desk, discussion: Discussion) -> bool:
    newest = desk.store.comments(discussion.id, CROWD + 1)
    return len(newest) > CROWD and newest[-1].at > desk.now - RUSH
