"""Where a question belongs, from the city file and the text: pure functions, no model, no service.

Each word of the text, in the dictionary forms that it may be of, is compared with the city's
keywords; where none is the same, by character n-grams (`core.words`). Each destination (a theme of
a department, or a body outside the city) gathers the weight of what was found. Re-routings by
officials are remembered and weigh in, the likest and newest most.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from core.beginnings import beginnings
from core.city import City
from core.words import ALIKE, NO_LEMMAS, Lemmas, grams

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


def guess(
    city: City,
    text: str,
    corrected: Mapping[str, float] | None = None,
    lemmas: Lemmas = NO_LEMMAS,
) -> Guess:
    """The best destination; the general desk where none is recognised.

    ``corrected``: departments that officials moved alike questions to, with the likeness of these
    (0 to 1 each, faded by age), as `core.similar.corrected` finds them.
    """
    area, rest = find_area(city, text)
    known = lemmas.of(set(rest))
    found = {word: (word, *known.get(word, ())) for word in rest}
    ranked = rank(city, found, corrected or {})
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


def rank(
    city: City, found: Mapping[str, Collection[str]], corrected: Mapping[str, float]
) -> list[Destination]:
    """Every destination that anything speaks for, best first; ``found`` are a text's words, each
    with all that it may be a form of."""
    index = _index(city)
    weights: dict[str, float] = defaultdict(float)
    because: dict[str, list[str]] = defaultdict(list)
    for word, forms in found.items():
        for target, weight in index.matches(forms).items():
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
    """Keyword → its targets: what several have says less of each; keyword → how many n-grams it
    has; n-gram → keywords."""

    targets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sizes: dict[str, int] = field(default_factory=dict)
    having: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def matches(self, forms: Collection[str]) -> dict[str, float]:
        """Targets that a word speaks for, with how much: the letters of the keyword that it is a
        form of, or else the share of them that it has in it."""
        keywords = {form: float(len(form)) for form in forms if form in self.targets}
        found: dict[str, float] = {}
        for keyword, letters in (keywords or self._inside(forms)).items():
            targets = self.targets[keyword]
            for target in targets:
                found[target] = max(found.get(target, 0.0), letters / len(targets))
        return found

    def _inside(self, forms: Collection[str]) -> dict[str, float]:
        """Keywords of which a form has most n-grams: those inside a compound are such."""
        found: dict[str, float] = {}
        for form in forms:
            having = [self.having.get(gram, ()) for gram in grams(form)]
            for keyword, n in Counter(chain.from_iterable(having)).items():
                if (share := n / self.sizes[keyword]) >= ALIKE:
                    found[keyword] = max(found.get(keyword, 0.0), share * len(keyword))
        return found


@lru_cache(4)
def _index(city: City) -> _Index:
    index = _Index()
    named: Iterable[tuple[str, Mapping[str, Sequence[str]]]] = [
        *((f"theme:{t.id}", t.keywords) for t in city.themes),
        *((f"other:{o.id}", o.keywords) for o in city.others),
    ]
    for target, keywords in named:
        for keyword in {word.casefold() for listed in keywords.values() for word in listed}:
            index.targets[keyword].add(target)
            index.sizes[keyword] = len(grams(keyword))
            for gram in grams(keyword):
                index.having[gram].add(keyword)
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
