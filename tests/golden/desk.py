"""The moderation desk's messages and forms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.city import Look
from core.messages import Form, Message
from core.model import (
    Comment,
    CommentKind,
    CommentState,
    Discussion,
    Finding,
    Item,
    ItemKind,
    ItemState,
    PollState,
)
from core.moderation import cards, forms
from core.moderation.words import CHECKS

SAW = {"personal": "phone email", "language": "other"}
WHO = {"author": "f" * 32, "channel": "telegram"}


def put(scene: Any, at: datetime, name: str = "moderation", **more: Any) -> Item:
    """The question of that name on the desk, in some state."""
    ref = str(scene.numbers[name])
    given = {**WHO, "rule": "", **more}
    item = Item(ItemKind.QUESTION, ref, "question", scene.language, at, **given)
    scene.store.put_item(item)
    return item


def views(scene: Any, at: datetime) -> Iterator[tuple[str, Message]]:
    """Every state of an item, as moderators and its author see it."""
    yield "desk_board empty", scene.view("desk_board", day="2026-03-02")
    hard = scene.of({"fi": "Liian kovat sanat.", "sv": "För hårda ord.", "en": "Too hard words."})
    judged = {"decided_by": "slack:U0EDITOR", "rule": "respect", "reason": hard}
    found = tuple(Finding(check, SAW.get(check, "3")) for check in CHECKS)
    for state in ItemState:
        more = judged if state not in (ItemState.WAITING, ItemState.APPROVED) else {}
        saw = found if state is ItemState.WAITING else ()
        item = put(scene, at, state=state, found=saw, **more)
        yield from _both(scene, item, state)
    told = {**judged, "appeal": hard}
    yield from _both(scene, put(scene, at, state=ItemState.REJECTED, **told), "appeal refused")
    yield from _both(scene, put(scene, at, state=ItemState.APPROVED, **told), "appeal granted")
    machine = {**judged, "decided_by": "city", "state": ItemState.REJECTED}
    yield from _both(scene, put(scene, at, **machine), "by a machine")
    taken = put(scene, at, claimed_by="slack:U0EDITOR", claimed_at=at, escalated=True)
    yield from _both(scene, replace(taken), "taken")
    yield from _discussion(scene, at)
    gone = {"kind": "question", "ref": "99"}
    yield "item_card gone", scene.view("item_card", **gone)
    yield "moderated gone", scene.view("moderated", **gone)
    yield "desk_board", scene.view("desk_board", day="2026-03-02")
    yield "muted", scene.view("muted", rule="respect", until=at.isoformat())


def _discussion(scene: Any, at: datetime) -> Iterator[tuple[str, Message]]:
    title = {"fi": "Rantapuisto", "sv": "Strandparken", "en": "The shore park"}
    made = scene.store.add_discussion(
        Discussion(0, title, title, (scene.of(title),), (), PollState.OPEN, at, None, Look.AFTER, 5,
                   "slack:U0EDITOR")
    )  # fmt: skip
    for parent, kind, became in ((None, CommentKind.IDEA, "question:1"),
                                 (1, CommentKind.WORRY, "")):  # fmt: skip
        scene.store.add_comment(
            Comment(0, made.id, parent, WHO["author"], "telegram", scene.language, scene.of(title),
                    kind, 0, CommentState.SHOWN, at, became)
        )  # fmt: skip
    yield "discussion", scene.view("discussion", id=made.id)
    yield "discussion threads", scene.view("discussion", id=made.id, threads=True)
    yield "comment", scene.view("comment", id=2)
    yield "comment nested", scene.view("comment", id=2, nested=True)
    yield "comment_became", scene.view("comment_became", comment=1)
    yield "comment gone", scene.view("comment", id=99)
    lacking = {"address": "telegram:-100", "reason": "not enough rights"}
    yield "powerless", scene.view("powerless", **lacking)
    yield "powerless message", scene.view("powerless", **lacking, comment=1)
    summed = replace(made, state=PollState.CLOSED, summary=title)
    scene.store.save_discussion(summed)
    yield "discussion closed", scene.view("discussion", id=made.id)
    yield "discussion_draft", scene.view("discussion_draft", id=made.id)


def _both(scene: Any, item: Item, name: str) -> Iterator[tuple[str, Message]]:
    named = {"kind": item.kind, "ref": item.ref}
    yield f"item_card {name}", scene.view("item_card", **named)
    yield f"moderated {name}", scene.view("moderated", **named)


def officials(scene: Any, moderator: Any, at: datetime) -> Iterator[tuple[str, Message | Form]]:
    """What moderators are shown when they ask, and their forms."""
    item = put(scene, at)
    yield "desk waiting", cards.waiting(moderator)
    yield "desk reject", forms.reject_form(moderator, item)
    yield "desk reword", forms.reword_form(moderator, item)
    yield "desk redact", forms.redact_form(moderator, item)
    yield "desk mute", forms.mute_form(moderator, item)
    many = forms.many_form(moderator, ItemState.WAITING, "-", 0)
    assert many
    yield "desk many", many
