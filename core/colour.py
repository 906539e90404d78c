"""Colours as ``#rrggbb``: how they mix, and whether one can be read on another (WCAG 2.2)."""

WHITE, BLACK = "#ffffff", "#000000"
READABLE = 4.5
"""Least contrast of text on what is behind it (level AA)."""


def mix(one: str, other: str, share: float) -> str:
    """``share`` (0 to 1) of the other."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, on: str, towards: str, least: float = READABLE) -> str:
    """The colour, mixed with another until it can be read."""
    steps = (mix(colour, towards, share / 20) for share in range(21))
    return next((made for made in steps if contrast(made, on) >= least), towards)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    r, g, b = (
        x / 255 / 12.92 if x <= 10 else ((x / 255 + 0.055) / 1.055) ** 2.4 for x in _parts(colour)
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
