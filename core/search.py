"""What somebody looks for, as the numbers that the store keeps of questions' words: each word in
the forms that it may stand in."""

from core.inflected import stems
from core.model import Poll
from core.similar import number_of
from core.stems import stem
from core.words import STOP, words

MOST = 8
"""Words that are looked for; the rest of a long text says little more."""


def wanted(text: str) -> list[frozenset[int]]:
    """Of each word, the numbers of all its forms: a question fits that has one of each. Of words
    that say nothing no question fits; of no words, any."""
    found = [frozenset(map(number_of, forms)) for forms in _forms(text)]
    return found or ([frozenset()] if text.strip() else [])


def fits(text: str, poll: Poll) -> bool:
    """Whether a poll's question or options have all the words."""
    said = [*poll.question.values(), *(x for option in poll.options for x in option.values())]
    there = {stem(word) for one in said for word in words(one)}
    whole = " ".join(said).casefold()
    found = zip(words(text), _forms(text, stops=True), strict=False)
    return all(forms & there or word in whole for word, forms in found)


def _forms(text: str, stops: bool = False) -> list[frozenset[str]]:
    asked = [word for word in dict.fromkeys(words(text)) if stops or word not in STOP]
    return [stems(word) for word in asked[:MOST]]
