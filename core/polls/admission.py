"""Who may vote, where it is not everybody. Polls open to all never come here."""

from collections.abc import Mapping, Sequence

from core.answers import Kind
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
            return None if _holds(desk.store, box, press.resident) else Outcome.NO_CODE
        case Voters.CHATS:
            poll = desk.store.poll(box.poll)
            here = poll is not None and press.where in closed_chats(desk.city, poll)
            known = here or _holds(desk.store, box, press.resident)
            return None if known else Outcome.NOT_HERE
        case Voters.AREAS:
            poll = desk.store.poll(box.poll)
            return _elsewhere(desk.store, poll.areas if poll else (), press.account)
    return None


def lacks(store: Store, poll: Poll, account: str | None, person: str | None) -> Outcome | None:
    """What keeps somebody from voting where nobody else is by; None for nothing, or for a poll
    that takes no votes."""
    match poll.voters:
        case Voters.CODE | Voters.CHATS:
            box = store.ballot_boxes({poll.id}).get(poll.id)
            if box is None or box.key is None or (person and _holds(store, box, person)):
                return None
            return Outcome.NO_CODE if poll.voters is Voters.CODE else Outcome.NOT_HERE
        case Voters.AREAS:
            return _elsewhere(store, poll.areas, account) if account else Outcome.NO_AREA
    return None


def let_in(store: Store, poll: Poll, person: str) -> None:
    """The person gave a code, or was seen in a closed chat: from now on they may answer where
    nobody else is by. In a survey, all of its questions."""
    survey = store.survey(poll.survey) if poll.survey is not None else None
    for box in store.ballot_boxes(set(survey.polls) if survey else {poll.id}).values():
        if box.key:
            store.hold_code(box.poll, voter(box.key, person))


def _holds(store: Store, box: BallotBox, person: str) -> bool:
    return box.key is not None and store.holds_code(box.poll, voter(box.key, person))


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
    return who(scene.city, t, poll.voters, poll.chats, poll.areas, here=_here(poll))


def _here(poll: Poll) -> bool:
    """Whether the vote itself is given in a shared chat."""
    return poll.survey is None and (poll.paper.one or poll.kind is Kind.SEVERAL)


def who(
    city: City,
    t: Texts,
    voters: Voters,
    chats: Sequence[Address],
    areas: Sequence[str],
    here: bool = False,
) -> str:
    match voters:
        case Voters.CODE:
            return t("You need a code to vote: the city gives them out on paper or by mail.")
        case Voters.CHATS:
            closed = [chat for a in chats if (chat := city.chat(a)) and chat.closed]
            names = ", ".join(chat.name for chat in closed)
            if not here:
                return t("Only members of these chats answer, and begin there: {chats}.",
                         chats=names)  # fmt: skip
            return t("Only members of these chats vote, and only there: {chats}.", chats=names)
        case Voters.AREAS:
            return t(
                "Residents of these areas vote, by their own word: {areas}.",
                areas=area_names(city, t, areas),
            )
    return ""


def area_names(city: City, t: Texts, ids: Sequence[str]) -> str:
    """Those that the city file has no longer are called by their id."""
    found = {area.id: plain(area.name, t.language) for area in city.areas}
    return ", ".join(found.get(id, id) for id in ids)
