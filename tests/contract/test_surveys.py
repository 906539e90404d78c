"""A survey, from its beginning to the thanks, on every channel where one is alone with the city."""

from core.desk import Desk
from core.events import Event, Pressed
from core.inbox import Inbox
from core.messages import Reply
from core.people import Keyring
from core.surveys import definition, life
from core.texts import texts
from storage import Database
from tests.contract.bench import Bench
from tests.contract.test_channel_contract import GAPS
from tests.dialogs.surveys import SURVEY
from tests.fakes import START
from tests.stage import CITY, SECRET

OPEN_ENDED = SURVEY.replace("closes: 2026-03-31 16:00\n", "")


class Asking:
    """The real rules; whoever turns to the city is asked the survey at once."""

    def __init__(self, database: Database) -> None:
        self._database, self._inbox = database, Inbox(CITY, Keyring(SECRET), GAPS)
        with database.begin() as store:
            draft = definition.read(CITY, texts("en"), OPEN_ENDED, "slack:U0EDITOR", START)
            self.polls = life.begin(Desk(store, CITY, START, GAPS), draft).polls

    def __call__(self, event: Event) -> Reply:
        if not isinstance(event, Pressed):
            event = Pressed(id=f"{event.id}+", who=event.who, where=event.where, at=START,
                            private=True, action="survey:1", order=1)  # fmt: skip
        with self._database.begin() as store:
            return self._inbox.handle(store, event, START)


WAY = (
    ("Kyllä", "Milloin?"), ("Talvella", "✓ Talvella"), ("Seuraava", "Arvosana"),
    ("Takaisin", "Milloin?"), ("Seuraava", "Arvosana"), ("Ohita", "Ikäsi?"),
    ("En halua sanoa", "Kiitos!"), ("Takaisin", "Vastauksesi: En halua sanoa"),
)  # fmt: skip


async def test_one_message_leads_through_a_survey(bench: Bench, town: Database) -> None:
    bench.rules.answer = rules = Asking(town)
    ref = await bench.arrive()
    assert "Kysymys 1/4" in bench.alone()[-1].text
    for label, then in WAY:
        await bench.press(ref, label)
        await bench.until(lambda then=then: then in _shown(bench))
    assert len(bench.alone()) == 1 and "Kysymys 4/4" in bench.alone()[0].text
    with town.reading() as store:
        tallies = store.tallies(set(rules.polls))
        assert [tallies[id].total for id in rules.polls] == [1, 1, 0, 1]


def _shown(bench: Bench) -> str:
    last = bench.alone()[-1]
    return last.text + " ".join(last.buttons)
