"""A whole conversation over four channels: its export is read back, and says what people said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.opinions import read_export
from tests.dialogs.whole import FI, export, from_the_opening_to_the_end, whole_town
from tests.stage import Stage


@pytest.fixture
def town(stage: Stage) -> Iterator[Stage]:
    with whole_town(stage.database) as made:
        yield made


def test_from_the_opening_to_the_export(town: Stage, tmp_path: Path) -> None:
    from_the_opening_to_the_end(town)
    kept = export(town, tmp_path)
    told = read_export(tmp_path)
    votes = told.votes.latest()
    ids = [votes.statements[place] for place in votes.statement]
    assert sorted(zip(ids, votes.value.tolist(), strict=True)) == kept and len(kept) == 16 * 12 + 2
    assert {letter for letter in told.published.values() if letter} == {"A", "B"}
    assert [each.text for each in told.statements] == [*FI, "Torille lisää penkkejä"]
