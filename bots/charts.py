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

from bots.worker import Drawing, Scatter, serve

BAR, REST, INK, NOTE = "#0b5cad", "#e3e9f0", "#14202b", "#47525d"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#8a6d00")
"""As in `core.opinions.picture`: told apart with any kind of colour vision."""
MARKS, ALONE = ("o", "s", "^", "D", "P"), "#999999"
WIDTH, DPI = 5.0, 192  # inches, pixels an inch: legible on a phone, and 960 pixels wide
LETTERS, TITLE_LETTERS = 33, 38


def draw(order: bytes) -> bytes:
    """A PNG of a `Drawing` or a `Scatter`."""
    wanted = msgspec.json.decode(order, type=Drawing | Scatter)
    return scatter(wanted) if isinstance(wanted, Scatter) else chart(wanted)


def chart(drawing: Drawing) -> bytes:
    """A bar an option, its share of the line's width."""
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


def scatter(order: Scatter) -> bytes:
    """A PNG of an opinion space: a mark a person, colour and shape by group, an outline around each
    group, and below it their names and sizes."""
    title = _lines(order.title, TITLE_LETTERS, 3)
    head = 0.45 + 0.24 * title.count("\n")
    rows = len(order.labels)
    height = head + WIDTH * 0.75 + 0.3 * rows + 0.2
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(0.03, 1 - 0.16 / height, title, size=13, weight="bold", va="top", color=INK)
    bottom = (0.3 * rows + 0.15) / height
    axes = figure.add_axes((0.03, bottom, 0.94, WIDTH * 0.75 / height))
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    for style in sorted({dot[2] for dot in order.dots}):
        places = [dot[:2] for dot in order.dots if dot[2] == style]
        colour, mark, size = (COLOURS[style], MARKS[style], 22) if style >= 0 else (ALONE, "o", 8)
        xs, ys = zip(*places, strict=True)
        axes.scatter(xs, ys, s=size, c=colour, marker=mark, alpha=0.75, linewidths=0)
    for style, corners in order.outlines.items():
        colour = COLOURS[style]
        axes.fill(*zip(*corners, strict=True), color=colour, alpha=0.08, linewidth=0)
        axes.fill(*zip(*corners, strict=True), fill=False, edgecolor=colour, linestyle="--")
    for row, (style, (name, size)) in enumerate(sorted(order.labels.items(), reverse=True)):
        y = (0.3 * row + 0.2) / height
        key = figure.add_axes((0.03, y - 0.08 / height, 0.05, 0.24 / height))
        key.set_axis_off()
        key.scatter([0], [0], s=60, c=COLOURS[style], marker=MARKS[style], linewidths=0)
        words = f"{_lines(name, LETTERS, 1)}  ({size})"
        figure.text(0.1, y, words, size=12, weight="bold", color=INK)
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
