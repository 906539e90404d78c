"""Why a question is where it is: what its text was understood by, how surely; or who sent it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.model import Question, Step
from core.public import department_name
from core.questions.states import Act
from core.scene import Scene
from core.texts import plain

PLACED = frozenset({Act.ROUTE, Act.HOLD, Act.TRANSFER})
"""Acts that bring a question to a department."""


def why_here(scene: Scene, question: Question, history: Sequence[Step]) -> list[tuple[str, str]]:
    """Facts for its officials; none where it is not known (any more)."""
    t = scene.t
    placed = next((step for step in reversed(history) if step.kind in PLACED), None)
    if placed is None or "department" not in placed.detail:
        return []
    if placed.kind == Act.TRANSFER:
        came = (t("Came from"), _known(scene, placed.detail.get("from")))
        return [came, (t("Their message"), placed.text)] if placed.text else [came]
    detail = placed.detail
    facts = [(t("Why this department"), _matched(scene, question, detail))]
    if sure := " ".join(_sure(scene, detail)):
        facts.append((t("How sure"), sure))
    return facts


def _matched(scene: Scene, question: Question, detail: Mapping[str, Any]) -> str:
    """``auraus, Leppävaara → Kaupunkitekniikka``"""
    t, city = scene.t, scene.city
    to = department_name(scene, question.department)
    if detail.get("chosen"):
        return t("the asker chose the theme → {department}", department=to)
    area = city.area(detail.get("area"))
    place = [plain(area.name, t.language)] if area else []
    if words := [*dict.fromkeys(detail.get("because", ())), *place]:
        return t("matched: {words} → {department}", words=", ".join(words), department=to)
    return t("no words matched → {department}", department=to)


def _sure(scene: Scene, detail: Mapping[str, Any]) -> Iterator[str]:
    t = scene.t
    if detail.get("chosen"):
        return
    if other := scene.city.other(detail.get("other")):
        yield t("It may belong to {name}, so it came to the general desk.",
                name=plain(other.name, t.language))  # fmt: skip
    elif detail.get("unsure"):
        yield t("Not sure, so it came to the general desk.")
    elif detail.get("sure"):
        yield t("Sure.")
    else:
        yield t("Fairly sure.")
    if detail.get("learned"):
        yield t("Questions like it were moved here before.")
    if second := detail.get("second"):
        yield t("The next best: {department}.", department=_known(scene, second))


def _known(scene: Scene, id: str | None) -> str:
    """A department's or other body's name; its id where the city file has it no longer."""
    named = (*scene.city.departments, *scene.city.others)
    return next((plain(one.name, scene.t.language) for one in named if one.id == id), id or "–")
