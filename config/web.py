"""What the city file says of the public page."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.faults import Fault
from config.source import Source
from config.values import Words
from config.values import wrong as fault
from core.city import PublicPage
from core.colour import READABLE, WHITE, contrast

INK = "#14252b"
"""What is written on the accent colour."""
LARGEST_LOGO = 64 * 1024
_ACTIVE = re.compile(
    rb"<script|\son\w+\s*=|<!ENTITY|<foreignObject|href\s*=\s*[\"']?(?!#|data:image)",
    re.IGNORECASE,
)


def _hexadecimal(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise fault(f"“{value}” is not a colour.", "Write it as '#0b4a59', in quotes.")
    return value.lower()


def _dark_enough(value: str) -> str:
    if contrast(value, WHITE) < READABLE:
        raise fault(f"“{value}” is too light: white text on it is hard to read.", "Darken it.")
    return value


def _light_enough(value: str) -> str:
    if contrast(value, INK) < READABLE:
        raise fault(f"“{value}” is too dark: text on it is hard to read.", "Lighten it.")
    return value


def _origin(value: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", value):
        raise fault(f"“{value}” is not a site.", "Write it as https://www.city.example: no path.")
    return value.lower()


Site = Annotated[str, AfterValidator(_origin)]


class Web(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Annotated[str, AfterValidator(_hexadecimal), AfterValidator(_dark_enough)] = ""
    accent: Annotated[str, AfterValidator(_hexadecimal), AfterValidator(_light_enough)] = ""
    logo: str = Field("", max_length=200)
    frames: Annotated[tuple[Site, ...], Field(max_length=50)] = ()
    newcomers_a_minute: int = Field(120, ge=1, le=100_000)
    accessibility: Words = Field(default_factory=dict)
    accessibility_desk: str = ""


def public_page(given: Web, folder: Path) -> PublicPage:
    """``folder``: where the city file lies; the logo is named from there."""
    logo = folder / given.logo if given.logo else None
    kept = (logo.suffix[1:].lower(), logo.read_bytes()) if logo else None
    return PublicPage(
        given.colour,
        given.accent,
        kept,
        given.frames,
        given.newcomers_a_minute,
        given.accessibility,
        given.accessibility_desk,
    )


def logo_faults(source: Source, folder: Path) -> list[Fault]:
    """Of the file that the city file names as its logo."""
    web = source.data.get("web")
    name = web.get("logo") if isinstance(web, dict) else None
    if not name or not isinstance(name, str):
        return []
    if (wrong := _unfit(name, folder)) is None:
        return []
    return [source.fault(("web", "logo"), f"“{name}” {wrong[0]}", wrong[1])]


def _unfit(name: str, folder: Path) -> tuple[str, str] | None:
    """What is wrong with the picture, and what helps."""
    if not name.lower().endswith((".svg", ".png")):
        return "is no picture that fits.", "Take an SVG or a PNG."
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return "cannot be read.", "Name it from the folder of the city file."
    if len(content) > LARGEST_LOGO:
        return f"has {len(content)} bytes.", "64 kB at most."
    if name.lower().endswith(".svg") and _ACTIVE.search(content):
        return "does more than show a picture.", "Save it as a plain SVG: no scripts, no links."
    return None
