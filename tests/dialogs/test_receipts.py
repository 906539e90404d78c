"""Receipts, and the list of ballots that is published when a poll closes."""

import re

import pytest

from core.answers import ranking
from core.people import voter
from core.polls import ballot_list
from tests.dialogs.script import play
from tests.stage import GROUP, Stage, words

POLL = """
    editor: /kuulolla kysely
    editor: {question_fi=Mihin penkki? | options_fi=Torille\\nRantaan | chats=telegram:-100}
"""
CLOSE = """
    editor: /kuulolla sulje 1
    editor: [Sulje lopullisesti]
"""
RECEIPT = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def file(stage: Stage, poll: int = 1) -> bytes:
    with stage.database.reading() as store:
        lines = ballot_list.lines(store.poll(poll).paper, store.closed_ballots(poll, b"", 1000))
        return store.ballot_list(poll).head.encode() + lines


def recount(stage: Stage, wanted: str = "", poll: int = 1) -> ballot_list.Recount:
    return ballot_list.recount(file(stage, poll).splitlines(keepends=True), wanted)


def test_a_voter_finds_their_own_line(stage):
    play(stage, POLL)
    first = RECEIPT.search(stage.presses("resident", "Torille").notice)[0]
    again = RECEIPT.search(stage.presses("resident", "Rantaan").notice)[0]
    assert first == again
    other = RECEIPT.search(stage.presses("neighbour", "Torille").notice)[0]
    assert other != first
    reply = stage.commands("resident", "/kuitit")
    assert first in words(reply) and "ei edes kaupunki" in words(reply) and reply.fleeting
    play(stage, CLOSE)
    found = recount(stage, first)
    assert found.faults == [] and found.tally.counts == (1, 1) and found.mine == [1]
    assert recount(stage, other).mine == [0]
    assert found.sha256 in stage.chat("telegram:-100")
    assert "https://example.test/fi/polls/1/ballots" in stage.chat("telegram:-100")
    assert "Sinulla ei ole ääniä" in words(stage.commands("resident", "/kuitit"))


@pytest.mark.parametrize(
    ("kind", "limits", "presses"),
    [
        ("several", "least=2 | most=2", ["tick:1:0", "tick:1:1"]),
        ("ranking", "least=2", ["tick:1:1", "tick:1:0"]),
        ("points", "most=3", ["give:1:0:1"]),
    ],
)
def test_a_vote_of_several_presses_has_its_receipt_when_it_counts(stage, kind, limits, presses):
    play(
        stage,
        f"""
        editor: /kuulolla kysely
        editor: {{kind={kind} | question_fi=Mitä? | options_fi=A\\nB | {limits}}}
    """,
    )
    *before, counted = [stage.forges("resident", press).notice for press in presses]
    assert not any(map(RECEIPT.search, before))
    mine = RECEIPT.search(counted)[0]
    assert mine in words(stage.commands("resident", "/kuitit"))
    play(stage, CLOSE)
    found = recount(stage, mine)
    assert found.faults == [] and len(found.mine) == found.tally.total == 1


def test_a_form_has_the_receipt_of_its_vote(stage):
    play(
        stage,
        """
        editor: /kuulolla kysely
        editor: {kind=ranking | question_fi=Mikä? | options_fi=A\\nB | chats=telegram:-100}
        official: [Vastaa kyselyyn]
    """,
    )
    notice = words(stage.submits("official", place_0="1", place_1="0"))
    mine = RECEIPT.search(notice)[0]
    play(stage, CLOSE)
    assert recount(stage, mine).mine == [ranking([1, 0])]


def test_receipts_are_not_told_in_a_group(stage):
    play(stage, POLL)
    stage.presses("resident", "Torille")
    reply = stage.commands("resident", "/kuitit", private=False, where=GROUP)
    assert not RECEIPT.search(words(reply)) and "kahdenkeskisessä" in words(reply)


def test_a_refused_vote_has_no_receipt(stage):
    play(stage, POLL)
    play(stage, CLOSE)
    assert not RECEIPT.search(stage.forges("resident", "vote:1:0").notice)


def test_a_notice_fits_where_telegram_shows_it(stage):
    play(
        stage,
        f"""
        editor: /kuulolla kysely
        editor: {{question_fi=Mihin? | options_fi={"ä" * 80}\\nRantaan | chats=telegram:-100}}
    """,
    )
    assert len(stage.forges("resident", "vote:1:0").notice) <= 200


def test_a_long_ballot_is_cut_in_the_notice_and_its_receipt_is_not(stage):
    options = "\\n".join(f"{n} {'ä' * 70}" for n in range(12))
    play(
        stage,
        f"""
        editor: /kuulolla kysely
        editor: {{kind=several | question_fi=Mitä? | options_fi={options} | most=12}}
    """,
    )
    for n in range(12):
        notice = stage.forges("resident", f"tick:1:{n}").notice
        assert len(notice) <= 200 and RECEIPT.search(notice), notice


def test_a_poll_without_votes(stage):
    play(stage, POLL)
    play(stage, CLOSE)
    found = recount(stage)
    assert found.faults == [] and found.tally.total == 0


def test_the_same_file_whenever_it_is_asked_for(stage):
    play(stage, POLL)
    for who in ("resident", "neighbour", "browser"):
        stage.presses(who, "Torille")
    play(stage, CLOSE)
    with stage.database.reading() as store:
        kept = store.ballot_list(1)
    assert kept.ballots == 3 and recount(stage).sha256 == kept.digest
    assert file(stage) == file(stage)


@pytest.mark.parametrize(("voters", "shown"), [(4, False), (5, True)])
def test_channels_of_few_are_not_told(stage, voters, shown):
    """Nor kept: what is not there can't be asked for."""
    play(stage, POLL)
    for who in ("resident", "neighbour", "browser", "principal", "invånare")[:voters]:
        stage.forges(who, "vote:1:0")
    play(stage, CLOSE)
    with stage.database.reading() as store:
        assert bool(store.tallies([1])[1].channels) is shown
    assert ("Kanavittain" in words(stage.commands("editor", "/kuulolla tulokset 1"))) is shown


def test_the_names_of_voters_can_not_be_made_again(stage):
    play(stage, POLL)
    stage.presses("resident", "Torille")
    with stage.database.reading() as store:
        key = store.ballot_boxes([1])[1].key
    mine = ballot_list.receipt(voter(key, stage.keyring.resident("telegram", "11")))
    play(stage, CLOSE)
    assert recount(stage, mine).mine == [0]
    with stage.database.reading() as store:
        assert store.ballot_boxes([1])[1].key is None
