"""Which questions are like a new one: asked before, or sent elsewhere by an official before.

Every question's words lie in the store as rows (term, question), so that any process finds them
and none holds them in memory: by their dictionary forms (`core.words`). Few rows are read: of each
word the newest questions, the rarest words first. What shares most is then compared by dictionary
forms, and by the character n-grams of what is not the same.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import blake2b
from itertools import islice, pairwise
from math import log

from core.model import OPEN, Question
from core.ports import Store
from core.stems import stem, stems
from core.words import Lemmas, alike, grams, said

ALIKE = 0.5
"""Least likeness, 0 to 1, for a question to be offered as similar."""
MOST = 400
"""Rows that are read of one word: a word in more questions than these says little."""
COMPARED = 40
"""Questions that are compared word by word."""
WORDS = 60
"""Words of a text that are compared with those of another, each with each."""
TERMS = 24
"""Words of a question that are looked up."""
ANSWER_TERMS = 400
"""Words of an answer that it is found by."""
HALF_LIFE = 180.0
"""Days after which a re-routing counts half."""
NEAREST = 5
"""Re-routed questions that have a say."""


def terms(text: str, lemmas: Lemmas) -> dict[int, str]:
    """Dictionary forms, and stems of what no dictionary has, by the numbers that the store keeps of
    them (63 bits); words in pairs as well, which are rarer than either."""
    found = dict.fromkeys(said([text], lemmas, stem)[0])
    pairs = [" ".join(sorted(pair)) for pair in pairwise(found)]
    return {number_of(term): term for term in [*found, *pairs][: 2 * TERMS]}


def kept(text: str, lemmas: Lemmas) -> set[int]:
    """All that the store keeps of a question: for search, the stems of all words as well."""
    found = [*dict.fromkeys(stems(text))][: 2 * TERMS]
    return {*terms(text, lemmas), *map(number_of, found)}


def answer_terms(answer: Mapping[str, str]) -> set[int]:
    """Numbers of an answer's stems, in all its languages: by these it is looked for."""
    found = dict.fromkeys(stem for words in answer.values() for stem in stems(words))
    return {number_of(stem) for stem in [*found][:ANSWER_TERMS]}


def number_of(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest()) >> 1


def find(store: Store, text: str, limit: int = 3, but: int | None = None) -> list[Question]:
    """Questions that anybody may read or follow, the likest first; ``but`` is left out."""
    wanted = terms(text, store.lemmas)
    rows = store.sharing(wanted, MOST)
    weights = {term: log(1 + 2 * MOST / len(found)) for term, found in rows.items() if found}
    shared: dict[int, float] = defaultdict(float)
    for term, found in rows.items():
        for number in found:
            shared[number] += weights[term]
    shared.pop(but or 0, None)
    likest = sorted(shared, key=lambda number: (-shared[number], -number))[:COMPARED]
    by_word = {wanted[term]: weight for term, weight in weights.items()}
    compared = [q for q in store.questions_numbered(likest) if q.public or may_follow(q)]
    ours, *others = said([text, *(question.text for question in compared)], store.lemmas)
    scores = [likeness(ours, theirs, by_word) for theirs in others]
    scored = zip(scores, compared, strict=True)
    best = sorted(scored, key=lambda pair: (-pair[0], -pair[1].number))
    return [question for score, question in best[:limit] if score >= ALIKE]


def may_follow(question: Question) -> bool:
    """Whether others may know that it was asked: it is open, and nobody's own case."""
    return question.state in OPEN and not question.private


def likeness(
    words: Collection[str], others: Collection[str], weights: Mapping[str, float]
) -> float:
    """0 to 1: how much of what either says is said by both, rare words weighing more; and how many
    n-grams they share."""
    ours, theirs = ({*islice(dict.fromkeys(some), WORDS)} for some in (words, others))
    usual = max(weights.values(), default=1.0)

    def weigh(words: Collection[str]) -> float:
        return sum(weights.get(word, usual) for word in words)

    same = ours & theirs
    near = [word for word in ours - same if any(alike(word, x) for x in theirs - same)]
    whole = min(weigh(ours), 1.5 * weigh(theirs)) or 1.0
    both = min(1.0, (weigh(same) + 0.7 * weigh(near)) / whole)
    return 0.7 * both + 0.3 * _shared(ours, theirs)


def _shared(ours: Collection[str], theirs: Collection[str]) -> float:
    """Of all n-grams of two texts, 0 to 1."""
    first, second = (frozenset().union(*map(grams, words)) for words in (ours, theirs))
    return 2 * len(first & second) / (len(first) + len(second) or 1)


def corrected(store: Store, text: str, now: datetime) -> dict[str, float]:
    """Departments that officials moved alike questions to, with how much that says: the nearest
    have a say, each fading with its age."""
    wanted = kept(text, store.lemmas)
    scored = []
    for reroute in store.reroutes_sharing(wanted):
        alike = reroute.shared / (reroute.terms + len(wanted) - reroute.shared)
        alike = min(1.0, 2 * alike)  # a third of the terms are pairs, which are seldom shared
        fading = 0.5 ** ((now - reroute.at).total_seconds() / 86400 / HALF_LIFE)
        scored.append((alike * fading, reroute.department))
    said: dict[str, float] = defaultdict(float)
    for score, department in sorted(scored, reverse=True)[:NEAREST]:
        said[department] += score
    return dict(said)
