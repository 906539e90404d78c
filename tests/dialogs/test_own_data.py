"""What is kept of a person: shown to them alone, in their private chat, and erased."""

import json

import pytest

from core import own_data
from core.scene import Room
from core.texts import texts
from tests.dialogs.script import play
from tests.stage import GROUP, Stage, words

LIFE = """
    editor: /kuulolla väittämäkysely
    editor: {title_fi=Ranta | seeds_fi=Ranta on hyvä. | chats=telegram:-100}
    editor: /kuulolla keskustelu
    editor: {title_fi=Puisto | look=after | chats=telegram:-200}
    neighbour: /start discussion_1
    neighbour: [Write a comment]
    neighbour: More benches to the park.
    resident: /start discussion_1
    resident: [Kannata]
    resident: [Kirjoita kommentti]
    resident: Lisää keinuja puistoon.
    resident: /start statements_1
    resident: [Samaa mieltä]
    resident: Milloin Rantatie aurataan?
    resident: [Lähetä]
"""


def kept(stage: Stage, who: str = "resident") -> dict[str, object]:
    with stage.database.reading() as store:
        room = Room(store, stage.city, stage.now, texts("fi"))
        account = {"resident": "11", "invånare": "12"}[who]
        return own_data.gather(room, stage.keyring.resident("telegram", account))


def test_all_of_it_is_shown_and_erased(stage: Stage) -> None:
    play(
        stage,
        LIFE
        + """
        resident: /tietoni
        city: Tässä on kaikki, mitä palvelu säilyttää
        city: K-1: Milloin Rantatie aurataan?
        city: Lisää keinuja puistoon.
        city: Ranta on hyvä.: Samaa mieltä
        city: Kommentit, joita kannatat: 1
        city: !benches
        city: https://example.test/fi/data
        resident: [Poista minua koskevat tiedot]
        resident: [Poista]
        resident: /tietoni
        city: !keinuja
        city: !Rantatie
    """,
    )


def test_as_a_file(stage: Stage) -> None:
    play(stage, LIFE)
    own = kept(stage)
    json.dumps(own)
    assert [one["text"] for one in own["comments"]] == ["Lisää keinuja puistoon."]
    assert own["supported_comments"] == [1]
    assert own["votes_on_statements"] == [
        {"conversation": 1, "statement": "Ranta on hyvä.", "vote": "agree"}
    ]
    assert {one["kind"] for one in own["in_moderation"]} == {"comment"}
    nothing = kept(stage, "invånare")
    assert not any(nothing[x] for x in ("comments", "supported_comments", "in_moderation",
                                        "statements", "subscriptions", "reports"))  # fmt: skip


def test_own_statements_reports_and_subscriptions(stage: Stage) -> None:
    play(stage, LIFE)
    stage.forges("resident", "statement_new:1")
    stage.says("resident", "Rannalle tarvitaan keinuja.")
    stage.forges("resident", "comment_report:1")
    stage.commands("resident", "/tilaa")
    own = kept(stage)
    assert [one["text"] for one in own["statements"]] == ["Rannalle tarvitaan keinuja."]
    assert own["reports"] == 1


def test_not_in_a_shared_chat(stage: Stage) -> None:
    play(stage, LIFE)
    told = words(stage.commands("resident", "/tietoni", private=False, where=GROUP))
    assert "yksityisessä keskustelussa" in told and "keinuja" not in told


@pytest.mark.parametrize("name", ["tietoni", "minauppgifter", "mydata"])
def test_in_every_language(stage: Stage, name: str) -> None:
    assert "Tässä on kaikki" in words(stage.commands("resident", f"/{name}"))


def test_linked_accounts_support_a_comment_once(stage: Stage) -> None:
    play(stage, LIFE)
    stage.forges("invånare", "comment_up:1")
    with stage.database.begin() as store:
        a, b = (stage.keyring.resident("telegram", x) for x in ("11", "12"))
        assert store.comment(1).support == 2
        store.merge_supports(a, b)
        assert store.comment(1).support == 1 and store.supported(b) == []
        store.merge_supports(b, a)
        assert store.supported(b) == [1]
