"""The way to a preview: who is given one, wherever officials work, and to what it leads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.city import City, Official, Part, Role
from core.events import Address, Person, Pressed
from core.inbox import Inbox
from core.messages import AnyBlock, Link, Reply
from core.model import Broadcast, BroadcastState, DigestPreview, Plan, PlanState
from core.previews import ticket
from tests.dialogs.surveys import SURVEY
from tests.stage import CITY, DESK, GAPS, GROUP, Stage, three, words

TITLE = three("Toimittaja", "Redaktör", "Editor")
EVERYWHERE: City = replace(
    CITY,
    officials=(
        *CITY.officials,
        *(
            Official(channel, "one", TITLE, ("desk",), frozenset({Role.EDITOR}))
            for channel in ("teams", "telegram", "desk")
        ),
        Official("desk", "other", TITLE, ("desk",)),
    ),
)
BENCH = {"question_fi": "Mihin penkki?", "options_fi": "Torille\nRantaan", "chats": str(GROUP)}
LOOKS = {
    "broadcast": ("broadcast_look:1", "Vesi poikki."),
    "digest": ("digest_look:1", "kooste"),
    "plan": ("plan_look:1", "Mihin penkki?"),
    "plan of a survey": ("plan_look:2", "Liikkuminen"),
}
EDITORS = {
    "slack": "U0EDITOR", "teams": "one", "telegram": "one", "desk": "one",
}  # fmt: skip


@pytest.fixture
def town(stage: Stage) -> Stage:
    live_in(stage, EVERYWHERE)
    by = "slack:U0EDITOR"
    with stage.database.begin() as store:
        water = three("Vesi poikki.", "Inget vatten.", "No water.")
        store.add_broadcast(
            Broadcast(0, water, "", "", False, BroadcastState.WAITING, by, DESK, stage.now)
        )
        due = stage.now + timedelta(hours=2)
        store.put_digest_preview(DigestPreview(0, GROUP, stage.now, due, (), ()))
        store.add_plan(Plan(0, BENCH, PlanState.DRAFT, by, stage.now))
        store.add_plan(Plan(0, {"survey": SURVEY}, PlanState.DRAFT, by, stage.now))
    return stage


def live_in(stage: Stage, city: City) -> None:
    stage.city, stage.inbox = city, Inbox(city, stage.keyring, GAPS)


def press(stage: Stage, channel: str, account: str, action: str) -> Reply:
    event = Pressed(
        id=f"{channel}:{account}:{action}", who=Person(channel, account, "fi"),
        where=Address(channel, account), at=stage.now, action=action, order=1,
    )  # fmt: skip
    return stage.handle(event, "editor")


def way(blocks: tuple[AnyBlock, ...]) -> str:
    found = [x.url for x in blocks if isinstance(x, Link) and "/preview/" in x.url]
    return found[0] if found else ""


@pytest.mark.parametrize("kind", LOOKS)
@pytest.mark.parametrize("channel", EDITORS)
def test_an_editor_is_led_to_the_page(town: Stage, channel: str, kind: str) -> None:
    action, said = LOOKS[kind]
    reply = press(town, channel, EDITORS[channel], action)
    assert reply.message and said in words(reply) and reply.fleeting
    base = "/fi/desk" if channel == "desk" else "https://example.test/fi"
    url = way(reply.message.blocks)
    assert url.startswith(f"{base}/preview/")
    given, id = url.rpartition("/")[2], int(action[-1])
    found = ticket.read(town.keyring.digest, town.city, given, town.now)
    assert found == (kind.partition(" ")[0], id)
    assert EDITORS[channel] not in url, "it does not tell who had it made"


@pytest.mark.parametrize("kind", LOOKS)
def test_nobody_else_is(town: Stage, kind: str) -> None:
    for channel, account in (
        ("slack", "U0STREETS"), ("slack", "U0NOBODY"), ("telegram", "11"), ("teams", "x"),
        ("desk", "other"), ("web", "b1"),
    ):  # fmt: skip
        reply = press(town, channel, account, LOOKS[kind][0])
        assert "/preview/" not in words(reply) and not (reply.message and reply.message.blocks)


@pytest.mark.parametrize("kind", LOOKS)
def test_without_a_public_address_it_stays_in_words_and_says_so(town: Stage, kind: str) -> None:
    live_in(town, replace(EVERYWHERE, public_url=""))
    action, said = LOOKS[kind]
    reply = press(town, "slack", "U0EDITOR", action)
    assert "ei ole julkista osoitetta" in words(reply) and said in words(reply)
    assert reply.message and way(reply.message.blocks) == ""
    at_desk = press(town, "desk", "one", action)
    assert at_desk.message and way(at_desk.message.blocks).startswith("/fi/desk/preview/")


def test_a_part_that_is_off_has_none(town: Stage) -> None:
    live_in(town, replace(EVERYWHERE, parts=frozenset({Part.QUESTIONS})))
    for action, said in LOOKS.values():
        assert said not in words(press(town, "slack", "U0EDITOR", action))


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("poll", BENCH | {"then": "preview"}),
        ("survey_new", {"text": SURVEY, "then": "preview"}),
    ],
)
def test_the_form_that_shows_a_draft_has_it_too(
    town: Stage, form: str, fields: dict[str, str]
) -> None:
    made = town.fills("editor", form, fields).form
    assert made
    given = way(made.blocks).rpartition("/")[2]
    assert ticket.read(town.keyring.digest, town.city, given, town.now) == ("plan", 3)
