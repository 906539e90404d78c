"""Taking a stand in Slack: from the post in a channel, in a message that one sees alone."""

from core.events import Address, Event
from core.messages import Reply
from core.model import Show
from core.people import voter
from core.views import render
from storage import Database
from tests.dialogs.test_statements import opened
from tests.slack.workplace import DESK, OTHER, Rules, workplace
from tests.stage import Stage


class Town(Rules):
    """The city's own."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage

    async def __call__(self, event: Event) -> Reply:
        with self.stage.database.begin() as store:
            return self.stage.inbox.handle(store, event, event.at)


def choices(blocks: list[dict]) -> dict[str, str]:
    """Label → the id of the button."""
    return {
        element["text"]["text"]: element["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


async def test_one_statement_after_another_in_the_same_message(sqlite_database: Database) -> None:
    stage = Stage(sqlite_database)
    async with workplace(http=True, rules=Town(stage)) as slack:
        stage.now = slack.clock()
        opened(stage, chats="telegram:-100", closes="")
        with sqlite_database.reading() as store:
            post = render(store, stage.city, Show("conversation", {"id": 1, "forms": True}), "fi",
                          stage.now)  # fmt: skip
        ref = await slack.channel.send(Address("slack", DESK), post)

        def own() -> list:
            return list(slack.world.ephemerals.get(OTHER, {}).values())

        async def press(ts: str, label: str, blocks: list[dict]) -> None:
            await slack.people.press(OTHER, choices(blocks)[label], channel=DESK, ts=ts)

        _, _, ts = ref.partition(":")
        await press(ts, "Ota kantaa", slack.shown()[-1].blocks)
        [first] = await slack.until(own)
        for n, label in enumerate(("Samaa mieltä", "Eri mieltä", "Ohita"), start=2):
            [shown] = own()
            assert shown.ts == first.ts
            await press(shown.ts, label, shown.blocks)
            await slack.until(lambda n=n: f"Väittämä {n}/12" in str(own()[0].blocks))
        assert len(slack.shown()) == 1
    with sqlite_database.reading() as store:
        name = voter(store.conversation(1).key, stage.keyring.resident("slack", OTHER))
        assert sorted(store.own_opinions(1, name).values()) == [-1, 0, 1]
