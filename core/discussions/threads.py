"""What people write, change and delete in the threads where a discussion lives."""

from collections.abc import Sequence

import msgspec

from core.desk import ACCOUNTS_ARE_CHATS, Turn
from core.discussions import acts, copies, writing
from core.discussions.copies import ORIGINAL, thread
from core.errors import Refusal
from core.events import Address, Deleted, Edited, Mirrored, Spot, Written
from core.messages import Reply
from core.model import Item, PollState, Post

NOT_OURS = Reply(fleeting=True)
"""Nothing is kept of what was not said to the city."""


def take(turn: Turn, event: Written | Edited | Deleted | Mirrored) -> Reply:
    match event:
        case Written():
            return written(turn, event)
        case Edited():
            return edited(turn, event)
        case Deleted():
            return deleted(turn, event)
        case Mirrored():
            return mirrored(turn, event)


def written(turn: Turn, event: Written) -> Reply:
    """A comment, where it answers a discussion's post or a comment; else none of our business."""
    found = _answered(turn, event.under) if copies.place(turn, event.where) else None
    if found is None:
        return NOT_OURS
    discussion, parent = found
    if event.foreign:
        raise Refusal(turn.t("A forwarded message is no comment. Please write in your own words."))
    if not event.text.strip():
        raise Refusal(turn.t("I can read text only. Please write it in words."))
    here = Spot(event.where, event.ref)
    comment, item = writing.add(turn, discussion, event.text, parent=parent, at=here)
    if turn.who.channel in ACCOUNTS_ARE_CHATS:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    return _settled(turn, comment.id, item)


def edited(turn: Turn, event: Edited) -> Reply:
    """Looked at as if it were new; others read what is let through."""
    post = _original(turn, event.where, event.ref)
    comment = turn.store.comment(post.show.args["comment"]) if post else None
    if comment is None or not comment.author or comment.author not in turn.accounts:
        return NOT_OURS
    item = writing.change(turn, comment, event.text)
    return _settled(turn, comment.id, item) if item else NOT_OURS


def _settled(turn: Turn, id: int, item: Item) -> Reply:
    """What the checks hid is to be read nowhere: where we may take the original away, a copy
    stands in its place."""
    comment = turn.store.comment(id)
    assert comment
    if any(one.check == "personal" for one in item.found):
        copies.take_away(turn, comment)
    copies.follow(turn, comment)
    stays = bool(copies.originals(turn, id))
    return msgspec.structs.replace(acts.sent(turn, comment, item, among=True), noted=stays)


def deleted(turn: Turn, event: Deleted) -> Reply:
    """The platform says who may delete; what is gone there is gone everywhere."""
    post = _original(turn, event.where, event.ref)
    if post is None:
        return NOT_OURS
    turn.store.disown(post)
    if comment := turn.store.comment(post.show.args["comment"]):
        writing.gone(turn, comment)
    return Reply()


def mirrored(turn: Turn, event: Mirrored) -> Reply:
    """The post of a channel in its linked group: the discussion's thread is there."""
    chat = copies.place(turn, event.where)
    found = turn.store.showing(event.of.where, event.of.ref) if chat else None
    if chat is None or chat.address != event.of.where or found is None:
        return NOT_OURS
    show = found[0]
    if show.view == "discussion" and not turn.store.showing(event.where, event.ref):
        post = Post(0, event.where, show, chat.language, event.ref, "")
        turn.store.adopt(post, [thread("discussion", show.args["id"])])
    return NOT_OURS


# --- finding again -------------------------------------------------------------------------------


def _answered(turn: Turn, under: Sequence[Spot]) -> tuple[int, int | None] | None:
    """The discussion, and the comment that was replied to."""
    return next((found for spot in under if (found := _at(turn, spot))), None)


def _at(turn: Turn, spot: Spot) -> tuple[int, int | None] | None:
    if not spot.ref:
        return _only_one(turn, spot.where)
    shown = turn.store.showing(spot.where, spot.ref)
    if shown is None:
        return None
    view, args = shown[0].view, shown[0].args
    if view == "discussion":
        return args["id"], None
    id = args["comment"] if view == ORIGINAL else args["id"] if view == "comment" else None
    comment = turn.store.comment(id) if id is not None else None
    return (comment.discussion, comment.id) if comment else None


def _only_one(turn: Turn, where: Address) -> tuple[int, None] | None:
    """In a topic of its own, whatever is written belongs to the discussion, while there is one."""
    chat = copies.place(turn, where)
    found = turn.store.discussions(PollState.OPEN) if chat else []
    here = [one.id for one in found if chat and chat.address in one.chats]
    return (here[0], None) if len(here) == 1 else None


def _original(turn: Turn, where: Address, ref: str) -> Post | None:
    """Somebody's own message that was taken as a comment."""
    shown = turn.store.showing(where, ref)
    if shown is None or shown[0].view != ORIGINAL:
        return None
    here = copies.originals(turn, shown[0].args["comment"])
    return next((post for post in here if (post.to, post.ref) == (where, ref)), None)
