"""``kuulolla verify``: counts the list of a closed poll's ballots again."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bots import cli

app = typer.Typer()


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The list of ballots.")],
    receipt: Annotated[str, typer.Option(help="Find the line with this receipt.")] = "",
    sha256: Annotated[str, typer.Option(help="What the city published; compared with.")] = "",
) -> None:
    """Count the published ballots of a closed poll again.

    Needs neither settings nor a database: the file, and what the city published in its chats.
    Exit code 1 where anything is not as it should be. docs/ballot-list.md tells what it means.
    """
    from core import codes
    from core.polls import ballot_list

    name = codes.read(receipt, ballot_list.LENGTH)
    if receipt and name is None:
        cli.stop(f"{receipt!r} is not a receipt: these look like K7QF3-M9D2X.")
    try:
        with cli.faults_told(), file.open("rb") as lines:
            found = ballot_list.recount(lines, codes.show(name) if name else "")
    except ballot_list.NotOurs as error:
        cli.stop(f"{file}: {error}.", code=1)
    faults = list(found.faults)
    if sha256 and re.sub(r"\s", "", sha256).lower() != found.sha256:
        faults.append("the SHA-256 is not the published one: this is another list")
    _tell(found)
    if receipt:
        faults += _tell_mine(found, receipt)
    if faults:
        cli.stop(*faults, code=1)
    typer.echo("In order: the ballots add up to the result.")


def _tell(found: "ballot_list.Recount") -> None:  # noqa: F821 - loaded when it is needed
    head, tally = found.head, found.tally
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for i, (option, count) in enumerate(zip(head.options, tally.counts, strict=True)):
        n = tally.uncounted.get(i)
        table.add_row(_words(option), str(count) if n is None else f"withdrawn ({n} not counted)")
    typer.echo(f"Poll {head.poll}: {_words(head.question)}")
    Console().print(table)
    _tell_count(found)
    typer.echo(f"Ballots: {tally.ballots}")
    if tally.ballots > tally.total:
        typer.echo(f"Not counted, as they name nothing else: {tally.ballots - tally.total}")
    typer.echo(f"SHA-256: {found.sha256}")


def _tell_count(found: "ballot_list.Recount") -> None:  # noqa: F821
    """What counting says beyond each option's figure."""
    from core.polls.counting import mean
    from core.polls.results import both

    names, tally = [_words(option) for option in found.head.options], found.tally
    if tally.paper.kind == "scale" and (average := mean(tally.counts)) is not None:
        typer.echo(f"Mean: {average:.1f}")
    if tally.paper.kind != "ranking" or not tally.total:
        return
    instant, pairs = both(tally)
    for n, one in enumerate(instant.rounds, 1):
        counts = ", ".join(f"{names[i]} {count}" for i, count in one.counts.items())
        out = f" Out: {', '.join(names[i] for i in one.out)}." if one.out else ""
        typer.echo(f"Round {n}: {counts}.{out}")
    tie = "a tie: " if len(instant.winners) > 1 else ""
    typer.echo(f"Instant run-off: {tie}{', '.join(names[i] for i in instant.winners)}")
    order = " > ".join(" = ".join(names[i] for i in level) for level in pairs.order)
    typer.echo(f"Schulze: {order}")


def _tell_mine(found: "ballot_list.Recount", receipt: str) -> list[str]:  # noqa: F821
    if not found.mine:
        return [f"no ballot has the receipt {receipt}"]
    paper = found.tally.paper
    for answer in found.mine:
        support = paper.support(answer)
        names = [_words(found.head.options[i]) for i in paper.chosen(answer)]
        if paper.kind == "ranking":
            names = [f"{place}. {name}" for place, name in enumerate(names, 1)]
        points = f" ({', '.join(map(str, support))})" if paper.kind == "points" else ""
        said = ", ".join(names) or "counted; what it says stands apart from receipts"
        typer.echo(f"Your ballot: {said}{points}")
    return []


def _words(content: dict[str, str]) -> str:
    return next(iter(content.values()), "")
