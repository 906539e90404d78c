"""What is said of many comments: which sub-theme one may belong to, which is typical, which words
came later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.city import Look
from core.discussions import sorting, summing
from core.model import Comment, CommentKind, CommentState, Discussion, PollState

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
PARK = Discussion(
    1, {"fi": "Ranta"}, {}, ("Leikki", "Penkit ja pöydät", "Muuta"), (), PollState.OPEN, NOW, None,
    Look.AFTER, 5, "slack:U1", keywords=(("keinu", "liukumäki", "gunga", "swing"), (), ()),
)  # fmt: skip


def comment(id: int, text: str, days: float = 0, topic: int | None = None) -> Comment:
    return Comment(
        id, 1, None, f"{id:032x}", "telegram", "fi", text, CommentKind.OTHER, topic,
        CommentState.SHOWN, NOW + timedelta(days=days),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Lisää keinuja rantaan, kiitos", 0),
        ("Leikkipaikka on liian pieni", 0),
        ("Fler gungor till stranden", 0),
        ("The swings are too high", 0),
        ("Penkkejä voisi olla enemmän", 1),
        ("Pöydälle mahtuisi eväät", 1),
        ("Keinun viereen penkki", None),
        ("Uimaranta on likainen", None),
        ("?!", None),
    ],
)
def test_by_the_words_of_sub_themes(text: str, topic: int | None) -> None:
    assert sorting.suggest(PARK, [], text) == topic


def test_by_what_others_sorted_before() -> None:
    earlier = [
        *((f"Koirapuisto {n} kaipaa aitaa", 2) for n in range(9)),
        *((f"Laituri {n} on laho", 1) for n in range(9)),
        ("Koirien ja laiturin paikka", 0),
    ]
    assert sorting.suggest(PARK, earlier, "Aita koirapuistoon") == 2
    assert sorting.suggest(PARK, earlier, "Laiturin korjaus") == 1
    assert sorting.suggest(PARK, earlier[:1], "Aita koirapuistoon") is None
    assert sorting.suggest(PARK, earlier, "Kaivo") is None


def test_large_sub_themes_have_no_advantage() -> None:
    earlier = [*((f"Satama {n}", 2) for n in range(150)), *(("Satama ja keli", 1),) * 10]
    assert sorting.suggest(PARK, earlier, "Satama") is None


def test_sub_themes_that_are_gone_are_not_suggested() -> None:
    fewer = replace(PARK, topics=PARK.topics[:2], keywords=())
    assert sorting.suggest(fewer, [("Koira", 2)] * 9, "Koira") is None


def test_the_typical_comment_shares_most_with_the_others() -> None:
    said = (
        "Keinut rikki",
        "Keinut ovat rikki ja valot pimeinä",
        "Valot pimeinä",
        "Sorsat ovat kivoja",
        "Miksi keinut ovat rikki?",
    )
    assert summing.nearest([comment(n, text) for n, text in enumerate(said)]).id in (0, 1)
    assert summing.nearest([comment(7, "!")]).id == 7


def test_words_that_came_later() -> None:
    said = [
        comment(1, "Keinut rikki", 0), comment(2, "Keinut huonot", 0.1),
        comment(3, "Melu häiritsee", 2.1), comment(4, "Melusta taas, ja keinuista", 2.5),
        comment(5, "Lepakko", 3.9),
    ]  # fmt: skip
    assert summing.new_words(said, NOW, timedelta(days=1)) == {2: ["melu"]}
    assert summing.new_words(said[:2], NOW, timedelta(days=1)) == {}
