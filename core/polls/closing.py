"""The end of a closing: what tells of voters is wiped, then the list of ballots is made.

Nearly every poll ends whole, in the transaction that closes it. A very large one goes on by itself,
in steps (`bots.timetable`): its result stands at once, for tallies are counters, and its list
follows.
"""

from core.city import City
from core.desk import Desk
from core.model import PollState
from core.polls.ballot_list import Listing
from core.polls.voting import tally
from core.ports import Store, subject
from core.webhooks import announce


def end(desk: Desk, id: int) -> None:
    """Right after a closing, in its transaction: the rest of it, where that is little."""
    if desk.store.wipe_closed(id, 0) and (listing := begin_list(desk.store, desk.city, id)):
        while listing.take(desk.store):
            pass
        _listed(desk, id, listing)


def begin_list(store: Store, city: City, id: int) -> Listing | None:
    """None for a poll that has no result."""
    poll = store.poll(id)
    if poll is None or poll.state is not PollState.CLOSED:
        return None
    return Listing(city, poll, tally(store, poll))


def publish(desk: Desk, id: int, listing: Listing) -> None:
    """Once all pages are taken: posts and pages show the list from now on."""
    if _listed(desk, id, listing):
        desk.touch(subject("poll", id))


def _listed(desk: Desk, id: int, listing: Listing) -> bool:
    kept = desk.store.put_ballot_list(listing.made())
    poll = desk.store.poll(id)
    if kept and poll and poll.survey is None:
        announce(desk, "poll.result", id)
    return kept
