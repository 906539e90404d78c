"""What was written and not sent: there again on every channel, as each lets people leave it."""

from dataclasses import replace

from core.city import Official
from core.messages import Button, Message, rows, text
from core.model import QuestionState
from storage import Database
from tests.contract.bench import Desks
from tests.contract.telegram import TelegramBench
from tests.contract.test_channel_contract import Replies, question
from tests.stage import CITY, three

TASK = Message("K-1", (text("K-1"), rows(Button("Vastaa", "answer:1"), Button("Jätä", "decline:1"),
                                         Button("Muistiinpano", "note:1"))))  # fmt: skip
NOTICE = "Alla on tekstisi, joka jäi lähettämättä"


async def test_what_an_official_left_unsent(desks: Desks, town: Database) -> None:
    """On the real rules: each form has its own, until it is sent."""
    title = three("Insinööri", "Ingenjör", "Engineer")
    official = Official(desks.person.channel, desks.person.account, title, ("streets",))
    replies = Replies(town, desks, replace(CITY, officials=(official,)))
    with town.begin() as store:
        store.add_question(question(state=QuestionState.TAKEN, answer={}, publish=None))
    ref = await desks.show(TASK)
    assert (await desks.opened(ref, "Vastaa"))["answer_fi"] == ""
    await desks.leave_unsent(ref, "Vastaa", answer_fi="Aamulla <k> & ö", links="Kartta")
    await desks.leave_unsent(ref, "Muistiinpano", text="Soitin urak")
    filled = await desks.opened(ref, "Vastaa")
    assert (filled["answer_fi"], filled["links"]) == ("Aamulla <k> & ö", "Kartta")
    assert (await desks.opened(ref, "Muistiinpano"))["text"] == "Soitin urak"
    assert (await desks.opened(ref, "Jätä"))["reason"] == ""
    forms = [reply.form for reply in replies.given if reply.form]
    assert [NOTICE in str(form.blocks[0]) for form in forms] == [0, 0, 0, 1, 1, 0]
    with town.reading() as store:
        assert [step.kind for step in store.steps(1)] == [], "nothing was done to the question"


async def test_what_a_resident_wrote_and_did_not_send(chat: TelegramBench, town: Database) -> None:
    """It waits behind its button, however long they are away; nothing was asked meanwhile."""
    Replies(town, chat)
    words = "Milloin Rantatie aurataan?"
    ref = await chat.write(words)
    await chat.write("/ohje")
    with town.reading() as store:
        assert store.question(1) is None
    await chat.press(ref, "Lähetä")
    await chat.until(lambda: any("K-1" in seen.text for seen in chat.alone()))
    with town.reading() as store:
        assert store.question(1).text == words
