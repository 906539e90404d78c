"""What the pages say of polls and surveys, in one language and for one reader."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from msgspec import structs

from bots.web.scene import Scene
from core import polls
from core.answers import Kind
from core.city import Part
from core.messages import AnyBlock, Ask, Bars, Pictures, bold, filled, text
from core.model import Poll, PollState, Shows, Survey, Tally, Words
from core.people import voter
from core.polls import admission, entrance, extras, history, pictures, writing
from core.polls.buttons import order
from core.polls.channels import mix
from core.polls.fields import ballot_fields
from core.polls.press import Outcome
from core.polls.results import answers_given, caption, result_blocks, written
from core.polls.shown import staff_sees, when
from core.polls.wording import how, in_words, lost
from core.ports import Store
from core.scene import Scene as CoreScene
from core.surveys import page
from core.texts import Texts, pick, plain

PUBLIC = (PollState.OPEN, PollState.CLOSED, PollState.CANCELLED)
RECENT = timedelta(days=365)
SEQUELS = 2


@dataclass(frozen=True, slots=True)
class PollCard:
    """``votes`` says how many have voted, and ``why`` what hides the ``bars`` where they are
    hidden; ``more`` stands below them. ``choice`` is the reader's own, ``own`` in words. Options
    are in the reader's order (their own where ``shuffled``), each with its index. ``fields``: what
    is filled in to vote, and the ``rule`` for it, where it is not one of the options.
    ``history``: titles and texts, oldest first. ``who`` may vote, where not everybody may, and
    what is asked first (``entrance``).
    ``mine``: what the reader answered in words, and what became of it."""

    id: int
    open: bool
    cancelled: bool
    question: str
    options: tuple[tuple[int, str], ...]
    choice: int | None
    own: str
    bars: Bars | None
    more: Sequence[AnyBlock]
    votes: str
    why: str
    when: str
    may_vote: bool
    rule: str = ""
    links: Sequence[AnyBlock] = ()
    pictures: Sequence[Pictures] = ()
    fields: Sequence[Ask] = ()
    history: tuple[tuple[str, str], ...] = ()
    mine: Sequence[AnyBlock] = ()
    who: str = ""
    entrance: Sequence[Ask] = ()
    shuffled: bool = False

    def again(self, given: Mapping[str, str]) -> "PollCard":
        """With what was filled in already."""
        if not given:
            return self
        fields, entrance = filled(self.fields, given), filled(self.entrance, given)
        return replace(self, fields=fields, entrance=entrance)


def poll_cards(scene: Scene, found: Sequence[Poll]) -> list[PollCard]:
    ids = {poll.id for poll in found}
    tallies = scene.store.tallies(ids) if ids else {}
    choices = own_choices(scene.store, ids, scene.person)
    past = history.of(scene, ids)
    return [
        _poll_card(
            scene, poll, tallies.get(poll.id) or Tally(poll.paper), choices.get(poll.id), past
        )
        for poll in found
    ]


def trial_card(scene: CoreScene, poll: Poll) -> PollCard:
    """Of a poll that is none yet, as a newcomer would get it."""
    reader = Scene(scene.store, scene.city, scene.now, scene.t)
    return _poll_card(reader, poll, Tally(poll.paper), None, {})


def own_choices(store: Store, ids: set[int], person: str | None) -> dict[int, int]:
    """What the person has chosen in open polls: none can be known once a poll is closed."""
    if person is None or not ids:
        return {}
    keys = {box.poll: box.key for box in store.ballot_boxes(ids).values() if box.key}
    found = {id: store.choice(id, voter(key, person)) for id, key in keys.items()}
    return {id: choice for id, choice in found.items() if choice is not None}


def _poll_card(
    scene: Scene,
    poll: Poll,
    tally: Tally,
    choice: int | None,
    past: Mapping[int, tuple[tuple[str, str], ...]],
) -> PollCard:
    t = scene.t
    visible = polls.shows_results(poll, voted=choice is not None)
    is_open, total = poll.state is PollState.OPEN, votes(t, poll, tally, visible)
    # To somebody unknown the order is new every time: most voters are, when they first look.
    reader = scene.person or (secrets.token_hex(8) if poll.shuffled else "")
    results = result_blocks(scene, poll, tally, choice) if visible else []
    # What was written keeps its order: its bars, of words, stand below a heading of their own.
    by_option = poll.kind is not Kind.WORDS
    if not by_option:
        results = _without_total(results, total)
    drawn = next((block for block in results if by_option and isinstance(block, Bars)), None)
    mine = words_of(scene, poll)
    left = None if choice is None else poll.paper.kept(choice)
    done = poll.final and choice is not None
    lack = admission.lacks(scene.store, poll, scene.resident, scene.person) if is_open else None
    done = done or lack is Outcome.NOT_HERE
    return PollCard(
        id=poll.id,
        open=is_open,
        cancelled=poll.state is PollState.CANCELLED,
        question=pick(poll.question, t.language),
        options=tuple((i, plain(poll.options[i], t.language)) for i in order(poll, reader)),
        choice=left,
        own=_own(t, poll, left, mine),
        bars=Bars(drawn.bars, total) if drawn else None,
        more=[*(b for b in results if b is not drawn), *(mix(t, tally) if visible else ())],
        mine=writing.own_blocks(t, mine) + _lost(t, poll, choice),
        votes=total,
        why="" if visible else " ".join(filter(None, (_why(t, poll), staff_sees(scene, poll)))),
        when=when(scene, poll),
        may_vote=is_open and scene.city.has(Part.WEB_VOTING) and not done,
        rule=how(t, poll.paper),
        links=extras.links(t, poll) if is_open else (),
        pictures=pictures.shown(scene, poll, reader),
        fields=_fields(t, poll, left, mine, reader),
        history=past.get(poll.id, ()),
        who="" if poll.state.over else admission.who_may(scene, poll),
        entrance=entrance.fields(scene, lack),
        shuffled=poll.shuffled,
    )


def _without_total(results: Sequence[AnyBlock], total: str) -> list[AnyBlock]:
    """Of answers in words, whose number the page says first, and keeps up to date."""
    return [
        structs.replace(block, caption="") if isinstance(block, Bars) else block
        for block in results
        if block != text(total)
    ]


def shown_answers(scene: Scene, id: int) -> dict[str, Any] | None:
    """All that may be shown of a poll in own words; None where there is no such poll."""
    poll = public_poll(scene, id)
    if poll is None or poll.kind is not Kind.WORDS:
        return None
    tally, t = polls.tally(scene.store, poll), scene.t
    voted = own_choices(scene.store, {id}, scene.person)
    found = written(scene.store, poll, tally) if polls.shows_results(poll, bool(voted)) else None
    answers = [(text, t.number(n) if n > 1 else "") for text, n in found.answers] if found else []
    return {"question": pick(poll.question, t.language), "answers": answers}


def words_of(scene: Scene, poll: Poll) -> Words | None:
    """What the reader wrote in this poll."""
    if poll.kind is not Kind.WORDS or scene.person is None:
        return None
    return writing.own(scene.store, poll, scene.person)


def _own(t: Texts, poll: Poll, choice: int | None, mine: Words | None) -> str:
    if mine:
        return mine.text
    return "" if choice is None else in_words(t, poll.paper, poll.options, choice)


def _lost(t: Texts, poll: Poll, choice: int | None) -> list[AnyBlock]:
    told = lost(t, poll.paper, choice)
    return [text(bold(told))] if told and poll.state is PollState.OPEN else []


def _fields(
    t: Texts, poll: Poll, choice: int | None, mine: Words | None, reader: str
) -> Sequence[Ask]:
    if poll.kind is Kind.WORDS:
        return [writing.field(t, mine.text if mine else "")]
    return () if poll.paper.one else ballot_fields(t, poll, choice or 0, reader)


def votes(t: Texts, poll: Poll, tally: Tally, visible: bool) -> str:
    """How many there are; where results are ``visible``, with what their figures are of."""
    if poll.kind is Kind.WORDS:
        return answers_given(t, tally)
    if poll.state is PollState.OPEN and (poll.paper.one or not visible):
        return t.plural("{n} vote so far.", "{n} votes so far.", tally.total)
    return caption(t, tally)


def _why(t: Texts, poll: Poll) -> str:
    if poll.state is PollState.CANCELLED:
        return ""
    if poll.shows is Shows.AFTER_VOTE:
        return t("You see the results once you have voted.")
    return t("The results are shown when the poll closes.")


def public_poll(scene: Scene, id: int) -> Poll | None:
    """None where there is none yet: a scheduled poll is nobody's business before it opens, and
    one of a survey is asked there alone until it is over."""
    poll = scene.store.poll(id)
    return poll if poll and is_public(poll) else None


def is_public(poll: Poll) -> bool:
    return poll.state in PUBLIC and (poll.survey is None or poll.state.over)


@dataclass(frozen=True, slots=True)
class SurveyCard:
    id: int
    open: bool
    cancelled: bool
    title: str
    intro: str
    when: str


def survey_card(scene: Scene, survey: Survey) -> SurveyCard:
    t = scene.t
    return SurveyCard(
        survey.id,
        _takes_answers(scene, survey),
        survey.state is PollState.CANCELLED,
        pick(survey.title, t.language),
        pick(survey.intro, t.language),
        page.when(scene, survey),
    )


def survey_cards(scene: Scene, *states: PollState) -> list[SurveyCard]:
    found = scene.store.surveys(*(states or PUBLIC))
    return [survey_card(scene, one) for one in found]


def _takes_answers(scene: Scene, survey: Survey) -> bool:
    over = survey.closes_at is not None and scene.now >= survey.closes_at
    return survey.state is PollState.OPEN and not over


@dataclass(frozen=True, slots=True)
class Sequel:
    """What happened after a poll or a survey, whose page ``path`` is."""

    path: str
    question: str
    title: str
    words: str


def sequels(scene: Scene) -> list[Sequel]:
    """The newest few."""
    since = scene.now - RECENT
    steps = scene.store.poll_steps_between(history.FOLLOWED_UP, since, scene.now)[-SEQUELS:]
    made = []
    for step in reversed(steps):
        if poll := public_poll(scene, step.poll):
            question, path = history.named(scene, poll)
            title = history.what_next(scene, step)
            made.append(Sequel(path, question, title, history.pick_text(scene, step)))
    return made
