"""The whole story, as a newcomer would play it: the real service with the real SDKs, over HTTP to
the playground's platforms. People act through the control API; everything is waited for."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.app import Service, play
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core.city import City
from core.events import Address
from core.texts import texts

GROUP, CHANNEL = -4_000_000_001, -1_002_000_000_001
ANNA, BJORN = 5_000_000_001, 5_000_000_002
STREETS, NEWS = "C0TEKNIIKKA", "C0VIESTINTA"
EXPERT, EDITOR, STRANGER = "U0TEKNIIKKA", "U0TOIMITTAJA", "U0MUU"
PATIENCE = 30.0
EDIT_GAP = 3.0

FINNISH = texts("fi")

Json = dict[str, Any]


class Town:
    """The playground's people, and eyes on all that they see."""

    def __init__(self, http: aiohttp.ClientSession, page: str) -> None:
        self.http, self.page = http, page

    async def state(self) -> Json:
        async with self.http.get("/_playground/state") as answer:
            return await answer.json()

    async def until(self, what: str, look: Callable[[Json], Any]) -> Any:
        """The first thing found in the state, now or after any of its changes."""
        try:
            async with asyncio.timeout(PATIENCE), self.http.get("/_playground/events") as events:
                async for line in events.content:
                    if line.startswith(b"data:") and (found := look(await self.state())):
                        return found
        except TimeoutError:
            pytest.fail(f"not seen in {PATIENCE} s: {what}")
        raise AssertionError("the playground ended")

    async def act(self, what: str, **fields: Any) -> Json:
        async with self.http.post(f"/_playground/{what}", json=fields) as answer:
            done = await answer.json()
            assert answer.status == 200 and done["ok"], f"{what}: {done}"
            return done

    async def calls(self, platform: str) -> list[Json]:
        async with self.http.get(f"/_playground/{platform}/calls") as answer:
            return (await answer.json())["calls"]

    # --- phones

    async def press(self, user: int, chat: int, data: str) -> str:
        """Presses the newest such button once it is there; what the phone then says."""

        def look(state: Json) -> Json | None:
            return next((m for m in reversed(chat_of(state, chat)) if data in buttons(m)), None)

        message = await self.until(f"the button {data}", look)
        done = await self.act("telegram/press", user=user, chat=chat, data=data,
                              message_id=message["message_id"], wait=PATIENCE)  # fmt: skip
        assert done["answered"]
        return done["text"]

    async def read(self, chat: int, *words: str) -> str:
        """Until one message in the chat holds all of the words."""

        def look(state: Json) -> str | None:
            texts = (m.get("text", "") for m in chat_of(state, chat) if m["from_bot"])
            return next((text for text in texts if all(word in text for word in words)), None)

        return await self.until(f"{words} in {chat}", look)

    # --- the workplace

    async def command(self, user: str, line: str, channel: str = NEWS) -> None:
        await self.act("slack/command", user=user, channel=channel, line=line)

    async def tap(self, user: str, channel: str, value: str) -> None:
        """Presses the newest button that carries the value, once the person sees it."""

        def look(state: Json) -> tuple[str, str] | None:
            slack = state["slack"]
            seen = [m for c in slack["channels"] if c["id"] == channel for m in c["messages"]]
            seen += [m for m in slack["ephemerals"].get(user, []) if m["channel"] == channel]
            for message in reversed(seen):
                for element in pressable(message["blocks"]):
                    if element.get("value") == value:
                        return message["ts"], element["action_id"]
            return None

        ts, action = await self.until(f"the button {value}", look)
        await self.act("slack/press", user=user, channel=channel, ts=ts, action=action)

    async def fill(self, user: str, form: str, **fields: Any) -> None:
        """Fills and submits the dialog, once it is open."""

        def look(state: Json) -> bool:
            stack = state["slack"]["modals"].get(user, [])
            return bool(stack) and stack[-1]["callback_id"] == form

        await self.until(f"the form {form}", look)
        await self.act("slack/submit", user=user, fields=fields)

    async def told(self, user: str) -> Json:
        """The last thing that only this person sees."""
        return await self.until(
            f"words for {user}", lambda s: (s["slack"]["ephemerals"].get(user) or [None])[-1]
        )

    # --- the public page

    async def get(self, path: str) -> str:
        async with self.http.get(self.page + path) as answer:
            assert answer.status == 200, path
            return await answer.text()

    async def api(self, path: str) -> Json:
        async with self.http.get(f"{self.page}/api/v1/{path}") as answer:
            assert answer.status == 200, path
            return await answer.json()

    async def vote_on_page(self, poll: int, option: int) -> None:
        path = f"/fi/polls/{poll}"
        token = re.search(r'name="token" value="([^"]+)"', await self.get(path))
        assert token
        form = {"token": token[1], "option": str(option)}
        headers = {"Origin": self.page}
        async with self.http.post(self.page + path, data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()


def chat_of(state: Json, chat: int) -> list[Json]:
    return next(c["messages"] for c in state["telegram"]["chats"] if c["id"] == chat)


def buttons(message: Json) -> set[str]:
    rows = (message["reply_markup"] or {}).get("inline_keyboard", [])
    return {button.get("callback_data", "") for row in rows for button in row}


def pressable(blocks: list[Json]) -> Iterator[Json]:
    return (e for block in blocks if block["type"] == "actions" for e in block["elements"])


def written(value: Any) -> str:
    """All texts of blocks, one after another."""
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return own + " " + " ".join(written(inner) for inner in value.values())
    return " ".join(written(inner) for inner in value) if isinstance(value, list) else ""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with playing_in(tmp_path, load_city(EXAMPLE_CITY)) as town:
        yield town


@asynccontextmanager
async def playing_in(tmp_path: Path, city: City) -> AsyncIterator[Town]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'kuulolla.db'}",
        city_file=tmp_path / "city.yaml",  # not the example's own: no sample content
        port=0,
        playground_port=0,
    )
    begun: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    playing = asyncio.create_task(play(settings, city, begun.set_result, stop))
    try:
        await asyncio.wait({playing, begun}, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        if playing.done():
            await playing
        service = begun.result()
        jar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of an IP address
        async with aiohttp.ClientSession(service.playground, cookie_jar=jar) as http:
            yield Town(http, service.url)
    finally:
        stop.set()
        await playing


async def create_poll(town: Town) -> None:
    await town.command(EDITOR, "/kuulolla kysely")
    await town.fill(
        EDITOR,
        "poll",
        question_fi="Mihin puut istutetaan?",
        options_fi="Torille\nRantaan",
        question_sv="Var planteras träden?",
        options_sv="På torget\nVid stranden",
        chats=[f"telegram:{GROUP}", f"telegram:{CHANNEL}", f"slack:{NEWS}"],
    )


async def test_a_poll_is_one_wherever_it_is_voted_on(town: Town) -> None:
    await create_poll(town)
    await town.read(GROUP, "Mihin puut istutetaan?")
    await town.read(CHANNEL, "Var planteras träden?")

    assert await town.press(ANNA, GROUP, "vote:1:0")
    assert await town.press(BJORN, CHANNEL, "vote:1:1")
    await town.act("telegram/start", user=BJORN, payload="poll_1")  # a deep link
    assert await town.press(BJORN, BJORN, "vote:1:0")  # who changes their mind
    await town.vote_on_page(1, 1)
    await town.tap(EXPERT, NEWS, "vote:1:1")

    for chat in (GROUP, CHANNEL):
        await town.until("2 and 2", lambda s, chat=chat: shows(chat_of(s, chat), 2, 2))
    await town.until("2 and 2", lambda s: shows(slack_posts(s, NEWS), 2, 2))
    poll = await town.api("polls/1")
    assert [option["votes"] for option in poll["options"]] == [2, 2]
    assert poll["channels"] == {}  # of fewer than five ballots nothing is told by channel
    assert "Mihin puut istutetaan?" in await town.get("/fi/polls/1")


def shows(messages: list[Any], *counts: int) -> bool:
    """Whether a post has these results: each bar ends with its count in brackets."""
    return any(
        tuple(int(n) for n in re.findall(r"\((\d+)\)", str(m))) == counts
        for m in (m.get("text", "") if isinstance(m, dict) else m for m in messages)
    )


def slack_posts(state: Json, channel: str) -> list[str]:
    found = next(c for c in state["slack"]["channels"] if c["id"] == channel)
    return [written(message["blocks"]) for message in found["messages"]]


async def test_a_crowd_is_a_few_edits(town: Town) -> None:
    await create_poll(town)
    await town.read(GROUP, "Mihin puut")
    await town.read(CHANNEL, "Var planteras")
    await town.act("crowd", poll="1", people=60, seconds=1)
    for chat, total in ((GROUP, "60 ääntä"), (CHANNEL, "60 röster")):
        await town.read(chat, total)

    poll = await town.api("polls/1")
    assert poll["total"] == 60
    for chat in (GROUP, CHANNEL):
        edits = [
            call["at"]
            for call in await town.calls("telegram")
            if call["method"] == "editMessageText" and call["chat"] == str(chat)
        ]
        assert 1 <= len(edits) <= 3
        # The gap counts from when the service let go of the edit, not from when it arrived.
        assert all(later - sooner > EDIT_GAP - 0.3 for sooner, later in pairwise(edits))


async def test_a_question_is_answered_and_told_everywhere(town: Town) -> None:
    await town.act("telegram/start", user=ANNA)
    question = "Milloin Mattbyn kadut aurataan? Lunta on polviin asti."
    await town.act("telegram/send", user=ANNA, text=question)
    await town.press(ANNA, ANNA, await offered(town, ANNA, "ask_send:"))
    await town.read(ANNA, "ESP-1")

    await town.tap(STRANGER, STREETS, "take:1")
    refusal = FINNISH(
        "This is for the city's officials. Your account is not on their list; "
        "the service's administrator can add it."
    )
    assert refusal in written((await town.told(STRANGER))["blocks"])
    await town.tap(EXPERT, STREETS, "take:1")
    await town.read(ANNA, "ESP-1", FINNISH("An official has taken your question."))

    await town.tap(EXPERT, STREETS, "answer:1")
    answer = "Mattbyn kadut aurataan aamuseitsemään mennessä."
    await town.fill(EXPERT, "answer", answer_fi=answer, answer_sv="Före klockan sju.")
    preview = (await town.state())["slack"]["modals"][EXPERT][-1]
    assert preview["callback_id"] == "answer_send" and answer in written(preview["blocks"])
    await town.fill(EXPERT, "answer_send")

    await town.read(ANNA, answer)
    card = await town.until("the answer on its card", lambda s: settled(s, STREETS, answer))
    assert [x["value"] for x in pressable(card["blocks"])] == ["acts:1"]
    assert answer in await town.get("/fi/questions/1")
    told = await town.api("questions/1")
    assert told["answer"]["fi"] == answer and told["text"] == question

    await town.command(EDITOR, "/kuulolla kooste")
    await town.tap(EDITOR, NEWS, "digest")
    await town.read(GROUP, answer)
    await town.read(CHANNEL, "Före klockan sju.")


async def test_a_discussion_lives_in_threads(tmp_path: Path) -> None:
    """Written in Telegram, read in Slack; written in Slack, read in Telegram; and what a moderator
    rejects is gone from both."""
    example = load_city(EXAMPLE_CITY)
    here = {Address("telegram", str(GROUP)), Address("slack", NEWS)}
    chats = tuple(
        replace(chat, threads=chat.address) if chat.address in here else chat
        for chat in example.chats
    )
    async with playing_in(tmp_path, replace(example, chats=chats)) as town:
        await town.act("telegram/bot", chat=GROUP, status="administrator")
        await town.command(EDITOR, "/kuulolla keskustelu")
        chosen = [f"telegram:{GROUP}", f"slack:{NEWS}"]
        await town.fill(EDITOR, "discussion", title_fi="Ranta", look="after", chats=chosen)
        post = await town.until(
            "the post", lambda s: next((m for m in chat_of(s, GROUP) if m["from_bot"]), None)
        )
        await town.act("telegram/send", user=ANNA, chat=GROUP, text="Lisää keinuja rantaan.",
                       reply_to=post["message_id"])  # fmt: skip
        copy = await town.until("the copy in Slack", lambda s: in_thread(s, "Lisää keinuja"))
        await town.act("slack/say", user=STRANGER, channel=NEWS, text="Ja penkkejä.",
                       thread_ts=copy["thread_ts"])  # fmt: skip
        await town.read(GROUP, "Ja penkkejä.", "Slack")
        await town.tap(EDITOR, NEWS, "desk_no:comment:1")
        await town.fill(EDITOR, "desk_no", rule="topic", reason="Eri asia.")
        await town.until("it is taken away", lambda s: not says(s, GROUP, "Lisää keinuja"))
        await town.until("nor in Slack", lambda s: not in_thread(s, "Lisää keinuja"))
        assert says(await town.state(), GROUP, "Ja penkkejä.")


def says(state: Json, chat: int, words: str) -> bool:
    return any(words in m.get("text", "") for m in chat_of(state, chat))


def in_thread(state: Json, words: str) -> Json | None:
    found = next(c for c in state["slack"]["channels"] if c["id"] == NEWS)
    replies = (m for m in found["messages"] if m["thread_ts"])
    return next((m for m in replies if words in written(m["blocks"])), None)


async def offered(town: Town, chat: int, beginning: str) -> str:
    def look(state: Json) -> str | None:
        all_of_them = (data for m in reversed(chat_of(state, chat)) for data in buttons(m))
        return next((data for data in all_of_them if data.startswith(beginning)), None)

    return await town.until(f"a button {beginning}", look)


def settled(state: Json, channel: str, words: str) -> Json | None:
    found = next(c for c in state["slack"]["channels"] if c["id"] == channel)
    cards = (m for m in found["messages"] if not m["thread_ts"] and m["edited"])
    return next((m for m in cards if words in written(m["blocks"])), None)
