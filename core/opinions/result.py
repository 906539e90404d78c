"""An analysis as plain values, for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.opinions.analysis import Analysis
from core.opinions.statements import Agreed, named


def plain(analysis: Analysis) -> dict[str, Any]:
    """Lists by statement (`center`, each of `components`) are in the order of `statements`, which
    has those with votes. Positions are by participant."""
    ids = analysis.ballots.statements
    people = analysis.ballots.participants
    places = analysis.space.people.tolist()
    told = dict(zip(analysis.letters, analysis.representative, strict=True))
    agreed = {"agree": analysis.consensus.agree, "disagree": analysis.consensus.disagree}

    def places_of(records: Sequence[Agreed]) -> list[Any]:
        return [ids[each.place] for each in records]

    return {
        "mode": str(analysis.mode),
        "participants": {str(who): letter for who, letter in analysis.letter_of().items()},
        "groups": analysis.members(),
        "moved": analysis.moved,
        "silhouettes": {str(k): score for k, score in analysis.silhouettes.items()},
        "center": analysis.space.center.tolist(),
        "components": analysis.space.components.tolist(),
        "eigenvalues": analysis.space.eigenvalues.tolist(),
        "positions": {str(who): place for who, place in zip(people, places, strict=True)},
        "statements": _statements(analysis),
        "statements_without_votes": list(analysis.unvoted),
        "representative": {letter: places_of(records) for letter, records in told.items()},
        "representative_details": {letter: named(records, ids) for letter, records in told.items()},
        "consensus": {side: places_of(records) for side, records in agreed.items()},
        "consensus_details": {side: named(records, ids) for side, records in agreed.items()},
    }


def _statements(analysis: Analysis) -> list[dict[str, Any]]:
    everyone = analysis.everyone
    columns = {
        "id": analysis.ballots.statements,
        "agrees": everyone.agrees[0].tolist(),
        "disagrees": everyone.disagrees[0].tolist(),
        "passes": everyone.passes[0].tolist(),
        "extremity": analysis.space.extremity.tolist(),
        "priority": analysis.priority.tolist(),
        "group_informed_consensus": analysis.group_informed_consensus.tolist(),
        "left_out": analysis.left_out.tolist(),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
