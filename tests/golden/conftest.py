"""``pytest tests/golden --update-golden`` (or ``make golden``) writes the files anew; then read
what changed with ``git diff`` before it is kept."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
