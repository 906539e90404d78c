"""Which questions are like a new one: asked before, or sent elsewhere by an official before.

Every question's words lie in the store as rows (term, question), so that any process finds them
and none holds them in memory. Few rows are read: of each word the newest questions, the rarest
words first. What shares most is then compared word by word.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import log

from rapidfuzz import fuzz

from core.model import OPEN, Question
from core.ports import Store

ALIKE = 0.5
"""Least likeness, 0 to 1, for a question to be offered as similar."""
MOST = 400
"""Rows that are read of one word: a word in more questions than these says little."""
COMPARED = 40
"""Questions that are compared word by word."""
TERMS = 24
"""Words of a question that are looked up."""
ANSWER_TERMS = 400
"""Words of an answer that it is found by."""
HALF_LIFE = 180.0
"""Days after which a re-routing counts half."""
NEAREST = 5
"""Re-routed questions that have a say."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d{2,4}")
_ENDINGS = re.compile(
    "(?:kin|kaan|kään|han|hän|ko|kö|ni|si|nsa|nsä|mme|nne)?"
    "(?:issa|issä|ista|istä|illa|illä|ilta|iltä|ille|iksi|ina|inä|iden|itten|ien|jen|ssa|ssä|sta|stä|lla"
    "|llä|lta|ltä|lle|ksi|tta|ttä|taan|tään|daan|dään|vat|vät|nut|nyt|ttu|tty|tava|minen|misen|uksen"
    "|yksen|ukset|ykset|uksia|yksiä|us|ys|nen|sen|set|sia|siä|een|iin|aan|ään|oon|öön|uun|yyn|ja|jä|ia|iä"
    "|ta|tä|tu|ty|an|än|en|in|on|ön|un|yn|at|ät|et|it|ot|ut|yt|arna|orna|erna|ning|ade"
    "|(?<![aeiouyäö])(?:ar|or|er|ad)|ing|ies|ed|es|s|n|a|ä)$"
)
STOP = frozenset(
    "ja tai on ei ovat oli olla ole että jos kun kuin mikä mitä missä mistä mihin milloin"
    " koska miksi miten kuka kenelle minä minun me meidän te hän se sen siellä siitä tämä"
    " tämän nyt vain myös mutta niin noin voi voiko voisi voisiko saa saako pitää pitäisi aina"
    " taas vielä hei moi kiitos tuo joku jokin ihan och att det är en ett som på av för med"
    " till den har inte om när var vad hur vem varför kan man får jag vi ni de han hon från"
    " vid hej tack ska the is are and or of to in at for with it this that what when where who"
    " why how can do does did my our your we you an be has have not there from hi".split()
)


def stems(text: str, but: Collection[str] = STOP) -> list[str]:
    """The words that say something, without endings and cut to six letters. Crude, and the same
    for every form: "aurataan", "auraus" and "aurattu" all begin as aura-."""
    return [stem(word) for word in _WORD.findall(text.casefold()) if word not in but]


@lru_cache(4096)
def stem(word: str) -> str:
    return word if word[0].isdigit() else root(word)[:6]


def root(word: str) -> str:
    """A word in small letters without its endings, the same for most of its forms."""
    for _ in range(2):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < 4:
            break
        word = shorter
    if len(word) > 4:
        word = word.rstrip("aeiouyäöå") if len(word.rstrip("aeiouyäöå")) >= 4 else word
    word = re.sub(r"([kpt])\1", r"\1", word).replace("d", "t")
    return word


def terms(text: str) -> dict[int, str]:
    """Stems by the numbers that the store keeps of them (63 bits); words in pairs as well, which
    are rarer than either."""
    found = list(dict.fromkeys(stems(text)))
    pairs = [" ".join(sorted(pair)) for pair in pairwise(found)]
    return {number_of(term): term for term in [*found, *pairs][: 2 * TERMS]}


def answer_terms(answer: Mapping[str, str]) -> set[int]:
    """Numbers of an answer's stems, in all its languages: by these it is looked for."""
    found = dict.fromkeys(stem for words in answer.values() for stem in stems(words))
    return {number_of(stem) for stem in [*found][:ANSWER_TERMS]}


def number_of(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest()) >> 1


def find(store: Store, text: str, limit: int = 3, but: int | None = None) -> list[Question]:
    """Questions that anybody may read or follow, the likest first; ``but`` is left out."""
    wanted = terms(text)
    rows = store.sharing(wanted, MOST)
    weights = {term: log(1 + 2 * MOST / len(found)) for term, found in rows.items() if found}
    shared: dict[int, float] = defaultdict(float)
    for term, found in rows.items():
        for number in found:
            shared[number] += weights[term]
    shared.pop(but or 0, None)
    likest = sorted(shared, key=lambda number: (-shared[number], -number))[:COMPARED]
    by_stem = {wanted[term]: weight for term, weight in weights.items()}
    scored = [
        (likeness(text, question.text, by_stem), question)
        for question in store.questions_numbered(likest)
        if question.public or may_follow(question)
    ]
    best = sorted(scored, key=lambda pair: (-pair[0], -pair[1].number))
    return [question for score, question in best[:limit] if score >= ALIKE]


def may_follow(question: Question) -> bool:
    """Whether others may know that it was asked: it is open, and nobody's own case."""
    return question.state in OPEN and not question.private


def likeness(text: str, other: str, weights: dict[str, float]) -> float:
    """0 to 1: how much of what either says is said by both, rare words weighing more."""
    ours, theirs = set(stems(text)), set(stems(other))
    usual = max(weights.values(), default=1.0)

    def weigh(words: Collection[str]) -> float:
        return sum(weights.get(word, usual) for word in words)

    same = ours & theirs
    alike = weigh([w for w in ours - same if near(w, theirs - same)])
    said = weigh(same) + 0.7 * alike
    whole = min(weigh(ours), 1.5 * weigh(theirs)) or 1.0
    order = fuzz.token_sort_ratio(" ".join(sorted(ours)), " ".join(sorted(theirs))) / 100
    return 0.7 * min(1.0, said / whole) + 0.3 * order


def near(word: str, others: Collection[str]) -> bool:
    """Part of a compound, or a slip of the finger."""
    return any(
        len(word) >= 4 and len(x) >= 4 and (word in x or x in word or fuzz.ratio(word, x) >= 80)
        for x in others
    )


def corrected(store: Store, text: str, now: datetime) -> dict[str, float]:
    """Departments that officials moved alike questions to, with how much that says: the nearest
    have a say, each fading with its age."""
    wanted = terms(text)
    scored = []
    for reroute in store.reroutes_sharing(wanted):
        alike = reroute.shared / (reroute.terms + len(wanted) - reroute.shared)
        alike = min(1.0, 2 * alike)  # half of the terms are pairs, which are seldom shared
        fading = 0.5 ** ((now - reroute.at).total_seconds() / 86400 / HALF_LIFE)
        scored.append((alike * fading, reroute.department))
    said: dict[str, float] = defaultdict(float)
    for score, department in sorted(scored, reverse=True)[:NEAREST]:
        said[department] += score
    return dict(said)
