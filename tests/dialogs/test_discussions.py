"""Discussions: opened by an editor, commented in any channel, shown in all, moderated, closed."""

from dataclasses import replace

import pytest

from core.city import Moderation, Part
from core.discussions import life
from core.model import CommentState, PollState
from tests.dialogs.script import play
from tests.stage import CITY, GAPS, GROUP, Stage, words

TOWN = replace(CITY, moderation=Moderation(reports=2))
OPENS = """
    editor: /kuulolla keskustelu
    editor: {title_fi=Rantapuiston tulevaisuus | background_fi=Mitä rantaan? | TOPICS | CHATS}
    city: Keskustelu 1 on luotu: Rantapuiston tulevaisuus
"""
OPENS = OPENS.replace("TOPICS", r"topics=Leikki\nPenkit")
OPENS = OPENS.replace("CHATS", "chats=telegram:-100 telegram:-200")
AFTER = OPENS.replace("title_fi=", "look=after | title_fi=")
COMMENTS = """
    resident: /start discussion_1
    resident: [Kirjoita kommentti]
    resident: Lisää keinuja rantaan, kiitos.
"""
DIALOGS = {
    "opened, commented, looked through, shown in every chat": OPENS + """
        telegram:-100< Keskustelu: Rantapuiston tulevaisuus
        telegram:-100< 0 kommenttia. Avoinna.
        resident: /start discussion_1
        city: Mitä rantaan?
        resident: [Kirjoita kommentti]
        city: Kirjoita kommenttisi yhtenä viestinä.
        resident: Lisää keinuja rantaan. Soita 040 123 4567
        city: Tekstisi odottaa moderaattoria.
        city: Mikä se on, ja mistä se kertoo?
        resident: [idea]
        city: Kiitos.
        resident: [Leikki]
        telegram:-100< !keinuja
        slack:C0DESK< Lisää keinuja rantaan
        slack:C0DESK< Koskee: Rantapuiston tulevaisuus
        slack:C0DESK< puhelinnumero
        slack:C0DESK< !040
        editor: [Hyväksy]
        resident< Tekstisi hyväksyttiin.
        telegram:-100< Lisää keinuja rantaan
        telegram:-100< Telegram · idea · Leikki
        telegram:-200< Lisää keinuja rantaan
        telegram:-100< 1 kommentti.
    """,
    "from a form at work, a reply, support; its origin is told": AFTER + COMMENTS + """
        city: Kommenttisi näkyy nyt.
        official: [Kirjoita kommentti]
        city: Kommenttisi
        official: {text=No | kind=worry}
        city: Kommentissa on 3–1000 merkkiä.
        official: {text=Keinut ovat kalliita. | kind=worry | topic=1}
        telegram:-100< Slack · huoli · Penkit
        official: [Lue ja kannata]
        official: [Kannata]
        city: Kannatat nyt tätä kommenttia.
        official: [Kannata]
        city: Kannatat tätä jo.
        telegram:-100< 👍 1
        neighbour: /start discussion_1
        neighbour: [Reply]
        neighbour: I agree with that.
        telegram:-100< ↳ vastaus · Telegram · kommentti
    """,
    "taken back by its author, it is gone everywhere": AFTER + COMMENTS + """
        telegram:-200< keinuja
        resident: /start discussion_1
        resident: [Peru kommentti]
        city: Kommenttisi on poistettu kaikkialta.
        telegram:-100< !keinuja
        telegram:-200< !keinuja
        telegram:-100< 0 kommenttia.
        slack:C0DESK< !keinuja
    """,
    "reported by enough people it is hidden until a moderator decides": AFTER + COMMENTS + """
        editor: [Hyväksy]
        neighbour: /start discussion_1
        neighbour: [Report]
        city: Thank you.
        neighbour: [Report]
        city: You have reported this already.
        telegram:-100< keinuja
        invånare: /start discussion_1
        invånare: [Anmäl]
        telegram:-100< !keinuja
        resident< Asukkaat ovat ilmoittaneet tekstistäsi.
        slack:C0DESK< Asukkaiden ilmoituksia: 2
        editor: [Hyväksy]
        telegram:-100< keinuja
    """,
    "rejected after it was shown, appealed": AFTER + COMMENTS + """
        editor: [Hylkää]
        editor: {rule=topic | reason=Tämä on eri asia.}
        telegram:-100< !keinuja
        resident< Sääntö: Pysy aiheessa
        resident: [Sano toisin]
        resident: Rantaan sopisi leikkipaikka, kiitos.
        city: Tekstisi odottaa moderaattoria.
        telegram:-100< !leikkipaikka
        editor: [Hyväksy]
        telegram:-100< leikkipaikka
    """,
    "a comment becomes a question": AFTER + COMMENTS + """
        editor: /kuulolla keskustelut
        editor: [Lue]
        editor: [Tee siitä kysymys]
        city: Se on nyt kysymys K-1.
        telegram:-100< Siitä tuli kysymys K-1
        telegram:-100< !example.test/fi/questions/1
        slack:C0DESK< Se on keskustelusta: Rantapuiston tulevaisuus
        slack:C0DESK< https://example.test/fi/discussions/1
        resident< Kaupunki vei kommenttiasi eteenpäin.
        resident< Siitä tuli kysymys K-1
        resident: /kysymykseni
        city: Lisää keinuja rantaan
        editor: [Tee siitä väittämä]
        city: Siitä on jo tehty jotain.
    """,
    "a comment becomes a statement": """
        editor: /kuulolla väittämäkysely
        editor: {title_fi=Ranta | seeds_fi=Ranta on hyvä. | chats=telegram:-100}
    """ + AFTER + COMMENTS + """
        editor: /kuulolla keskustelut
        editor: [Lue]
        editor: [Tee siitä väittämä]
        city: Se näytetään kaupungin väittämänä
        editor: {text=Ranta on hyvä.}
        city: Tämä väittämä on jo mukana.
        editor: {text=}
        city: Väittämässä on 1–140 merkkiä
        editor: {text=Soita 040 123 4567}
        city: Siinä on henkilötietoja
        editor: {conversation=9 | text=Rantaan pitää saada keinuja.}
        city: Valitse luettelosta.
        editor: {text=Rantaan pitää saada keinuja.}
        city: Se on nyt väittämä
        telegram:-100< Lisää keinuja rantaan, kiitos.
        telegram:-100< Siitä tuli väittämä
        telegram:-100< https://example.test/fi/statements/1
        resident< Kaupunki vei kommenttiasi eteenpäin.
        editor: [Tee siitä kysymys]
        city: Siitä on jo tehty jotain.
    """,
    "where no conversation of statements is open there is none to make": AFTER + COMMENTS + """
        editor: /kuulolla keskustelut
        editor: [Lue]
        editor: [Tee siitä väittämä]
        city: Mikään väittämäkysely ei ole nyt auki.
    """,
    "closed, and summed up by an editor": AFTER + COMMENTS + """
        invånare: /start discussion_1
        invånare: [Stöd]
        editor: /kuulolla keskustelut
        editor: [Sulje]
        editor: [Sulje lopullisesti]
        city: Keskustelu on sulkeutunut.
        telegram:-100< Keskustelu on sulkeutunut.
        telegram:-100< !lyhyesti
        slack:C0DESK< Yhteenvedon luonnos toimittajalle
        slack:C0DESK< – Muu: 1 (👍 1)
        slack:C0DESK< Kannatetuimmat:
        slack:C0DESK< – 👍 1: Lisää keinuja rantaan, kiitos.
        resident: [Kirjoita kommentti]
        city: Keskustelu on sulkeutunut. Voit yhä lukea sitä.
        editor: [Muokkaa ja julkaise]
        editor: {summary_fi=}
        city: Kirjoita tämä.
        editor: {summary_fi=Keinuja toivottiin.}
        city: Yhteenveto on julkaistu.
        telegram:-100< Keinuja toivottiin.
    """,
    "a sub-theme is suggested, and accepted by button": AFTER.replace(
        "Leikki", "Leikki: keinu, liukumäki") + COMMENTS + """
        city: Tämä näyttää kuuluvan tänne. Onko se oikein?
        telegram:-100< Telegram · kommentti
        telegram:-100< !Leikki
        resident: [Aihe: Leikki]
        city: Kiitos.
        telegram:-100< Telegram · kommentti · Leikki
        official: [Kirjoita kommentti]
        official: {text=Liukumäki on liian jyrkkä.}
        city: Tämä näyttää kuuluvan tänne.
        official: [Aihe: Leikki]
        telegram:-100< Slack · kommentti · Leikki
        official: {text=Sorsia on paljon.}
        city: !Tämä näyttää kuuluvan tänne.
        neighbour: /start discussion_1
        city: !About:
    """,
    "wrong forms": """
        editor: /kuulolla keskustelu
        editor: {title_fi= | chats=telegram:-999 | a_day=0 | look=never | closes=2020-01-01 10:00}
        city: Kirjoita tämä.
        city: Kirjoita luku 1–50.
        city: Tämä on ennen avaamista.
        resident: /keskustelut
        city: Avoimia keskusteluja ei ole nyt.
    """,
}  # fmt: skip


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(town: Stage, name: str) -> None:
    play(town, DIALOGS[name])


def test_a_statement_leads_back_to_its_discussion(town: Stage) -> None:
    play(town, DIALOGS["a comment becomes a statement"])
    first = words(town.commands("neighbour", "/start statements_1"))
    both = [first, words(town.presses("neighbour", "Agree"))]  # drawn: in any order
    (card,) = [one for one in both if "Rantaan pitää saada keinuja." in one]
    assert "It comes from the discussion: Rantapuiston" in card
    assert "https://example.test/en/discussions/1" in card


STAFFS = ("discussion_new", "discussion_close:1", "discussion_close_ask:1", "discussion_sum:1",
          "comment_ask:1", "comment_state:1")  # fmt: skip


@pytest.mark.parametrize("who", ["resident", "neighbour", "official", "stranger", "browser"])
def test_who_is_no_editor_does_not_lead(town: Stage, who: str) -> None:
    play(town, AFTER + COMMENTS)
    for action in STAFFS:
        reply = town.forges(who, action)
        assert words(reply) and not reply.form
    assert words(town.fills(who, "discussion", {"title_fi": "Oma"}))
    assert words(town.fills(who, "discussion_sum", {"summary_fi": "Oma"}, "1"))
    assert words(town.fills(who, "comment_state", {"text": "Oma", "conversation": "1"}, "1"))
    with town.database.reading() as store:
        (discussion,) = store.discussions()
        assert discussion.state is PollState.OPEN and not discussion.summary
        assert store.comment(1).became == ""


FORGED = (
    "comments:9:0", "comments:1:x", "comment_new:9", "comment_reply:9", "comment_up:9",
    "comment_kind:1:boss", "comment_topic:1:7", "comment_off:1", "comment_kind:1:idea",
    "comment_report:9",
)  # fmt: skip


@pytest.mark.parametrize("action", FORGED)
def test_forged_buttons_change_nothing(town: Stage, action: str) -> None:
    play(town, AFTER + COMMENTS)
    with town.database.reading() as store:
        before = store.comments(1)
    assert words(town.forges("neighbour", action))
    with town.database.reading() as store:
        assert store.comments(1) == before


@pytest.mark.parametrize("state", ["9:", "x:", "1:99", "1:x", "", ":"])
def test_forged_forms_change_nothing(town: Stage, state: str) -> None:
    play(town, OPENS)
    for fields in ({"text": "Hyvä idea"}, {"text": "Hyvä idea", "kind": "boss"},
                   {"text": "Hyvä idea", "topic": "9"}):  # fmt: skip
        assert words(town.fills("neighbour", "comment", fields, state))
    with town.database.reading() as store:
        assert store.comment(1) is None


def test_limits_of_a_person(town: Stage) -> None:
    play(town, OPENS.replace("title_fi=", "a_day=2 | title_fi="))
    for n in range(3):
        told = words(town.fills("resident", "comment", {"text": f"Ajatus numero {n}"}, "1:"))
    assert "2 kommenttia päivässä" in told
    town.passes(hours=25)
    told = words(town.fills("resident", "comment", {"text": "Vielä yksi"}, "1:"))
    assert "odottaa moderaattoria" in told


def test_replies_are_one_level_deep(town: Stage) -> None:
    play(town, AFTER)
    for parent in ("", "1", "2"):
        town.fills("resident", "comment", {"text": f"Vastaus {parent or 'ei'}"}, f"1:{parent}")
    with town.database.reading() as store:
        assert [store.comment(n).parent for n in (1, 2, 3)] == [None, 1, 1]


def test_what_reaches_us_after_the_closing_time_is_late(town: Stage) -> None:
    play(town, OPENS.replace("title_fi=", "closes=2026-03-02 13:00 | title_fi="))
    town.passes(hours=1)
    late = words(town.fills("resident", "comment", {"text": "Ehdinkö?"}, "1:"))
    assert "sulkeutunut" in late
    with town.database.begin() as store:
        assert life.due(store, town.now)
        life.tick(store, town.city, town.now, GAPS)
    town.deliver()
    assert "Keskustelu on sulkeutunut." in town.chat("telegram:-100")
    assert "Yhteenvedon luonnos" in town.chat("slack:C0DESK")


def test_it_opens_by_the_clock(town: Stage) -> None:
    play(town, OPENS.replace("title_fi=", "opens=2026-03-02 13:00 | title_fi="))
    assert "telegram:-100" not in town.posts
    assert "ei ole" in words(town.commands("resident", "/start discussion_1"))
    town.passes(hours=1)
    with town.database.begin() as store:
        life.tick(store, town.city, town.now, GAPS)
        assert not life.due(store, town.now)
    town.deliver()
    assert "Rantapuiston" in town.chat("telegram:-100")


def test_in_a_shared_chat_the_way_is_shown(town: Stage) -> None:
    play(town, OPENS)
    told = words(town.forges("resident", "comment_new:1", private=False, where=GROUP))
    assert "t.me/mallibot?start=discussion_1" in told


def test_forgotten_authors_leave_their_comments_without_a_link(town: Stage) -> None:
    play(town, AFTER + COMMENTS)
    town.forges("resident", "forget_yes")
    with town.database.reading() as store:
        comment = store.comment(1)
        assert (comment.author, comment.state) == ("", CommentState.SHOWN)
    assert words(town.forges("resident", "comment_off:1"))
    assert "keinuja" in town.chat("telegram:-100")


def test_a_part_that_is_off_leaves_nothing(stage: Stage) -> None:
    stage.__init__(stage.database, replace(CITY, parts=frozenset(Part) - {Part.DISCUSSIONS}))
    for who in ("resident", "editor"):
        for action in ("comments:1:0", "comment_new:1", "discussion_new", "discussion_list"):
            assert words(stage.forges(who, action))
    assert "eskustelu" not in words(stage.commands("editor", "/kuulolla"))
    assert "/keskustelut" not in words(stage.commands("resident", "/ohje"))
