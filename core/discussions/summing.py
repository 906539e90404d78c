"""What a discussion said, in short: a draft that an editor writes the summary from. It is made of
counts and of residents' own words alone; nothing of it is published by itself."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log, sqrt

from core import clean, markers
from core.messages import Message, bold, rows, text
from core.model import Comment, Discussion
from core.polls import wordcount
from core.scene import Scene, button
from core.texts import pick

LIMIT = 2500
"""Characters of a summary."""
BEST = 3
TYPICAL = 5
QUOTED = 200
FEWEST = 3
"""Comments under a sub-theme from which one of them is typical."""
PERIODS = 4
NEW_WORDS = 5
USED_BY = 2
"""Comments that have a word, for it to be new."""


def draft(scene: Scene, discussion: Discussion) -> str:
    """Whole lines, as many as a summary may have."""
    t, comments = scene.t, scene.store.comments(discussion.id, newest=False)
    best = sorted((x for x in comments if x.support), key=lambda x: (-x.support, x.id))[:BEST]
    typical = _typical(discussion, [x for x in comments if x not in best])
    lines = [t.plural("{n} comment.", "{n} comments.", len(comments))]
    lines += _counts(scene, discussion, comments)
    lines += _headed(t("Most supported:"), [f"👍 {x.support}: {_quoted(scene, x)}" for x in best])
    lines += _headed(t("Typical:"), [f"{n}: {_quoted(scene, x)}" for n, x in typical])
    lines += _headed(t("New words over time:"), _new_words(scene, comments))
    while len("\n".join(lines)) > LIMIT or lines[-1].endswith(":") or not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def _headed(head: str, lines: Sequence[str]) -> list[str]:
    return ["", head, *(f"– {line}" for line in lines)] if lines else []


def _quoted(scene: Scene, comment: Comment) -> str:
    return clean.short(markers.shown(comment.text, scene.t), QUOTED)


def _topic(discussion: Discussion, comment: Comment) -> str:
    """ "" where it has none."""
    known = comment.topic is not None and comment.topic < len(discussion.topics)
    return discussion.topics[comment.topic or 0] if known else ""


def _counts(scene: Scene, discussion: Discussion, comments: Sequence[Comment]) -> list[str]:
    t, counted, liked = scene.t, Counter[str](), Counter[str]()
    for one in comments:
        name = _topic(discussion, one) or t("Other")
        counted[name] += 1
        liked[name] += one.support
    order = sorted(counted, key=lambda name: (-counted[name], -liked[name], name))
    return [f"– {name}: {counted[name]} (👍 {liked[name]})" for name in order]


# --- typical comments ----------------------------------------------------------------------------


def _typical(discussion: Discussion, comments: Sequence[Comment]) -> list[tuple[str, Comment]]:
    """Of each sub-theme that has enough comments, the one that shares most with the others."""
    by = defaultdict[str, list[Comment]](list)
    for one in comments:
        by[_topic(discussion, one) or "…"].append(one)
    large = sorted((n for n, some in by.items() if len(some) >= FEWEST), key=lambda n: -len(by[n]))
    return [(name, nearest(by[name])) for name in large[:TYPICAL]]


def nearest(comments: Sequence[Comment]) -> Comment:
    """To the middle of all: of words, rare ones weigh more."""
    words = [set(wordcount.telling(one.text)) for one in comments]
    used = Counter(word for some in words for word in some)
    middle = {word: n * log(1 + len(comments) / n) for word, n in used.items() if n > 1}

    def near(n: int) -> tuple[float, int]:
        shared = sum(middle.get(word, 0.0) for word in words[n])
        return shared / sqrt(len(words[n]) or 1), -comments[n].id

    return comments[max(range(len(comments)), key=near)]


# --- new words over time -------------------------------------------------------------------------


def _new_words(scene: Scene, comments: Sequence[Comment]) -> list[str]:
    """Period by period, what had not been spoken of before."""
    if len(comments) < FEWEST:
        return []
    t, zone = scene.t, scene.city.timezone
    first, last = comments[0].at, comments[-1].at
    step = max((last - first) / PERIODS, timedelta(days=1))
    lines = []
    for n, words in new_words(comments, first, step).items():
        begins, ends = first + n * step, min(first + (n + 1) * step, last)
        days = dict.fromkeys((t.day(begins, zone), t.day(ends, zone)))
        lines.append(f"{'–'.join(days)}: {', '.join(words)}")
    return lines


def new_words(
    comments: Sequence[Comment], first: datetime, step: timedelta
) -> dict[int, list[str]]:
    """Period → words that first came up in it, in comments enough; not of the first period, when
    all is new."""
    born, forms = dict[str, int](), defaultdict[str, Counter[str]](Counter)
    for one in comments:
        for root, word in wordcount.telling(one.text).items():
            born.setdefault(root, int((one.at - first) / step))
            forms[root][word] += 1
    said = sorted(forms, key=lambda root: (-forms[root].total(), root))
    found: dict[int, list[str]] = {}
    for n in sorted(set(born.values()) - {0}):
        roots = [root for root in said if born[root] == n and forms[root].total() >= USED_BY]
        if roots:
            found[n] = [wordcount.shown(forms[root]) for root in roots[:NEW_WORDS]]
    return found


# --- for an editor -------------------------------------------------------------------------------


def discussion_draft(scene: Scene, id: int) -> Message:
    t, discussion = scene.t, scene.store.discussion(id)
    if discussion is None:
        return Message(t("There is no such discussion."))
    title = t("Closed: {title}. A draft of the summary, for an editor:",
              title=pick(discussion.title, t.language))  # fmt: skip
    words = draft(scene, discussion)
    edit = rows(button(t("Edit and publish"), "discussion_sum", id, primary=True))
    return Message(title, (text(bold(title)), text(words, role="quote"), edit))


VIEWS = {"discussion_draft": discussion_draft}
