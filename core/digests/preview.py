"""The editors' look at a round-up before it goes out: what is in it, and what they may do."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import clean, unsent
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.digests import page
from core.digests.registry import SECTIONS
from core.errors import BadAction, Invalid, Refusal
from core.messages import (
    AnyBlock,
    Ask,
    Choice,
    Form,
    Message,
    Reply,
    bold,
    rows,
    text,
)
from core.model import DigestPreview, PreviewState
from core.ports import subject
from core.previews import ticket
from core.previews.specimen import Preview, Specimen, speaking
from core.scene import Scene, button, unpressable
from core.texts import NAMES

OPENING = 500
LINE = 70
Named = tuple[str, int]


def card(scene: Scene, id: int) -> Message:
    """In the editors' chat; follows what becomes of it."""
    t, preview = scene.t, scene.store.digest_preview(id)
    if preview is None:
        told = t("This round-up has gone out, or was left for the next one.")
        return Message(told, (text(told),))
    when = t.time(preview.due, scene.city.timezone)
    title = t("Round-up for {chat}, {time}", chat=_chat_name(scene, preview), time=when)
    blocks: list[AnyBlock] = [text(bold(title)), text(_state(scene, preview))]
    if words := preview.opening.get(_language(scene, preview)):
        blocks.append(text(words, role="quote"))
    blocks.append(text("\n".join(_lines(scene, preview.items)) or t("Nothing is left in it.")))
    return Message(title, (*blocks, rows(*_buttons(scene, preview), width=5)))


def _chat_name(scene: Scene, preview: DigestPreview) -> str:
    chat = scene.city.chat(preview.chat)
    return chat.name if chat else str(preview.chat)


def _language(scene: Scene, preview: DigestPreview) -> str:
    chat = scene.city.chat(preview.chat)
    return chat.language if chat else scene.city.language


def _state(scene: Scene, preview: DigestPreview) -> str:
    t = scene.t
    if preview.state is PreviewState.HELD:
        return t("It is held: it goes out when an editor releases it.")
    if preview.state is PreviewState.RELEASED:
        return t("It is released, and goes out at its time.")
    if scene.city.digests.hold:
        return t("It goes out at its time only if an editor releases it.")
    return t("It goes out at its time unless an editor holds it.")


def _lines(scene: Scene, items: tuple[Named, ...]) -> list[str]:
    return [f"{i}. {_line(scene, item)}" for i, item in enumerate(items, 1)]


def _line(scene: Scene, item: Named) -> str:
    section = SECTIONS.get(item[0])
    words = section.line(scene, item[1]) if section else ""
    title = section.title(scene.t) if section else item[0]
    return clean.short(f"{title}: {words}", LINE) if words else scene.t("(not there any more)")


def _buttons(scene: Scene, preview: DigestPreview) -> list:
    t, version = scene.t, preview.version
    made = [
        button(t("Preview"), "digest_look", preview.id),
        button(t("Edit"), "digest_edit", preview.id),
    ]
    if preview.state is not PreviewState.RELEASED:
        made.append(button(t("Release"), "digest_release", preview.id, version, primary=True))
    if preview.state is not PreviewState.HELD:
        made.append(button(t("Hold"), "digest_hold", preview.id, version))
    return made


# --- acts ----------------------------------------------------------------------------------------


def _find(turn: Turn, id: str, version: str | None = None) -> DigestPreview:
    """For an editor. Refusal where it has gone, or was changed since ``version``."""
    turn.require(Part.DIGESTS)
    turn.editor()
    preview = turn.store.digest_preview(number(id))
    if preview is None:
        raise Refusal(turn.t("This round-up has gone out, or was left for the next one."))
    if version is not None and number(version) != preview.version:
        raise Refusal(turn.t("Somebody has changed it meanwhile. Look at it again."))
    return preview


def _save(turn: Turn, preview: DigestPreview) -> None:
    by, version = turn.editor().key, preview.version + 1
    turn.store.save_digest_preview(replace(preview, by=by, version=version))
    turn.touch(subject("digest", preview.id))


def look(turn: Turn, id: str) -> Reply:
    """As its chat will see it: in words here, and in its look on the page."""
    found = _find(turn, id)
    head = text(bold(f"{_chat_name(turn, found)} ({NAMES[_language(turn, found)]})"))
    words = map(unpressable, _shown(turn, found).blocks)
    shown = (*ticket.way(turn, "digest", found.id), head, *words)
    return Reply(message=Message(turn.t("Preview"), shown), fleeting=True)


def _shown(scene: Scene, found: DigestPreview) -> Message:
    there = speaking(scene, _language(scene, found))
    return page.digest(there, found.items, found.due.isoformat(), found.more, found.opening)


def preview(scene: Scene, id: int) -> Preview:
    """Refusal where it has gone."""
    t, found = scene.t, scene.store.digest_preview(id)
    if found is None or not scene.city.has(Part.DIGESTS):
        raise Refusal(t("This round-up has gone out, or was left for the next one."))
    name, when = _chat_name(scene, found), t.time(found.due, scene.city.timezone)
    title = t("Round-up for {chat}, {time}", chat=name, time=when)
    language, shown = _language(scene, found), _shown(scene, found)
    return Preview(title, (Specimen(found.chat.channel, language, shown, name),))


def hold(turn: Turn, id: str, version: str) -> Reply:
    _save(turn, replace(_find(turn, id, version), state=PreviewState.HELD))
    return Reply(turn.t("It is held: it goes out when an editor releases it."))


def release(turn: Turn, id: str, version: str) -> Reply:
    preview = _find(turn, id, version)
    _save(turn, replace(preview, state=PreviewState.RELEASED))
    if preview.due <= turn.now:
        return Reply(turn.t("It goes out now."))
    return Reply(turn.t("It is released, and goes out at its time."))


def edit(turn: Turn, id: str) -> Reply:
    return Reply(form=_form(turn, _find(turn, id)))


def _form(turn: Turn, preview: DigestPreview) -> Form:
    t, language = turn.t, _language(turn, preview)
    listed = [*preview.items, *(x for x in preview.found if x not in preview.items)]
    named = {item: f"{item[0]}-{item[1]}" for item in listed}
    choices = tuple(
        Choice(named[item], f"{i}. {_line(turn, item)}") for i, item in enumerate(listed, 1)
    )
    kept = " ".join(named[item] for item in preview.items)
    fields = (
        Ask("opening", t("Opening words, in {language}", language=NAMES[language]), "lines",
            preview.opening.get(language, ""), limit=OPENING, optional=True),
        Ask("keep", t("What stays in"), "choices", kept, optional=True, choices=choices),
        Ask("first", t("What comes first"), "choice", optional=True, choices=choices),
        Ask("order", t("Order"), "line", limit=100, optional=True,
            hint=t("Numbers from the list, as 3 1 2. The others follow as they are.")),
    )  # fmt: skip
    return Form(
        "digest_edit", t("The round-up"), t("Save"), fields, f"{preview.id}:{preview.version}"
    )


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    id, _, version = state.partition(":")
    preview = _find(turn, id, version)
    listed = [*preview.items, *(x for x in preview.found if x not in preview.items)]
    by_name = {f"{name}-{id}": (name, id) for name, id in listed}
    keep = set(fields.get("keep", "").split())
    first = fields.get("first", "")
    if not keep <= by_name.keys() or (first and first not in by_name):
        raise BadAction("not an item of this round-up")
    wanted = [by_name[first]] if first else []
    wanted += [listed[i] for i in _order(turn, fields.get("order", ""), len(listed))]
    ordered = dict.fromkeys([*wanted, *listed])
    items = tuple(x for x in ordered if f"{x[0]}-{x[1]}" in keep or by_name.get(first) == x)
    language, words = _language(turn, preview), clean.lines(fields.get("opening", ""))
    if len(words) > OPENING:
        raise Invalid({"opening": turn.t("At most {limit} characters.", limit=OPENING)})
    opening = {language: words} if words else {}
    _save(turn, replace(preview, items=items, opening=opening))
    return Reply(turn.t("The round-up is changed."))


def _order(turn: Turn, line: str, most: int) -> list[int]:
    """Places in the list, from 0."""
    parts = line.replace(",", " ").split()
    if not all(x.isascii() and x.isdigit() and len(x) < 4 and 0 < int(x) <= most for x in parts):
        words = turn.t("Write numbers from 1 to {most}, as 3 1 2.", most=most)
        raise Invalid({"order": words})
    return [int(x) - 1 for x in parts]


Answer = Callable[..., Reply]
VIEWS = {**page.VIEWS, "digest_preview": card}
BUTTONS: dict[str, Answer] = {
    "digest_look": look,
    "digest_edit": edit,
    "digest_hold": hold,
    "digest_release": release,
}
FORMS: dict[str, Answer] = {
    "digest_edit": submit,
    **unsent.keeping(unsent.for_editors(Part.DIGESTS), "digest_edit"),
}
