"""What officials are shown of polls: the list, and how one stands."""

from core.city import Official
from core.desk import Turn
from core.messages import AnyBlock, Button, Buttons, Facts, Message, bold, rows, text
from core.model import Poll, PollState
from core.polls import care, channels, moderated, voting
from core.polls.results import result_blocks
from core.polls.shown import poll_for
from core.scene import button
from core.texts import pick


def poll_list(turn: Turn, official: Official) -> Message:
    t = turn.t
    title = t("Polls")
    found = turn.store.polls(limit=10)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for poll in found:
        blocks.append(text(bold(f"{poll.id}. "), pick(poll.question, turn.language)))
        blocks.append(text(_poll_state(turn, poll), role="note"))
        blocks.append(rows(*_poll_buttons(turn, official, poll), width=5))
    if not found:
        blocks.append(text(t("No polls yet.")))
    if official.may_edit():
        plans = button(t("Drafts, templates and series"), "plans")
        blocks.append(rows(plans, button(t("Surveys"), "survey_list"), width=2))
    return Message(title, tuple(blocks))


def _poll_state(turn: Turn, poll: Poll) -> str:
    t = turn.t
    state = {
        PollState.SCHEDULED: t("scheduled"),
        PollState.OPEN: t("open"),
        PollState.CLOSED: t("closed"),
        PollState.CANCELLED: t("cancelled"),
    }[poll.state]
    votes = voting.tally(turn.store, poll).total
    return f"{state}, {t.plural('{n} vote', '{n} votes', votes)}"


def _poll_buttons(turn: Turn, official: Official, poll: Poll) -> list[Button]:
    made = [button(turn.t("Results"), "results", poll.id)]
    if official.may_edit():
        made += moderated.buttons(turn, poll)
        if not poll.state.over:
            made.append(Button(turn.t("Close for good"), f"close_ask:{poll.id}", "danger"))
        made += care.buttons(turn, poll)
    return made


def results(turn: Turn, poll: Poll) -> Message:
    """How a poll stands. While results are hidden, officials do not see them either, unless the
    city file lets them and the poll says so."""
    t = turn.t
    hidden = not (voting.shows_results(poll) or turn.city.staff_sees_hidden_results)
    if hidden or poll.state is PollState.CANCELLED:
        shown = poll_for(turn, poll, None)
        told = tuple(block for block in shown.blocks if not isinstance(block, Buttons))
        return Message(shown.summary, told)
    counted = voting.tally(turn.store, poll)
    title = t("Poll {id}: {question}", id=poll.id, question=pick(poll.question, turn.language))
    blocks: list[AnyBlock] = [text(title, role="heading"), *result_blocks(turn, poll, counted)]
    if parted := channels.said(t, counted):
        blocks.append(Facts(((t("By channel"), parted),)))
    return Message(title, (*blocks, text(_poll_state(turn, poll), role="note")))
