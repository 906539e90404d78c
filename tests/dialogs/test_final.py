"""Polls in which a vote is final: the first one stays, whatever comes after it."""

from datetime import timedelta

import pytest

from core.events import Pressed
from tests.dialogs.script import play
from tests.dialogs.test_links import link
from tests.stage import GROUP, PEOPLE, Stage

POLL = """
    editor: /kuulolla kysely
    editor: {question_fi=Mihin penkki? | options_fi=Torille\\nRantaan | change=final}
"""


def test_it_is_said_before_voting_and_a_second_vote_is_refused(stage: Stage) -> None:
    play(stage, POLL)
    play(
        stage,
        """
        resident: /start poll_1
        city: Äänesi on lopullinen
        city: !Voit vaihtaa
        resident: [Torille]
        city: Äänesi on laskettu: Torille.
        resident: [Rantaan]
        city: Olet jo äänestänyt
        city: !Kuitti
        resident: [Torille]
        city: Äänesi on laskettu: Torille.
    """,
    )
    assert stage.tally(1) == (1, 0)


def test_of_two_presses_at_once_the_earlier_stays(stage: Stage) -> None:
    play(stage, POLL)
    presses = [
        Pressed(
            id=f"p{n}",
            who=PEOPLE["resident"],
            where=GROUP,
            at=stage.now,
            action=f"vote:1:{n}",
            order=9 - n,
        )
        for n in (0, 1)
    ]
    with stage.database.begin() as store:
        late, early = stage.inbox.cast(store, presses, stage.now)
    assert "laskettu: Rantaan" in early.notice and "Olet jo" in late.notice
    assert stage.tally(1) == (0, 1)


@pytest.mark.parametrize("turned", [True, False])
def test_linking_does_not_change_a_final_vote(stage: Stage, turned: bool) -> None:
    play(stage, POLL)
    stage.forges("resident", "vote:1:0")
    stage.now += timedelta(minutes=1)
    stage.forges("browser", "vote:1:1")
    link(stage, *(("resident", "browser") if turned else ("browser", "resident")))
    assert stage.tally(1) == (1, 0)


def test_only_where_one_press_is_the_vote(stage: Stage) -> None:
    play(
        stage,
        """
        editor: /kuulolla kysely
        editor: {kind=several | question_fi=Mitä? | options_fi=A\\nB | change=final}
        city: Vain yhden vaihtoehdon tai omien sanojen vastaus voi olla lopullinen
        editor: {kind=single | question_fi=Mitä? | options_fi=A\\nB | change=never}
        city: Valitse luettelosta.
    """,
    )
