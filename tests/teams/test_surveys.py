"""A survey in Teams: from the post in a shared chat, on in the dialog that takes words, and alone
with the app."""

from dataclasses import replace

from bots.playground.teams_keys import SigningKey
from core.city import Chat
from core.events import Address
from core.model import Show
from core.views import render
from storage import Database
from tests.dialogs.surveys import OWN_WORDS, made
from tests.stage import CITY, Stage
from tests.teams.office import OWN, PUPIL, TEAM, office, texts_of
from tests.teams.test_statements import Town

TOWN = replace(CITY, chats=(*CITY.chats, Chat(Address("teams", TEAM.id), "Piha", "sv")))


async def test_in_place_from_the_post_to_the_thanks(
    key: SigningKey, sqlite_database: Database
) -> None:
    stage = Stage(sqlite_database, TOWN)
    async with office(key, rules=Town(stage)) as teams:
        stage.now = teams.clock()
        made(stage, OWN_WORDS.replace("questions:", f"chats: ['teams:{TEAM.id}']\nquestions:"))
        with sqlite_database.reading() as store:
            show = Show("survey", {"id": 1, "forms": True})
            shown = render(store, TOWN, show, "sv", stage.now)
        post = await teams.posted(shown, TEAM)

        def seen() -> str:
            return " ".join(texts_of(post.views[PUPIL.id]))

        def dialog() -> str:
            return " ".join(texts_of(teams.people.dialogs[PUPIL.id].card))

        await teams.people.presses(PUPIL, post, "Svara på enkäten")
        assert "Fråga 1/2" in seen()
        await teams.people.presses(PUPIL, post, "Hoppa över")
        assert "Fråga 2/2" in seen()
        await teams.people.presses(PUPIL, post, "Tillbaka")
        await teams.people.presses(PUPIL, post, "Skriv ditt svar")
        assert "140" in dialog()
        await teams.people.submits(PUPIL, "Rösta", text="Brygga")
        assert "Brygga" in dialog() and "Fråga 2/2" in dialog()
        await teams.people.submits(PUPIL, "4")
        assert "Tack!" in dialog()
        await teams.people.presses(PUPIL, post, "Hoppa över")
        assert "Ditt svar: 4" in seen()
        await teams.people.presses(PUPIL, post, "3")
        everybody = " ".join(texts_of(post.card))
        assert "Frågeformulär: Stranden" in everybody and "Tack!" not in everybody

        await teams.people.says(PUPIL, OWN, "/enkater")
        [own] = teams.shown(OWN)
        await teams.people.presses(PUPIL, own, "Frågeformulär: Stranden")
        assert "Tack!" in " ".join(texts_of(teams.shown(OWN)[-1].card))
    assert stage.tally(2) == (0, 0, 1, 0, 0)
