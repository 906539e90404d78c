"""The commands that look after a city's data: check, migrate, copy, backup, restore."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bots import cli
from bots.version import package_version

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from bots.check import Finding
    from config.settings import Settings
    from core.city import City
    from storage import Database
    from storage.copying import Progress as Told

app = typer.Typer()


# --- check -----------------------------------------------------------------------------------


@app.command()
def check(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make counters anew that differ from the ballots.")
    ] = False,
) -> None:
    """Look at settings, city file and database, and with tokens at the platforms.

    Recounts every poll: the ballots against what is shown. Changes nothing, but with --repair.
    Exit code 1 where there is a fault; warnings are no faults.
    """
    if repair:
        _repair(context.obj)
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
        cli.stop(f"{faults} to put right.", code=1)


def _repair(env_file: Path | None) -> None:
    """Each poll in a transaction of its own, so that votes wait for one recount at most."""
    from storage.figures import differences

    settings, _ = cli.configured(env_file)
    with cli.faults_told(), cli.database(settings) as database:
        database.check()
        with database.reading() as store:
            wrong = [difference.poll for difference in differences(store)]
        for poll in wrong:
            with database.begin() as store:
                store.repair(poll)
            typer.echo(f"Poll {poll}: its counters are made anew from its ballots.")


def _findings(env_file: Path | None) -> "list[Finding]":
    from bots.check import Finding, State, desk_off
    from config.advice import warnings

    settings, city, faults = cli.read(env_file)
    found = [Finding(fault.place, State.FAULT, f"{fault.what} {fault.remedy}") for fault in faults]
    if city:
        place = str(settings.city_file)
        found.append(Finding(place, State.OK, f"{city.name[city.language]}: {_size(city)}"))
        found += [Finding(place, State.WARNING, warning) for warning in warnings(city)]
    found += _database_findings(settings)
    found.append(_dictionaries(settings))
    if city and not faults:
        found.append(Finding("playground", State.OK, "on" if settings.playground_on else "off"))
        if settings.has_tokens and not settings.desk.issuer:
            found += desk_off(city)
        found += asyncio.run(_platforms(settings, city))
    return found


def _size(city: "City") -> str:
    return (
        f"{len(city.departments)} departments, {len(city.themes)} themes, "
        f"{len(city.officials)} officials, {len(city.chats)} chats"
    )


def _dictionaries(settings: "Settings") -> "Finding":
    from bots.check import Finding, State
    from bots.dictionaries import Dictionaries

    found = Dictionaries(settings.dictionaries_folder)
    if found.folder is None:
        how = "off: words are compared by their letters alone."
    else:
        how = found.name if found.look() else "are made when the service has started."
    return Finding("dictionaries", State.OK, how)


def _database_findings(settings: "Settings") -> "list[Finding]":
    from bots.check import Finding, State
    from bots.samples import MADE_BY
    from storage import StorageError

    file = settings.database_file
    if file and not file.exists():
        return [Finding("database", State.OK, f"{file} is made on the first start.")]
    try:
        with cli.database(settings, read_only=True) as database:
            found, wanted = database.schema()
            if found is None:
                what = "empty: tables are made on the first start."
                return [Finding("database", State.OK, what)]
            database.check()
            with database.reading() as store:
                playground = any(poll.created_by == MADE_BY for poll in store.polls())
            counted = _recounted(database)
    except (StorageError, OSError) as error:
        return [Finding("database", State.FAULT, str(error))]
    if playground and settings.has_tokens:
        what = "has the playground's sample polls in it. Set KUULOLLA_DATABASE_URL to a new one."
        return [Finding("database", State.WARNING, what), *counted]
    return [Finding("database", State.OK, f"version {wanted}"), *counted]


def _recounted(database: "Database") -> "list[Finding]":
    from bots.check import Finding, State
    from storage.figures import differences

    remedy = "Run kuulolla check --repair."
    with database.reading() as store:
        wrong = [
            Finding(
                f"poll {each.poll}",
                State.FAULT,
                f"its counters say {_told(each.counted)}, its ballots {_told(each.ballots)}."
                f" {remedy}",
            )
            for each in differences(store)
        ]
    return wrong or [Finding("ballots", State.OK, "every poll's counters are what they say.")]


def _told(tally: Any) -> str:
    by_channel = ", ".join(f"{name} {n}" for name, n in sorted(tally.channels.items()) if n)
    return f"{' + '.join(map(str, tally.counts))} ({by_channel or 'no channel'})"


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
    if city.webhooks:
        asked.append(check.webhooks(session, city))
    if settings.desk.issuer:
        asked.append(check.desk(session, settings.desk.issuer))
    return asked


# --- the database ----------------------------------------------------------------------------


@app.command()
def migrate(context: typer.Context) -> None:
    """Make the database's tables, or bring them up to date with this version.

    Make a backup first. docs/operating.md tells which migrations a running service bears.
    """
    settings, _ = cli.configured(context.obj)
    with cli.faults_told(), cli.database(settings) as database:
        before, wanted = database.schema()
        database.upgrade()
    if before == wanted:
        typer.echo(f"The database is up to date already ({wanted}).")
    else:
        typer.echo(f"The database went from version {before or 'none'} to {wanted}.")


@app.command("copy-database")
def copy_database(
    context: typer.Context,
    to: Annotated[str, typer.Option(help="An empty database: postgresql://… or sqlite:///…")],
) -> None:
    """Copy the whole city into another database, as from SQLite to PostgreSQL.

    Stop the service first, so that no vote comes in meanwhile. All is compared in the end, and
    nothing is left behind where something fails. Then set KUULOLLA_DATABASE_URL to the new one.
    A password need not be on the command line: ~/.pgpass serves as well.
    """
    from config.settings import read_settings
    from storage import copy, open_database

    settings, _ = cli.configured(context.obj)
    wanted, faults = read_settings({"KUULOLLA_DATABASE_URL": to})
    if faults:
        cli.stop(f"--to {faults[0].what} {faults[0].remedy}")
    with (
        cli.faults_told(),
        cli.database(settings) as source,
        open_database(wanted.database_url) as target,
        _progress() as told,
    ):
        found = copy(source, target, told)
    votes = sum(tally.total for tally in found.ballots.values())
    typer.echo(
        f"Copied and compared: {sum(found.rows.values())} rows of {len(found.rows)} tables, "
        f"{votes} votes in {len(found.ballots)} polls, every tally the same."
    )
    typer.echo(
        "The secret key stays as it is: give the new place the same KUULOLLA_SECRET_KEY "
        f"(what {settings.database_folder / 'secret.key'} holds, where it is kept there)."
    )


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to make.")],
) -> None:
    """Write the whole database into one file, beside the running service.

    With PostgreSQL this runs pg_dump. The secret key is not in the file: keep a copy of it apart.
    """
    from config.key import key_mark
    from storage.backups import back_up

    settings, _ = cli.configured(context.obj)
    with cli.faults_told(), cli.database(settings, read_only=True) as database:
        key, now = key_mark(settings), datetime.now(UTC)
        made = back_up(database, file, program=package_version(), at=now, key=key)
    typer.echo(
        f"{file}: {made.engine}, version {made.schema}, {sum(made.rows.values())} rows, "
        f"{file.stat().st_size / 2**20:.1f} MB. Not in it: the secret key."
    )


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Erase what the database holds now.")
    ] = False,
) -> None:
    """Put a backup into the database. Stop every process of the service first.

    The backup must be of the same engine and the same version of the tables; what was restored is
    recounted and compared.
    """
    from config.key import key_mark
    from storage import NotEmpty
    from storage.backups import restore as put_back

    settings, _ = cli.configured(context.obj)
    with cli.faults_told(), cli.database(settings) as database:
        try:
            made = put_back(database, file, replace=overwrite)
        except NotEmpty:
            cli.stop("The database is not empty. --overwrite erases what is in it.")
    typer.echo(
        f"Restored and compared: {sum(made.rows.values())} rows, as they were at "
        f"{made.made_at:%Y-%m-%d %H:%M} UTC (Kuulolla {made.program})."
    )
    if made.key and made.key != key_mark(settings):
        typer.echo(
            "The secret key is another one, or not here yet. Bring back the one that the backup "
            "was made with before you start: without it nobody is recognised.",
            err=True,
        )


# --- codes -----------------------------------------------------------------------------------


@app.command()
def codes(
    context: typer.Context,
    id: Annotated[int, typer.Argument(min=1, metavar="POLL", help="The poll's number.")],
    n: Annotated[int, typer.Argument(min=1, max=10_000, help="How many codes.")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="A new file, HTML; else it is printed.")
    ] = None,
    survey: Annotated[bool, typer.Option("--survey", help="It is a survey's number.")] = False,
) -> None:
    """Make codes to vote with, for a poll that asks for them, as a sheet to print and cut.

    Each is good for one person, once. Only digests are kept: the sheet cannot be made again, so
    print it, hand it out, and delete the file. With SQLite stop the service meanwhile.
    """
    from bots.web.code_sheet import sheet
    from config.key import secret_key
    from core.model import Survey, Voters
    from core.people import Keyring
    from core.polls import entrance

    settings, city = cli.configured(context.obj)
    made = entrance.make_codes(n)
    with cli.faults_told(), cli.database(settings) as database:
        database.check()
        keyring = Keyring(secret_key(settings))
        with database.begin() as store:
            kind = "Survey" if survey else "Poll"
            about = store.survey(id) if survey else store.poll(id)
            if about is None:
                cli.stop(f"There is no {kind.lower()} {id}.", code=1)
            found = store.poll(about.door) if isinstance(about, Survey) else about
            if found is None or found.voters is not Voters.CODE or found.state.over:
                cli.stop(f"{kind} {id} takes no codes, or is over.", code=1)
            if found.survey is not None and not survey:
                cli.stop(f"Poll {id} is in survey {found.survey}: give that with --survey.", code=1)
            if store.codes(found.id) + n > entrance.MOST_CODES:
                cli.stop(f"A poll has at most {entrance.MOST_CODES} codes.", code=1)
            store.add_codes(found.id, entrance.digests(keyring, found.id, made))
            # Within the transaction: no code is good that is on no paper.
            _write_codes(out, sheet(city, about, made))


def _write_codes(out: Path | None, page: str) -> None:
    if out is None:
        typer.echo(page, nl=False)
        return
    with out.open("x", encoding="utf-8") as file:
        out.chmod(0o600)
        file.write(page)
    typer.echo(f"{out}: print it, and delete it. It cannot be made again.")


@contextmanager
def _progress() -> "Iterator[Told]":
    """A bar a table, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def told(table: str, done: int, rows: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=rows)
            bars.update(tasks[table], completed=done)

        yield told
