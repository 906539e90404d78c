"""The rules of subscriptions."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from core.city import City, Part
from core.desk import Turn
from core.errors import BadAction, Refusal
from core.model import Results, Rhythm, Subscription
from core.people import PULLED
from core.timing import Hours, next_at

QUIET: tuple[Hours | None, ...] = (
    None,
    (time(20), time(8)),
    (time(22), time(9)),
    (time(17), time(7)),
    (time(0), time(0)),
)
"""Hours of peace that can be chosen: the city's own, others, and none."""
PAUSE = timedelta(minutes=10)
"""Between two messages to those who want them at once."""


def own(turn: Turn) -> Subscription | None:
    """Of the account that acts, or of another of the person's."""
    found = turn.store.subscriptions_of(turn.accounts)
    found.sort(key=lambda s: (s.resident != turn.resident, s.channel in PULLED, s.resident))
    if turn.who.channel in PULLED:  # what reaches the person counts, wherever it was asked for
        found.sort(key=lambda s: s.channel in PULLED)
    return found[0] if found else None


def keep(turn: Turn, **wishes: object) -> Subscription:
    """Begins a subscription, or changes it."""
    turn.require(Part.SUBSCRIPTIONS)
    if not turn.private:
        raise Refusal(turn.t("Subscribe in a private chat with me."))
    begun = Subscription(
        turn.resident, turn.who.channel, turn.language, Rhythm.WEEKLY, (), (), Results.ALL, None,
        turn.now, turn.now,
    )  # fmt: skip
    found = own(turn)
    if found and found.channel in PULLED and turn.who.channel not in PULLED:
        turn.store.drop_subscriptions([found.resident])  # from now on it comes to the chat
        found = replace(found, resident=turn.resident, channel=turn.who.channel)
    made = replace(found or begun, **wishes)
    if not found or made.rhythm is not found.rhythm:
        made = replace(made, due=next_due(turn.city, made, turn.now))
    turn.store.put_subscription(made)
    if made.resident == turn.resident and turn.who.channel not in PULLED:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    return made


def toggle(chosen: tuple[str, ...], id: str, known: list[str]) -> tuple[str, ...]:
    """All that are known is the same as none chosen: whatever there is."""
    if id not in known:
        raise BadAction("no such theme or area")
    now = [x for x in known if (x in chosen) != (x == id)]
    return () if len(now) == len(known) else tuple(now)


def stop(turn: Turn) -> bool:
    """One tap, and final: nothing more comes by itself, of no account of the person. False where
    nothing would have come."""
    accounts = turn.accounts
    ended = turn.store.drop_subscriptions(accounts)
    return bool(turn.store.drop_wishes(accounts) + ended)


def next_due(city: City, subscription: Subscription, now: datetime) -> datetime:
    rules = city.subscriptions
    match subscription.rhythm:
        case Rhythm.AT_ONCE:
            return now + PAUSE
        case Rhythm.DAILY:
            return next_at(city.timezone, rules.at, now)
        case Rhythm.WEEKLY:
            return next_at(city.timezone, rules.at, now, rules.weekday)


def quiet(city: City, subscription: Subscription) -> Hours:
    return subscription.quiet or city.quiet_hours
