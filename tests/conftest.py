"""What every test may ask for."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from bots.dictionaries import Dictionaries
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


@pytest.fixture(scope="session")
def dictionaries(pytestconfig: pytest.Config) -> Dictionaries:
    """Real ones, made once and kept in pytest's own cache; whoever comes meanwhile waits."""
    folder = Path(pytestconfig.cache.mkdir("dictionaries"))
    found = Dictionaries(folder)
    if not found.look():
        subprocess.run([sys.executable, "-m", "bots.dictionary_maker", str(folder)], check=True)
        assert found.look()
    return found
