"""One person, one ballot: accounts are linked by a code, from chat to chat and to the page."""

import re
from datetime import timedelta

import pytest

from core import codes, links
from core.people import voter
from tests.dialogs.script import play
from tests.stage import GROUP, Stage, words

POLL = """
    editor: /kuulolla kysely
    editor: {question_fi=Mihin penkki? | options_fi=Torille\\nRantaan | chats=telegram:-100}
"""
ALONE = {"private": False, "where": GROUP}


def code_of(stage: Stage, who: str) -> str:
    return re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", words(stage.replies[who][-1]))[0]


def link(stage: Stage, one: str, other: str) -> None:
    """``other`` enters the code of ``one``."""
    stage.commands(one, "/link")
    stage.commands(other, f"/link {code_of(stage, one)}")
    stage.forges(other, "link_yes")


def kept_codes(stage: Stage) -> str:
    """All that the database holds, as text."""
    with stage.database.reading() as store:
        dump = store._connection.connection.driver_connection.iterdump()
        return "\n".join(dump)


def test_two_accounts_are_one_vote(stage):
    play(stage, POLL)
    stage.presses("resident", "Torille")
    stage.passes(seconds=1)
    stage.presses("browser", "Rantaan")
    assert stage.tally(1) == (1, 1)
    play(
        stage,
        """
        resident: /yhdista
        city: Koodisi:
        city: 10 minuutin
        city: Sulkeutuneiden kyselyjen ääniä ei voi yhdistää
    """,
    )
    reply = stage.commands("browser", f"/yhdista {code_of(stage, 'resident').lower()}")
    assert "Yhdistetäänkö tämä tili" in words(reply)
    assert stage.tally(1) == (1, 1)
    play(
        stage,
        """
        browser: [Yhdistä]
        city: Valmis: 2 tiliä on nyt yksi henkilö.
    """,
    )
    assert stage.tally(1) == (0, 1)
    stage.passes(seconds=1)
    stage.presses("resident", "Torille")
    assert stage.tally(1) == (1, 0)
    play(
        stage,
        """
        browser: /start poll_1
        city: Torille: 1 (100 %)
        resident: /yhdista
        city: 2 tiliäsi on yhdistetty.
        resident: [Erota tämä tili]
        city: Erotetaanko tämä tili?
        resident: [Erota]
        city: Tämä tili on taas erillinen.
        resident: /yhdista
        city: !yhdistetty.
    """,
    )


@pytest.mark.parametrize(("first", "second", "left"), [
    ("resident", "browser", (0, 1)), ("browser", "resident", (1, 0)),
])  # fmt: skip
@pytest.mark.parametrize("turned", [True, False])
def test_the_latest_of_two_votes_stays(stage, first, second, left, turned):
    play(stage, POLL)
    choices = {"resident": "Torille", "browser": "Rantaan"}
    stage.presses(first, choices[first])
    stage.passes(minutes=1)
    stage.presses(second, choices[second])
    link(stage, *(("resident", "browser") if turned else ("browser", "resident")))
    assert stage.tally(1) == left


def test_a_group_is_joined_by_another_group(stage):
    play(stage, POLL)
    everybody = ("resident", "neighbour", "browser", "invånare")
    for who in everybody:
        stage.presses(who, "Torille")
    link(stage, "resident", "neighbour")
    link(stage, "browser", "invånare")
    assert stage.tally(1) == (2, 0)
    link(stage, "browser", "neighbour")
    assert stage.tally(1) == (1, 0)
    for who in everybody:
        stage.passes(seconds=1)
        stage.presses(who, "Rantaan")
        assert stage.tally(1) == (0, 1)


def test_there_are_never_more_ballots_than_accounts(stage):
    """Whatever is linked, unlinked and forgotten in between: nobody gets a ballot for it."""
    play(stage, POLL)
    for _ in range(3):
        for leave in ("unlink_yes", "forget_yes"):
            link(stage, "resident", "browser")
            stage.presses("browser", "Torille")
            for who in ("resident", "browser"):
                stage.forges(who, leave)
                stage.presses(who, "Rantaan")
            assert sum(stage.tally(1)) <= 2


def test_the_person_has_one_language_and_all_the_questions(stage):
    play(
        stage,
        """
        resident: /kieli sv
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Skicka]
        browser: /kysymykseni
        city: !Kauppakadun
    """,
    )
    link(stage, "resident", "browser")
    play(
        stage,
        """
        official: [Pyydä lisätietoja]
        official: {text=Millä kohtaa?}
        browser: /minafragor
        city: K-1: Milloin Kauppakadun
        city: väntar på ditt svar
        """,
    )
    assert "Skriv ditt svar" in words(stage.forges("browser", "reply:1"))
    play(
        stage,
        """
        browser: Torin laidalla, kirjaston edessä
        city: Ditt svar gick till handläggaren (K-1)
        slack:C0STREETS thread< Torin laidalla
    """,
    )
    stage.forges("resident", "unlink_yes")
    play(
        stage,
        """
        browser: /kysymykseni
        city: !Kauppakadun
        resident: /kysymykseni
        city: Kauppakadun
    """,
    )


# --- codes that are not to be had ----------------------------------------------------------------


def test_a_code_works_once(stage):
    stage.commands("resident", "/link")
    code = code_of(stage, "resident")
    stage.commands("browser", f"/link {code}")
    reply = stage.commands("neighbour", f"/link {code}")
    assert reply.notice == "This code is wrong, used or too old. Check it, or get a new one."


def test_a_code_grows_old(stage):
    stage.commands("resident", "/link")
    code = code_of(stage, "resident")
    stage.passes(minutes=10, seconds=1)
    assert "too old" in stage.commands("neighbour", f"/link {code}").notice


def test_a_new_code_replaces_the_old(stage):
    stage.commands("resident", "/link")
    old = code_of(stage, "resident")
    stage.commands("resident", "/link")
    assert "too old" in stage.commands("neighbour", f"/link {old}").notice
    reply = stage.commands("neighbour", f"/link {code_of(stage, 'resident')}")
    assert "Only if both are yours" in words(reply)


def test_the_own_code_links_nothing(stage):
    stage.commands("neighbour", "/link")
    reply = stage.commands("neighbour", f"/link {code_of(stage, 'neighbour')}")
    assert "your own account" in reply.notice


def test_a_flood_of_guesses_is_stopped_and_forgiven(stage):
    for _ in range(codes.MOST_TRIES):
        assert "wrong" in stage.commands("neighbour", "/link AAAA-AAAA").notice
    stage.commands("resident", "/link")
    code = code_of(stage, "resident")
    assert "Too many" in stage.commands("neighbour", f"/link {code}").notice
    stage.now += codes.PAUSE - timedelta(minutes=5)
    assert "Too many" in stage.commands("neighbour", f"/link {code}").notice
    stage.now += timedelta(minutes=5)
    stage.commands("resident", "/link")
    reply = stage.commands("neighbour", f"/link {code_of(stage, 'resident')}")
    assert "Only if both are yours" in words(reply)


@pytest.mark.parametrize(
    "hostile",
    ["-", "x" * 5000, "<b>K7QF</b>", "K7QF-3M9U", "' OR 1=1; --", "\u202eABCD", "ＡＢＣＤ１２３４"],
)
def test_what_is_no_code(stage, hostile):
    assert "wrong" in stage.commands("neighbour", f"/link {hostile}").notice


def test_forged_and_repeated_confirmations(stage):
    for action in ("link_yes", "link_yes:x", "unlink_yes"):
        stage.forges("neighbour", action)
    assert "nothing to confirm" in stage.forges("neighbour", "link_yes").notice
    link(stage, "resident", "neighbour")
    assert "nothing to confirm" in stage.forges("neighbour", "link_yes").notice


def test_a_code_is_not_shown_in_a_group(stage):
    reply = stage.commands("resident", "/yhdista", **ALONE)
    assert "kahdenkeskisessä" in words(reply) and "https://t.me/mallibot?start=link" in words(reply)
    assert "Koodisi" in words(stage.commands("resident", "/start link"))


def test_at_most_ten_accounts(stage):
    link(stage, "resident", "browser")
    more = [f"{n:032x}" for n in range(links.MOST_ACCOUNTS - 2)]
    with stage.database.begin() as store:
        store.link(more, stage.keyring.resident("telegram", "11"))
    stage.commands("resident", "/link")
    stage.commands("neighbour", f"/link {code_of(stage, 'resident')}")
    assert "At most 10" in stage.forges("neighbour", "link_yes").notice


def test_nothing_readable_is_kept_of_a_code(stage):
    stage.commands("resident", "/link")
    code = code_of(stage, "resident")
    dump = kept_codes(stage)
    assert (
        "link_codes" in dump
        and stage.keyring.digest("link", code.replace("-", "")).hex().upper() in dump
    )
    assert code not in dump and code.replace("-", "") not in dump


def test_an_own_vote_is_not_kept_with_the_replies(stage):
    play(stage, POLL)
    stage.presses("resident", "Rantaan")
    assert "Rantaan" in words(stage.commands("resident", "/start poll_1"))
    with stage.database.reading() as store:
        kept = store._connection.exec_driver_sql(
            "SELECT reply FROM events WHERE who <> ''"
        ).scalars()
        assert not any(b"mine" in reply for reply in kept)


def test_officials_link_their_accounts_too(stage):
    stage.commands("official", "/kuulolla yhdista")
    stage.commands("resident", f"/yhdista {code_of(stage, 'official')}")
    play(
        stage,
        """
        resident: [Yhdistä]
        city: Valmis: 2 tiliä
    """,
    )


def test_forgetting_takes_the_account_out(stage):
    play(stage, POLL)
    link(stage, "resident", "browser")
    stage.presses("browser", "Rantaan")
    play(
        stage,
        """
        resident: /unohda
        resident: [Poista]
        browser: /yhdista
        city: !yhdistetty.
    """,
    )
    dump = kept_codes(stage)
    assert stage.keyring.resident("telegram", "11") not in dump


def test_which_code_was_meant():
    assert codes.read(" k7qf – 3m9d ", 8) == "K7QF3M9D"
    assert codes.read("oil0-1111", 8) == "01101111"
    assert codes.read("K7QF3M9DX", 8) is None
    assert codes.show("K7QF3M9D") == "K7QF-3M9D"
    assert voter(b"k" * 32, "a") != voter(b"k" * 32, "b")
