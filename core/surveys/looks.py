"""A survey as its chats would show it, and each question as it is asked in private."""

from collections.abc import Iterator
from dataclasses import replace

from core.messages import Message
from core.model import Poll, PollState, Survey, SurveyDraft
from core.polls.buttons import vote_buttons
from core.polls.entrance import FORMS_IN
from core.previews.specimen import (
    Preview,
    Specimen,
    by_channel,
    names,
    speaking,
    with_sheet,
)
from core.scene import Scene
from core.surveys import page
from core.surveys.walk import Way
from core.texts import LANGUAGES, pick

USUAL = "telegram"
"""Where it is asked in private, if it is posted nowhere."""


def preview(scene: Scene, draft: SurveyDraft) -> Preview:
    survey = Survey(
        0, draft.title, draft.intro, PollState.OPEN, draft.opens_at, draft.closes_at, None,
        draft.chats, draft.created_by, draft.steps,
    )  # fmt: skip
    polls = [replace(Poll.of(one, 0, PollState.OPEN), survey=survey.id) for one in draft.polls]
    title = pick(draft.title, scene.t.language)
    return Preview(title, tuple(_specimens(scene, survey, polls)))


def _specimens(scene: Scene, survey: Survey, polls: list[Poll]) -> Iterator[Specimen]:
    t = scene.t
    chats = [chat for address in survey.chats if (chat := scene.city.chat(address))]
    posted = by_channel(chats)
    has = [x for x in LANGUAGES if x in survey.title]
    for channel in sorted(posted) or [USUAL]:
        there = posted.get(channel, [])
        for x in LANGUAGES if there else ():
            shown = page.invitation(speaking(scene, x), survey, polls[0], channel in FORMS_IN)
            yield Specimen(channel, x, shown, names(there, x), t("In chats"))
        for n, poll in enumerate(polls, 1):
            way = Way(0, n, len(polls), 0 if n > 1 else None, {})
            for x in has:
                asked = _asked(speaking(scene, x), survey, poll, way)
                yield Specimen(channel, x, asked, group=t("Question {n}", n=n))


def _asked(scene: Scene, survey: Survey, poll: Poll, way: Way) -> Message:
    """By who has not answered it."""
    head = page.heading(scene, survey, poll, way, "")
    buttons = vote_buttons(scene, poll, marks=0, reader="")
    steps = page.steps(scene.t, poll, way, answered=False)
    return with_sheet(Message(head.summary, (*head.blocks, *buttons, steps)))
