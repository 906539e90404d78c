"""What every test may ask for."""

from hypothesis import settings

from tests.databases import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_database,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_database,
    sqlite_url,
)

# How busy the machine is says nothing, and the same code is always tried alike.
settings.register_profile("city", deadline=None, derandomize=True)
settings.load_profile("city")
