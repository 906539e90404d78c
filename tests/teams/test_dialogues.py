"""What people do in Teams, and what they see: through the stand-in."""

import asyncio

import msgspec
import pytest

from bots.playground.teams_people import BadAnswer
from bots.playground.teams_world import User
from bots.teams.adapter import Patience
from core.errors import TryAgain
from core.events import Address, Command, Joined, Left, Person, Pressed, Said, Submitted
from core.messages import Ask, Button, Choice, Form, Message, Reply, rows, text
from tests.teams.office import (
    DESK,
    EXPERT,
    LONG,
    OWN,
    PUPIL,
    STRANGE,
    TEAM,
    Office,
    office,
    texts_of,
)

POLL = Message("Poll: a tree?", (text("A tree?", role="heading"), rows(
    Button("Yes", "vote:7:0"), Button("No", "vote:7:1"), width=2)))  # fmt: skip
TASK = Message("K-1: a hole", (text("A hole in the road", role="quote"), rows(
    Button("Take", "take:1", "primary"), Button("Answer", "answer:1"), width=2)))  # fmt: skip
ANSWER = Form("answer", "Answer K-1", "Preview", (
    text("A hole in the road", role="quote"),
    Ask("answer_fi", "In Finnish", "lines", "Korjaamme", limit=2000),
    Ask("publish", "Publish", "choice", "digest",
        choices=(Choice("digest", "With the next digest"), Choice("now", "At once"))),
    Ask("chats", "Chats", "choices", "a b", optional=True,
        choices=tuple(Choice(x, x.upper()) for x in "abc")),
    Ask("opens", "Opens", "time", optional=True),
), state="1")  # fmt: skip


# --- buttons


async def test_a_vote_is_handled_and_the_card_changes_for_the_voter(teams: Office) -> None:
    teams.rules.answers["vote:7:1"] = Reply("Your vote is counted: No.")
    post = await teams.posted(POLL)
    await teams.people.presses(EXPERT, post, "No")
    [event] = teams.heard()
    assert isinstance(event, Pressed)
    who = Person("teams", EXPERT.directory_id, "fi-FI")
    assert (event.action, event.who, event.where) == (
        "vote:7:1", who, Address("teams", DESK.id))  # fmt: skip
    assert (event.private, event.at) == (False, teams.clock())
    assert texts_of(post.views[EXPERT.id]) == ["Your vote is counted: No.", "A tree?"]
    assert texts_of(post.card) == ["A tree?"]  # everybody else's


async def test_on_a_message_that_is_no_post_a_notice_is_told_in_passing(teams: Office) -> None:
    teams.rules.answers["take:1"] = Reply("Taken")
    await teams.channel.send(teams.to(DESK), TASK)
    [message] = teams.shown()
    await teams.people.presses(EXPERT, message, "Take")
    assert teams.world.toasts == [(EXPERT.id, "Taken")]
    assert message.views == {}


async def test_an_edit_is_for_everyone(teams: Office) -> None:
    teams.rules.answers["take:1"] = Reply("Taken")
    ref = await teams.channel.send(teams.to(DESK), TASK)
    [message] = teams.shown()
    teams.notes.posts[DESK.id, ref] = TASK
    await teams.people.presses(EXPERT, message, "Take")
    await teams.channel.edit(ref, Message("K-1", (text("Taken by the expert"),)))
    assert texts_of(message.card) == ["Taken by the expert"] and message.views == {}


async def test_presses_of_one_person_keep_their_order(teams: Office) -> None:
    post = await teams.posted(POLL)
    for title in ("Yes", "No"):
        await teams.people.presses(EXPERT, post, title)
    first, last = teams.heard()
    assert first.order < last.order and first.id != last.id


async def test_what_is_redelivered_has_the_same_id(teams: Office) -> None:
    post = await teams.posted(TASK)
    await teams.people.presses(EXPERT, post, "Take")
    await teams.people.redeliver()
    await teams.people.says(PUPIL, OWN, "Milloin aurataan?")
    await teams.people.redeliver()
    ids = [event.id for event in teams.heard()]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert all(id.startswith("teams:") and LONG not in id for id in ids)


async def test_in_a_shared_chat_a_message_is_shown_to_the_one_who_pressed(teams: Office) -> None:
    teams.rules.answers["take:1"] = Reply("Taken", Message("m", (text("Only you see this"),)))
    post = await teams.posted(TASK, TEAM)
    await teams.people.presses(EXPERT, post, "Take")
    assert texts_of(post.views[EXPERT.id]) == ["Taken", "Only you see this"]
    assert len(teams.shown(TEAM)) == 1


async def test_in_a_private_chat_a_message_follows_or_takes_the_place(teams: Office) -> None:
    teams.rules.answers |= {
        "take:1": Reply(message=Message("more", (text("More"),))),
        "vote:7:0": Reply(message=Message("Voted", (text("Voted"),)), replaces=True),
    }
    post = await teams.posted(Message("m", (*TASK.blocks, *POLL.blocks)), OWN)
    await teams.people.presses(PUPIL, post, "Take")
    await teams.people.presses(PUPIL, post, "Yes")
    first, second = teams.shown(OWN)
    assert (texts_of(first.card), first.edits) == (["Voted"], 1)  # also after a reload
    assert texts_of(second.card) == ["More"]


async def test_what_is_not_handled_is_said_so(teams: Office) -> None:
    teams.rules.answers |= {"vote:7:0": OSError("disk"), "answer:1": TryAgain("busy")}
    await teams.people.presses(EXPERT, await teams.posted(POLL), "Yes")
    await teams.people.presses(PUPIL, await teams.posted(TASK), "Answer")
    assert teams.world.toasts == [
        (EXPERT.id, "Jokin meni vikaan. Yritä hetken päästä uudelleen."),
        (PUPIL.id, "Något gick fel. Försök igen om en stund."),
    ]


async def test_what_takes_too_long_is_said_so_in_time(key) -> None:
    async with office(key, patience=Patience(reply=0.01)) as teams:
        post = await teams.posted(POLL)
        teams.rules.open.clear()
        await teams.people.presses(EXPERT, post, "Yes")
        assert len(teams.world.toasts) == 1
        assert await teams.people.says(PUPIL, OWN, "Milloin?") == 503  # Teams sends it again


async def test_a_message_that_failed_is_sent_again_by_teams(teams: Office) -> None:
    teams.rules.answers["Said"] = TryAgain("busy")
    assert await teams.people.says(PUPIL, OWN, "Milloin aurataan?") == 503
    teams.rules.answers["Said"] = Reply("Thank you")
    assert await teams.people.redeliver() == 202
    assert [texts_of(m.card) for m in teams.shown(OWN)] == [["Thank you"]]


# --- forms


async def test_a_form_opens_as_a_dialog_and_comes_back_filled(teams: Office) -> None:
    teams.rules.answers |= {
        "answer:1": Reply(form=ANSWER),
        "answer": Reply(form=Form("answer_send", "Answer K-1", "Send", (text("So?"),), "1")),
        "answer_send": Reply("Sent"),
    }
    await teams.people.presses(EXPERT, await teams.posted(TASK), "Answer")
    dialog = teams.people.dialogs[EXPERT.id]
    assert dialog.title == "Answer K-1"
    await teams.people.submits(
        EXPERT, "Preview", **{"answer_fi": "Huomenna", "opens.date": "2026-12-01",
                              "opens.time": "09:30", "chats": "a,c"},
    )  # fmt: skip
    await teams.people.submits(EXPERT, "Send")
    filled, sent = teams.heard(Submitted)
    assert (filled.form, filled.state, filled.where) == ("answer", "1", Address("teams", DESK.id))
    assert filled.fields == {
        "answer_fi": "Huomenna",
        "publish": "digest",
        "chats": "a c",
        "opens": "2026-12-01 09:30",
    }
    assert (sent.form, sent.state, sent.fields) == ("answer_send", "1", {})
    assert teams.world.toasts == [(EXPERT.id, "Sent")]


async def test_a_form_with_faults_stays_open_with_all_that_was_written(teams: Office) -> None:
    teams.rules.answers |= {
        "answer:1": Reply(form=ANSWER),
        "answer": Reply(errors={"answer_fi": "Too short.", "other": "Not now."}),
    }
    await teams.people.presses(EXPERT, await teams.posted(TASK), "Answer")
    await teams.people.submits(EXPERT, "Preview", answer_fi="Joo", publish="now", chats="c")
    card = teams.people.dialogs[EXPERT.id].card
    assert texts_of(card) == ["Not now.", "A hole in the road", "Too short."]
    await teams.people.submits(EXPERT, "Preview")
    first, second = teams.heard(Submitted)
    assert first.id != second.id
    assert (
        second.fields
        == first.fields
        == {
            "answer_fi": "Joo",
            "publish": "now",
            "chats": "c",
            "opens": "",
        }
    )


async def test_where_dialogs_are_not_available_the_form_is_in_a_card(teams: Office) -> None:
    """Clients without them send what the button carries as a message."""
    teams.rules.answers |= {"answer:1": Reply(form=ANSWER), "answer": Reply("Thank you")}
    post = await teams.posted(TASK, OWN)
    value = {"msteams": {"type": "task/fetch"}, "action": "answer:1"}
    told = {"type": "message", "value": value, "replyToId": post.id}
    await teams.people.deliver(teams.people.activity(EXPERT, OWN.id, **told))
    form = teams.shown(OWN)[-1]
    assert texts_of(form.card) == ["Answer K-1", "A hole in the road"]
    await teams.people.presses(EXPERT, form, "Preview", answer_fi="Huomenna")
    [filled] = teams.heard(Submitted)
    assert filled.fields["answer_fi"] == "Huomenna"
    assert texts_of(form.card) == ["Thank you"]  # there is no form to send twice


async def test_a_draft_is_saved_by_a_button_of_the_dialog(teams: Office) -> None:
    """Of a dialog that was closed, Teams tells nothing."""
    kept = msgspec.structs.replace(ANSWER, keeps="Save the draft")
    teams.rules.answers |= {"answer:1": Reply(form=kept), "answer_draft": Reply("Saved.")}
    post = await teams.posted(TASK)
    await teams.people.presses(EXPERT, post, "Answer")
    await teams.people.submits(EXPERT, "Save the draft", answer_fi="Aamul", chats="c")
    _, event = teams.heard()
    assert isinstance(event, Submitted)
    assert (event.form, event.state) == ("answer_draft", "1")
    fields = {"answer_fi": "Aamul", "publish": "digest", "chats": "c", "opens": ""}
    assert event.fields == fields
    assert teams.world.toasts == [(EXPERT.id, "Saved.")] and teams.people.dialogs == {}


async def test_a_refusal_in_the_place_of_a_dialog(teams: Office) -> None:
    teams.rules.answers["answer:1"] = Reply("This question is finished already.")
    await teams.people.presses(EXPERT, await teams.posted(TASK), "Answer")
    assert teams.world.toasts == [(EXPERT.id, "This question is finished already.")]
    assert teams.people.dialogs == {}


# --- words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Milloin aurataan?", Said),
        ("kieli sv kiitos", Said),
        ("kieli", ("kieli", "")),
        ("Kieli", ("kieli", "")),
        ("/kieli sv", ("kieli", "sv")),
        ("/kuulolla results 7", ("results", "7")),
        ("/kuulolla", ("", "")),
        ("", Said),
    ],
)
async def test_words_in_a_private_chat(teams: Office, words: str, expected: object) -> None:
    await teams.people.says(PUPIL, OWN, words)
    [event] = teams.heard()
    assert event.private and event.who == Person("teams", PUPIL.directory_id, "sv-SE")
    assert event.where == Address("teams", f"{LONG}|{teams.people.service_url}")
    if expected is Said:
        assert isinstance(event, Said) and event.text == words
    else:
        assert isinstance(event, Command) and (event.name, event.args) == expected


async def test_words_in_a_channel_are_commands_and_answered_in_their_thread(teams: Office) -> None:
    teams.rules.answers["results"] = Reply(message=Message("r", (text("42"),)))
    await teams.people.says(EXPERT, DESK, "results 7")
    [event] = teams.heard()
    assert isinstance(event, Command) and (event.name, event.args) == ("results", "7")
    assert event.where == Address("teams", DESK.id) and not event.private
    [answer] = teams.shown()
    assert answer.conversation == teams.people.sent[-1]["conversation"]["id"] != DESK.id


async def test_markup_in_words_stays_words(teams: Office) -> None:
    hostile = "<b>x</b> [a](https://evil.example) **b** &amp; <at>Kaikki</at> <script>"
    await teams.people.says(PUPIL, OWN, hostile)
    [event] = teams.heard(Said)
    assert event.text == "<b>x</b> [a](https://evil.example) **b** &amp; Kaikki <script>"
    teams.rules.answers["Said"] = Reply(message=Message("m", (text(event.text),)))
    await teams.people.says(PUPIL, OWN, "again")
    [shown] = teams.shown(OWN)
    assert texts_of(shown.card) == [event.text]


async def test_officials_that_a_command_names_are_known_by_their_accounts(key) -> None:
    """By whichever id the city file has; anybody else is a mere name."""
    colleague = User("29:colleague", "00000000-0000-0000-0000-00000000e003", "Asiantuntija")
    async with office(key, officials={EXPERT.id, colleague.directory_id}) as teams:
        teams.world.add_user(colleague)
        await teams.people.says(EXPERT, DESK, "reassign @ @", EXPERT, colleague)
        await teams.people.says(EXPERT, DESK, "reassign @ @", colleague, PUPIL)
        first, second = (e.args for e in teams.heard(Command))
        assert first == f"<@{EXPERT.id}> <@{colleague.directory_id}>"
        assert second == f"<@{colleague.directory_id}> Oppilas"
        asked = [c for c in teams.teams.api.calls if c.method == "members"]
        assert len(asked) == 2, "whom it knows already it does not ask for"


async def test_a_mention_that_cannot_be_looked_up_is_a_name(key) -> None:
    nobody = User("29:gone", "00000000-0000-0000-0000-00000000e009", "Poissa")
    async with office(key, officials={nobody.directory_id}) as teams:
        await teams.people.says(EXPERT, DESK, "reassign @ @", nobody, nobody)
        [event] = teams.heard(Command)
        assert event.args == "Poissa Poissa"


async def test_strange_mentions_are_left_out(teams: Office) -> None:
    told = {"type": "message", "text": "<at>Kuulolla</at> reassign <at>A</at>"}
    us = {"id": teams.teams.app.account, "name": "Kuulolla"}
    strange = [
        {"type": "mention", "text": "<at>A</at>", "mentioned": {"id": "../../x y"}},
        {"type": "mention", "text": 7, "mentioned": []}, {"type": "mention"}, "mention",
        {"type": "mention", "text": "<at>Kuulolla</at>", "mentioned": us},
    ]  # fmt: skip
    made = teams.people.activity(EXPERT, DESK.id, **told, entities=strange)
    await teams.people.deliver(made)
    [event] = teams.heard(Command)
    assert event.args == "A" and not [c for c in teams.teams.api.calls if c.method == "members"]


# --- coming and going


async def test_a_person_who_installs_it_is_welcomed(teams: Office) -> None:
    teams.rules.answers["start"] = Reply(message=Message("w", (text("Welcome"),)))
    await teams.people.installs(PUPIL, OWN)
    assert [texts_of(m.card) for m in teams.shown(OWN)] == [["Welcome"]]
    await teams.people.installs(PUPIL, OWN, "remove")
    [left] = teams.heard(Left)
    assert left.private


async def test_a_team_that_lets_it_in_is_looked_at(key) -> None:
    async with office(key, chats=(STRANGE.id, DESK.id)) as teams:
        assert [type(e) for e in teams.rules.heard] == [Left, Joined]
        assert "Apps" in (await teams.channel.health()).detail
        strange = teams.world.conversations[STRANGE.id]
        await teams.people.installs(EXPERT, strange)
        await teams.surveyed()
        [told] = teams.heard(Joined)
        assert (told.title, told.where, told.private) == (
            "Vieras", Address("teams", STRANGE.id), False)  # fmt: skip
        assert [type(e) for e in teams.rules.heard][-2:] == [Joined, Joined]
        assert (await teams.channel.health()).detail == "Bot Connector"


async def test_of_a_chat_where_it_is_not_it_says_what_to_do(key, caplog) -> None:
    async with office(key, chats=(STRANGE.id,), language="fi") as teams:
        [left] = teams.rules.heard
        assert isinstance(left, Left) and left.where == Address("teams", STRANGE.id)
        assert "Sovellukset" in left.reason
        assert f"{STRANGE.id}: Kuulolla is not installed there. In Teams: open" in caplog.text


async def test_a_shared_chat_that_speaks_is_remembered_a_private_one_is_not(teams: Office) -> None:
    await teams.people.says(EXPERT, DESK, "results 7")
    await teams.people.says(PUPIL, OWN, "kieli")
    assert teams.notes.ways == {DESK.id: teams.people.service_url}


async def test_an_account_of_the_city_file_is_known_by_either_id(key) -> None:
    async with office(key, officials={EXPERT.id}) as teams:
        await teams.people.says(EXPERT, OWN, "kieli")
        await teams.people.says(PUPIL, OWN, "kieli")
        assert [e.who.account for e in teams.heard()] == [EXPERT.id, PUPIL.directory_id]


# --- what does not concern us


@pytest.mark.parametrize(
    "told",
    [
        {"type": "typing"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:x"}]},
        {"type": "installationUpdate", "action": "something-new"},
        {"type": "event", "name": "application/vnd.microsoft.readReceipt"},
        {"type": "somethingNew", "value": {"action": "take:1"}},
        {"type": "message", "value": {"strange": 1}},
        {"type": "message", "text": "results 7"},  # to colleagues: it mentions nobody
        {"type": "message", "text": "results 7", "entities": "none"},
        {"type": "message", "id": None, "text": "no id"},
        {"type": "message", "from": None, "text": "nobody"},
    ],
)
async def test_other_activities_are_acknowledged_and_ignored(teams: Office, told: dict) -> None:
    made = teams.people.activity(EXPERT, DESK.id) | told
    status, _ = await teams.people.deliver(made)
    assert status == 202 and teams.heard() == []


async def test_an_unknown_invoke_is_said_to_be_unknown(teams: Office) -> None:
    told = {"type": "invoke", "name": "composeExtension/query", "value": {}}
    status, _ = await teams.people.deliver(teams.people.activity(EXPERT, DESK.id, **told))
    assert status == 501 and teams.heard() == []


async def test_the_stand_in_is_strict(teams: Office) -> None:
    """It would notice answers that Teams shows as an error."""
    message = await teams.posted(POLL)
    with pytest.raises(BadAnswer):
        teams.people._applied(EXPERT, message, {})
    with pytest.raises(BadAnswer):
        teams.people._dialog(EXPERT, message, {"task": {"type": "message", "value": ""}})


async def test_many_press_at_once(teams: Office) -> None:
    teams.rules.answers["vote:7:0"] = Reply("Counted")
    post = await teams.posted(POLL)
    await asyncio.gather(*(teams.people.presses(EXPERT, post, "Yes") for _ in range(30)))
    assert len({event.id for event in teams.heard()}) == 30
