"""What ``kuulolla check`` asks the platforms: names, rights, webhooks. Reads only.

Plain HTTP rather than SDKs, which would have to be started; no text holds a token.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp

from core.city import City
from core.events import Address
from core.roster import DESK

TIMEOUT = aiohttp.ClientTimeout(total=10)


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    place: str
    state: State
    what: str


class Refused(Exception):
    """The platform's own reason, or why it could not be asked."""


# --- Telegram --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TelegramApi:
    session: aiohttp.ClientSession
    api_url: str
    token: str

    async def call(self, method: str, **args: object) -> Any:
        answer, _ = await _post(self.session, f"{self.api_url}/bot{self.token}/{method}", args)
        if not answer.get("ok"):
            raise Refused(str(answer.get("description", "no reason given")))
        return answer["result"]


async def telegram(api: TelegramApi, city: City, public_url: str | None) -> AsyncIterator[Finding]:
    try:
        bot = await api.call("getMe")
    except Refused as refused:
        yield Finding("Telegram", State.FAULT, f"{refused}. Is it the token that @BotFather gave?")
        return
    yield _bot(bot, city)
    if bot.get("can_read_all_group_messages"):
        advice = "the bot sees all messages of its groups. Turn group privacy on in @BotFather."
        yield Finding("Telegram: privacy mode", State.WARNING, advice)
    yield _webhook(await api.call("getWebhookInfo"), public_url)
    for chat in city.chats:
        if chat.address.channel == "telegram":
            yield await _telegram_chat(api, chat.address, bot["id"])


def _bot(bot: dict[str, Any], city: City) -> Finding:
    name = bot["username"]
    if city.telegram_bot and city.telegram_bot.lower() != name.lower():
        what = f"the token is @{name}'s, and telegram_bot in the city file is {city.telegram_bot}."
        return Finding("Telegram: bot", State.FAULT, what)
    return Finding("Telegram: bot", State.OK, f"@{name}")


def _webhook(hook: dict[str, Any], public_url: str | None) -> Finding:
    place, url = "Telegram: webhook", hook.get("url", "")
    if error := hook.get("last_error_message"):
        return Finding(place, State.WARNING, f"Telegram's last delivery failed: {error}.")
    if public_url and not url.startswith(f"{public_url}/"):
        return Finding(place, State.OK, f"will be set at {public_url} when the service starts.")
    if url and not public_url:
        return Finding(place, State.WARNING, f"is set at {url}; starting here takes it away.")
    return Finding(place, State.OK, url or "none: long polling.")


async def _telegram_chat(api: TelegramApi, address: Address, bot: int) -> Finding:
    place = f"Telegram: {address.chat}"
    try:
        chat = await api.call("getChat", chat_id=address.chat)
        member = await api.call("getChatMember", chat_id=address.chat, user_id=bot)
    except Refused as refused:
        return Finding(place, State.FAULT, f"{refused}. Add the bot to the chat.")
    title = chat.get("title", "private chat")
    if member["status"] in ("left", "kicked"):
        return Finding(place, State.FAULT, f"“{title}”: the bot is not there. Add it.")
    rights = ("can_post_messages", "can_edit_messages") if chat["type"] == "channel" else ()
    lacking = [right for right in rights if not member.get(right)]
    if lacking:
        what = f"“{title}”: the bot lacks {', '.join(lacking)}. Make it an administrator with them."
        return Finding(place, State.FAULT, what)
    return Finding(place, State.OK, f"“{title}”, {member['status']}")


# --- Slack -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlackApi:
    """``app_token`` only where Socket Mode is used."""

    session: aiohttp.ClientSession
    api_url: str
    bot_token: str
    app_token: str | None

    async def call(self, method: str, token: str | None = None, **args: str) -> Any:
        """What Slack answers; with ``scopes``, the rights that the token has, where it tells."""
        headers = {"Authorization": f"Bearer {token or self.bot_token}"}
        url = f"{self.api_url}{method}"
        answer, given = await _post(self.session, url, aiohttp.FormData(args), headers)
        if not answer.get("ok"):
            raise Refused(str(answer.get("error", "no reason given")))
        return answer | {"scopes": given.get("x-oauth-scopes")}


async def slack(
    api: SlackApi, city: City, needs: frozenset[str] = frozenset()
) -> AsyncIterator[Finding]:
    try:
        me = await api.call("auth.test")
    except Refused as refused:
        yield Finding("Slack", State.FAULT, f"{refused}. Is it the bot token of the app?")
        return
    yield Finding("Slack: app", State.OK, f"{me['user']} in {me['team']}")
    if lacking := needs - _scopes(me["scopes"], needs):
        what = f"lacks {', '.join(sorted(lacking))}. Add them and install the app again."
        yield Finding("Slack: rights", State.FAULT, what)
    if api.app_token:
        yield await _socket_mode(api)
    chats = [chat.address for chat in city.chats]
    for address in dict.fromkeys([*city.homes, *chats]):
        if address.channel == "slack":
            yield await _slack_channel(api, address)


def _scopes(told: str | None, otherwise: frozenset[str]) -> frozenset[str]:
    """What Slack says the token may do; everything where it does not say."""
    given = (told or "*").replace(",", " ").split()
    return otherwise if "*" in given else frozenset(given)


async def _socket_mode(api: SlackApi) -> Finding:
    try:
        await api.call("apps.connections.open", api.app_token)
    except Refused as refused:
        remedy = "The app-level token needs connections:write, and Socket Mode has to be on."
        return Finding("Slack: Socket Mode", State.FAULT, f"{refused}. {remedy}")
    return Finding("Slack: Socket Mode", State.OK, "opens")


async def _slack_channel(api: SlackApi, address: Address) -> Finding:
    place = f"Slack: {address.chat}"
    try:
        channel = (await api.call("conversations.info", channel=address.chat))["channel"]
    except Refused as refused:
        return Finding(place, State.FAULT, f"{refused}. Check the id in the city file.")
    if channel.get("is_member") is False:
        what = f"#{channel['name']}: the app is not there. Write /invite @kuulolla in it."
        return Finding(place, State.FAULT, what)
    if channel.get("is_archived"):
        return Finding(place, State.FAULT, f"#{channel['name']} is archived.")
    return Finding(place, State.OK, f"#{channel['name']}")


# --- Teams -----------------------------------------------------------------------------------

TEAMS_SCOPE = "https://api.botframework.com/.default"


@dataclass(frozen=True, slots=True)
class TeamsApi:
    session: aiohttp.ClientSession
    login_url: str
    service_url: str
    tenant_id: str
    app_id: str
    secret: str

    async def sign_in(self) -> dict[str, str]:
        """What our calls bear. Of Microsoft's reasons only the code is told."""
        asked = {
            "grant_type": "client_credentials", "client_id": self.app_id,
            "client_secret": self.secret, "scope": TEAMS_SCOPE,
        }  # fmt: skip
        url = f"{self.login_url}/{self.tenant_id}/oauth2/v2.0/token"
        answer, _ = await _post(self.session, url, aiohttp.FormData(asked))
        if not (token := answer.get("access_token")):
            codes = [f"AADSTS{code}" for code in answer.get("error_codes", ())]
            raise Refused(" ".join([str(answer.get("error", "no reason given")), *codes]))
        return {"Authorization": f"Bearer {token}"}

    async def look_in(self, chat: str, headers: dict[str, str]) -> None:
        url = f"{self.service_url}v3/conversations/{chat}/pagedmembers?pageSize=1"
        answer, _ = await _ask(self.session, "GET", url, headers)
        if error := answer.get("error"):
            raise Refused(str(error.get("code") if isinstance(error, dict) else error))


async def teams(api: TeamsApi, city: City) -> AsyncIterator[Finding]:
    try:
        headers = await api.sign_in()
    except Refused as refused:
        remedy = "Check the app's id, its secret's value and end, and the tenant's id."
        yield Finding("Teams", State.FAULT, f"{refused}. {remedy}")
        return
    yield Finding("Teams: app", State.OK, "signs in")
    for address in dict.fromkeys([*city.homes, *(chat.address for chat in city.chats)]):
        if address.channel == "teams":
            yield await _teams_chat(api, address, headers)


async def _teams_chat(api: TeamsApi, address: Address, headers: dict[str, str]) -> Finding:
    place = f"Teams: {address.chat}"
    try:
        await api.look_in(address.chat, headers)
    except Refused as refused:
        remedy = "Add the app to that team or chat (⋯, Manage team, Apps), or check the id."
        return Finding(place, State.FAULT, f"{refused}. {remedy}")
    return Finding(place, State.OK, "the app is there")


# --- webhooks --------------------------------------------------------------------------------


async def webhooks(session: aiohttp.ClientSession, city: City) -> AsyncIterator[Finding]:
    """Whether each receiver can be reached; whatever it answers, for nothing is sent to it."""
    for hook in city.webhooks:
        place = f"webhook {hook.id}"
        try:
            async with session.head(hook.url, timeout=TIMEOUT, allow_redirects=False):
                yield Finding(place, State.OK, f"answers; hears of {len(hook.events)} events")
        except TimeoutError:
            yield Finding(place, State.WARNING, "it does not answer in time.")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            what = f"it cannot be asked ({type(error).__name__}). Events wait for it for a day."
            yield Finding(place, State.WARNING, what)


# --- the desk on the web ---------------------------------------------------------------------


def desk_off(city: City) -> list[Finding]:
    """Staff chats at a desk that is not there."""
    away = [address.chat for address in city.homes if address.channel == DESK]
    what = f"nobody sees what comes to {', '.join(away)}: KUULOLLA_DESK__ISSUER is not set."
    return [Finding("Staff's desk", State.WARNING, what)] if away else []


async def desk(session: aiohttp.ClientSession, issuer: str) -> AsyncIterator[Finding]:
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found, _ = await _ask(session, "GET", url, None)
    except Refused as refused:
        yield Finding("Staff's desk", State.FAULT, f"the provider: {refused}.")
        return
    if found.get("issuer") != issuer:
        what = f"the provider names itself otherwise ({found.get('issuer') or 'not at all'})."
        yield Finding("Staff's desk", State.FAULT, f"{what} KUULOLLA_DESK__ISSUER has to be that.")
        return
    yield Finding("Staff's desk", State.OK, f"officials sign in at {issuer}")


# --- shared ----------------------------------------------------------------------------------


async def _post(
    session: aiohttp.ClientSession, url: str, data: Any, headers: dict[str, str] | None = None
) -> tuple[dict[str, Any], Any]:
    body = {"json": data} if isinstance(data, dict) else {"data": data}
    return await _ask(session, "POST", url, headers, **body)


async def _ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    headers: dict[str, str] | None,
    **body: Any,
) -> tuple[dict[str, Any], Any]:
    """The JSON of an answer, and its headers. aiohttp's own errors hold the URL: not shown."""
    try:
        asked = session.request(method, url, headers=headers, timeout=TIMEOUT, **body)
        async with asked as response:
            answer = await response.json(content_type=None)
            return (answer if isinstance(answer, dict) else {}), response.headers
    except TimeoutError:
        raise Refused("it does not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Refused(f"it cannot be asked ({type(error).__name__})") from None


async def gathered(findings: Sequence[AsyncIterator[Finding]]) -> list[Finding]:
    """All findings; a platform that stops answering midway is one more of them."""
    found: list[Finding] = []
    for each in findings:
        try:
            found += [finding async for finding in each]
        except Refused as refused:
            found.append(Finding("platform", State.FAULT, f"{refused}."))
    return found
