"""Polls of every kind, to all and to one who answers; and an option that is taken out of one."""

from collections.abc import Iterator, Sequence

from core.answers import Kind, points, ranking, several
from core.desk import Turn
from core.events import Person
from core.model import (
    Ballot,
    Extra,
    Picture,
    Poll,
    PollDraft,
    PollState,
    Shows,
    Words,
    WordsState,
)
from core.people import voter
from core.polls import board, care
from core.polls.answering import ballot, ballot_form
from core.polls.own import own_view
from core.polls.shown import poll_for
from core.texts import LANGUAGES
from tests.golden.scene import (
    BRIDGE,
    EDITOR,
    ENGINEER,
    PLACES,
    REASON,
    Scene,
    Shown,
    form,
    message,
    person,
)
from tests.stage import GROUP, START

KINDS = {
    Kind.SEVERAL: (several([0, 2]), several([0]), several([0, 1])),
    Kind.YES_NO: (0, 0, 1),
    Kind.SCALE: (4, 3, 0),
    Kind.POINTS: (points([7, 0, 3]), points([0, 10, 0])),
    Kind.RANKING: (
        ranking([2, 0, 1]),
        ranking([0, 2]),
        ranking([1, 0]),
        ranking([0]),
        ranking([2]),
    ),
}
HOSTILE = (
    "<b>*a*</b> _b_ `c` [d](https://e.example) &amp; <@U1> <!channel> @all \u202etxt.exe | ~f~"
)
WRITTEN = ("Laituri", "laiturit!", HOSTILE, "Soita [removed: phone number]", "x" * 140, "👍")
WORD = {"fi": "Vaihtoehto", "sv": "Alternativ", "en": "Option"}
STATES = {2: WordsState.WAITING, 3: WordsState.HIDDEN}


def shown(scene: Scene) -> Iterator[tuple[str, Shown]]:
    """Polls of every kind: to all, to one who is answering, and their form."""
    me, work = scene.turn(Person("telegram", "11")), scene.turn(person(ENGINEER))
    for kind, answers in KINDS.items():
        poll = _kind(scene, kind, answers)
        yield f"{kind} post", scene.view("poll", id=poll.id)
        yield f"{kind} own", poll_for(me, poll, answers[0], answers[0], me.person)
        if not poll.paper.one:
            yield f"{kind} form", ballot_form(work, poll, answers[1])
    yield from _words(scene, me, work)


def pictures(scene: Scene) -> Iterator[tuple[str, Shown]]:
    """Options with pictures, and as many as there can be."""
    me = scene.turn(Person("telegram", "11"))
    three = _pictured(scene, Kind.SINGLE, PLACES)
    yield "post", scene.view("poll", id=three.id)
    yield "own", poll_for(me, three, 1, 1, me.person)
    for kind in (Kind.SINGLE, Kind.SEVERAL):
        twelve = _pictured(scene, kind, [_named(n) for n in range(1, 13)])
        yield f"twelve, {kind}", scene.view("poll", id=twelve.id)


def _named(n: int) -> dict[str, str]:
    return {x: f"{name} {n} {'– pitkä nimi' * 5}" for x, name in WORD.items()}


def _pictured(scene: Scene, kind: Kind, places: Sequence[dict[str, str]]) -> Poll:
    """Every option but the third of three has a picture; its words break what shows them."""
    about = {"fi": HOSTILE, "sv": f"Bild {HOSTILE}"}
    extras = {
        n: Extra(f"https://city.example/{n}.jpg", about, Picture(f"{n:032x}", "jpeg", 800, 600))
        for n in range(2 if len(places) == 3 else len(places))
    }
    draft = PollDraft(BRIDGE, tuple(places), Shows.ALWAYS, START, None, (GROUP,), EDITOR.key,
                      kind=kind, most=len(places), extras=extras)  # fmt: skip
    return scene.store.add_poll(draft, bytes(32), PollState.OPEN)


def _words(scene: Scene, me: Turn, work: Turn) -> Iterator[tuple[str, Shown]]:
    """What many wrote, some of it to break what shows it."""
    poll = _kind(scene, Kind.WORDS, (0,) * 6, ())
    editor = scene.turn(person(EDITOR))
    yield "words post, too few", scene.view("poll", id=_kind(scene, Kind.WORDS, (0,), ()).id)
    for n, text in enumerate(WRITTEN):
        state = STATES.get(n, WordsState.APPROVED)
        found, reason = (("phone",), HOSTILE[:150]) if n == 3 else ((), "")
        made = Words("", text, "en", state, found, reason)
        mine = voter(bytes(32), me.person) if n == 3 else bytes([n]) * 16
        scene.store.put_words(poll.id, mine, made, first=False)
    yield "words own", own_view(me, poll)
    yield "words form", ballot_form(work, poll, 0)
    tokens = [w.token for w in scene.store.words(poll.id, WordsState.WAITING, "", 9)]
    scene.store.judge_words(poll.id, tokens, WordsState.APPROVED, "")
    yield "words post", scene.view("poll", id=poll.id)
    yield "words results", board.results(editor, poll)
    yield "words prompt", message(ballot(me, str(poll.id)))


def withdrawn(scene: Scene) -> Iterator[tuple[str, Shown]]:
    """An option that an editor takes out of an open poll."""
    id = scene.poll(Shows.ALWAYS, PollState.OPEN, (3, 2, 1))
    yield "form", form(care.withdraw(scene.turn(person(EDITOR)), str(id)))
    scene.store.withdraw_option(id, 0)
    step = scene.store.add_poll_step(id, START, "withdrawn", EDITOR.key, REASON, 0)
    poll = scene.store.poll(id)
    assert poll is not None
    yield "poll", scene.view("poll", id=id)
    yield "whose vote is lost", poll_for(scene.turn(Person("telegram", "11")), poll, 0, 0)
    yield "poll_withdrawal", scene.view("poll_withdrawal", step=step.id)
    yield "poll_withdrawal gone", scene.view("poll_withdrawal", step=99)


def _kind(
    scene: Scene, kind: Kind, answers: tuple[int, ...], places: Sequence[dict[str, str]] = PLACES
) -> Poll:
    steps = tuple({x: str(n) for x in LANGUAGES} for n in range(1, 6))
    options = steps if kind is Kind.SCALE else places
    draft = PollDraft(
        BRIDGE, options, Shows.ALWAYS, START, None, (GROUP,), EDITOR.key, kind=kind,
        most=10 if kind is Kind.POINTS else len(options) or 1,
    )  # fmt: skip
    poll = scene.store.add_poll(draft, bytes(32), PollState.OPEN)
    scene.store.put_ballots(
        Ballot(poll.id, f"{voter:032x}", answer, "telegram", voter, START)
        for voter, answer in enumerate(answers)
    )
    return poll
