"""A survey in Slack: from the post in a channel, in a message that one sees alone, and alone with
the app."""

from dataclasses import replace

from bots.playground.slack_types import Message
from core.city import Chat
from core.events import Address
from core.model import Show
from core.views import render
from storage import Database
from tests.dialogs.surveys import OWN_WORDS, made
from tests.slack.test_statements import Town, choices
from tests.slack.workplace import NEWS, OTHER, Workplace, workplace
from tests.stage import CITY, Stage

PLACE = Address("slack", NEWS)
TOWN = replace(CITY, chats=(*CITY.chats, Chat(PLACE, "Ruokala", "fi")))


def begun(slack: Workplace, stage: Stage) -> None:
    stage.now = slack.clock()
    made(stage, OWN_WORDS.replace("questions:", f"chats: ['{PLACE}']\nquestions:"))


async def test_in_place_from_the_post_to_the_thanks(sqlite_database: Database) -> None:
    """The words by a dialog over the message; what follows them is a message of its own."""
    stage = Stage(sqlite_database, TOWN)
    async with workplace(http=True, rules=Town(stage)) as slack:
        begun(slack, stage)
        with sqlite_database.reading() as store:
            show = Show("survey", {"id": 1, "forms": True})
            post = render(store, TOWN, show, "fi", stage.now)
        ref = await slack.channel.send(PLACE, post)

        def own() -> list[Message]:
            return list(slack.world.ephemerals.get(OTHER, {}).values())

        def shows(words: str) -> Message | None:
            return next((each for each in own() if words in str(each.blocks)), None)

        async def press(message: Message, label: str) -> None:
            action = choices(message.blocks)[label]
            await slack.people.press(OTHER, action, channel=NEWS, ts=message.ts)

        await press(slack.world.find(*ref.split(":"), OTHER), "Vastaa kyselyyn")
        first = await slack.until(lambda: shows("Kysymys 1/2"))
        await press(first, "Ohita")
        await slack.until(lambda: shows("Kysymys 2/2"))
        assert len(own()) == 1
        await press(own()[0], "Takaisin")
        await slack.until(lambda: shows("Kysymys 1/2"))
        await press(own()[0], "Kirjoita vastauksesi")
        await slack.until(lambda: slack.world.modals.get(OTHER))
        assert (await slack.people.submit(OTHER, {"text": "Laituri"}))["ok"]
        second = await slack.until(lambda: shows("Vastauksesi on laskettu: ”Laituri”"))
        assert "Kysymys 2/2" in str(second.blocks) and not slack.world.modals.get(OTHER)
        await press(second, "4")
        await slack.until(lambda: shows("Kiitos!"))
        assert len(slack.shown(NEWS)) == 1 and len(own()) == 2
    assert stage.tally(2) == (0, 0, 0, 1, 0)
    with sqlite_database.reading() as store:
        assert store.tallies({1})[1].total == 1


async def test_alone_with_the_app(sqlite_database: Database) -> None:
    """On its home tab one finds what is open; a survey is gone through in one dialog."""
    stage = Stage(sqlite_database, TOWN)
    async with workplace(http=True, rules=Town(stage)) as slack:
        begun(slack, stage)
        slack.people.open_home(OTHER)
        home = await slack.until(lambda: slack.world.homes.get(OTHER))
        action = choices(home["blocks"])["Kyselylomake: Ranta"]
        await slack.people.press(OTHER, action, view="home")

        def dialog(words: str) -> dict | None:
            stack = slack.world.modals.get(OTHER, [])
            return stack[-1] if stack and words in str(stack[-1]["blocks"]) else None

        for label, then in (("Ohita", "Kysymys 2/2"), ("5", "Kiitos!"), ("Takaisin", "2/2")):
            view = await slack.until(lambda then=then: dialog("Kysymys") or dialog("Kiitos"))
            await slack.people.press(OTHER, choices(view["blocks"])[label], view=view["id"])
            await slack.until(lambda then=then: dialog(then))
        assert len(slack.world.modals[OTHER]) == 1
    assert stage.tally(2) == (0, 0, 0, 0, 1)
