"""`kuulolla statements`: out to the tools of others, and in from them."""

import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from bots.__main__ import app
from core.desk import Desk
from core.model import Conversation, Moderation, Opinion, PollState, Statement, StatementState
from core.opinions import analyse, write_export, write_older_export
from core.opinions.synthetic import synthetic
from core.statements.importing import bring
from storage import open_database
from tests.bots.test_opinion_works import PEOPLE, divided
from tests.stage import CITY, START

Run = Callable[..., object]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    monkeypatch.setenv("KUULOLLA_DATABASE_URL", url)
    with open_database(url) as database:
        database.upgrade()
    return url


def run(*args: object) -> str:
    done = CliRunner().invoke(app, ["statements", *map(str, args)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("older", [False, True])
def test_what_goes_out_comes_in_again_alike(url: str, tmp_path: Path, older: bool) -> None:
    with open_database(url) as database, database.begin() as store:
        divided(store)
        mine = [o for o in store.opinions(1) if o.statement == 3]
        for opinion in mine[:5]:
            store.put_opinion(replace(opinion, important=True))
    file = tmp_path / "out.zip"
    told = run("export", 1, file, *(["--older"] if older else []))
    assert f"{PEOPLE * 12} votes of {PEOPLE} people" in told
    told = run("import", file, "--votes")
    assert f"12 statements, {PEOPLE * 12} votes of {PEOPLE} people" in told
    with open_database(url) as database, database.reading() as store:
        first, second = ([s.text["fi"] for s in store.statements(n)] for n in (1, 2))
        assert first == second  # the sign against formulas is taken off again
        assert [s.source for s in store.statements(2)] == [s.id for s in store.statements(1)]
        place = {s.id: s.source for s in store.statements(2)}
        votes = [sorted((place.get(o.statement, o.statement), o.value) for o in store.opinions(n))
                 for n in (1, 2)]  # fmt: skip
        assert votes[0] == votes[1]
        marks = [place[o.statement] for o in store.opinions(2) if o.important]
        assert marks == ([] if older else [3] * 5)  # the older format has no place for them
        assert not {o.voter for o in store.opinions(1)} & {o.voter for o in store.opinions(2)}


@pytest.mark.parametrize("write", [write_export, write_older_export])
def test_of_seeds_alone_no_vote_comes_along(url: str, tmp_path: Path, write: Run) -> None:
    conversation, _ = synthetic(30, 12, 2, seed=1)
    write(tmp_path / "e", conversation, analyse(conversation.votes, conversation.statements))
    assert "12 statements." in run("import", tmp_path / "e", "--language", "en", "--bridge", "4abc")
    with open_database(url) as database, database.reading() as store:
        assert store.opinions(1) == [] and store.conversation(1).bridge == "4abc"
        kept = store.statements(1)
        assert all(s.seed and s.author is None for s in kept) and "en" in kept[0].text


def test_changed_votes_windows_ends_and_states_of_statements(url: str, tmp_path: Path) -> None:
    place = tmp_path / "e"
    place.mkdir()
    (place / "summary.csv").write_bytes(b"topic,Ranta\r\nurl,x\r\n")
    (place / "comments.csv").write_bytes(
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\r\n"
        "1700000000,x,0,1,1,0,1,'=Lisää laitureita\r\n"
        "1700000000,x,1,1,0,1,-1,Poistettu\r\n"
        "1700000000,x,2,1,0,0,0,Odottaa\r\n".encode()
    )
    (place / "votes.csv").write_bytes(
        b"timestamp,datetime,comment-id,voter-id,vote\r\n"
        b"1700000010,x,0,1,-1\r\n1700000020,x,0,1,1\r\n1700000020,x,0,1,1\r\n"
        b"1700000020,x,1,1,-1\r\n"
    )
    assert "3 statements, 2 votes of 1 people" in run("import", place, "--votes")
    with open_database(url) as database, database.reading() as store:
        kept = store.statements(1)
        assert [s.state for s in kept] == [
            StatementState.SHOWN, StatementState.REMOVED, StatementState.WAITING,
        ]  # fmt: skip
        assert kept[0].text == {"fi": "=Lisää laitureita"}
        assert {o.statement: o.value for o in store.opinions(1)} == {1: 1, 2: -1}


def test_the_wrong_sign_and_times_to_come(url: str, tmp_path: Path) -> None:
    """Counts in comments.csv tell which sign is meant; nobody votes tomorrow."""
    place = tmp_path / "e"
    place.mkdir()
    (place / "comments.csv").write_text(
        "comment-id,author-id,agrees,disagrees,moderated,comment-body\n0,1,3,1,1,Laituri\n"
    )
    rows = "".join(f"{at},0,{who},{said}\n" for who, said, at in (
        (1, -1, 4_000_000_000), (2, -1, 1_700_000_000), (3, -1, 1_700_000_000),
        (4, 1, 1_700_000_000), (4, 1, 1_700_000_000)))  # fmt: skip
    (place / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n" + rows)
    told = run("import", place, "--votes")
    assert "were turned" in told and "4 votes of 4 people" in told
    with open_database(url) as database, database.reading() as store:
        assert sorted(o.value for o in store.opinions(1)) == [-1, 1, 1, 1]
        assert max(o.at for o in store.opinions(1)) <= datetime.now(UTC)


class Counting:
    """A store that keeps nothing, and counts."""

    def __init__(self) -> None:
        self.opinions, self.statements = 0, 0

    def add_conversation(self, *_: object) -> Conversation:
        return Conversation(1, {}, {}, PollState.OPEN, START, None, None, None, Moderation.BEFORE,
                            (), "", START, b"")  # fmt: skip

    def add_statement(self, *_: object, **__: object) -> Statement:
        self.statements += 1
        return Statement(self.statements, 1, {}, True, None, StatementState.SHOWN, START)

    def add_opinions(self, opinions: Sequence[Opinion]) -> None:
        self.opinions += len(opinions)


def test_votes_are_brought_in_batches() -> None:
    """Of a vote, columns alone are in memory: what is made of them for the database is let go."""
    told, _ = synthetic(500, 300, share=0.4)
    store = Counting()
    tracemalloc.start()
    made = bring(Desk(store, CITY, START, {}), told, "fi", True, "import")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    votes = len(told.votes.latest())
    assert made.opinions == store.opinions == votes > 50_000 and made.people == 500
    assert peak < 6_000_000 + 80 * votes  # 300 a vote and more, were all of them made at once


def test_what_cannot_be_done_is_told(url: str, tmp_path: Path) -> None:
    for args, told in (
        (["export", "9", str(tmp_path / "x.zip")], "no conversation 9"),
        (["import", str(tmp_path / "nowhere")], "nowhere"),
    ):
        done = CliRunner().invoke(app, ["statements", *args])
        assert done.exit_code == 2 and told in done.output
