"""Where a question belongs, from the city file and the text: pure functions, no model, no service.

Each word of the text is compared with the beginnings of the city's keywords (`core.words`); each
destination (a theme of a department, or a body outside the city) gathers the weight of what was
found. Re-routings by officials are remembered and weigh in, the likest and newest most.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from core.city import City
from core.words import beginnings

COMPOUND = 5
"""Letters a keyword needs to be looked for inside a compound word (``lumenauraus``)."""
INSIDE = 0.7
"""What a keyword inside a compound weighs, against one at its beginning."""
LEAST = 3.0
"""Weight below which nothing is recognised: about one short word."""
TIE = 1.05
"""How many times the weight of the second destination the first one's must be, or it is nobody's:
the general desk knows better."""
SURE = 1.5
"""How many times the weight of the second destination makes the first a sure one."""
OTHERS = 0.3
"""What a department's further themes add to its best one."""
CORRECTED = 12.0
"""What one re-routed question with the same words weighs, fresh: about one long keyword."""
_ENDINGS = frozenset(
    # of all three languages, the empty one first
    " a ä n t s ta tä na nä in en et er ar or ed es ens ets ers ing ssa ssä sta stä lla llä lta ltä"
    " lle ksi hin hun hyn hän hon hen den iden ita itä ina inä ille illa illä issa issä ista istä"
    " ni si mme nsa nsä".split(" ")
)
"""What may stand after a beginning of three letters."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_STREET = re.compile(r"\w{3,}(katu|tie|kuja|polku|väylä|vägen|gatan|gränden|stigen)\w{0,6}")


@dataclass(frozen=True, slots=True)
class Destination:
    """A department, or a body outside the city. ``theme`` is the department's best, if any."""

    department: str | None
    other: str | None
    theme: str | None
    weight: float
    because: tuple[str, ...]

    @property
    def place(self) -> str:
        return self.other or self.department or ""


@dataclass(frozen=True, slots=True)
class Guess:
    """``theme`` is None where nothing matched; ``because`` are the residents' own words.

    ``other`` names a body outside the city that this seems to belong to; ``department`` is the
    general desk then. ``sure``: nothing else comes near; ``unsure``: nothing was recognised, or two
    places as well as each other, so it is the general desk's. ``second`` is the next best place, a
    department's or other body's id. ``learned``: officials moved alike questions there.
    """

    theme: str | None
    department: str
    because: tuple[str, ...] = ()
    area: str | None = None
    other: str | None = None
    sure: bool = False
    second: str | None = None
    unsure: bool = False
    learned: bool = False

    @property
    def place(self) -> str:
        return self.other or self.department


def guess(city: City, text: str, corrected: Mapping[str, float] | None = None) -> Guess:
    """The best destination; the general desk where none is recognised.

    ``corrected``: departments that officials moved alike questions to, with the likeness of these
    (0 to 1 each, faded by age), as `core.memory` finds them.
    """
    area, rest = find_area(city, text)
    ranked = rank(city, rest, corrected or {})
    if not ranked or ranked[0].weight < LEAST:
        return Guess(None, city.general_desk, area=area, unsure=True)
    first, after = ranked[0], ranked[1] if len(ranked) > 1 else None
    if after and first.weight < TIE * after.weight:
        return Guess(None, city.general_desk, first.because, area, second=first.place, unsure=True)
    return Guess(
        first.theme,
        first.department or city.general_desk,
        first.because,
        area,
        first.other,
        after is None or first.weight >= SURE * after.weight,
        after and after.place,
        learned=bool((corrected or {}).get(first.place)),
    )


def rank(city: City, found: Sequence[str], corrected: Mapping[str, float]) -> list[Destination]:
    """Every destination that anything speaks for, best first; ``found`` are a text's words."""
    index = _index(city)
    weights: dict[str, float] = defaultdict(float)
    because: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(found):
        for target, weight in index.matches(word).items():
            weights[target] += weight
            because[target].append(word)
    places = _gather(city, weights)
    for department, likeness in corrected.items():
        name = f"department:{department}"
        weight, theme = places.get(name, (0.0, None))
        places[name] = (weight + CORRECTED * likeness, theme)
    made = [_destination(name, *found, because) for name, found in places.items()]
    return sorted(made, key=lambda d: -d.weight)


def _gather(city: City, weights: Mapping[str, float]) -> dict[str, tuple[float, str | None]]:
    """The weights of themes, as those of places: a department's best theme, and a little more
    for its others."""
    of: dict[str, list[tuple[float, str | None]]] = defaultdict(list)
    for theme in city.themes:
        if weight := weights.get(f"theme:{theme.id}"):
            of[f"department:{theme.department}"].append((weight, theme.id))
    for other in city.others:
        if weight := weights.get(f"other:{other.id}"):
            of[f"other:{other.id}"].append((weight, None))
    places = {}
    for name, found in of.items():
        best, *rest = sorted(found, key=lambda pair: -pair[0])
        places[name] = (best[0] + OTHERS * sum(weight for weight, _ in rest), best[1])
    return places


def _destination(
    name: str, weight: float, theme: str | None, because: Mapping[str, list[str]]
) -> Destination:
    kind, _, id = name.partition(":")
    if kind == "other":
        return Destination(None, id, None, weight, tuple(because[name]))
    return Destination(id, None, theme, weight, tuple(because[f"theme:{theme}"]))


# --- words -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Index:
    """Beginnings → (target, share): a beginning that several targets have says less of each."""

    targets: dict[str, dict[str, float]] = field(default_factory=dict)
    longest: int = 0

    def matches(self, word: str) -> dict[str, float]:
        """Targets that the word speaks for, with how much: the letters that were recognised."""
        found: dict[str, float] = {}
        for start in range(max(1, len(word) - 2)):
            shortest = 3 if start == 0 else COMPOUND
            for end in range(min(len(word), start + self.longest), start + shortest - 1, -1):
                known = self.targets.get(word[start:end])
                if known is None or (start == 0 and not _may_end(word[start:end], word[end:])):
                    continue
                weight = (end - start) * (INSIDE if start else 1.0)
                for target, share in known.items():
                    found[target] = max(found.get(target, 0.0), weight * share)
        return found


def _may_end(beginning: str, rest: str) -> bool:
    """After a short beginning comes an ending, not just anything: *val* (an election) is in valet
    and valen, not in valot (lights)."""
    return len(beginning) > 3 or rest in _ENDINGS


@lru_cache(4)
def _index(city: City) -> _Index:
    index = _Index()
    known: dict[str, set[str]] = defaultdict(set)
    named: Iterable[tuple[str, Mapping[str, Sequence[str]]]] = [
        *((f"theme:{t.id}", t.keywords) for t in city.themes),
        *((f"other:{o.id}", o.keywords) for o in city.others),
    ]
    for target, keywords in named:
        for language, listed in keywords.items():
            for keyword in listed:
                for beginning in beginnings(keyword, language):
                    known[beginning].add(target)
    for beginning, targets in known.items():
        index.targets[beginning] = dict.fromkeys(targets, 1 / len(targets))
        index.longest = max(index.longest, len(beginning))
    return index


# --- places ------------------------------------------------------------------------------------

CAPITAL = 6
"""Letters from which a place is recognised without its capital: "kilo" is a weight as well."""


def find_area(city: City, text: str) -> tuple[str | None, list[str]]:
    """The area that the text names first, and the text's words without names of places: neither
    Kuitinmäentie nor Lillängsgatan says that a question is about streets."""
    area, rest = None, []
    for match in _WORD.finditer(text):
        word, first = match[0], _opens(text[: match.start()])
        small = word.casefold()
        named = _place_in(city, small) if len(small) >= CAPITAL or word[0].isupper() else None
        area = area or named
        street = word[0].isupper() and not first and _STREET.fullmatch(small)
        if not named and not street:
            rest.append(small)
    return area, rest


def _opens(before: str) -> bool:
    """Whether a capital says nothing, because a sentence begins there."""
    return not before.strip() or before.rstrip()[-1] in ".!?:"


def _place_in(city: City, word: str) -> str | None:
    places = _places(city)
    for end in range(len(word), 2, -1):
        if (area := places.get(word[:end])) and len(word) - end <= max(5, end):
            return area
    return None


@lru_cache(4)
def _places(city: City) -> dict[str, str]:
    return {
        beginning: area.id
        for area in city.areas
        for place in area.places
        for beginning in beginnings(place, "fi")
        if len(beginning) >= min(5, len(place))
    }
