"""Atom feeds: answers, polls and results, in each language; answers by theme as well."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as Xml

from aiohttp import web

from bots.web.http import ANYBODY, Wrong
from bots.web.pages import LANG, Read
from bots.web.site import Site
from core import clean
from core.city import City, Part, Theme
from core.messages import Bars, Message, as_text
from core.model import Poll, PollState, PollStep, Question, Step
from core.polls import history
from core.polls.shown import poll_blocks
from core.ports import Route, Store
from core.public import answer_in
from core.questions.states import Act
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
    """``updated``: when it became other than it was ``published``. ``part`` of the page is in its
    id, where more than one entry leads there."""

    path: str
    title: str
    words: str
    published: datetime
    updated: datetime
    theme: Theme | None = None
    part: str = ""


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
            kept = ANYBODY | {"Last-Modified": format_datetime(_newest(found), usegmt=True)}
            return web.Response(
                body=body, content_type="application/atom+xml", charset="utf-8", headers=kept
            )

        return Route("GET", f"{LANG}/feeds/{kind}.atom", feed)

    def _title(self, t: Texts, kind: str, theme: str | None) -> str:
        names = {"answers": t("New answers"), "polls": t("Open polls"), "results": t("Results")}
        found = self._site.city.theme(theme)
        parts = [names[kind], plain(found.name, t.language) if found else ""]
        return ", ".join([*filter(None, parts), plain(self._site.city.name, t.language)])

    def _answers(self, store: Store, t: Texts, theme: str | None) -> list[Entry]:
        listed = store.public_questions(MOST, theme=theme)
        newest = sorted(listed, key=lambda q: q.answered_at or q.received_at, reverse=True)
        told = store.histories([question.number for question in newest])
        return [self._answer(t, one, told.get(one.number, ())) for one in newest]

    def _answer(self, t: Texts, one: Question, steps: Iterable[Step]) -> Entry:
        title = f"{reference(self._site.city, one.number)}: {clean.short(one.text, 120)}"
        words = answer_in(one, t.language) if one.answer else one.reason
        at = one.answered_at or one.received_at
        updated = max([at, *(step.at for step in steps if step.kind == Act.CORRECT)])
        theme = self._site.city.theme(one.theme)
        return Entry(f"/questions/{one.number}", title, words, at, updated, theme)

    def _polls(self, store: Store, t: Texts, _: str | None) -> list[Entry]:
        listed = store.polls(PollState.OPEN, limit=MOST)
        changes = store.poll_steps([p.id for p in listed], history.CORRECTED, history.WITHDRAWN)
        return [_poll(t, p, p.opens_at, _options(t, p), _of(p, changes)) for p in listed]

    def _results(self, store: Store, t: Texts, _: str | None) -> list[Entry]:
        scene = Room(store, self._site.city, self._clock(), t)
        closed = store.polls(PollState.CLOSED)
        newest = sorted(closed, key=lambda p: p.closed_at or p.opens_at, reverse=True)[:MOST]
        sequels = store.poll_steps([p.id for p in newest], history.FOLLOWED_UP)
        made = []
        for one in newest:
            mine = _of(one, sequels)
            words = [_result(scene, one), *(_sequel(t, step) for step in mine)]
            at, text = one.closed_at or one.opens_at, "\n\n".join(words)
            made.append(_poll(t, one, at, text, mine, "result"))
        return made


def _poll(
    t: Texts, one: Poll, at: datetime, words: str, changes: list[PollStep], part: str = ""
) -> Entry:
    updated = max([at, *(step.at for step in changes)])
    question = pick(one.question, t.language)
    return Entry(f"/polls/{one.id}", question, words, at, updated, part=part)


def _of(poll: Poll, steps: Iterable[PollStep]) -> list[PollStep]:
    return [step for step in steps if step.poll == poll.id]


def _result(scene: Room, poll: Poll) -> str:
    bars = tuple(block for block in poll_blocks(scene, poll) if isinstance(block, Bars))
    return as_text(Message("", bars))


def _sequel(t: Texts, step: PollStep) -> str:
    return f"{t('What happened next')}: {pick(step.text, t.language)}"


def _options(t: Texts, poll: Poll) -> str:
    left = (option for i, option in enumerate(poll.options) if i not in poll.withdrawn)
    return "\n".join(plain(option, t.language) for option in left)


def _newest(entries: Sequence[Entry]) -> datetime:
    """Whole seconds, as HTTP has them."""
    return max((one.updated for one in entries), default=OLDEST).astimezone(UTC)


def document(city: City, t: Texts, path: str, title: str, entries: Sequence[Entry]) -> bytes:
    feed = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": t.language})
    _add(feed, "id", _url(city, path))
    _add(feed, "title", title)
    _add(feed, "updated", _time(_newest(entries)))
    front = f"/{t.language}/"
    _link(feed, "self", "application/atom+xml", city.page(path) or path)
    _link(feed, "alternate", "text/html", city.page(front) or front)
    author = Xml.SubElement(feed, "author")
    _add(author, "name", plain(city.name, t.language))
    for one in entries:
        entry = Xml.SubElement(feed, "entry")
        where = f"/{t.language}{one.path}"
        _add(entry, "id", _url(city, where) + (f"#{one.part}" if one.part else ""))
        _add(entry, "title", one.title)
        _add(entry, "published", _time(one.published))
        _add(entry, "updated", _time(one.updated))
        _link(entry, "alternate", "text/html", city.page(where) or where)
        if one.theme:
            label = _fit(plain(one.theme.name, t.language))
            Xml.SubElement(entry, "category", term=one.theme.id, label=label)
        Xml.SubElement(entry, "content", type="html").text = _html(one.words)
    return Xml.tostring(feed, encoding="utf-8", xml_declaration=True)


def _link(parent: Xml.Element, rel: str, kind: str, href: str) -> None:
    Xml.SubElement(parent, "link", rel=rel, type=kind, href=href)


def _html(words: str) -> str:
    """Paragraphs and lines: readers fold those of plain text into one."""
    paragraphs = escape(_fit(words), quote=False).split("\n\n")
    return "".join(f"<p>{'<br>'.join(p.splitlines())}</p>" for p in paragraphs)


def _add(parent: Xml.Element, name: str, words: str) -> None:
    """Plain text: whoever reads it escapes nothing twice."""
    kind = {"type": "text"} if name == "title" else {}
    Xml.SubElement(parent, name, kind).text = _fit(words)


def _fit(words: str) -> str:
    """XML takes all that is harmless but these two, which are no characters."""
    return clean.harmless(words).translate({0xFFFE: None, 0xFFFF: None})


def _url(city: City, path: str) -> str:
    """Where the city has no public address, ids are urns."""
    return city.page(path) or f"urn:kuulolla:{path.strip('/').replace('/', ':')}"


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
