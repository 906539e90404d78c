"""What questions show and ask for, at its longest, on every channel."""

import pytest

from core.events import Address, Pressed, Submitted
from core.messages import Button, Message, Reply, rows
from core.model import Publish, QuestionState, Show, Step
from core.ports import Store
from core.views import render
from storage import Database
from tests.contract.bench import Bench, Rules
from tests.contract.test_channel_contract import long, question
from tests.contract.web import web
from tests.fakes import START
from tests.stage import CITY, three

RESIDENT = "f" * 32
DETAIL = {
    "department": "streets", "theme": "winter", "because": [long(f"w{i}", 40) for i in range(20)],
    "second": "desk", "learned": True,
}  # fmt: skip
CORRECTION = {
    "answer": three(*(long(x, 900) for x in ("Korjaus", "Rättelse", "Correction"))),
    "links": [[long("Kartta", 100), "https://example.test/kartta"]],
}


def waiting(store: Store) -> Show:
    """Followed, routed by many words, its personal data taken out."""
    more = {"state": QuestionState.WAITING, "answer": {}, "publish": None, "answered_at": None}
    number = store.add_question(question(**more)).number
    for kind, detail in (("received", {}), ("routed", DETAIL)):
        store.add_step(number, Step(START, kind, "city", QuestionState.WAITING, "", detail))
    store.follow_question(number, RESIDENT, "telegram", "fi")
    return Show("question_card", {"number": number, "department": "streets"})


def amended(store: Store) -> Show:
    """With a correction that waits, and thumbs."""
    number = store.add_question(question(answer={"fi": long("Huomenna", 900)})).number
    step = Step(START, "amended", "slack:U0STREETS", QuestionState.ANSWERED, "", CORRECTION)
    store.add_step(number, step)
    store.put_thumb(number, RESIDENT, False, "")
    return Show("question_card", {"number": number, "department": "streets"})


def followed(store: Store) -> Show:
    return Show("followed", {"number": store.add_question(question()).number})


def private(store: Store) -> Show:
    made = store.add_question(question(publish=Publish.PRIVATE, links=(("A", "https://a.test"),)))
    return Show("answered", {"number": made.number})


def reminder(store: Store) -> Show:
    place = {"number": amended(store).args["number"], "place": 0, "days": 3, "to": None}
    return Show("approval_reminder", place)


CARDS = {
    waiting: ([long("Milloin", 2000), "Seuraajia", "Varmuus", "Kohtalainen"],
              ["Ota käsittelyyn", "Vastaa", "Pyydä lisätietoja", "Siirrä", "Jätä vastaamatta",
               "Muut toimet"]),
    amended: ([*CORRECTION["answer"].values(), "👍 0 · 👎 1", "https://example.test/kartta"],
              ["Hyväksy", "Jätä vastaus ennalleen", "Muut toimet"]),
    followed: ([long("Huomenna", 3000)], ["👍 Auttoi", "👎 Ei auttanut"]),
    private: ([long("Huomenna", 3000)], ["👍 Auttoi", "👎 Ei auttanut"]),
    reminder: (["K-1 vastauksen korjaus on odottanut hyväksyntää 3 ty"], []),
}  # fmt: skip


@pytest.mark.parametrize("make", CARDS, ids=lambda make: make.__name__)
async def test_a_card_is_read_in_full_and_edited(bench: Bench, town: Database, make) -> None:
    said, buttons = CARDS[make]
    with town.begin() as store:
        message = render(store, CITY, make(store), "fi", START)
    ref = await bench.channel.send(bench.home, message)
    seen = bench.seen(ref)
    for words in said:
        assert words in seen.text.replace("\N{NO-BREAK SPACE}", " ") + " ".join(seen.links), words
    assert [x for x in seen.buttons if x in buttons] == buttons
    await bench.channel.edit(ref, message)
    assert bench.posts() == 1 and bench.seen(ref).buttons == seen.buttons


PRESSES = (
    "ask_doubt:0a1b2c3d", "public:1", "waiting_list:12", "thumb:1:up", "me_too:1", "amend_yes:1:2",
    "desk_yes:question:1", "thumb_why:1:down",
)  # fmt: skip


async def test_buttons_of_questions_come_as_they_were_made(bench: Bench) -> None:
    bench.rules.answer = lambda event: Reply("Selvä.")
    for n, action in enumerate(PRESSES, 1):
        label = f"Paina {n}"
        ref = await bench.show(Message("Napit", (rows(Button(label, action)),)))
        await bench.press(ref, label)
        await bench.told(n)
    pressed = [event for event in bench.rules.events if isinstance(event, Pressed)]
    assert [event.action for event in pressed] == list(PRESSES)


# --- the page -----------------------------------------------------------------------------------

PAGE = "/fi/questions/1"


async def test_forms_of_a_question_on_the_page(rules: Rules, town: Database) -> None:
    """Each comes once however often it is sent, with what it was about; never from elsewhere."""
    with town.begin() as store:
        store.add_question(question())
    rules.answer = lambda event: Reply(message=Message("Selvä."))
    async with web(rules, town) as door:
        page = await door.browser.get(PAGE)
        fields = page.form(PAGE, "thumbs") | {"press": "thumb:1:down"}
        assert "Selvä." in (await door.browser.post(PAGE, fields)).text
        await door.browser.post(PAGE, fields)
        first, again = rules.events
        assert isinstance(first, Pressed) and first.action == "thumb:1:down"
        assert first.id == again.id and first.who.channel == "web"
        assert first.where == Address("web", first.who.account)
        text = fields | {"press": "", "form": "reopen", "state": "1", "text": long("Miksi", 1900)}
        await door.browser.post(PAGE, text)
        sent = rules.events[-1]
        assert isinstance(sent, Submitted) and sent.fields == {"text": long("Miksi", 1900)}
        assert (sent.form, sent.state, sent.who) == ("reopen", "1", first.who)
        count = len(rules.events)
        for forged in (fields | {"token": "forged"}, fields | {"press": "take:1"},
                       fields | {"press": "", "form": "answer"}):  # fmt: skip
            assert (await door.browser.post(PAGE, forged)).status in (400, 403)
        elsewhere = await door.browser.post(PAGE, fields, headers={"Origin": "https://evil.test"})
        assert elsewhere.status == 403 and len(rules.events) == count
