"""What people do in Slack, and what they see: through the stand-in, in both modes."""

import asyncio
import time

import msgspec
import pytest

from bots.duties import Post
from bots.playground.faults import Fault
from core.events import Address, Command, Person, Pressed, Submitted
from core.messages import Ask, Button, Choice, Form, Link, Message, Reply, bold, rows, text
from tests.slack.workplace import DESK, EDITOR, EXPERT, OTHER, Patience, Workplace, workplace

POLL = Message("Poll: a tree?", (text("A tree?", role="heading"), rows(
    Button("Yes", "vote:7:0"), Button("No", "vote:7:1"), width=2)))  # fmt: skip
TASK = Message("K-1: a hole", (text("A hole in the road", role="quote"), rows(
    Button("Take", "take:1", "primary"), Button("Answer", "answer:1"), width=2)))  # fmt: skip
ANSWER = Form("answer", "Answer K-1", "Preview", (
    text(bold("A hole in the road"), role="quote"),
    Ask("answer_fi", "In Finnish", "lines", "Korjaamme", limit=2000),
    Ask("publish", "Publish", "choice", "digest",
        choices=(Choice("digest", "With the next digest"), Choice("now", "At once"))),
    Ask("chats", "Chats", "choices", "a b", optional=True,
        choices=tuple(Choice(x, x.upper()) for x in "abc")),
    Ask("opens", "Opens", "time", optional=True),
), state="1")  # fmt: skip
KEPT = msgspec.structs.replace(ANSWER, keeps="Save the draft")


async def posted(slack: Workplace, message: Message = POLL, where: str = DESK) -> str:
    ref = await slack.channel.send(Address("slack", where), message)
    return ref.partition(":")[2]


async def press(slack: Workplace, ts: str, action: str, user: str = EXPERT) -> dict:
    return await slack.people.press(user, action, channel=DESK, ts=ts)


# --- buttons


async def test_a_vote_is_handled_and_told_to_the_voter_alone(slack: Workplace) -> None:
    slack.rules.answers["vote:7:1"] = Reply("Your vote is counted: No.")
    ts = await posted(slack)
    assert await press(slack, ts, "press-2-vote:7:1") == {"ok": True}
    [event] = slack.rules.heard
    assert isinstance(event, Pressed)
    assert (event.action, event.who, event.where) == (
        "vote:7:1", Person("slack", EXPERT), Address("slack", DESK))  # fmt: skip
    assert (event.private, event.at) == (False, slack.clock())
    assert event.order > slack.clock().timestamp() * 1_000_000 - 1
    await slack.until(slack.told)
    assert slack.told() == ["Your vote is counted: No."]
    assert slack.told(OTHER) == []
    assert [message.text for message in slack.shown()] == ["Poll: a tree?"]


async def test_presses_of_one_person_keep_their_order(slack: Workplace) -> None:
    ts = await posted(slack)
    for action in ("press-1-vote:7:0", "press-2-vote:7:1"):
        await press(slack, ts, action)
    first, last = slack.rules.heard
    assert first.order < last.order and first.id != last.id


async def test_a_redelivered_press_has_the_same_id(slack: Workplace) -> None:
    for action in ("press-1-take:1", "press-2-answer:1"):
        await press(slack, await posted(slack, TASK), action)
        await slack.slack.redeliver()
    ids = [event.id for event in slack.rules.heard]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert ids[0].startswith("slack:")


async def test_a_press_on_a_shared_message_never_overwrites_it(slack: Workplace) -> None:
    slack.rules.answers["take:1"] = Reply("Taken", Message("Only you see this"), replaces=True)
    await press(slack, await posted(slack, TASK), "press-1-take:1")
    await slack.settled()
    assert [message.text for message in slack.shown()] == ["K-1: a hole"]
    assert slack.told() == ["Taken"]


async def test_a_press_on_an_own_message_replaces_it_where_asked(slack: Workplace) -> None:
    slack.rules.answers |= {
        "help": Reply(message=TASK),
        "take:1": Reply(message=Message("Closed", (text("Closed"),)), replaces=True),
    }
    await slack.people.command(EXPERT, DESK, "/kuulolla help")
    [ts] = slack.world.ephemerals[EXPERT]
    await press(slack, ts, "press-1-take:1")
    await slack.settled()
    assert slack.told() == ["Closed"] and slack.rules.heard[-1].private


async def test_of_many_quick_votes_the_last_is_told(slack: Workplace) -> None:
    """All are handled; what is told in between may be left out, never the end of it."""
    slack.rules.answers |= {f"vote:7:{i}": Reply(f"Option {i}") for i in (0, 1)}
    ts = await posted(slack)
    for action in ["press-1-vote:7:0", "press-2-vote:7:1"] * 3:
        await press(slack, ts, action)
    await slack.settled()
    assert len(slack.rules.heard) == 6
    assert slack.told()[-1] == "Option 1"


async def test_what_is_not_handled_is_not_acknowledged(slack_http: Workplace) -> None:
    slack = slack_http
    slack.rules.answers |= {"vote:7:0": OSError("disk"), "take:1": OSError("disk")}
    for message, action in ((POLL, "press-1-vote:7:0"), (TASK, "press-1-take:1")):
        outcome = await press(slack, await posted(slack, message), action)
        assert outcome["error"] == "http_service_error"
    await slack.settled()
    assert slack.told() == ["Something went wrong. Please try again in a moment."] * 2


async def test_a_slow_press_is_acknowledged_and_answered_later() -> None:
    async with workplace(http=True, patience=Patience(ack=0)) as slack:
        slack.rules.answers["take:1"] = Reply("Taken")
        slack.rules.open.clear()
        ts = await posted(slack, TASK)
        assert await press(slack, ts, "press-1-take:1") == {"ok": True}
        assert slack.told() == []
        slack.rules.open.set()
        await slack.until(slack.told)
        assert slack.told() == ["Taken"]


async def test_a_slow_vote_is_not_acknowledged_before_it_is_counted() -> None:
    async with workplace(http=True, patience=Patience(ack=0)) as slack:
        slack.rules.open.clear()
        ts = await posted(slack)
        pressing = asyncio.create_task(press(slack, ts, "press-1-vote:7:0"))
        async with asyncio.timeout(20):
            while not slack.rules.heard:
                await asyncio.wait({pressing}, timeout=0.01)
        assert not pressing.done()
        slack.rules.open.set()
        assert await pressing == {"ok": True}


async def test_following_a_link_tells_the_rules_nothing(slack: Workplace) -> None:
    ts = await posted(slack, Message("s", (Link("Page", "https://espoo.fi"),)))
    assert await press(slack, ts, "press-1-link") == {"ok": True}
    assert slack.rules.heard == []


# --- commands


@pytest.mark.parametrize(
    ("line", "name", "args"),
    [
        ("/kuulolla", "", ""),
        ("/kuulolla help", "help", ""),
        ("/kuulolla  SULJE   7 nyt ", "sulje", "7 nyt"),
        ("/kuulolla ask <b> & co", "ask", "<b> & co"),
    ],
)
async def test_a_command(slack: Workplace, line: str, name: str, args: str) -> None:
    await slack.people.command(EXPERT, DESK, line)
    [event] = slack.rules.heard
    assert isinstance(event, Command)
    assert (event.name, event.args, event.where) == (name, args, Address("slack", DESK))


async def test_a_command_is_answered_to_its_writer(slack: Workplace) -> None:
    slack.rules.answers["help"] = Reply("First", Message("Then", (text("Then"),)))
    assert await slack.people.command(EXPERT, DESK, "/kuulolla help") == {"ok": True}
    assert slack.told() == ["First"] and slack.told(OTHER) == []
    assert slack.shown() == []


async def test_a_slow_command_is_answered_later() -> None:
    async with workplace(http=True, patience=Patience(ack=0)) as slack:
        slack.rules.answers |= {"help": Reply(message=Message("Help")), "poll": OSError("disk")}
        slack.rules.open.clear()
        for name in ("help", "poll"):
            outcome = await slack.people.command(EXPERT, DESK, f"/kuulolla {name}")
            assert outcome == {"ok": True}
        slack.rules.open.set()
        await slack.until(lambda: len(slack.told()) == 2)
        assert set(slack.told()) == {
            "Help", "Something went wrong. Please try again in a moment."}  # fmt: skip


# --- dialogs


async def opened(slack: Workplace) -> dict:
    """The form of `ANSWER`, opened by a button in the department's channel."""
    slack.rules.answers["answer:1"] = Reply(form=ANSWER)
    await press(slack, await posted(slack, TASK), "press-2-answer:1")
    return (await slack.until(lambda: slack.world.modals.get(EXPERT)))[-1]


async def test_a_form_comes_back_filled(slack: Workplace) -> None:
    view = await opened(slack)
    assert (view["title"]["text"], view["submit"]["text"]) == ("Answer K-1", "Preview")
    slack.rules.answers["answer"] = Reply("K-1 is answered.")
    filled = {"answer_fi": "Korjattu <b>", "publish": "now", "opens": 1_793_440_800}
    assert await slack.people.submit(EXPERT, filled) == {"ok": True}
    event = slack.rules.heard[-1]
    assert isinstance(event, Submitted)
    assert (event.form, event.state, event.private) == ("answer", "1", True)
    assert event.where == Address("slack", DESK)
    assert event.fields == {
        "answer_fi": "Korjattu <b>", "publish": "now", "chats": "a b",
        "opens": "2026-10-31 12:00",
    }  # fmt: skip
    await slack.until(slack.told)
    assert slack.told() == ["K-1 is answered."]
    assert slack.world.modals[EXPERT] == []


async def test_a_faulty_form_stays_open_and_is_handled_again(slack: Workplace) -> None:
    await opened(slack)
    slack.rules.answers["answer"] = Reply(errors={"answer_fi": "Too short.", "who": "No."})
    outcome = await slack.people.submit(EXPERT, {"answer_fi": "x"})
    assert outcome == {"ok": False, "errors": {"answer_fi": "Too short. No."}, "by": "app"}
    slack.rules.answers["answer"] = Reply()
    assert await slack.people.submit(EXPERT, {"answer_fi": "longer"}) == {"ok": True}
    first, second = slack.rules.heard[-2:]
    assert first.id != second.id
    await slack.slack.redeliver()
    assert slack.rules.heard[-1].id == second.id


async def test_one_form_follows_another(slack: Workplace) -> None:
    await opened(slack)
    edited = Ask("answer_fi", "In Finnish", "lines", "Korjaamme pian.")
    preview = Form("answer_send", "Preview", "Send", (edited,), "1")
    slack.rules.answers["answer"] = Reply(form=preview)
    assert await slack.people.submit(EXPERT, {"answer_fi": "korjaamme pian"}) == {"ok": True}
    [view] = slack.world.modals[EXPERT]
    assert view["callback_id"] == "answer_send"
    await slack.people.submit(EXPERT)
    assert slack.rules.heard[-1].fields == {"answer_fi": "Korjaamme pian."}
    assert slack.rules.heard[-1].where == Address("slack", DESK)


async def test_a_form_that_could_not_be_kept_stays_open(slack_http: Workplace) -> None:
    slack = slack_http
    await opened(slack)
    slack.rules.answers["answer"] = OSError("disk")
    assert not (await slack.people.submit(EXPERT))["ok"]
    assert len(slack.world.modals[EXPERT]) == 1


async def test_a_command_opens_a_form(slack: Workplace) -> None:
    slack.rules.answers["poll"] = Reply(form=ANSWER)
    await slack.people.command(EDITOR, DESK, "/kuulolla poll")
    [view] = await slack.until(lambda: slack.world.modals.get(EDITOR))
    assert view["callback_id"] == "answer"


async def test_who_is_not_in_the_channel_any_more_is_told_in_private(slack: Workplace) -> None:
    await opened(slack)
    slack.world.channels[DESK].members.remove(EXPERT)
    slack.rules.answers["answer"] = Reply("K-1 is answered.")
    await slack.people.submit(EXPERT)
    await slack.settled()
    direct = slack.world.direct(EXPERT).id
    assert [message.text for message in slack.shown(direct)] == ["K-1 is answered."]


async def test_a_button_in_a_form_opens_another_above_it(slack: Workplace) -> None:
    form = Form("f", "F", "Send", (rows(Button("More", "more:1")), ANSWER.blocks[1]), "1")
    slack.rules.answers |= {"answer:1": Reply(form=form), "more:1": Reply("A word", form=ANSWER)}
    await press(slack, await posted(slack, TASK), "press-2-answer:1")
    [view] = await slack.until(lambda: slack.world.modals.get(EXPERT))
    await slack.people.press(EXPERT, "press-1-more:1", view=view["id"])
    await slack.until(lambda: len(slack.world.modals[EXPERT]) == 2)
    event = slack.rules.heard[-1]
    assert (event.private, event.where) == (True, Address("slack", DESK))
    slack.rules.answers["more:1"] = Reply(message=Message("Read this"), replaces=True)
    await slack.people.close(EXPERT)
    await slack.people.press(EXPERT, "press-1-more:1", view=view["id"])
    await slack.settled()
    [only] = slack.world.modals[EXPERT]
    assert only["submit"] is None and only["id"] == view["id"]


async def test_a_form_that_comes_too_late_is_excused() -> None:
    async with workplace(http=True, patience=Patience(ack=0)) as slack:
        slack.rules.answers |= {"poll": Reply(form=ANSWER), "answer:1": Reply(form=ANSWER)}
        slack.rules.open.clear()
        await slack.people.command(EXPERT, DESK, "/kuulolla poll")
        await press(slack, await posted(slack, TASK), "press-2-answer:1")
        slack.clock.advance(4)
        slack.rules.open.set()
        await slack.until(lambda: len(slack.told()) == 2)
        assert set(slack.told()) == {"Something went wrong. Please try again in a moment."}
        assert not slack.world.modals.get(EXPERT)


SORRY = "Jokin meni vikaan. Yritä hetken päästä uudelleen."
UNSHOWN = [Fault("views.open", kind) for kind in ("429", "500", "400", "drop")]


@pytest.mark.parametrize("fault", UNSHOWN, ids=lambda fault: fault.kind)
@pytest.mark.parametrize("way", ["command", "button"])
async def test_a_form_that_slack_does_not_open_is_excused(fault: Fault, way: str) -> None:
    async with workplace(http=True, language="fi") as slack:
        slack.rules.answers |= {"poll": Reply(form=ANSWER), "answer:1": Reply(form=ANSWER)}
        ts = await posted(slack, TASK)
        slack.slack.faults.add(fault)
        if way == "command":
            assert await slack.people.command(EXPERT, DESK, "/kuulolla poll") == {"ok": True}
        else:
            assert await press(slack, ts, "press-2-answer:1") == {"ok": True}
        await slack.until(slack.told)
        assert slack.told() == [SORRY]
        assert len(slack.shown()) == 1, "nobody else hears of it"
        await press(slack, ts, "press-2-answer:1")
        await slack.until(lambda: slack.world.modals.get(EXPERT))


@pytest.mark.parametrize("fault", [Fault("views.push", "429"), Fault("views.push", "500")])
async def test_a_form_above_a_form_that_slack_does_not_open_is_excused(
    slack: Workplace, fault: Fault
) -> None:
    """A button in a dialog brings no response URL along."""
    form = Form("f", "F", "Send", (rows(Button("More", "more:1")), ANSWER.blocks[1]), "1")
    slack.rules.answers |= {"answer:1": Reply(form=form), "more:1": Reply(form=ANSWER)}
    await press(slack, await posted(slack, TASK), "press-2-answer:1")
    [view] = await slack.until(lambda: slack.world.modals.get(EXPERT))
    slack.slack.faults.add(fault)
    await slack.people.press(EXPERT, "press-1-more:1", view=view["id"])
    await slack.until(slack.told)
    assert slack.told() == ["Something went wrong. Please try again in a moment."]
    assert slack.world.modals[EXPERT] == [view]


async def test_a_form_that_slack_does_not_open_from_the_home_tab_is_excused(
    slack: Workplace,
) -> None:
    slack.rules.answers |= {"home": Reply(message=TASK), "answer:1": Reply(form=ANSWER)}
    slack.people.open_home(EXPERT)
    await slack.until(lambda: EXPERT in slack.world.homes)
    slack.slack.faults.add(Fault("views.open", "429"))
    await slack.people.press(EXPERT, "press-2-answer:1", view="home")
    await slack.settled()
    [told] = slack.shown(slack.world.direct(EXPERT).id)
    assert told.text == "Something went wrong. Please try again in a moment."


# --- the home tab


async def test_the_home_tab_shows_what_waits(slack: Workplace) -> None:
    slack.rules.answers["home"] = Reply(message=TASK)
    slack.people.open_home(EXPERT)
    await slack.until(lambda: EXPERT in slack.world.homes)
    [event] = slack.rules.heard
    assert (event.name, event.private, event.who.account) == ("home", True, EXPERT)
    slack.people.open_home(EXPERT, tab="messages")
    await slack.slack.delivery.idle()
    assert len(slack.rules.heard) == 1


async def test_what_is_done_from_the_home_tab_shows_there(slack: Workplace) -> None:
    slack.rules.answers |= {"home": Reply(message=TASK), "take:1": Reply("K-1 is yours now.")}
    slack.people.open_home(EXPERT)
    await slack.until(lambda: EXPERT in slack.world.homes)
    slack.rules.answers["home"] = Reply(message=Message("Nothing waits"))
    await slack.people.press(EXPERT, "press-1-take:1", view="home")
    await slack.settled()
    [view] = slack.world.modals[EXPERT]
    assert "K-1 is yours now." in str(view["blocks"])
    assert "Nothing waits" in str(slack.world.homes[EXPERT]["blocks"])


async def test_a_form_from_the_home_tab_ends_there(slack: Workplace) -> None:
    slack.rules.answers |= {"home": Reply(message=TASK), "answer:1": Reply(form=ANSWER)}
    slack.people.open_home(EXPERT)
    await slack.until(lambda: EXPERT in slack.world.homes)
    await slack.people.press(EXPERT, "press-2-answer:1", view="home")
    await slack.until(lambda: slack.world.modals.get(EXPERT))
    slack.rules.answers["home"] = Reply(message=Message("Nothing waits"))
    await slack.people.submit(EXPERT)
    assert slack.rules.heard[-1].where == Address("slack", EXPERT)
    await slack.settled()
    assert "Nothing waits" in str(slack.world.homes[EXPERT]["blocks"])


# --- events


async def test_an_event_that_was_not_handled_comes_again(slack_http: Workplace) -> None:
    slack = slack_http
    slack.rules.answers["home"] = OSError("disk")
    slack.people.open_home(EXPERT)
    await slack.slack.delivery.idle()
    assert len(slack.rules.heard) == 4  # and three times more, as Slack does
    assert len({event.id for event in slack.rules.heard}) == 1


async def test_the_socket_is_taken_up_again(slack_socket: Workplace) -> None:
    slack = slack_socket
    await slack.slack.sockets.refresh()
    slack.rules.answers["help"] = Reply("Help")
    await slack.people.command(EXPERT, DESK, "/kuulolla help")
    slack.slack.sockets.cut()
    await slack.people.command(EXPERT, DESK, "/kuulolla help")
    assert slack.told() == ["Help", "Help"]
    assert (await slack.channel.health()).ok


async def test_the_socket_is_the_duty_of_one_process() -> None:
    """The one that lost it, with its database, leaves what happens to another."""
    duty = Post()
    duty.keep(time.monotonic() + 1000)
    async with workplace(False, listens=duty) as slack:
        slack.rules.answers["help"] = Reply("Help")
        await slack.people.command(EXPERT, DESK, "/kuulolla help")
        duty.drop()
        async with asyncio.timeout(20):
            while slack.slack.sockets.connected:
                await asyncio.sleep(0)
        health = await slack.channel.health()
        assert health.ok and health.detail.endswith("another process has the socket")
        duty.keep(time.monotonic() + 1000)
        await slack.people.command(EXPERT, DESK, "/kuulolla help")
        assert slack.told() == ["Help", "Help"]
    duty.drop()


@pytest.mark.parametrize("words", ["Aamulla.", "", "vote:1:0", "take:1"])
async def test_what_is_written_in_a_dialog_comes_to_the_rules_before_it_is_sent(
    slack: Workplace, words: str
) -> None:
    """Whatever it is, it is no press of a button; and closing the dialog tells nothing more."""
    slack.rules.answers["answer:1"] = Reply(form=KEPT)
    ts = await posted(slack, TASK)
    await press(slack, ts, "press-2-answer:1")
    await slack.until(lambda: slack.world.modals.get(EXPERT))
    slack.rules.heard.clear()
    view = slack.world.modals[EXPERT][-1]
    fields = {b["block_id"]: b["element"]["action_id"] for b in view["blocks"]
              if b["type"] == "input"}  # fmt: skip
    place = {"view": view["id"], "block": "answer_fi"}
    assert (await slack.people.press(EXPERT, fields["answer_fi"], value=words, **place))["ok"]
    await slack.people.close(EXPERT)
    [event] = slack.rules.heard
    assert isinstance(event, Submitted) and event.form == "answer_draft"
    assert (event.fields["answer_fi"], event.state) == (words, "1")
    assert event.who == Person("slack", EXPERT)


async def test_a_form_that_keeps_nothing_tells_nothing_before_it_is_sent(slack: Workplace) -> None:
    slack.rules.answers["answer:1"] = Reply(form=ANSWER)
    ts = await posted(slack, TASK)
    await press(slack, ts, "press-2-answer:1")
    await slack.until(lambda: slack.world.modals.get(EXPERT))
    slack.rules.heard.clear()
    view = slack.world.modals[EXPERT][-1]
    assert not any(block.get("dispatch_action") for block in view["blocks"])
    await slack.people.close(EXPERT)
    assert slack.rules.heard == []
