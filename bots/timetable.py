"""What is due by the clock. Due times live in the store, so that a restart misses nothing: the
jobs only look, often, whether something has become due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Protocol, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from core import polls
from core.broadcasts import sending as broadcasts
from core.city import City, Part
from core.desk import Desk
from core.digests import chats as digests
from core.discussions import life as discussions
from core.duty import ALONE, Duty
from core.errors import TryAgain, kind_and_place
from core.moderation import daily, rules
from core.polls import closing, series
from core.ports import Store
from core.questions import reminders
from core.statements import life as statements
from core.subscriptions import sending as subscriptions
from core.timing import NextFire

T = TypeVar("T")
Job = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)

LOOK_EVERY = 1  # seconds
PAUSES = {Part.QUESTIONS: 60, "words": 60, "moderation": 60, "city file": 10}
"""Seconds; of all others one."""
NIGHTLY = {"prune": "17 3 * * *", "open data": "2 0 * * *"}
EVERYWHERE = frozenset({"open data", "city file"})
"""Each process does these for itself, whoever has the duty."""
WORDS_AT_ONCE = 100  # questions
KEPT = timedelta(days=14)  # handled events, finished deliveries, drafts
SOURCES_KEPT = timedelta(days=1)
"""Then the address of a picture gives what is there by that time, but in plans that name it."""
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class Do(Protocol):
    """Work on the store: committed (`bots.intake.Intake.run`), or a look (`Reader.read`)."""

    def __call__(self, work: Callable[[Store], T], /) -> Awaitable[T]: ...


class Timetable:
    """``jobs`` holds what this city needs, by name: parts that are off have none. They rest while
    another process has the duty. ``group`` makes opinion groups anew where votes came,
    ``publish`` the files of open data; ``reread`` looks whether the city file was edited. The
    ``city`` may become another, of the same parts and time zone."""

    def __init__(
        self,
        city: City,
        run: Do,
        read: Do,
        clock: Callable[[], datetime],
        edit_gaps: Mapping[str, float],
        duty: Duty = ALONE,
        group: Job | None = None,
        publish: Job | None = None,
        reread: Job | None = None,
    ) -> None:
        self.city = city
        self._run = run
        self._read = read
        self._clock = clock
        self._edit_gaps = edit_gaps
        self._duty = duty
        self._next_fire = next_fire_in(city.timezone)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._doing: set[asyncio.Future[None]] = set()
        self._stopping = False
        parts: dict[Part, Job] = {
            Part.POLLS: self._polls,
            Part.DIGESTS: self._digests,
            Part.QUESTIONS: self._reminders,
            Part.STATEMENTS: self._statements,
            Part.DISCUSSIONS: self._discussions,
            Part.SUBSCRIPTIONS: self._subscriptions,
            Part.BROADCASTS: self._broadcasts,
        }
        self.jobs: dict[str, Job] = {p.value: job for p, job in parts.items() if city.has(p)}
        if city.has(Part.POLLS):
            self.jobs["closings"] = self._closings
        if city.has(Part.QUESTIONS):
            self.jobs["words"] = self._words
        if group and city.has(Part.STATEMENTS):
            self.jobs["groups"] = group
        if rules.in_use(city):
            self.jobs["moderation"] = self._moderation
        if publish:
            self.jobs["open data"] = publish
        if reread:
            self.jobs["city file"] = reread
        self.jobs["prune"] = self._prune

    def start(self) -> None:
        for name, job in self.jobs.items():
            if name in NIGHTLY:
                trigger = trigger_of(NIGHTLY[name], self.city.timezone)
            else:
                pause = PAUSES.get(name, LOOK_EVERY)
                trigger = IntervalTrigger(seconds=pause, timezone=UTC)
            at_once = {} if name in EVERYWHERE else {"next_run_time": datetime.now(UTC)}
            self._scheduler.add_job(
                self._quietly,
                trigger,
                args=(name, job),
                id=name,
                **at_once,
                coalesce=True,
                max_instances=2 if name == "groups" else 1,  # it knows that it is busy
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Waits for what is being done; the scheduler itself would break it off."""
        self._stopping = True
        if not self._scheduler.running:
            return
        self._scheduler.remove_all_jobs()
        await asyncio.sleep(0)  # what was begun in this turn of the loop
        while self._doing:
            await asyncio.wait(list(self._doing))
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # it ends in the loop's next turn

    async def _polls(self) -> None:
        now = self._clock()
        if await self._read(lambda store: polls.due(store, self.city, now)):
            await self._run(lambda store: polls.tick(store, self.city, now, self._edit_gaps))
        if await self._read(lambda store: series.due(store, now)):
            city, after = self.city, self._next_fire
            await self._run(lambda store: series.tick(store, city, now, after, self._edit_gaps))

    async def _closings(self) -> None:
        """What large polls leave to be done after their closing, apart from `_polls`, so that
        others open and close to the second meanwhile."""
        for id in await self._read(lambda store: store.closings()):
            await self._end_closing(id)

    async def _end_closing(self, id: int) -> None:
        """In short steps, between which votes go on. Whoever has the duty next goes on with it."""
        wiped = False
        while not wiped and self._may_go_on:
            wiped = await self._run(lambda store: store.wipe_closed(id))
        listing = await self._read(lambda store: closing.begin_list(store, self.city, id))
        more = wiped and listing is not None
        while more and self._may_go_on:
            more = await self._read(listing.take)
        if wiped and listing and not more:
            now, city, gaps = self._clock(), self.city, self._edit_gaps
            await self._run(lambda s: closing.publish(Desk(s, city, now, gaps), id, listing))

    @property
    def _may_go_on(self) -> bool:
        return self._duty.held and not self._stopping

    async def _digests(self) -> None:
        now, city, after = self._clock(), self.city, self._next_fire
        if await self._read(lambda store: digests.due(store, city, now, after)):
            await self._run(lambda s: digests.tick(s, city, now, after, self._edit_gaps))

    async def _statements(self) -> None:
        now, city = self._clock(), self.city
        if await self._read(lambda store: statements.due(store, city, now)):
            await self._run(lambda store: statements.tick(store, city, now, self._edit_gaps))
    async def _broadcasts(self) -> None:
        now, city = self._clock(), self.city
        if await self._read(lambda store: broadcasts.due(store, now)):
            await self._run(lambda store: broadcasts.tick(store, city, now, self._edit_gaps))

    async def _subscriptions(self) -> None:
        now, city = self._clock(), self.city
        while self._duty.held and await self._read(lambda store: subscriptions.due(store, now)):
            await self._run(lambda store: subscriptions.tick(store, city, now, self._edit_gaps))

    async def _reminders(self) -> None:
        now, city = self._clock(), self.city
        if await self._read(lambda store: reminders.any_due(store, city, now)):
            await self._run(lambda store: reminders.tick(store, city, now, self._edit_gaps))

    async def _words(self) -> None:
        """Of questions, as the dictionaries of now have them."""
        more = True
        while more and self._may_go_on:
            found = await self._read(lambda store: store.outdated(WORDS_AT_ONCE))
            if more := bool(found):
                await self._run(lambda store, found=found: store.keep_words(found))

    async def _discussions(self) -> None:
        now, city = self._clock(), self.city
        if await self._read(lambda store: discussions.due(store, now)):
            await self._run(lambda store: discussions.tick(store, city, now, self._edit_gaps))

    async def _moderation(self) -> None:
        now, city = self._clock(), self.city
        if await self._read(lambda store: daily.due(store, city, now)):
            await self._run(lambda store: daily.tick(store, city, now, self._edit_gaps))

    async def _prune(self) -> None:
        now = self._clock()
        await self._run(lambda store: store.prune(now - KEPT))
        await self._run(lambda store: store.prune_pictures(now - SOURCES_KEPT))

    async def _quietly(self, name: str, job: Job) -> None:
        """What fails now is due the next time as well."""
        if name not in EVERYWHERE and not self._duty.held:
            return
        doing = asyncio.ensure_future(job())
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)
        try:
            await doing
        except TryAgain:
            log.info("put off", job=name)
        except Exception as error:
            log.error("job failed", job=name, **kind_and_place(error))


def next_fire_in(zone: str) -> NextFire:
    """Next moments of cron lines in that time zone."""

    @lru_cache(maxsize=1024)
    def next_fire(cron: str, after: datetime) -> datetime:
        """The first moment later than ``after``, in UTC. ValueError where there is none.

        An hour that the clocks skip is made up for in the next; one that they repeat counts once,
        but for lines that hold for every hour.
        """
        fire = trigger_of(cron, zone).get_next_fire_time(None, after + timedelta(microseconds=1))
        if fire is None:
            raise ValueError(f"never: {cron!r}")
        if fire.fold and cron.split()[1] != "*":
            return next_fire(cron, fire.astimezone(UTC))
        return fire.astimezone(UTC)

    return next_fire


@cache
def trigger_of(cron: str, zone: str) -> CronTrigger:
    """A five-field cron line. Sunday is 0 or 7, as in any crontab; APScheduler counts otherwise."""
    *fields, weekday = cron.split()
    return CronTrigger.from_crontab(" ".join([*fields, _weekdays(weekday)]), zone)


def _weekdays(field: str) -> str:
    """``1-5`` → ``mon,tue,wed,thu,fri``; what has names already stays as it is."""
    if field == "*" or any(letter.isalpha() for letter in field):
        return field
    days: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0", "-", "6") if span == "*" else span.partition("-")
        end = int(last) if last else (6 if step else int(first))
        if not 0 <= int(first) <= end <= 7:
            raise ValueError(f"not a day of the week: {part!r}")
        days.update(day % 7 for day in range(int(first), end + 1, int(step or 1)))
    return ",".join(DAYS[day] for day in sorted(days))
