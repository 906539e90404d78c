"""``kuulolla survey``: a survey that was written in a file, as a draft for the editors."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bots import cli

app = typer.Typer()
LARGEST = 200_000
BY = "command line"


@app.command()
def survey(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML, in UTF-8.")],
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
) -> None:
    """Read a survey from a file, and put it among the editors' drafts.

    Every fault is told with its line. Editors find it in their list of drafts, look at it and
    publish it. With SQLite stop the service meanwhile.
    """
    from core.model import Plan, PlanState
    from core.polls.plans import MOST_PLANS
    from core.surveys import definition, drafts
    from core.texts import texts

    settings, city = cli.configured(context.obj)
    words, now = _words(file), datetime.now(UTC)
    try:
        draft = definition.read(city, texts("en"), words, BY, now)
    except definition.Faults as faults:
        cli.stop(*(f"{file}:{line}: {what}" for line, what in faults.found), code=1)
    if check:
        typer.echo(f"{file}: {len(draft.polls)} questions, nothing is wrong.")
        return
    with cli.faults_told(), cli.database(settings) as database:
        database.check()
        with database.begin() as store:
            if len(store.plans(limit=MOST_PLANS)) == MOST_PLANS:
                cli.stop("There are too many drafts. Delete some first.", code=1)
            plan = Plan(0, drafts.fields(city, words), PlanState.DRAFT, BY, now)
            store.add_plan(plan)
    typer.echo(f"{file}: {len(draft.polls)} questions. It is among the editors' drafts.")


def _words(file: Path) -> str:
    if file.stat().st_size > LARGEST:
        cli.stop(f"{file} is too large for a survey.", code=1)
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        cli.stop(f"{file} is not UTF-8.", code=1)
