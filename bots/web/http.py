"""What all answers to programs share: who may read them, how often, and what has not changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bots.web.guard import Allowance

ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    **ANYBODY,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class Wrong(Exception):
    """A request that can't be served: HTTP status, and why, in English."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def answer(content: Any, status: int = 200) -> web.Response:
    text = json.dumps(content, ensure_ascii=False)
    return web.json_response(text=text, status=status, headers=ANYBODY)


def marked(request: web.Request, response: web.Response) -> web.Response:
    """With its ETag; 304 where the reader has just that already, by its ETag, or else by the very
    moment that it was last told."""
    if response.status != 200 or not isinstance(response.body, bytes):
        return response
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'
    known = request.headers.get("If-None-Match")
    if known is None:
        since = request.headers.get("If-Modified-Since")
        same = since is not None and since == response.headers.get("Last-Modified")
    else:
        tags = [one.strip().removeprefix("W/") for one in known.split(",")]
        same = tag in tags or tags == ["*"]
    if same:
        kept = {k: v for k, v in response.headers.items() if not k.startswith("Content-")}
        response = web.Response(status=304, headers=kept)
    response.headers["ETag"] = tag
    return response


def counted(response: web.StreamResponse, most: int, allowance: Allowance) -> None:
    """How many more requests are served now (IETF's RateLimit header fields)."""
    response.headers["RateLimit-Policy"] = f'"address";q={most};w=60'
    response.headers["RateLimit"] = f'"address";r={allowance.left};t={allowance.seconds}'
    if not allowance.granted:
        response.headers["Retry-After"] = str(max(1, allowance.seconds))


# --- input ---------------------------------------------------------------------------------------

LARGEST_NUMBER = 2**31 - 1


def number(text: str, status: int, why: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise Wrong(status, why)
    return int(text)


def one_of(query: Mapping[str, str], name: str, among: tuple[str, ...]) -> str | None:
    value = query.get(name)
    if value is not None and value not in among:
        raise Wrong(400, f"{name} is one of: {', '.join(among)}")
    return value
