"""Which version the tables are at, and how they get to this program's.

Migrations are files numbered in their order; Alembic is loaded only to run them.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from storage.errors import SchemaMismatch
from storage.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE = "run `kuulolla migrate` (a copy of the database first does no harm)"
NEWER = "this program is older than the database; install the newer one again"


VERSION = sa.Table(  # as Alembic would make it
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def found(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(sa.select(VERSION.c.version_num)).scalar()


def wanted() -> str:
    return _known()[-1]


def require(version: str | None) -> None:
    """SchemaMismatch unless ``version`` is this program's."""
    if version != wanted():
        older = version is None or version in _known()
        raise SchemaMismatch(version, wanted(), UPGRADE if older else NEWER)


def upgrade(connection: Connection) -> None:
    """To this program's version. A new database gets its tables at once, as the migrations would
    leave them; Alembic refuses one that is newer."""
    if sa.inspect(connection).has_table(VERSION.name):
        migrate(connection)
    else:
        metadata.create_all(connection, checkfirst=False)
        VERSION.create(connection)
        connection.execute(VERSION.insert().values(version_num=wanted()))


def migrate(connection: Connection, to: str = "head") -> None:
    """Step by step."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


@cache
def _known() -> list[str]:
    """Every version, oldest first."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)
