"""Codes that an editor orders in a chat: a link that is good once, and who may have it."""

from dataclasses import replace

import pytest

from core.messages import Facts, Link, Reply
from core.polls.entrance import MOST_CODES
from storage import Database
from tests.dialogs.script import play
from tests.dialogs.surveys import OWN_WORDS, made
from tests.dialogs.test_voters import SMALL_CITY, poll
from tests.stage import Stage, words


@pytest.fixture
def town(database: Database) -> Stage:
    return Stage(database, SMALL_CITY)


def order(town: Stage, n: str = "3") -> str:
    """The link's ticket."""
    town.commands("editor", "/kuulolla kyselyt")
    town.presses("editor", "Tulostettavat koodit")
    (link,) = (b for b in town.submits("editor", n=n).form.blocks if isinstance(b, Link))
    page, _, ticket = link.url.rpartition("/")
    assert page == "https://example.test/fi/codes" and len(ticket) == 43
    return ticket


def sheet(town: Stage, ticket: str) -> Reply:
    return town.fills("browser", "code_sheet", {}, ticket)


def codes(reply: Reply) -> list[str]:
    return [code for block in reply.message.blocks if isinstance(block, Facts)
            for code, _ in block.rows]  # fmt: skip


def kept(town: Stage, id: int = 1) -> int:
    with town.database.reading() as store:
        return store.codes(id)


def test_a_sheet_is_made_once_and_its_codes_let_in(town: Stage) -> None:
    poll(town, "voters=code")
    ticket = order(town)
    assert kept(town) == 0
    reply = sheet(town, ticket)
    assert reply.message.summary == "1" and reply.fleeting and len(set(codes(reply))) == 3
    assert kept(town) == 3
    assert "on jo käytetty" in words(sheet(town, ticket)) and kept(town) == 3
    play(
        town,
        f"""
        resident: /start poll_1
        resident: [Anna koodisi]
        resident: {codes(reply)[0]}
        resident: [Torille]
        city: Äänesi on laskettu: Torille.
    """,
    )


def test_neither_the_ticket_nor_a_code_is_kept(town: Stage) -> None:
    poll(town, "voters=code")
    ticket = order(town)
    made = codes(sheet(town, ticket))
    with town.database.reading() as store:
        connection = store._connection
        for table in ("drafts", "events", "deliveries", "poll_codes"):
            rows = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall())
            assert ticket not in rows and not any(code in rows for code in made)


def test_a_link_grows_old_and_ends_with_the_poll(town: Stage) -> None:
    poll(town, "voters=code")
    late, over = order(town), order(town)
    town.passes(minutes=14, seconds=59)
    town.forges("editor", "close:1")
    assert "koodeja" in words(sheet(town, over))
    town.passes(seconds=1)
    assert "vanhentunut" in words(sheet(town, late))
    assert kept(town) == 0


@pytest.mark.parametrize("ticket", ["", "x", "x" * 5000, "../1", "\x00"])
def test_forged_tickets_make_nothing(town: Stage, ticket: str) -> None:
    poll(town, "voters=code")
    order(town)
    assert sheet(town, ticket).message is None and kept(town) == 0


@pytest.mark.parametrize("n", ["", "0", "-1", "1001", "x", "٣", "1e3"])
def test_how_many_is_a_number(town: Stage, n: str) -> None:
    poll(town, "voters=code")
    town.forges("editor", "poll_codes:1")
    assert "1–1000" in town.submits("editor", n=n).errors["n"]


def test_only_editors_order_and_only_where_codes_are_taken(town: Stage) -> None:
    poll(town, "voters=code")
    poll(town, "voters=anyone")
    for who in ("official", "resident", "stranger", "browser"):
        assert town.forges(who, "poll_codes:1").form is None
        assert town.fills(who, "poll_codes", {"n": "3"}, "1").form is None
    for id in ("2", "9", "x", ""):
        assert town.fills("editor", "poll_codes", {"n": "3"}, id).form is None
    town.forges("editor", "close:1")
    assert town.forges("editor", "poll_codes:1").form is None
    assert "Tulostettavat" not in words(town.commands("editor", "/kuulolla kyselyt"))


def test_a_poll_has_no_more_than_its_most(town: Stage) -> None:
    poll(town, "voters=code")
    with town.database.begin() as store:
        store.add_codes(1, [n.to_bytes(16) for n in range(MOST_CODES - 2)])
    assert "enintään" in words(sheet(town, order(town, "3")))
    assert len(codes(sheet(town, order(town, "2")))) == 2


def test_a_survey_has_them_with_its_first_question(town: Stage) -> None:
    made(town, "voters: code\n" + OWN_WORDS)
    listed = town.commands("editor", "/kuulolla lomakkeet")
    assert "Tulostettavat koodit" in words(listed)
    assert "Ranta" in words(town.presses("editor", "Tulostettavat koodit"))
    (link,) = (b for b in town.submits("editor", n="2").form.blocks if isinstance(b, Link))
    assert sheet(town, link.url.rpartition("/")[2]).message.summary == "1" and kept(town) == 2
    assert town.forges("editor", "poll_codes:2").form is None


def test_without_a_page_there_is_no_link(database: Database) -> None:
    town = Stage(database, replace(SMALL_CITY, public_url=""))
    poll(town, "voters=code")
    assert "Tulostettavat" not in words(town.commands("editor", "/kuulolla kyselyt"))
    assert "osoitetta" in town.forges("editor", "poll_codes:1").notice
