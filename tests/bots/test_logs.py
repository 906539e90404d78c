"""What a log line holds, and what it never does. In a process of its own: logging is global."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys
import structlog
from bots import logs

logs.configure(sys.argv[1], "info")
logging.getLogger("httpx").info("GET https://api.telegram.org/bot123:TOKEN/getMe")
logging.getLogger("apscheduler.scheduler").warning("skipped: too many instances")
logging.getLogger("bots.slack.adapter").info("well")
logging.getLogger("bots.slack.adapter").debug("too much")
structlog.get_logger("bots.intake").info("handled", item="telegram:1")
words = "what a person wrote"
try:
    raise ValueError(words)
except ValueError:
    logging.getLogger("aiohttp.server").exception("Error handling request")
    structlog.get_logger("bots.app").exception("failed")
"""


def lines(form: str) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, form]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_line_of_json_each() -> None:
    told = [json.loads(line) for line in lines("json")]
    assert [line["event"] for line in told] == [
        "well",
        "handled",
        "Error handling request",
        "failed",
    ]
    assert told[1]["item"] == "telegram:1" and told[1]["level"] == "info"
    assert told[0]["logger"] == "bots.slack.adapter"
    assert {line.get("error") for line in told[2:]} == {"ValueError"}
    assert all("in <module>" in line["where"] for line in told[2:])


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_words_of_people_no_tokens(form: str) -> None:
    printed = "\n".join(lines(form))
    assert "ValueError" in printed
    assert "wrote" not in printed
    assert "TOKEN" not in printed and "too much" not in printed
