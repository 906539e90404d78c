"""What ``kuulolla check`` finds at the platforms: asked of the stand-ins, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots import check
from bots.check import Finding, State
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App
from bots.playground.teams_standin import LOGIN, TeamsStandin
from bots.playground.teams_world import Conversation
from bots.playground.telegram import CHANNEL, GROUP, TOKEN, TelegramStandIn, TelegramWorld, seed
from bots.playground.telegram.model import Webhook
from config.city import load_city
from config.fields import EXAMPLE_CITY
from core.city import Chat
from core.events import Address

CITY = load_city(EXAMPLE_CITY)
NEEDS = frozenset({"chat:write", "commands"})


@dataclass
class Platforms:
    world: TelegramWorld
    slack: SlackStandin
    telegram_api: check.TelegramApi
    slack_api: check.SlackApi

    async def telegram(self, public_url: str | None = None, **city: str) -> dict[str, Finding]:
        asked = check.telegram(self.telegram_api, replace(CITY, **city), public_url)
        return {f.place: f for f in await check.gathered([asked])}

    async def workplace(self) -> dict[str, Finding]:
        asked = check.slack(self.slack_api, CITY, NEEDS)
        return {f.place: f for f in await check.gathered([asked])}


@pytest.fixture
async def platforms() -> AsyncIterator[Platforms]:
    async with served(App()) as platforms:
        yield platforms


@asynccontextmanager
async def served(workplace: App) -> AsyncIterator[Platforms]:
    world, slack, app = TelegramWorld(), SlackStandin(workplace), web.Application()
    seed(world)
    TelegramStandIn(world).install(app)
    app.add_routes(slack.routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        slack.base_url = url
        yield Platforms(
            world,
            slack,
            check.TelegramApi(session, f"{url}/telegram", TOKEN),
            check.SlackApi(session, f"{url}/slack/api/", "xoxb-playground", "xapp-playground"),
        )
        await slack.close()


async def test_the_example_city_fits_the_playground(platforms: Platforms) -> None:
    found = {**await platforms.telegram(), **await platforms.workplace()}
    assert {f.what for f in found.values() if f.state is not State.OK} == set()
    assert found["Telegram: bot"].what == "@kuulolla_playground_bot"
    assert found[f"Telegram: {CHANNEL}"].what == "“Kaupunki – Staden”, administrator"
    assert found["Telegram: webhook"].what == "none: long polling."
    assert found["Slack: app"].what.endswith("in Kaupunki")
    assert found["Slack: Socket Mode"].state is State.OK
    channels = ("C0TEKNIIKKA", "C0KASVATUS", "C0PALVELUT", "C0VIESTINTA")
    assert all(f"Slack: {channel}" in found for channel in channels)


# --- Telegram --------------------------------------------------------------------------------


async def test_a_wrong_token_is_told_without_its_value(platforms: Platforms) -> None:
    platforms.telegram_api = replace(platforms.telegram_api, token="1:hush")
    found = await platforms.telegram()
    assert found["Telegram"].state is State.FAULT
    assert "Is it the token that @BotFather gave?" in found["Telegram"].what
    assert "hush" not in str(found)


async def test_another_bots_token(platforms: Platforms) -> None:
    bot = (await platforms.telegram(telegram_bot="espoo_bot"))["Telegram: bot"]
    assert bot.state is State.FAULT
    assert "@kuulolla_playground_bot's, and telegram_bot in the city file is espoo_bot" in bot.what


async def test_a_bot_that_reads_all_of_a_group(platforms: Platforms) -> None:
    platforms.world.privacy = False
    assert (await platforms.telegram())["Telegram: privacy mode"].state is State.WARNING


async def test_webhooks(platforms: Platforms) -> None:
    place, url = "Telegram: webhook", "https://espoo.example"
    assert "will be set at https://espoo.example" in (await platforms.telegram(url))[place].what
    platforms.world.webhook = Webhook(f"{url}/telegram", "secret", 40)
    assert (await platforms.telegram(url))[place] == Finding(place, State.OK, f"{url}/telegram")
    elsewhere = (await platforms.telegram())[place]
    assert elsewhere.state is State.WARNING
    assert "starting here takes it away" in elsewhere.what
    platforms.world.webhook.last_error = "Wrong response from the webhook: 401 Unauthorized"
    failing = (await platforms.telegram(url))[place]
    assert failing.state is State.WARNING
    assert "401 Unauthorized" in failing.what


async def test_chats_where_the_bot_cannot_write(platforms: Platforms) -> None:
    platforms.world.chats[GROUP].bot = "kicked"
    platforms.world.chats[CHANNEL].bot = "left"
    found = await platforms.telegram()
    for chat in (GROUP, CHANNEL):
        assert found[f"Telegram: {chat}"].state is State.FAULT
        assert "Add" in found[f"Telegram: {chat}"].what


# --- Slack -----------------------------------------------------------------------------------


async def test_wrong_slack_tokens(platforms: Platforms) -> None:
    good = platforms.slack_api
    platforms.slack_api = replace(good, bot_token="xoxb-hush")
    found = await platforms.workplace()
    assert found["Slack"].what == "invalid_auth. Is it the bot token of the app?"
    platforms.slack_api = replace(good, app_token="xapp-hush")
    found = await platforms.workplace()
    assert found["Slack: Socket Mode"].state is State.FAULT
    assert "connections:write" in found["Slack: Socket Mode"].what


async def test_rights_that_are_missing() -> None:
    async with served(App(scopes=frozenset({"commands", "channels:read"}))) as platforms:
        found = await platforms.workplace()
    assert found["Slack: rights"].state is State.FAULT
    assert "lacks chat:write." in found["Slack: rights"].what


async def test_channels_that_the_app_is_not_in(platforms: Platforms) -> None:
    channels = platforms.slack.world.channels
    channels["C0KASVATUS"].members.remove(platforms.slack.app.user)
    del channels["C0VIESTINTA"]
    found = await platforms.workplace()
    assert "the app is not there. Write /invite" in found["Slack: C0KASVATUS"].what
    assert "Check the id in the city file." in found["Slack: C0VIESTINTA"].what
    assert found["Slack: C0TEKNIIKKA"].state is State.OK


async def test_a_platform_that_cannot_be_reached() -> None:
    async with aiohttp.ClientSession() as session:
        telegram = check.TelegramApi(session, "http://127.0.0.1:1", "1:hush")
        slack = check.SlackApi(session, "http://127.0.0.1:1/", "xoxb-hush", None)
        asked = [check.telegram(telegram, CITY, None), check.slack(slack, CITY)]
        found = await check.gathered(asked)
    assert [f.state for f in found] == [State.FAULT, State.FAULT]
    assert all("it cannot be asked (ClientConnectorError)" in f.what for f in found)
    assert "hush" not in str(found)


async def test_a_platform_that_answers_something_else() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<h1>Hello</h1>")

    app = web.Application()
    app.router.add_post("/{any:.*}", page)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        asked = check.telegram(check.TelegramApi(session, url, "1:hush"), CITY, None)
        [found] = await check.gathered([asked])
    assert found.state is State.FAULT
    assert "it cannot be asked (JSONDecodeError)" in found.what


# --- Teams -----------------------------------------------------------------------------------

YARD, ELSEWHERE = "19:yard@thread.tacv2", "19:elsewhere@thread.tacv2"


async def found_in_teams(**wrong: str) -> dict[str, Finding]:
    """In a city with two chats there, of which one has let us in."""
    chats = tuple(Chat(Address("teams", chat), chat, "fi") for chat in (YARD, ELSEWHERE))
    standin, app = TeamsStandin(), web.Application()
    standin.world.add(Conversation(YARD, "channel"))
    standin.world.add(Conversation(ELSEWHERE, "channel", installed=False))
    app.add_routes(standin.routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        standin.at(str(server.make_url("")))
        account = {
            "tenant_id": standin.app.tenant_id,
            "app_id": standin.app.app_id,
            "secret": standin.app.secret,
        }
        api = check.TeamsApi(
            session, standin.base_url + LOGIN, standin.people.service_url, **account | wrong
        )
        asked = check.teams(api, replace(CITY, chats=chats))
        return {f.place: f for f in await check.gathered([asked])}


async def test_teams_lets_the_app_in_or_not() -> None:
    found = await found_in_teams()
    assert {place: f.state for place, f in found.items()} == {
        "Teams: app": State.OK,
        f"Teams: {YARD}": State.OK,
        f"Teams: {ELSEWHERE}": State.FAULT,
    }
    assert "BotNotInConversationRoster. Add the app" in found[f"Teams: {ELSEWHERE}"].what


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"tenant_id": "another"}, "AADSTS90002"),
        ({"app_id": "another"}, "AADSTS700016"),
        ({"secret": "hush"}, "AADSTS7000215"),
    ],
)
async def test_an_app_that_teams_does_not_know(wrong: dict[str, str], code: str) -> None:
    found = await found_in_teams(**wrong)
    assert list(found) == ["Teams"] and found["Teams"].state is State.FAULT
    assert code in found["Teams"].what and "hush" not in found["Teams"].what


# --- the desk on the web ---------------------------------------------------------------------


async def test_the_provider_names_itself_as_it_is_set() -> None:
    told: dict[str, str] = {}

    async def about(request: web.Request) -> web.Response:
        return web.json_response(told)

    app = web.Application()
    app.router.add_get("/realm/.well-known/openid-configuration", about)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        issuer = str(server.make_url("/realm"))
        told["issuer"] = issuer
        [found] = await check.gathered([check.desk(session, issuer)])
        assert found.state is State.OK
        told["issuer"] = f"{issuer}/"
        [found] = await check.gathered([check.desk(session, issuer)])
        assert found.state is State.FAULT
        assert f"({issuer}/)" in found.what
        [found] = await check.gathered([check.desk(session, "http://127.0.0.1:1")])
        assert found.state is State.FAULT


def test_a_home_at_a_desk_that_is_not_there() -> None:
    [found] = check.desk_off(CITY)
    assert found.state is State.WARNING
    assert "rakennusvalvonta" in found.what
    elsewhere = (replace(one, home=Address("slack", "C1")) for one in CITY.departments)
    assert check.desk_off(replace(CITY, departments=tuple(elsewhere))) == []
