"""Drawings of the report as SVG: the opinion space, and participation over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import ascii_uppercase

import numpy as np

from core.opinions.analysis import Analysis
from core.opinions.votes import Floats

WIDTH, HEIGHT, MARGIN = 720, 480, 36
BARS_HEIGHT = 140

Point = tuple[float, float]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#8a6d00")
"""Told apart by people with any kind of colour vision, and dark enough on white."""
SHAPES = ("circle", "square", "triangle", "diamond", "cross")
_MARKS = (
    '<circle r="4"/>',
    '<rect x="-3.6" y="-3.6" width="7.2" height="7.2"/>',
    '<path d="M0-4.8 4.4 3.4H-4.4Z"/>',
    '<path d="M0-5.2 4.6 0 0 5.2-4.6 0Z"/>',
    '<path d="M-1.6-4.8h3.2v3.2h3.2v3.2h-3.2v3.2h-3.2v-3.2h-3.2v-3.2h3.2z"/>',
)


def style_of(letter: str) -> int:
    """Which colour and shape: by the letter, so that they stay when groups come and go."""
    return ascii_uppercase.index(letter) % len(COLOURS) if letter in ascii_uppercase else 0


def colour_of(letter: str) -> str:
    return COLOURS[style_of(letter)]


def shape_of(letter: str) -> str:
    return SHAPES[style_of(letter)]


def mark(letter: str, name: str = "") -> str:
    """A group's mark by itself; with no ``name`` it is there for the eye alone."""
    told = f'role="img" aria-label="{escape(name)}"' if name else 'aria-hidden="true"'
    drawn = f'<g fill="{colour_of(letter)}">{_MARKS[style_of(letter)]}</g>'
    return f'<svg class="mark" viewBox="-6 -6 12 12" {told}>{drawn}</svg>'


def opinion_picture(analysis: Analysis, names: Mapping[str, str], title: str) -> str:
    """Everyone as a mark, groups coloured, shaped, outlined and named."""
    places = _on_page(analysis.space.people)
    parts = [_symbols(analysis.letters)]
    outside = places[analysis.group < 0].tolist()
    parts += [f'<circle class="alone" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in outside]
    members = {
        letter: places[analysis.group == number] for number, letter in enumerate(analysis.letters)
    }
    parts += [_outline(letter, points) for letter, points in members.items()]
    for letter, points in members.items():
        marks = "".join(
            f'<use href="#mark-{letter}" x="{x:.1f}" y="{y:.1f}"/>' for x, y in points.tolist()
        )
        parts.append(f'<g fill="{colour_of(letter)}" fill-opacity=".72">{marks}</g>')
    parts += [_label(names[letter], letter, points) for letter, points in members.items()]
    return _svg(HEIGHT, title, "".join(parts))


def _on_page(people: Floats) -> Floats:
    """Both directions in the same scale, so that distances are true; y grows upwards."""
    if not len(people):
        return people
    low, high = people.min(axis=0), people.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    scale = (room / np.maximum(high - low, 1e-9)).min()
    middle = (people - (low + high) / 2) * min(scale, 1e3)
    return np.array([WIDTH / 2, HEIGHT / 2]) + middle * (1, -1)


def _symbols(letters: Sequence[str]) -> str:
    marks = "".join(f'<g id="mark-{each}">{_MARKS[style_of(each)]}</g>' for each in letters)
    return f"<defs>{marks}</defs>"


def outline(points: Floats) -> list[Point]:
    """Around the middle nine tenths of a group: one far away person says little of it."""
    far = ((points - np.median(points, axis=0)) ** 2).sum(axis=1)
    return hull(points[far <= np.quantile(far, 0.9)])


def _outline(letter: str, points: Floats) -> str:
    corners = outline(points)
    if len(corners) < 3:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    colour = colour_of(letter)
    return f'<polygon class="outline" points="{path}" fill="{colour}" stroke="{colour}"/>'


def hull(points: Floats) -> list[Point]:
    """The corners around the points, by Andrew's monotone chain; of points in a line, its ends."""
    ordered = sorted({(x, y) for x, y in points.tolist()})
    return ordered if len(ordered) < 3 else [*_chain(ordered), *_chain(ordered[::-1])]


def _chain(points: Iterable[Point]) -> list[Point]:
    """One side, without its last point."""
    made: list[Point] = []
    for x, y in points:
        while len(made) > 1:
            (x1, y1), (x2, y2) = made[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            made.pop()
        made.append((x, y))
    return made[:-1]


def _label(name: str, letter: str, points: Floats) -> str:
    x, y = np.median(points, axis=0)
    return (
        f'<text class="label" x="{x:.1f}" y="{y:.1f}" fill="{colour_of(letter)}">'
        f"{escape(name)} ({len(points)})</text>"
    )


def bars(counts: Sequence[tuple[str, int]], title: str) -> str:
    """One bar a day."""
    most = max(count for _, count in counts)
    step = (WIDTH - 2 * MARGIN) / len(counts)
    parts = []
    for n, (day, count) in enumerate(counts):
        height = (BARS_HEIGHT - 2 * 10) * count / most
        parts.append(
            f'<rect class="bar" x="{MARGIN + n * step:.1f}" y="{BARS_HEIGHT - 10 - height:.1f}" '
            f'width="{max(step * 0.85, 0.5):.1f}" height="{height:.1f}">'
            f"<title>{escape(day)}: {count}</title></rect>"
        )
    return _svg(BARS_HEIGHT, title, "".join(parts))


def _svg(height: int, title: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">{inside}</svg>'
    )
