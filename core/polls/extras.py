"""Links and pictures of options: one line of an editor's form each."""

import re
from urllib.parse import urlsplit

from msgspec import structs

from core import clean
from core.messages import AnyBlock, Ask, Link
from core.model import Extra, Poll
from core.model.pictures import LIMIT_MB
from core.polls import pictures
from core.scene import Scene
from core.texts import LANGUAGES, Localized, Texts, plain

URL_LIMIT = 500
ABOUT_LIMIT = 150
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif)$", re.IGNORECASE)
_LINE = re.compile(r"(\d{1,2})[.:]?\s+(\S+)(?:\s+(.*))?")


def field(t: Texts, shown: bool) -> Ask:
    """``shown``: whether pictures are, and not only linked."""
    hint = t(
        "On each line the option's number, an https address, and what is there; a picture needs "
        "that. For another language, the line again with fi, sv or en after the address."
    )
    if shown:
        hint += " " + t("Pictures (.png, .jpg, .webp, .gif) have {n} MB at most.", n=LIMIT_MB)
    return Ask("extras", t("Links and pictures of options"), "lines", hint=hint, optional=True)


def read(
    t: Texts,
    language: str,
    written: str,
    size: int,
    find: pictures.Find,
    errors: dict[str, str],
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
    return _with_pictures(t, found, find, errors)


def _with_pictures(
    t: Texts, found: dict[int, Extra], find: pictures.Find, errors: dict[str, str]
) -> dict[int, Extra]:
    """Every one that is not to be had is told at once."""
    gave = find({extra.url for extra in found.values() if _is_picture(extra.url)})
    faults = [
        f"{told} {clean.short(extra.url, 80)}"
        for extra in found.values()
        if (told := pictures.fault(t, gave.get(extra.url)))
    ]
    if faults:
        errors["extras"] = "\n".join(dict.fromkeys(faults))
    return {
        i: structs.replace(extra, picture=one.picture) if (one := gave.get(extra.url)) else extra
        for i, extra in found.items()
    }


def _is_picture(url: str) -> bool:
    return bool(PICTURE.search(urlsplit(url).path))


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
    if _is_picture(url) and not about:
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


def blocks(scene: Scene, poll: Poll, reader: str | None = None) -> list[AnyBlock]:
    """Pictures in the reader's order, then links in the order of the options; each says whose it
    is."""
    return [*pictures.shown(scene, poll, reader), *links(scene.t, poll)]


def links(t: Texts, poll: Poll) -> list[Link]:
    made = []
    for i, extra in sorted(poll.extras.items()):
        if extra.picture is None and i not in poll.withdrawn:
            name = plain(poll.options[i], t.language)
            about = plain(extra.about, t.language)
            made.append(Link(f"{name}: {about}" if about else name, extra.url))
    return made
