"""The Teams channel between two servers: the Bot Connector's stand-in, and the service's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.playground.teams_keys import ISSUER, SigningKey
from bots.playground.teams_people import App
from bots.playground.teams_standin import TeamsStandin
from bots.playground.teams_world import Conversation, Message, User
from bots.teams.adapter import Account, Memory, Patience, TeamsChannel
from bots.teams.connector import Hosts
from bots.teams.tokens import Cloud
from core import messages
from core.events import Address, Event
from core.messages import Reply
from tests.fakes import Clock

DESK = Conversation("19:desk@thread.tacv2", "channel", "Tekniikka")
TEAM = Conversation("19:group@thread.v2", "groupChat", "Kuntalaiset")
STRANGE = Conversation("19:strange@thread.tacv2", "channel", "Vieras", installed=False)
LONG = "a:" + "1xYz_-" * 40
OWN = Conversation(LONG, "personal")
EXPERT = User("29:expert", "00000000-0000-0000-0000-00000000e001", "Asiantuntija")
PUPIL = User("29:pupil", "00000000-0000-0000-0000-00000000e002", "Oppilas", "sv-SE")
QUICK = Patience(reply=20, retry=0.01, retry_most=0.05)
NAMES = frozenset({"kieli", "ohje", "unohda"})
Json = dict[str, Any]


@dataclass
class Rules:
    """Answers each event by its kind and name, and keeps what it heard. Closed, it waits."""

    answers: dict[str, Reply | Exception] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def __call__(self, event: Event) -> Reply:
        self.heard.append(event)
        await self.open.wait()
        known = [getattr(event, name, "") for name in ("action", "name", "form")]
        name = next((x for x in known if x), type(event).__name__)
        answer = self.answers.get(name, Reply())
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Notes:
    """What the service keeps for the channel."""

    ways: dict[str, str] = field(default_factory=dict)
    posts: dict[tuple[str, str], messages.Message] = field(default_factory=dict)

    async def keep(self, chat: str, way: str) -> None:
        self.ways[chat] = way

    async def recall(self) -> Mapping[str, str]:
        return dict(self.ways)

    async def see(self, chat: Address, ref: str) -> messages.Message | None:
        return self.posts.get((chat.chat, ref))

    @property
    def memory(self) -> Memory:
        return Memory(self.keep, self.recall, self.see)


@dataclass
class Office:
    teams: TeamsStandin
    channel: TeamsChannel
    rules: Rules
    notes: Notes
    clock: Clock

    @property
    def world(self) -> Any:
        return self.teams.world

    @property
    def people(self) -> Any:
        return self.teams.people

    def shown(self, chat: Conversation = DESK) -> list[Message]:
        return self.world.shown(chat.id)

    def heard(self, kind: type[Event] | None = None) -> list[Event]:
        """All but the survey at the start."""
        told = [e for e in self.rules.heard if ":survey" not in e.id]
        return [e for e in told if kind is None or isinstance(e, kind)]

    async def surveyed(self) -> None:
        await self.until(lambda: self.channel.survey is None or self.channel.survey.done())

    async def until(self, seen: Callable[[], Any]) -> Any:
        """Waits, a turn of the loop at a time, for what is on its way."""
        async with asyncio.timeout(20):
            while not (found := seen()):
                await asyncio.sleep(0)
        return found

    def to(self, chat: Conversation) -> Address:
        """As the adapter names chats: private ones with the way to them."""
        way = f"|{self.people.service_url}" if chat.kind == "personal" else ""
        return Address("teams", chat.id + way)

    async def posted(self, message: messages.Message, chat: Conversation = DESK) -> Message:
        """A post of the city's, which the channel may ask about."""
        ref = await self.channel.send(self.to(chat), message)
        self.notes.posts[chat.id, ref] = message
        return self.world.messages[ref.split(" ")[1]]


def texts_of(card: Json) -> list[str]:
    """All text of a card, an element a line."""
    found: list[str] = []
    for element in card.get("body", card.get("items", [])):
        if element["type"] == "RichTextBlock":
            found.append("".join(run["text"] for run in element["inlines"]))
        elif element["type"] == "Container":
            found += texts_of(element)
    return found


def standin(key: SigningKey) -> TeamsStandin:
    teams = TeamsStandin(App(), key=key)
    for chat in (DESK, TEAM, STRANGE, OWN):
        teams.world.add(Conversation(chat.id, chat.kind, chat.name, chat.installed))
    for user in (EXPERT, PUPIL):
        teams.world.add_user(user)
    return teams


def teams_channel(teams: TeamsStandin, notes: Notes, clock: Clock, **options: Any) -> TeamsChannel:
    async def token() -> str:
        return teams.token

    fallback = options.pop("fallback", teams.people.service_url)
    cloud = Cloud(issuer=ISSUER, keys=teams.openid_url, service_url=fallback)
    account = Account(teams.app.app_id, "a secret", teams.app.tenant_id, cloud=cloud)
    return TeamsChannel(
        options.pop("account", account),
        notes.memory,
        clock=clock,
        get_token=options.pop("get_token", token),
        hosts=options.pop("hosts", Hosts((), teams.base_url)),
        patience=options.pop("patience", QUICK),
        names=NAMES,
        jitter=lambda: 0.5,
        **options,
    )


@asynccontextmanager
async def office(key: SigningKey, **options: Any) -> AsyncIterator[Office]:
    clock, rules, notes = Clock(), options.pop("rules", Rules()), options.pop("notes", Notes())
    served: dict[str, Any] = {}
    wait = options.pop("wait", True)

    async def receive(request: web.Request) -> web.StreamResponse:
        return await served[request.path](request)

    service, world = web.Application(client_max_size=4_000_000), web.Application()
    service.router.add_post("/teams/messages", receive)
    async with TestServer(service) as front:
        teams = standin(key)
        teams.app.endpoint = str(front.make_url("/teams/messages"))
        world.add_routes(teams.routes())
        async with TestServer(world) as server:
            teams.at(str(server.make_url("")))
            prepare = options.pop("prepare", lambda teams: None)
            prepare(teams)
            channel = teams_channel(teams, notes, clock, **options)
            served |= {route.path: route.handler for route in channel.routes()}
            await channel.start(rules)
            made = Office(teams, channel, rules, notes, clock)
            try:
                if wait:
                    await made.surveyed()
                yield made
            finally:
                rules.open.set()
                await channel.stop()
                await teams.close()
