"""What a use case works with: the store, the city, the time; and the person, where there is one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.city import City, Department, Official, Part
from core.errors import Refusal
from core.events import Address, Person
from core.model import Follower, Priority, Show
from core.people import PULLED, Keyring, private_chat
from core.ports import Store
from core.texts import Texts, known, texts
from core.timing import after

NEXT = ("replying", "thumb", "words", "statement", "desk", "comment")
"""Drafts that say what a person's next message in their private chat is for: one at a time."""

ACCOUNTS_ARE_CHATS = frozenset({"slack", "telegram"})


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction at one moment. ``edit_gaps``: channel → seconds between edits of a post."""

    store: Store
    city: City
    now: datetime
    edit_gaps: Mapping[str, float]

    def touch(self, *subjects: str) -> None:
        """Posts about these show something new."""
        self.store.touch(subjects, self.now, self.edit_gaps)

    def tell_staff(
        self,
        department: Department,
        show: Show,
        thread_of: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """A message in a department's home, in the city's language; now, or later."""
        due = at or self.now
        self.store.tell(department.home, show, self.city.language, due, thread_of=thread_of)

    def tell_resident(
        self,
        channel: str,
        resident: str | None,
        show: Show,
        language: str,
        dedupe: str | None = None,
    ) -> None:
        """A message in the private chat of someone who asked for something, if still known."""
        if resident and channel not in PULLED:
            to = private_chat(channel, resident)
            self.store.tell(to, show, language, self.now, dedupe=dedupe)

    def tell_followers(
        self, followers: Iterable[Follower], show: Show, dedupe: str | None = None
    ) -> None:
        """In private, to each of many who asked to hear of it; not within their quiet hours."""
        reached = [f for f in followers if f.channel not in PULLED]
        due = self.awake([f.resident for f in reached])
        to = [(private_chat(f.channel, f.resident), f.language, due[f.resident]) for f in reached]
        self.store.tell_all(show, to, dedupe)

    def awake(self, residents: Collection[str]) -> dict[str, datetime]:
        """From when each may be told what comes by itself: their own quiet hours hold, else the
        city's."""
        zone, own = self.city.timezone, self.store.quiet_hours(residents)
        ends = {
            hours: after(hours, zone, self.now) for hours in {self.city.quiet_hours, *own.values()}
        }
        return {who: ends[own.get(who, self.city.quiet_hours)] for who in residents}

    def publish(
        self,
        to: Address,
        show: Show,
        language: str,
        *subjects: str,
        dedupe: str | None = None,
        priority: Priority = Priority.WAITED_FOR,
        thread_of: str | None = None,
    ) -> None:
        self.store.publish(to, show, language, self.now, subjects, dedupe, priority, thread_of)


@dataclass(frozen=True, slots=True)
class Turn(Desk):
    """A person's turn: who acted, where, and in which language they are answered. ``resident`` is
    the account that acted, ``person`` the one of their linked accounts under which they vote.
    ``received``: when their act reached us, which decides what was in time."""

    who: Person
    resident: str
    where: Address
    private: bool
    t: Texts
    keyring: Keyring
    person: str
    received: datetime

    @property
    def accounts(self) -> list[str]:
        """All accounts that are this person."""
        return self.store.accounts(self.person)

    @property
    def alone(self) -> Address:
        """Where only this person reads what we write. Where accounts are chats, that is theirs:
        what they act in may be a form that they opened in a shared one."""
        if self.who.channel in ACCOUNTS_ARE_CHATS:
            return Address(self.who.channel, self.who.account)
        return self.where

    @property
    def language(self) -> str:
        return self.t.language

    @property
    def official(self) -> Official | None:
        return self.city.official(self.who)

    def expect(self, kind: str, value: Mapping[str, Any]) -> None:
        """The person's next message is for this, and nothing else; ``kind``: of `NEXT`."""
        self.expect_nothing()
        self.store.put_draft(self.resident, kind, value, self.now)

    def expect_nothing(self) -> None:
        for kind in NEXT:
            self.store.drop_draft(self.resident, kind)

    def staff(self) -> Official:
        """The official who acts; Refusal for anybody else."""
        if official := self.official:
            return official
        raise Refusal(
            self.t(
                "This is for the city's officials. Your account is not on their list; "
                "the service's administrator can add it."
            )
        )

    def editor(self) -> Official:
        """The official who may publish; Refusal for anybody else."""
        official = self.staff()
        if official.may_edit():
            return official
        raise Refusal(self.t("Only editors may do this. Ask an editor or the administrator."))

    def require(self, *parts: Part) -> None:
        """Any of them."""
        if not self.city.has(*parts):
            raise Refusal(self.t("The city does not use this part of the service."))


def texts_for(city: City, who: Person, chosen: str | None) -> Texts:
    """The person's own choice, or the client's language, or an official's, or the city's."""
    if given := chosen or known(who.language):
        return texts(given)
    official = city.official(who)
    return texts((official and official.language) or city.language)
