"""Whether a question speaks of the asker's own case, which is nothing for everybody to read: by its
words, or as an official says. The asker may say that it is none; then an official decides."""

import re
from collections.abc import Sequence

from core.model import Step
from core.questions.states import Act

_FI = re.compile(
    r"\b(?:(?:\w*(?:hakemu|päätö|lasku|maksu|valitu|etuu|tuki|tuke|ilmoitu|todistu)|oikaisuvaatimu|"
    r"perintä|asia|tapau|ajanvarau|kuntoutu|asiakk|potila|diagnoos|velka|vela)"
    r"\w*?(?:ni|mme)(?:kin|ko|kö|kaan)?\b"
    r"|(?:minun|mun|meidän|lapseni|lapsemme|tyttäreni|poikani|äitini|isäni|puolisoni|vaimoni|mieheni|"
    r"vanhempani|mummoni)\W+(?:\w+\W+){0,3}?(?:hakemu|päätö|lasku|päiväkotipaik|hoitopaik|koulupaik|"
    r"oppilaspaik|paikka|valitu|etuu|tuki|asia\b|asian\b|asiaa\b|diagnoos|palvelutarv|asiakk))",
    re.IGNORECASE,
)
_SV = re.compile(
    r"\b(?:min|mitt|mina|vår|vårt|våra)\W+(?:\w+s\W+)?(?:\w+\W+)?(?:"
    r"\w*(?:ansök|beslut|faktur|besvär|stöd\b|bidrag)|ärende|dagvårdsplats|daghemsplats|skolplats|"
    r"plats\b|platsen\b|diagnos|fall\b)",
    re.IGNORECASE,
)
_EN = re.compile(
    r"\b(?:my|our)\W+(?:\w+['’]s\W+)?(?:\w+\W+)?(?:application|decision|invoice|case|appeal|claim|"
    r"benefit|diagnosis|place in|daycare place|school place|debt)\b",
    re.IGNORECASE,
)


def speaks_of_own_case(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_FI, _SV, _EN))


def stays_private(text: str, history: Sequence[Step]) -> bool:
    """Officials know better than its words; the last of them."""
    said = [step.kind for step in history if step.kind in (Act.CLOSE_UP, Act.OPEN_UP)]
    return said[-1] == Act.CLOSE_UP if said else speaks_of_own_case(text)


def doubted(history: Sequence[Step]) -> bool:
    """Whether its asker said that it is none, and no official has decided since."""
    decided = any(step.kind in (Act.CLOSE_UP, Act.OPEN_UP) for step in history)
    return not decided and any(step.detail.get("doubted") for step in history)
