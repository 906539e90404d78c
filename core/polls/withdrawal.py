"""An option is withdrawn from an open poll: what it means for votes that name it, by a public rule.

Ballots stay as they were given. What is counted passes withdrawn options over: the rest of a ballot
counts, and one that names nothing else does not. So no vote is lost or changed on its way, whenever
it comes, and everybody may count again.
"""

from collections.abc import Mapping

from core.actions import number
from core.answers import LISTS
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Choice, Form, Message, bold, text
from core.model import Poll, PollState, Show
from core.polls import history, news
from core.polls.buttons import order, vote_buttons
from core.polls.wording import withdrawal_rule
from core.ports import subject
from core.scene import Scene
from core.texts import pick, plain
from core.webhooks import announce

FEWEST = 2
"""Options that stay at least: with fewer there is nothing to choose."""


def possible(poll: Poll) -> bool:
    left = len(poll.options) - len(poll.withdrawn)
    return poll.state is PollState.OPEN and poll.kind in LISTS and not poll.final and left > FEWEST


def check(turn: Turn, poll: Poll) -> None:
    """Refusal where none can be withdrawn, with what can be done instead."""
    t = turn.t
    if poll.state is not PollState.OPEN:
        raise Refusal(t("Only an open poll's options can be withdrawn."))
    if poll.kind not in LISTS:
        raise Refusal(
            t("In a poll of this kind the options belong together. Cancel the poll instead.")
        )
    if poll.final:
        raise Refusal(
            t("Votes in this poll are final, so nobody could vote again. Cancel the poll instead.")
        )
    if not possible(poll):
        raise Refusal(t("Two options have to stay at least. Cancel the poll instead."))


def form(turn: Turn, poll: Poll) -> Form:
    check(turn, poll)
    t = turn.t
    choices = tuple(Choice(str(i), plain(poll.options[i], t.language)) for i in order(poll, None))
    label = t("Why is it withdrawn? Everybody sees this")
    fields = (
        text(pick(poll.question, t.language), role="quote"),
        text(withdrawal_rule(t, poll.kind)),
        text(t("This cannot be undone.")),
        Ask("option", t("Option"), "choice", choices=choices),
        *history.ask_words(t, label, turn.city.language),
    )
    title = t("Withdraw an option of poll {id}", id=poll.id)
    return Form("poll_withdraw", title, t("Withdraw"), fields, str(poll.id))


def withdraw(turn: Turn, poll: Poll, fields: Mapping[str, str]) -> None:
    """Told in the poll's chats, and in private to all who asked to hear of the poll, whatever they
    chose: a message to some would say how they voted."""
    check(turn, poll)
    written = fields.get("option", "")
    if written not in map(str, order(poll, None)):
        raise Invalid({"option": turn.t("Choose one of the list.")})
    why = history.read_words(turn.t, fields, turn.city.language)
    option = number(written)
    if not turn.store.withdraw_option(poll.id, option):
        raise Refusal(turn.t("Somebody else has changed it meanwhile. Open it again."))
    step = turn.store.add_poll_step(
        poll.id, turn.now, history.WITHDRAWN, turn.editor().key, why, option
    )
    show = Show("poll_withdrawal", {"step": step.id})
    news.post(turn, poll, show, f"withdrawal:{step.id}")
    news.tell_followers(turn, poll, show)
    turn.touch(subject("poll", poll.id))
    announce(turn, "poll.changed", poll.id)


# --- views ---------------------------------------------------------------------------------------


def poll_withdrawal(scene: Scene, step: int) -> Message:
    """A message of its own, for a post that changes is noticed by nobody."""
    t, done = scene.t, scene.store.poll_step(step)
    poll = scene.store.poll(done.poll) if done else None
    if done is None or poll is None:
        return Message(t("This poll is gone."))
    title = history.withdrawn(scene, poll, done)
    blocks: list[AnyBlock] = [
        text(pick(poll.question, t.language), role="heading"),
        text(bold(title)),
        text(pick(done.text, t.language), role="quote"),
        text(withdrawal_rule(t, poll.kind)),
    ]
    if poll.state is PollState.OPEN:
        blocks += vote_buttons(scene, poll)
    return Message(title, tuple(blocks))


VIEWS = {"poll_withdrawal": poll_withdrawal}
