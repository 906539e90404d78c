"""Which version the tables are at, and how they get to this program's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import SchemaMismatch

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE = "run `kuulolla migrate` (a copy of the database first does no harm)"
NEWER = "this program is older than the database; install the newer one again"


def found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def wanted() -> str:
    head = _scripts().get_current_head()
    assert head is not None
    return head


def require(version: str | None) -> None:
    """SchemaMismatch unless ``version`` is this program's."""
    newest = wanted()
    if version == newest:
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    raise SchemaMismatch(version, newest, UPGRADE if version in known | {None} else NEWER)


def upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
