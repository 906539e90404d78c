"""`kuulolla opinions`: a Polis export in, its groups and what they agree on out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from core.opinions import Analysis, Conversation, Mode, analyse, plain, read_export
from core.opinions.report import report


def run(
    place: Path, mode: Mode, json_file: Path | None, report_file: Path | None, language: str
) -> Iterator[str]:
    """Writes the files that are wanted, and tells lines for the person who waits."""
    conversation = read_export(place)
    analysis = analyse(conversation.votes, conversation.statements, mode)
    yield from conversation.notes
    yield from _told(conversation, analysis)
    if json_file:
        text = json.dumps(plain(analysis), ensure_ascii=False, indent=1, allow_nan=False)
        json_file.write_text(text + "\n", "utf-8")
        yield f"JSON: {json_file}"
    if report_file:
        report_file.write_text(report(conversation, analysis, language), "utf-8")
        yield f"Report: {report_file}"


def _told(conversation: Conversation, analysis: Analysis) -> Iterator[str]:
    people, statements = analysis.ballots.shape
    yield (
        f"{conversation.topic or 'A conversation'}: {people} people, {statements} statements "
        f"with votes, {len(analysis.ballots)} votes."
    )
    if not analysis.letters:
        yield "No opinion groups: too few people, or everyone voted alike."
    ids = analysis.ballots.statements
    for letter, told in zip(analysis.letters, analysis.representative, strict=True):
        stands = ", ".join(f"{'' if each.agree else 'not '}{ids[each.place]}" for each in told)
        yield f"Group {letter}: {analysis.members()[letter]} people; stands for: {stands or '–'}."
    agreed = [str(ids[each.place]) for each in analysis.consensus.agree]
    yield f"Most agree with: {', '.join(agreed) or '–'}."
