"""The values a city file is made of, each with its check. Faults carry their own remedy."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from core.deadlines import is_country
from core.moderation.words import CHECKS
from core.texts import LANGUAGES, Localized

CHATS = {
    "telegram": (r"-?\d{1,15}(/\d{1,10})?", "telegram:-1001234567890"),
    "slack": (r"[CG][A-Z0-9]{2,}", "slack:C0123456789"),
    "teams": (r"19:[\w.-]{4,200}@thread\.\w{2,10}", "teams:19:0123456789abcdef@thread.tacv2"),
}
"""Channels that have public chats: the shape of their addresses, and an example."""
HOMES = {
    **{channel: CHATS[channel] for channel in ("slack", "teams")},
    "desk": (r"[a-z0-9][a-z0-9-]{0,39}", "desk:streets"),
}
"""Channels that officials work in, with chats for their departments. Those of the desk on the web
have whatever name the city gives them."""
ACCOUNTS = {
    "slack": (r"[UW][A-Z0-9]{2,}", "slack:U0123456789"),
    "teams": (
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|29:[\w-]{4,200}",
        "teams:00000000-0000-0000-0000-000000000000",
    ),
    "desk": (r"[a-z0-9]{1,32}", "desk:0123456789abcdef0123456789abcdef"),
}
"""Of the desk: what it tells whoever signs in and may do nothing yet. Of Teams: the object id in
Microsoft Entra; or the id that Teams gives a person for one bot."""

LONGEST_DAYS = 250

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}", re.ASCII)


def wrong(what: str, remedy: str = "") -> PydanticCustomError:
    return PydanticCustomError("kuulolla", "{what}", {"what": what, "remedy": remedy})


def _address_in(channels: Mapping[str, tuple[str, str]]) -> AfterValidator:
    examples = " or ".join(example for _, example in channels.values())

    def check(value: str) -> str:
        channel, _, chat = value.partition(":")
        if channel not in channels or not re.fullmatch(channels[channel][0], chat, re.ASCII):
            raise wrong(f"“{value}” is not an address that fits here.", f"Write it as {examples}.")
        return value

    return AfterValidator(check)


def _threads(value: object) -> str | None:
    """Where a chat's threads are: "" in itself; the group linked to it; None: nowhere."""
    if value is None or isinstance(value, bool):
        return "" if value else None
    if not isinstance(value, str) or not re.fullmatch(r"telegram:-\d{1,15}", value, re.ASCII):
        raise wrong(
            f"“{value}” is no place for threads.",
            "Write true; or, of a Telegram channel, its linked group: telegram:-1001234567890.",
        )
    return value


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise wrong(f"“{value}” is not an id.", "Use 1 to 24 of a-z, 0-9, _ and -.")
    return value


def _words(value: Localized) -> Localized:
    for language in value:
        if language not in LANGUAGES:
            raise wrong(f"“{language}” is not one of the languages.", "They are fi, sv and en.")
    return {language: words.strip() for language, words in value.items() if words.strip()}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise wrong(f"“{value}” is not a time zone.", "Write it as Europe/Helsinki.") from None
    return value


def _cron(value: str) -> str:
    """Weekdays are names, or numbers with Sunday as 0 or 7, as in any crontab."""
    remedy = "Five fields: minute hour day month weekday, as in 0 9 * * mon-fri."
    *fields, weekday = value.split() or [""]
    if _numbered(weekday):
        weekday = "*"
    elif re.search(r"\d", weekday):
        raise wrong(f"“{value}” is not a cron line.", remedy)
    try:
        line = CronTrigger.from_crontab(" ".join([*fields, weekday]), UTC)
        following = line.get_next_fire_time(None, datetime.now(UTC))
    except (ValueError, KeyError):
        raise wrong(f"“{value}” is not a cron line.", remedy) from None
    if following is None:
        raise wrong(f"“{value}” never comes.", remedy)
    return value


def _numbered(weekday: str) -> bool:
    """``1-5``, ``0,6``, ``*/2``. APScheduler counts from Monday, so it isn't shown these."""
    spans = [re.fullmatch(r"(?:\*|([0-7])(?:-([0-7]))?)(?:/[1-7])?", x) for x in weekday.split(",")]
    return all(x and (not x[2] or x[1] <= x[2]) for x in spans)


def _keyword(value: str) -> str:
    if not re.fullmatch(r"[^\W\d_]{2,}", value):
        raise wrong(f"“{value}” is not the beginning of a word.", "Use letters only, two or more.")
    return value.lower()


def _place(value: str) -> str:
    if not re.fullmatch(r"[^\W\d_]{3,40}", value):
        raise wrong(f"“{value}” is not the name of a place.", "One word of letters, three or more.")
    return value


def _web_link(value: str) -> str:
    if not re.fullmatch(r"https://[\w.-]+(/\S*)?", value):
        raise wrong(f"“{value}” is not a link.", "Write it as https://www.example.fi/page.")
    return value


def _country(value: str) -> str:
    """The holidays of all countries are looked up only for others than Finland: that takes a
    library that is not light."""
    if value != "FI" and not (re.fullmatch("[A-Z]{2}", value) and is_country(value)):
        raise wrong(f"“{value}” is not a country.", "Write its two letters, as FI.")
    return value


def _days(value: tuple[int, int]) -> tuple[int, int]:
    if not 1 <= value[0] < value[1] <= LONGEST_DAYS:
        raise wrong(
            f"“{value[0]}, {value[1]}” are not working days to answer in.",
            "Write days to an answer, and days to long overdue, as [10, 20].",
        )
    return value


def _hours(value: object) -> object:
    """``08:00-16:00`` → two times of day."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
    numbers = [int(x) for x in found.groups()] if found else []
    if not numbers or max(numbers[::2]) > 23 or max(numbers[1::2]) > 59:
        raise wrong(f"“{value}” are not hours.", "Write them as 08:00-16:00.")
    opens, closes = time(*numbers[:2]), time(*numbers[2:])
    if opens >= closes:
        raise wrong(f"“{value}” end before they begin.", "Write them as 08:00-16:00.")
    return opens, closes


def _quiet(value: object) -> object:
    """``21:00-07:00`` → two times of day, mostly over midnight."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
    numbers = [int(x) for x in found.groups()] if found else []
    if not numbers or max(numbers[::2]) > 23 or max(numbers[1::2]) > 59:
        raise wrong(f"“{value}” are not hours.", "Write them as 21:00-07:00.")
    return time(*numbers[:2]), time(*numbers[2:])


def _host(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", value):
        raise wrong(f"“{value}” is not a host.", "Write it as espoo.fi.")
    return value


def _check(value: str) -> str:
    if value not in CHECKS:
        raise wrong(f"“{value}” is not a check.", f"There are: {', '.join(CHECKS)}.")
    return value


HostName = Annotated[str, AfterValidator(_host)]
Check = Annotated[str, AfterValidator(_check)]
def _clock(value: object) -> object:
    """``16:00`` → a time of day."""
    found = re.fullmatch(r"(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise wrong(f"“{value}” is not a time of day.", "Write it as 16:00.")
    return time(int(found[1]), int(found[2]))


Words = Annotated[Localized, AfterValidator(_words)]
Id = Annotated[str, AfterValidator(_id)]
Language = Literal["fi", "sv", "en"]
Keywords = dict[Language, tuple[Annotated[str, AfterValidator(_keyword)], ...]]
PlaceName = Annotated[str, AfterValidator(_place)]
WebLink = Annotated[str, AfterValidator(_web_link)]
Cron = Annotated[str, AfterValidator(_cron)]
Zone = Annotated[str, AfterValidator(_zone)]
Home = Annotated[str, _address_in(HOMES)]
ChatAddress = Annotated[str, _address_in(CHATS)]
Account = Annotated[str, _address_in(ACCOUNTS)]
Threads = Annotated[str | None, BeforeValidator(_threads)]
Country = Annotated[str, AfterValidator(_country)]
Days = Annotated[tuple[int, int], AfterValidator(_days)]
Clock = Annotated[time, BeforeValidator(_clock)]
Quiet = Annotated[tuple[time, time], BeforeValidator(_quiet)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
