"""The city as the rules see it. Read from the city's own YAML by ``config.city``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum

from core.events import Address, Person
from core.roster import DESK, Roster, SignIn
from core.texts import Localized, plain


class Part(StrEnum):
    """What a city can switch on. What is off leaves no command, button, page or job behind."""

    POLLS = "polls"
    QUESTIONS = "questions"
    DIGESTS = "digests"
    WEB_VOTING = "web_voting"
    STATEMENTS = "statements"
    DISCUSSIONS = "discussions"
    SUBSCRIPTIONS = "subscriptions"
    BROADCASTS = "broadcasts"


class Role(StrEnum):
    """What an official may do beyond answering for their own departments."""

    EDITOR = "editor"  # polls, digests
    MODERATOR = "moderator"  # decides on what residents write
    ADMIN = "admin"  # everything, in every department


@dataclass(frozen=True, slots=True)
class Department:
    """Who answers. ``home`` is the staff chat where its questions land.

    ``days``: working days to an answer, and when it is long overdue. ``duty``: officials (keys)
    who take turns, a week each; ``head`` is told of what is overdue. With ``approval`` an answer
    waits for another official of the department. ``contact``: where a resident turns with their
    own case.
    """

    id: str
    name: Localized
    home: Address
    days: tuple[int, int] = (10, 20)
    approval: bool = False
    duty: tuple[str, ...] = ()
    head: str | None = None
    contact: Localized = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Theme:
    """What a question is about. ``keywords`` are words (or beginnings of words), in dictionary
    form and lower case, per language."""

    id: str
    name: Localized
    department: str
    keywords: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OtherBody:
    """Who answers for what residents ask a city and isn't the city's: buses, health, water."""

    id: str
    name: Localized
    link: str
    keywords: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the city. ``places``: its name and those of places in it, in any language."""

    id: str
    name: Localized
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """A person who answers, known by a workplace account. ``name``: only where the city wants it
    beside their public answers. ``known_as``: what colleagues tell them by, who may all have the
    same title; never shown in public."""

    channel: str
    account: str
    title: Localized
    departments: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    language: str | None = None
    name: str = ""
    known_as: str = ""

    @property
    def key(self) -> str:
        return f"{self.channel}:{self.account}"

    def among_colleagues(self, language: str) -> str:
        title = plain(self.title, language)
        return f"{title} ({self.known_as})" if self.known_as else title

    def may_edit(self) -> bool:
        return bool(self.roles & {Role.EDITOR, Role.ADMIN})

    def serves(self, department: str) -> bool:
        return department in self.departments or Role.ADMIN in self.roles

    def leads(self, department: Department) -> bool:
        return department.head == self.key or Role.ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class Chat:
    """A public chat: where polls are posted and digests go.

    ``digest`` is a five-field cron line in the city's time zone, or None for none. ``reminders``:
    whether it is reminded of polls that close soon. ``closed``: only who was let in sees it, so
    that whoever presses a button there is a member. Its digests tell of ``themes`` and ``areas``
    (ids), of all where there are none. ``threads``: where replies to a discussion's post are taken
    as comments, and comments from elsewhere are shown: the chat itself, or the group linked to a
    channel; None: nowhere. ``restrict``: whom a moderator mutes is kept from writing there at all.
    """

    address: Address
    name: str
    language: str
    digest: str | None = None
    reminders: bool = False
    closed: bool = False
    themes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    threads: Address | None = None
    restrict: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Words that officials often answer with. In no department: in every one."""

    id: str
    name: Localized
    text: Localized
    departments: tuple[str, ...] = ()


class Look(StrEnum):
    """When a moderator looks at what a resident wrote."""

    BEFORE = "before"  # others see it
    AFTER = "after"  # others have seen it
    REPORTED = "reported"  # only if a check or others ask for it


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the published rules of discussion."""

    id: str
    name: Localized
    text: Localized


@dataclass(frozen=True, slots=True)
class Moderation:
    """How what residents write is looked through. ``home`` is the moderators' staff chat, the
    general desk's where there is none; ``duty`` takes turns as a department's does.

    ``look``: kind of item → when; ``words``: language → words that are not to be used, in
    dictionary form; ``links``: hosts that may be linked to; ``decides``: check → the rule by which
    it rejects, without a person. ``reports``: of so many residents hide an item until a moderator
    decides.
    """

    home: Address | None = None
    duty: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    look: Mapping[str, Look] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    decides: Mapping[str, str] = field(default_factory=dict)
    reports: int = 3


@dataclass(frozen=True, slots=True)
class DigestRules:
    """``preview``: how long before its time editors see a round-up (None: never), in the chat
    ``to``. With ``hold`` one that nobody released waits; with ``line`` a chat is told in a line
    that there is nothing new."""

    preview: timedelta | None = None
    to: Address | None = None
    hold: bool = False
    line: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionRules:
    """When those who want a round-up of their own each day get it, and on which day of the week
    (Monday is 0) those who want it weekly."""

    at: time = time(16)
    weekday: int = 3


@dataclass(frozen=True, slots=True)
class QuestionLimits:
    """What one person may ask: questions a day, and at a time that wait for an answer."""

    a_day: int = 5
    open: int = 3


ACCESSIBILITY = "_accessibility"
"""The theme of feedback on accessibility: every city has it, none is asked of by its keywords."""
ACCESSIBILITY_NAME = {"fi": "Saavutettavuus", "sv": "Tillgänglighet", "en": "Accessibility"}


@dataclass(frozen=True, slots=True)
class PublicPage:
    """How the page looks (``#0b4a59``; "": our own colours), and the ``logo``: (svg or png, its
    content). ``frames``: sites (origins) that may show polls in a frame and take votes there.
    Above so many ``newcomers_a_minute`` each is asked for a little work first. ``accessibility``
    is what the city's statement adds to ours, ``accessibility_desk`` the department that gets
    feedback on it ("": the general desk)."""

    colour: str = ""
    accent: str = ""
    logo: tuple[str, bytes] | None = None
    frames: tuple[str, ...] = ()
    newcomers_a_minute: int = 120
    accessibility: Localized = field(default_factory=dict)
    accessibility_desk: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A system that is told of ``events`` (`core.webhooks.EVENTS`). Its secret is a setting."""

    id: str
    url: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Everything a city decides for itself, apart from secrets and addresses of servers. Each is
    itself only, so that what is made of it can be kept by it.

    ``country`` (two letters) decides the holidays, ``office_hours`` when officials are reminded;
    ``escalation`` is the staff chat that hears of all that is overdue.
    ``images_url``: where chats find our pictures, if that is not the page's ``public_url``.
    ``option_pictures``: pictures of options are fetched and shown, not only linked.
    ``staff_sees_hidden_results``: officials see how a poll stands while others do not, and it says
    so. In ``quiet_hours`` (over midnight) nothing is made up for that was missed, and subscribers
    are left in peace. ``statement_pause``: how long between two statements of a conversation that
    are posted by themselves; none for nothing. ``statement_data``: anybody may download what was
    said, under numbers. ``polis_server``: where votes are sent on to. ``sign_in``: what officials
    may do who sign in on the web; those who did are in the ``roster``.
    """

    name: Localized
    timezone: str
    language: str
    parts: frozenset[Part]
    departments: tuple[Department, ...]
    themes: tuple[Theme, ...]
    officials: tuple[Official, ...]
    chats: tuple[Chat, ...]
    general_desk: str
    others: tuple[OtherBody, ...] = ()
    areas: tuple[Area, ...] = ()
    question_limits: QuestionLimits = QuestionLimits()
    reference_prefix: str = "K"
    privacy: Localized = field(default_factory=dict)
    public_url: str = ""
    images_url: str = ""
    telegram_bot: str = ""
    chat_links: str = "https://t.me"
    country: str = "FI"
    office_hours: tuple[time, time] = (time(8), time(16))
    moderation: Moderation = Moderation()
    escalation: Address | None = None
    templates: tuple[Template, ...] = ()
    poll_approval: bool = False
    option_pictures: bool = True
    poll_reminder: timedelta = timedelta(days=1)
    staff_sees_hidden_results: bool = False
    web: PublicPage = PublicPage()
    digests: DigestRules = DigestRules()
    subscriptions: SubscriptionRules = SubscriptionRules()
    quiet_hours: tuple[time, time] = (time(21), time(7))
    statement_data: bool = False
    polis_server: str = ""
    statement_pause: timedelta = timedelta(days=2)
    webhooks: tuple[Webhook, ...] = ()
    sign_in: SignIn = field(default_factory=SignIn)
    roster: Roster = field(default_factory=Roster)

    def has(self, *parts: Part) -> bool:
        """Whether any of them is on."""
        return not self.parts.isdisjoint(parts)

    @property
    def preview_home(self) -> Address:
        """Where editors look at what is about to go out."""
        return self.digests.to or self.department(self.general_desk).home

    @property
    def reminds(self) -> bool:
        """Whether any chat wants to be reminded of polls."""
        return any(chat.reminders for chat in self.chats)

    def department(self, id: str) -> Department:
        """KeyError where there is none."""
        for department in self.departments:
            if department.id == id:
                return department
        raise KeyError(id)

    def theme(self, id: str | None) -> Theme | None:
        if id == ACCESSIBILITY:
            desk = self.web.accessibility_desk or self.general_desk
            return Theme(ACCESSIBILITY, ACCESSIBILITY_NAME, desk, {})
        return next((t for t in self.themes if t.id == id), None)

    def other(self, id: str | None) -> OtherBody | None:
        return next((o for o in self.others if o.id == id), None)

    def area(self, id: str | None) -> Area | None:
        return next((a for a in self.areas if a.id == id), None)

    def official(self, who: Person) -> Official | None:
        named = (
            o for o in self.officials if (o.channel, o.account) == (who.channel, who.account)
        )
        return next(named, None) or (
            self.roster.find(f"{DESK}:{who.account}") if who.channel == DESK else None
        )

    def official_by_key(self, key: str | None) -> Official | None:
        return next((o for o in self.officials if o.key == key), None) or self.roster.find(key)

    @property
    def everybody(self) -> tuple[Official, ...]:
        """All officials: of the city file, and those who signed in."""
        return (*self.officials, *self.roster.everybody())

    def officials_of(self, department: str) -> list[Official]:
        """Who are named to it; an admin may act there as well."""
        return [o for o in self.everybody if department in o.departments]

    def signed_in(self, account: str, values: Collection[str], name: str = "") -> Official | None:
        """Whom these values of the sign-in's claim make of somebody; None for nobody. Where it told
        no name, colleagues tell them by the beginning of the account."""
        grants = self.sign_in.granted(values)
        if not grants:
            return None
        departments = dict.fromkeys(id for grant in grants for id in grant.departments)
        roles = frozenset(role for grant in grants for role in grant.roles)
        known_as = name or account[:4]
        title, named = grants[0].title, tuple(departments)
        return Official(DESK, account, title, named, roles, known_as=known_as)

    @property
    def homes(self) -> tuple[Address, ...]:
        """Staff chats."""
        return tuple(dict.fromkeys((*(d.home for d in self.departments), self.moderators.home)))

    def contact(self, department: str) -> Localized:
        """Where a resident turns with their own case: the general desk's, unless the department
        has one."""
        return self.department(department).contact or self.department(self.general_desk).contact

    @property
    def moderators(self) -> Department:
        """Where moderators are and who is on duty: the general desk, unless it is said."""
        desk, given = self.department(self.general_desk), self.moderation
        return replace(desk, home=given.home or desk.home, duty=given.duty or desk.duty)

    def may_moderate(self, official: Official) -> bool:
        """Moderators and admins; where nobody is a moderator, editors and the general desk."""
        if official.roles & {Role.MODERATOR, Role.ADMIN}:
            return True
        if any(Role.MODERATOR in one.roles for one in (*self.officials, *self.sign_in.grants)):
            return False
        return official.may_edit() or official.serves(self.general_desk)

    def chat(self, address: Address) -> Chat | None:
        return next((c for c in self.chats if c.address == address), None)

    @property
    def threads(self) -> dict[Address, Chat]:
        """Where replies are comments → the chat with the post that they are replies to."""
        if not self.has(Part.DISCUSSIONS):
            return {}
        return {chat.threads: chat for chat in self.chats if chat.threads}

    def is_staff_chat(self, address: Address) -> bool:
        return address in self.homes

    def chat_link(self, payload: str) -> str:
        """A link that opens the bot's private chat (``poll_7``, ``ask``), or "" without a bot."""
        return f"{self.chat_links}/{self.telegram_bot}?start={payload}" if self.telegram_bot else ""

    @property
    def images(self) -> str:
        """Where chats load pictures of our page from; "" where they could not."""
        found = (self.images_url or self.public_url).rstrip("/")
        return found if found.startswith("https://") else ""

    def page(self, path: str) -> str:
        """The public address of a page, or "" where the city has none."""
        return f"{self.public_url.rstrip('/')}{path}" if self.public_url else ""
