"""What the city file says of the page: colours that can be read, a logo that is one, frames."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.city import load_city
from config.faults import ConfigFault
from core.city import City
from core.colour import contrast, mix, readable
from tests.config.cities import small

PLAIN = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'


def load(folder: Path, **web: Any) -> City:
    path = folder / "city.yaml"
    path.write_text(yaml.safe_dump({**small(), "web": web}), "utf-8")
    return load_city(path)


def test_a_look(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(PLAIN)
    frames = ["https://www.city.example", "http://localhost:8000"]
    city = load(tmp_path, colour="#0050BB", accent="#ffcf5c", logo="logo.svg", frames=frames)
    assert city.web.colour == "#0050bb"
    assert city.web.logo == ("svg", PLAIN)
    assert city.web.frames == tuple(frames)
    assert city.web.newcomers_a_minute == 120


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ({"colour": "blue"}, "is not a colour"),
        ({"colour": "#88ccee"}, "too light"),
        ({"accent": "#222222"}, "too dark"),
        ({"frames": ["https://city.example/path"]}, "is not a site"),
        ({"frames": ["* ; script-src *"]}, "is not a site"),
        ({"logo": "logo.gif"}, "is no picture that fits"),
        ({"logo": "none.svg"}, "cannot be read"),
        ({"newcomers_a_minute": 0}, "greater than or equal to 1"),
        ({"color": "#0050bb"}, "Did you mean colour"),
        ({"logo": ["a"]}, "is not text"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, web: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        load(tmp_path, **web)
    assert said in str(caught.value) and "web." in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg><script>x</script></svg>",
        b'<svg onload="x"/>',
        b'<svg><a href="https://evil.test"/></svg>',
        b'<svg><image xlink:href="http://evil.test/x.png"/></svg>',
        b"<svg>" + b" " * 65536 + b"</svg>",
    ],
)
def test_a_logo_is_a_picture_and_no_more(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo.svg").write_bytes(content)
    with pytest.raises(ConfigFault):
        load(tmp_path, logo="logo.svg")


def test_colours() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    shown = readable("#0050bb", "#17252a", "#ffffff", 7)
    assert contrast(shown, "#17252a") >= 7
