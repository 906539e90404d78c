"""The worker that draws: ``python -m bots.charts``. Nothing else may import this module, since it
loads matplotlib.

One hue for all bars, the reader's own words and figures beside each: nothing is told by colour.
"""

import io
import textwrap
import unicodedata

import msgspec
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bots.workshop import Drawing, serve

BAR, REST, INK, NOTE = "#0b5cad", "#e3e9f0", "#14202b", "#47525d"
WIDTH, DPI = 5.0, 192  # inches, pixels an inch: legible on a phone, and 960 pixels wide
LETTERS, TITLE_LETTERS = 33, 38


def draw(order: bytes) -> bytes:
    """A PNG of a `Drawing`: a bar an option, its share of the line's width."""
    drawing = msgspec.json.decode(order, type=Drawing)
    bars = drawing.bars.bars
    title = _lines(drawing.title, TITLE_LETTERS, 4)
    head = 0.45 + 0.24 * title.count("\n")
    rows = max(1, len(bars))
    height = head + 0.72 * rows + 0.55
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(0.03, 1 - 0.16 / height, title, size=13, weight="bold", va="top", color=INK)
    axes = figure.add_axes((0.03, 0.5 / height, 0.94, (height - head - 0.6) / height))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(rows - 0.35, -0.65)
    for row, bar in enumerate(bars):
        share = min(1.0, max(0.0, bar.share))
        axes.barh(row, 1, height=0.26, color=REST)
        axes.barh(row, share, height=0.26, color=BAR)
        axes.text(0, row - 0.2, _lines(bar.label, LETTERS, 1), size=12, va="bottom", color=INK)
        figures = f"{_seen(bar.figure)}  ({bar.count})"
        axes.text(1, row - 0.2, figures, size=12, weight="bold", va="bottom", ha="right", color=INK)
    figure.text(0.03, 0.16 / height, _seen(drawing.bars.caption), size=11, color=NOTE)
    made = io.BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _lines(words: str, width: int, most: int) -> str:
    return "\n".join(textwrap.wrap(_seen(words), width, max_lines=most, placeholder=" …"))


def _seen(words: str) -> str:
    """Without what the font has no picture for, as emoji; ``$`` would begin a formula."""
    kept = "".join(c for c in words if ord(c) < 0x2500 and unicodedata.category(c) != "So")
    return kept.replace("$", r"\$")


if __name__ == "__main__":
    serve(draw)
