"""``kuulolla statements``: conversations out to tools of Polis and Voxit, and in from them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from bots import cli

app = typer.Typer(
    name="statements", no_args_is_help=True,
    help="Conversations of statements: exports and imports of Polis and Voxit.",
)  # fmt: skip


@app.command()
def export(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The conversation's number.")],
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The zip file to write.")],
    older: Annotated[bool, typer.Option("--older", help="With participants-votes.csv.")] = False,
) -> None:
    """Write polis-export/1, with people under numbers that are new each time.

    Only reads: it works beside the running service.
    """
    from bots import opinion_worker
    from bots.opinion_orders import order

    settings, city = cli.configured(context.obj)
    with cli.faults_told(), cli.database(settings, read_only=True) as database:
        database.check()
        with database.reading() as store:
            conversation = store.conversation(number)
            if conversation is None:
                cli.stop(f"There is no conversation {number}.")
            want = "older" if older else "export"
            made, voters = order(store, conversation, want, city.language)
        file.write_bytes(opinion_worker.make(msgspec.msgpack.encode(made)))
    typer.echo(f"{file}: {len(made.value)} votes of {len(voters)} people.")


@app.command("import")
def import_(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A Polis or Voxit export: a folder or a zip.")],
    votes: Annotated[bool, typer.Option("--votes", help="Take the votes along.")] = False,
    language: Annotated[
        Literal["fi", "sv", "en"] | None, typer.Option(help="Of its texts; the city's unless set.")
    ] = None,
    bridge: Annotated[
        str, typer.Option(help="Its id on the Polis server of the city file: votes go there too.")
    ] = "",
) -> None:
    """Open a conversation with the statements of an export, and with its votes if wanted.

    With SQLite the database is the running service's alone: stop it meanwhile.
    """
    from dataclasses import replace

    from core.city import Part
    from core.desk import Desk
    from core.opinions import ExportError, read_export
    from core.statements.importing import bring

    settings, city = cli.configured(context.obj)
    if not city.has(Part.STATEMENTS):
        cli.stop("The part statements is off in the city file.")
    try:
        told = read_export(folder)
    except ExportError as error:
        cli.stop(str(error))
    with cli.faults_told(), cli.database(settings) as database:
        database.check()
        with database.begin() as store:
            desk = Desk(store, city, datetime.now(UTC), {})
            made = bring(desk, told, language or city.language, votes, "import")
            if bridge:
                store.save_conversation(replace(made.conversation, bridge=bridge))
    for note in told.notes:
        typer.echo(note)
    brought = f", {made.opinions} votes of {made.people} people" if votes else ""
    typer.echo(f"Conversation {made.conversation.id}: {made.statements} statements{brought}.")
