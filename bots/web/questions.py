"""A question's own page, with what its reader may do there, and the reader's own list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import Markup

from bots.web.acts import Act, Acts, said
from bots.web.faults import Fault
from bots.web.own_texts import own_verdict
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender, number
from bots.web.question_cards import (
    QuestionCard,
    conversation,
    question_card,
    question_history,
    took,
)
from bots.web.render import blocks
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.city import Part
from core.discussions import origin
from core.messages import Form
from core.model import ItemKind, Question, QuestionState
from core.ports import Route
from core.questions import following, told
from core.questions.offers import offers
from core.similar import may_follow

PRESSES = ("thumb", "me_too", "me_too_off", "withdraw_ask", "withdraw", "keep")
FORMS = ("reply", "reopen", "thumb_words")
BLOCKS = ("origin", "verdict", "private")
LISTED = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """A form of the page. ``folded``: it opens when it is asked for."""

    form: Form
    fields: Markup
    folded: bool
    faulty: bool


@dataclass(frozen=True, slots=True)
class Again:
    """A form that was sent and is to be corrected."""

    form: str = ""
    filled: Mapping[str, str] | None = None
    errors: Mapping[str, str] | None = None


class QuestionPages:
    def __init__(self, site: Site, pages: Pages, events: Events, acts: Acts) -> None:
        self._site = site
        self._pages = pages
        self._events = events
        self._acts = acts

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not self._site.city.has(Part.QUESTIONS):
            return []
        path = f"{LANG}/questions/{{id}}"
        return [
            Route("GET", path, show(self._question)),
            Route("POST", path, act(self._act, "ask")),
            Route("GET", f"{LANG}/mine", show(self._mine)),
        ]

    # --- reading ---------------------------------------------------------------------------------

    async def _question(self, visit: Visit) -> web.Response:
        return await self._page(visit, Again())

    async def _page(self, visit: Visit, again: Again) -> web.Response:
        """A public question; an open one to its asker, and to whoever may follow it."""
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> dict[str, Any] | None:
            one = scene.store.question(id)
            return _look(scene, one) if one else None

        shown = await self._pages.look(visit, found)
        if shown is None:
            raise Fault(404)
        made = [_offer(visit, form, again) for form in shown.pop("forms")]
        parts = {name: blocks(visit.t, shown.pop(name)) for name in BLOCKS}
        if again.errors and not any(offer.faulty for offer in made):  # no form is there any more
            return self._back(visit, next(iter(again.errors.values())))
        return self._site.page(
            visit,
            "question.html",
            status=422 if again.errors else 200,
            personal=not shown["public"] or shown["mine"],
            offers=made,
            **parts,
            **shown,
        )

    async def _mine(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> dict[str, list[tuple[QuestionCard, bool]]]:
            store, who = scene.store, scene.accounts
            followed = store.questions_numbered(store.followed_questions(who)[:LISTED])
            own = store.questions_of(who, LISTED)
            others = [q for q in followed if q.public or may_follow(q)]
            return {
                "questions": [_listed(scene, q, True) for q in own],
                "followed": [_listed(scene, q, False) for q in others],
            }

        nothing: dict[str, Any] = {"questions": [], "followed": []}
        shown = await self._pages.look(visit, found) if visit.visitor else nothing
        return self._site.page(visit, "mine.html", personal=True, **shown)

    # --- acting ----------------------------------------------------------------------------------

    async def _act(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        press, form = fields.get("press", ""), fields.get("form", "")
        if press:
            return await self._press(visit, sender, press)
        if form not in FORMS:
            raise Fault(400)
        reply = await self._acts.tell(self._events.submitted(sender, form, fields))
        if reply.message is None:
            errors = reply.errors or {"text": reply.notice}
            return await self._page(visit, Again(form, fields, errors))
        return self._back(visit, said(reply))

    async def _press(self, visit: Visit, sender: Sender, press: str) -> web.Response:
        verb = press.partition(":")[0]
        if verb not in PRESSES:
            raise Fault(400)
        reply = await self._acts.tell(self._events.pressed(sender, press))
        if verb == "withdraw_ask" and reply.message:
            return self._acts.shown(visit, reply.message)
        if verb == "me_too_off":
            return self._site.go(visit, "/mine", said(reply))
        return self._back(visit, said(reply))

    def _back(self, visit: Visit, notice: str) -> web.Response:
        id = number(visit.request.match_info["id"])
        return self._site.go(visit, f"/questions/{id}", notice)


def _look(scene: Scene, one: Question) -> dict[str, Any] | None:
    """All that the page shows; None where it is not the reader's to see."""
    who = scene.accounts
    mine = one.asker is not None and one.asker in who
    if not (one.public or mine or following.may_read(scene, one, who)):
        return None
    return {
        "question": question_card(scene, one, mine),
        "origin": origin.back(scene, origin.QUESTION, one.number),
        "verdict": own_verdict(scene, ItemKind.QUESTION, str(one.number)) if mine else [],
        "mine": mine,
        "alone": not following.may_read(scene, one, ()),
        "public": one.public,
        "history": question_history(scene, one) if one.public else [],
        "took": took(scene, one) if one.public else "",
        "talk": conversation(scene, one) if mine else [],
        "private": told.privacy(scene, one) if mine and not one.done else [],
        "followers": "" if one.done else following.followers(scene, one),
        "forms": offers(scene, one, who),
    }


def _offer(visit: Visit, form: Form, again: Again) -> Offer:
    """With what was filled in before, where that was sent and is to be corrected."""
    faulty = form.name == again.form
    shown, errors = (form.again(again.filled), again.errors) if faulty else (form, {})
    return Offer(form, blocks(visit.t, shown.blocks, errors), form.name == "reopen", faulty)


def _listed(scene: Scene, question: Question, own: bool) -> tuple[QuestionCard, bool]:
    """Whether it waits for its asker is told them as well."""
    return question_card(scene, question, own), own and question.state is QuestionState.ASKED
