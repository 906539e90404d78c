"""What every test may ask for."""

from tests.databases import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_server,
    postgres_url,
    sqlite_url,
)
