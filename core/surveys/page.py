"""What is shown of surveys: a question with its progress, the thanks, posts, results."""

from core import clean
from core.answers import Kind
from core.desk import Turn
from core.messages import AnyBlock, Button, Link, Message, Reply, bold, rows, text
from core.model import GroupTable, Poll, PollState, Survey, Voters
from core.polls import admission, ballots, entrance, extras, history, news, receipts, writing
from core.polls.buttons import vote_buttons
from core.polls.wording import how, in_words
from core.scene import Scene, button, page_link
from core.surveys import walk
from core.texts import Texts, pick, plain


def progress(t: Texts, way: walk.Way) -> str:
    return t("Question {n}/{all}", n=way.place, all=way.length)


def question(turn: Turn, survey: Survey, notice: str = "", replaces: bool = True) -> Reply:
    """The question before the person, or the thanks. When it is over: the results."""
    if survey.state.over:
        return Reply(message=results(turn, survey), replaces=replaces, fleeting=True)
    walk.require_open(turn, survey)
    way = walk.way(turn.store, survey, turn.person)
    poll = turn.store.poll(way.now) if way.now else None
    made = _question(turn, survey, poll, way) if poll else _thanks(turn, survey, way)
    return Reply(notice, made, replaces=replaces, secret=True)


def at(turn: Turn, survey: Survey, poll: int, notice: str = "", replaces: bool = True) -> Reply:
    turn.store.put_progress(survey.id, turn.person, poll)
    return question(turn, survey, notice, replaces)


def shown_again(turn: Turn, poll: Poll, notice: str, replaces: bool = True) -> Reply:
    """After a mark on a ballot of several: the same question."""
    return at(turn, walk.current(turn, poll), poll.id, notice, replaces)


def on(turn: Turn, poll: Poll, notice: str = "", replaces: bool = True) -> Reply:
    """The question after this one."""
    survey = walk.current(turn, poll)
    chosen = walk.choices(turn.store, survey, turn.person)
    return at(turn, survey, walk.after(survey.steps, chosen, poll.id), notice, replaces)


def _question(turn: Turn, survey: Survey, poll: Poll, way: walk.Way) -> Message:
    t, head = turn.t, heading(turn, survey, poll, way, turn.person)
    blocks = [*head.blocks]
    if lack := admission.lacks(turn.store, poll, turn.resident, turn.person):
        told = text(who_answers(turn, survey), role="note")
        asked = entrance.blocks(turn, poll, lack)
        return Message(head.summary, (*blocks, told, *asked))
    sheet = ballots.sheet(turn, poll)
    if poll.kind is Kind.WORDS:
        blocks += writing.own_blocks(t, turn.store.own_words(poll.id, sheet.name))
    elif sheet.ballot:
        mine = in_words(t, poll.paper, poll.options, sheet.ballot.answer)
        blocks.append(text(t("Your answer: {option}", option=mine)))
    blocks += vote_buttons(turn, poll, marks=sheet.marks, reader=turn.person)
    blocks.append(steps(t, poll, way, answered=sheet.ballot is not None))
    return Message(head.summary, tuple(blocks))


def heading(
    scene: Scene, survey: Survey, poll: Poll, way: walk.Way, reader: str | None
) -> Message:
    """What stands above a question's buttons."""
    t = scene.t
    title, words = pick(survey.title, t.language), pick(poll.question, t.language)
    blocks: list[AnyBlock] = [text(bold(title)), text(progress(t, way), role="note")]
    if way.back is None:
        blocks += about(t, survey)
    blocks += [text(words, role="heading"), *extras.blocks(scene, poll, reader)]
    if rule := how(t, poll.paper):
        blocks.append(text(rule))
    return Message(f"{title}, {progress(t, way)}: {words}", tuple(blocks))


def steps(t: Texts, poll: Poll, way: walk.Way, answered: bool) -> AnyBlock:
    made = [button(t("Next") if answered else t("Skip"), "survey_next", poll.id)]
    if way.back is not None:
        made.insert(0, button(t("Back"), "survey_to", way.back))
    return rows(*made, width=2)


def about(t: Texts, survey: Survey) -> list[AnyBlock]:
    """What it is about, and how answers are kept."""
    intro = pick(survey.intro, t.language)
    return [*([text(intro)] if intro else []), text(kept(t), role="note")]


def kept(t: Texts) -> str:
    return t(
        "Answers are secret. You may skip questions, change your answers and go on another day, "
        "until the survey closes."
    )


def _thanks(turn: Turn, survey: Survey, way: walk.Way) -> Message:
    t = turn.t
    title = t("Thank you! Your answers are counted.")
    blocks: list[AnyBlock] = [text(bold(title)), text(what_next(turn, survey))]
    blocks += page_link(turn, t("Results, once it has closed"), f"/surveys/{survey.id}/results")
    made = [button(t("Back"), "survey_to", way.back)] if way.back is not None else []
    if receipts.of_survey(turn, turn.person, survey.polls):
        made.append(button(t("Your receipts"), "survey_receipts", survey.id))
    if made := made + _wish(turn, survey):
        blocks.append(rows(*made))
    return Message(title, tuple(blocks))


def own_receipts(turn: Turn, survey: Survey) -> Reply:
    """In the place of the thanks, with a way back."""
    facts = receipts.of_survey(turn, turn.person, survey.polls)
    back = rows(button(turn.t("Back"), "survey_back", survey.id))
    made = Message(turn.t("Your receipts"), (*receipts.told(turn, facts), back))
    return Reply(message=made, replaces=True, fleeting=True)


def _wish(turn: Turn, survey: Survey) -> list[Button]:
    """To hear the results, where something can be sent to the person."""
    if not turn.private or not news.may_follow(turn.who.channel):
        return []
    if turn.store.follows(survey.door, turn.resident):
        return [button(turn.t("Do not tell me the results"), "survey_unfollow", survey.id)]
    return [button(turn.t("Tell me the results"), "survey_follow", survey.id)]


def what_next(scene: Scene, survey: Survey) -> str:
    """For those who are through."""
    t = scene.t
    if survey.closes_at is None:
        until = t("You may change your answers until the survey closes.")
    else:
        when = t.time(survey.closes_at, scene.city.timezone)
        until = t("The survey closes {time}. You may change your answers until then.", time=when)
    return until + " " + t("Then the results of all questions are published.")


def who_answers(scene: Scene, survey: Survey) -> str:
    """ "" where everybody may."""
    return _who(scene, survey, scene.store.poll(survey.door))


def _who(scene: Scene, survey: Survey, door: Poll | None) -> str:
    if door is None or survey.state.over:
        return ""
    return admission.who(scene.city, scene.t, door.voters, survey.chats, door.areas)


# --- for everybody -------------------------------------------------------------------------------


def survey_post(scene: Scene, id: int, forms: bool = False) -> Message:
    """In a shared chat: ways to where one is alone. ``forms``: what is answered to a press is for
    the one who pressed."""
    t, survey = scene.t, scene.store.survey(id)
    if survey is None:
        return Message(t("This survey is gone."))
    title = t("Survey: {title}", title=pick(survey.title, t.language))
    blocks: list[AnyBlock] = [text(title, role="heading")]
    if survey.state is PollState.CANCELLED:
        return Message(title, (*blocks, *_outcome(scene, survey)))
    if survey.state is PollState.CLOSED:
        blocks += [text(t("The survey has closed.")), *_outcome(scene, survey)]
        return Message(title, (*blocks, *_ways_to_results(scene, survey, forms)))
    return invitation(scene, survey, scene.store.poll(survey.door), forms)


def invitation(scene: Scene, survey: Survey, door: Poll | None, forms: bool) -> Message:
    t = scene.t
    title = t("Survey: {title}", title=pick(survey.title, t.language))
    count = t.plural("{n} question.", "{n} questions.", len(survey.steps))
    blocks: list[AnyBlock] = [text(title, role="heading"), *about(t, survey)]
    blocks.append(text(f"{count} {when(scene, survey)}".strip()))
    if who := _who(scene, survey, door):
        blocks.append(text(who, role="note"))
    return Message(title, (*blocks, *_begin(scene, survey, door, forms)))


def survey_reminder(scene: Scene, id: int, forms: bool = False) -> Message:
    t, survey = scene.t, scene.store.survey(id)
    if survey is None or survey.state is not PollState.OPEN or survey.closes_at is None:
        return Message(t("The survey has closed."), (text(t("The survey has closed.")),))
    when = t.time(survey.closes_at, scene.city.timezone)
    told = t("The survey closes {time}. Have you answered?", time=when)
    title = pick(survey.title, t.language)
    door = scene.store.poll(survey.door)
    blocks = (text(bold(told)), text(title), *_begin(scene, survey, door, forms))
    return Message(f"{told} {title}", blocks)


def _begin(scene: Scene, survey: Survey, door: Poll | None, forms: bool) -> list[AnyBlock]:
    """In a shared chat; a button there lets in, where its members alone answer."""
    blocks = ways_in(scene, survey, forms)
    if forms or (door and door.voters is Voters.CHATS):
        answer = button(scene.t("Answer the survey"), "survey", survey.id, primary=True)
        return [rows(answer), *blocks]
    return blocks


def when(scene: Scene, survey: Survey) -> str:
    t, zone = scene.t, scene.city.timezone
    if survey.state is PollState.SCHEDULED:
        return t("Opens {time}.", time=t.time(survey.opens_at, zone))
    if survey.closed_at:
        return history.over(scene, survey)
    return t("Open until {time}.", time=t.time(survey.closes_at, zone)) if survey.closes_at else ""


def ways_in(scene: Scene, survey: Survey, forms: bool = False) -> list[AnyBlock]:
    link = "" if forms else scene.city.chat_link(f"survey_{survey.id}")
    chat: list[AnyBlock] = [Link(scene.t("Answer in Telegram"), link)] if link else []
    web = page_link(scene, scene.t("Answer on the web page"), f"/surveys/{survey.id}")
    return chat + web


def survey_result(scene: Scene, id: int, thanks: bool = False, forms: bool = False) -> Message:
    """The message of its own that tells that results are there; with thanks to who asked for
    it."""
    t, survey = scene.t, scene.store.survey(id)
    if survey is None:
        return Message(t("This survey is gone."))
    title = t("Results of the survey: {title}", title=pick(survey.title, t.language))
    most = max((one.total for one in scene.store.tallies(set(survey.polls)).values()), default=0)
    told = t.plural("{n} person took part.", "{n} people took part.", most)
    thank = [text(t("Thank you for taking part!"))] if thanks else []
    blocks = [text(title, role="heading"), *thank, text(told), *_outcome(scene, survey)]
    return Message(title, (*blocks, *_ways_to_results(scene, survey, forms)))


def _ways_to_results(scene: Scene, survey: Survey, forms: bool) -> list[AnyBlock]:
    link = "" if forms else scene.city.chat_link(f"survey_{survey.id}")
    chat: list[AnyBlock] = [Link(scene.t("Results in Telegram"), link)] if link else []
    if forms:
        chat = [rows(button(scene.t("Results"), "survey", survey.id))]
    path = f"/surveys/{survey.id}/results"
    return chat + page_link(scene, scene.t("Results on the web page"), path)


def _outcome(scene: Scene, survey: Survey) -> list[AnyBlock]:
    """That it was cancelled and why, or what happened next."""
    door = scene.store.poll(survey.door)
    blocks = history.outcome(scene, door) if door else []
    if survey.state is PollState.CANCELLED:
        return [text(history.over(scene, survey)), *blocks]
    return blocks


def results(scene: Scene, survey: Survey) -> Message:
    """In a private chat: each question opens its result."""
    t = scene.t
    if survey.state is PollState.CANCELLED:
        return survey_post(scene, survey.id)
    title = t("Results of the survey: {title}", title=pick(survey.title, t.language))
    made: list[Button] = []
    for n, id in enumerate(survey.polls, 1):
        if poll := scene.store.poll(id):
            name = clean.short(f"{n}. {pick(poll.question, t.language)}", 60)
            made.append(button(name, "poll", id))
    page = page_link(scene, t("Results on the web page"), f"/surveys/{survey.id}/results")
    blocks = (text(title, role="heading"), *_outcome(scene, survey), rows(*made), *page)
    return Message(title, blocks)


def group_rows(t: Texts, table: GroupTable, by: Poll) -> list[tuple[str, list[str]]]:
    """Each group that may be shown, with its people by option; "–" where that is hidden."""
    return [
        (plain(by.options[g], t.language), ["–" if n is None else t.number(n) for n in counts])
        for g, counts in table.groups.items()
    ]


VIEWS = {
    "survey": survey_post,
    "survey_reminder": survey_reminder,
    "survey_result": survey_result,
}
