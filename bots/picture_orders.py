"""What is ordered of the worker that knows pictures (`bots.picture_worker`), and what it makes."""

import msgspec

from core.model import PictureFault


class Shrink(msgspec.Struct, frozen=True, tag=True):
    """A file from anywhere, to be made a picture that we may show: answered with a `Shrunk`."""

    content: bytes


class Sheet(msgspec.Struct, frozen=True, tag=True):
    """Pictures of ours with words below each, on one sheet: answered with a JPEG."""

    cells: tuple[tuple[str, bytes], ...]


class Shrunk(msgspec.Struct, frozen=True):
    """``content`` is a JPEG or a PNG, of that many pixels; or there is a ``fault``."""

    kind: str = ""
    width: int = 0
    height: int = 0
    content: bytes = b""
    fault: PictureFault | None = None
