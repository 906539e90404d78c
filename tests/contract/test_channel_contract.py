"""One suite over every channel: what `core.ports.Channel` promises, against strict stand-ins."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.city import City, Official
from core.events import Event, Pressed
from core.inbox import Inbox
from core.messages import (
    Bar,
    Bars,
    Button,
    Facts,
    Message,
    Reply,
    rows,
    text,
)
from core.model import (
    Poll,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Show,
    Shows,
)
from core.people import Keyring
from core.ports import Channel, SendFailed, Store
from core.views import render
from storage import Database
from tests.contract.bench import PATIENCE, Bench, Door, Rules, failure
from tests.contract.conftest import PAGES
from tests.fakes import START
from tests.stage import CITY, SECRET, three

POLL = Message(
    "Kysely: Silta?",
    (text("Silta?"), rows(Button("Kyllä", "vote:1:0"), Button("Ei", "vote:1:1"))),
)
BYE = Message("Moi", (text("Moi"),))
GAPS = {"telegram": 3.0, "slack": 3.0, "teams": 3.0}
COUNTED = "Äänesi on laskettu: Ei."


# --- sending and editing -------------------------------------------------------------------------


async def test_what_is_sent_can_be_edited(bench: Bench) -> None:
    ref = await bench.channel.send(bench.home, POLL)
    assert "Silta?" in bench.seen(ref).text and bench.seen(ref).buttons == ("Kyllä", "Ei")
    await bench.channel.edit(ref, BYE)
    assert "Moi" in bench.seen(ref).text and bench.seen(ref).buttons == ()
    await bench.channel.edit(ref, BYE)
    assert bench.posts() == 1


async def test_an_answer_in_a_thread(bench: Bench) -> None:
    first = await bench.channel.send(bench.home, POLL)
    second = await bench.channel.send(bench.home, BYE, first)
    assert bench.seen(second).parent == first
    bench.remove(first)
    alone = await bench.channel.send(bench.home, BYE, first)
    assert bench.seen(alone).parent is None


async def test_an_edit_of_what_is_gone(bench: Bench) -> None:
    ref = await bench.channel.send(bench.home, POLL)
    bench.remove(ref)
    failed = await failure(bench.channel.edit(ref, BYE))
    assert (str(failed), failed.permanent, failed.uncertain) == ("gone", True, False)


async def test_chats_that_cannot_be_written_to(bench: Bench) -> None:
    closed = bench.closed_chats()
    for chat in closed:
        failed = await failure(bench.channel.send(chat, POLL))
        assert (failed.permanent, failed.uncertain, failed.moved_to) == (True, False, None), chat
        assert str(failed) != "gone", "that speaks of a message, not of its chat"
    assert closed and bench.posts() == 0


def meaning(failed: SendFailed) -> tuple[bool, float | None, bool]:
    """In whole seconds: some channels add a little, so that not everybody comes back at once."""
    asked = failed.retry_after
    return failed.permanent, None if asked is None else float(int(asked)), failed.uncertain


@pytest.mark.parametrize(
    ("kind", "sending", "arrives"),
    [
        ("429", (False, 7.0, False), False),
        ("500", (False, None, False), False),
        ("drop", (False, None, True), False),
        ("lost_answer", (False, None, True), True),
    ],
)
async def test_a_platform_in_trouble(
    bench: Bench, kind: str, sending: tuple[bool, float | None, bool], arrives: bool
) -> None:
    bench.fail("send", kind)  # type: ignore[arg-type]
    assert meaning(await failure(bench.channel.send(bench.home, POLL))) == sending
    assert bench.posts() == arrives
    ref = await bench.channel.send(bench.home, POLL)
    bench.fail("edit", kind)  # type: ignore[arg-type]
    editing = (*sending[:2], False)  # an edit may be repeated: there is no doubt to tell of
    assert meaning(await failure(bench.channel.edit(ref, BYE))) == editing
    await bench.channel.edit(ref, BYE)
    assert "Moi" in bench.seen(ref).text


async def test_a_platform_that_is_not_there(bench: Bench) -> None:
    """Nothing was sent, so that it is simply tried again."""
    channel = bench.nowhere()
    await channel.start(Rules())
    try:
        failed = await failure(channel.send(bench.home, POLL))
        assert meaning(failed) == (False, None, False)
        assert not (await channel.health()).ok
    finally:
        await channel.stop()


async def test_a_chat_that_moved(moving: Bench) -> None:
    ref = await moving.channel.send(moving.home, POLL)
    new = moving.move()
    assert new
    failed = await failure(moving.channel.send(moving.home, POLL))
    assert (failed.moved_to, failed.permanent) == (new, False)
    failed = await failure(moving.channel.edit(ref, BYE))
    assert (failed.moved_to, str(failed), failed.permanent) == (new, "gone", True)
    assert "Silta?" in moving.seen(await moving.channel.send(new, POLL)).text


async def test_a_channel_that_has_stopped_sends_nothing(bench: Bench) -> None:
    ref = await bench.channel.send(bench.home, POLL)
    await bench.channel.stop()
    for doing in (
        lambda: bench.channel.send(bench.home, POLL),
        lambda: bench.channel.edit(ref, BYE),
    ):
        with pytest.raises((SendFailed, RuntimeError)):
            await doing()
    assert bench.posts() == 1 and "Silta?" in bench.seen(ref).text


# --- presses -------------------------------------------------------------------------------------


async def test_a_press_is_one_event(door: Door) -> None:
    door.rules.answer = lambda event: Reply(COUNTED)
    ref = await door.show(POLL)
    await door.press(ref, "Ei")
    assert COUNTED in (await door.told())[-1]
    [event] = door.rules.events
    assert isinstance(event, Pressed)
    assert (event.action, event.who, event.where) == ("vote:1:1", door.person, door.home)
    assert event.id.startswith(f"{event.who.channel}:")
    assert event.private == (door.name == "web")
    await door.press(ref, "Kyllä")
    await door.told(2)
    after = door.rules.events[-1]
    assert isinstance(after, Pressed) and after.who == event.who
    assert after.order > event.order and after.id != event.id


async def test_a_press_that_comes_again_is_the_same_event(door: Door) -> None:
    door.rules.answer = lambda event: Reply(COUNTED)
    await door.press(await door.show(POLL), "Ei")
    await door.told()
    first = door.rules.events[-1]
    await door.again()
    again = door.rules.events[1]
    assert isinstance(first, Pressed) and isinstance(again, Pressed)
    assert (again.id, again.action, again.who) == (first.id, first.action, first.who)
    if door.name not in PAGES:  # whose presses are numbered as they come: to send anew is to choose
        assert again.order == first.order


async def test_a_vote_that_comes_again_changes_nothing(door: Door, town: Database) -> None:
    keep = Replies(town, door)
    with town.reading() as store:
        message = render(store, CITY, Show("poll", {"id": 1}), "fi", START)
    await door.press(await door.show(message), "Ei")
    assert COUNTED in (await door.told())[-1]
    await door.again()
    assert COUNTED in (await door.told())[-1]
    first, again = (reply.notice for reply in keep.given[:2])
    assert first == again and first.startswith(f"{COUNTED} Kuitti ")
    with town.reading() as store:
        assert store.tallies({1})[1].counts == (0, 1) == store.recount(1).counts


async def test_an_act_that_comes_again_is_done_once(bench: Bench, town: Database) -> None:
    title = three("Insinööri", "Ingenjör", "Engineer")
    official = Official(bench.person.channel, bench.person.account, title, ("streets",))
    keep = Replies(town, bench, replace(CITY, officials=(official,)))
    with town.begin() as store:
        store.add_question(question(state=QuestionState.WAITING))
    action = "take:1" if bench.workplace else "lang:sv"
    await bench.press(await bench.show(Message("", (rows(Button("Paina", action)),))), "Paina")
    await bench.told()
    with town.reading() as store:
        waiting = store.pending()
    await bench.again()
    first, second, *_ = keep.given
    assert first == second and (first.notice or first.message)
    with town.reading() as store:
        assert store.pending() == waiting
        assert [step.kind for step in store.steps(1)] == ["taken"] * bench.workplace


class Replies:
    """The real rules on a real database behind a door; what they replied."""

    def __init__(self, database: Database, door: Door, city: City = CITY) -> None:
        self._database, self._inbox = database, Inbox(city, Keyring(SECRET), GAPS)
        self.given: list[Reply] = []
        door.rules.answer = self._answer

    def _answer(self, event: Event) -> Reply:
        with self._database.begin() as store:
            self.given.append(self._inbox.handle(store, event, START))
        return self.given[-1]


async def test_a_forged_press_is_turned_away(door: Door) -> None:
    status = await door.forge("vote:1:0")
    assert status == {"web": 403}.get(door.name, 401) if door.channel.routes() else status is None
    assert door.rules.tried == []


async def test_a_press_that_cannot_be_handled(door: Door) -> None:
    """It comes again, or the person is told to try again; it is never taken for done."""
    door.rules.failures.append(OSError("secret words of the disk"))
    door.rules.answer = lambda event: Reply(COUNTED)
    await door.press(await door.show(POLL), "Ei")
    told = (await door.told())[-1]
    assert "secret" not in told
    assert told == COUNTED or "again" in told or "uudelleen" in told
    if door.brings_again:
        await door.again()
        assert door.rules.events[0].id == door.rules.tried[0] == door.rules.tried[1]
    else:
        assert door.rules.events == [] and COUNTED not in told


# --- replies -------------------------------------------------------------------------------------


async def test_a_reply_in_a_shared_chat_is_for_one_person(bench: Bench) -> None:
    bench.rules.answer = lambda event: Reply(message=Message("Sinulle vain"), replaces=True)
    ref = await bench.show(POLL)
    await bench.press(ref, "Ei")
    assert "Sinulle vain" in (await bench.told())[-1]
    assert bench.posts() == 1 and "Silta?" in bench.seen(ref).text


@pytest.mark.parametrize("replaces", [True, False])
async def test_a_reply_where_only_the_two_are(bench: Bench, replaces: bool) -> None:
    menu = Message("Valikko", (text("Valikko"), rows(Button("Ohje", "help"))))
    page = Message("Ohje", (text("Ohjesivu"),))
    bench.rules.answer = lambda event: (
        Reply(message=page, replaces=replaces)
        if isinstance(event, Pressed)
        else Reply(message=menu)
    )
    ref = await bench.arrive()
    assert [seen.buttons for seen in bench.alone()] == [("Ohje",)]
    await bench.press(ref, "Ohje")
    expected = ["Ohjesivu"] if replaces else ["Valikko", "Ohjesivu"]
    await bench.until(lambda: [seen.text for seen in bench.alone()] == expected)


# --- hostile words -------------------------------------------------------------------------------

HOSTILE = {
    "html": ("<b>lihava</b> <a href='https://evil.example'>espoo.fi</a> &amp; <script>", "lihava"),
    "markdown": ("[espoo.fi](https://evil.example) *tähti* _ala_ ~~yli~~ `koodi`", "tähti"),
    "slack": ("<!channel> <!here|x> <@U0TEKNIIKKA> <!subteam^S1> <https://evil.example|e>", "here"),
    "telegram": ("<a href='tg://user?id=5000000001'>Asukas</a> tg://resolve?domain=x", "Asukas"),
    "teams": ("<at>Kaikki</at> <at id='0'>Asukas</at>", "Kaikki"),
    "names": ("Hei @kaikki ja @asukas_1, kutsuu @channel", "kaikki"),
    "direction": ("alku \u202enurin\u202c \u2066eristys\u2069 loppu", "nurin"),
    "zalgo": ("z" + "\u0335\u0321" * 200 + "algo", "algo"),
    "long": ("sana " * 20_000, "sana sana"),
    "nul": ("alku\x00loppu \x07\x1b[31m", "loppu"),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_words_stay_words(bench: Bench, kind: str) -> None:
    words, readable = HOSTILE[kind]
    blocks = (
        text(words, role="heading"),
        text(words, role="quote"),
        text(words),
        Facts((("Kysymys", words),)),
        Bars((Bar(words, 1, 1.0),), words),
        rows(Button(words, "vote:1:0"), Button("Ei", "vote:1:1")),
    )
    ref = await bench.channel.send(bench.home, Message(words, blocks))
    seen = bench.seen(ref)
    assert seen.calls == () and seen.links == ()
    assert readable in seen.text and len(seen.buttons) == 2
    shown = seen.text + "".join(seen.buttons)
    assert not set(shown) & set("\x00\x07\x1b\u202e\u202c\u2066\u2069")
    assert len(shown) < 30_000
    await bench.channel.edit(ref, Message(words, blocks))
    assert bench.posts() == 1


async def test_hostile_notices(bench: Bench) -> None:
    for number, (words, readable) in enumerate(HOSTILE.values(), 1):
        bench.rules.answer = lambda event, words=words: Reply(f"{words[:90]} {words}")
        await bench.press(await bench.show(POLL), "Ei")
        assert readable in (await bench.told(number))[-1]
        assert all(seen.calls == seen.links == () for seen in bench.alone())


# --- limits --------------------------------------------------------------------------------------


def long(start: str, size: int) -> str:
    """Words of exactly that many characters, which can be told apart by either end."""
    return (start + " " + "leikkipuisto " * 300)[: size - len(start) - 1] + "|" + start


def add_poll(store: Store, shows: Shows = Shows.ALWAYS) -> Poll:
    options = tuple({"fi": long(f"{i:02}", 80)} for i in range(12))
    draft = PollDraft(
        {"fi": long("Miksi", 300)}, options, shows, START, None, (bench_chat,), "slack:U0EDITOR"
    )
    return store.add_poll(draft, bytes(32), PollState.OPEN)


bench_chat = CITY.chats[0].address


def question(**more: object) -> Question:
    given = {
        "number": 0, "text": long("Milloin", 2000), "language": "fi", "theme": "winter",
        "department": "streets", "state": QuestionState.ANSWERED, "asker": "a" * 32,
        "asker_channel": "telegram", "official": None, "received_at": START,
        "answered_at": START, "answer": {"fi": long("Huomenna", 3000)},
        "publish": Publish.DIGEST, **more,
    }  # fmt: skip
    return Question(**given)  # type: ignore[arg-type]


def view(town: Database, work: Callable[[Store], Show]) -> Message:
    with town.begin() as store:
        return render(store, CITY, work(store), "fi", START)


@pytest.mark.parametrize("shows", [Shows.ALWAYS, Shows.AFTER_CLOSE])
async def test_twelve_options_of_eighty_characters(
    bench: Bench, town: Database, shows: Shows
) -> None:
    message = view(town, lambda store: Show("poll", {"id": add_poll(store, shows).id}))
    seen = bench.seen(await bench.channel.send(bench.home, message))
    assert len(seen.buttons) == len(set(seen.buttons)) == 12
    assert long("Miksi", 300) in seen.text
    for i in range(12):
        assert long(f"{i:02}", 80) in seen.text + "\n".join(seen.buttons), "read in full"


@pytest.mark.parametrize("name", ["answered", "answer_post"])
async def test_an_answer_of_three_thousand_characters(
    bench: Bench, town: Database, name: str
) -> None:
    message = view(town, lambda s: Show(name, {"number": s.add_question(question()).number}))
    seen = bench.seen(await bench.channel.send(bench.home, message))
    assert long("Huomenna", 3000) in seen.text
    assert seen.links == (f"{CITY.public_url}/fi/questions/1",)


async def test_a_full_digest(bench: Bench, town: Database) -> None:
    """Five answers and five polls, all as long as can be: every option can be voted for."""

    def fill(store: Store) -> Show:
        numbers = [store.add_question(question()).number for _ in range(7)]
        polls = [add_poll(store).id for _ in range(7)]
        items = [*(("answers", n) for n in numbers[:5]), *(("open", id) for id in polls[:5])]
        more = {"answers": 2, "open": 2}
        return Show("digest", {"items": items, "more": more, "at": START.isoformat()})

    message = view(town, fill)
    ref = await bench.channel.send(bench.home, message)
    seen = bench.seen(ref)
    assert len(seen.buttons) == 60
    assert "kooste" in seen.text and "Uusia vastauksia" in seen.text
    assert f"{CITY.public_url}/fi/questions/1" in seen.links
    await bench.channel.edit(ref, message)


def test_the_limits_are_those_of_the_rules() -> None:
    """What the suite calls long is the longest that the rules take."""
    assert len(long("00", 80)) == 80 and len(long("Huomenna", 3000)) == 3000


# --- secrets -------------------------------------------------------------------------------------


async def test_no_log_tells_a_secret(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    words = "mitä asukas kirjoitti"
    bench.rules.answer = lambda event: Reply(words)
    bench.rules.failures.append(OSError(words))
    ref = await bench.show(Message(words, (text(words), *POLL.blocks)))
    await bench.press(ref, "Ei")
    await bench.told()
    for kind in ("429", "500", "lost_answer"):
        bench.fail("send", kind)  # type: ignore[arg-type]
        await failure(bench.channel.send(bench.home, Message(words)))
    await bench.forge("vote:1:0")
    async with asyncio.timeout(PATIENCE):
        await bench.channel.stop()
    ours = [r for r in caplog.records if r.name != "aiohttp.access"]  # that one is the stand-in's
    logged = "\n".join(logging.Formatter().format(record) for record in ours)
    assert "could not" in logged or "not handled" in logged, "there was something to tell"
    for secret in (*bench.secrets, words):
        assert secret not in logged


def test_it_is_a_channel(door: Door) -> None:
    channel: Channel = door.channel
    assert channel.name == door.name.split()[0]
    assert channel.limits.per_second > 0
