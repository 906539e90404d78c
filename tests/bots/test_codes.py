"""``kuulolla codes``: a sheet of codes, of which the database keeps only digests."""

import re
import stat
from pathlib import Path

import pytest

import storage
from core.model import PollState, SurveyDraft, SurveyStep, Voters
from tests.bots.test_upkeep import Kuulolla, kuulolla
from tests.storage.samples import KEY, draft

__all__ = ["kuulolla"]
CODE = re.compile(r'class="code">([0-9A-Z]{5}-[0-9A-Z]{5})<')


@pytest.fixture
def ready(database_url: str) -> str:
    with storage.open_database(database_url) as database:
        database.upgrade()
        with database.begin() as store:
            hostile = {"fi": "Mihin <script>penkki?", "sv": "Var?"}
            store.add_poll(
                draft(voters=Voters.CODE, question=hostile, chats=()), KEY, PollState.OPEN
            )
            store.add_poll(draft(), KEY, PollState.OPEN)
    return database_url


def kept(url: str, poll: int) -> int:
    with storage.open_database(url, read_only=True) as database, database.reading() as store:
        return store.codes(poll)


def test_a_sheet_to_print(ready: str, kuulolla: Kuulolla, tmp_path: Path) -> None:
    file = tmp_path / "codes.html"
    told = kuulolla("codes", "1", "30", "--out", str(file))
    assert told.exit_code == 0, told.output
    page = file.read_text("utf-8")
    found = CODE.findall(page)
    assert len(set(found)) == 30 and kept(ready, 1) == 30
    assert "<script>" not in page and "Mihin &lt;script&gt;penkki?" in page
    assert all(f'<div lang="{x}">' in page for x in ("fi", "sv", "en"))
    assert "dashed" in page and "@page" in page
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any(code in told.output for code in found)


def test_a_file_that_is_there_is_not_overwritten(
    ready: str, kuulolla: Kuulolla, tmp_path: Path
) -> None:
    file = tmp_path / "codes.html"
    file.write_text("mine", "utf-8")
    assert kuulolla("codes", "1", "3", "--out", str(file)).exit_code == 2
    assert file.read_text("utf-8") == "mine" and kept(ready, 1) == 0


@pytest.mark.parametrize("args", [("2", "3"), ("9", "3"), ("1", "0"), ("1", "10001"), ("x", "1")])
def test_what_takes_no_codes(ready: str, kuulolla: Kuulolla, args: tuple[str, str]) -> None:
    assert kuulolla("codes", *args).exit_code != 0
    assert kept(ready, 1) == kept(ready, 2) == 0


def test_a_survey_has_one_sheet(ready: str, kuulolla: Kuulolla) -> None:
    """One code lets into all of its questions, so they are those of the first."""
    title, asked = {"fi": "Ranta"}, draft(voters=Voters.CODE, chats=())
    made = SurveyDraft(title, {}, asked.opens_at, None, (), "slack:U0EDITOR", (asked, asked),
                       (SurveyStep(0), SurveyStep(1)))  # fmt: skip
    with storage.open_database(ready) as database, database.begin() as store:
        survey = store.add_survey(made, PollState.OPEN, [KEY, KEY])
    for args in ((str(survey.door), "3"), (str(survey.polls[1]), "3"), ("9", "3", "--survey")):
        assert kuulolla("codes", *args).exit_code == 1
    told = kuulolla("codes", str(survey.id), "3", "--survey")
    assert told.exit_code == 0, told.output
    assert len(CODE.findall(told.output)) == 3 == kept(ready, survey.door)
    assert "Ranta" in told.output and f"/fi/surveys/{survey.id}" in told.output
