"""A month of a city that tells people by itself: three public chats, forty subscribers, editors who
look, and a night in each half of the year in which the clocks change. Every message that was sent
is in a file that was read: `--update-golden` writes it anew."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.timetable import next_fire_in
from core import polls
from core.broadcasts import sending as broadcasts
from core.city import Chat, City, DigestRules, Official, Role
from core.digests import chats as digests
from core.events import Address
from core.inbox import Inbox
from core.messages import as_text
from core.model import Results, Rhythm, Subscription
from core.people import resident_of
from core.subscriptions import sending as subscriptions
from core.timing import within
from core.views import render
from storage import open_database
from tests.stage import CITY, GAPS, Stage, three

FILES = Path(__file__).parent / "files" / "month"
ENGLISH = Address("telegram", "-300")
FIRE = next_fire_in("Europe/Helsinki")
SECOND = Official("slack", "U0SECOND", three("Päällikkö", "Chef", "Head"), ("streets",),
                  frozenset({Role.EDITOR}))  # fmt: skip
TOWN: City = replace(
    CITY,
    chats=(
        replace(CITY.chats[0], digest="0 9 * * mon,thu"),
        replace(CITY.chats[1], digest="30 3 * * sun"),
        Chat(ENGLISH, "Newcomers", "en", "0 9 * * fri", themes=("winter",)),
    ),
    officials=(*(o for o in CITY.officials if o.account != "U0SECOND"), SECOND),
    digests=DigestRules(preview=timedelta(hours=2)),
)
MONTHS = {
    "spring": datetime(2026, 3, 9, 8, tzinfo=UTC),
    "autumn": datetime(2026, 10, 5, 8, tzinfo=UTC),
}
PEOPLE = 40
ACTED = (30, 60, 90)
LOOKED = (0, 120, 361, 690, 995, 1055, 1265, 1325, 1385)
"""Minutes of a day, from 8.00 in UTC, when people act, and when the timetable looks."""
CHANCE = re.compile("[0-9a-f]{64}")


class Town(Stage):
    """Notes each message by whom it was for, and when; who has got what, once."""

    def begin(self) -> None:
        self.inbox = Inbox(TOWN, self.keyring, GAPS)
        self.log: list[tuple[datetime, str, str, str]] = []
        with self.database.begin() as store:
            for n in range(PEOPLE):
                rhythm = list(Rhythm)[n % 3]
                themes = ("winter",) if n % 4 == 0 else ()
                language = ("fi", "sv", "en")[n % 3 if n % 2 else 0]
                results = Results.ALL if n % 5 else Results.NONE
                wish = Subscription(f"{n:032x}", "telegram", language, rhythm, themes, (),
                                    results, None, self.now, self.now)  # fmt: skip
                due = subscriptions.wishes.next_due(TOWN, wish, self.now)
                store.put_subscription(replace(wish, due=due))

    def tick(self) -> None:
        """All that the timetable does, as often as there is something to do."""
        with self.database.begin() as store:
            polls.tick(store, TOWN, self.now, GAPS)
            digests.tick(store, TOWN, self.now, FIRE, GAPS)
            while subscriptions.due(store, self.now):
                subscriptions.tick(store, TOWN, self.now, GAPS)
            for _ in range(3):
                broadcasts.tick(store, TOWN, self.now, GAPS)
        self.deliver()

    def deliver(self) -> None:
        for channel in GAPS:
            with self.database.begin() as store:
                while claimed := store.claim(channel, self.now, 60, 50):
                    for delivery in claimed:
                        self._log(store, delivery)

    def _log(self, store, delivery) -> None:
        is_new = delivery.post is None or delivery.post.ref is None
        if is_new:
            message = render(store, TOWN, delivery.show, delivery.language, self.now)
            who = resident_of(delivery.to)
            name = (
                f"subscriber {int(who, 16)}" if who and int(who, 16) < PEOPLE else str(delivery.to)
            )
            self.posts.setdefault(self._name(delivery.to), {})[str(delivery.id)] = message
            self.log.append((self.now, name, delivery.language, CHANCE.sub("…", as_text(message))))
        store.sent(
            delivery, (delivery.post and delivery.post.ref) or f"m{delivery.id}", "", self.now
        )


def live(town: Town) -> None:
    """What happens in four weeks: polls, questions, answers, and half a day without us."""
    start = town.now
    town.begin()
    town.tick()
    for day in range(28):
        for minutes in sorted({*ACTED, *LOOKED}):
            town.now = start + timedelta(days=day, minutes=minutes)
            _happens(town, day, minutes)
            if minutes in LOOKED and not (day == 10 and minutes < 12 * 60):
                town.tick()


def _happens(town: Town, day: int, minutes: int) -> None:
    acts = {
        (0, 60): lambda: subscribe(town),
        (1, 60): lambda: poll(town, "Mihin uusi penkki?", "Vart ska bänken?"),
        (3, 90): lambda: answered(town, "Milloin Rantatie aurataan?", "Huomenna aamulla."),
        (5, 90): lambda: poll(town, "Mikä puu torille?", "Vilket träd på torget?"),
        (9, 60): lambda: answered(town, "Koska Koulukadun lumi viedään?", "Se viedään tänään."),
        (12, 30): lambda: close(town, 1),
        (15, 90): lambda: announce(town),
        (16, 60): lambda: answered(town, "Kuka hiekoittaa portaat?", "Kaupunki hiekoittaa ne."),
        (18, 60): lambda: discuss(town),
        (20, 60): lambda: state(town),
        (20, 90): lambda: poll(town, "Minne pyöräteline?", "Vart ska cykelstället?", closes=3),
        (22, 30): lambda: followed(town, "Tuleeko Rantatielle valot?"),
        (24, 60): lambda: close(town, 2),
        (26, 60): lambda: told(town, 1, "Penkki on nyt torilla.", "Bänken finns nu på torget."),
    }
    if act := acts.get((day, minutes)):
        act()


def subscribe(town: Town) -> None:
    """Who asks is told the results of polls that they vote in."""
    town.forges("resident", "sub:weekly")
    town.forges("resident", "sub_result:voted")


def discuss(town: Town) -> None:
    town.commands("editor", "/kuulolla keskustelu")
    town.submits("editor", title_fi="Rantapuiston tulevaisuus", chats="",
                 title_sv="Strandparkens framtid", background_fi="Mitä rantaan kaivataan?",
                 background_sv="Vad saknas vid stranden?")  # fmt: skip


def state(town: Town) -> None:
    town.commands("editor", "/kuulolla väittämäkysely")
    town.submits("editor", title_fi="Kirjasto", title_sv="Biblioteket", chats="",
                 seeds_fi="Kirjaston pitää olla auki sunnuntaisin.",
                 seeds_sv="Biblioteket ska vara öppet på söndagar.")  # fmt: skip


def poll(town: Town, fi: str, sv: str, closes: int = 0) -> None:
    """``closes``: in so many days."""
    town.commands("editor", "/kuulolla kysely")
    until = f"{town.now + timedelta(days=closes):%Y-%m-%d} 18:00" if closes else ""
    town.submits("editor", question_fi=fi, options_fi="Torille\nRantaan", question_sv=sv,
                 options_sv="Till torget\nTill stranden", chats="", closes=until)  # fmt: skip


def followed(town: Town, fi: str) -> None:
    """A question that two others wait for an answer to."""
    town.says("resident", fi)
    town.presses("resident", "Lähetä")
    for who in ("invånare", "neighbour"):
        town.forges(who, "me_too:4")
    town.forges("editor", "take:4")


def told(town: Town, poll: int, fi: str, sv: str) -> None:
    town.fills("editor", "poll_next", {"text_fi": fi, "text_sv": sv}, str(poll))


def answered(town: Town, fi: str, reply: str) -> None:
    town.says("resident", fi)
    town.presses("resident", "Lähetä")
    town.presses("official", "Vastaa")
    town.submits("official", answer_fi=reply, publish="digest")
    town.submits("official")


def close(town: Town, id: int) -> None:
    town.forges("resident", f"vote:{id}:0")
    town.commands("editor", f"/kuulolla sulje {id}")
    town.presses("editor", "Sulje lopullisesti")


def announce(town: Town) -> None:
    town.commands("editor", "/kuulolla tiedote")
    town.submits("editor", text_fi="Vesi on poikki iltakuuteen.", text_en="No water until six.")
    town.presses("second", "Hyväksy")


def written(log: list[tuple[datetime, str, str, str]], language: str) -> str:
    """A message once, with when and who got it."""
    shown: dict[tuple[str, str], list[str]] = {}
    for at, name, spoken, words in log:
        if spoken == language:
            shown.setdefault((at.strftime("%a %d.%m. %H:%M UTC"), words), []).append(name)
    return (
        "\n\n".join(
            f"=== {when} to {', '.join(names)} ===\n{words}"
            for (when, words), names in shown.items()
        ).replace("\N{NO-BREAK SPACE}", "⍽")
        + "\n"
    )


@pytest.fixture(scope="module", params=list(MONTHS))
def month(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[tuple[str, Town]]:
    path = tmp_path_factory.mktemp("month") / "town.db"
    with open_database(f"sqlite:///{path}") as database:
        database.upgrade()
        town = Town(database, TOWN, MONTHS[request.param])
        live(town)
        yield request.param, town


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_message_of_the_month(
    request: pytest.FixtureRequest, month: tuple[str, Town], language: str
) -> None:
    name, town = month
    path = FILES / f"{name}.{language}.txt"
    now = written(town.log, language)
    if request.config.getoption("--update-golden", default=False):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, "utf-8")
    assert now == path.read_text("utf-8")


def test_nobody_is_told_in_the_night_but_who_chose_it(month: tuple[str, Town]) -> None:
    for at, name, _, _ in month[1].log:
        if name.startswith("subscriber"):
            assert not within(TOWN.quiet_hours, TOWN.timezone, at), (at, name)


def test_nobody_gets_the_same_twice(month: tuple[str, Town]) -> None:
    seen = set()
    for _, name, _, words in month[1].log:
        if name.startswith("subscriber"):
            assert (name, words) not in seen
            seen.add((name, words))


def test_each_chat_got_its_round_ups(month: tuple[str, Town]) -> None:
    """A night in which 3.30 is skipped, or comes twice, has one round-up like any other."""
    titles = [words.partition("\n")[0] for _, to, _, words in month[1].log if to == "telegram:-200"]
    assert len(titles) == len(set(titles))
