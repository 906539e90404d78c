"""That the comparators are what they claim, and that the harness counts what it counts."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bench import results, servers, votes
from bench.load import Load, content_length
from bench.machine import Patience
from bench.process import BenchmarkError, Server, load, server
from bench.protocol import Job, Ready, Slice, percentile
from bench.registry import Benchmark, Goal, Plan, Spread, all_goals, load_all, select
from bench.rounds import by_cpu, by_rate, interleave, quiet_slice, ratio, summary
from bench.servers import bolt_votes

VOTES = 20


def send(target: Server, kind: str) -> list[tuple[int, bytes]]:
    request = votes.KINDS[kind](Job(target.ready, target.pid, kind=kind))
    connection = HTTPConnection("127.0.0.1", target.ready.port)
    answers = []
    for n in range(VOTES):
        head, _, body = request(n).partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        connection.request("POST", first.split()[1], body, headers)
        response = connection.getresponse()
        answers.append((response.status, response.read()))
    connection.close()
    return answers


def test_bare_server_answers_each_query() -> None:
    with server("bare_aiohttp") as bare:
        answers = send(bare, "telegram")
    assert [status for status, _ in answers] == [200] * VOTES
    ids = [b'"%019d"' % n for n in range(VOTES)]
    assert all(id_ in body for id_, (_, body) in zip(ids, answers, strict=True))


def test_naive_bot_keeps_every_vote(tmp_path: Path) -> None:
    path = tmp_path / "naive.db"
    with server("naive_bot", path) as naive:
        answers = send(naive, "telegram")
        with closing(sqlite3.connect(path)) as reader:
            ballots = reader.execute("SELECT poll, voter, option FROM ballot").fetchall()
            journal = reader.execute("PRAGMA journal_mode").fetchone()
    assert [status for status, _ in answers] == [200] * VOTES
    voters = {votes.FIRST_VOTER + n * votes.STRIDE % 10**8 for n in range(VOTES)}
    assert {voter for _, voter, _ in ballots} == voters
    assert {poll for poll, _, _ in ballots} == {1}
    assert {option for _, _, option in ballots} == {1 + n // 7 % 4 for n in range(VOTES)}
    assert journal == ("wal",)


def test_a_load_of_votes_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "naive.db"
    with server("naive_bot", path) as naive:
        found = load(naive, in_flight=4, seconds=1.0, warmup=0.0)
        with closing(sqlite3.connect(path)) as reader:
            (ballots,) = reader.execute("SELECT count(*) FROM ballot").fetchone()
    assert found.failed == 0
    assert found.rate > 0
    assert ballots >= found.rate


@dataclass
class Bolt:
    """Bolt in this process; what its writer was handed."""

    ready: Ready
    cast: list[tuple[str, str, str]] = field(default_factory=list)

    async def vote(self, person: str, poll: str, option: str) -> None:
        self.cast.append((person, poll, option))

    async def load(self, **options: float) -> Slice:
        job = Job(self.ready, os.getpid(), kind="slack", seconds=0.2, warmup=0.0, **options)
        return await Load(job).run()


@pytest.fixture
async def bolt() -> AsyncIterator[Bolt]:
    actions = ["vote:1:a", "vote:1:b"]
    bolt = Bolt(Ready(port=0, path="/slack", actions=actions, secret=bolt_votes.SECRET))
    runner = await servers.listen(bolt_votes.application(bolt.vote))
    bolt.ready.port = servers.port_of(runner)
    yield bolt
    await runner.cleanup()


@pytest.mark.parametrize("rate", [0.0, 200.0], ids=["closed loop", "open loop"])
async def test_bolt_hands_on_each_vote(bolt: Bolt, rate: float) -> None:
    found = await bolt.load(in_flight=4, rate=rate)
    assert found.failed == 0
    assert found.rate > 0
    assert len({person for person, _, _ in bolt.cast}) == len(bolt.cast)
    assert {(poll, option) for _, poll, option in bolt.cast} == {("1", "a"), ("1", "b")}


async def test_a_refused_request_counts_as_failed(bolt: Bolt) -> None:
    bolt.ready.secret = "not the one"
    assert (await bolt.load(in_flight=2)).failed > 0
    assert bolt.cast == []


def test_no_request_is_sent_twice_from_slice_to_slice() -> None:
    ready = Ready(port=1, actions=["vote:1:1", "vote:1:2"], secret="s")
    for kind in votes.KINDS.values():
        slices = [kind(Job(ready, 1, first=first, voters=1000)) for first in (0, 1_000_000)]
        requests = [request(n) for request in slices for n in range(5000)]
        assert len(set(requests)) == 10_000
        for request in requests:
            end = request.index(b"\r\n\r\n")
            assert content_length(request, end) == len(request) - end - 4


def slice_(rate: float, foreign: float = 0.0, failed: int = 0) -> Slice:
    return Slice(rate, 1e6 / rate, 1.0, 2.0, failed, 1.0, 0.2, foreign=foreign)


def test_ratios_are_taken_round_by_round() -> None:
    rounds = [
        {"a": slice_(200), "b": slice_(100)},
        {"a": slice_(30), "b": slice_(10)},
        {"a": slice_(50), "b": slice_(50)},
    ]
    assert ratio(rounds, "a", "b", by_rate) == Spread(2.0, 1.0, 3.0)
    assert ratio(rounds, "b", "a", by_cpu) == Spread(2.0, 1.0, 3.0)
    assert len(list(summary(rounds))) == 2


def test_every_variant_runs_in_every_round_in_turning_order() -> None:
    order: list[str] = []

    def variant(name: str) -> Slice:
        order.append(name)
        return slice_(1)

    plan = Plan(rounds=3, patience=Patience(0), tries=1, note=lambda line: None)
    rounds = interleave({name: lambda name=name: variant(name) for name in "ab"}, plan)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [set(each) for each in rounds] == [{"a", "b"}] * 3


@pytest.mark.parametrize(("seconds", "runs"), [(60.0, 3), (0.0, 1)])
def test_a_disturbed_slice_is_repeated_while_there_is_patience(seconds: float, runs: int) -> None:
    rates = iter(range(1, 10))
    plan = Plan(patience=Patience(seconds, at_once=0.0), tries=3, foreign_limit=-1.0)
    quiet_slice(lambda: slice_(next(rates)), plan)
    assert next(rates) == runs + 1


def test_failed_requests_spoil_the_figure() -> None:
    with pytest.raises(BenchmarkError, match="3 requests failed"):
        quiet_slice(lambda: slice_(1, failed=3), Plan(patience=Patience(0)))


@pytest.mark.parametrize(("share", "wanted"), [(0.5, 51), (0.99, 100), (0.0, 1)])
def test_percentile(share: float, wanted: int) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == wanted
    assert percentile([], share) == 0


@pytest.mark.parametrize(
    ("goal", "met", "missed"),
    [(Goal(">=", 0.6), 0.6, 0.59), (Goal("<=", 4), 4.0, 4.01)],
)
def test_goals(goal: Goal, met: float, missed: float) -> None:
    assert goal.met(met) is True
    assert goal.met(missed) is False
    assert Goal("<=", None).met(met) is None


def test_results_are_merged_by_key(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    goals = {"old": Goal(">=", 2), "new": Goal("<=", 150, "MB"), "told": Goal("<=", None)}
    results.merge({"old": Spread(1, 1, 1), "new": Spread(9, 9, 9)}, goals, path)
    results.merge({"new": Spread(120, 110.123456, 130), "told": Spread(1, 1, 1)}, goals, path)
    old = {"median": 1, "min": 1, "max": 1, "goal": 2, "unit": "ratio"}
    new = {"median": 120, "min": 110.1235, "max": 130, "goal": 150, "unit": "MB"}
    told = {"median": 1, "min": 1, "max": 1, "goal": None, "unit": "ratio"}
    assert json.loads(path.read_text("utf-8")) == {"new": new, "old": old, "told": told}
    table = results.table(results.read(path), goals)
    assert [str(cell) for cell in table.columns[-1].cells] == [
        "[green]met[/]",
        "[red]missed[/]",
        "-",
    ]


def test_a_part_is_chosen_by_the_start_of_its_keys() -> None:
    def one(plan: Plan) -> dict[str, Spread]:
        return {}

    def other(plan: Plan) -> dict[str, Spread]:
        return {}

    vote = Benchmark({"vote_a": Goal(">=", 1), "vote_b": Goal(">=", 1)}, one)
    rss = Benchmark({"rss_mb": Goal("<=", 1)}, other)
    assert select([vote, rss], "") == [vote, rss]
    assert select([vote, rss], "vote_b") == [vote]
    assert select([vote, rss], "rss, vote") == [vote, rss]
    assert select([vote, rss], "nothing") == []


def test_every_key_is_measured_by_one_benchmark() -> None:
    benchmarks = load_all()
    keys = [key for each in benchmarks for key in each.goals]
    assert len(keys) == len(set(keys)) == len(all_goals(benchmarks))
    assert {"vote_vs_bare_aiohttp", "outbound_vs_ptb_default", "rss_mb"} <= set(keys)
