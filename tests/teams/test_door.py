"""What reaches the webhook and is not the Bot Connector's is turned away, and breaks nothing."""

import json
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession

from bots.playground.teams_keys import SigningKey, unsigned
from bots.teams.adapter import Account, TeamsChannel
from bots.teams.connector import Hosts
from bots.teams.tokens import Cloud, Keys
from tests.fakes import Clock
from tests.teams.office import OWN, PUPIL, Notes, Office, office

OTHER = "00000000-0000-0000-0000-0000000000ff"
LONG_AGO, FAR_AHEAD = 1_000_000_000, 4_000_000_000


async def knock(teams: Office, claims: dict[str, Any], **changes: Any) -> int:
    """A message with a token of these claims."""
    activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei") | changes
    token = teams.teams.key.sign(teams.people.claims(**claims))
    status, _ = await teams.people.deliver(activity, token)
    assert len(teams.heard()) == (status == 202)
    return status


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 202),
        ({"iss": "https://sts.windows.net/00000000-0000-0000-0000-0000000000c1/"}, 401),
        ({"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"iss": None}, 401),
        ({"iss": ["https://api.botframework.com"]}, 401),
        ({"aud": OTHER}, 401),
        ({"aud": None}, 401),
        ({"aud": [OTHER]}, 401),
        ({"exp": LONG_AGO}, 401),
        ({"exp": None}, 401),
        ({"nbf": FAR_AHEAD}, 401),
        ({"serviceurl": None}, 401),
        ({"serviceurl": "https://evil.example/"}, 401),
        ({"serviceurl": 7}, 401),
    ],
    ids=str,
)
async def test_a_token(teams: Office, claims: dict[str, Any], status: int) -> None:
    assert await knock(teams, claims) == status


@pytest.mark.parametrize(
    "changes",
    [
        {"serviceUrl": "https://evil.example/"},
        {"serviceUrl": "http://127.0.0.1:1/teams/connector/"},
        {"serviceUrl": None},
        {"channelId": "webchat"},
        {"channelId": "directline"},
        {"channelId": None},
    ],
    ids=str,
)
async def test_a_token_is_for_one_server_and_for_teams(teams: Office, changes: dict) -> None:
    """In web chat, anybody may call themselves what they like."""
    assert await knock(teams, {}, **changes) == 401


@pytest.mark.parametrize("url", ["https://evil.example/", "https://smba.trafficmanager.net.evil/"])
async def test_a_signed_service_url_of_no_host_of_teams(teams: Office, url: str) -> None:
    """Our own token would go there."""
    assert await knock(teams, {"serviceurl": url}, serviceUrl=url) == 401


async def test_another_tenant(teams: Office) -> None:
    conversation = {"id": OWN.id, "conversationType": "personal", "tenantId": OTHER}
    assert await knock(teams, {}, conversation=conversation) == 401


async def test_a_signature_of_somebody_else(teams: Office, foreign_key: SigningKey) -> None:
    activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei")
    claims = teams.people.claims()
    good = teams.teams.key.sign(claims)
    forged = [
        foreign_key.sign(claims),
        unsigned(claims, teams.teams.key.id),
        unsigned(claims, ""),
        teams.teams.key.sign(claims, alg="none"),
        teams.teams.key.sign(claims, alg="HS256"),
        teams.teams.key.sign(claims, alg="RS512"),
        teams.teams.key.sign(claims, kid="another"),
        teams.teams.key.sign(claims, kid=None),
        teams.teams.key.sign(claims, kid=["standin-1"]),
        good[:-6] + "AAAAAA",
        good.rpartition(".")[0] + ".",
        "x.y.z",
        "é",
    ]
    for token in forged:
        assert (await teams.people.deliver(activity, token))[0] == 401, token[:40]
    assert teams.heard() == []
    assert (await teams.people.deliver(activity, good))[0] == 202


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer  x"])
async def test_without_a_token(teams: Office, header: str) -> None:
    activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei")
    headers = {"Authorization": header} if header else {}
    url = teams.teams.app.endpoint
    async with ClientSession() as web, web.post(url, json=activity, headers=headers) as answer:
        assert answer.status == 401
    assert teams.heard() == []


async def test_a_key_that_may_not_speak_for_teams(key: SigningKey) -> None:
    other = SigningKey("other", endorsements=("webchat", "directline"))
    async with office(key, prepare=lambda teams: teams.keys.append(other)) as teams:
        activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei")
        token = other.sign(teams.people.claims())
        assert (await teams.people.deliver(activity, token))[0] == 401


async def test_unknown_keys_are_not_looked_for_again_and_again(teams: Office) -> None:
    activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei")
    for n in range(20):
        token = teams.teams.key.sign(teams.people.claims(), kid=f"forged-{n}")
        await teams.people.deliver(activity, token)
    assert teams.teams.keys_asked == 1


async def test_new_keys_are_found_in_time(teams: Office) -> None:
    """Looked for once the pause is over."""
    now = [0.0]
    keys = Keys(teams.teams.openid_url, "msteams", clock=lambda: now[0])
    await keys.get_signing_key("", {"kid": "standin-1"})
    teams.teams.keys.append(SigningKey("standin-2"))
    with pytest.raises(ValueError, match="no such key"):
        await keys.get_signing_key("", {"kid": "standin-2"})
    now[0] = 301.0
    assert (await keys.get_signing_key("", {"kid": "standin-2"})).key_id == "standin-2"
    teams.teams.keys.pop(0)
    now[0] += 25 * 3600
    await keys.get_signing_key("", {"kid": "standin-2"})
    with pytest.raises(ValueError, match="no such key"):  # withdrawn
        await keys.get_signing_key("", {"kid": "standin-1"})


async def test_while_the_keys_cannot_be_had_teams_is_asked_to_come_again(key: SigningKey) -> None:
    def away(teams: Any) -> None:
        teams.keys = None

    async with office(key, prepare=away) as teams:
        assert await teams.people.says(PUPIL, OWN, "Hei") == 503
        teams.teams.keys = [key]
        assert await teams.people.says(PUPIL, OWN, "Hei") == 202


async def test_a_refusal_is_logged_without_values(
    teams: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await knock(teams, {"serviceurl": "https://evil.example/secret"})
    assert "for another service URL" in caplog.text
    for value in ("secret", "Hei", PUPIL.directory_id, "eyJ"):
        assert value not in caplog.text


# --- bodies


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"{}", 400),
        (b'{"conversation": "x"}', 400),
        (b'{"conversation": {"id": "a b/../c?"}}', 400),
        (b'{"conversation": {"id": "19:x"}, "replyToId": "../../x y"}', 400),
        (b'{"conversation": {"id": "19:x"}, "from": 7, "value": [], "type": {}}', 401),
        (b"x" * 300_000, 413),
    ],
)
async def test_nonsense_breaks_nothing(teams: Office, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    url = teams.teams.app.endpoint
    async with ClientSession() as web, web.post(url, data=body, headers=headers) as answer:
        assert answer.status == status
    assert teams.heard() == []


async def test_what_a_browser_could_send_is_not_taken(teams: Office) -> None:
    body, url = json.dumps(teams.people.activity(PUPIL, OWN.id)), teams.teams.app.endpoint
    async with ClientSession() as web, web.post(url, data=body) as answer:
        assert answer.status == 415


# --- development


async def test_a_development_host_needs_no_token(key: SigningKey) -> None:
    account = Account(development="http://127.0.0.1:1")
    async with office(key, account=account, get_token=None) as teams:
        activity = teams.people.activity(PUPIL, OWN.id, type="message", text="Hei")
        assert (await teams.people.deliver(activity, ""))[0] == 202
        other = activity | {"serviceUrl": "https://smba.trafficmanager.net/teams/"}
        assert (await teams.people.deliver(other, ""))[0] == 401
        assert (await teams.people.deliver(activity | {"channelId": "test"}, ""))[0] == 401
        assert len(teams.heard()) == 1


@pytest.mark.parametrize(
    ("url", "app_id", "secret"),
    [
        ("https://localhost:1", "", ""),
        ("http://espoo.fi", "", ""),
        ("http://10.0.0.1:1", "", ""),
        ("http://localhost.evil.example", "", ""),
        ("http://localhost:1", "app", ""),
        ("http://localhost:1", "", "secret"),
    ],
)
def test_without_tokens_it_is_for_this_machine_alone(url: str, app_id: str, secret: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|beside"):
        channel(Account(app_id, secret, "t", development=url))


@pytest.mark.parametrize(
    ("app_id", "secret", "tenant"), [("", "s", "t"), ("a", "", "t"), ("a", "s", ""), ("", "", "")]
)
def test_without_its_app_it_is_not_made(app_id: str, secret: str, tenant: str) -> None:
    with pytest.raises(ValueError, match="Teams needs"):
        channel(Account(app_id, secret, tenant))


def channel(account: Account) -> TeamsChannel:
    return TeamsChannel(account, Notes().memory, clock=Clock())


# --- where our own token goes


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/emea/x/", True),
        ("https://smba.infra.gcc.teams.microsoft.com/gcc/", True),
        ("https://smba.example.com/", True),
        ("http://smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://evil-smba.trafficmanager.net/", False),
        ("https://a:b@smba.trafficmanager.net/", False),
        ("https://evil.blob.core.windows.net/", False),
        ("https://127.0.0.1/", False),
        ("https://localhost/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
async def test_hosts_that_may_be_sent_our_token(url: str, allowed: bool) -> None:
    hosts = Hosts((*Cloud().hosts, "smba.example.com"), None)
    assert hosts.allow(url) == allowed
    if not allowed:
        with pytest.raises(ValueError, match="not a server of Teams"):
            hosts.session(url)


async def test_a_redirect_to_another_host_is_not_followed_with_our_token() -> None:
    """The SDK's validator looks at every request, not only at the first."""
    hosts = Hosts(("smba.example.com",), None)
    session = hosts.session("https://smba.example.com/")
    async with session:
        with pytest.raises((ValueError, aiohttp.ClientError)):
            await session.get("https://evil.example/")
