"""What is shown of discussions: the post, the comments, the draft of a summary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core import clean
from core.city import Look, Part
from core.desk import Turn
from core.discussions import origin, sorting
from core.discussions.writing import LONGEST
from core.messages import (
    AnyBlock,
    Ask,
    Button,
    Choice,
    Form,
    Link,
    Message,
    bold,
    rows,
    text,
)
from core.model import Comment, CommentKind, CommentState, Discussion, PollState
from core.scene import LABEL, Scene, button, page_link
from core.texts import Texts, pick

NEWEST = 3
"""Comments that the post in a chat shows."""
PAGE = 5
CHANNELS = {"telegram": "Telegram", "slack": "Slack", "teams": "Teams", "web": "Web"}
NO_TOPIC = "-"

KINDS: dict[CommentKind, Callable[[Texts], str]] = {
    CommentKind.IDEA: lambda t: t("idea"),
    CommentKind.WORRY: lambda t: t("worry"),
    CommentKind.EXPERIENCE: lambda t: t("experience"),
    CommentKind.QUESTION: lambda t: t("question"),
    CommentKind.OTHER: lambda t: t("comment"),
}


def discussion_post(scene: Scene, id: int, threads: bool = False) -> Message:
    """In every chat, kept up to date: what it is about, and the newest comments wherever they were
    written. ``threads``: replies to it are comments, and all of them are below it."""
    t, discussion = scene.t, scene.store.discussion(id)
    if discussion is None:
        return Message(t("There is no such discussion."))
    title = t("Discussion: {title}", title=pick(discussion.title, t.language))
    blocks = [text(title, role="heading"), *head(scene, discussion, scene.store.comment_count(id))]
    for comment in scene.store.comments(id, limit=NEWEST):
        blocks += comment_blocks(scene, discussion, comment)
    blocks += page_link(scene, t("All comments on the web page"), f"/discussions/{id}")
    if discussion.state is PollState.OPEN:
        if threads:
            blocks.append(text(_how(t, discussion)))
        blocks += ways_in(scene, discussion)
    return Message(title, tuple(blocks))


def _how(t: Texts, discussion: Discussion) -> str:
    if discussion.look is Look.AFTER:
        return t("Reply to this message to comment. Comments are shown in all chats of the "
                 "discussion and on the page.")  # fmt: skip
    return t("Reply to this message to comment. A moderator looks at comments before they are "
             "shown in all chats of the discussion and on the page.")  # fmt: skip


def comment_copy(scene: Scene, id: int, nested: bool = False) -> Message:
    """In the threads of other places than its own. ``nested``: it hangs from what it answers."""
    t, comment = scene.t, scene.store.comment(id)
    discussion = scene.store.discussion(comment.discussion) if comment else None
    if comment is None or discussion is None or comment.state is not CommentState.SHOWN:
        gone = t("This comment is not shown any more.")
        return Message(gone, (text(gone, role="note"),))
    blocks: list[AnyBlock] = []
    above = scene.store.comment(comment.parent) if comment.parent and not nested else None
    if above and above.state is CommentState.SHOWN:
        blocks.append(text(t("↳ to: {words}", words=clean.short(above.text, 60)), role="note"))
    blocks += comment_blocks(scene, discussion, comment)
    made = [button(t("Support"), "comment_up", id), button(t("Report"), "comment_report", id)]
    if not nested and discussion.state is PollState.OPEN:
        made.append(button(t("Reply"), "comment_reply", id))
    return Message(clean.short(comment.text, 100), (*blocks, rows(*made, width=3)))


def powerless(scene: Scene, address: str, reason: str, comment: int | None = None) -> Message:
    """To moderators: what only people can do now. ``comment``: whose message stays; without one,
    a muted person still writes there."""
    t = scene.t
    if comment is None:
        words = t("I could not keep a muted person from writing in {address}: {reason}",
                  address=address, reason=reason)  # fmt: skip
        return Message(words, (text(words),))
    words = t("I could not take a comment away in {address}: {reason}. Please delete it there.",
              address=address, reason=reason)  # fmt: skip
    found = scene.store.comment(comment)
    said = [text(found.text, role="quote")] if found and found.text else []
    return Message(words, (text(words), *said))


def head(scene: Scene, discussion: Discussion, n: int) -> list[AnyBlock]:
    """``n`` comments are shown."""
    t = scene.t
    blocks: list[AnyBlock] = []
    if background := pick(discussion.background, t.language):
        blocks.append(text(background))
    if discussion.summary:
        blocks.append(text(bold(t("What was said, in short"))))
        blocks.append(text(pick(discussion.summary, t.language), role="quote"))
    return [*blocks, text(so_far(scene, discussion, n), role="note")]


def so_far(scene: Scene, discussion: Discussion, n: int) -> str:
    t, count = scene.t, scene.t.plural("{n} comment.", "{n} comments.", n)
    if discussion.state is PollState.CLOSED:
        when = t("The discussion is closed.")
    elif discussion.closes_at:
        when = t("Open until {time}.", time=t.time(discussion.closes_at, scene.city.timezone))
    else:
        when = t("Open.")
    return f"{count} {when}"


def ways_in(scene: Scene, discussion: Discussion) -> list[AnyBlock]:
    t, id = scene.t, discussion.id
    link = scene.city.chat_link(f"discussion_{id}")
    blocks: list[AnyBlock] = [Link(t("Take part in Telegram"), link)] if link else []
    made = (
        button(t("Write a comment"), "comment_new", id, primary=True),
        button(t("Read and support"), "comments", id, 0),
    )
    return [*blocks, rows(*made, width=2)]


def comment_blocks(scene: Scene, discussion: Discussion, comment: Comment) -> list[AnyBlock]:
    """With its origin's mark."""
    t = scene.t
    marks = [CHANNELS.get(comment.origin, comment.origin), KINDS[comment.kind](t)]
    if comment.topic is not None and comment.topic < len(discussion.topics):
        marks.append(discussion.topics[comment.topic])
    if comment.support:
        marks.append(f"👍 {t.number(comment.support)}")
    if comment.parent is not None:
        marks.insert(0, t("↳ reply"))
    mark = text(" · ".join(marks), role="note")
    return [text(comment.text, role="quote"), mark, *origin.forth(scene, comment)]


# --- one's own view --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose view it is: their accounts, and whether they lead discussions."""

    accounts: Sequence[str]
    leads: bool = False


def reader(turn: Turn) -> Reader:
    official = turn.official
    return Reader(turn.accounts, official is not None and official.may_edit())


def reading(turn: Scene, discussion: Discussion, skip: int, who: Reader) -> Message:
    """Comments page by page, the newest thread first, with what may be done to each."""
    t = turn.t
    title = t("Discussion: {title}", title=pick(discussion.title, t.language))
    count = turn.store.comment_count(discussion.id)
    blocks = [text(title, role="heading"), *head(turn, discussion, count)]
    found = turn.store.threaded(discussion.id, PAGE + 1, skip)
    for comment in found[:PAGE]:
        blocks += comment_blocks(turn, discussion, comment)
        blocks += buttons(turn, discussion, comment, who)
    made = []
    if len(found) > PAGE:
        made.append(button(t("More comments"), "comments", discussion.id, skip + PAGE))
    if discussion.state is PollState.OPEN:
        label = t("Write a comment")
        made.append(button(label, "comment_new", discussion.id, primary=True))
    return Message(title, (*blocks, *([rows(*made)] if made else [])))


def buttons(scene: Scene, discussion: Discussion, comment: Comment, who: Reader) -> list[AnyBlock]:
    t, id, made = scene.t, comment.id, list[Button]()
    if who.leads and not comment.became:
        made += _makings(scene, comment)
    if discussion.state is not PollState.OPEN:
        return [rows(*made)] if made else []
    if comment.author and comment.author in who.accounts:
        made.append(button(t("Take back"), "comment_off", id))
        made += sort_under(scene, discussion, comment)
    else:
        made.append(button(t("Support"), "comment_up", id))
        made.append(button(t("Report"), "comment_report", id))
    made.append(button(t("Reply"), "comment_reply", id))
    return [rows(*made, width=3)]


def _makings(scene: Scene, comment: Comment) -> list[Button]:
    """What an official may make of it."""
    t, ways = scene.t, list[Button]()
    if scene.city.has(Part.QUESTIONS):
        ways.append(button(t("Make a question of it"), "comment_ask", comment.id))
    if scene.city.has(Part.STATEMENTS):
        ways.append(button(t("Make a statement of it"), "comment_state", comment.id))
    return ways


def sort_under(scene: Scene, discussion: Discussion, comment: Comment) -> list[Button]:
    """The sub-theme that its author may accept."""
    topic = sorting.suggestion(scene, discussion, comment)
    if topic is None:
        return []
    name = scene.t("About: {topic}", topic=discussion.topics[topic])
    return [button(clean.short(name, LABEL), "comment_topic", comment.id, topic)]


def comment_form(t: Texts, discussion: Discussion, parent: int | None = None) -> Form:
    words = Ask("text", t("Your comment"), "lines", limit=LONGEST, hint=t(
        "It is public. Leave out names and addresses."))  # fmt: skip
    kinds = tuple(Choice(kind, say(t)) for kind, say in KINDS.items())
    fields: list[AnyBlock] = [words, Ask("kind", t("It is"), "choice", CommentKind.OTHER,
                                         choices=kinds)]  # fmt: skip
    if discussion.topics and parent is None:
        choices = (Choice(NO_TOPIC, t("Other")), *(
            Choice(str(n), topic) for n, topic in enumerate(discussion.topics)
        ))  # fmt: skip
        fields.append(Ask("topic", t("Sub-theme"), "choice", NO_TOPIC, choices=choices))
    title = clean.short(pick(discussion.title, t.language), 24)
    state = f"{discussion.id}:{parent or ''}"
    return Form("comment", title, t("Send"), tuple(fields), state)


VIEWS = {"discussion": discussion_post, "comment": comment_copy, "powerless": powerless}
