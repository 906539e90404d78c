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

settings.register_profile("city", deadline=None)  # how busy the machine is says nothing
settings.load_profile("city")
