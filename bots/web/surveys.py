"""Surveys on the page: one question at a time, and the results of all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender, number
from bots.web.poll_cards import SurveyCard, poll_cards, survey_card
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.actions import encode
from core.answers import Kind
from core.city import Part
from core.messages import AnyBlock, Ask, Reply, filled
from core.model import Poll, PollState, Survey
from core.people import voter
from core.polls import admission, entrance, extras, history, receipts, writing
from core.polls.fields import ballot_fields
from core.polls.press import Outcome
from core.polls.wording import how
from core.ports import Route
from core.surveys import page, walk
from core.texts import pick

Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Any], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Step:
    """``poll`` is None where the visitor is through; ``answered``: they answered it already.
    ``who`` may answer, where not everybody may; ``fields`` ask for that first."""

    poll: int | None
    question: str = ""
    progress: str = ""
    rule: str = ""
    links: tuple[AnyBlock, ...] = ()
    fields: tuple[Ask, ...] = ()
    answered: bool = False
    back: int | None = None
    who: str = ""
    may_answer: bool = True
    receipts: Sequence[tuple[str, str]] = ()


class SurveyPages:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell) -> None:
        self._site = site
        self._pages = pages
        self._events = events
        self._tell = tell

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not self._site.city.has(Part.POLLS):
            return []
        made = [Route("GET", f"{LANG}/surveys/{{id}}/results", show(self._results))]
        made.append(Route("GET", f"{LANG}/surveys/{{id}}", show(self._survey)))
        if self._site.city.has(Part.WEB_VOTING):
            made.append(Route("POST", f"{LANG}/surveys/{{id}}", act(self._act, "vote")))
        return made

    # --- answering -------------------------------------------------------------------------------

    async def _survey(self, visit: Visit) -> web.Response:
        return await self._page(visit, {}, {})

    async def _page(
        self, visit: Visit, given: Mapping[str, str], errors: Mapping[str, str]
    ) -> web.Response:
        """Filled in with what was ``given`` again, with its ``errors``, where it was no answer."""
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> tuple[SurveyCard, Step, str]:
            survey = _public(scene, id)
            return survey_card(scene, survey), _step(scene, survey), page.what_next(scene, survey)

        card, step, after = await self._pages.look(visit, found)
        if not card.open:
            return self._site.go(visit, f"/surveys/{id}/results", "")
        fields = filled(step.fields, given) if given else step.fields
        chat = self._site.city.chat_link(f"survey_{id}")
        return self._site.page(
            visit,
            "survey.html",
            status=422 if errors else 200,
            personal=True,
            survey=card,
            step=step,
            fields=fields,
            faults=errors,
            kept=page.kept(visit.t),
            after=after,
            meaning=receipts.meaning(visit.t),
            chat=chat,
            answers=self._site.city.has(Part.WEB_VOTING),
        )

    async def _act(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id = number(visit.request.match_info["id"])
        press, state = fields.get("press", "answer"), fields.get("state", "")
        verb, _, poll = press.partition(":")
        if verb == "answer":
            reply = await self._enter(sender, state, fields)
            if not reply.errors:
                reply = await self._tell(self._events.submitted(sender, "survey", fields))
        elif verb in ("survey_next", "survey_to"):
            action = encode(verb, number(poll or state))
            reply = await self._tell(self._events.pressed(sender, action))
        else:
            raise Fault(400)
        if reply.errors:
            return await self._page(visit, fields, reply.errors)
        return self._site.go(visit, f"/surveys/{id}", reply.notice)

    async def _enter(self, sender: Sender, state: str, fields: dict[str, str]) -> Reply:
        """What a survey asks that is not for everybody; its faults."""
        asked = {name: fields[name] for name in ("code", "area") if name in fields}
        if not asked:
            return Reply()
        told = {**asked, "state": state}
        reply = await self._tell(self._events.submitted(sender, "entrance", told))
        faults = dict.fromkeys(asked, reply.notice) if reply.notice else {}
        return Reply(errors=reply.errors or faults)

    # --- results ---------------------------------------------------------------------------------

    async def _results(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> dict[str, Any]:
            survey = _public(scene, id)
            past = history.of(scene, {survey.door}).get(survey.door, ())
            shown = {"survey": survey_card(scene, survey), "history": past, "polls": []}
            if survey.state is not PollState.CLOSED:
                return shown
            polls = [p for x in survey.polls if (p := scene.store.poll(x))]
            cards = [replace(card, history=()) for card in poll_cards(scene, polls)]
            return {**shown, "polls": cards, "groups": _groups(scene, survey)}

        shown = await self._pages.look(visit, found)
        return self._site.page(visit, "survey_results.html", **shown)


def _public(scene: Scene, id: int) -> Survey:
    """Fault 404 where there is none yet."""
    survey = scene.store.survey(id)
    if survey is None or survey.state is PollState.SCHEDULED:
        raise Fault(404)
    return survey


def _step(scene: Scene, survey: Survey) -> Step:
    way = walk.way(scene.store, survey, scene.person)
    poll = scene.store.poll(way.now) if way.now else None
    if poll is None:
        mine = receipts.of_survey(scene, scene.person, survey.polls) if scene.person else ()
        return Step(None, back=way.back, receipts=mine)
    t, answer = scene.t, _answer(scene, poll)
    lack = admission.lacks(scene.store, poll, scene.resident, scene.person)
    return Step(
        poll.id,
        pick(poll.question, t.language),
        page.progress(t, way),
        how(t, poll.paper),
        tuple(extras.blocks(scene, poll, scene.person)),
        (*entrance.fields(scene, lack), *_fields(scene, poll, answer)),
        answer is not None,
        way.back,
        page.who_answers(scene, survey),
        lack is not Outcome.NOT_HERE,
    )


def _fields(scene: Scene, poll: Poll, answer: int | None) -> list[Ask]:
    if poll.kind is Kind.WORDS:
        kept = writing.own(scene.store, poll, scene.person) if scene.person else None
        return [writing.field(scene.t, kept.text if kept else "")]
    nothing = -1 if poll.paper.one else 0
    return ballot_fields(scene.t, poll, nothing if answer is None else answer, scene.person)


def _answer(scene: Scene, poll: Poll) -> int | None:
    box = scene.store.ballot_boxes({poll.id}).get(poll.id)
    if box is None or box.key is None or scene.person is None:
        return None
    return scene.store.choice(poll.id, voter(box.key, scene.person))


def _groups(scene: Scene, survey: Survey) -> dict[int, list[Any]]:
    """By poll: (what the groups are by, the options, the rows) of each table."""
    made: dict[int, list[Any]] = {}
    for table in survey.tables:
        by, poll = scene.store.poll(table.by), scene.store.poll(table.poll)
        if by and poll:
            options = [pick(option, scene.t.language) for option in poll.options]
            name, lines = pick(by.question, scene.t.language), page.group_rows(scene.t, table, by)
            made.setdefault(table.poll, []).append((name, options, lines))
    return made
