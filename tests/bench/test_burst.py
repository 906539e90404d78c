"""A small burst through every channel at once, on both databases, with the real process."""

from pathlib import Path

from bench.burst import Crowd, burst

SMALL = Crowd(votes=1_000, seconds=1.0, changes=0.3, repeats=0.3)


async def test_every_vote_of_a_burst_counts_once_and_is_answered(
    database_url: str, tmp_path: Path
) -> None:
    found = await burst(SMALL, database_url, tmp_path)
    assert (found.lost, found.double, found.refused) == (0, 0, 0)
    assert 0 < found.edits < 20
