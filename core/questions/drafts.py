"""A question before it is sent: read, cleaned of personal data, understood, within limits."""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from core import clean, markers, routing, similar
from core.desk import Turn
from core.errors import Refusal
from core.model import OPEN, Question, QuestionState
from core.questions.own_case import speaks_of_own_case
from core.scene import reference
from core.words import said

SHORTEST = 10
LONGEST = 2000
PACE = 12
"""Texts that one person may have us look at in `PACE_MINUTES`."""
PACE_MINUTES = 2
SAME = 0.9
"""Likeness from which a question is the same as one's own that waits for an answer."""
WAITING = OPEN | {QuestionState.RECEIVED, QuestionState.MODERATION}


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that is not sent yet, and what we understood of it. ``token`` ties a button to
    the draft it was shown with, so that an old message's button can't send a newer text.

    The text is what others may read: of personal data only its ``hidden`` kinds are known.
    ``other`` is a body outside the city whose this seems to be. ``own_case``: it seems to be the
    asker's own. ``sure`` and what follows are for the officials: see `core.routing.Guess`;
    ``chosen``: the asker chose the theme themselves. ``within``: calendar days that the city has
    for this kind of question, where not its department's usual ones.
    """

    text: str
    theme: str | None
    department: str
    because: tuple[str, ...]
    token: str
    hidden: tuple[str, ...] = ()
    other: str | None = None
    own_case: bool = False
    area: str | None = None
    sure: bool = False
    unsure: bool = False
    second: str | None = None
    learned: bool = False
    chosen: bool = False
    within: int = 0

    def understood(self) -> dict[str, Any]:
        """What is remembered of why the question went where it went."""
        own = ("text", "token", "hidden", "own_case")
        kept = {name: value for name, value in asdict(self).items() if name not in own}
        return {name: value for name, value in kept.items() if value or name == "department"}


def start(turn: Turn, text: str) -> tuple[Draft, list[Question]]:
    """Keeps the text as the person's draft; with it, questions that are like it."""
    _slow_down(turn)
    text = check_text(turn, text)
    text, hidden = markers.hide(text)
    corrected = similar.corrected(turn.store, text, turn.now)
    guess = routing.guess(turn.city, text, corrected, turn.store.lemmas)
    draft = Draft(
        text,
        guess.theme,
        guess.department,
        guess.because,
        secrets.token_hex(4),
        tuple(hidden),
        guess.other,
        speaks_of_own_case(text),
        guess.area,
        guess.sure,
        guess.unsure,
        guess.second,
        guess.learned,
    )
    _keep(turn, draft)
    return draft, similar.find(turn.store, text)


def check_text(turn: Turn, text: str) -> str:
    """The text made clean; Refusal where it is too short or too long."""
    text = clean.lines(text)
    if len(text) < SHORTEST:
        raise Refusal(turn.t("Please write a little more: what, where, and what you hope for."))
    if len(text) > LONGEST:
        raise Refusal(
            turn.t(
                "Your question has {n} characters; {limit} fit. Please shorten it.",
                n=len(text),
                limit=LONGEST,
            )
        )
    return text


def choose_theme(turn: Turn, token: str, theme_id: str) -> Draft:
    """The person corrected what we understood, or left it. ``-`` stands for none of the themes."""
    draft = kept(turn, token)
    theme = turn.city.theme(theme_id)
    department = theme.department if theme else turn.city.general_desk
    chosen = theme.id if theme else None
    if chosen == draft.theme:
        return draft
    draft = replace(draft, theme=chosen, department=department, because=(), other=None, chosen=True)
    _keep(turn, draft)
    return draft


def redirect(turn: Turn, draft: Draft, theme_id: str, within: int) -> None:
    """To a theme that its kind decides."""
    theme = turn.city.theme(theme_id)
    assert theme
    _keep(
        turn,
        replace(
            draft,
            theme=theme.id,
            department=theme.department,
            because=(),
            other=None,
            within=within,
        ),
    )


def kept(turn: Turn, token: str) -> Draft:
    found = turn.store.draft(turn.resident, "question")
    if found is None or found["token"] != token:
        raise Refusal(turn.t("This draft is no longer there. Write your question again."))
    lists = {name: tuple(found[name]) for name in ("because", "hidden")}
    return Draft(**{**found, **lists})


def _keep(turn: Turn, draft: Draft) -> None:
    turn.store.put_draft(turn.resident, "question", asdict(draft), turn.now)


# --- limits ------------------------------------------------------------------------------------


def check_limits(turn: Turn, text: str) -> None:
    """Refusal, saying what helps, where the person has asked enough for now."""
    t, limit = turn.t, turn.city.question_limits
    asked = turn.store.questions_of(turn.accounts, limit=50)
    waiting = [q for q in asked if q.state in WAITING]
    own, *others = said([text, *(question.text for question in waiting)], turn.store.lemmas)
    for question, words in zip(waiting, others, strict=True):
        if similar.likeness(own, words, {}) >= SAME:
            name = reference(turn.city, question.number)
            raise Refusal(
                t(
                    "You have asked this already: {reference}. You will get an answer to it.",
                    reference=name,
                )
            )
    if len(waiting) >= limit.open:
        raise Refusal(
            t(
                "{n} of your questions wait for an answer. You can ask more when one of them is "
                "answered, or withdraw one.",
                n=len(waiting),
            )
        )
    if sum(q.received_at > turn.now - timedelta(days=1) for q in asked) >= limit.a_day:
        raise Refusal(
            t("You can ask {n} questions a day. Please write again tomorrow.", n=limit.a_day)
        )


def _slow_down(turn: Turn) -> None:
    """A flood of texts from one chat waits, so that others are answered meanwhile."""
    since = (turn.now - timedelta(minutes=PACE_MINUTES)).timestamp()
    found = turn.store.draft(turn.resident, "pace") or {"at": []}
    recent = [at for at in found["at"] if at > since]
    if len(recent) >= PACE:
        raise Refusal(turn.t("You write very fast. Please wait a minute and write again."))
    turn.store.put_draft(turn.resident, "pace", {"at": [*recent, turn.now.timestamp()]}, turn.now)
