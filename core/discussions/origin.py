"""What was made of a comment, and the comment behind it: each leads to the other."""

from core import clean
from core.city import Part
from core.messages import AnyBlock, text
from core.model import Comment, CommentState, Discussion, PollState
from core.scene import LABEL, Scene, page_link, reference
from core.texts import pick

QUESTION, STATEMENT = "question", "statement"


def made(kind: str, id: int) -> str:
    """As `Comment.became` names it."""
    return f"{kind}:{id}"


def discussion_behind(scene: Scene, kind: str, id: int) -> Discussion | None:
    """The discussion that it comes from; None where it is from none that can be read."""
    if not scene.city.has(Part.DISCUSSIONS):
        return None
    name = made(kind, id)
    comment = scene.store.comments_behind([name]).get(name)
    if comment is None or comment.state is not CommentState.SHOWN:
        return None
    found = scene.store.discussion(comment.discussion)
    return found if found and found.state is not PollState.SCHEDULED else None


def back(scene: Scene, kind: str, id: int) -> list[AnyBlock]:
    """The way back to the discussion."""
    found = discussion_behind(scene, kind, id)
    if found is None:
        return []
    title = pick(found.title, scene.t.language)
    told = scene.t("It comes from the discussion: {title}", title=title)
    link = page_link(scene, clean.short(told, LABEL), f"/discussions/{found.id}")
    return link or [text(told, role="note")]


def forth(scene: Scene, comment: Comment) -> list[AnyBlock]:
    """What was made of it, and the way there, where anybody may go there."""
    kind, _, id = comment.became.partition(":")
    t, store = scene.t, scene.store
    if kind == QUESTION and (question := store.question(int(id))):
        told = t("It became question {reference}", reference=reference(scene.city, int(id)))
        public, path = question.public, f"/questions/{id}"
    elif kind == STATEMENT and (statement := store.statement(int(id))):
        told = t("It became a statement to agree or disagree with")
        public, path = True, f"/statements/{statement.conversation}"
    else:
        return []
    return (page_link(scene, told, path) if public else []) or [text(told, role="note")]
