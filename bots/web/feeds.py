"""Atom feeds: answers, polls and results, in each language; answers by theme as well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from aiohttp import web

from bots.web.http import ANYBODY, Wrong
from bots.web.pages import LANG, Read
from bots.web.site import Site
from core import clean
from core.city import City, Part
from core.messages import Bars, Message, as_text
from core.model import Poll, PollState, Question
from core.polls.shown import poll_blocks
from core.ports import Route, Store
from core.public import answer_in
from core.scene import reference
from core.texts import Texts, pick, plain, texts
from core.views import Room

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
MOST = 30
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = ("answers", "polls", "results")


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    title: str
    words: str
    at: datetime
    theme: str = ""


class Feeds:
    """``/fi/feeds/answers.atom?theme=…``; parts that are off have none."""

    def __init__(self, site: Site, read: Read[Any], clock: Callable[[], datetime]) -> None:
        self._site, self._read, self._clock = site, read, clock

    def routes(self) -> list[Route]:
        made = []
        if self._site.city.has(Part.QUESTIONS):
            made.append(self._route("answers", self._answers))
        if self._site.city.has(Part.POLLS):
            made.append(self._route("polls", self._polls))
            made.append(self._route("results", self._results))
        return made

    def _route(self, kind: str, entries: Callable[..., list[Entry]]) -> Route:
        async def feed(request: web.Request) -> web.Response:
            t = texts(request.match_info["lang"])
            theme = request.query.get("theme")
            if theme is not None and (kind != "answers" or self._site.city.theme(theme) is None):
                raise Wrong(404, "there is no such feed")
            found = await self._read(lambda store: entries(store, t, theme))
            path = f"/{t.language}/feeds/{kind}.atom" + (f"?theme={theme}" if theme else "")
            body = document(self._site.city, t, path, self._title(t, kind, theme), found)
            kind_of = "application/atom+xml"
            return web.Response(body=body, content_type=kind_of, charset="utf-8", headers=ANYBODY)

        return Route("GET", f"{LANG}/feeds/{kind}.atom", feed)

    def _title(self, t: Texts, kind: str, theme: str | None) -> str:
        names = {"answers": t("New answers"), "polls": t("Open polls"), "results": t("Results")}
        found = self._site.city.theme(theme)
        parts = [names[kind], plain(found.name, t.language) if found else ""]
        return ", ".join([*filter(None, parts), plain(self._site.city.name, t.language)])

    def _answers(self, store: Store, t: Texts, theme: str | None) -> list[Entry]:
        listed = store.public_questions(MOST, theme=theme)
        newest = sorted(listed, key=lambda q: q.answered_at or q.received_at, reverse=True)
        return [self._answer(t, question) for question in newest]

    def _answer(self, t: Texts, one: Question) -> Entry:
        theme = self._site.city.theme(one.theme)
        title = f"{reference(self._site.city, one.number)}: {clean.short(one.text, 120)}"
        words = answer_in(one, t.language) if one.answer else one.reason
        name = plain(theme.name, t.language) if theme else ""
        at = one.answered_at or one.received_at
        return Entry(f"/questions/{one.number}", title, words, at, name)

    def _polls(self, store: Store, t: Texts, _: str | None) -> list[Entry]:
        listed = store.polls(PollState.OPEN, limit=MOST)
        return [self._poll(t, one, one.opens_at, _options(t, one)) for one in listed]

    def _results(self, store: Store, t: Texts, _: str | None) -> list[Entry]:
        scene = Room(store, self._site.city, self._clock(), t)
        listed = store.polls(PollState.CLOSED, limit=MOST)
        newest = sorted(listed, key=lambda p: p.closed_at or p.opens_at, reverse=True)
        return [
            self._poll(t, one, one.closed_at or one.opens_at, _result(scene, one)) for one in newest
        ]

    def _poll(self, t: Texts, one: Poll, at: datetime, words: str) -> Entry:
        return Entry(f"/polls/{one.id}", pick(one.question, t.language), words, at)


def _result(scene: Room, poll: Poll) -> str:
    bars = tuple(block for block in poll_blocks(scene, poll) if isinstance(block, Bars))
    return as_text(Message("", bars))


def _options(t: Texts, poll: Poll) -> str:
    return "\n".join(plain(option, t.language) for option in poll.options)


def document(city: City, t: Texts, path: str, title: str, entries: Sequence[Entry]) -> bytes:
    feed = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": t.language})
    _add(feed, "id", _url(city, path))
    _add(feed, "title", title)
    _add(feed, "updated", _time(max((entry.at for entry in entries), default=OLDEST)))
    front = _url(city, f"/{t.language}/")
    Xml.SubElement(feed, "link", rel="self", type="application/atom+xml", href=_url(city, path))
    Xml.SubElement(feed, "link", rel="alternate", type="text/html", href=front)
    author = Xml.SubElement(feed, "author")
    _add(author, "name", plain(city.name, t.language))
    for one in entries:
        entry = Xml.SubElement(feed, "entry")
        where = _url(city, f"/{t.language}{one.path}")
        _add(entry, "id", where)
        _add(entry, "title", one.title)
        _add(entry, "updated", _time(one.at))
        Xml.SubElement(entry, "link", rel="alternate", type="text/html", href=where)
        if one.theme:
            Xml.SubElement(entry, "category", term=_fit(one.theme))
        _add(entry, "content", one.words)
    return Xml.tostring(feed, encoding="utf-8", xml_declaration=True)


def _add(parent: Xml.Element, name: str, words: str) -> None:
    """Plain text: whoever reads it escapes nothing twice."""
    kind = {"type": "text"} if name in ("title", "content") else {}
    Xml.SubElement(parent, name, kind).text = _fit(words)


def _fit(words: str) -> str:
    """XML takes all that is harmless but these two, which are no characters."""
    return clean.harmless(words).translate({0xFFFE: None, 0xFFFF: None})


def _url(city: City, path: str) -> str:
    """Where the city has no public address, ids are urns."""
    return city.page(path) or f"urn:kuulolla:{path.strip('/').replace('/', ':')}"


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
