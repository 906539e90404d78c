"""The city's own look: a small style sheet over ours, and its logo."""

from core.city import PublicPage
from core.colour import BLACK, WHITE, mix, readable

STYLE = "city.css"
INK, DARK_CARD = "#14252b", "#17252a"
"""As in kuulolla.css: text on light, and what is behind text in the dark."""


def names(page: PublicPage) -> dict[str, str]:
    """Files that the frame of pages names: ``style`` and ``logo``, "" where there is none."""
    logo = f"logo.{page.logo[0]}" if page.logo else ""
    return {"style": STYLE if page.colour or page.accent else "", "logo": logo}


def files(page: PublicPage) -> dict[str, bytes]:
    made = {}
    if page.logo:
        made[names(page)["logo"]] = page.logo[1]
    if names(page)["style"]:
        made[STYLE] = _style(page).encode()
    return made


def _style(page: PublicPage) -> str:
    light, dark, hero = "", "", ""
    if page.colour:
        light, dark, hero = _light(page.colour), _dark(page.colour), _hero(page.colour)
    accent = f"--sun: {page.accent}; " if page.accent else ""
    return (
        f":root {{ {light}{accent}}}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark}{accent}}} {hero}}}\n"
    )


def _light(colour: str) -> str:
    return _variables(
        city=colour,
        city_deep=mix(colour, BLACK, 0.35),
        link=mix(colour, BLACK, 0.1),
        tint=mix(colour, WHITE, 0.9),
        bar=mix(colour, WHITE, 0.2),
    )


def _dark(colour: str) -> str:
    shown = readable(colour, DARK_CARD, WHITE, 7)
    return _variables(
        city=shown,
        city_deep=mix(shown, WHITE, 0.4),
        on_city=readable(colour, shown, BLACK),
        link=shown,
        tint=mix(DARK_CARD, colour, 0.25),
        bar=shown,
    )


def _hero(colour: str) -> str:
    return f".hero {{ background-color: {mix(colour, BLACK, 0.4)}; }} "


def _variables(**colours: str) -> str:
    return "".join(f"--{name.replace('_', '-')}: {x}; " for name, x in colours.items())
