"""The page of a preview: what each adapter would send, drawn in its channel's look; of polls, the
page's own card as well. Whoever has the link sees it, for as long as it is good."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup

from bots.web.pages import LANG, Pages, Show
from bots.web.poll_cards import PollCard, trial_card
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.errors import Refusal
from core.messages import Message, Pictures, as_text
from core.ports import Route
from core.previews import ticket
from core.previews.kinds import KINDS
from core.previews.specimen import Preview, Specimen, speaking
from core.texts import LANGUAGES, NAMES

PATH = f"{LANG}/preview/{{ticket}}"
SERVICE = "Kuulolla"
CHANNELS = {"telegram": "Telegram", "slack": "Slack", "teams": "Teams"}
Payload = Callable[[Message], Any]
"""What a channel's adapter would send, as JSON."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """``data`` is what `static/preview.js` draws, "" where the channel is not connected; ``words``
    say the same to who has no scripts."""

    language: str
    caption: str
    data: str
    words: str


Channels = Sequence[tuple[str, Sequence[tuple[str, Sequence[Drawn]]]]]
"""Each with its groups, by name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``cards`` are the page's own, by language. Or the ``fault``
    alone: why there is nothing to see."""

    title: str = ""
    channels: Channels = ()
    cards: Mapping[str, PollCard] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Previews:
    """``digest`` is the keyring's, ``payloads`` those of the channels that are connected."""

    digest: ticket.Digest
    payloads: Mapping[str, Payload]

    def sheet(self, scene: Scene, given: str) -> Sheet:
        t, found = scene.t, ticket.read(self.digest, scene.city, given, scene.now)
        if found is None or found[0] not in KINDS:
            told = t("This link is too old, or not right. Press Preview again where you got it.")
            return Sheet(fault=told)
        try:
            made = KINDS[found[0]](scene, found[1])
        except Refusal as refusal:
            return Sheet(fault=refusal.text)
        return Sheet(made.title, self._channels(scene, made), _cards(scene, made))

    def _channels(self, scene: Scene, made: Preview) -> Channels:
        return [
            (
                CHANNELS.get(channel, channel),
                [
                    (name, [self._drawn(scene, one) for one in group])
                    for name, group in groupby(there, key=lambda one: one.group)
                ],
            )
            for channel, there in groupby(made.specimens, key=lambda one: one.channel)
        ]

    def _drawn(self, scene: Scene, one: Specimen) -> Drawn:
        caption = " · ".join(filter(None, (NAMES[one.language], one.place)))
        shown = self.payloads.get(one.channel)
        if shown is None:
            return Drawn(one.language, caption, "", as_text(one.message))
        when = f"{scene.now.astimezone(ZoneInfo(scene.city.timezone)):%H:%M}"
        data = {
            "channel": one.channel, "payload": shown(one.message), "name": SERVICE, "when": when,
            "author": SERVICE if one.place else "", "pictures": _pictures(one.message),
        }  # fmt: skip
        return Drawn(one.language, caption, json.dumps(data), as_text(one.message))


def _pictures(shown: Message) -> list[tuple[str, str]]:
    """Address and words of those that Telegram gets as one, which is made once the poll is one."""
    found = [block for block in shown.blocks if isinstance(block, Pictures)]
    return [(one.url, one.alt) for block in found for one in block.items]


def _cards(scene: Scene, made: Preview) -> dict[str, PollCard] | None:
    if made.poll is None:
        return None
    return {x: trial_card(speaking(scene, x), made.poll) for x in LANGUAGES}


def parts(site: Site, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """What the templates show of it."""

    def own(language: str, card: PollCard) -> Markup:
        there = replace(visit, language=language)
        return Markup(site.fragment(there, "preview_poll.html", poll=card))

    cards = (sheet.cards or {}).items()
    return {"sheet": sheet, "own": [(x, NAMES[x], own(x, card)) for x, card in cards]}


class PreviewPages:
    def __init__(self, site: Site, pages: Pages, previews: Previews) -> None:
        self._site, self._pages, self._previews = site, pages, previews

    def routes(self, show: Callable[[Show], Any]) -> list[Route]:
        return [Route("GET", PATH, show(self._page))]

    async def _page(self, visit: Visit) -> web.Response:
        given = visit.request.match_info["ticket"]
        sheet = await self._pages.look(visit, lambda scene: self._previews.sheet(scene, given))
        shown = parts(self._site, visit, sheet)
        status = 410 if sheet.fault else 200
        return self._site.page(visit, "preview.html", status, personal=True, **shown)
