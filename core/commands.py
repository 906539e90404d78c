"""The commands that residents may write, in every language, and which part of the service each
belongs to; and the service in a few words. Adapters register them with their platform;
`core.inbox` answers the commands."""

from dataclasses import dataclass

from core.city import City, Part
from core.texts import LANGUAGES, plain, texts


@dataclass(frozen=True, slots=True)
class Offer:
    """A command as a platform lists it. ``name`` has a-z only, up to 32 letters."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """Of any of these ``parts``; of none, it is always there."""

    intent: str
    parts: tuple[Part, ...]
    names: dict[str, str]
    description: str


def _mark(message: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return message


_ENTRIES = (
    _Entry(
        "ask",
        (Part.QUESTIONS,),
        {"fi": "kysy", "sv": "fraga", "en": "ask"},
        _mark("Ask the city a question"),
    ),
    _Entry(
        "polls",
        (Part.POLLS,),
        {"fi": "kyselyt", "sv": "enkater", "en": "polls"},
        _mark("Open polls"),
    ),
    _Entry(
        "discussions",
        (Part.DISCUSSIONS,),
        {"fi": "keskustelut", "sv": "diskussioner", "en": "discussions"},
        _mark("Discussions"),
    ),
    _Entry(
        "statements",
        (Part.STATEMENTS,),
        {"fi": "vaittamat", "sv": "pastaenden", "en": "statements"},
        _mark("Take a stand on statements"),
    ),
    _Entry(
        "mine",
        (Part.QUESTIONS,),
        {"fi": "kysymykseni", "sv": "minafragor", "en": "myquestions"},
        _mark("My questions and their answers"),
    ),
    _Entry(
        "questions",
        (Part.QUESTIONS,),
        {"fi": "kysymykset", "sv": "fragor", "en": "questions"},
        _mark("Questions that wait for an answer"),
    ),
    _Entry(
        "receipts",
        (Part.POLLS,),
        {"fi": "kuitit", "sv": "kvitton", "en": "receipts"},
        _mark("My receipts of votes"),
    ),
    _Entry(
        "link",
        (Part.POLLS, Part.STATEMENTS),
        {"fi": "yhdista", "sv": "koppla", "en": "link"},
        _mark("Link my accounts"),
    ),
    _Entry(
        "subscribe",
        (Part.SUBSCRIPTIONS,),
        {"fi": "tilaa", "sv": "prenumerera", "en": "subscribe"},
        _mark("My own round-ups: what, and how often"),
    ),
    _Entry(
        "stop",
        (Part.SUBSCRIPTIONS,),
        {"fi": "lopeta", "sv": "sluta", "en": "stop"},
        _mark("Nothing more by itself"),
    ),
    _Entry(
        "language",
        (),
        {"fi": "kieli", "sv": "sprak", "en": "language"},
        _mark("Change the language"),
    ),
    _Entry("help", (), {"fi": "ohje", "sv": "hjalp", "en": "help"}, _mark("What I can do")),
    _Entry(
        "data",
        (),
        {"fi": "tietoni", "sv": "minauppgifter", "en": "mydata"},
        _mark("What is known of me"),
    ),
    _Entry(
        "forget",
        (),
        {"fi": "unohda", "sv": "glom", "en": "forget"},
        _mark("Erase what is known of me"),
    ),
)

_INTENTS = {name: entry for entry in _ENTRIES for name in entry.names.values()}


def intent(city: City, name: str) -> str | None:
    """What a command name means, in whatever language it was written; None for none of ours."""
    if name == "start":
        return "start"
    entry = _INTENTS.get(name.lower())
    if entry is None or (entry.parts and not city.has(*entry.parts)):
        return None
    return entry.intent


def name_of(wanted: str, language: str) -> str:
    """``name_of("ask", "fi") == "kysy"``."""
    return next(e.names[language] for e in _ENTRIES if e.intent == wanted)


def offers(city: City, language: str) -> list[Offer]:
    """The commands of the parts that are on, named and described in ``language``."""
    t = texts(language)
    return [
        Offer(entry.names[language], t(entry.description))
        for entry in _ENTRIES
        if not entry.parts or city.has(*entry.parts)
    ]


def all_offers(city: City) -> dict[str, list[Offer]]:
    return {language: offers(city, language) for language in LANGUAGES}


def about(city: City, language: str) -> str:
    """What a resident may do here: a sentence for each part that is on."""
    t = texts(language)
    sentences = [t("{city} is listening.", city=plain(city.name, language))]
    if city.has(Part.QUESTIONS):
        sentences.append(t("Write your question, and an expert will answer."))
    if city.has(Part.POLLS):
        sentences.append(t("Vote in polls."))
    if city.has(Part.STATEMENTS):
        sentences.append(t("Take a stand on statements."))
    return " ".join(sentences)
