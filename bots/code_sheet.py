"""Codes to vote with, as a page to print and cut."""

from collections.abc import Sequence
from html import escape

import segno

from core import codes
from core.city import City
from core.model import Poll
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


def sheet(city: City, poll: Poll, made: Sequence[str]) -> str:
    """The page: an article a code, in all languages of the poll."""
    link = city.page(f"/{city.language}/polls/{poll.id}") or city.chat_link(f"poll_{poll.id}")
    qr = segno.make(link or str(poll.id), error="m", micro=False).svg_data_uri(border=2, scale=2)
    style = CSS.replace("QR", qr if link else "")
    words = _words(city, poll)
    cards = "\n".join(
        f"<article>{'<div class=qr></div>' if link else ''}"
        f'<p class="code">{codes.show(code)}</p>{words}</article>'
        for code in made
    )
    title = escape(f"{poll.id}: {len(made)}")
    return (
        f'<!doctype html>\n<html lang="{city.language}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{style}</style></head>\n<body><main>\n{cards}\n"
        "</main></body></html>\n"
    )


def _words(city: City, poll: Poll) -> str:
    told = []
    for x in LANGUAGES:
        t = texts(x)
        question = escape(pick(poll.question, x))
        until = t.time(poll.closes_at, city.timezone) if poll.closes_at else ""
        how = t("This code is good for one person's vote. Give it to nobody else.")
        if until:
            how += " " + t("Open until {time}.", time=until)
        places = [city.page(f"/{x}/polls/{poll.id}"), city.chat_link(f"poll_{poll.id}")]
        where = "<br>".join(escape(place) for place in places if place)
        told.append(f'<div lang="{x}"><h2>{question}</h2><p>{escape(how)}</p><p>{where}</p></div>')
    return "".join(told)
