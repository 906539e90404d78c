"""How a poll stands, for each kind: bars, and what a way of counting says."""

from collections.abc import Sequence
from functools import lru_cache

from core.answers import Kind, Paper, read_ranking
from core.messages import AnyBlock, Bar, Bars, Facts, text
from core.model import FEW, Poll, PollState, Tally, WordsState
from core.polls.counting import Round, RunOff, Schulze, mean, run_off, schulze
from core.polls.wordcount import Summary, summary
from core.ports import Store
from core.scene import Scene, page_link
from core.texts import Texts, plain


def result_blocks(
    scene: Scene, poll: Poll, tally: Tally, choice: int | None = None
) -> list[AnyBlock]:
    """``choice`` is the reader's own answer."""
    if poll.kind is Kind.WORDS:
        return _written(scene, poll, tally)
    return counted_blocks(scene.t, poll, tally, choice)


def counted_blocks(t: Texts, poll: Poll, tally: Tally, choice: int | None = None) -> list[AnyBlock]:
    """Of the kinds whose answers are numbers."""
    blocks: list[AnyBlock] = [bars(t, poll, tally, choice)]
    if poll.kind is Kind.SCALE and (found := mean(tally.counts)) is not None:
        blocks.append(Facts(((t("Mean"), t.decimal(found)),)))
    if poll.kind is Kind.RANKING and tally.total:
        blocks += _ranked(t, poll, tally)
    return blocks


MOST_QUOTED = 5
"""Answers in words that a message shows."""


def bars(t: Texts, poll: Poll, tally: Tally, choice: int | None = None) -> Bars:
    mine = () if choice is None else poll.paper.chosen(choice)
    made = tuple(
        Bar(
            label(t, poll, tally, i),
            count,
            share,
            i in mine,
            t.percent(share),
            amount(t, poll.kind, count),
        )
        for i, (count, share) in enumerate(zip(tally.counts, tally.shares, strict=True))
    )
    return Bars(made, caption(t, tally))


def label(t: Texts, poll: Poll, tally: Tally, option: int) -> str:
    name = plain(poll.options[option], t.language)
    if (n := tally.uncounted.get(option)) is None:
        return name
    return t.plural(
        "{option} (withdrawn, {n} vote not counted)",
        "{option} (withdrawn, {n} votes not counted)",
        n,
        option=name,
    )


def amount(t: Texts, kind: Kind, count: int) -> str:
    """An option's figure in words; "" where it is in votes."""
    return t.plural("{n} point", "{n} points", count) if kind is Kind.POINTS else ""


def caption(t: Texts, tally: Tally) -> str:
    votes = t.plural("{n} vote", "{n} votes", tally.total)
    match tally.paper.kind:
        case Kind.SEVERAL:
            return t("{votes}; one vote may choose several", votes=votes)
        case Kind.POINTS:
            given = t.plural("{n} point", "{n} points", sum(tally.counts))
            return f"{votes}, {given}"
        case Kind.RANKING:
            return t("{votes}; the bars show first choices", votes=votes)
    return votes


# --- words ------------------------------------------------------------------------------------


def written(store: Store, poll: Poll, tally: Tally) -> Summary | None:
    """What may be shown of answers in words; None where so few have answered that they might be
    known by it."""
    if tally.total < FEW:
        return None
    found = tuple((text, n) for text, _, n in store.approved_words(poll.id))
    return summary(found, store.lemmas)


def _written(scene: Scene, poll: Poll, tally: Tally) -> list[AnyBlock]:
    t, given = scene.t, answers_given(scene.t, tally)
    found = written(scene.store, poll, tally)
    if found is None:
        return [text(given), text(t("Answers show when there are {n} of them.", n=FEW))]
    counts = scene.store.words_counts(poll.id)
    states = t(
        "Shown {shown}, not read yet {waiting}, hidden {hidden}.",
        shown=found.total,
        waiting=counts[WordsState.WAITING],
        hidden=counts[WordsState.HIDDEN],
    )
    blocks: list[AnyBlock] = [text(given)]
    if found.words:
        used = tuple(_word(t, word, n, found.total) for word, n in found.words)
        blocks = [text(t("The most used words"), role="note"), Bars(used, given)]
    blocks += [text(_times(t, *one), role="quote") for one in found.answers[:MOST_QUOTED]]
    if len(found.answers) > MOST_QUOTED:
        blocks += page_link(scene, t("All answers"), f"/polls/{poll.id}/answers")
    return [*blocks, text(states, role="note")]


def answers_given(t: Texts, tally: Tally) -> str:
    return t.plural("{n} answer", "{n} answers", tally.total)


def _word(t: Texts, word: str, n: int, total: int) -> Bar:
    share = n / total
    return Bar(
        word, n, share, percent=t.percent(share), amount=t.plural("{n} answer", "{n} answers", n)
    )


def _times(t: Texts, words: str, n: int) -> str:
    return f"{words} ({t.number(n)})" if n > 1 else words


# --- rankings --------------------------------------------------------------------------------


@lru_cache(32)
def counted(paper: Paper, answers: frozenset[tuple[int, int]]) -> tuple[RunOff, Schulze]:
    """By both ways. Kept, for every chat and every reader is shown the same."""
    rankings = {tuple(read_ranking(answer)): n for answer, n in answers}
    return (
        run_off(paper.size, rankings, paper.gone),
        schulze(paper.size, rankings, paper.gone),
    )


def counts_rankings(poll: Poll, tally: Tally) -> bool:
    """While a poll is open, what few rankings say together says what each of them says."""
    return tally.total >= FEW or poll.state is PollState.CLOSED


def both(tally: Tally) -> tuple[RunOff, Schulze]:
    return counted(tally.paper, frozenset(tally.answers.items()))


def _ranked(t: Texts, poll: Poll, tally: Tally) -> list[AnyBlock]:
    names = [plain(option, t.language) for option in poll.options]
    if not counts_rankings(poll, tally):
        return [text(t("How the rankings compare is shown from {n} votes on.", n=FEW), role="note")]
    instant, pairs = both(tally)
    facts = (
        (t("Instant run-off"), _winners(t, names, instant.winners)),
        (t("Schulze"), _in_order(names, pairs.order)),
    )
    rounds = "\n".join(_round(t, names, n, one) for n, one in enumerate(instant.rounds, 1))
    return [Facts(facts), text(rounds, role="note")]


def _winners(t: Texts, names: Sequence[str], winners: Sequence[int]) -> str:
    won = ", ".join(names[i] for i in winners)
    return t("a tie: {options}", options=won) if len(winners) > 1 else won


def _in_order(names: Sequence[str], order: Sequence[Sequence[int]]) -> str:
    return " > ".join(" = ".join(names[i] for i in level) for level in order)


def _round(t: Texts, names: Sequence[str], n: int, one: Round) -> str:
    counts = ", ".join(f"{names[i]} {t.number(count)}" for i, count in one.counts.items())
    said = t("Round {n}: {counts}.", n=n, counts=counts)
    if one.out:
        said += " " + t("Out: {options}.", options=", ".join(names[i] for i in one.out))
    return said
