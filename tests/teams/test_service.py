"""The whole service with Teams in it: real rules, database and couriers, over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.app import Service, running
from bots.playground.teams_keys import SigningKey
from bots.playground.teams_people import App
from bots.playground.teams_standin import TeamsStandin
from bots.playground.teams_world import Conversation, Message
from config.settings import EXAMPLE_CITY, Settings, Teams
from core.city import Chat, Official, Role
from core.events import Address
from tests.stage import CITY, three
from tests.teams.office import DESK, EXPERT, OWN, PUPIL, TEAM, texts_of

HOME = Address("teams", DESK.id)
TOWN = replace(
    CITY,
    departments=tuple(replace(d, home=HOME) for d in CITY.departments),
    officials=(
        Official(
            "teams", EXPERT.directory_id, three("Insinööri", "Ingenjör", "Engineer"),
            ("streets", "desk"), frozenset({Role.EDITOR}),
        ),
    ),
    chats=(Chat(Address("teams", TEAM.id), "Kuntalaiset", "fi"),),
)  # fmt: skip
OFFICE = Conversation("a:expert", "personal")


@pytest.fixture
async def teams(key: SigningKey) -> AsyncIterator[TeamsStandin]:
    """In development: nobody has tokens."""
    made, app = TeamsStandin(App(secret=""), token="", key=key), web.Application()
    for chat in (DESK, TEAM, OWN, OFFICE):
        made.world.add(Conversation(chat.id, chat.kind, chat.name))
    for user in (EXPERT, PUPIL):
        made.world.add_user(replace(user, locale="fi-FI"))
    app.add_routes(made.routes())
    async with TestServer(app) as server:
        made.at(str(server.make_url("")))
        yield made
        await made.close()


@asynccontextmanager
async def service(folder: Path, teams: TeamsStandin) -> AsyncIterator[Service]:
    settings = Settings(
        database_url=f"sqlite:///{folder / 'kuulolla.db'}", city_file=EXAMPLE_CITY, port=0,
        playground="off", teams=Teams(development_url=teams.base_url),
    )  # fmt: skip
    async with running(settings, TOWN) as made:
        teams.app.endpoint = f"{made.url}/teams/messages"
        yield made


async def shows(teams: TeamsStandin, chat: Conversation, words: str) -> Message:
    """The newest message of the chat that says this, once there is one."""
    return await until(teams, lambda: next(
        (m for m in reversed(teams.world.shown(chat.id)) if words in "\n".join(texts_of(m.card))),
        None,
    ))  # fmt: skip


async def until(teams: TeamsStandin, seen: Callable[[], Any]) -> Any:
    async with asyncio.timeout(30):
        async for _ in teams.world.subscribe():
            if found := seen():
                return found
    raise AssertionError("it never came")


async def test_a_question_and_its_answer_and_a_restart_between(
    tmp_path: Path, teams: TeamsStandin
) -> None:
    people, expert, pupil = teams.people, teams.world.users[EXPERT.id], teams.world.users[PUPIL.id]
    async with service(tmp_path, teams):
        await people.says(pupil, OWN, "Milloin koulun pihatie aurataan lumesta?")
        draft = await shows(teams, OWN, "Lähetänkö tämän kaupungille?")
        await people.presses(pupil, draft, "Lähetä")
        assert "Sen numero on K-1" in texts_of(draft.card)[0]
        card = await shows(teams, DESK, "Tila: odottaa käsittelijää")
        await people.presses(expert, card, "Ota käsittelyyn")
        seen = "\n".join(texts_of(card.views[expert.id]))  # at once, by the one who took it
        assert "K-1 on nyt sinulla" in seen and "vastausta valmistellaan (Insinööri)" in seen
        await shows(teams, DESK, "Tila: vastausta valmistellaan (Insinööri)")  # by everyone
        note = await shows(teams, DESK, "otti kysymyksen käsittelyyn")
        assert note.conversation == card.conversation
    async with service(tmp_path, teams):
        await people.presses(expert, card, "Vastaa")
        await people.submits(expert, "Esikatsele", answer_fi="Huomenna.", publish="now")
        await people.submits(expert, "Lähetä")
        assert "Vastaus lähti" in teams.world.toasts[-1][1]
        await shows(teams, OWN, "Huomenna.")  # in the resident's own chat, known by nothing else
        await shows(teams, TEAM, "Huomenna.")  # which never spoke to us
        assert (await shows(teams, DESK, "Tila: vastattu")).id == card.id


async def test_a_poll_is_made_voted_in_and_followed(tmp_path: Path, teams: TeamsStandin) -> None:
    people, expert, pupil = teams.people, teams.world.users[EXPERT.id], teams.world.users[PUPIL.id]
    async with service(tmp_path, teams) as made:
        await people.says(expert, OFFICE, "help")
        menu = await shows(teams, OFFICE, "Mitä voit tehdä")
        await people.presses(expert, menu, "Uusi kysely")
        await people.submits(
            expert, "Luo", question_fi="Mihin?", options_fi="Mäki\nKenttä",
            chats=f"teams:{TEAM.id}",
        )  # fmt: skip
        post = await shows(teams, TEAM, "Mihin?")
        for user, option in ((pupil, "Mäki"), (expert, "Kenttä"), (expert, "Mäki")):
            await people.presses(user, post, option)
            assert option in texts_of(post.views[user.id])[0]
        await until(teams, lambda: post.edits and "2 ääntä" in texts_of(post.card))
        tally = await made.intake.run(lambda store: store.tallies({1})[1])
        assert tally.counts == (2, 0) and dict(tally.channels) == {"teams": 2}


async def test_what_is_forgotten_finds_no_way_back(tmp_path: Path, teams: TeamsStandin) -> None:
    people, expert, pupil = teams.people, teams.world.users[EXPERT.id], teams.world.users[PUPIL.id]
    async with service(tmp_path, teams):
        await people.says(pupil, OWN, "Milloin koulun pihatie aurataan lumesta?")
        await people.presses(pupil, await shows(teams, OWN, "Lähetänkö"), "Lähetä")
        card = await shows(teams, DESK, "Tila: odottaa")
        await people.says(pupil, OWN, "unohda")
        await people.presses(
            pupil, await shows(teams, OWN, "Poistanko sinua koskevat tiedot?"), "Poista"
        )
        before = len(teams.world.shown(OWN.id))
        await people.presses(expert, card, "Ota käsittelyyn")
        await shows(teams, DESK, "otti kysymyksen käsittelyyn")
        assert len(teams.world.shown(OWN.id)) == before
    for file in tmp_path.iterdir():
        assert OWN.id.encode() not in file.read_bytes(), file.name
        assert PUPIL.directory_id.encode() not in file.read_bytes(), file.name
