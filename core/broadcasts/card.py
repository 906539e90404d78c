"""What is seen of a broadcast: the message itself, and its card in the staff's chat."""

from datetime import timedelta

from babel.lists import format_list

from core.broadcasts import sending
from core.messages import AnyBlock, Button, Facts, Message, bold, rows, text
from core.model import Broadcast, BroadcastState
from core.scene import IN, Scene, button
from core.texts import LANGUAGES, Texts, pick, plain


def broadcast(scene: Scene, id: int, private: bool = False) -> Message:
    """As it reaches a chat, or a subscriber in ``private``."""
    t, found = scene.t, scene.store.broadcast(id)
    if found is None:
        return Message(t("This message is gone."))
    return message(scene, found, private)


def message(scene: Scene, found: Broadcast, private: bool = False) -> Message:
    t = scene.t
    title = t("{city} announces", city=plain(scene.city.name, t.language))
    words = pick(found.text, t.language)
    blocks: list[AnyBlock] = [text(title, role="heading"), text(words)]
    if private:
        blocks.append(rows(button(t("No more messages, please"), "sub_stop")))
    return Message(f"{title}: {words}", tuple(blocks))


def broadcast_card(scene: Scene, id: int) -> Message:
    """Follows what becomes of it."""
    t, found = scene.t, scene.store.broadcast(id)
    if found is None:
        return Message(t("This message is gone."))
    title = t("Broadcast {id}: {audience}", id=id, audience=audience(scene, found))
    blocks: list[AnyBlock] = [text(bold(title))]
    blocks.append(text(pick(found.text, t.language), role="quote"))
    blocks.append(text(_state(scene, found)))
    if missing := [IN[x](t) for x in LANGUAGES if x not in found.text]:
        names = format_list(missing, locale=t.language)
        blocks.append(text(t("There is no text {in_languages}, so those readers get it in another "
                             "language.", in_languages=names), role="note"))  # fmt: skip
    if found.state.over:
        blocks.append(Facts(report(t, found)))
    else:
        blocks.append(rows(*_buttons(t, found), width=5))
    return Message(f"{title}. {_state(scene, found)}", tuple(blocks))


def audience(scene: Scene, found: Broadcast) -> str:
    t, city = scene.t, scene.city
    if theme := city.theme(found.theme or None):
        return plain(theme.name, t.language)
    if area := city.area(found.area or None):
        return plain(area.name, t.language)
    return t("to all")


def _state(scene: Scene, found: Broadcast) -> str:
    t, zone = scene.t, scene.city.timezone
    if found.state in (BroadcastState.WAITING, BroadcastState.PLANNED):
        by_channel = sending.recipients(scene.store, scene.city, found)
        n = sum(by_channel.values())
        to = t.plural("{n} recipient", "{n} recipients", n)
        known = t("{recipients}, it takes {time}.", recipients=to,
                  time=span(t, sending.takes(by_channel)))  # fmt: skip
        if found.state is BroadcastState.WAITING:
            return t("It waits for a second editor.") + " " + known
        when = t.time(found.starts_at, zone) if found.starts_at else t("now")
        return t("It begins {time}.", time=when) + " " + known
    if found.state.over:
        when = t.time(found.ended_at or scene.now, zone)
        if found.state is BroadcastState.CANCELLED:
            return t("Cancelled {time}.", time=when)
        return t("Done {time}.", time=when)
    done, _ = sending.progress(scene.store, found)
    total = max(done, found.total)  # some subscribe while it goes out
    much = t("{n} of {total}", n=t.number(done), total=t.number(total))
    if found.state is BroadcastState.PAUSED:
        return t("Paused: {progress}.", progress=much)
    rest = span(t, sending.left(found, done, scene.now))
    return t("Sending: {progress}, {time} left.", progress=much, time=rest)


def span(t: Texts, time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 1:
        return t("less than a minute")
    if minutes < 120:
        return t("about {n} min", n=minutes)
    return t("about {n} h", n=round(minutes / 60))


def report(t: Texts, found: Broadcast) -> tuple[tuple[str, str], ...]:
    """What became of it."""
    names = {
        "sent": t("Sent"),
        "uncertain": t("Perhaps sent"),
        "blocked": t("Blocked us"),
    }
    counted = {name: found.report.get(name, 0) for name in ("sent", "blocked")} | found.report
    shown = []
    for key, n in counted.items():
        name, _, why = key.partition(": ")
        label = names.get(name) or t("Failed: {reason}", reason=why)
        shown.append((label, t.number(n)))
    return tuple(shown)


def _buttons(t: Texts, found: Broadcast) -> list[Button]:
    v, made = found.version, [button(t("Preview"), "broadcast_look", found.id)]
    match found.state:
        case BroadcastState.WAITING:
            made.append(button(t("Approve"), "broadcast_approve", found.id, v, primary=True))
        case BroadcastState.SENDING:
            made.append(button(t("Pause"), "broadcast_pause", found.id, v))
        case BroadcastState.PAUSED:
            made.append(button(t("Go on"), "broadcast_resume", found.id, v, primary=True))
    made.append(Button(t("Cancel it"), f"broadcast_cancel:{found.id}:{v}", "danger"))
    return made


def broadcast_report(scene: Scene, id: int) -> Message:
    """At the end, as a message of its own."""
    t, found = scene.t, scene.store.broadcast(id)
    if found is None:
        return Message(t("This message is gone."))
    title = t("Broadcast {id} is through.", id=id)
    took = (found.ended_at or scene.now) - (found.began_at or scene.now)
    blocks = (text(bold(title)), Facts((*report(t, found), (t("It took"), span(t, took)))))
    return Message(title, blocks)


VIEWS = {
    "broadcast": broadcast,
    "broadcast_card": broadcast_card,
    "broadcast_report": broadcast_report,
}
