"""Who may vote, where it is not everybody. Polls open to all never come here."""

from collections.abc import Mapping, Sequence

from core.city import City
from core.desk import Desk
from core.events import Address
from core.model import BallotBox, Poll, Voters
from core.people import voter
from core.polls.press import Outcome, Press
from core.ports import Store
from core.scene import Scene
from core.texts import Texts, plain

UNSAID = "-"
"""Kept of somebody who would rather not say where they live."""


def judged(
    desk: Desk,
    boxes: Mapping[int, BallotBox],
    presses: Sequence[Press],
    outcomes: Sequence[Outcome],
) -> list[Outcome]:
    """The outcomes, where those who may not vote are not counted."""
    return [
        barred(desk, boxes[press.poll], press) or outcome if outcome is Outcome.COUNTED else outcome
        for press, outcome in zip(presses, outcomes, strict=True)
    ]


def barred(desk: Desk, box: BallotBox, press: Press) -> Outcome | None:
    """What keeps this press from being counted."""
    match box.voters:
        case Voters.CODE:
            return _without_code(desk.store, box, press.resident)
        case Voters.CHATS:
            poll = desk.store.poll(box.poll)
            here = poll is not None and press.where in closed_chats(desk.city, poll)
            return None if here else Outcome.NOT_HERE
        case Voters.AREAS:
            poll = desk.store.poll(box.poll)
            return _elsewhere(desk.store, poll.areas if poll else (), press.account)
    return None


def lacks(store: Store, poll: Poll, account: str | None, person: str | None) -> Outcome | None:
    """What keeps somebody from voting where nobody else is by; None for nothing, or for a poll
    that takes no votes."""
    match poll.voters:
        case Voters.CODE:
            box = store.ballot_boxes({poll.id}).get(poll.id)
            if box is None or box.key is None:
                return None
            return _without_code(store, box, person) if person else Outcome.NO_CODE
        case Voters.CHATS:
            return Outcome.NOT_HERE
        case Voters.AREAS:
            return _elsewhere(store, poll.areas, account) if account else Outcome.NO_AREA
    return None


def _without_code(store: Store, box: BallotBox, person: str) -> Outcome | None:
    held = box.key is not None and store.holds_code(box.poll, voter(box.key, person))
    return None if held else Outcome.NO_CODE


def _elsewhere(store: Store, areas: Sequence[str], account: str) -> Outcome | None:
    said = store.area(account)
    if said is None:
        return Outcome.NO_AREA
    return None if said in areas else Outcome.ELSEWHERE


def closed_chats(city: City, poll: Poll) -> list[Address]:
    """The poll's chats that the city file marks as closed now."""
    return [a for a in poll.chats if (chat := city.chat(a)) and chat.closed]


# --- in words --------------------------------------------------------------------------------


def who_may(scene: Scene, poll: Poll) -> str:
    """Said on the poll; "" where everybody may vote."""
    t = scene.t
    match poll.voters:
        case Voters.CODE:
            return t("You need a code to vote: the city gives them out on paper or by mail.")
        case Voters.CHATS:
            found = [chat for a in closed_chats(scene.city, poll) if (chat := scene.city.chat(a))]
            names = ", ".join(chat.name for chat in found)
            return t("Only members of these chats vote, and only there: {chats}.", chats=names)
        case Voters.AREAS:
            return t(
                "Residents of these areas vote, by their own word: {areas}.",
                areas=area_names(scene.city, t, poll.areas),
            )
    return ""


def area_names(city: City, t: Texts, ids: Sequence[str]) -> str:
    """Those that the city file has no longer are called by their id."""
    found = {area.id: plain(area.name, t.language) for area in city.areas}
    return ", ".join(found.get(id, id) for id in ids)
