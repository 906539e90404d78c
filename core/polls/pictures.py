"""Pictures of options. An editor gives an address; the picture there is fetched once, by whoever
handles `core.errors.Lacking`, and shown from our own page: no other site is called by who reads the
poll, and nobody can change later what the city's own post shows.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from core.city import City
from core.errors import Lacking
from core.messages import Pictured, Pictures
from core.model import Extra, Fetched, PictureFault, Poll
from core.model.pictures import LIMIT_MB, MOST_MEGAPIXELS
from core.polls.buttons import order
from core.ports import Store
from core.scene import Scene
from core.texts import Texts, pick, plain

Find = Callable[[Collection[str]], Mapping[str, Fetched]]
"""What addresses of pictures gave."""
AGAIN = timedelta(seconds=15)
"""After so long an address is asked anew that gave nothing."""

FAULTS: dict[PictureFault, Callable[[Texts], str]] = {
    PictureFault.WAITING: lambda t: t("The picture is being fetched. Send the form again soon."),
    PictureFault.AWAY: lambda t: t("The site of the picture can't be reached."),
    PictureFault.SLOW: lambda t: t("The site of the picture answers too slowly."),
    PictureFault.MISSING: lambda t: t("There is no picture at this address."),
    PictureFault.PRIVATE: lambda t: t("The picture is not on the public web."),
    PictureFault.LARGE: lambda t: t("The picture is over {n} MB.", n=LIMIT_MB),
    PictureFault.PIXELS: lambda t: t(
        "The picture has over {n} million pixels.", n=MOST_MEGAPIXELS
    ),
    PictureFault.KIND: lambda t: t("This is no PNG, JPEG, WebP or GIF picture."),
    PictureFault.BROKEN: lambda t: t("The picture is broken or cut short."),
}


def none(urls: Collection[str]) -> Mapping[str, Fetched]:
    """Addresses of pictures stay links."""
    return {}


def fetched(city: City, store: Store, now: datetime) -> Find:
    """For an editor's form: each picture, or why there is none. Lacking until it was tried."""

    def find(urls: Collection[str]) -> Mapping[str, Fetched]:
        found = store.fetched(urls)
        fresh = {x for x, one in found.items() if one.picture or now - one.at < AGAIN}
        if missing := set(urls) - fresh:
            raise Lacking(missing)
        return found

    return find if city.option_pictures else none


def kept(city: City, store: Store) -> Find:
    """Without an editor who could mend it: those that there are."""

    def find(urls: Collection[str]) -> Mapping[str, Fetched]:
        return {url: one for url, one in store.fetched(urls).items() if one.picture}

    return find if city.option_pictures else none


def fault(t: Texts, found: Fetched | None) -> str:
    return FAULTS[found.fault](t) if found and found.fault else ""


def shown(scene: Scene, poll: Poll, reader: str | None = None) -> list[Pictures]:
    """Those of the options that are left, in the reader's order."""
    items = tuple(
        _pictured(scene.t, poll, i, extra)
        for i in order(poll, reader)
        if (extra := poll.extras.get(i)) and extra.picture
    )
    if not items:
        return []
    sheet = sheet_path(scene.t, poll) if poll.id else ""
    return [Pictures(items, scene.city.images, sheet)]


def _pictured(t: Texts, poll: Poll, i: int, extra: Extra) -> Pictured:
    assert extra.picture
    one = extra.picture
    label, alt = plain(poll.options[i], t.language), pick(extra.about, t.language)
    return Pictured(label, alt, one.path, extra.url, one.width, one.height)


def sheet_cells(t: Texts, poll: Poll) -> list[tuple[str, str]]:
    """What one picture of all shows: each option's words, and its picture's digest. It is the same
    for all, so its order is the poll's."""
    return [
        (plain(poll.options[i], t.language), extra.picture.digest)
        for i, extra in sorted(poll.extras.items())
        if extra.picture and i not in poll.withdrawn
    ]


def sheet_mark(t: Texts, poll: Poll) -> str:
    """Another for everything else that it shows."""
    return sha256(repr(sheet_cells(t, poll)).encode()).hexdigest()[:16]


def sheet_path(t: Texts, poll: Poll) -> str:
    return f"/{t.language}/polls/{poll.id}/pictures-{sheet_mark(t, poll)}.jpg"
