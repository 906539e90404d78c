"""What is shown of polls to everybody: posts, a person's own view, lists."""

from core import clean
from core.answers import Kind
from core.messages import AnyBlock, Link, Message, bold, rows, text
from core.model import BallotBox, Poll, PollState, Shows, Tally
from core.polls import admission, extras, history, voting
from core.polls.buttons import order, vote_buttons
from core.polls.receipts import check_blocks
from core.polls.results import result_blocks
from core.polls.wording import how, in_words, lost
from core.scene import LABEL, Scene, button, page_link
from core.texts import Texts, pick, plain


def poll_post(scene: Scene, id: int) -> Message:
    """A poll as everybody in a chat sees it."""
    if poll := scene.store.poll(id):
        return poll_message(scene, poll)
    return Message(scene.t("This poll is gone."))


def poll_message(scene: Scene, poll: Poll) -> Message:
    return Message(_poll_summary(scene, poll), tuple(poll_blocks(scene, poll)))


def poll_for(
    scene: Scene,
    poll: Poll,
    choice: int | None,
    marks: int | None = None,
    reader: str | None = None,
) -> Message:
    """A poll as one person sees it: with their own choice, and results once they may see them.
    ``marks`` are what they have marked so far, where nobody else sees the message."""
    blocks = poll_blocks(scene, poll, choice, marks=marks, reader=reader)
    return Message(_poll_summary(scene, poll), tuple(blocks))


def _poll_summary(scene: Scene, poll: Poll) -> str:
    words = pick(poll.question, scene.t.language)
    if poll.state is PollState.CLOSED:
        return scene.t("Result: {question}", question=words)
    if poll.state is PollState.CANCELLED:
        return scene.t("Cancelled: {question}", question=words)
    return scene.t("Poll: {question}", question=words)


def poll_blocks(
    scene: Scene,
    poll: Poll,
    choice: int | None = None,
    numbered: str = "",
    marks: int | None = None,
    reader: str | None = None,
) -> list[AnyBlock]:
    """Question, results where they may be seen, vote buttons while open, and until when."""
    t = scene.t
    tally = voting.tally(scene.store, poll)
    blocks: list[AnyBlock] = [text(numbered + pick(poll.question, t.language), role="heading")]
    if voting.shows_results(poll, voted=choice is not None):
        blocks += result_blocks(scene, poll, tally, choice)
    elif poll.state is not PollState.CANCELLED:
        blocks += _in_full(poll, t.language)
        blocks.append(text(_hidden(t, poll, tally)))
        if staff := staff_sees(scene, poll):
            blocks.append(text(staff, role="note"))
        if choice is not None and poll.kind is not Kind.WORDS:
            mine = in_words(t, poll.paper, poll.options, choice)
            blocks.append(text(bold(t("Your vote: {option}", option=mine))))
    if poll.state is PollState.OPEN:
        if told := lost(t, poll.paper, choice):
            blocks.append(text(bold(told)))
        blocks += extras.blocks(scene, poll, reader)
        if rule := how(t, poll.paper):
            blocks.append(text(rule))
        blocks += vote_buttons(scene, poll, numbered, marks, reader)
    if who := "" if poll.state.over else admission.who_may(scene, poll):
        blocks.append(text(who, role="note"))
    secret = " " + t("Votes are secret.") if poll.state is PollState.OPEN else ""
    blocks.append(text(when(scene, poll) + secret, role="note"))
    return blocks + check_blocks(scene, poll) + history.outcome(scene, poll)


def _in_full(poll: Poll, language: str) -> list[AnyBlock]:
    """The options, where no result names them and a button would cut them."""
    options = [plain(poll.options[i], language) for i in order(poll, None)]
    if max(map(len, options), default=0) <= LABEL:
        return []
    return [text("\n".join(f"– {option}" for option in options))]


def staff_sees(scene: Scene, poll: Poll) -> str:
    """Said where it is so; "" where officials see no more than others."""
    if poll.state.over or voting.shows_results(poll) or not scene.city.staff_sees_hidden_results:
        return ""
    return scene.t("The city's officials see the results already now.")


def _hidden(t: Texts, poll: Poll, tally: Tally) -> str:
    votes = t.plural("{n} vote so far.", "{n} votes so far.", tally.total)
    if poll.shows is Shows.AFTER_VOTE:
        return votes + " " + t("You see the results once you have voted.")
    return votes + " " + t("The results are shown when the poll closes.")


def when(scene: Scene, poll: Poll) -> str:
    """Until when one may vote, and whether a vote may be changed; afterwards, when it ended."""
    t, zone = scene.t, scene.city.timezone
    if poll.state.over:
        return history.over(scene, poll)
    if poll.state is PollState.SCHEDULED:
        return t("Opens {time}.", time=t.time(poll.opens_at, zone))
    if poll.final:
        until = t.time(poll.closes_at, zone) if poll.closes_at else ""
        open = t("Open until {time}.", time=until) + " " if until else ""
        return open + t("Your vote is final: you can't change it afterwards.")
    if poll.closes_at:
        return t("Open until {time}. You may change your vote.", time=t.time(poll.closes_at, zone))
    return t("You may change your vote while the poll is open.")


def vote_notice(t: Texts, box: BallotBox, answer: int, tally: Tally | None) -> str:
    """The short line a voter sees at once; with the tally, where only voters see it."""
    mine = in_words(t, box.paper, box.options, answer)
    counted = t("Your vote is counted: {option}.", option=mine)
    if tally is None:
        return counted
    shares = (
        f"{clean.short(plain(o, t.language), 30)} {t.percent(share)}"
        for i, (o, share) in enumerate(zip(box.options, tally.shares, strict=True))
        if i not in box.paper.gone
    )
    return f"{counted}\n" + "\n".join(shares)


def poll_list(scene: Scene, private: bool) -> Message:
    """Open polls: in a private chat each with a button that opens it there; in a shared one with
    a link, because what one member opens is not everybody's."""
    t = scene.t
    found = scene.store.polls(PollState.OPEN, limit=20)
    surveys = scene.store.surveys(PollState.OPEN, limit=10)
    if not found and not surveys:
        title = t("No polls are open now.")
        return Message(title, (text(title), *page_link(scene, t("Past polls"), "/polls")))
    title = t("Open polls")
    named = [(clean.short(pick(poll.question, t.language), 60), poll.id) for poll in found]
    titles = [(clean.short(pick(one.title, t.language), 60), one.id) for one in surveys]
    if private:
        made = [button(t("Survey: {title}", title=name), "survey", id) for name, id in titles]
        made += [button(name, "poll", id) for name, id in named]
        shown: list[AnyBlock] = [rows(*made)]
    else:
        shown = [block for name, id in titles for block in _way_to(scene, "survey", name, id)]
        shown += [block for name, id in named for block in _way_to(scene, "poll", name, id)]
    return Message(title, (text(title, role="heading"), *shown))


def _way_to(scene: Scene, kind: str, name: str, id: int) -> list[AnyBlock]:
    link = scene.city.chat_link(f"{kind}_{id}")
    return [Link(name, link)] if link else page_link(scene, name, f"/{kind}s/{id}") or [text(name)]
