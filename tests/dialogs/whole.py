"""A whole conversation: residents in Telegram, Slack, Teams and on the web, an editor, groups, the
closing, and an export that says what they said. The benchmark has red-dwarf read that."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from bots import opinion_worker
from bots.opinion_orders import order
from bots.opinion_works import Grouping
from core.events import Person
from storage import Database
from tests import stage as stages
from tests.stage import CITY, GAPS, Stage, words

FI = ["Keskustaan lisää puita", "Autot pois torilta", "Lisää leikkipaikkoja",
      "Kirjasto auki sunnuntaisin", "Bussit kulkevat hyvin", "Pyörätiet aurataan ajoissa",
      "Koirapuistoja on tarpeeksi", "Uimahalli on liian kallis", "Ranta kuuluu kaikille",
      "Torille katto", "Enemmän tapahtumia", "Hiljaisuus on arvokasta"]  # fmt: skip
SEEDS = "\n".join(FI)
SV = "\n".join(f"Påstående {n}" for n in range(1, len(FI) + 1))
CHANNELS = ("telegram", "slack", "teams", "web")
CROWD = {f"{channel} {n}": Person(channel, f"crowd{n}", "fi") for channel in CHANNELS
         for n in range(4)}  # fmt: skip


@contextmanager
def whole_town(database: Database) -> Iterator[Stage]:
    """With a chat in Slack for colleagues, and people in every channel."""
    chats = (*CITY.chats, replace(CITY.chats[0], address=CITY.departments[1].home, name="Toimisto"))
    made = Stage(database, replace(CITY, chats=chats))
    stages.PEOPLE.update(CROWD)
    yield made
    for name in CROWD:
        del stages.PEOPLE[name]


def group(town: Stage) -> None:
    async def run(work: Any) -> Any:
        with town.database.begin() as store:
            return work(store)

    async def make(wanted: bytes) -> bytes:
        return opinion_worker.make(wanted)

    asyncio.run(Grouping(town.city, run, run, make, lambda: town.now, GAPS).tick())
    town.deliver()


def answer(town: Stage, who: str, says: dict[str, str]) -> None:
    """To the end, by presses in one message: in Slack and Teams from the post in a shared chat,
    which in Slack brings a message of one's own."""
    label = {"agree": "Samaa mieltä", "disagree": "Eri mieltä", "pass": "Ohita"}
    channel = CROWD[who].channel
    then = {"private": channel != "teams"}
    told = town.forges(who, "stand:1", private=channel in ("telegram", "web"))
    for n in range(len(says)):
        asked = next(x for x in says if x in words(told).splitlines())
        told = town.presses(who, label[says[asked]], **then)
        if n == 9:
            assert "Sinä" in words(told) or "ensimmäinen" in words(told)
            told = town.presses(who, "Seuraava väittämä", **then)
    assert "kaikkiin väittämiin" in words(told)


def from_the_opening_to_the_end(town: Stage) -> None:
    town.commands("editor", "/kuulolla väittämäkysely")
    fields = {"title_fi": "Keskusta", "title_sv": "Centrum", "seeds_fi": SEEDS, "seeds_sv": SV,
              "chats": "telegram:-100 slack:C0DESK", "moderation": "before"}  # fmt: skip
    assert not town.submits("editor", **fields).errors
    assert "Ota kantaa: Keskusta" in town.chat("telegram:-100")
    assert "[Ota kantaa] [Lisää oma väittämä]" in town.chat("slack:C0DESK")
    for n, who in enumerate(CROWD):
        town.passes(minutes=1)
        side = ("agree", "disagree") if n % 2 else ("disagree", "agree")
        answer(town, who, {x: "agree" if i == 0 else side[i % 2] for i, x in enumerate(FI)})
    group(town)
    assert "16 ihmistä on ottanut kantaa." in town.chat("telegram:-100")
    told = words(town.forges("telegram 0", "others:1"))
    assert "Sinä ja 15 muuta" in told and "8 ihmistä" in told
    assert f"Samaa mieltä: {FI[0]}" in told

    town.fills("web 1", "statement_add", {"text": "Torille lisää penkkejä"}, "1")
    town.commands("editor", "/kuulolla väittämät")
    town.presses("editor", "Lue väittämiä")
    town.submits("editor", approve="statement:13")
    assert "Torille lisää penkkejä" in words(town.commands("telegram 2", "/start statements_1"))
    town.presses("telegram 2", "Eri mieltä")

    town.commands("editor", "/kuulolla väittämät")
    town.presses("editor", "Nimeä ryhmät")
    town.submits("editor", A_fi="Kadut", B_fi="Puistot")
    town.commands("editor", "/kuulolla väittämät")
    town.presses("editor", "Sulje lopullisesti")
    town.presses("editor", "Sulje lopullisesti")
    town.passes(minutes=1)
    group(town)
    result = town.chat("telegram:-100")
    assert "Näin ajatellaan: Keskusta" in result and "Kadut, 8 ihmistä" in result


def export(town: Stage, folder: Path) -> list[tuple[int, int]]:
    """Unpacks it there; (statement, value) of every vote that was in it."""
    with town.database.reading() as store:
        made, _ = order(store, store.conversation(1), "export", "fi")
        kept = sorted((each.statement, each.value) for each in store.opinions(1))
    packed = opinion_worker.make(msgspec.msgpack.encode(made))
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    return kept
