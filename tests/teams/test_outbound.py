"""Posts and edits, and what it means when they fail."""

import logging

import pytest

from bots.playground.teams_standin import TeamsStandin
from bots.teams.failures import SignInFailed
from bots.teams.render import CARD
from bots.teams.tokens import SignIn, why
from core.events import Address
from core.messages import Button, Message, rows, text
from core.ports import SendFailed
from tests.teams.office import (
    DESK,
    LONG,
    OWN,
    STRANGE,
    TEAM,
    Notes,
    Office,
    office,
    texts_of,
)

HELLO = Message("Hello", (text("Hello"), rows(Button("Ok", "take:1"))))


def to(chat: str) -> Address:
    return Address("teams", chat)


async def failure(teams: Office, chat: str = DESK.id, ref: str | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        if ref is None:
            await teams.channel.send(to(chat), HELLO)
        else:
            await teams.channel.edit(ref, HELLO)
    return caught.value


@pytest.mark.parametrize("chat", [DESK, TEAM])
async def test_a_post_its_thread_and_its_edit(teams: Office, chat) -> None:
    ref = await teams.channel.send(to(chat.id), HELLO)
    answer = await teams.channel.send(to(chat.id), Message("More"), thread=ref)
    await teams.channel.edit(ref, Message("Hello again"))
    first, second = teams.shown(chat)
    assert ref == f"{first.conversation} {first.id}"
    assert answer == f"{second.conversation} {second.id}"
    assert first.conversation == second.conversation
    assert (first.summary, texts_of(first.card)) == ("Hello again", ["Hello again"])
    assert texts_of(second.card) == ["More"]


async def test_in_a_channel_each_post_has_a_thread_of_its_own(teams: Office) -> None:
    for _ in range(2):
        await teams.channel.send(to(DESK.id), HELLO)
    first, second = teams.shown(DESK)
    assert first.conversation == f"{DESK.id};messageid={first.id}" != second.conversation


async def test_an_answer_to_a_message_that_is_gone_stands_by_itself(teams: Office) -> None:
    ref = await teams.channel.send(to(DESK.id), Message("More"), thread=f"{DESK.id};messageid=1 1")
    [message] = teams.shown()
    assert ref.endswith(message.id) and message.conversation.endswith(message.id)


async def test_a_private_message_finds_its_own_way(teams: Office) -> None:
    """Its address says how it is reached; nothing else is kept of it."""
    chat = f"{LONG}|{teams.people.service_url}"
    ref = await teams.channel.send(to(chat), HELLO)
    await teams.channel.edit(ref, Message("Bye"))
    assert [texts_of(m.card) for m in teams.shown(OWN)] == [["Bye"]]
    assert teams.notes.ways == {}


async def test_after_a_restart_the_city_can_write_first(key) -> None:
    """Through the server that was remembered; the one that is there for all is away."""
    notes = Notes()

    def remember(teams: TeamsStandin) -> None:
        notes.ways[DESK.id] = teams.people.service_url

    nowhere = "http://127.0.0.1:1/"
    async with office(key, notes=notes, prepare=remember, fallback=nowhere) as teams:
        await teams.channel.send(to(DESK.id), HELLO)
        assert [m.summary for m in teams.shown(DESK)] == ["Hello"]


async def test_a_chat_that_never_spoke_is_reached_as_the_others_are(key) -> None:
    async with office(key) as teams:
        await teams.channel.send(to(TEAM.id), HELLO)  # by the server that is there for all
        assert len(teams.shown(TEAM)) == 1
        teams.notes.ways[DESK.id] = "http://127.0.0.1:1/elsewhere/"
    async with office(key, notes=teams.notes) as again:
        assert not (await failure(again, TEAM.id)).permanent  # by the one that speaks for the desk
        assert again.shown(TEAM) == []


@pytest.mark.parametrize(
    ("chat", "reason"),
    [
        ("19:nowhere@thread.tacv2", "There is no such chat, or Kuulolla is not installed there."),
        (STRANGE.id, "Kuulolla is not installed there. In Teams: open the team or chat"),
        ("19:nowhere@thread.v2", "There is no such chat"),
    ],
)
async def test_a_chat_that_cannot_be_written_to(teams: Office, chat: str, reason: str) -> None:
    failed = await failure(teams, chat)
    assert failed.permanent and not failed.uncertain
    assert reason in str(failed)


FAULTS = [
    (429, {"retry_after": 7}, {"retry_after": 7.5}),
    (429, {}, {}),
    (412, {}, {}),
    (500, {}, {}),
    (502, {}, {}),
    (503, {}, {}),
    (504, {}, {}),
    (400, {}, {}),
    (401, {}, {"retry_after": 300}),
    (403, {"code": "BotDisabledByAdmin"}, {"permanent": True}),
    (404, {"code": "ConversationNotFound"}, {"permanent": True}),
    (0, {}, {"uncertain": True}),
    (1, {}, {"uncertain": True}),
]


@pytest.mark.parametrize(("status", "more", "is_so"), FAULTS, ids=str)
async def test_a_fault(teams: Office, status: int, more: dict, is_so: dict) -> None:
    """Of 412, 429, 502 and 504 Teams wants them tried again, with a jitter: the courier's, or
    ours where Teams says when."""
    teams.teams.failing("*", status, **more)
    failed = await failure(teams, TEAM.id)
    expected = {"permanent": False, "retry_after": None, "uncertain": False, **is_so}
    assert {name: getattr(failed, name) for name in expected} == expected


async def test_an_edit_may_always_be_repeated(teams: Office) -> None:
    ref = await teams.channel.send(to(TEAM.id), HELLO)
    teams.teams.failing("update", 1, 1)  # aiohttp repeats a PUT by itself, once
    failed = await failure(teams, ref=ref)
    assert not (failed.uncertain or failed.permanent)


async def test_a_message_that_was_deleted_is_gone_and_its_chat_is_well(teams: Office) -> None:
    ref = await teams.channel.send(to(TEAM.id), HELLO)
    [message] = teams.shown(TEAM)
    del teams.world.messages[message.id]
    failed = await failure(teams, ref=ref)
    assert failed.permanent and str(failed) == "gone"


async def test_what_is_too_big_for_teams_after_all_is_cut(teams: Office) -> None:
    teams.teams.failing("send", 413, code="MessageSizeTooBig")
    await teams.channel.send(to(TEAM.id), HELLO)
    assert [texts_of(m.card) for m in teams.shown(TEAM)] == [["Hello"]]
    teams.teams.failing("send", 413, 413)
    failed = await failure(teams, TEAM.id)
    assert str(failed) == "gone" and failed.permanent  # given up; the chat is well


async def test_the_largest_message_is_taken(teams: Office) -> None:
    huge = Message("x" * 5000, tuple(text("ä" * 3000) for _ in range(30)))
    await teams.channel.send(to(TEAM.id), huge)
    [message] = teams.shown(TEAM)
    assert texts_of(message.card)[-1] == "…"
    assert teams.teams.api.largest < 28 * 1024


async def test_what_is_answered_in_no_known_way_may_have_arrived(teams: Office, caplog) -> None:
    teams.teams.failing("send", 429)
    await failure(teams, TEAM.id)
    teams.teams.failing("send", 500)
    await failure(teams, TEAM.id)
    for record in caplog.records:
        assert record.name.startswith("bots.teams") or record.levelno >= logging.CRITICAL


# --- who we are


async def test_its_health(teams: Office) -> None:
    assert (await teams.channel.health()).ok
    teams.teams.token = "another"
    await failure(teams, TEAM.id)
    health = await teams.channel.health()
    assert not health.ok and "shuts the app out" in health.detail
    teams.teams.token = "standin-token"
    await teams.channel.send(to(TEAM.id), HELLO)
    assert (await teams.channel.health()).ok


async def test_without_a_token_it_says_why_and_tries_again(key) -> None:
    tries: list[int] = []

    async def get_token() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise SignInFailed("Microsoft gives no token (AADSTS7000215)")
        return "standin-token"

    async with office(key, get_token=get_token, chats=(DESK.id,)) as teams:
        assert len(tries) >= 3
        assert [type(e).__name__ for e in teams.rules.heard] == ["Joined"]
        assert (await teams.channel.health()).ok


async def test_a_post_that_finds_no_token_waits(key) -> None:
    async def get_token() -> str:
        raise SignInFailed("Microsoft gives no token (AADSTS700016)")

    async with office(key, get_token=get_token, wait=False) as teams:
        failed = await failure(teams, TEAM.id)
        assert (failed.retry_after, failed.permanent, failed.uncertain) == (300, False, False)
        health = await teams.channel.health()
        assert not health.ok and "AADSTS700016" in health.detail


async def test_before_the_start_nothing_is_sent_and_its_health_can_be_asked(key) -> None:
    async with office(key) as teams:
        pass
    assert (await teams.channel.health()).ok


async def test_what_is_sent_is_one_card(teams: Office) -> None:
    await teams.channel.send(to(TEAM.id), HELLO)
    [call] = [call for call in teams.teams.api.calls if call.method == "send"]
    [attachment] = call.body["attachments"]
    assert attachment["contentType"] == CARD
    assert call.body["summary"] == "Hello" and "text" not in call.body


async def test_the_real_sign_in_says_why_it_fails_and_no_secret() -> None:
    """Microsoft's library, against a server that is not there. For the tenant ``adfs`` it asks no
    other one."""
    sign_in = SignIn("an-app", "hush-secret", "adfs", "https://127.0.0.1:9")
    with pytest.raises(SignInFailed, match="Microsoft gives no token") as caught:
        await sign_in()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("x AADSTS7000215: Invalid client secret provided.", "AADSTS7000215"),
        ("'AADSTS700016: Application with identifier", "AADSTS700016"),
        ("secret words", "ValueError"),
    ],
)
def test_of_microsofts_reasons_the_code_is_told(words: str, told: str) -> None:
    assert why(ValueError(words)) == told
