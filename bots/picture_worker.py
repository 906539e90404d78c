"""The worker that knows pictures: ``python -m bots.picture_worker``. It loads Pillow, and reads
what came from other sites, in a process of its own that ends soon after.
"""

import io
import textwrap
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from bots.picture_orders import Sheet, Shrink, Shrunk
from bots.worker import serve
from core.model import PictureFault
from core.model.pictures import MOST_MEGAPIXELS

TAKEN = ("PNG", "JPEG", "WEBP", "GIF")
SIDE = 800
"""Pixels of the longer side at most."""
SMALL_PNG, MOST_PNG = 150_000, 500_000
"""Bytes. Drawings stay as sharp as they are, photographs are larger than the first; what is
see-through stays so up to the second."""
CELL, SHEET_GAP = (400, 300), 16
LETTERS, LETTER, LINE = 19, 36, 46  # a line, and pixels of each: read on a phone as well
INK, PAPER = "#14202b", "#ffffff"


def make(encoded: bytes) -> bytes:
    order = msgspec.msgpack.decode(encoded, type=Shrink | Sheet)
    if isinstance(order, Sheet):
        return sheet(order)
    return msgspec.msgpack.encode(shrink(order.content))


def shrink(content: bytes) -> Shrunk:
    """Of what moves, its beginning. Nothing but pixels is left of the file."""
    try:
        with Image.open(io.BytesIO(content), formats=TAKEN) as opened:
            width, height = opened.size
            if width * height > MOST_MEGAPIXELS * 1_000_000:
                return Shrunk(fault=PictureFault.PIXELS)
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is read smaller at once
            picture = ImageOps.exif_transpose(opened)
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Image.DecompressionBombError:
        return Shrunk(fault=PictureFault.PIXELS)
    except UnidentifiedImageError:
        return Shrunk(fault=PictureFault.KIND)
    except Exception:  # decoders raise whatever a broken file leads them to
        return Shrunk(fault=PictureFault.BROKEN)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return _written(picture)


def _written(picture: Image.Image) -> Shrunk:
    """As PNG what is small that way; else as JPEG."""
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    kind = "png"
    if made.tell() > (SMALL_PNG if picture.mode == "RGB" else MOST_PNG):
        made, kind = _jpeg(_on_paper(picture)), "jpeg"
    return Shrunk(kind, picture.width, picture.height, made.getvalue())


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGB", picture.size, PAPER)
    paper.paste(picture, mask=picture)
    return paper


def _jpeg(picture: Image.Image) -> io.BytesIO:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=84, optimize=True, progressive=True)
    return made


def sheet(order: Sheet) -> bytes:
    """Rows of equal cells: a picture as large as fits, and its words."""
    count = len(order.cells)
    across = 1 if count == 1 else 2 if count <= 4 else 3
    labels = [_lines(words) for words, _ in order.cells]
    wide, high = CELL[0] + SHEET_GAP, CELL[1] + LINE * max(len(lines) for lines in labels) + 30
    down = -(-count // across)
    size = (across * wide + SHEET_GAP, down * high + SHEET_GAP)
    whole = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(whole)
    for n, (lines, (_, content)) in enumerate(zip(labels, order.cells, strict=True)):
        left, top = SHEET_GAP + n % across * wide, SHEET_GAP + n // across * high
        with Image.open(io.BytesIO(content), formats=TAKEN) as one:
            fitted = ImageOps.contain(one.convert("RGBA"), CELL, Image.Resampling.LANCZOS)
        place = (left + (CELL[0] - fitted.width) // 2, top + (CELL[1] - fitted.height) // 2)
        whole.paste(fitted, place, fitted)
        for row, words in enumerate(lines):
            at = (left + CELL[0] / 2, top + CELL[1] + 10 + LINE * row)
            pen.text(at, words, INK, _font(), anchor="ma")
    return _jpeg(whole).getvalue()


def _lines(words: str) -> list[str]:
    """Without what the font has no picture for, as emoji."""
    seen = "".join(c for c in words if ord(c) < 0x2500 and unicodedata.category(c) != "So")
    return textwrap.wrap(seen, LETTERS, max_lines=2, placeholder=" …")


@cache
def _font() -> ImageFont.FreeTypeFont:
    """The one that matplotlib brings along, which is found and not loaded."""
    spec = find_spec("matplotlib")
    assert spec and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), LETTER)


if __name__ == "__main__":
    serve(make)
