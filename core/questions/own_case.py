"""Whether a question speaks of the asker's own case, which is nothing for everybody to read."""

import re

_FI = re.compile(
    r"\b(?:(?:hakemu|päätö|lasku|maksu|valitu|oikaisuvaatimu|perintä|etuu|tuki|tuke|asia|tapau|ilmoitu|"
    r"ajanvarau|kuntoutu|asiakk|potila|diagnoos|velka|vela|todistu)\w*?(?:ni|mme)(?:kin|ko|kö|kaan)?"
    r"|(?:minun|mun|meidän|lapseni|lapsemme|tyttäreni|poikani|äitini|isäni|puolisoni|vaimoni|mieheni|"
    r"vanhempani|mummoni)\W+(?:\w+\W+){0,3}?(?:hakemu|päätö|lasku|päiväkotipaik|hoitopaik|koulupaik|"
    r"oppilaspaik|paikka|valitu|etuu|tuki|asia\b|asian\b|asiaa\b|diagnoos|palvelutarv|asiakk))",
    re.IGNORECASE,
)
_SV = re.compile(
    r"\b(?:min|mitt|mina|vår|vårt|våra)\W+(?:\w+s\W+)?(?:\w+\W+)?(?:ansök|beslut|faktur|ärende|besvär|"
    r"dagvårdsplats|daghemsplats|skolplats|plats\b|platsen\b|stöd\b|understöd|diagnos|fall\b)\w*",
    re.IGNORECASE,
)
_EN = re.compile(
    r"\b(?:my|our)\W+(?:\w+['’]s\W+)?(?:\w+\W+)?(?:application|decision|invoice|case|appeal|claim|"
    r"benefit|diagnosis|place in|daycare place|school place|debt)\b",
    re.IGNORECASE,
)


def speaks_of_own_case(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_FI, _SV, _EN))
