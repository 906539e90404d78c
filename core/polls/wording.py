"""Answers, rules and refusals in words."""

from collections.abc import Sequence

from core.answers import MOST_LETTERS, Kind, Paper
from core.polls.press import Outcome
from core.texts import Localized, Texts, plain


def in_words(t: Texts, paper: Paper, options: Sequence[Localized], answer: int) -> str:
    """``Bench``; ``Bench, Slide``; ``Bench 3, Slide 7``; ``1. Slide, 2. Bench``."""
    chosen = paper.chosen(answer)
    names = [plain(options[i], t.language) for i in chosen]
    if paper.kind is Kind.POINTS:
        support = paper.support(answer)
        names = [f"{name} {support[i]}" for name, i in zip(names, chosen, strict=True)]
    elif paper.kind is Kind.RANKING:
        names = [f"{place}. {name}" for place, name in enumerate(names, 1)]
    return ", ".join(names)


def receipted(t: Texts, counted: str, receipt: str) -> str:
    return t("{counted} Receipt {receipt}.", counted=counted, receipt=receipt)


def how(t: Texts, paper: Paper) -> str:
    """How to answer, where pressing one option is not all there is to it; "" otherwise."""
    least, most, left = paper.needed, paper.allowed, paper.size - len(paper.gone)
    match paper.kind:
        case Kind.SEVERAL if least == most:
            return t("Choose {n}.", n=most)
        case Kind.SEVERAL if most < left:
            return t("Choose {least} to {most}.", least=least, most=most)
        case Kind.SEVERAL:
            return t("Choose as many as you like, at least {least}.", least=least)
        case Kind.POINTS:
            return t("Spread up to {most} points as you like.", most=most)
        case Kind.RANKING if least < most:
            return t("Put at least {least} in your order, the best first.", least=least)
        case Kind.RANKING:
            return t("Put all options in your order, the best first.")
        case Kind.WORDS:
            limit = MOST_LETTERS
            return t("Answer in your own words, {limit} characters at most.", limit=limit)
    return ""


def missing(t: Texts, paper: Paper, marks: int, counts_already: bool) -> str:
    """What marks lack that do not count yet."""
    lack = max(1, paper.needed - paper.given(marks))
    said = t.plural("{n} more, and your vote counts.", "{n} more, and your vote counts.", lack)
    return said + " " + t("Until then your earlier vote counts.") if counts_already else said


def full(t: Texts, paper: Paper) -> str:
    if paper.kind is Kind.POINTS:
        return t("No more fits: there are {most} points in all.", most=paper.most)
    return t("At most {most}: press one that you chose to take it off.", most=paper.most)


def refusal(t: Texts, outcome: Outcome) -> str:
    """Why a vote was not counted."""
    return {
        Outcome.CLOSED: t("This poll is closed. Your vote was not counted."),
        Outcome.NOT_OPEN: t("This poll is not open yet."),
        Outcome.GONE: t("There is no such poll."),
        Outcome.NO_OPTION: unreadable(t),
        Outcome.NO_CODE: t("This poll needs a code. Open it in a private chat, and enter yours."),
        Outcome.NOT_HERE: t("Only members of the poll's own chats may vote: begin in one of them."),
        Outcome.NO_AREA: t("Say first where you live: open the poll in a private chat."),
        Outcome.ELSEWHERE: t("Your vote is not counted: the poll is for residents of other areas."),
        Outcome.WITHDRAWN: t(
            "This option was withdrawn, so your vote is not counted. Choose another one."
        ),
        Outcome.FINAL: t("You have voted already, and votes in this poll are final."),
    }[outcome]


def unreadable(t: Texts) -> str:
    return t("This button is from an older message. Please open it again.")


def withdrawal_rule(t: Texts, kind: Kind) -> str:
    """What it means for votes that an option is withdrawn."""
    if kind is Kind.SINGLE:
        return t(
            "Votes for it are not counted. Whoever gave one may vote again until the poll closes."
        )
    return t(
        "It is passed over in votes that name it: what else they name counts. Whoever named "
        "nothing else may vote again until the poll closes."
    )


def lost(t: Texts, paper: Paper, choice: int | None) -> str:
    """For the voter whose own vote names what was withdrawn; "" for others."""
    if choice is None or not paper.names_gone(choice):
        return ""
    if paper.kept(choice) is None:
        return t("What you chose was withdrawn, so your vote is not counted: vote again.")
    return t("An option that you chose was withdrawn: the rest of your vote counts.")
