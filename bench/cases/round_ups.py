"""Round-ups of subscribers: what is new for each of five thousand, composed and kept to be sent."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import storage
from bench.process import ROOT, BenchmarkError, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread
from config.city import load_city
from core.city import City
from core.model import (
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Results,
    Rhythm,
    Shows,
    Subscription,
)
from core.ports import Store
from core.subscriptions import sending

SUBSCRIBERS = 5000
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@benchmark(digest_ms_each=Goal("<=", 3, "ms"), digest_peak_mb=Goal("<=", 250, "MB"))
def round_ups(plan: Plan) -> Mapping[str, Spread]:
    """Milliseconds of CPU for each, with a dozen answers and eight polls to choose from; and the
    most memory that the process had, which does nothing else."""
    found = [_apart() for _ in range(plan.rounds)]
    return {
        "digest_ms_each": spread([ms for ms, _ in found]),
        "digest_peak_mb": spread([mb for _, mb in found]),
    }


def _apart() -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.cases.round_ups"]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.split()
    return float(told[0]), float(told[1])


def main() -> None:
    each = _round(load_city(ROOT / "config" / "espoo.yaml"))
    print(each, _peak())


def _peak() -> float:
    """MB. Not of `getrusage`, which also counts what the process was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _round(city: City) -> float:
    with scratch() as folder, storage.open_database(f"sqlite:///{folder / 'bench.db'}") as database:
        database.upgrade()
        with database.begin() as store:
            _fill(store, city)
        begun = time.process_time()
        while True:
            with database.begin() as store:
                if not sending.due(store, NOW):
                    break
                sending.tick(store, city, NOW, {})
        spent = time.process_time() - begun
        with database.reading() as store:
            made = sum(store.pending().values())
        if made != SUBSCRIBERS:
            raise BenchmarkError(f"{made} round-ups for {SUBSCRIBERS} subscribers")
        return spent / SUBSCRIBERS * 1e3


def _fill(store: Store, city: City) -> None:
    themes = [theme.id for theme in city.themes]
    for n in range(SUBSCRIBERS):
        chosen = (themes[n % len(themes)],) if n % 3 else ()
        store.put_subscription(
            Subscription(f"{n:032x}", "telegram", ("fi", "sv", "en")[n % 3], Rhythm.DAILY, chosen,
                         (), Results.ALL if n % 5 else Results.NONE, None, NOW - 24 * HOUR, NOW)
        )  # fmt: skip
    options = ({"fi": "Torille"}, {"fi": "Rantaan"})
    for n in range(8):
        draft = PollDraft({"fi": f"Minne penkki {n}?"}, options, Shows.ALWAYS, NOW - HOUR, None,
                          (), "slack:U1")  # fmt: skip
        store.add_poll(draft, bytes(32), PollState.OPEN)
    for n in range(12):
        store.add_question(
            Question(0, f"Milloin katu {n} aurataan?", "fi", themes[n % len(themes)],
                     city.general_desk, QuestionState.ANSWERED, None, "telegram", None,
                     NOW - 9 * HOUR, NOW - HOUR, {"fi": "Huomenna."}, Publish.DIGEST)
        )  # fmt: skip


if __name__ == "__main__":
    main()
