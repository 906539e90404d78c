"""``kuulolla run`` in a process of its own: what it tells, and how it ends."""

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
Settings = dict[str, object]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'kuulolla.db'}",
        "PORT": 0,
        "PLAYGROUND_PORT": 0,
        "PLAYGROUND": "off",
        "DICTIONARIES": "off",
    }


class Runs:
    """``kuulolla run`` with such settings, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "settings.env"

    @asynccontextmanager
    async def started(self, settings: Settings) -> AsyncIterator[dict[str, str]]:
        """The addresses that it tells; it ends by Ctrl-C without a fault."""
        process = await self._run(settings)
        assert process.stdout
        try:
            async with asyncio.timeout(PATIENCE):
                told = (await process.stdout.readuntil(b"stops.\n")).decode()
            yield dict(re.findall(r"^(The .*?)  +(http\S+)$", told, re.MULTILINE))
            process.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def refused(self, settings: Settings) -> str:
        """What it says at its end: a fault that the operator can put right."""
        process = await self._run(settings)
        _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 2, told.decode()
        assert "Traceback" not in told.decode()
        return told.decode()

    async def _run(self, settings: Settings) -> Process:
        lines = "".join(f"KUULOLLA_{name}={value}\n" for name, value in settings.items())
        self._file.write_text(lines, "utf-8")
        command = ("-W", "error", "-m", "bots", "--env-file", str(self._file), "run")
        return await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, stdout=PIPE, stderr=PIPE
        )


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


async def answers(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status


async def test_without_tokens_or_playground_there_is_the_page_alone(
    runs: Runs, settings: Settings
) -> None:
    async with runs.started(settings) as told:
        assert list(told) == ["The city's page"]
        page = told["The city's page"]
        assert await answers(f"{page}/fi/") == await answers(f"{page}/readiness") == 200


async def test_the_addresses_told_are_those_that_answer(runs: Runs, settings: Settings) -> None:
    async with runs.started(settings | {"PLAYGROUND": "auto"}) as told:
        assert list(told) == ["The city's page", "The playground"]
        for url in told.values():
            assert await answers(f"{url}/") == 200


@pytest.mark.parametrize("playground", ["off", "auto"])
async def test_a_second_one_on_the_same_database(
    runs: Runs, settings: Settings, playground: str
) -> None:
    settings["PLAYGROUND"] = playground
    async with runs.started(settings):
        told = await runs.refused(settings)
    assert "is in use by another process: stop it first" in told


async def test_a_port_that_is_taken(runs: Runs, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = await runs.refused(settings | {"PORT": port})
        assert f"Port {port} is in use already" in told and "set KUULOLLA_PORT to" in told
        told = await runs.refused(settings | {"PLAYGROUND": "auto", "PLAYGROUND_PORT": port})
        assert "set KUULOLLA_PLAYGROUND_PORT to" in told
