"""What Prometheus reads: right numbers, for those with the token only, and nothing of persons."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client.parser import text_string_to_metric_families

from bots.app import Service, running
from bots.intake import Intake
from bots.metrics import Metrics
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core.errors import TryAgain
from core.events import Address, Command, Event, Person, Pressed
from core.messages import Message, Reply
from core.model import Show
from core.ports import SendFailed, Store
from tests.fakes import START, Clock, FakeChannel
from tests.storage.samples import open_poll

CITY = load_city(EXAMPLE_CITY)
TOKEN = "t" * 32
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
LABELS = {"kind", "state", "channel", "outcome", "version", "le"}
Samples = dict[tuple[str, ...], float]


def settings_of(folder: Path, **more: object) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'kuulolla.db'}", port=0, playground="off", **more
    )


def read(text: str) -> Samples:
    """(name, label values in the order of their names…) → value"""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def page(service: Service, headers: dict[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{service.url}/metrics", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def scraped(service: Service) -> Samples:
    status, text = await page(service, SHOWN)
    assert status == 200
    return read(text)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    settings = settings_of(tmp_path, metrics_token=TOKEN)
    async with running(settings, CITY, clock=Clock()) as service:
        yield service


def press(number: int, who: str, poll: int) -> Pressed:
    return Pressed(
        id=f"web:{number}",
        who=Person("web", who),
        where=Address("web", who),
        at=START,
        action=f"vote:{poll}:0",
        order=number,
    )


async def test_votes_events_and_commits_are_counted(service: Service) -> None:
    poll = await service.intake.run(lambda s: open_poll(s, opens_at=START, closes_at=None).id)
    before = await scraped(service)
    assert ("kuulolla_events_total", "vote") not in before
    for number in range(3):
        await service.intake.handle(press(number, f"somebody-{number}", poll))
    home = Address("web", "somebody-1")
    asked = Command(id="web:9", who=Person("web", "somebody-1"), where=home, at=START, name="help")
    await service.intake.handle(asked)
    after = await scraped(service)
    assert after["kuulolla_events_total", "vote"] == 3
    assert after["kuulolla_events_total", "other"] == 1
    assert after["kuulolla_batch_events_sum",] == 4
    assert after["kuulolla_commit_seconds_count",] == after["kuulolla_batch_events_count",] == 4
    assert after["kuulolla_database_up",] == 1
    assert after["process_resident_memory_bytes",] > 0


async def test_nothing_tells_of_a_person(service: Service) -> None:
    poll = await service.intake.run(lambda s: open_poll(s, opens_at=START, closes_at=None).id)
    await service.intake.handle(press(1, "somebody-1", poll))
    _, text = await page(service, SHOWN)
    assert "somebody" not in text and TOKEN not in text
    families = list(text_string_to_metric_families(text))
    assert {label for family in families for s in family.samples for label in s.labels} <= LABELS


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Bearer tt", f"Basic {TOKEN}", "Bearer å"])
async def test_without_the_token_nothing_is_told(service: Service, header: str | None) -> None:
    status, text = await page(service, {} if header is None else {"Authorization": header})
    assert status == 401 and "kuulolla" not in text


async def test_there_is_no_such_page_by_default(tmp_path: Path) -> None:
    async with running(settings_of(tmp_path), CITY) as service:
        assert (await page(service, SHOWN))[0] == 404


# --- what the database knows -----------------------------------------------------------------


async def asked(metrics: Metrics, records) -> Samples:
    (route,) = metrics.routes(records.reader, ["telegram", "slack"], records.clock)
    answer = await route.handler(make_mocked_request("GET", "/metrics", SHOWN))
    return read(answer.body.decode())


async def test_the_outbox_and_how_late_it_is(records) -> None:
    metrics = Metrics(TOKEN, "1.2.3")
    empty = await asked(metrics, records)
    assert empty["kuulolla_outbox_deliveries", "waiting"] == 0
    assert empty["kuulolla_delivery_lag_seconds", "telegram"] == 0
    assert empty["kuulolla_build_info", "1.2.3"] == 1

    def tell(store: Store) -> None:
        for chat in ("1", "2"):
            store.tell(Address("telegram", chat), Show("poll", {}), "fi", START)
        later = START + timedelta(hours=1)
        store.tell(Address("slack", "C1"), Show("poll", {}), "fi", later)

    await records.write(tell)
    records.clock.advance(90)
    found = await asked(metrics, records)
    assert found["kuulolla_outbox_deliveries", "waiting"] == 3
    assert found["kuulolla_delivery_lag_seconds", "telegram"] == 90
    assert found["kuulolla_delivery_lag_seconds", "slack"] == 0


async def test_a_database_that_is_away_is_told(records) -> None:
    metrics = Metrics(TOKEN, "1")
    assert (await asked(metrics, records))["kuulolla_database_up",] == 1
    await records.reader.stop()
    records.reader = Away()
    assert (await asked(metrics, records))["kuulolla_database_up",] == 0


class Away:
    """A reader whose database is gone."""

    async def read(self, question: object) -> object:
        raise TryAgain("gone")

    async def stop(self) -> None:
        pass


# --- counted where it is committed, or sent ----------------------------------------------------


class Rules:
    """The switchboard, where one sort of event fails."""

    def is_vote(self, event: Event) -> bool:
        return isinstance(event, Pressed)

    def cast(self, store: Store, presses: list[Pressed], now: object) -> list[Reply]:
        return [Reply() for _ in presses]

    def handle(self, store: Store, event: Event, now: object) -> Reply:
        raise RuntimeError("a fault of ours")

    def apology(self, event: Event) -> Reply:
        return Reply()


async def test_what_was_rolled_back_is_not_counted(records) -> None:
    metrics = Metrics(TOKEN, "1")
    intake = Intake(
        metrics.begin(records.database.begin),
        metrics.inbox(Rules()),
        records.clock,
        lambda touched: None,
    )
    home = Address("web", "1")
    fails = Command(id="web:1", who=Person("web", "1"), where=home, at=START, name="x")
    await intake.handle(fails)
    await intake.handle(press(2, "1", 1))
    await intake.run(lambda store: None)
    await intake.stop()
    found = await asked(metrics, records)
    assert found["kuulolla_events_total", "vote"] == 1
    assert found.get(("kuulolla_events_total", "other"), 0) == 0
    assert found["kuulolla_commit_seconds_count",] == 1


async def test_deliveries_are_counted_by_how_they_went() -> None:
    metrics, inner = Metrics(TOKEN, "1"), FakeChannel("slack")
    channel, to, message = metrics.channel(inner), Address("slack", "C1"), Message("hei", ())
    assert (channel.name, channel.limits) == ("slack", inner.limits)
    ref = await channel.send(to, message)
    await channel.edit(ref, message)
    inner.failing("C1", SendFailed("no"), SendFailed("never", permanent=True), ValueError())
    for error in (SendFailed, SendFailed, ValueError):
        with pytest.raises(error):
            await channel.send(to, message)

    def count(outcome: str) -> float | None:
        labels = {"channel": "slack", "outcome": outcome}
        return metrics.registry.get_sample_value("kuulolla_deliveries_total", labels)

    assert [count(o) for o in ("sent", "edited", "failed", "refused")] == [1, 1, 2, 1]
