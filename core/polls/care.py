"""What may be done with a poll besides voting: hearing of its result; and, for editors, correcting,
cancelling, and telling what happened next."""

from collections.abc import Callable, Mapping

from msgspec import structs

from core import unsent
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import Refusal
from core.messages import Button, Form, Reply, text
from core.model import Poll, PollState, Show
from core.polls import code_orders, history, life, mending, news, own, withdrawal
from core.ports import subject
from core.scene import button
from core.texts import pick
from core.webhooks import announce

# --- hearing of the result -----------------------------------------------------------------------


def own_view(turn: Turn, poll: Poll) -> Reply:
    return Reply(message=own.own_view(turn, poll), replaces=True, fleeting=True)


def follow(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id))
    if poll.state.over:
        raise Refusal(turn.t("This poll is closed."))
    news.follow(turn, poll.id)
    told = turn.t("I will tell you the result here, and later what happened next.")
    return _told(own_view(turn, poll), told)


def unfollow(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id))
    turn.store.unfollow(poll.id, turn.resident)
    return _told(own_view(turn, poll), turn.t("I will not tell you the result."))


def _told(reply: Reply, notice: str) -> Reply:
    return structs.replace(reply, notice=notice)


# --- correcting ----------------------------------------------------------------------------------


def mend(turn: Turn, id: str) -> Reply:
    return Reply(form=mending.mend_form(turn, _for_editor(turn, id)))


def submit_mend(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    poll = _for_editor(turn, state.partition(":")[0])
    if mending.mend(turn, state, poll, fields):
        return Reply(turn.t("Poll {id} is corrected, everywhere.", id=poll.id))
    return Reply(turn.t("Nothing was changed."))


# --- cancelling ----------------------------------------------------------------------------------


def cancel(turn: Turn, id: str) -> Reply:
    poll = _for_editor(turn, id)
    if poll.state.over:
        raise Refusal(turn.t("The poll is closed already."))
    label = turn.t("Why is it cancelled? Everybody sees this")
    what = turn.t("The votes are kept closed and no result is shown. This cannot be undone.")
    fields = (text(pick(poll.question, turn.language), role="quote"), text(what),
              *history.ask_words(turn.t, label, turn.city.language))  # fmt: skip
    title = turn.t("Cancel poll {id}", id=poll.id)
    return Reply(form=Form("poll_cancel", title, turn.t("Cancel the poll"), fields, str(poll.id)))


def submit_cancel(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    poll = _for_editor(turn, state)
    if poll.state.over:
        raise Refusal(turn.t("The poll is closed already."))
    why = history.read_words(turn.t, fields, turn.city.language)
    news.enlist_voters(turn, poll.id)
    turn.store.cancel_poll(poll.id, turn.now)
    turn.store.add_poll_step(poll.id, turn.now, history.CANCELLED, turn.editor().key, why)
    turn.touch(subject("poll", poll.id))
    announce(turn, "poll.cancelled", poll.id)
    news.tell_followers(turn, poll, Show("poll_result", {"id": poll.id}))
    return Reply(turn.t("Poll {id} is cancelled, and says why.", id=poll.id))


# --- withdrawing an option -----------------------------------------------------------------------


def withdraw(turn: Turn, id: str) -> Reply:
    return Reply(form=withdrawal.form(turn, _for_editor(turn, id)))


def submit_withdraw(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    poll = _for_editor(turn, state)
    withdrawal.withdraw(turn, poll, fields)
    return Reply(turn.t("Withdrawn. The poll says so, and why, everywhere."))


# --- what happened next --------------------------------------------------------------------------


def next_ask(turn: Turn, id: str) -> Reply:
    poll = _closed(turn, id)
    label = turn.t("What happened next")
    fields = (text(history.named(turn, poll)[0], role="quote"),
              *history.ask_words(turn.t, label, turn.city.language))  # fmt: skip
    title = turn.t("Poll {id}: next", id=poll.id)
    if survey := history.survey_of(turn.store, poll):
        title = turn.t("Survey {id}: next", id=survey.id)
    return Reply(form=Form("poll_next", title, turn.t("Send"), fields, str(poll.id)))


def submit_next(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """To the chats that had the poll or the survey, to those who asked to hear of it, to the page
    and the API, and with the next round-up."""
    poll = _closed(turn, state)
    words = history.read_words(turn.t, fields, turn.city.language)
    step = turn.store.add_poll_step(
        poll.id, turn.now, history.FOLLOWED_UP, turn.editor().key, words
    )
    show = Show("poll_next", {"step": step.id})
    news.post(turn, poll, show, f"next:{step.id}")
    news.tell_followers(turn, poll, show)
    turn.touch(subject("poll", poll.id))
    if survey := history.survey_of(turn.store, poll):
        turn.touch(subject("survey", survey.id))
        announce(turn, "survey.followed_up", survey.id)
        told = turn.t("Published, in the chats of survey {id} and on its page.", id=survey.id)
        return Reply(told)
    announce(turn, "poll.followed_up", poll.id)
    return Reply(turn.t("Published. Those who asked to hear of poll {id} are told.", id=poll.id))


def _closed(turn: Turn, id: str) -> Poll:
    """Of a survey, the poll that keeps its history."""
    poll = _for_editor(turn, id)
    if poll.survey is not None and not history.survey_of(turn.store, poll):
        raise Refusal(turn.t("There is no such poll."))
    if poll.state is not PollState.CLOSED:
        raise Refusal(turn.t("Only a closed poll has a sequel."))
    return poll


def _for_editor(turn: Turn, id: str) -> Poll:
    turn.require(Part.POLLS)
    turn.editor()
    return life.find(turn, number(id))


def buttons(turn: Turn, poll: Poll) -> list[Button]:
    """For the editors' list of polls."""
    t = turn.t
    made = []
    if poll.state is not PollState.CANCELLED:
        made.append(button(t("Correct"), "mend", poll.id))
    made += code_orders.buttons(turn, poll)
    if withdrawal.possible(poll):
        made.append(button(t("Withdraw an option"), "poll_withdraw", poll.id))
    if not poll.state.over:
        made.append(Button(t("Cancel the poll"), f"poll_cancel:{poll.id}", "danger"))
    if poll.state is PollState.CLOSED:
        made.append(button(t("What happened next"), "poll_next", poll.id))
    return made


Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {
    "follow": follow,
    "unfollow": unfollow,
    "mend": mend,
    "poll_cancel": cancel,
    "poll_withdraw": withdraw,
    "poll_next": next_ask,
    **code_orders.BUTTONS,
}
FORMS: dict[str, Answer] = {
    "poll_mend": submit_mend,
    "poll_cancel": submit_cancel,
    "poll_withdraw": submit_withdraw,
    "poll_next": submit_next,
    **code_orders.FORMS,
    **unsent.keeping(
        unsent.for_editors(Part.POLLS), "poll_mend", "poll_cancel", "poll_withdraw", "poll_next"
    ),
}
