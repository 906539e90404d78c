"""What all pages share: who visits, in which language, the frame around a page, its headers."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bots.web import faults, look, render
from bots.web.assets import Asset
from bots.web.cookies import Cookies
from bots.web.flood import Task
from bots.web.moulds import Moulds
from bots.web.parse import preferred_language
from bots.web.render import words
from core import clean
from core.city import City, Part
from core.messages import Form
from core.moderation import rules
from core.texts import LANGUAGES, NAMES, Texts, plain, texts

HERE = Path(__file__).parent
EMPTY = Markup()
DRAWING = HERE.parent / "drawing"
"""How messages look on their platforms: the playground draws them by it as well."""
CHECKED = ("altcha", "ticket")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


@dataclass(frozen=True)
class Visit:
    """One request. ``path`` is the page's, without its language; ``visitor`` the browser's id."""

    request: web.Request
    language: str
    path: str
    visitor: str | None
    cookies: Cookies

    @property
    def t(self) -> Texts:
        return texts(self.language)

    @cached_property
    def token(self) -> str:
        """For the forms of the page."""
        return self.cookies.token(self.visitor)

    @cached_property
    def notice(self) -> str:
        return self.cookies.notice(self.request)


@dataclass(frozen=True, slots=True)
class Blank:
    """A visit as a mould knows it: ``visitor`` says whether there is one."""

    token: str
    notice: str
    visitor: bool
    path: str


class Site:
    """The frame. ``frames`` says who may show the pages in a frame; ``secure``, that they come
    over https. ``templates``: a folder of more of them."""

    def __init__(
        self,
        city: City,
        cookies: Cookies,
        frames: str,
        secure: bool,
        templates: Path = HERE / "templates",
    ) -> None:
        self.city = city
        self.cookies = cookies
        self.always = ONLY_TLS if secure else {}
        written = {name: value.format(frames=frames) for name, value in HEADERS.items()}
        self.headers = written | self.always
        around = " ".join((frames, *city.web.frames))
        self._framed = HEADERS["Content-Security-Policy"].format(frames=around)
        there = [*(HERE / "static").iterdir(), *DRAWING.iterdir()]
        self.files = {path.name: path.read_bytes() for path in there}
        self.files |= look.files(city.web)
        self._assets = {name: Asset.of(name, content) for name, content in self.files.items()}
        self._versions = {
            name: f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"
            for name, content in self.files.items()
        }
        self._moulds = Moulds()
        self._templates = Environment(
            loader=FileSystemLoader([templates, HERE / "templates"]),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "render": render,
            "shown": render.results,
            "short": clean.short,
            "has": self._has,
            "file": self._versions.__getitem__,
            "moderated": rules.in_use(city),
            "city_files": look.names(city.web),
        }

    def _has(self, *parts: str) -> bool:
        return self.city.has(*map(Part, parts))

    def language(self, request: web.Request) -> str:
        """The address decides, then the choice made before, then the browser, then the city."""
        return (
            request.match_info.get("lang")
            or self.cookies.language(request)
            or preferred_language(request.headers.get("Accept-Language", ""))
            or self.city.language
        )

    def visit(self, request: web.Request, embedded: bool = False) -> Visit:
        named = request.match_info.get("lang")
        path = request.path.removeprefix(f"/{named}") if named else request.path
        visitor = self.cookies.visitor(request, embedded)
        return Visit(request, self.language(request), path, visitor, self.cookies)

    def page(
        self, visit: Visit, template: str, status: int = 200, personal: bool = False, **more: Any
    ) -> web.Response:
        """``personal`` pages are kept by no cache at all, and stay out of search engines."""
        context = self._frame(visit) | {"personal": personal} | more
        body = self._templates.get_template(template).render(context)
        return self.sent(visit, body, status, personal)

    def dialog(
        self,
        visit: Visit,
        form: Form,
        action: str,
        errors: Mapping[str, str],
        back: str = "",
        said: Markup = EMPTY,
        template: str = "dialog.html",
    ) -> web.Response:
        """A page with one form, sent to ``action``; ``back`` leads away. Above it what is
        ``said``; with ``errors`` what is to be corrected, by field."""
        return self.page(
            visit, template, 422 if errors else 200, personal=True, form=form, action=action,
            back=back, said=said, fields=render.blocks(visit.t, form.blocks, errors),
            faulty=bool(errors),
        )  # fmt: skip

    def poured(
        self,
        visit: Visit,
        template: str,
        key: Hashable,
        own: Mapping[str, str],
        shown: Markup,
        **more: Any,
    ) -> web.Response:
        """A page that many read: rendered anew only where ``more`` is other than last time by
        this ``key``. What is ``shown`` of results, and the visitor's ``own`` words by name, go
        into its gaps."""
        if visit.request.rel_url.raw_query_string:  # it stands in the frame's links
            return self.page(visit, template, shown=lambda *_: shown, **own, **more)
        gaps = {name: self._moulds.gap(name) if words else "" for name, words in own.items()}
        blank = Blank(
            self._moulds.gap("token"),
            self._moulds.gap("notice") if visit.notice else "",
            visit.visitor is not None,
            visit.path,
        )
        place = Markup(self._moulds.gap("shown"))

        def render() -> str:
            frame = self._frame(visit) | {"personal": False, "visit": blank}
            context = frame | more | gaps | {"shown": lambda *_: place}
            return self._templates.get_template(template).render(context)

        fill = {
            "token": lambda: visit.token,
            "notice": lambda: words(visit.notice),
            "shown": lambda: shown,
        } | {name: partial(words, said) for name, said in own.items()}
        which = (template, visit.language, blank, *gaps.values(), key, self.city)
        return self.sent(visit, self._moulds.pour(which, more, render, fill))

    def sent(
        self, visit: Visit, body: str | bytes, status: int = 200, personal: bool = False
    ) -> web.Response:
        """A whole page, as it is."""
        coded = body if isinstance(body, bytes) else body.encode()
        response = web.Response(
            body=coded, content_type="text/html", charset="utf-8", status=status
        )
        self.dress(response)
        response.headers["Cache-Control"] = "no-store" if personal else "private, no-cache"
        response.headers["Content-Language"] = visit.language
        response.headers["Vary"] = "Accept-Language, Cookie"
        if visit.notice:
            self.cookies.drop_notice(response)
        return response

    def fault(self, request: web.Request, status: int, fields: Mapping[str, str]) -> web.Response:
        """Of the request its language is used, and ``fields``: its form, to be sent again."""
        visit = Visit(request, self.language(request), "/", None, self.cookies)
        title, advice = faults.title(visit.t, status), faults.advice(visit.t, status)
        told = {"title": title, "advice": advice, "again": fields, "action": request.path}
        response = self.page(visit, "fault.html", status, personal=True, **told)
        if status in (429, 503):
            response.headers["Retry-After"] = "60" if status == 429 else "1"
        return response

    def check(self, visit: Visit, task: Task, fields: Mapping[str, str]) -> web.Response:
        """Before a newcomer's form is let in, in a flood."""
        again = [(name, words) for name, words in fields.items() if name not in CHECKED]
        told = {"task": task, "again": again, "action": visit.request.path}
        return self.page(visit, "check.html", 428, personal=True, **told)

    def go(self, visit: Visit, path: str, notice: str = "") -> web.Response:
        """On to a page of ours, which shows the notice."""
        response = web.Response(status=303, headers={"Location": f"/{visit.language}{path}"})
        self.dress(response)
        response.headers["Cache-Control"] = "no-store"
        if notice:
            self.cookies.leave_notice(response, notice)
        return response

    def fragment(self, visit: Visit, template: str, **more: Any) -> str:
        """A part of a page, without its frame."""
        return self._templates.get_template(template).render(self._frame(visit) | more)

    def lend(self, request: web.Request, response: web.StreamResponse) -> None:
        """To the sites that may show polls, with what their visitors have chosen there."""
        response.headers["Content-Security-Policy"] = self._framed
        response.headers["Vary"] = "Accept-Language, Cookie, Origin"
        origin = request.headers.get("Origin", "")
        if origin in self.city.web.frames:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"

    def asset(self, request: web.Request, name: str, kept: str) -> web.Response:
        """A file that pages load, here or elsewhere. KeyError where there is none."""
        shared = {
            "Cache-Control": kept,
            "Access-Control-Allow-Origin": "*",  # for polls elsewhere
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return self._assets[name].response(request, {**self.headers, **shared})

    def dress(self, response: web.StreamResponse) -> None:
        response.headers.update(self.headers)

    def _frame(self, visit: Visit) -> dict[str, Any]:
        query = visit.request.rel_url.query_string
        where = visit.path + (f"?{query}" if query else "")
        languages = [
            (code, NAMES[code], f"/language/{code}?to={quote(where, safe='')}")
            for code in LANGUAGES
        ]
        return {
            "t": visit.t,
            "plural": visit.t.plural,
            "visit": visit,
            "lang": visit.language,
            "home": f"/{visit.language}",
            "city": plain(self.city.name, visit.language),
            "languages": languages,
            "alternates": [(x, self.city.page(f"/{x}{visit.path}")) for x in LANGUAGES],
            "neutral": self.city.page(visit.path),
            "here": self.city.page(f"/{visit.language}{visit.path}"),
            "locale": LOCALES[visit.language],
        }
