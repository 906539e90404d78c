"""The command line. Heavy imports wait until a command needs them: ``--help`` is quick."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from errno import EADDRINUSE
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from bots.app import Service
    from bots.check import Finding
    from config.faults import Fault
    from config.settings import Settings
    from core.city import City
    from storage import Database

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


def main() -> None:
    app()


# --- commands --------------------------------------------------------------------------------


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"kuulolla {version('kuulolla')}")
        except PackageNotFoundError:  # run from a copy that was never installed
            typer.echo("kuulolla (not installed)")
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
    from bots.app import run as serve

    settings, city = _configured(context.obj)
    with _faults_told(), _ports_told(settings):
        serve(settings, city, _welcome)


@app.command()
def check(context: typer.Context) -> None:
    """Look at settings, city file and database, and with tokens at the platforms.

    Changes nothing. Exit code 1 where there is a fault; warnings are no faults.
    """
    findings = _findings(context.obj)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("what", style="bold", overflow="fold")
    table.add_column("how it is", overflow="fold")
    marks = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "fault": "[red]fault[/]"}
    for finding in findings:
        table.add_row(marks[finding.state], escape(finding.place), escape(finding.what))
    Console().print(table)
    faults = sum(finding.state == "fault" for finding in findings)
    if faults:
        _stop(f"{faults} to put right.", code=1)


@app.command()
def migrate(context: typer.Context) -> None:
    """Make the database's tables, or bring them up to date with this version.

    Stop the service first, and keep a copy of the database.
    """
    settings, _ = _configured(context.obj)
    with _faults_told(), _database(settings) as database:
        before, wanted = database.schema()
        database.upgrade()
    if before == wanted:
        typer.echo(f"The database is up to date already ({wanted}).")
    else:
        typer.echo(f"The database went from version {before or 'none'} to {wanted}.")


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
    from core.digests import publish_all

    settings, city = _configured(context.obj)
    if not city.has(Part.DIGESTS):
        _stop("The part digests is off in the city file.")
    with_digests = [c for c in city.chats if c.digest]
    chats = [c for c in with_digests if chat in (None, str(c.address))]
    if not chats:
        known = ", ".join(str(c.address) for c in with_digests) or "none"
        _stop(f"The city file has no digest for {chat or 'any chat'}. There are: {known}.")
    with _faults_told(), _database(settings) as database:
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
        _stop(str(error))


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

    settings, city = _configured(context.obj)
    if settings.teams.app_id is None:
        _stop("KUULOLLA_TEAMS__APP_ID: is missing. docs/teams.md tells how to get one.")
    try:
        made = package(city, settings.teams.app_id, version)
    except ValueError as error:
        _stop(f"{error}.")
    with _faults_told():
        file.write_bytes(made)
    typer.echo(f"{file} is ready to be uploaded in the Teams admin center.")


# --- what commands share ---------------------------------------------------------------------


def _read(env_file: Path | None) -> "tuple[Settings, City | None, list[Fault]]":
    """Settings and city with all their faults together."""
    from config.city import load_city
    from config.faults import ConfigFault
    from config.settings import read_settings

    settings, faults = read_settings(env_file=env_file)
    try:
        return settings, load_city(settings.city_file, settings.page_url), faults
    except ConfigFault as fault:
        return settings, None, [*faults, *fault.faults]


def _configured(env_file: Path | None) -> "tuple[Settings, City]":
    settings, city, faults = _read(env_file)
    if faults or city is None:
        _stop(*map(str, faults))
    return settings, city


def _database(settings: "Settings", read_only: bool = False) -> "Database":
    from storage import open_database

    return open_database(settings.database_url, read_only=read_only)


@contextmanager
def _faults_told() -> Iterator[None]:
    """What the operator can put right ends the program in words, not in a traceback."""
    from config.faults import ConfigFault
    from storage import StorageError

    try:
        yield
    except ConfigFault as fault:
        _stop(*map(str, fault.faults))
    except (StorageError, OSError) as error:
        _stop(str(error))


@contextmanager
def _ports_told(settings: "Settings") -> Iterator[None]:
    """Which setting a port comes from that is taken."""
    try:
        yield
    except OSError as error:
        ports = {"PORT": settings.port, "PLAYGROUND_PORT": settings.playground_port}
        for name, port in ports.items():
            if error.errno == EADDRINUSE and f", {port})" in str(error):
                _stop(
                    f"Port {port} is in use already, perhaps by Kuulolla itself. Stop that, or set "
                    f"KUULOLLA_{name} to another port; 0 takes a free one."
                )
        raise


def _stop(*lines: str, code: int = 2) -> NoReturn:
    console = Console(stderr=True, soft_wrap=True)
    for line in lines:
        console.print(f"[red]•[/] {escape(line)}", highlight=False)
    raise typer.Exit(code)


def _welcome(service: "Service") -> None:
    console = Console()
    console.print(f"[bold]The city's page[/]  {service.url}", highlight=False)
    if service.playground:
        console.print(f"[bold]The playground[/]   {service.playground}", highlight=False)
    console.print("Ctrl-C stops.", style="dim")


# --- check -----------------------------------------------------------------------------------


def _findings(env_file: Path | None) -> "list[Finding]":
    from bots.check import Finding, State
    from config.city import warnings

    settings, city, faults = _read(env_file)
    found = [Finding(fault.place, State.FAULT, f"{fault.what} {fault.remedy}") for fault in faults]
    if city:
        place = str(settings.city_file)
        found.append(Finding(place, State.OK, f"{city.name[city.language]}: {_size(city)}"))
        found += [Finding(place, State.WARNING, warning) for warning in warnings(city)]
    found.append(_database_finding(settings))
    if city and not faults:
        found.append(Finding("playground", State.OK, "on" if settings.playground_on else "off"))
        found += asyncio.run(_platforms(settings, city))
    return found


def _size(city: "City") -> str:
    return (
        f"{len(city.departments)} departments, {len(city.themes)} themes, "
        f"{len(city.officials)} officials, {len(city.chats)} chats"
    )


def _database_finding(settings: "Settings") -> "Finding":
    from bots.check import Finding, State
    from bots.samples import MADE_BY
    from storage import StorageError

    file = settings.database_file
    if file and not file.exists():
        return Finding("database", State.OK, f"{file} is made on the first start.")
    try:
        with _database(settings, read_only=True) as database:
            found, wanted = database.schema()
            if found is None:
                return Finding("database", State.OK, "empty: tables are made on the first start.")
            database.check()
            with database.reading() as store:
                playground = any(poll.created_by == MADE_BY for poll in store.polls())
    except (StorageError, OSError) as error:
        return Finding("database", State.FAULT, str(error))
    if playground and settings.has_tokens:
        what = "has the playground's sample polls in it. Set KUULOLLA_DATABASE_URL to a new one."
        return Finding("database", State.WARNING, what)
    return Finding("database", State.OK, f"version {wanted}")


async def _platforms(settings: "Settings", city: "City") -> "list[Finding]":
    from aiohttp import ClientSession

    from bots.check import gathered

    async with ClientSession(trust_env=True) as session:
        return await gathered(_asked(settings, city, session))


def _asked(
    settings: "Settings", city: "City", session: "ClientSession"
) -> "Sequence[AsyncIterator[Finding]]":
    from bots import check

    asked: list[Any] = []
    if token := settings.telegram.token:
        api = check.TelegramApi(session, settings.telegram.api_url, token.get_secret_value())
        asked.append(check.telegram(api, city, settings.public_url))
    if bot := settings.slack.bot_token:
        from bots.slack.adapter import SCOPES

        socket = None if settings.slack_by_http else settings.slack.app_token
        app_token = socket.get_secret_value() if socket else None
        slack = check.SlackApi(session, settings.slack.api_url, bot.get_secret_value(), app_token)
        asked.append(check.slack(slack, city, SCOPES))
    if (app := settings.teams).app_id and app.app_secret and app.tenant_id:
        from bots.teams.tokens import Cloud

        secret, cloud = app.app_secret.get_secret_value(), Cloud()
        where = (cloud.authority, cloud.service_url, app.tenant_id)
        asked.append(check.teams(check.TeamsApi(session, *where, app.app_id, secret), city))
    return asked


if __name__ == "__main__":
    main()
