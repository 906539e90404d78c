"""Links and pictures of options.

A picture is linked by what it shows, and not put into the message: no other site is called by who
only reads the poll, and nobody can change later what the city's own post shows.
"""

import re
from urllib.parse import urlsplit

from core import clean
from core.messages import Ask, Link
from core.model import Extra, Poll
from core.texts import LANGUAGES, Localized, Texts, plain

URL_LIMIT = 500
ABOUT_LIMIT = 150
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif)$", re.IGNORECASE)
_LINE = re.compile(r"(\d{1,2})[.:]?\s+(\S+)(?:\s+(.*))?")


def field(t: Texts) -> Ask:
    hint = t(
        "On each line the option's number, an https address, and what is there; a picture needs "
        "that. For another language, the line again with fi, sv or en after the address."
    )
    return Ask("extras", t("Links and pictures of options"), "lines", hint=hint, optional=True)


def read(
    t: Texts, language: str, written: str, size: int, errors: dict[str, str]
) -> dict[int, Extra]:
    """``2 https://city.example/pier.jpg en A pier with two benches``, options counted from 1."""
    found: dict[int, Extra] = {}
    for line in filter(None, map(clean.line, written.splitlines())):
        parts = _LINE.fullmatch(line)
        option = int(parts[1]) - 1 if parts else -1
        if parts is None or not 0 <= option < size:
            errors["extras"] = t("Begin each line with an option's number: {line}", line=line[:80])
            return {}
        url, about = parts[2], _about(parts[3] or "", language)
        if fault := _fault(t, url, about, found.get(option)):
            errors["extras"] = f"{fault} {line[:80]}"
            return {}
        earlier = found[option].about if option in found else {}
        found[option] = Extra(url, earlier | about)
    return found


def _about(words: str, language: str) -> Localized:
    first, _, rest = words.partition(" ")
    if first in LANGUAGES:
        language, words = first, rest.strip()
    return {language: words} if words else {}


def _fault(t: Texts, url: str, about: Localized, earlier: Extra | None) -> str | None:
    if not _opens(url):
        return t("An address begins with https:// and has at most {limit} characters.",
                 limit=URL_LIMIT)  # fmt: skip
    if any(len(words) > ABOUT_LIMIT for words in about.values()):
        return t("At most {limit} characters.", limit=ABOUT_LIMIT)
    if earlier and earlier.url != url:
        return t("An option has one link or one picture.")
    if PICTURE.search(urlsplit(url).path) and not about:
        return t("Say after the address what the picture shows.")
    return None


def _opens(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and "." in host.strip(".")
        and "@" not in parts.netloc
        and len(url) <= URL_LIMIT
    )


def links(t: Texts, poll: Poll) -> list[Link]:
    """In the order of the options; each says whose it is."""
    made = []
    for i, extra in sorted(poll.extras.items()):
        name = plain(poll.options[i], t.language)
        about = plain(extra.about, t.language)
        made.append(Link(f"{name}: {about}" if about else name, extra.url))
    return made
