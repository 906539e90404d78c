"""An answer in words."""

from collections.abc import Sequence

from core.answers import Kind, Paper
from core.texts import Localized, Texts, plain


def in_words(t: Texts, paper: Paper, options: Sequence[Localized], answer: int) -> str:
    """``Bench``; ``Bench, Slide``; ``Bench 3, Slide 7``; ``1. Slide, 2. Bench``."""
    if paper.kind is Kind.WORDS:
        return t("your own words")
    chosen = paper.chosen(answer)
    names = [plain(options[i], t.language) for i in chosen]
    if paper.kind is Kind.POINTS:
        support = paper.support(answer)
        names = [f"{name} {support[i]}" for name, i in zip(names, chosen, strict=True)]
    elif paper.kind is Kind.RANKING:
        names = [f"{place}. {name}" for place, name in enumerate(names, 1)]
    return ", ".join(names)
