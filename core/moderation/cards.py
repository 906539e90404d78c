"""What moderators are shown: an item's card, the board, lists."""

from core import clean, rota
from core.desk import Turn
from core.messages import AnyBlock, Button, Facts, Message, Span, bold, rows, text
from core.model import DESK, Item, ItemKind, ItemState, Waiting
from core.moderation import desk, log, rules
from core.moderation.sources import SOURCES, seen, source_of
from core.moderation.words import KINDS, found, pseudonym
from core.scene import Scene, button, page_link
from core.texts import NAMES, plain

LISTED = 5
S = ItemState


def item_card(scene: Scene, kind: str, ref: str) -> Message:
    """One item, with what there is to go by and what can be done."""
    t, item = scene.t, scene.store.item(ItemKind(kind), ref)
    shown = seen(scene, item) if item else None
    if item is None or shown is None:
        return Message(t("This is gone: its author took it back or changed it."))
    title = _title(scene, item)
    blocks: list[AnyBlock] = [text(title, role="heading"), text(shown.text, role="quote")]
    blocks += [text(f"⚠ {found(t, one)}") for one in item.found]
    if item.appeal:
        blocks += [text(bold(t("The author appeals:"))), text(item.appeal, role="quote")]
    blocks.append(Facts(tuple(_facts(scene, item, shown.about))))
    blocks += page_link(scene, t("On the web page"), shown.path) if shown.path else []
    blocks += buttons(scene, item)
    return Message(f"{title}: {clean.short(shown.text, 120)}", tuple(blocks))


def _title(scene: Scene, item: Item) -> str:
    t = scene.t
    name = KINDS[item.kind](t)
    match item.state:
        case S.APPEALED:
            return t("An appeal waits for another moderator ({kind})", kind=name)
        case S.WAITING if item.escalated:
            return t("Passed on by a moderator ({kind})", kind=name)
        case S.WAITING:
            return t("Waits for a moderator ({kind})", kind=name)
        case S.REWORD:
            return t("The author was asked to reword ({kind})", kind=name)
        case S.APPROVED:
            return t("Approved ({kind})", kind=name)
    return t("Rejected ({kind})", kind=name)


def _facts(scene: Scene, item: Item, about: str) -> list[tuple[str, str]]:
    t, zone = scene.t, scene.city.timezone
    facts = [(t("Concerns"), about), (t("Language"), NAMES[item.language])]
    facts.append((t("Author"), f"{pseudonym(t, item)}: {_history(scene, item)}"))
    if item.waits:
        facts.append((t("Waiting since"), t.time(item.since, zone)))
        if item.shown:
            facts.append((t("Shown"), t("others see it already")))
    holder = desk.taken_by(item, scene.now)
    if holder and item.waits:
        facts.append((t("Taken by"), _name(scene, holder)))
    if item.decided_by and not item.waits:
        facts.append((t("Decided by"), _name(scene, item.decided_by)))
    if item.rule:
        facts.append((t("Rule"), rules.title(scene.city, item.rule, t)))
    if item.reason:
        facts.append((t("Reason"), item.reason))
    return facts


def _name(scene: Scene, key: str) -> str:
    if key == desk.CITY:
        return scene.t("a check")
    official = scene.city.official_by_key(key)
    return plain(official.title, scene.t.language) if official else key


def _history(scene: Scene, item: Item) -> str:
    """What they have written in the same place."""
    if not item.author:
        return "–"
    t, n = scene.t, scene.store.written_by([item.author], item.place)
    return t(
        "here {n} in all, {rejected} rejected",
        n=sum(n.values()),
        rejected=n[S.REJECTED] + n[S.REWORD],
    )


def buttons(scene: Scene, item: Item) -> list[AnyBlock]:
    t, at, made = scene.t, (item.kind, item.ref), list[Button]()
    source = source_of(item.kind)
    if item.state in (S.WAITING, S.APPEALED, S.REWORD):
        made.append(button(t("Approve"), "desk_yes", *at, primary=True))
    if item.state is not S.REJECTED and (source.recalls or item.state is not S.APPROVED):
        made.append(button(t("Reject"), "desk_no", *at))
    if item.state is S.WAITING:
        if source.rewords and item.author:
            made.append(button(t("Ask to reword"), "desk_reword", *at))
        made.append(button(t("Hide personal data"), "desk_redact", *at))
    if item.waits:
        if desk.taken_by(item, scene.now) is None:
            made.append(button(t("Take"), "desk_take", *at))
        if item.author:
            made.append(button(t("Mute the author"), "desk_mute", *at))
        if not item.escalated:
            made.append(button(t("Pass on"), "desk_up", *at))
    return [rows(*made, width=3)] if made else []


# --- the board -----------------------------------------------------------------------------------


def desk_board(scene: Scene, day: str = "") -> Message:
    """How much waits, and the way to it; kept up to date."""
    t, waiting = scene.t, scene.store.waiting()
    title = how_much(scene, waiting)
    blocks: list[AnyBlock] = [text(bold(title))]
    if waiting.total:
        counts = ((KINDS[kind](t), t.number(n)) for kind, n in sorted(waiting.counts.items()))
        blocks.append(Facts(tuple(counts)))
        blocks += [*_on_duty(scene), *_speed(scene)]
        made = (
            button(t("Show what waits"), "desk", primary=True),
            button(t("Several at once"), "desk_many", S.WAITING, "-"),
        )
        blocks.append(rows(*made, width=2))
    return Message(title, tuple(blocks))


def how_much(scene: Scene, waiting: Waiting) -> str:
    t = scene.t
    if waiting.oldest is None:
        return t("Moderation: nothing waits.")
    hours = int((scene.now - waiting.oldest).total_seconds() // 3600)
    return t.plural(
        "Moderation: {n} waits, for {hours} h.",
        "Moderation: {n} wait, the oldest for {hours} h.",
        waiting.total,
        hours=hours,
    )


def _on_duty(scene: Scene) -> list[AnyBlock]:
    duty = rota.on_duty(scene.city, scene.city.moderators, scene.now)
    if duty is None:
        return []
    name = plain(duty.title, scene.t.language)
    return [text(scene.t("On duty"), ": ", Span(name, bold=True, mention=duty.key))]


def waiting(turn: Turn) -> Message:
    """What waits longest, to be decided one by one. What others have taken, and what is not for
    this moderator to judge, is left to them."""
    desk.moderator(turn)
    t, waits = turn.t, turn.store.waiting()
    found_ = turn.store.items(DESK, limit=4 * LISTED)
    free = [item for item in found_ if not desk.why_not(turn, item)]
    title = how_much(turn, waits)
    blocks: list[AnyBlock] = [text(title, role="heading"), *_speed(turn)]
    for item in free[:LISTED]:
        blocks += _listed(turn, item)
    if waits.total and not free:
        blocks.append(text(t("What waits is taken by others, or not for you to judge.")))
    made = [button(t("Show the next"), "desk", primary=True)] if len(free) > LISTED else []
    if len(free) > 1:
        made.append(button(t("Several at once"), "desk_many", S.WAITING, "-"))
    return Message(title, (*blocks, *([rows(*made, width=2)] if made else [])))


def _speed(scene: Scene) -> list[AnyBlock]:
    """How long decisions took of late."""
    t, (n, hours) = scene.t, log.recent(scene.store, scene.now)
    if hours is None:
        return []
    told = t.plural(
        "In the last seven days {n} decision, after {hours} h.",
        "In the last seven days {n} decisions, half of them within {hours} h.",
        n, hours=t.decimal(hours),
    )  # fmt: skip
    return [text(told, role="note")]


def _listed(turn: Turn, item: Item) -> list[AnyBlock]:
    shown = SOURCES[item.kind].seen(turn, item)
    if shown is None:
        return []
    t, plain_ = turn.t, item.state is S.WAITING and not item.escalated
    kind = KINDS[item.kind](t).capitalize() if plain_ else _title(turn, item)
    title = f"{kind} · {shown.about} · {pseudonym(t, item)}"
    since = t.time(item.since, turn.city.timezone)
    notes = [*(f"⚠ {found(t, one)}" for one in item.found), t("Waiting since {time}", time=since)]
    appeal = [text(item.appeal, role="quote")] if item.appeal else []
    quoted = text(clean.short(shown.text, 600), role="quote")
    under = [text(note, role="note") for note in notes]
    return [text(bold(title)), quoted, *appeal, *under, _first_acts(turn, item)]


def _first_acts(scene: Scene, item: Item) -> AnyBlock:
    """What is mostly done; the rest is on the card."""
    t, at = scene.t, (item.kind, item.ref)
    made = [
        button(t("Approve"), "desk_yes", *at, primary=True),
        button(t("Reject"), "desk_no", *at),
        button(t("More acts"), "desk_card", *at),
    ]
    return rows(*made, width=3)
