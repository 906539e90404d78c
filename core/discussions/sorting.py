"""Which sub-theme a comment may belong under: a suggestion for its author, never more."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from core.model import Comment, Discussion
from core.scene import Scene
from core.stems import stems
from core.words import alike

EARLIER = 100
"""Comments that are looked at: the newest that their authors have sorted."""
LEAST = 0.5
"""Evidence from which a sub-theme is suggested; a word of its name or keywords is 1."""
FEW = 5
"""Of a sub-theme with so few comments one word says little."""
CLEARLY = 1.5
"""How much more evidence there is than for the next one."""

Sorted = Sequence[tuple[str, int]]
"""Texts, each with the number of its sub-theme."""


def suggestion(scene: Scene, discussion: Discussion, comment: Comment) -> int | None:
    """For a comment that has no sub-theme yet; None where nothing is clear."""
    if len(discussion.topics) < 2 or comment.topic is not None or comment.parent is not None:
        return None
    earlier = scene.store.sorted_comments(discussion.id, EARLIER)
    return suggest(discussion, earlier, comment.text)


def suggest(discussion: Discussion, earlier: Sorted, text: str) -> int | None:
    """By the words of sub-themes and their keywords, and by what others sorted before."""
    named, used = _named(discussion), _used(earlier, len(discussion.topics))
    evidence = Counter[int]()
    for word in set(stems(text)):
        owners = [n for n, words in enumerate(named) if any(alike(word, x) for x in words)]
        if len(owners) == 1:
            evidence[owners[0]] += 1.0
        elif not owners:
            evidence.update(used.get(word, {}))
    best = evidence.most_common(2)
    if not best or best[0][1] < LEAST:
        return None
    rival = best[1][1] if len(best) > 1 else 0.0
    return best[0][0] if best[0][1] >= CLEARLY * rival else None


def _named(discussion: Discussion) -> list[Collection[str]]:
    keywords = (*discussion.keywords, *[()] * len(discussion.topics))
    return [
        set(stems(" ".join((name, *words))))
        for name, words in zip(discussion.topics, keywords, strict=False)
    ]


def _used(earlier: Sorted, topics: int) -> dict[str, dict[int, float]]:
    """Word → sub-theme → how much it speaks for it, below 1: the more often it was used, and in
    that one alone, the more. Large sub-themes have no advantage."""
    sizes = Counter(n for _, n in earlier)
    found = defaultdict[str, Counter[int]](Counter)
    for text, n in earlier:
        for word in set(stems(text)):
            found[word][n] += 1
    said = {}
    for word, by in found.items():
        shares = {n: count / (sizes[n] + FEW) for n, count in by.items() if n < topics}
        whole, often = sum(shares.values()), by.total()
        said[word] = {n: share / whole * often / (often + 4) for n, share in shares.items()}
    return said
