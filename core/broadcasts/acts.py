"""What editors do with broadcasts; each act with its reply."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import clean, unsent
from core.actions import number
from core.broadcasts import card, sending
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import AnyBlock, Ask, Choice, Form, Message, Reply, bold, text
from core.model import Broadcast, BroadcastState, Show
from core.polls.form import moment
from core.ports import subject
from core.previews import ticket
from core.previews.specimen import speaking
from core.scene import unpressable
from core.texts import LANGUAGES, NAMES, plain

LONGEST = 3000


def new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.BROADCASTS)
    turn.editor()
    t = turn.t
    words = [
        Ask(f"text_{x}", t("Message, in {language}", language=NAMES[x]), "lines", limit=LONGEST,
            optional=x != turn.city.language)
        for x in sorted(LANGUAGES, key=lambda x: x != turn.city.language)
    ]  # fmt: skip
    to = [Choice("all", t("to all"))]
    to += [Choice(f"theme:{x.id}", plain(x.name, t.language)) for x in turn.city.themes]
    to += [Choice(f"area:{x.id}", plain(x.name, t.language)) for x in turn.city.areas]
    urgent = (
        Choice("no", t("no: quiet hours are kept")),
        Choice("yes", t("yes: at any hour")),
    )
    fields = (
        *words,
        Ask("to", t("Who gets it"), "choice", "all", choices=tuple(to)),
        Ask("urgent", t("Urgent"), "choice", "no", choices=urgent),
        Ask("starts", t("Begins"), "time", optional=True,
            hint=t("Empty: as soon as another editor has approved it.")),
    )  # fmt: skip
    return Reply(form=Form("broadcast", t("Broadcast"), t("Ask for approval"), fields))


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.BROADCASTS)
    editor, t = turn.editor(), turn.t
    words = {x: w for x in LANGUAGES if (w := clean.lines(fields.get(f"text_{x}", "")))}
    errors = {
        f"text_{x}": t("At most {limit} characters.", limit=LONGEST)
        for x, w in words.items()
        if len(w) > LONGEST
    }
    if turn.city.language not in words:
        errors[f"text_{turn.city.language}"] = t("Write it in the city's language at least.")
    starts = moment(turn.city, t, fields, "starts", errors)
    if starts and starts <= turn.now:
        errors["starts"] = t("This time is over.")
    if errors:
        raise Invalid(errors)
    theme, area = _audience(turn, fields.get("to", "all"))
    home = turn.city.preview_home
    made = turn.store.add_broadcast(
        Broadcast(0, words, theme, area, fields.get("urgent") == "yes", BroadcastState.WAITING,
                  editor.key, home, turn.now, starts)
    )  # fmt: skip
    show, name = Show("broadcast_card", {"id": made.id}), subject("broadcast", made.id)
    turn.publish(home, show, turn.city.language, name)
    return Reply(t("It waits for another editor's approval."))


def _audience(turn: Turn, to: str) -> tuple[str, str]:
    """(theme, area)"""
    kind, _, id = to.partition(":")
    if kind == "theme" and turn.city.theme(id):
        return id, ""
    if kind == "area" and turn.city.area(id):
        return "", id
    if to == "all":
        return "", ""
    raise BadAction("no such audience")


def _find(turn: Turn, id: str, version: str | None, *states: BroadcastState) -> Broadcast:
    """For an editor. Refusal where it is past these states, or was changed since ``version``."""
    turn.require(Part.BROADCASTS)
    turn.editor()
    found = turn.store.broadcast(number(id))
    if found is None:
        raise Refusal(turn.t("There is no such broadcast."))
    if version is not None and (found.state not in states or number(version) != found.version):
        raise Refusal(turn.t("Somebody has changed it meanwhile. Look at it again."))
    return found


def _save(turn: Turn, found: Broadcast) -> None:
    turn.store.save_broadcast(replace(found, version=found.version + 1))
    turn.touch(subject("broadcast", found.id))


def approve(turn: Turn, id: str, version: str) -> Reply:
    """By somebody else than who wrote it."""
    found, t = _find(turn, id, version, BroadcastState.WAITING), turn.t
    if found.by == turn.editor().key:
        raise Refusal(t("Another editor has to approve it: you wrote it."))
    if not sum(sending.recipients(turn.store, turn.city, found).values()):
        raise Refusal(t("Nobody would get it: there are no chats and no subscribers for it."))
    _save(turn, replace(found, state=BroadcastState.PLANNED, approved_by=turn.editor().key))
    if found.starts_at and found.starts_at > turn.now:
        when = t.time(found.starts_at, turn.city.timezone)
        return Reply(t("Approved. It begins {time}.", time=when))
    return Reply(t("Approved. It begins now."))


def pause(turn: Turn, id: str, version: str) -> Reply:
    found = _find(turn, id, version, BroadcastState.SENDING)
    _save(turn, sending.hold(turn, replace(found, state=BroadcastState.PAUSED)))
    return Reply(turn.t("Paused. What is on its way still arrives."))


def resume(turn: Turn, id: str, version: str) -> Reply:
    _save(turn, sending.go_on(turn, _find(turn, id, version, BroadcastState.PAUSED)))
    return Reply(turn.t("It goes on."))


def cancel(turn: Turn, id: str, version: str) -> Reply:
    states = [state for state in BroadcastState if not state.over]
    _save(turn, sending.cancel(turn, _find(turn, id, version, *states)))
    return Reply(turn.t("Cancelled. Who has got it has it; nobody else does."))


def look(turn: Turn, id: str) -> Reply:
    """In words here, in each language, and in each channel's own look on the page."""
    found = _find(turn, id, None)
    blocks = ticket.way(turn, "broadcast", found.id)
    for language in LANGUAGES:
        shown = card.message(speaking(turn, language), found, private=True)
        blocks.append(text(bold(NAMES[language])))
        blocks += [unpressable(block) for block in shown.blocks]
    return Reply(message=Message(turn.t("Preview"), tuple(blocks)), fleeting=True)


def listed(turn: Turn, _: str = "") -> Reply:
    """The newest, with what became of them."""
    turn.require(Part.BROADCASTS)
    turn.editor()
    t = turn.t
    title = t("Broadcasts")
    blocks: list[AnyBlock] = [text(bold(title))]
    for found in turn.store.broadcasts(limit=5):
        blocks += card.broadcast_card(turn, found.id).blocks
    if len(blocks) == 1:
        blocks.append(text(t("There are none.")))
    return Reply(message=Message(title, tuple(blocks)))


Answer = Callable[..., Reply]
COMMANDS: dict[str, Answer] = {"broadcast": new, "broadcasts": listed}
WORDS = {
    **dict.fromkeys(("broadcast", "tiedote", "meddelande"), "broadcast"),
    **dict.fromkeys(("broadcasts", "tiedotteet", "meddelanden"), "broadcasts"),
}
BUTTONS: dict[str, Answer] = {
    "broadcast_new": new,
    "broadcast_look": look,
    "broadcast_approve": approve,
    "broadcast_pause": pause,
    "broadcast_resume": resume,
    "broadcast_cancel": cancel,
}
FORMS: dict[str, Answer] = {
    "broadcast": submit,
    **unsent.keeping(unsent.for_editors(Part.BROADCASTS), "broadcast"),
}
