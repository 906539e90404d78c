"""The channels that are configured, each wired to its SDK.

An SDK is imported only where its channel is configured: imports inside functions are for that.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bots.live import Hub
from bots.opinion_works import OpinionWorks
from bots.option_pictures import OptionPictures
from bots.parcels import Do, Render
from bots.pictures import Pictures
from bots.reader import Reader
from bots.web.adapter import WebChannel
from bots.web.previews import Payload, Previews
from config.settings import Settings
from config.webhooks import secrets
from core.city import City, Official
from core.commands import about, all_offers
from core.duty import Duty
from core.events import Address
from core.messages import Message
from core.people import Keyring
from core.ports import Channel, Store
from core.roster import DESK
from core.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from bots.web.staff.adapter import DeskChannel

Clock = Callable[[], datetime]
Posts = Callable[[str], Duty]
"""The duty of that name."""


@dataclass(frozen=True, slots=True)
class Records:
    """What adapters may ask of the database, and write there; and the city as it is now."""

    run: Do
    read: Do
    render: Render
    picture: Callable[[str], Awaitable[bytes | None]]
    watch: Callable[[str], AsyncGenerator[None, None]]
    cookie_key: bytes
    city: Callable[[], City]


def platforms(
    settings: Settings, city: City, clock: Clock, records: Records, post: Posts
) -> list[Channel]:
    """Those that are configured."""
    channels: list[Channel] = []
    if settings.telegram.token:
        channels.append(_telegram(settings, city, clock, post, records))
    if settings.slack.bot_token:
        channels.append(_slack(settings, city, clock, post))
    if settings.teams.app_id or settings.teams.development_url:
        channels.append(_teams(settings, city, clock, records))
    if city.polis_server:
        channels.append(_polis(city))
    if city.webhooks:
        channels.append(_webhooks(settings, city, clock, records))
    return channels


def payloads(settings: Settings, city: City) -> dict[str, Payload]:
    """What the adapter of each that is configured would send of a message, for previews."""
    made: dict[str, Payload] = {}
    if settings.telegram.token:
        from bots.telegram.render import payload as telegram

        made["telegram"] = telegram
    if settings.slack.bot_token:
        from bots.slack.render import message as slack

        made["slack"] = slack
    if settings.teams.app_id or settings.teams.development_url:
        from bots.teams.render import More, card

        more = More(texts(city.language)("On the web page"), city.page(f"/{city.language}/"))
        made["teams"] = partial(card, more=more)
    return made


def invited(city: City) -> Official | None:
    """Whom the playground's link lets in: the first official that the city file has at the desk."""
    return next((one for one in city.officials if one.channel == DESK), None)


def desk(
    settings: Settings, city: City, clock: Clock, records: Records, previews: Previews
) -> "DeskChannel":
    from bots.web.staff.adapter import CALLBACK, DeskChannel

    provider, given = None, settings.desk
    if given.issuer and given.client_id:
        from bots.web.staff.oidc import Provider

        secret = given.client_secret.get_secret_value() if given.client_secret else None
        provider = Provider(
            given.issuer, given.client_id, secret, given.scope, city.sign_in.claim,
            f"{settings.public_url}{CALLBACK}", clock,
        )  # fmt: skip
    return DeskChannel(
        city,
        cookie_key=records.cookie_key,
        run=records.run,
        read=records.read,
        render=records.render,
        watch=records.watch,
        previews=previews,
        clock=clock,
        secure=(settings.public_url or "").startswith("https:"),
        provider=provider,
        trusted_proxies=1 if settings.public_url else 0,
    )


def _telegram(
    settings: Settings, city: City, clock: Clock, post: Posts, records: Records
) -> Channel:
    from bots.telegram.adapter import TelegramChannel

    given = settings.telegram
    assert given.token
    secret = given.webhook_secret.get_secret_value() if given.webhook_secret else None
    return TelegramChannel(
        given.token.get_secret_value(),
        api_url=given.api_url,
        public_url=settings.public_url,
        secret=secret,
        offers=all_offers(city),
        about={language: about(city, language) for language in LANGUAGES},
        clock=clock,
        polls=post("polling:telegram"),
        picture=records.picture,
        paid=given.paid_broadcast,
        reads=any(at.channel == "telegram" for at in city.threads),
        topics=[c.address.chat for c in city.chats if c.address.channel == "telegram"],
    )


def _slack(settings: Settings, city: City, clock: Clock, post: Posts) -> Channel:
    from bots.slack.adapter import SlackChannel

    given = settings.slack
    assert given.bot_token
    return SlackChannel(
        given.bot_token.get_secret_value(),
        app_token=given.app_token.get_secret_value() if given.app_token else None,
        signing_secret=given.signing_secret.get_secret_value() if given.signing_secret else None,
        api_url=given.api_url,
        public_url=settings.public_url if settings.slack_by_http else None,
        clock=clock,
        zone=city.timezone,
        language=city.language,
        listens=post("socket:slack"),
        threads=[at.chat for at in city.threads if at.channel == "slack"],
    )


def _polis(city: City) -> Channel:
    from bots.polis import PolisChannel

    return PolisChannel(city.polis_server)


def _webhooks(settings: Settings, city: City, clock: Clock, records: Records) -> Channel:
    from bots.web.shapes import public
    from bots.webhooks import WebhookChannel

    async def look(kind: str, id: int) -> dict[str, Any] | None:
        return await records.read(lambda store: public(store, records.city(), kind, id))

    return WebhookChannel(city.webhooks, secrets(settings.webhook_secrets), look, clock)


def _teams(settings: Settings, city: City, clock: Clock, records: Records) -> Channel:
    from bots.teams.adapter import Account, Memory, TeamsChannel
    from bots.teams.tokens import HOSTS, Cloud

    async def keep(chat: str, reference: str) -> None:
        await records.run(lambda store: store.keep_reference(Address("teams", chat), reference))

    async def recall() -> Mapping[str, str]:
        return await records.read(lambda store: store.references("teams"))

    async def see(chat: Address, ref: str) -> Message | None:
        def look(store: Store) -> Message | None:
            found = store.showing(chat, ref)
            return records.render(store, *found, clock()) if found else None

        return await records.read(look)

    given = settings.teams
    hosts = tuple(filter(None, given.service_hosts.split(",")))
    account = Account(
        given.app_id or "",
        given.app_secret.get_secret_value() if given.app_secret else "",
        given.tenant_id or "",
        given.development_url,
        Cloud(hosts=(*HOSTS, *hosts)),
    )
    chats = dict.fromkeys([*city.homes, *(chat.address for chat in city.chats)])
    return TeamsChannel(
        account,
        Memory(keep, recall, see),
        clock=clock,
        chats=[address.chat for address in chats if address.channel == "teams"],
        officials={o.account for o in city.officials if o.channel == "teams"},
        names={offer.name for offers in all_offers(city).values() for offer in offers},
        language=city.language,
        page_url=city.page(f"/{city.language}/"),
        threads={at.chat for at in city.threads if at.channel == "teams"},
    )


def page(
    settings: Settings,
    city: City,
    clock: Clock,
    keyring: Keyring,
    reader: Reader,
    hub: Hub,
    frames: str,
    pictures: Pictures,
    of_options: OptionPictures,
    works: OpinionWorks,
    previews: Previews,
) -> WebChannel:
    public = settings.public_url or ""
    return WebChannel(
        city,
        cookie_key=keyring.cookie_key,
        read=reader.read,
        watch=hub.subscribe,
        mark=hub.mark,
        clock=clock,
        secure=public.startswith("https:"),
        resident=keyring.resident,
        chart=pictures.chart,
        pictures=of_options,
        works=works,
        previews=previews,
        frame_ancestors=frames,
        trusted_proxies=1 if public else 0,  # we speak no https ourselves: a proxy does
    )
