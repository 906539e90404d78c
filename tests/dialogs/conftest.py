import shutil

import pytest

from storage import open_database
from tests.stage import Stage


@pytest.fixture(scope="session")
def empty_city(tmp_path_factory):
    """A database file with its tables and nothing in them."""
    path = tmp_path_factory.mktemp("city") / "empty.db"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def stage(tmp_path, empty_city):
    """A city with nobody in it yet."""
    path = shutil.copy(empty_city, tmp_path / "city.db")
    database = open_database(f"sqlite:///{path}")
    yield Stage(database)
    database.close()
