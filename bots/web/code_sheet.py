"""Codes to vote with, as a page to print and cut."""

from collections.abc import Sequence
from html import escape

import segno

from core import codes
from core.city import City
from core.model import Poll, Survey
from core.texts import LANGUAGES, pick, texts

CSS = """
@page { size: A4; margin: 10mm }
body { font: 10pt/1.3 sans-serif; color: #000; background: #fff; margin: 0 }
main { display: grid; grid-template-columns: 1fr 1fr }
article { break-inside: avoid; padding: 5mm; border: 1px dashed #777; min-height: 58mm;
  overflow: hidden; overflow-wrap: anywhere }
.qr { float: right; margin: 0 0 2mm 3mm }
.qr::before { content: url("QR") }
.code { font: bold 17pt/1.6 monospace; margin: 0; white-space: nowrap }
h2 { font-size: 10pt; margin: 0 0 1mm }
p { margin: 0 0 1mm }
"""


def sheet(city: City, about: Poll | Survey, made: Sequence[str]) -> str:
    """The page: an article a code, in all languages of the poll or survey."""
    links = _links(city, about, city.language)
    link = links[0] if links else ""
    qr = segno.make(link or str(about.id), error="m", micro=False).svg_data_uri(border=2, scale=2)
    style = CSS.replace("QR", qr if link else "")
    words = _words(city, about)
    cards = "\n".join(
        f"<article>{'<div class=qr></div>' if link else ''}"
        f'<p class="code">{codes.show(code)}</p>{words}</article>'
        for code in made
    )
    title = escape(f"{about.id}: {len(made)}")
    return (
        f'<!doctype html>\n<html lang="{city.language}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{style}</style></head>\n<body><main>\n{cards}\n"
        "</main></body></html>\n"
    )


def _links(city: City, about: Poll | Survey, language: str) -> list[str]:
    kind = "survey" if isinstance(about, Survey) else "poll"
    page = city.page(f"/{language}/{kind}s/{about.id}")
    return [link for link in (page, city.chat_link(f"{kind}_{about.id}")) if link]


def _words(city: City, about: Poll | Survey) -> str:
    name, told = about.title if isinstance(about, Survey) else about.question, []
    for x in LANGUAGES:
        t = texts(x)
        title = escape(pick(name, x))
        until = t.time(about.closes_at, city.timezone) if about.closes_at else ""
        how = t("This code is good for one person's vote. Give it to nobody else.")
        if until:
            how += " " + t("Open until {time}.", time=until)
        where = "<br>".join(map(escape, _links(city, about, x)))
        told.append(f'<div lang="{x}"><h2>{title}</h2><p>{escape(how)}</p><p>{where}</p></div>')
    return "".join(told)
