"""Languages: the service's own words, and the city's content per language.

Code speaks English (`t("Your vote is counted.")`); the catalogues in ``core/locale`` hold Finnish
and Swedish. They are read from the ``.po`` files at start, so there is no build step to forget.
"""

import gettext
from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LANGUAGES = ("fi", "sv", "en")
NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}
LOCALE = Path(__file__).parent / "locale"

Localized = dict[str, str]
"""The city's own text, language to words: ``{"fi": "Kyllä", "sv": "Ja"}``."""


class Texts:
    """The service's words in one language: ``t("Hello {name}", name=…)``."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, /, **values: object) -> str:
        return self._translations.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """Chosen by ``n``, which the text may show as ``{n}``, with the language's digits."""
        words = self._translations.ngettext(one, many, n)
        return words.format(n=self.number(n), **values)

    def number(self, n: float) -> str:
        return _number(self.language, n)

    def decimal(self, n: float) -> str:
        """To one place."""
        return format_decimal(n, "#,##0.0", locale=_locale(self.language))

    def percent(self, share: float) -> str:
        return _percent(self.language, share)

    def time(self, when: datetime, zone: str) -> str:
        """Day and clock time in the city's zone."""
        pattern = {"fi": "d.M.y 'klo' H.mm", "sv": "d.M.y 'kl.' H.mm", "en": "d MMM y, HH:mm"}
        return format_datetime(
            when, pattern[self.language], tzinfo=ZoneInfo(zone), locale=_locale(self.language)
        )

    def day(self, when: datetime, zone: str) -> str:
        local = when.astimezone(ZoneInfo(zone))
        pattern = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}
        return format_date(local, pattern[self.language], locale=_locale(self.language))


@lru_cache(8192)
def _number(language: str, n: int) -> str:
    return format_decimal(n, locale=_locale(language))


@lru_cache(8192)
def _percent(language: str, share: float) -> str:
    return format_percent(share, locale=_locale(language))


def _locale(language: str) -> str:
    return {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}[language]


@cache
def texts(language: str) -> Texts:
    """The words of ``language``, one of `LANGUAGES`."""
    catalogue = LOCALE / language / "LC_MESSAGES" / "kuulolla.po"
    if not catalogue.exists():
        return Texts(language, gettext.NullTranslations())
    compiled = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Texts(language, gettext.GNUTranslations(compiled))


@lru_cache(1024)
def known(language: str | None) -> str | None:
    """One of `LANGUAGES` from a client's language tag (``sv-FI`` → ``sv``), or None."""
    primary = (language or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else None


def pick(content: Localized, language: str) -> str:
    """The city's words in ``language``; where they are missing, in the first language they have,
    followed by the name of that language, so that the reader knows why it changed."""
    if words := content.get(language):
        return words
    for other in LANGUAGES:
        if words := content.get(other):
            return f"{words} ({NAMES[other]})"
    return ""


def plain(content: Localized, language: str) -> str:
    """As `pick`, without the note: for names and button labels."""
    return content.get(language) or next((content[x] for x in LANGUAGES if content.get(x)), "")
