"""Taking a stand in Teams: from the post in a shared chat, and alone with the app."""

from bots.playground.teams_keys import SigningKey
from core.events import Event
from core.messages import Reply
from core.model import Show
from core.people import voter
from core.views import render
from storage import Database
from tests.dialogs.test_statements import opened
from tests.stage import Stage
from tests.teams.office import OWN, PUPIL, TEAM, Rules, office, texts_of


class Town(Rules):
    """The city's own."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage

    async def __call__(self, event: Event) -> Reply:
        with self.stage.database.begin() as store:
            return self.stage.inbox.handle(store, event, event.at)


async def test_one_statement_after_another_and_on_in_private(
    key: SigningKey, sqlite_database: Database
) -> None:
    stage = Stage(sqlite_database)
    async with office(key, rules=Town(stage)) as teams:
        stage.now = teams.clock()
        opened(stage, chats="telegram:-100", closes="")
        with sqlite_database.reading() as store:
            show = Show("conversation", {"id": 1, "forms": True})
            made = render(store, stage.city, show, "sv", stage.now)
        post = await teams.posted(made, TEAM)
        await teams.people.presses(PUPIL, post, "Ta ställning")
        assert "Påstående 1/12" in texts_of(post.views[PUPIL.id])
        await teams.people.presses(PUPIL, post, "Håller med")
        seen = texts_of(post.views[PUPIL.id])
        assert seen[0] == "Antecknat: du håller med." and "Påstående 2/12" in seen
        assert "Ta ställning: Centrum" in texts_of(post.card)  # what everybody else sees

        await teams.people.says(PUPIL, OWN, "/pastaenden")
        [own] = teams.shown(OWN)
        await teams.people.presses(PUPIL, own, "Centrum")
        await teams.people.presses(PUPIL, own, "Hoppa över")
        assert "Påstående 3/12" in texts_of(own.card) and len(teams.shown(OWN)) == 1
    with sqlite_database.reading() as store:
        person = stage.keyring.resident("teams", PUPIL.directory_id)
        name = voter(store.conversation(1).key, person)
        assert sorted(store.own_opinions(1, name).values()) == [0, 1]
