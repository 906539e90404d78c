"""Files that pages load: compressed once, and not sent again to who has them."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """``packed`` by gzip; None where that makes it no smaller."""

    content: bytes
    packed: bytes | None
    kind: str
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "Asset":
        packed = gzip.compress(content, mtime=0)
        kind = next(kind for end, kind in TYPES.items() if name.endswith(end))
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        return cls(content, packed if len(packed) < len(content) else None, kind, tag)

    def response(self, request: web.Request, headers: Mapping[str, str]) -> web.Response:
        known = request.headers.get("If-None-Match", "").split(",")
        told = {**headers, "ETag": self.tag, "Vary": "Accept-Encoding"}
        if self.tag in (one.strip().removeprefix("W/") for one in known):
            return web.Response(status=304, headers=told)
        body = self.content
        if self.packed and _takes_gzip(request.headers.get("Accept-Encoding", "")):
            body, told["Content-Encoding"] = self.packed, "gzip"
        return web.Response(body=body, content_type=self.kind, charset="utf-8", headers=told)


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.lower().split(","):
        name, _, quality = one.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
