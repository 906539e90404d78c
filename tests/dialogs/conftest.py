import pytest

from storage import open_database
from tests.stage import Stage


@pytest.fixture
def stage(tmp_path):
    """A city with nobody in it yet."""
    database = open_database(f"sqlite:///{tmp_path}/city.db")
    database.upgrade()
    yield Stage(database)
    database.close()
