"""Signing in to the staff's desk: the whole way, and every way that it is refused."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bots.web.staff.oidc import values_of
from core.model.browser_desk import PassKind
from tests.web.staff import CLIENT, EXAMPLE, OFFICE, Office, press, start_office


@pytest.fixture
async def office(stack: AsyncExitStack, tmp_path: Path) -> AsyncIterator[Office]:
    yield await start_office(stack, tmp_path)


async def test_an_official_signs_in_and_out(office: Office) -> None:
    browser = await office.open_browser()
    door = await browser.get("/fi/desk")
    assert "Kirjaudu sisään" in door.text and "Kanavat" not in door.text
    page = await browser.get("/fi/desk/sign-in")
    assert (page.status, page.path) == (200, "/fi/desk")
    assert "Katuinsinööri" in page.text and "Kadut" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    out = await press(browser, page, "Kirjaudu ulos")
    assert "Kirjauduit ulos" in out.text
    assert "Kirjaudu sisään" in (await browser.get("/fi/desk")).text


async def test_who_may_do_what_is_what_the_claim_says(office: Office) -> None:
    engineer = await (await office.come("engineer")).get("/en/desk")
    assert "Street engineer" in engineer.text
    assert "/desk/c/streets" in engineer.html and "/desk/c/service" not in engineer.html
    adviser = await (await office.come("adviser", sub="bo")).get("/en/desk")
    assert "/desk/c/service" in adviser.html and "/desk/c/streets" not in adviser.html
    admin = await office.come("admin", "adviser", sub="eva")
    page = await admin.get("/en/desk")
    assert all(f"/desk/c/{chat}" in page.html for chat in ("streets", "service", "overdue"))
    assert (await admin.get("/en/desk/c/streets")).status == 200
    assert (await admin.get("/en/desk/c/nothing")).status == 404


async def test_a_channel_of_others_is_not_there(office: Office) -> None:
    browser = await office.come("adviser")
    assert (await browser.get("/en/desk/c/streets")).status == 404
    assert (await browser.get("/desk/live/streets")).status == 204


async def test_an_account_without_a_role_gets_a_page_that_says_so(office: Office) -> None:
    browser = await office.open_browser()
    office.idp.person = {"sub": "carl", "roles": ["reader"]}
    page = await browser.get("/en/desk/sign-in")
    assert page.status == 403
    assert "has no role" in page.text and "desk:" in page.text
    assert "Sign in" in (await browser.get("/en/desk")).text
    assert office.town.city.roster.everybody() == ()


async def test_the_city_file_may_name_the_account(stack: AsyncExitStack, tmp_path: Path) -> None:
    """By what the page without a role tells."""
    office = await start_office(stack, tmp_path)
    office.idp.person = {"sub": "carl"}
    browser = await office.open_browser()
    page = await browser.get("/en/desk/sign-in")
    account = page.html.partition("desk:")[2].partition("<")[0]
    named = replace(OFFICE, officials=(replace(EXAMPLE, account=account),))
    other = tmp_path / "named"
    other.mkdir()
    second = await start_office(stack, other, named)
    second.idp.person = {"sub": "carl"}
    visitor = await second.open_browser()
    told = (await visitor.get("/en/desk/sign-in")).text
    assert "Example" not in told, "another issuer's carl is somebody else"


async def test_a_role_that_was_taken_away_is_gone_at_the_next_sign_in(office: Office) -> None:
    browser = await office.come("engineer")
    [known] = office.town.city.roster.everybody()
    assert known.departments == ("streets",)
    office.idp.person = {"sub": "anna", "roles": []}
    assert (await browser.get("/en/desk/sign-in")).status == 403
    assert office.town.city.roster.everybody() == ()
    assert await office.town.read(lambda store: store.sign_ins()) == {}
    assert "Sign in" in (await browser.get("/en/desk")).text, "the session before is over as well"


# --- tokens that are not good --------------------------------------------------------------------

OTHER = RSAKey.generate_key(2048, {"kid": "one"})


def unsigned(claims: dict) -> str:
    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}."


UNFIT = [
    {"aud": "another"},
    {"aud": ["another"]},
    {"aud": [CLIENT, "another"], "azp": "another"},
    {"aud": None},
    {"iss": "https://elsewhere.example"},
    {"iss": None},
    {"nonce": "another"},
    {"nonce": None},
    {"exp": 1_000_000_000},
    {"exp": None},
    {"exp": "soon"},
    {"iat": None},
    {"iat": 4_000_000_000},
    {"nbf": 4_000_000_000},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "a" * 300},
]


async def test_tokens_that_do_not_fit(office: Office) -> None:
    browser = await office.open_browser()
    for changes in UNFIT:
        office.idp.changes = changes
        office.town.clock.advance(60)
        page = await browser.get("/en/desk/sign-in")
        assert page.status == 403 and "Signing in failed" in page.text, changes
        assert "kuulolla_desk" not in browser.cookies, changes
    office.idp.changes = {}
    assert (await browser.get("/en/desk/sign-in")).status == 200


async def test_tokens_that_the_provider_did_not_sign(office: Office) -> None:
    public = office.idp.keys["one"].as_pem(private=False)
    known = OctKey.import_key(base64.urlsafe_b64encode(public))
    made = {
        "none": unsigned,
        "other key": lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER),
        "shared key": lambda claims: jwt.encode({"alg": "HS256", "kid": "one"}, claims, known),
        "no token": lambda claims: None,
        "garbage": lambda claims: "a.b.c",
    }
    browser = await office.open_browser()
    for kind, sign in made.items():
        office.idp.sign = sign
        page = await browser.get("/en/desk/sign-in")
        assert page.status == 403 and "kuulolla_desk" not in browser.cookies, kind
    office.idp.sign = None
    assert (await browser.get("/en/desk/sign-in")).status == 200


async def test_the_provider_changes_its_keys(office: Office) -> None:
    await office.come("engineer")
    office.idp.keys["two"] = RSAKey.generate_key(2048, {"kid": "two"})
    await office.come("engineer", sub="bo")


# --- ways back that are not ----------------------------------------------------------------------


async def returned(office: Office, browser) -> str:
    """The address that the provider sends this browser back to, which it has not followed."""
    away = await browser.get("/en/desk/sign-in", follow=False)
    async with browser.session.get(away.headers["Location"], allow_redirects=False) as answer:
        return answer.headers["Location"].removeprefix(office.url)


async def test_an_answer_is_taken_once(office: Office) -> None:
    browser = await office.open_browser()
    back = await returned(office, browser)
    assert (await browser.get(back)).path == "/en/desk"
    again = await browser.get(back)
    assert again.status == 403 and "used already" in again.text
    assert (await browser.get("/en/desk")).status == 200, "who is in stays in"


async def test_a_code_is_taken_once(office: Office) -> None:
    """Of another sign-in that is on its way: the provider knows the code no more."""
    browser = await office.open_browser()
    first = await returned(office, browser)
    await browser.get(first)
    second = await returned(office, browser)
    code, state = first.partition("code=")[2].partition("&")[0], second.partition("state=")[2]
    assert (await browser.get(f"/desk/callback?code={code}&state={state}")).status == 403


async def test_another_browser_may_not_finish_it(office: Office) -> None:
    """Else somebody could be signed in to an account that is not theirs."""
    back = await returned(office, await office.open_browser())
    victim = await office.open_browser()
    assert (await victim.get(back)).status == 403
    assert "kuulolla_desk" not in victim.cookies


async def test_a_sign_in_that_took_too_long(office: Office) -> None:
    browser = await office.open_browser()
    back = await returned(office, browser)
    office.town.clock.advance(601)
    assert (await browser.get(back)).status == 403


async def test_an_answer_to_nothing(office: Office) -> None:
    browser = await office.open_browser()
    for query in ("", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x"):
        assert (await browser.get(f"/desk/callback{query}")).status == 403
    assert office.idp.asked == []


async def test_a_provider_that_says_no(office: Office) -> None:
    for answer in ({"error": "access_denied", "code": ""}, {"iss": "https://elsewhere.example"}):
        office.idp.answer = answer
        assert (await (await office.open_browser()).get("/en/desk/sign-in")).status == 403


async def test_a_provider_that_names_itself_in_its_answer(office: Office) -> None:
    office.idp.metadata = {"authorization_response_iss_parameter_supported": True}
    browser = await office.open_browser()
    assert (await browser.get("/en/desk/sign-in")).status == 403
    office.idp.answer = {"iss": office.idp.url}
    assert (await browser.get("/en/desk/sign-in")).status == 200


async def test_a_description_of_another_provider(office: Office) -> None:
    browser = await office.open_browser()
    for metadata in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "ftp://elsewhere.example"},
    ):
        office.idp.metadata = metadata
        page = await browser.get("/en/desk/sign-in")
        assert page.status == 503 and "does not answer" in page.text, metadata


async def test_a_provider_that_is_away(office: Office) -> None:
    office.idp.down = True
    browser = await office.open_browser()
    page = await browser.get("/sv/desk/sign-in")
    assert page.status == 503 and "svarar inte" in page.text
    office.idp.down = False
    assert (await browser.get("/sv/desk/sign-in")).path == "/sv/desk"


async def test_one_comes_back_to_the_channel_that_one_wanted(office: Office) -> None:
    browser = await office.open_browser()
    door = await browser.get("/en/desk/c/streets")
    assert "/en/desk/sign-in?to=/desk/c/streets" in door.html
    assert (await browser.get("/en/desk/sign-in?to=/desk/c/streets")).path == "/en/desk/c/streets"
    for elsewhere in ("//evil.example", "https://evil.example", "/desk/c/../../x", "/polls"):
        other = await office.open_browser()
        page = await other.get(f"/en/desk/sign-in?to={elsewhere}")
        assert page.path == "/en/desk" and page.status == 200


# --- sessions ------------------------------------------------------------------------------------


async def test_a_session_ends_when_it_is_left_alone(office: Office) -> None:
    browser = await office.come("engineer")
    for _ in range(3):
        office.town.clock.advance(25 * 60)
        assert "Channels" in (await browser.get("/en/desk")).text
    office.town.clock.advance(31 * 60)
    assert "nothing had happened for a while" in (await browser.get("/en/desk")).text


async def test_a_session_ends_with_the_day(office: Office) -> None:
    browser = await office.come("engineer")
    for _ in range(29):
        office.town.clock.advance(20 * 60)
        await browser.get("/en/desk")
    assert "Channels" in (await browser.get("/en/desk")).text
    office.town.clock.advance(21 * 60)
    assert "Sign in" in (await browser.get("/en/desk")).text


async def test_signing_out_ends_it_for_whoever_has_the_cookie(office: Office) -> None:
    browser, thief = await office.come("engineer"), await office.open_browser()
    thief.session.cookie_jar.update_cookies(browser.cookies)
    assert "Channels" in (await thief.get("/en/desk")).text
    await press(browser, await browser.get("/en/desk"), "Sign out")
    assert "Channels" not in (await thief.get("/en/desk")).text


async def test_a_session_that_was_brought_along_is_not_used(office: Office) -> None:
    browser = await office.open_browser()
    browser.session.cookie_jar.update_cookies({"kuulolla_desk": "chosen-by-somebody"})
    await browser.get("/en/desk/sign-in")
    assert browser.cookies["kuulolla_desk"] != "chosen-by-somebody"
    first = browser.cookies["kuulolla_desk"]
    await browser.get("/en/desk/sign-in")
    assert browser.cookies["kuulolla_desk"] != first
    old = await office.open_browser()
    old.session.cookie_jar.update_cookies({"kuulolla_desk": first})
    assert "Channels" not in (await old.get("/en/desk")).text


async def test_the_database_holds_nothing_that_lets_in(office: Office) -> None:
    browser = await office.come("engineer")
    secret = browser.cookies["kuulolla_desk"]
    files = office.folder.glob("office.db*")
    content = b"".join(file.read_bytes() for file in files)
    assert content
    assert secret.encode() not in content and b"anna" not in content
    found = await office.town.read(lambda store: store.find_pass(secret, PassKind.SESSION))
    assert found is None


async def test_the_cookie_is_for_us_alone(stack: AsyncExitStack, tmp_path: Path) -> None:
    office = await start_office(stack, tmp_path, secure=True)
    browser = await office.open_browser()
    away = await browser.get("/en/desk/sign-in", follow=False)
    for cookie in away.headers.getall("Set-Cookie"):
        assert cookie.startswith(("__Host-kuulolla_sign_in=", "__Host-kuulolla_language="))
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" in cookie
        assert "Path=/" in cookie and "Domain" not in cookie


# --- the playground's link -----------------------------------------------------------------------


async def test_a_link_opens_the_desk_once(stack: AsyncExitStack, tmp_path: Path) -> None:
    office = await start_office(stack, tmp_path, provider=False)
    link = await office.invited()
    browser, other = await office.open_browser(), await office.open_browser()
    page = await browser.get(link)
    assert page.path.endswith("/desk") and page.status == 200
    assert "Esimerkki" in page.text or "Example" in page.text
    again = await other.get(link)
    assert again.status == 403 and "kuulolla_desk" not in other.cookies
    assert (await browser.get("/en/desk")).status == 200


async def test_a_link_gets_old(stack: AsyncExitStack, tmp_path: Path) -> None:
    office = await start_office(stack, tmp_path, provider=False)
    link = await office.invited()
    office.town.clock.advance(31 * 60)
    assert (await (await office.open_browser()).get(link)).status == 403


async def test_a_link_is_for_this_machine(stack: AsyncExitStack, tmp_path: Path) -> None:
    office = await start_office(stack, tmp_path, provider=False)
    link = await office.invited()
    browser = await office.open_browser()
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.9"}):
        assert (await browser.get(link, **headers)).status == 404
    assert (await browser.get(link)).status == 200, "nobody has used it up"


async def test_with_a_provider_there_are_no_links(office: Office) -> None:
    assert (await (await office.open_browser()).get(await office.invited())).status == 404


async def test_who_signs_in_too_often_waits(office: Office) -> None:
    browser = await office.open_browser()
    statuses = [(await browser.get("/en/desk/sign-in", follow=False)).status for _ in range(122)]
    assert statuses[0] == 303 and statuses[-1] == 429
    office.town.clock.advance(60)
    assert (await browser.get("/en/desk/sign-in", follow=False)).status == 303


async def test_without_a_provider_nobody_signs_in(stack: AsyncExitStack, tmp_path: Path) -> None:
    office = await start_office(stack, tmp_path, provider=False)
    browser = await office.open_browser()
    assert (await browser.get("/en/desk/sign-in")).status == 404
    assert (await browser.get("/desk/callback?code=x&state=y")).status == 404
    assert "Sign in" not in (await browser.get("/en/desk")).text


@pytest.mark.parametrize(
    ("claims", "claim", "found"),
    [
        ({"roles": ["a", "b"]}, "roles", ("a", "b")),
        ({"roles": "a"}, "roles", ("a",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://city.example/roles": ["a"]}, "https://city.example/roles", ("a",)),
        ({"roles": {"a": 1}}, "roles", ()),
        ({"roles": [1, None, "a", ["b"]]}, "roles", ("a",)),
        ({"roles": ["a" * 201]}, "roles", ()),
        ({"realm_access": []}, "realm_access.roles", ()),
        ({}, "roles", ()),
    ],
)
def test_what_a_claim_says(claims: dict, claim: str, found: tuple[str, ...]) -> None:
    assert values_of(claims, claim) == found
