"""What goes out around a poll: a reminder, the result, and what happened next. Who asked for it
gets it in private, and its chats get it where it stands."""

from collections.abc import Iterable

from core import clean
from core.city import Part
from core.desk import Desk, Turn
from core.errors import Refusal
from core.events import Address
from core.messages import AnyBlock, Bars, Image, Message, bold, text
from core.model import Follower, Poll, PollState, Show
from core.people import PULLED
from core.polls import history, voting
from core.polls.buttons import vote_buttons
from core.polls.shown import poll_blocks
from core.ports import subject
from core.scene import Scene, page_link
from core.texts import pick

ALT_LIMIT = 900


def post(desk: Desk, poll: Poll, show: Show, name: str, *subjects: str) -> None:
    """In every chat of the poll, or of the survey whose history it keeps; in the chat's language,
    once a ``name``."""
    for address in (history.survey_of(desk.store, poll) or poll).chats:
        chat = desk.city.chat(address)
        language = chat.language if chat else desk.city.language
        desk.publish(address, show, language, *subjects, dedupe=f"{name}@{address}")


def remind(desk: Desk, poll: Poll) -> None:
    """To those chats that asked for it, once."""
    desk.store.add_poll_step(poll.id, desk.now, history.REMINDED, "", {})
    show = Show("poll_reminder", {"id": poll.id})
    remind_chats(desk, poll.chats, show, subject("poll", poll.id))


def remind_chats(desk: Desk, chats: Iterable[Address], show: Show, name: str) -> None:
    for address in chats:
        if (chat := desk.city.chat(address)) and chat.reminders:
            desk.publish(address, show, chat.language, name, dedupe=f"reminder:{name}@{address}")


def tell_result(desk: Desk, poll: Poll) -> None:
    """A message of its own, for a post that turns into a result is noticed by nobody."""
    show = Show("poll_result", {"id": poll.id})
    if voting.tally(desk.store, poll).total:
        post(desk, poll, show, f"result:{poll.id}")
    tell_followers(desk, poll, Show("poll_result", {"id": poll.id, "thanks": True}))


def tell_followers(desk: Desk, poll: Poll, show: Show) -> None:
    desk.tell_followers(desk.store.followers(poll.id), show)


def enlist_voters(desk: Desk, poll: int, among: Iterable[int] = ()) -> None:
    """Right before the closing, which destroys the key: only now can it be found who of those that
    wish to hear of polls they vote in did so. They follow it as others do who asked beside it;
    what anybody chose is not looked at. ``among``: the polls of a survey."""
    if not desk.city.has(Part.SUBSCRIPTIONS):
        return
    asked = desk.store.result_wishes()
    voted = set[str]().union(*(desk.store.voted(id, asked) for id in among or (poll,)))
    desk.store.follow_all(poll, [asked[person] for person in sorted(voted)])


def follow(turn: Turn, poll: int) -> None:
    """Keeps the way back, as for a question: sealed, until /forget."""
    if not turn.private or not may_follow(turn.who.channel):
        raise Refusal(turn.t("Ask for this in a private chat with me."))
    turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    turn.store.follow(poll, Follower(turn.resident, turn.who.channel, turn.language))


def may_follow(channel: str) -> bool:
    return channel not in PULLED


# --- views ---------------------------------------------------------------------------------------


def poll_reminder(scene: Scene, id: int) -> Message:
    t, poll = scene.t, scene.store.poll(id)
    if poll is None or poll.state is not PollState.OPEN or poll.closes_at is None:
        return Message(t("The poll has closed."), (text(t("The poll has closed.")),))
    when = t.time(poll.closes_at, scene.city.timezone)
    title = t("The poll closes {time}. Have you voted?", time=when)
    question = pick(poll.question, t.language)
    blocks = (text(bold(title)), text(question), *vote_buttons(scene, poll))
    return Message(f"{title} {question}", blocks)


def poll_result(scene: Scene, id: int, thanks: bool = False) -> Message:
    """The result, with a picture of it; and thanks, where somebody asked for it."""
    t, poll = scene.t, scene.store.poll(id)
    if poll is None:
        return Message(t("This poll is gone."))
    blocks = poll_blocks(scene, poll)
    blocks += page_link(scene, t("Result on the web page"), f"/polls/{id}")
    title = t("Result: {question}", question=pick(poll.question, t.language))
    if poll.state is PollState.CANCELLED:
        title = t("Cancelled: {question}", question=pick(poll.question, t.language))
    thank = [text(t("Thank you for taking part!"))] if thanks else []
    blocks[0] = text(title, role="heading")
    return Message(title, (*chart(scene, poll, blocks), *thank, *blocks))


def chart(scene: Scene, poll: Poll, blocks: list[AnyBlock]) -> list[AnyBlock]:
    """The picture of the bars among ``blocks``; its words say the same."""
    shown = next((block for block in blocks if isinstance(block, Bars)), None)
    if shown is None or poll.state is not PollState.CLOSED:
        return []
    path = f"/{scene.t.language}/polls/{poll.id}/chart.png"
    figures = "; ".join(f"{bar.label} {bar.figure} ({bar.count})" for bar in shown.bars)
    words = scene.t("Bar chart. {figures}. {total}.", figures=figures, total=shown.caption)
    return [Image(f"{scene.city.images}{path}", clean.short(words, ALT_LIMIT))]


def poll_next(scene: Scene, step: int) -> Message:
    """What happened next, weeks after the poll."""
    t, done = scene.t, scene.store.poll_step(step)
    poll = scene.store.poll(done.poll) if done else None
    if done is None or poll is None:
        return Message(t("This poll is gone."))
    title = t("What happened next: {question}", question=history.named(scene, poll)[0])
    blocks: list[AnyBlock] = [
        text(title, role="heading"),
        text(pick(done.text, t.language)),
        *history.link(scene, poll),
    ]
    return Message(title, tuple(blocks))


VIEWS = {
    "poll_reminder": poll_reminder,
    "poll_result": poll_result,
    "poll_next": poll_next,
}
