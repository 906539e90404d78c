"""Round-ups, and what editors see of them before they go out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from core.broadcasts import acts
from core.city import Look
from core.desk import Turn
from core.digests import preview
from core.events import Person
from core.messages import Message
from core.model import (
    Broadcast,
    BroadcastState,
    DigestPreview,
    Discussion,
    PollDraft,
    PollState,
    PreviewState,
    Shows,
    SurveyDraft,
)
from core.subscriptions import cards
from tests.golden.scene import EDITOR, Scene, Shown, person
from tests.stage import DESK, GROUP, START, three

OPENING = three(
    "Hyvää alkavaa viikkoa! Kevään penkit ovat nyt äänestettävinä.",
    "Trevlig ny vecka! Nu får du rösta om vårens bänkar.",
    "A good week to you! This spring's benches are up for a vote.",
)
TITLE = three("Kirjaston aukiolo", "Bibliotekets öppettider", "Library hours")
WATER = {
    "fi": "Vesi on poikki Rantatiellä iltakuuteen. Vesipiste on torilla.",
    "sv": "Vattnet är avstängt på Strandvägen till klockan 18. Vatten finns på torget.",
}
INTRO = three("Kolme kysymystä, kolme minuuttia.", "Tre frågor, tre minuter.", "Three questions.")
SHORE = three("Rantapuiston tulevaisuus", "Strandparkens framtid", "The future of Shore Park")
QUESTIONS = three("Mitä rantaan kaivataan?", "Vad saknas vid stranden?", "What is missing there?")
BENCH = three("Minne uusi penkki?", "Var ska bänken stå?", "Where should the bench stand?")
PLACES = (
    three("Torille", "På torget", "On the square"),
    three("Rantaan", "Vid stranden", "Ashore"),
)


def shown(scene: Scene) -> Iterator[tuple[str, Shown]]:
    editor = scene.turn(person(EDITOR))
    yield from _digests(scene)
    yield from _previews(scene, editor)
    yield from _subscriptions(scene, editor)
    yield from _broadcasts(scene, editor)


def _digests(scene: Scene) -> Iterator[tuple[str, Message]]:
    at = START.isoformat()
    yield "digest nothing new", scene.view("digest", items=[], at=at)
    for who in "ab":
        scene.store.follow_question(scene.numbers["waiting"], who, "telegram", "fi")
    items = [
        ("closing", _closing(scene)), ("surveys", _survey(scene)),
        ("followed", scene.numbers["waiting"]), ("discussions", _discussion(scene)),
        ("answers", 999), ("gone", 1),
    ]  # fmt: skip
    shown = {"items": items, "more": {"followed": 3}, "at": at}
    yield "digest of all that stands", scene.view("digest", **shown, opening=OPENING)
    made = _preview(scene, items)
    yield "digest_preview", scene.view("digest_preview", id=made.id)
    for state in (PreviewState.HELD, PreviewState.RELEASED):
        scene.store.save_digest_preview(replace(made, state=state, items=()))
        yield f"digest_preview {state}", scene.view("digest_preview", id=made.id)
    yield "digest_preview gone", scene.view("digest_preview", id=99)


def _previews(scene: Scene, editor: Turn) -> Iterator[tuple[str, Shown]]:
    made = _preview(scene, [("open", 1), ("answers", scene.numbers["answered"])])
    looked = preview.look(editor, str(made.id)).message
    edited = preview.edit(editor, str(made.id)).form
    assert looked and edited
    yield "digest_look", looked
    yield "digest_edit", edited


def _subscriptions(scene: Scene, editor: Turn) -> Iterator[tuple[str, Shown]]:
    me = scene.turn(Person("telegram", "21", scene.language))
    yield "subscribe", cards.card(me)
    yield "subscribe form", cards.form(me, None)
    scene.store.follow_question(scene.numbers["waiting"], me.resident, "telegram", "fi")
    for name, act, *args in (
        ("subscribed", cards.press_rhythm, "daily"),
        ("themes", lambda turn: cards.BUTTONS["sub_themes"](turn)),
        ("theme", cards.press_theme, "winter"),
        ("quiet", cards.show_quiet),
        ("subscribers", lambda _: cards.counts(editor)),
        ("stopped", cards.stop),
        ("stopped again", cards.stop),
    ):
        reply = act(me, *args)
        assert reply.message
        yield name, reply.message
    items, at = [("answers", scene.numbers["answered"])], START.isoformat()
    yield "my_digest", scene.view("my_digest", items=items, at=at)


def _broadcasts(scene: Scene, editor: Turn) -> Iterator[tuple[str, Shown]]:
    form = acts.new(editor).form
    assert form
    yield "broadcast form", form
    made = scene.store.add_broadcast(
        Broadcast(0, WATER, "", "", False, BroadcastState.WAITING, "slack:U0EDITOR", DESK, START)
    )
    yield "broadcast", scene.view("broadcast", id=made.id)
    yield "broadcast private", scene.view("broadcast", id=made.id, private=True)
    yield "broadcast gone", scene.view("broadcast", id=99)
    looked = acts.look(editor, str(made.id)).message
    assert looked
    yield "broadcast_look", looked
    begun = {"began_at": START, "ended_at": START + timedelta(minutes=7), "total": 12000}
    report = {"sent": 11890, "blocked": 84, "uncertain": 1, "failed: chat not found": 25}
    for state in BroadcastState:
        kept = replace(made, state=state, **begun, report=report if state.over else {})
        scene.store.save_broadcast(kept)
        yield f"broadcast_card {state}", scene.view("broadcast_card", id=made.id)
    yield "broadcast_report", scene.view("broadcast_report", id=made.id)


def _preview(scene: Scene, items: list[tuple[str, int]]) -> DigestPreview:
    found, due = tuple(items), START + timedelta(hours=3)
    opening = {"fi": OPENING["fi"]}
    return scene.store.put_digest_preview(
        DigestPreview(0, GROUP, START, due, found, found, opening=opening)
    )


def _closing(scene: Scene) -> int:
    opened, closes = START - timedelta(days=7), START + timedelta(days=1)
    draft = PollDraft(BENCH, PLACES, Shows.ALWAYS, opened, closes, (), "slack:U0EDITOR")
    return scene.store.add_poll(draft, bytes(32), PollState.OPEN).id


def _discussion(scene: Scene) -> int:
    draft = Discussion(
        0, SHORE, QUESTIONS, (), (), PollState.OPEN, START, None, Look.BEFORE, 5, "slack:U0EDITOR"
    )
    return scene.store.add_discussion(draft).id


def _survey(scene: Scene) -> int:
    draft = SurveyDraft(TITLE, INTRO, START, None, (), "slack:U0EDITOR", (), ())
    return scene.store.add_survey(draft, PollState.OPEN, ()).id
