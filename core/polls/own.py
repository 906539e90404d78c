"""A poll as one person has it before them."""

from core.answers import Kind
from core.desk import Turn
from core.messages import AnyBlock, Buttons, Message, Reply, rows
from core.model import Poll, PollState
from core.polls import admission, ballots, entrance, news, shown, voting, writing
from core.scene import button
from core.surveys import page


def own_view(turn: Turn, poll: Poll) -> Message:
    """With their own answer; in a private chat also what they have marked so far, and the wish to
    hear the result."""
    choice = voting.own_choice(turn.store, poll, turn.person)
    if not turn.private:
        return shown.poll_for(turn, poll, choice)
    lack = admission.lacks(turn.store, poll, turn.resident, turn.person)
    if lack and poll.state is PollState.OPEN:
        message = shown.poll_for(turn, poll, choice, 0, turn.person)
        told = [block for block in message.blocks if not isinstance(block, Buttons)]
        asked = entrance.blocks(turn, poll, lack)
        return Message(message.summary, (*told, *asked, *_wish(turn, poll)))
    marks = None
    if poll.state is PollState.OPEN and not poll.paper.one:
        marks = ballots.sheet(turn, poll).marks
    message = shown.poll_for(turn, poll, choice, marks, turn.person)
    mine: list[AnyBlock] = []
    if poll.kind is Kind.WORDS:
        mine = writing.own_blocks(turn.t, writing.own(turn.store, poll, turn.person))
    return Message(message.summary, (*message.blocks, *mine, *_wish(turn, poll)))


def _wish(turn: Turn, poll: Poll) -> tuple[AnyBlock, ...]:
    if poll.state.over or not news.may_follow(turn.who.channel):
        return ()
    if turn.store.follows(poll.id, turn.resident):
        return (rows(button(turn.t("Do not tell me the result"), "unfollow", poll.id)),)
    return (rows(button(turn.t("Tell me the result"), "follow", poll.id)),)


def shown_again(turn: Turn, poll: Poll, notice: str = "") -> Reply:
    """The answer to a press: the poll again in its message, where nobody else sees that."""
    if poll.survey is not None and entrance.unseen(turn):
        return page.shown_again(turn, poll, notice)
    if not turn.private:
        return Reply(notice, secret=True)
    return Reply(notice, own_view(turn, poll), replaces=True, secret=True)
