"""Correcting a poll's words. Before the first ballot every word may change; afterwards typing
errors only: options keep their number and order, and a text changes by a few letters.

A machine can't judge meaning. It sees to it that no number and no negation comes or goes; the
correction stands on every post, with its time, for people to see.
"""

import re
from collections import Counter
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from core import clean
from core.answers import Kind
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import Ask, Form
from core.model import Poll, PollState
from core.polls import history, voting
from core.polls.form import OPTION_LIMIT, QUESTION_LIMIT
from core.ports import subject
from core.scene import IN
from core.texts import LANGUAGES, Localized, Texts
from core.webhooks import announce

LETTERS_A_CHANGE = 12
MOST_CHANGES = 4
_FIXED = re.compile(
    r"\d+|\b(?:en|et|ei|emme|ette|eivät|älä|älkää|ilman|inte|ej|icke|aldrig|ingen|inget|utan"
    r"|not|no|never|none|without|\w+n['’]t)\b",
    re.IGNORECASE,
)


def is_typing_error(old: str, new: str) -> bool:
    """Whether ``new`` may pass for ``old`` mended: one letter in the first dozen, and one more
    for every further dozen up to four; swapped neighbours count as one."""
    most = min(MOST_CHANGES, 1 + len(old) // LETTERS_A_CHANGE)
    return _fixed(old) == _fixed(new) and OSA.distance(old, new) <= most


def _fixed(words: str) -> Counter[str]:
    """Numbers and negations, which change the meaning by themselves."""
    return Counter(found.casefold() for found in _FIXED.findall(words))


def mend_form(turn: Turn, poll: Poll) -> Form:
    t, fields = turn.t, list[Ask]()
    for x in _languages(poll):
        name = IN[x](t)
        label = t("Question {in_language}", in_language=name)
        fields.append(Ask(f"question_{x}", label, "line", poll.question[x], limit=QUESTION_LIMIT))
        if poll.kind is Kind.WORDS:
            continue
        options = "\n".join(option.get(x, "") for option in poll.options)
        label, hint = t("Options {in_language}", in_language=name), ""
        if voting.tally(turn.store, poll).total:
            hint = t("People have voted: only typing errors can be mended, and all see it.")
        fields.append(Ask(f"options_{x}", label, "lines", options, hint, limit=1200))
    title = t("Correct poll {id}", id=poll.id)
    return Form("poll_mend", title, t("Correct"), tuple(fields), _state(turn, poll))


def mend(turn: Turn, state: str, poll: Poll, fields: Mapping[str, str]) -> bool:
    """False where nothing changed. Invalid names the texts that are more than mended; Refusal
    where somebody else was quicker, or the poll is no more."""
    turn.editor()
    if poll.state is PollState.CANCELLED:
        raise Refusal(turn.t("The poll was cancelled."))
    if state != _state(turn, poll):
        raise Refusal(turn.t("Somebody else has changed it meanwhile. Open it again."))
    question, options = _read(turn.t, poll, fields)
    if (question, options) == (poll.question, poll.options):
        return False
    voted = voting.tally(turn.store, poll).total > 0
    if voted and (errors := _too_much(turn.t, poll, question, options)):
        raise Invalid(errors)
    turn.store.reword_poll(poll.id, question, options)
    if voted:
        turn.store.add_poll_step(poll.id, turn.now, history.CORRECTED, turn.editor().key, {})
    turn.touch(subject("poll", poll.id))
    if poll.survey is None and poll.state is not PollState.SCHEDULED:
        announce(turn, "poll.changed", poll.id)
    return True


def _state(turn: Turn, poll: Poll) -> str:
    """Which poll, in which wording: so that of two who correct at once, one is told."""
    words = repr((poll.question, poll.options))
    return f"{poll.id}:{sum(map(ord, words)) % 9973}:{len(words)}"


def _languages(poll: Poll) -> list[str]:
    return [x for x in LANGUAGES if x in poll.question]


def _read(
    t: Texts, poll: Poll, fields: Mapping[str, str]
) -> tuple[Localized, tuple[Localized, ...]]:
    errors: dict[str, str] = {}
    question, columns = dict[str, str](), dict[str, list[str]]()
    for x in _languages(poll):
        question[x] = clean.line(fields.get(f"question_{x}", ""))
        if not 0 < len(question[x]) <= QUESTION_LIMIT:
            errors[f"question_{x}"] = t("Give 1 to {limit} characters.", limit=QUESTION_LIMIT)
        lines = fields.get(f"options_{x}", "").splitlines()
        columns[x] = [words for words in map(clean.line, lines) if words]
        if fault := _fault(t, poll, columns[x]):
            errors[f"options_{x}"] = fault
    if errors:
        raise Invalid(errors)
    return question, tuple({x: columns[x][i] for x in columns} for i in range(len(poll.options)))


def _fault(t: Texts, poll: Poll, options: list[str]) -> str | None:
    if len(options) != len(poll.options):
        return t("The number and the order of the options stay as they are.")
    if len({x.casefold() for x in options}) < len(options):
        return t("The same option is there twice.")
    if any(len(x) > OPTION_LIMIT for x in options):
        return t("An option has at most {limit} characters.", limit=OPTION_LIMIT)
    return None


def _too_much(
    t: Texts, poll: Poll, question: Localized, options: tuple[Localized, ...]
) -> dict[str, str]:
    told = t("People have voted on the old words: only a typing error can be mended.")
    pairs = [("question", poll.question, question)]
    pairs += [("options", old, new) for old, new in zip(poll.options, options, strict=True)]
    return {
        f"{name}_{x}": told
        for name, old, new in pairs
        for x in new
        if not is_typing_error(old.get(x, ""), new[x])
    }
