"""The published rules of discussion: every rejection names one."""

from core.city import City, Look, Part, Rule
from core.model import Item, ItemKind
from core.texts import Texts, plain

LOOK = {
    ItemKind.QUESTION: Look.REPORTED,
    ItemKind.WORDS: Look.BEFORE,
    ItemKind.COMMENT: Look.BEFORE,
    ItemKind.STATEMENT: Look.BEFORE,
}
"""Unless the city says otherwise. Officials read every question anyway."""

DEFAULTS = (
    Rule(
        "respect",
        {
            "fi": "Kunnioita muita",
            "sv": "Respektera andra",
            "en": "Respect others",
        },
        {
            "fi": "Arvostele asioita, älä ihmisiä. Emme julkaise solvauksia, uhkailua emmekä "
            "syrjiviä tekstejä.",
            "sv": "Kritisera sak, inte person. Vi publicerar inte skymford, hot eller "
            "diskriminerande texter.",
            "en": "Criticise matters, not people. We do not publish insults, threats or "
            "discrimination.",
        },
    ),
    Rule(
        "privacy",
        {
            "fi": "Ei henkilötietoja",
            "sv": "Inga personuppgifter",
            "en": "No personal data",
        },
        {
            "fi": "Älä kerro toisen ihmisen nimeä, yhteystietoja tai yksityisasioita. Älä kerro "
            "omiakaan.",
            "sv": "Berätta inte andras namn, kontaktuppgifter eller privata ärenden, inte dina "
            "egna heller.",
            "en": "Do not tell other people's names, contact details or private matters, nor your "
            "own.",
        },
    ),
    Rule(
        "topic",
        {"fi": "Pysy aiheessa", "sv": "Håll dig till ämnet", "en": "Keep to the topic"},
        {
            "fi": "Kirjoita siitä, mistä kysytään. Muusta voit kysyä kaupungilta erikseen.",
            "sv": "Skriv om det som frågan gäller. Annat kan du fråga staden om separat.",
            "en": "Write about what is asked. About other things, ask the city separately.",
        },
    ),
    Rule(
        "spam",
        {
            "fi": "Ei mainoksia eikä häirintää",
            "sv": "Ingen reklam och inga störningar",
            "en": "No advertising, no flooding",
        },
        {
            "fi": "Emme julkaise mainoksia, samaa tekstiä moneen kertaan emmekä linkkejä "
            "tuntemattomille sivuille.",
            "sv": "Vi publicerar inte reklam, samma text många gånger eller länkar till okända "
            "sidor.",
            "en": "We do not publish advertisements, the same text again and again, or links to "
            "unknown pages.",
        },
    ),
    Rule(
        "law",
        {"fi": "Noudata lakia", "sv": "Följ lagen", "en": "Keep to the law"},
        {
            "fi": "Emme julkaise lainvastaista sisältöä, kuten kunnianloukkauksia tai toisten "
            "tekijänoikeuksia rikkovaa aineistoa.",
            "sv": "Vi publicerar inte olagligt innehåll, till exempel ärekränkningar eller intrång "
            "i upphovsrätten.",
            "en": "We do not publish what is against the law, such as defamation or breach of "
            "copyright.",
        },
    ),
)
"""Where the city file has none of its own."""


def of(city: City) -> tuple[Rule, ...]:
    return city.moderation.rules or DEFAULTS


def find(city: City, id: str) -> Rule | None:
    return next((rule for rule in of(city) if rule.id == id), None)


def title(city: City, id: str, t: Texts) -> str:
    """The rule's name; of one that the city has taken away since, its id."""
    rule = find(city, id)
    return plain(rule.name, t.language) if rule else id


def reason(city: City, item: Item, t: Texts) -> str:
    """By which rule, and in the moderator's words; in the language of ``t`` as far as the city's
    rules are in it."""
    return f"{title(city, item.rule, t)}. {item.reason}".strip()


def look(city: City, kind: ItemKind) -> Look:
    """When a moderator looks at items of this kind."""
    return city.moderation.look.get(kind, LOOK[kind])


def in_use(city: City) -> bool:
    """Whether residents write anything here that others may read."""
    return bool(city.parts - {Part.DIGESTS, Part.WEB_VOTING})
