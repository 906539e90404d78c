"""The command line. Heavy imports wait until a command needs them: ``--help`` is quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from bots import cli, statements_cli, survey_cli, upkeep, verify
from bots.memory import patient
from bots.version import package_version

if TYPE_CHECKING:
    from bots.app import Service
    from config.settings import Settings

HELP = """
A city's participation channel inside the chat apps that people already use.

Residents vote and ask in Telegram and on the web; officials answer and publish from Slack or Teams.

[bold]First look[/bold], without any account: a playground with a phone, a workplace and the page.

  $ kuulolla run

[bold]Your own city[/bold]: copy config/espoo.yaml, change it, and see whether it is in order.

  $ KUULOLLA_CITY_FILE=my-city.yaml kuulolla check

[bold]Going live[/bold]: tokens in the environment, or in a file .env here; then check, then run.

  $ export KUULOLLA_TELEGRAM__TOKEN=123456:ABC...
  $ export KUULOLLA_SLACK__BOT_TOKEN=xoxb-... KUULOLLA_SLACK__APP_TOKEN=xapp-...
  $ kuulolla check && kuulolla run

[bold]Settings[/bold] one meets first (docs/configuration.md lists all):

  KUULOLLA_CITY_FILE      the city's own file      (config/espoo.yaml)
  KUULOLLA_DATABASE_URL   SQLite or PostgreSQL     (sqlite:///var/kuulolla.db)
  KUULOLLA_PUBLIC_URL     https address: webhooks  (none: polling, Socket Mode)
  KUULOLLA_PLAYGROUND     auto or off              (auto: on without tokens)
"""

app = typer.Typer(
    name="kuulolla",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(upkeep.app)
app.add_typer(verify.app)
app.add_typer(statements_cli.app)
app.add_typer(survey_cli.app)


def main() -> None:
    app()


# --- commands --------------------------------------------------------------------------------


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kuulolla {package_version()}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Settings file, instead of .env here."),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Before any command."""
    context.obj = env_file


@app.command()
def run(context: typer.Context) -> None:
    """Start the service, and serve until Ctrl-C.

    Makes the database on the first start. Without tokens the playground is on, with the example
    city's sample content; with tokens the same command serves the real platforms.
    """
    patient()
    from bots.app import run as serve

    settings, city = cli.configured(context.obj)
    with cli.faults_told(), _ports_told(settings):
        serve(settings, city, _welcome)


@app.command()
def digest(
    context: typer.Context,
    chat: Annotated[
        str | None, typer.Argument(help="One chat of the city file, as telegram:-1001234567890.")
    ] = None,
) -> None:
    """Queue a digest for every chat now, or for one; the service sends it.

    With SQLite the database is the running service's alone: use /kuulolla digest in Slack there,
    or stop the service, run this, and start it again. With PostgreSQL it works beside the service.
    """
    from core.city import Part
    from core.desk import Desk
    from core.digests.chats import publish_all

    settings, city = cli.configured(context.obj)
    if not city.has(Part.DIGESTS):
        cli.stop("The part digests is off in the city file.")
    with_digests = [c for c in city.chats if c.digest]
    chats = [c for c in with_digests if chat in (None, str(c.address))]
    if not chats:
        known = ", ".join(str(c.address) for c in with_digests) or "none"
        cli.stop(f"The city file has no digest for {chat or 'any chat'}. There are: {known}.")
    with cli.faults_told(), cli.database(settings) as database:
        database.check()
        with database.begin() as store:
            desk = Desk(store, replace(city, chats=tuple(chats)), datetime.now(UTC), {})
            sent = publish_all(desk)
    typer.echo(f"Queued for {sent} of {len(chats)} chats; the others have nothing new.")


@app.command()
def opinions(
    folder: Annotated[Path, typer.Argument(help="A Polis or Voxit export: a folder or a zip.")],
    mode: Annotated[
        Literal["stable", "polis"],
        typer.Option(help="stable: from the votes alone. polis: as Polis, by who came first."),
    ] = "stable",
    json: Annotated[Path | None, typer.Option(help="Write all results there, as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report there, as HTML.")] = None,
    language: Annotated[Literal["fi", "sv", "en"], typer.Option(help="Of the report.")] = "en",
) -> None:
    """Find the opinion groups in an export, and what they agree on."""
    from bots import opinions_cli
    from core.opinions import ExportError, Mode

    try:
        for line in opinions_cli.run(folder, Mode(mode), json, report, language):
            typer.echo(line)
    except (ExportError, OSError) as error:
        cli.stop(str(error))


@app.command("teams-package")
def teams_package(
    context: typer.Context,
    file: Annotated[
        Path, typer.Option("--to", dir_okay=False, help="Where the zip file is written.")
    ] = Path("kuulolla-teams.zip"),
    version: Annotated[
        str, typer.Option(help="Raise it for every upload after the first.")
    ] = "1.0.0",
) -> None:
    """Make the app package for Microsoft Teams, with the city's own ids and texts in it.

    The Teams administrator uploads it; docs/teams.md tells the whole way.
    """
    from bots.teams.package import package

    settings, city = cli.configured(context.obj)
    if settings.teams.app_id is None:
        cli.stop("KUULOLLA_TEAMS__APP_ID: is missing. docs/teams.md tells how to get one.")
    try:
        made = package(city, settings.teams.app_id, version)
    except ValueError as error:
        cli.stop(f"{error}.")
    with cli.faults_told():
        file.write_bytes(made)
    typer.echo(f"{file} is ready to be uploaded in the Teams admin center.")


# --- what commands share ---------------------------------------------------------------------


@contextmanager
def _ports_told(settings: "Settings") -> Iterator[None]:
    """Which setting a port comes from that is taken."""
    try:
        yield
    except OSError as error:
        ports = {"PORT": settings.port, "PLAYGROUND_PORT": settings.playground_port}
        for name, port in ports.items():
            if error.errno == EADDRINUSE and f", {port})" in str(error):
                cli.stop(
                    f"Port {port} is in use already, perhaps by Kuulolla itself. Stop that, or set "
                    f"KUULOLLA_{name} to another port; 0 takes a free one."
                )
        raise


def _welcome(service: "Service") -> None:
    console = Console()
    console.print(f"[bold]The city's page[/]  {service.url}", highlight=False)
    if service.playground:
        console.print(f"[bold]The playground[/]   {service.playground}", highlight=False)
    if service.desk:
        told = f"[bold]The staff's desk[/] {service.desk}  (opens once)"
        console.print(told, highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops.", style="dim")


if __name__ == "__main__":
    main()
