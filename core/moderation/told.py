"""What authors are told of moderation, in their language."""

from datetime import datetime

from core.messages import AnyBlock, Button, Facts, Message, bold, rows, text
from core.model import Item, ItemKind, ItemState
from core.moderation import authors, desk, rules
from core.moderation.sources import seen, source_of
from core.public import quote
from core.scene import Scene, button, page_link
from core.texts import Texts

S = ItemState


def moderated(scene: Scene, kind: str, ref: str) -> Message:
    """What became of what they wrote, by which rule and why; what they can do about it."""
    item = scene.store.item(ItemKind(kind), ref)
    shown = seen(scene, item) if item else None
    if item is None or shown is None:
        return Message(scene.t("This is gone."))
    title = state(scene.t, item)
    blocks: list[AnyBlock] = [text(bold(title)), quote(shown.text)]
    blocks += [*reasons(scene, item), *own_buttons(scene, item)]
    return Message(title, tuple(blocks))


def state(t: Texts, item: Item) -> str:
    match item.state:
        case S.APPROVED if item.appeal:
            return t("Your appeal was granted: what you wrote is let through.")
        case S.APPROVED:
            return t("What you wrote was let through.")
        case S.REWORD:
            return t("A moderator asks you to say this in other words.")
        case S.REJECTED if item.appeal:
            return t("Your appeal was not granted: the decision stays.")
        case S.REJECTED:
            return t("What you wrote was not let through.")
        case S.APPEALED:
            return t("Your appeal waits for another moderator.")
        case _ if any(one.check == "reports" for one in item.found):
            return t("Residents have reported what you wrote. It is hidden until a moderator "
                     "decides.")  # fmt: skip
    return t("What you wrote waits for a moderator.")


def reasons(scene: Scene, item: Item) -> list[AnyBlock]:
    """The rule, the moderator's own words, and where all rules are."""
    t, shown = scene.t, list[AnyBlock]()
    if item.rule:
        shown.append(Facts(((t("Rule"), rules.title(scene.city, item.rule, t)),)))
    if item.reason:
        shown.append(text(item.reason, role="quote"))
    if item.decided_by == desk.CITY:
        shown.append(text(t("A machine decided this, as the city has told it to."), role="note"))
    if item.rule:
        shown += page_link(scene, t("Rules of discussion"), "/rules")
    return shown


def own_buttons(scene: Scene, item: Item) -> list[AnyBlock]:
    t, source, made = scene.t, source_of(item.kind), list[Button]()
    if authors.may_reword(source, item):
        label = t("Say it in other words")
        made.append(button(label, "my_reword", item.kind, item.ref, primary=True))
    if authors.may_appeal(item):
        made.append(button(t("Appeal"), "my_appeal", item.kind, item.ref))
    return [rows(*made)] if made else []


def muted(scene: Scene, rule: str, until: str) -> Message:
    t, zone = scene.t, scene.city.timezone
    time = t.time(datetime.fromisoformat(until), zone)
    title = t("You cannot write there before {time}.", time=time)
    facts = Facts(((t("Rule"), rules.title(scene.city, rule, t)),))
    return Message(title, (text(bold(title)), facts, *page_link(scene, t("Rules of discussion"),
                                                               "/rules")))  # fmt: skip
