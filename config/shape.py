"""How the city's own file is written: what may stand where, and the words when it does not."""

from datetime import time
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from config.faults import Fault, did_you_mean
from config.sign_in import Desk
from config.source import Place, Source
from config.values import (
    Account,
    ChatAddress,
    Check,
    Clock,
    Country,
    Cron,
    Days,
    Home,
    HostName,
    Hours,
    Id,
    Keywords,
    Language,
    PlaceName,
    Quiet,
    Threads,
    WebLink,
    Words,
    Zone,
)
from config.web import Web
from config.webhooks import Hook
from core.city import Look, Part, Role
from core.model import ItemKind

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Department(Entry):
    id: Id
    name: Words
    home: Home
    days: Days = (10, 20)
    approval: bool = False
    duty: tuple[Account, ...] = ()
    head: Account | None = None
    contact: Words = Field(default_factory=dict)


class Theme(Entry):
    id: Id
    name: Words
    department: str
    keywords: Keywords


class OtherBody(Entry):
    id: Id
    name: Words
    link: WebLink
    keywords: Keywords


class Area(Entry):
    id: Id
    name: Words
    places: Annotated[tuple[PlaceName, ...], Field(min_length=1)]


class Official(Entry):
    account: Account
    title: Words
    departments: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    language: Language | None = None
    name: str = Field("", max_length=80)


class Chat(Entry):
    address: ChatAddress
    name: str = Field(min_length=1, max_length=100)
    language: Language
    digest: Cron | None = None
    reminders: bool = False
    closed: bool = False
    themes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    threads: Threads = None
    restrict: bool = False


class Digests(Entry):
    preview_hours: int = Field(0, ge=0, le=72)
    preview_to: Home | None = None
    unless_released: Literal["send", "hold"] = "send"
    nothing_new: Literal["nothing", "line"] = "nothing"


class Subscriptions(Entry):
    at: Clock = time(16)
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "thu"


class Template(Entry):
    id: Id
    name: Words
    text: Words
    departments: tuple[str, ...] = ()


class QuestionLimits(Entry):
    a_day: int = Field(5, ge=1, le=1000)
    open: int = Field(3, ge=1, le=50)


class Rule(Entry):
    id: Id
    name: Words
    text: Words


class Moderation(Entry):
    channel: Home | None = None
    duty: tuple[Account, ...] = ()
    rules: tuple[Rule, ...] = ()
    look: dict[ItemKind, Look] = Field(default_factory=dict)
    words: Keywords = Field(default_factory=dict)
    links: tuple[HostName, ...] = ()
    decides: dict[Check, Id] = Field(default_factory=dict)
    reports: int = Field(3, ge=2, le=100)


class File(Entry):
    name: Words
    timezone: Zone
    language: Language
    parts: frozenset[Part]
    departments: Annotated[tuple[Department, ...], Field(min_length=1)]
    themes: tuple[Theme, ...] = ()
    officials: tuple[Official, ...] = ()
    chats: tuple[Chat, ...] = ()
    general_desk: str
    others: tuple[OtherBody, ...] = ()
    areas: tuple[Area, ...] = ()
    question_limits: QuestionLimits = QuestionLimits()
    reference_prefix: str = Field("K", pattern=r"^[A-Z]{1,6}$")
    privacy: Words = Field(default_factory=dict)
    poll_approval: bool = False
    option_pictures: bool = True
    poll_reminder_hours: int = Field(24, ge=1, le=336)
    staff_sees_hidden_results: bool = False
    digests: Digests = Digests()
    subscriptions: Subscriptions = Subscriptions()
    quiet_hours: Quiet = (time(21), time(7))
    statement_data: bool = False
    polis_server: WebLink | None = None
    statement_every_hours: int = Field(48, ge=0, le=720)
    country: Country = "FI"
    office_hours: Hours = (time(8), time(16))
    moderation: Moderation = Moderation()
    escalation: Home | None = None
    templates: tuple[Template, ...] = ()
    web: Web = Web()
    webhooks: Annotated[tuple[Hook, ...], Field(max_length=20)] = ()
    desk: Desk = Desk()
    telegram_bot: str = Field("", pattern=r"^([A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9])?$")


_REMEDIES = {
    "missing": ("is missing.", "config/espoo.yaml shows how it is written."),
    "string_type": ("is not text.", "Put it in quotes."),
    "dict_type": ("is not one text per language.", "Write fi:, sv: and en: under it."),
    "tuple_type": ("is not a list.", "Write one line for each, starting with a dash."),
    "frozen_set_type": ("is not a list.", "Write it as [one, another]."),
    "model_type": ("is not a set of named values.", "config/espoo.yaml shows how it is written."),
    "string_pattern_mismatch": ("cannot be written so.", "See config/espoo.yaml."),
}


def fault(source: Source, error: Any) -> Fault:
    """pydantic's words, made the city's."""
    place = tuple(x for x in error["loc"] if x != "[key]")
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "kuulolla":
        return source.fault(place, error["msg"], context["remedy"])
    if kind == "extra_forbidden":
        meant = did_you_mean(str(place[-1]), _fields(place[:-1]))
        return source.fault(place, "is not a setting of the city.", meant or "Take it away.")
    if kind in ("literal_error", "enum"):
        remedy = f"Choose {context['expected'].replace(chr(39), '')}."
        return source.fault(place, f"“{given}” is not known.", remedy)
    if kind in _REMEDIES:
        return source.fault(place, *_REMEDIES[kind])
    return source.fault(place, f"{error['msg']}.", "config/espoo.yaml shows how it is written.")


def _fields(place: Place) -> list[str]:
    """What may stand at this place, which is one of named values."""
    model: type[BaseModel] = File
    for name in place:
        if isinstance(name, str):
            kind = model.model_fields[name].annotation
            model = next(x for x in (kind, *get_args(kind)) if _is_model(x))
    return list(model.model_fields)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
