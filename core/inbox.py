"""The only switchboard: an event, and what the city replies.

Votes come by `Inbox.cast`, a batch as a set; everything else by `Inbox.handle`, one by one. Both
work inside a transaction that somebody else commits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from inspect import signature

import msgspec

from core import commands, links, markers, officials, polls, residents, talk, unsent
from core.actions import decode
from core.answers import Kind
from core.city import City, Part
from core.desk import Desk, Turn, texts_for
from core.digests.reactions import Reactions
from core.discussions import acts as discussions
from core.discussions import threads
from core.errors import BadAction, Invalid, Refusal
from core.events import (
    Command,
    Deleted,
    Edited,
    Event,
    Joined,
    Left,
    Mirrored,
    Moved,
    Pressed,
    Said,
    Submitted,
    Written,
)
from core.messages import DRAFT, Reply
from core.model import BallotBox, Profile, Show, Shows
from core.people import Keyring, private_chat
from core.polls import Outcome, Press, acts, shown
from core.polls.ballot_list import receipt
from core.polls.wording import receipted, refusal, unreadable
from core.ports import Store
from core.roster import DESK
from core.statements import acts as statements
from core.texts import Texts, texts

WORKPLACES = frozenset({"slack", "teams", DESK})
"""Channels where what is written is for colleagues, never a question to the city."""
OPEN_HOUSES = frozenset({"teams"})
"""Workplaces that residents visit too: whoever is no official takes part as one."""
NOBODY = Profile()
BUTTONS = {**residents.BUTTONS, **links.BUTTONS, **officials.BUTTONS, **acts.BUTTONS,
           **statements.BUTTONS, **discussions.BUTTONS}  # fmt: skip
FORMS = {**residents.FORMS, **links.FORMS, **officials.FORMS, **acts.FORMS, **statements.FORMS,
         **discussions.FORMS}  # fmt: skip


class Inbox:
    """``edit_gaps``: channel → seconds between two edits of one post (its adapter's limit). The
    ``city`` may become another between two events."""

    def __init__(self, city: City, keyring: Keyring, edit_gaps: Mapping[str, float]) -> None:
        self.city = city
        self.keyring = keyring
        self.edit_gaps = edit_gaps
        self._reactions = Reactions()

    # --- votes -------------------------------------------------------------------------------

    def is_vote(self, event: Event) -> bool:
        return isinstance(event, Pressed) and event.action.startswith("vote:")

    def cast(self, store: Store, presses: Sequence[Pressed], now: datetime) -> list[Reply]:
        """Counts a batch of votes as a set; replies in their order. A vote needs no record of its
        event: the same press again, or an older one, changes nothing and is answered alike."""
        city = self.city
        if not city.has(Part.POLLS):
            turns = [texts_for(city, p.who, None) for p in presses]
            return [Reply(t("The city does not use this part of the service.")) for t in turns]
        wanted = [_wanted(p) for p in presses]
        who = [self.keyring.resident(p.who.channel, p.who.account) for p in presses]
        found, known = store.voting({vote[0] for vote in wanted if vote}, set(who))
        # A survey's polls are answered in it alone, where it is known what is asked of whom.
        boxes = {id: box for id, box in found.items() if box.survey is None}
        profiles = [known.get(resident, NOBODY) for resident in who]
        words = [
            texts_for(city, p.who, kept.language)
            for p, kept in zip(presses, profiles, strict=True)
        ]
        read = [
            Press(*vote, kept.person or resident, p.who.channel, p.order, p.at, resident, p.where)
            if vote
            else None
            for p, vote, kept, resident in zip(presses, wanted, profiles, who, strict=True)
        ]
        desk = Desk(store, city, now, self.edit_gaps)
        self._reactions.count(store, city, presses, now)
        outcomes = iter(polls.cast(desk, boxes, [press for press in read if press]))
        notices = Notices(store, boxes)
        return [
            notices.of(t, press, *next(outcomes)) if press else Reply(unreadable(t))
            for t, press in zip(words, read, strict=True)
        ]

    def apology(self, event: Event) -> Reply:
        """For the person whose event failed for a reason that is ours: nothing of it was done."""
        t = texts_for(self.city, event.who, None)
        return Reply(t("Something went wrong here, and nothing was saved. Please try again later."))

    # --- everything else ---------------------------------------------------------------------

    def handle(self, store: Store, event: Event, now: datetime) -> Reply:
        """Handles an event once: a redelivered one gets the reply of the first time."""
        if self.is_vote(event):
            return self.cast(store, [event], now)[0]
        if (kept := store.seen(event.id)) is not None:
            return msgspec.json.decode(kept, type=Reply) if kept else Reply()
        if isinstance(event, Pressed):
            self._reactions.count(store, self.city, [event], now)
        turn = self._turn(store, event, now)
        reply = markers.said(self._answer(turn, event), turn.t)
        if reply.fleeting:
            return reply
        nobody = isinstance(event, Pressed) and event.action == residents.FORGET
        who = "" if nobody or reply.secret else turn.resident
        store.record(event.id, who, b"" if reply.secret else msgspec.json.encode(reply), now)
        return reply

    def _turn(self, store: Store, event: Event, now: datetime) -> Turn:
        resident = self.keyring.resident(event.who.channel, event.who.account)
        profile = store.profiles([resident]).get(resident, NOBODY)
        return Turn(
            store,
            self.city,
            now,
            self.edit_gaps,
            event.who,
            resident,
            event.where,
            event.private,
            texts_for(self.city, event.who, profile.language),
            self.keyring,
            profile.person or resident,
            event.at,
        )

    def _answer(self, turn: Turn, event: Event) -> Reply:
        try:
            return restored(turn, self._route(turn, event))
        except Refusal as refusal:
            return Reply(refusal.text)
        except Invalid as invalid:
            return Reply(errors=invalid.errors)
        except BadAction:
            return Reply(unreadable(turn.t))

    def _route(self, turn: Turn, event: Event) -> Reply:
        match event:
            case Said():
                return said(turn, event.text)
            case Pressed():
                return pressed(turn, event.action)
            case Command():
                return command(turn, event.name, event.args)
            case Submitted():
                return submitted(turn, event)
            case Joined():
                return joined(turn, event.title)
            case Left():
                return left(turn, event.reason)
            case Moved():
                turn.store.move_chat(event.where, event.to)
            case Written() | Edited() | Deleted() | Mirrored():
                return threads.take(turn, event)
        return Reply()


def _wanted(event: Pressed) -> tuple[int, int] | None:
    """Poll and option; None where the button is none of ours."""
    try:
        return polls.read_vote(event.action)
    except BadAction:
        return None


class Notices:
    """What voters of one batch are told; the tallies that they may see are read once."""

    def __init__(self, store: Store, boxes: Mapping[int, BallotBox]) -> None:
        self._boxes = boxes
        told = {id for id, box in boxes.items() if _brief(box)}
        self._tallies = store.tallies(told) if told else {}
        self._said: dict[tuple[str, int, int, Outcome], Reply] = {}
        self._counted: dict[tuple[str, int, int], tuple[str, str]] = {}

    def of(self, t: Texts, press: Press, outcome: Outcome, name: bytes) -> Reply:
        """``name``: the voter's pseudonym in the poll, where the vote counts."""
        if outcome is Outcome.COUNTED:
            return self._receipt(t, press, name)
        key = (t.language, press.poll, press.answer, outcome)
        if (reply := self._said.get(key)) is None:
            reply = self._said[key] = Reply(refusal(t, outcome))
        return reply

    def _receipt(self, t: Texts, press: Press, name: bytes) -> Reply:
        """Every voter's own, in words that are the same for all who voted alike."""
        key = (t.language, press.poll, press.answer)
        if (said := self._counted.get(key)) is None:
            box = self._boxes[press.poll]
            said = self._counted[key] = self._around_receipt(t, box, press.answer)
        return Reply(f"{said[0]}{receipt(name)}{said[1]}")

    def _around_receipt(self, t: Texts, box: BallotBox, answer: int) -> tuple[str, str]:
        words = shown.vote_notice(t, box, answer, self._tallies.get(box.poll))
        first, _, rest = words.partition("\n")
        before, after = receipted(t, first, "\0").split("\0")
        return before, f"{after}\n{rest}" if rest else after


def _brief(box: BallotBox) -> bool:
    """Whether results fit in the notice. Those of other kinds are as many as the ballots differ:
    too much to count for every batch."""
    return box.shows is Shows.AFTER_VOTE and (box.paper.one or box.paper.kind is Kind.SEVERAL)


# --- where each kind of event goes ---------------------------------------------------------------


def at_work(turn: Turn) -> bool:
    """Whether what the person writes here is an official's, not a resident's."""
    channel = turn.who.channel
    return channel in WORKPLACES and (channel not in OPEN_HOUSES or turn.official is not None)


def said(turn: Turn, words: str) -> Reply:
    """Officials have no other words to us than commands, where they can write to us alone."""
    if not turn.private:
        return Reply()
    if not at_work(turn):
        return residents.said(turn, words)
    if turn.who.channel not in OPEN_HOUSES:
        return Reply()
    name, _, args = words.strip().partition(" ")
    return officials.command(turn, name, args)


def command(turn: Turn, name: str, args: str) -> Reply:
    intent = commands.intent(turn.city, name)
    if intent in links.COMMANDS:
        return links.COMMANDS[intent](turn, args)
    if at_work(turn):
        return officials.command(turn, name, args)
    if intent is None:
        unknown = turn.t("I do not know that command.")
        return Reply(message=talk.help_page(turn)) if turn.private else Reply(unknown)
    return residents.COMMANDS[intent](turn, args)


def pressed(turn: Turn, action: str) -> Reply:
    """Runs the button's answer. BadAction where the verb or its arguments are not ours."""
    verb, args = decode(action)
    if (answer := BUTTONS.get(verb)) is None:
        raise BadAction("no such verb")
    try:
        signature(answer).bind(turn, *args)
    except TypeError as error:
        raise BadAction("wrong arguments") from error
    return answer(turn, *args)


def submitted(turn: Turn, event: Submitted) -> Reply:
    if (answer := FORMS.get(event.form)) is None:
        raise BadAction("no such form")
    if turn.official is None or not _keeps(event.form):
        return answer(turn, event.fields, event.state)
    unsent.sent(turn, event.form, event.state)
    try:
        return answer(turn, event.fields, event.state)
    except (Refusal, Invalid):
        unsent.keep(turn, turn.official.key, event.form, event.state, event.fields)
        raise


def _keeps(form: str) -> bool:
    """Whether what is written in it is there again, for officials, until it is sent."""
    return f"{form}{DRAFT}" in FORMS


def restored(turn: Turn, reply: Reply) -> Reply:
    """With what an official has left unsent in the form."""
    if turn.official is None or reply.form is None or not _keeps(reply.form.name):
        return reply
    return msgspec.structs.replace(reply, form=unsent.restored(turn, reply.form))


# --- chats that come and go ------------------------------------------------------------------


def joined(turn: Turn, title: str) -> Reply:
    """Let in again where it was known; the staff hear of a chat that the city file doesn't name."""
    turn.store.unsilence(turn.where)
    if turn.city.chat(turn.where) or turn.city.is_staff_chat(turn.where):
        return Reply()
    desk = turn.city.department(turn.city.general_desk)
    turn.tell_staff(desk, Show("joined", {"address": str(turn.where), "title": title[:100]}))
    return Reply()


def left(turn: Turn, reason: str) -> Reply:
    """Silence towards a chat that removed us, or a resident who blocked us."""
    if turn.private:
        turn.store.silence(private_chat(turn.who.channel, turn.resident), "blocked", turn.now)
        return Reply()
    if turn.store.silence(turn.where, reason or "removed", turn.now):
        desk = turn.city.department(turn.city.general_desk)
        t = texts(turn.city.language)
        reason = reason or t("I was removed from the chat. I stay silent there until I am let in.")
        turn.tell_staff(desk, Show("trouble", {"address": str(turn.where), "reason": reason}))
    return Reply()
