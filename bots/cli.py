"""What the commands share: the configuration, the database, and how faults are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from config.faults import Fault
    from config.settings import Settings
    from core.city import City
    from storage import Database


def read(env_file: Path | None) -> "tuple[Settings, City | None, list[Fault]]":
    """Settings and city with all their faults together."""
    from config import webhooks
    from config.city import load_city
    from config.faults import ConfigFault
    from config.settings import read_settings

    settings, faults = read_settings(env_file=env_file)
    try:
        city = load_city(settings.city_file, settings.page_url)
        return settings, city, [*faults, *webhooks.faults(city, settings.webhook_secrets)]
    except ConfigFault as fault:
        return settings, None, [*faults, *fault.faults]


def configured(env_file: Path | None) -> "tuple[Settings, City]":
    settings, city, faults = read(env_file)
    if faults or city is None:
        stop(*map(str, faults))
    return settings, city


def database(settings: "Settings", read_only: bool = False) -> "Database":
    from storage import open_database

    return open_database(settings.database_url, read_only=read_only)


@contextmanager
def faults_told() -> Iterator[None]:
    """What the operator can put right ends the program in words, not in a traceback."""
    from config.faults import ConfigFault
    from storage import StorageError

    try:
        yield
    except ConfigFault as fault:
        stop(*map(str, fault.faults))
    except (StorageError, OSError) as error:
        stop(str(error))


def stop(*lines: str, code: int = 2) -> NoReturn:
    console = Console(stderr=True, soft_wrap=True)
    for line in lines:
        console.print(f"[red]•[/] {escape(line)}", highlight=False)
    raise typer.Exit(code)
