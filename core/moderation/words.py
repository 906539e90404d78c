"""Kinds, findings and outcomes in words."""

from collections.abc import Callable
from hashlib import blake2b

from core.model import Finding, Item, ItemKind, Outcome
from core.personal_data import Kind, label
from core.texts import LANGUAGES, NAMES, Texts

Say = Callable[[Texts], str]

KINDS: dict[ItemKind, Say] = {
    ItemKind.QUESTION: lambda t: t("question"),
    ItemKind.WORDS: lambda t: t("poll answer in words"),
    ItemKind.COMMENT: lambda t: t("comment"),
    ItemKind.STATEMENT: lambda t: t("statement"),
}
OUTCOMES: dict[Outcome, Say] = {
    Outcome.APPROVED: lambda t: t("approved"),
    Outcome.REDACTED: lambda t: t("approved, personal data hidden"),
    Outcome.REWORD: lambda t: t("the author was asked to reword"),
    Outcome.REJECTED: lambda t: t("rejected"),
    Outcome.MUTED: lambda t: t("the author may not write for a while"),
    Outcome.UPHELD: lambda t: t("the rejection stays"),
    Outcome.OVERTURNED: lambda t: t("the rejection was overturned"),
}
_FOUND: dict[str, Callable[[Texts, str], str]] = {
    "personal": lambda t, saw: t("Personal data was taken out: {what}.", what=_kinds(t, saw)),
    "name": lambda t, saw: t("May be a person's name: {words}", words=saw),
    "links": lambda t, saw: t("Links to: {hosts}", hosts=saw),
    "flood": lambda t, saw: t("Many texts from one author in a short time: {n}", n=saw),
    "repeated": lambda t, saw: t("Nearly the same has been written here: {n}", n=saw),
    "shouting": lambda t, saw: t("Shouting: {words}", words=saw),
    "words": lambda t, saw: t("Words on the city's list: {words}", words=saw),
    "language": lambda t, saw: t("Seems to be written {language}.", language=_language(t, saw)),
    "reports": lambda t, saw: t("Reported by residents: {n}", n=saw),
}
CHECKS = tuple(_FOUND)


def found(t: Texts, one: Finding) -> str:
    """What a check saw; of a check that is gone, its name."""
    say = _FOUND.get(one.check)
    return say(t, one.saw) if say else f"{one.check}: {one.saw}"


def _kinds(t: Texts, saw: str) -> str:
    return ", ".join(label(Kind(kind), t) for kind in saw.split() if kind in set(Kind))


def _language(t: Texts, saw: str) -> str:
    others = {"other": t("in another language")}
    names = {x: NAMES[x] for x in LANGUAGES}
    return (names | others).get(saw, saw)


def pseudonym(t: Texts, item: Item) -> str:
    """The same for one author in one place, and another elsewhere."""
    if not item.author:
        return t("somebody unknown by now")
    code = blake2b(f"{item.place}|{item.author}".encode(), digest_size=2).hexdigest().upper()
    return t("resident {code}", code=code)
