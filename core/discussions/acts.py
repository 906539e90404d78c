"""What residents may do in discussions: commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.actions import number
from core.city import Part
from core.desk import Turn
from core.discussions import copies, editing, life, shown, writing
from core.discussions.shown import NO_TOPIC
from core.errors import BadAction, Invalid, Refusal
from core.messages import AnyBlock, Message, Reply, bold, rows, text
from core.model import Comment, CommentKind, Discussion, Item, PollState
from core.moderation import told
from core.polls.entrance import FORMS_IN, unseen
from core.scene import button
from core.texts import pick

DRAFT = "comment"
WAITED = timedelta(hours=1)


def listed(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DISCUSSIONS)
    t = turn.t
    title, found = t("Discussions"), turn.store.discussions(PollState.OPEN, limit=10)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for one in found:
        label = pick(one.title, turn.language)[:60]
        blocks.append(rows(button(label, "comments", one.id, 0)))
    if not found:
        blocks.append(text(t("There is no open discussion now.")))
    return Reply(message=Message(title, tuple(blocks)))


def read(turn: Turn, id: str | int, skip: str = "0") -> Reply:
    discussion = life.find(turn, number(str(id)))
    if not unseen(turn):
        link = turn.city.chat_link(f"discussion_{discussion.id}")
        return Reply(turn.t("Come to the private chat with me to read and to write: {link}",
                            link=link))  # fmt: skip
    made = shown.reading(turn, discussion, number(skip), shown.reader(turn))
    return Reply(message=made, secret=True)


def new(turn: Turn, id: str, parent: int | None = None) -> Reply:
    """A form where there are such; in a private chat, the next message."""
    discussion = life.open_now(turn, number(id))
    if turn.who.channel in FORMS_IN:
        return Reply(form=shown.comment_form(turn.t, discussion, parent))
    if not turn.private:
        return read(turn, id)
    value = {"discussion": discussion.id, "parent": parent, "at": turn.now.isoformat()}
    turn.expect(DRAFT, value)
    how = turn.t("Write your comment in one message. It is public: leave out names and addresses.")
    return Reply(message=Message(how, (text(how),)))


def reply(turn: Turn, id: str) -> Reply:
    comment = writing.shown(turn, number(id))
    return new(turn, str(comment.discussion), comment.id)


def awaited(turn: Turn) -> Mapping[str, object] | None:
    draft = turn.store.draft(turn.resident, DRAFT)
    if draft and turn.now - datetime.fromisoformat(draft["at"]) <= WAITED:
        return draft
    return None


def said(turn: Turn, draft: Mapping[str, object], words: str) -> Reply:
    id, parent = draft["discussion"], draft["parent"]
    assert isinstance(id, int)
    above = parent if isinstance(parent, int) else None
    comment, item = writing.add(turn, id, words, parent=above)
    turn.store.drop_draft(turn.resident, DRAFT)
    return sent(turn, comment, item)


def sent(turn: Turn, comment: Comment, item: Item, among: bool = False) -> Reply:
    """``among``: it was written where others read it, without a form."""
    t = turn.t
    words = t("Your comment is shown.") if item.shown else told.state(t, item)
    blocks: list[AnyBlock] = [text(bold(words)), text(comment.text, role="quote")]
    discussion = turn.store.discussion(comment.discussion)
    suggested = shown.sort_under(turn, discussion, comment) if discussion else []
    if suggested:
        blocks += [text(t("It seems to belong here. Is that right?"), role="note")]
        blocks += [rows(*suggested)]
    if among and any(one.check == "personal" for one in item.found):
        blocks.append(text(t("It has personal data, which others are not shown. If your own "
                             "message is still there, please delete it.")))  # fmt: skip
    if discussion and (among or turn.who.channel not in FORMS_IN):
        blocks += _sorting(turn, comment, discussion)
    if among:
        blocks.append(rows(button(t("Take back"), "comment_off", comment.id)))
    return Reply(message=Message(words, tuple(blocks)), secret=True)


def _sorting(turn: Turn, comment: Comment, discussion: Discussion) -> list[AnyBlock]:
    """Where nothing was chosen in a form."""
    t = turn.t
    kinds = [
        button(say(t), "comment_kind", comment.id, kind)
        for kind, say in shown.KINDS.items()
        if kind is not CommentKind.OTHER
    ]
    topics = [
        button(topic, "comment_topic", comment.id, n) for n, topic in enumerate(discussion.topics)
    ]
    blocks: list[AnyBlock] = [text(t("What is it, and what is it about?"), role="note")]
    return [*blocks, rows(*kinds, width=2), *([rows(*topics, width=2)] if topics else [])]


def set_kind(turn: Turn, id: str, kind: str) -> Reply:
    if kind not in set(CommentKind):
        raise BadAction("no such kind")
    return _sorted(turn, number(id), kind=CommentKind(kind))


def set_topic(turn: Turn, id: str, topic: str) -> Reply:
    return _sorted(turn, number(id), topic=number(topic))


def _sorted(turn: Turn, id: int, **changes: object) -> Reply:
    writing.sort(turn, id, **changes)
    return Reply(turn.t("Thank you."))


def support(turn: Turn, id: str) -> Reply:
    writing.support(turn, number(id))
    return Reply(turn.t("You support this comment now."))


def report(turn: Turn, id: str) -> Reply:
    writing.report(turn, number(id))
    return Reply(turn.t("Thank you. A moderator looks at it if others report it as well."))


def withdraw(turn: Turn, id: str) -> Reply:
    comment = writing.withdraw(turn, number(id))
    if copies.originals(turn, comment.id):
        return Reply(turn.t("Your comment is gone elsewhere. Your own message in the thread is not "
                            "ours to delete: please do it yourself."))  # fmt: skip
    return Reply(turn.t("Your comment is gone everywhere."))


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    id, _, above = state.partition(":")
    kind, topic = fields.get("kind", CommentKind.OTHER), fields.get("topic", NO_TOPIC)
    if kind not in set(CommentKind):
        raise BadAction("no such kind")
    chosen = None if topic == NO_TOPIC else number(topic)
    parent = number(above) if above else None
    words = fields.get("text", "")
    try:
        return sent(turn, *writing.add(turn, number(id), words, CommentKind(kind), chosen, parent))
    except Refusal as refusal:
        raise Invalid({"text": refusal.text}) from None


Answer = Callable[..., Reply]
COMMANDS: dict[str, Answer] = {"discussions": listed}
BUTTONS: dict[str, Answer] = {
    "discussions": listed,
    "comments": read,
    "comment_new": lambda turn, id: new(turn, id),
    "comment_reply": reply,
    "comment_kind": set_kind,
    "comment_topic": set_topic,
    "comment_up": support,
    "comment_report": report,
    "comment_off": withdraw,
    **editing.BUTTONS,
}
FORMS: dict[str, Answer] = {"comment": submit, **editing.FORMS}
