"""An option is withdrawn from an open poll: said everywhere, counted by a public rule."""

import pytest

from core.answers import ranking
from core.polls import ballot_list
from tests.dialogs.script import play
from tests.stage import Stage, words

OPENED = """
    editor: /kuulolla kysely
    editor: {{kind={kind} | question_fi=Mihin penkki? | options_fi=Torille\\nRantaan\\nPuistoon | question_sv=Vart? | options_sv=Torget\\nStranden\\nParken | chats=telegram:-100 telegram:-200{more}}}
"""  # noqa: E501
WITHDRAW = """
    editor: /kuulolla kyselyt
    editor: [Poista vaihtoehto]
    city: Poista vaihtoehto kyselystä 1
    editor: {option=0 | text_fi=Torille tulee katutyömaa. | text_sv=Torget grävs upp.}
    city: Vaihtoehto on poistettu
"""
CLOSE = """
    editor: /kuulolla sulje 1
    editor: [Sulje lopullisesti]
"""


def opened(stage: Stage, kind: str = "single", more: str = "") -> None:
    play(stage, OPENED.format(kind=kind, more=more))


def test_votes_for_it_are_not_counted_and_may_be_given_again(stage):
    opened(stage)
    play(
        stage,
        f"""
        resident: [Torille]
        neighbour: [Torille]
        invånare: [Rantaan]
        {WITHDRAW}
        telegram:-100< Torille (poistettu, 2 ääntä ei lasketa)
        telegram:-100< Torille tulee katutyömaa.
        telegram:-100< Sille annettuja ääniä ei lasketa.
        telegram:-200< Torget (tillbakadraget, 2 röster räknas inte)
        telegram:-200< Torget grävs upp.
        telegram:-100< Rantaan: 1
        """,
    )
    assert stage.tally(1) == (0, 1, 0)
    play(
        stage,
        """
        resident: /kyselyt
        resident: [Mihin penkki?]
        city: Valitsemasi vaihtoehto on poistettu
        resident: [Puistoon]
        resident: [Mihin penkki?]
        city: !Valitsemasi vaihtoehto on poistettu
        """,
    )
    assert stage.tally(1) == (0, 1, 1)
    with pytest.raises(AssertionError, match="no button"):
        stage.presses("resident", "Torille")


def test_a_vote_that_comes_after_it_is_refused(stage):
    opened(stage)
    play(stage, WITHDRAW)
    assert "Tämä vaihtoehto on poistettu" in stage.forges("resident", "vote:1:0").notice
    assert stage.tally(1) == (0, 0, 0)
    with stage.database.reading() as store:
        assert store.tallies([1])[1].ballots == 0


@pytest.mark.parametrize(
    ("kind", "presses", "counts", "again"),
    [
        ("several", {"resident": "01", "neighbour": "0"}, (0, 1, 0), "tick:1:2"),
        ("ranking", {"resident": "01", "neighbour": "0"}, (0, 1, 0), "tick:1:2"),
    ],
)
def test_the_rest_of_a_vote_counts(stage, kind, presses, counts, again):
    opened(stage, kind, " | least=1 | most=3")
    for who, marks in presses.items():
        for option in marks:
            stage.forges(who, f"tick:1:{option}")
    play(stage, WITHDRAW)
    assert stage.tally(1) == counts
    play(
        stage,
        """
        resident: /kyselyt
        resident: [Mihin penkki?]
        city: muut valintasi lasketaan
        """,
    )
    assert "vote again" in words(stage.forges("neighbour", "poll:1"))
    assert "poistettu" in stage.forges("resident", "tick:1:0").notice
    stage.forges("resident", again)  # what was withdrawn is off the ballot from here on
    play(
        stage,
        """
        resident: /kyselyt
        resident: [Mihin penkki?]
        city: !muut valintasi lasketaan
        """,
    )
    stage.forges("neighbour", again)
    assert sum(stage.tally(1)) == {"several": 3, "ranking": 2}[kind]


def test_all_who_follow_are_told_whatever_they_chose(stage):
    """A message to those alone who chose it would say how they voted."""
    opened(stage)
    for who, option in (("resident", "Torille"), ("neighbour", "Rantaan")):
        stage.forges(who, "poll:1")
        stage.presses(who, "Kerro minulle tulos" if who == "resident" else "Tell me the result")
        stage.presses(who, option)
    play(stage, WITHDRAW)
    assert "Torille tulee katutyömaa." in stage.chat("resident")
    assert "Withdrawn" in stage.chat("neighbour")


def test_the_list_says_all_that_was_given_and_is_counted_by_the_rule(stage):
    opened(stage, "ranking", " | least=1 | most=3")
    for who, order in (("resident", "01"), ("neighbour", "0"), ("invånare", "210")):
        for option in order:
            stage.forges(who, f"tick:1:{option}")
    play(stage, WITHDRAW + CLOSE)
    with stage.database.reading() as store:
        poll, kept = store.poll(1), store.ballot_list(1)
        assert kept.ballots == 3
        lines = ballot_list.lines(poll.paper, store.closed_ballots(1, b"", 99))
    file = kept.head.encode() + lines
    found = ballot_list.recount(file.splitlines(keepends=True))
    assert found.faults == [] and found.sha256 == kept.digest
    assert found.head.withdrawn == [1] and found.tally.uncounted == {0: 3}
    assert set(found.tally.given) == {ranking([0, 1]), ranking([0]), ranking([2, 1, 0])}
    assert found.tally.answers == {ranking([1]): 1, ranking([2, 1]): 1}
    assert "Schulzen menetelmä: Rantaan = Puistoon" in stage.chat("telegram:-100")
    assert "Torille 0" not in stage.chat("telegram:-100")


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("yes_no", "", "vaihtoehdot kuuluvat yhteen"),
        ("points", " | most=3", "vaihtoehdot kuuluvat yhteen"),
        ("single", " | change=final", "lopullisia"),
    ],
)
def test_where_none_can_be_withdrawn_it_is_said_and_not_offered(stage, kind, more, told):
    opened(stage, kind, more)
    for reply in (
        stage.forges("editor", "poll_withdraw:1"),
        stage.fills("editor", "poll_withdraw", {"option": "0", "text_fi": "Siksi."}, "1"),
    ):
        assert told in words(reply) and reply.form is None
    with pytest.raises(AssertionError, match="no button"):
        play(stage, "editor: /kuulolla kyselyt\neditor: [Poista vaihtoehto]")


def test_two_options_stay_and_one_goes_once(stage):
    opened(stage)
    play(stage, "editor: /kuulolla kyselyt\neditor: [Poista vaihtoehto]")
    first = stage.form("editor")
    play(stage, WITHDRAW)
    again = stage.fills("editor", first.name, {"option": "0", "text_fi": "Taas."}, first.state)
    assert "Vähintään kahden" in words(again)
    assert "Vähintään kahden" in words(stage.forges("editor", "poll_withdraw:1"))
    with stage.database.reading() as store:
        assert store.poll(1).withdrawn == (0,)


@pytest.mark.parametrize("option", ["", "3", "-1", "x", "0 1", "٠", "0" * 500])
def test_forged_fields_withdraw_nothing(stage, option):
    opened(stage)
    fields = {"option": option, "text_fi": "Siksi."}
    assert stage.fills("editor", "poll_withdraw", fields, "1").errors
    assert stage.fills("editor", "poll_withdraw", {"option": "0"}, "1").errors  # no reason
    with stage.database.reading() as store:
        assert store.poll(1).withdrawn == ()


@pytest.mark.parametrize("who", ["resident", "official", "stranger"])
def test_only_editors_withdraw(stage, who):
    opened(stage)
    stage.forges(who, "poll_withdraw:1")
    stage.fills(who, "poll_withdraw", {"option": "0", "text_fi": "Siksi."}, "1")
    with stage.database.reading() as store:
        assert store.poll(1).withdrawn == ()


def test_hidden_results_stay_hidden(stage):
    opened(stage, more=" | shows=after_close")
    play(
        stage,
        f"""
        resident: [Torille]
        {WITHDRAW}
        telegram:-100< Torille tulee katutyömaa.
        telegram:-100< !1 ääntä ei lasketa
        {CLOSE}
        telegram:-100< 1 ääntä ei lasketa
        """,
    )


def test_a_closed_poll_keeps_its_options(stage):
    opened(stage)
    play(stage, CLOSE)
    assert "Vain avoimen" in words(stage.forges("editor", "poll_withdraw:1"))

