"""A poll as its chats, and the page, would show it once it is one."""

from collections.abc import Iterator

from core.city import Part
from core.errors import Invalid, Refusal
from core.messages import Message
from core.model import Poll, PollDraft, PollState
from core.polls import pictures, plans
from core.polls.shown import poll_message
from core.previews.specimen import (
    Preview,
    Specimen,
    by_channel,
    names,
    speaking,
    with_sheet,
)
from core.scene import Scene
from core.surveys import drafts, looks
from core.texts import LANGUAGES, pick


def preview(scene: Scene, id: int) -> Preview:
    """Refusal where there is none, or where it can't be read as a poll."""
    t, plan = scene.t, scene.store.plan(id)
    if plan is None or not scene.city.has(Part.POLLS):
        raise Refusal(t("It has been published or deleted already."))
    find = pictures.kept(scene.city, scene.store)
    try:
        if drafts.is_survey(plan):
            draft = drafts.read(scene, plan.survey or "", plan.by, find)
            return looks.preview(scene, draft)
        return _preview(scene, plans.read(scene, plan.fields, plan.by, find))
    except Invalid:
        raise Refusal(t("It can't be shown yet: open the draft and mend it.")) from None


def _preview(scene: Scene, draft: PollDraft) -> Preview:
    poll = Poll.of(draft, 0, PollState.OPEN)
    return Preview(pick(draft.question, scene.t.language), tuple(_specimens(scene, poll)), poll)


def _specimens(scene: Scene, poll: Poll) -> Iterator[Specimen]:
    """Everybody in a chat has one message; who opens the poll alone gets it in their own
    language."""
    chats = [chat for address in poll.chats if (chat := scene.city.chat(address))]
    for channel, there in sorted(by_channel(chats).items()):
        for x in LANGUAGES:
            shown = with_sheet(message(scene, poll, x))
            yield Specimen(channel, x, shown, names(there, x))


def message(scene: Scene, poll: Poll, language: str) -> Message:
    return poll_message(speaking(scene, language), poll)
