"""The playground's own server: its page, who may come to it, the places of a city file."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bots.playground.opening import somebody_asks
from bots.playground.server import STATIC, Playground, playground
from bots.playground.telegram import CHANNEL, GROUP, RESIDENT_1, RESIDENT_2
from config.city import load_city
from config.settings import EXAMPLE_CITY
from core.city import Chat, City
from core.events import Address

EXAMPLE = load_city(EXAMPLE_CITY)
SOURCES = sorted(STATIC.glob("*.*"))


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground("127.0.0.1", 0, EXAMPLE) as made:
        yield made


@pytest.fixture
async def http(ground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(ground.url) as client:
        yield client


# --- who may come --------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "127.0.0.1.eu"])
async def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        async with playground(host, 0, EXAMPLE):
            pass


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8081", "192.0.2.1", ""])
async def test_no_other_name_for_this_machine_is_answered(http, host: str) -> None:
    async with http.get("/_playground/state", headers={"Host": host}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_no_other_page_moves_hands(http, ground, origin: str) -> None:
    fields = {"user": RESIDENT_1}
    async with http.post(
        "/_playground/telegram/start", json=fields, headers={"Origin": origin}
    ) as a:
        assert a.status == 403
    assert not ground.telegram.world.chats[RESIDENT_1].started
    own = {"Origin": ground.url}
    async with http.post("/_playground/telegram/start", json=fields, headers=own) as a:
        assert a.status == 200


async def test_the_page_has_one_name(http, ground) -> None:
    headers = {"Host": ground.url.removeprefix("http://").replace("127.0.0.1", "localhost")}
    async with http.get("/", headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, ground.url)


# --- the page ------------------------------------------------------------------------------------


async def test_the_page_and_all_it_names_are_served(http) -> None:
    names = {"/", "/t.me/kuulolla_playground_bot?start=poll_1"}
    seen: set[str] = set()
    while names - seen:
        path = (names - seen).pop()
        seen.add(path)
        async with http.get(path) as answer:
            assert answer.status == 200, path
            text = await answer.text()
        names |= set(re.findall(r'(?:href|src)="(/(?:static|drawing)/[^"]+)"', text))
        names |= set(re.findall(r'from "(/drawing/[\w.]+)"', text))
        here = path.rpartition("/")[0]
        names |= {f"{here}/{name}" for name in re.findall(r'from "\./([\w.]+)"', text)}
    wanted = {f"/static/{source.name}" for source in SOURCES if source.suffix != ".html"}
    assert seen >= wanted | {f"/drawing/{name}" for name in ("dom.js", "slack.js", "telegram.js")}


async def test_the_page_frames_the_city_and_runs_its_own_scripts_only(http, ground) -> None:
    ground.open_page("http://0.0.0.0:8080")
    async with http.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'" and "script-src" not in rules
    assert "http://127.0.0.1:8080" in rules["frame-src"].split()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_text_stays_text_and_nothing_comes_from_elsewhere(source) -> None:
    text = source.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)
    assert not re.search(
        r"""["'(=`]\s*(?:https?:)?//\w""", text.replace("http://www.w3.org/2000/svg", "")
    )


def test_the_page_has_the_same_words_in_every_language() -> None:
    text = (STATIC / "words.js").read_text("utf-8")
    blocks = re.findall(r"^  (\w\w): \{\n(.*?)^  \},", text, re.DOTALL | re.MULTILINE)
    words = {language: re.findall(r'(?:^|\s)(\w+): "', block) for language, block in blocks}
    assert set(words) == {"fi", "sv", "en"}
    assert len(words["fi"]) > 50
    for language in words:
        assert sorted(words[language]) == sorted(words["fi"])
    scripts = "".join(s.read_text("utf-8") for s in SOURCES if s.suffix == ".js")
    assert set(re.findall(r'\bt\("(\w+)"\)', scripts)) <= set(words["fi"])


# --- its data ------------------------------------------------------------------------------------


async def state_of(http: aiohttp.ClientSession) -> dict:
    async with http.get("/_playground/state") as answer:
        return await answer.json()


async def test_the_state_shows_the_city_and_not_the_crowd(http, ground) -> None:
    ground.telegram.world.post(
        ground.telegram.world.chats[CHANNEL],
        ground.telegram.world.bot,
        {"text": "Var?"},
        markup={"inline_keyboard": [[{"text": "Här", "callback_data": "vote:3:0"}]]},
    )
    await ground.crowd.vote("3", 5, 0)
    state = await state_of(http)
    assert [user["id"] for user in state["telegram"]["users"]] == [RESIDENT_1, RESIDENT_2]
    assert {c["id"] for c in state["telegram"]["chats"]} == {RESIDENT_1, RESIDENT_2, GROUP, CHANNEL}
    channel = next(c for c in state["telegram"]["chats"] if c["id"] == CHANNEL)
    assert channel["members"] == 7
    assert state["polls"] == [{"poll": "3", "title": "Var?", "options": ["Här"]}]
    assert state["page"] == ""


async def test_every_change_of_either_world_is_told(http, ground) -> None:
    async with http.get("/_playground/events") as events:

        async def told() -> dict:
            async for line in events.content:
                if line.startswith(b"data:"):
                    return json.loads(line.removeprefix(b"data:"))
            raise AssertionError("the stream ended")

        async with asyncio.timeout(10):
            first = await told()
            ground.telegram.residents.start(RESIDENT_1)
            second = await told()
            assert second["telegram"] > first["telegram"]
            ground.slack.people.say("U0TEKNIIKKA", "C0TEKNIIKKA", "Huomenta")
            third = await told()
            assert third["slack"] > second["slack"]


async def test_a_watched_playground_ends_at_once() -> None:
    async with asyncio.timeout(5), aiohttp.ClientSession() as client:
        async with playground("127.0.0.1", 0, EXAMPLE) as ground:
            events = await client.get(ground.url + "/_playground/events")
            await events.content.readline()
        rest = await events.content.read()
    assert b"still here" not in rest


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"poll": "1"}', b'{"poll": "1", "people": "many"}',
     b'{"poll": "99", "people": 5}', b'{"poll": "1", "people": 5, "seconds": null}'],
)  # fmt: skip
async def test_an_impossible_crowd_is_refused(http, ground, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post("/_playground/crowd", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["ok"] is False
    assert not ground.crowd.people


async def test_starting_over_is_asked_for_and_done(http, ground) -> None:
    ground.open_page("http://127.0.0.1:9")
    ground.telegram.residents.start(RESIDENT_1)
    ground.slack.people.say("U0TEKNIIKKA", "C0TEKNIIKKA", "Huomenta")
    async with http.post("/_playground/reset") as answer:
        assert answer.status == 200
    assert ground.reset_wanted.is_set()
    ground.start_over()
    state = await state_of(http)
    assert (state["starts"], state["page"]) == (1, "")
    assert not any(chat["messages"] for chat in state["telegram"]["chats"])
    assert not any(channel["messages"] for channel in state["slack"]["channels"])
    assert not ground.reset_wanted.is_set()


async def test_a_neighbour_sends_what_the_bot_understood(ground) -> None:
    world, residents = ground.telegram.world, ground.telegram.residents
    private = world.chats[RESIDENT_2]

    async def written(count: int) -> None:
        async for _ in world.subscribe():
            if len(world.messages.get(RESIDENT_2, {})) == count:
                return

    asking = asyncio.create_task(somebody_asks(world, residents))
    async with asyncio.timeout(5):
        await written(1)
        world.post(private, world.bot, {"text": "Hej!"})
        await written(3)
    keys = [[{"text": "Skicka", "callback_data": "ask_send:abc"}]]
    world.post(private, world.bot, {"text": "Skickar jag?"}, markup={"inline_keyboard": keys})
    async with asyncio.timeout(5):
        await asking
    assert [query.data for query in world.queries.values()] == ["ask_send:abc"]


# --- a city file of one's own ---------------------------------------------------------------------


def own_city() -> City:
    chats = (
        Chat(Address("telegram", "-1001111111111"), "Telegram: Keskustan kylä", "fi"),
        Chat(Address("telegram", "-1002222222222"), "Kaupungin kanava", "fi"),
        Chat(Address("telegram", "-77"), "Naapurit", "fi"),
        Chat(Address("slack", "C0AAA"), "Slack: #henkilökunta (kaikki)", "fi"),
        Chat(Address("teams", "19:x"), "Teams", "fi"),
    )
    return replace(EXAMPLE, chats=chats, telegram_bot="oma_botti")


async def test_the_places_of_a_city_file_are_there() -> None:
    async with playground("127.0.0.1", 0, own_city()) as ground:
        world, slack = ground.telegram.world, ground.slack.world
        places = {
            c.id: (c.type, c.title, c.bot) for c in world.chats.values() if c.type != "private"
        }
        assert places == {
            -1001111111111: ("supergroup", "Keskustan kylä", "member"),
            -1002222222222: ("channel", "Kaupungin kanava", "administrator"),
            -77: ("group", "Naapurit", "member"),
        }
        assert world.bot.username == "oma_botti"
        assert {c.id: c.name for c in slack.channels.values()} == {
            "C0TEKNIIKKA": "kaupunkitekniikka",
            "C0KASVATUS": "kasvatus",
            "C0PALVELUT": "asiakaspalvelu",
            "C0AAA": "henkilökunta",
        }
        assert slack.users["U0TEKNIIKKA"].name == "Kaupunkitekniikan asiantuntija"
        assert [u.id for u in slack.users.values() if not u.official and not u.bot] == ["U0MUU"]
        everybody = {user.id for user in slack.users.values()}
        assert set(slack.channels["C0AAA"].members) == everybody
        assert "U0KASVATUS" not in slack.channels["C0TEKNIIKKA"].members


async def test_a_reset_brings_the_same_places_back() -> None:
    async with playground("127.0.0.1", 0, own_city()) as ground:
        before = set(ground.telegram.world.chats), set(ground.slack.world.channels)
        ground.start_over()
        assert (set(ground.telegram.world.chats), set(ground.slack.world.channels)) == before
