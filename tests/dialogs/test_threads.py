"""A discussion in the threads of a Telegram group, a Slack channel and a Teams channel at once."""

from dataclasses import replace

import pytest

from core.city import Chat, Moderation
from core.discussions.copies import CROWD
from core.events import Address, Mirrored, Spot, Submitted, Written
from core.model import CommentState
from tests.dialogs.script import play
from tests.stage import CITY, GROUP, PEOPLE, Stage, words

SQUARE = Address("slack", "C0TORI")
YARD = Address("teams", "19:piha@thread.tacv2")
NEWS, TALK = Address("telegram", "-200"), Address("telegram", "-201")
TOPIC = Address("telegram", "-300/45")
CHATS = (
    Chat(GROUP, "Naapurusto", "fi", threads=GROUP, restrict=True),
    Chat(SQUARE, "Tori", "fi", threads=SQUARE),
    Chat(YARD, "Piha", "fi", threads=YARD),
    Chat(NEWS, "Nyheter", "sv", threads=TALK),
    Chat(TOPIC, "Aihe", "fi", threads=TOPIC),
)
TOWN = replace(CITY, chats=CHATS, moderation=Moderation(reports=2))
EVERYWHERE = "telegram:-100 slack:C0TORI teams:19:piha@thread.tacv2"


def opens(chats: str = EVERYWHERE, look: str = "after", more: str = "") -> str:
    return f"""
        editor: /kuulolla keskustelu
        editor: {{title_fi=Ranta | look={look} | {more}topics=Leikki | chats={chats}}}
        city: Keskustelu 1 on luotu
    """


DIALOGS = {
    "written in one thread, shown in the others, each with its mark": opens() + """
        telegram:-100< Kommentoi vastaamalla tähän viestiin.
        resident: telegram:-100> Lisää keinuja rantaan.
        city: Kommenttisi näkyy nyt.
        slack:C0TORI thread< Lisää keinuja rantaan.
        slack:C0TORI thread< Telegram · kommentti
        teams:19:piha@thread.tacv2 thread< Lisää keinuja rantaan.
        telegram:-100 thread< !Telegram ·
        resident: [idea]
        slack:C0TORI thread< Telegram · idea
        official: slack:C0TORI> Ja penkkejä myös.
        telegram:-100 thread< Slack · kommentti
        principal: teams:19:piha@thread.tacv2> Koulukin hyötyisi.
        telegram:-100 thread< Teams · kommentti
        slack:C0TORI thread< Teams · kommentti
        slack:C0TORI thread< !Slack ·
        teams:19:piha@thread.tacv2 thread< !Teams ·
    """,
    "a reply says what it answers where threads are one row": opens() + """
        resident: telegram:-100> Lisää keinuja rantaan.
        neighbour: telegram:-100> «Lisää keinuja» I agree with that.
        city: Your comment is shown.
        slack:C0TORI thread< ↳ vastaa: Lisää keinuja rantaan.
        slack:C0TORI thread< ↳ vastaus · Telegram · kommentti
        official: [Vastaa]
        official: {text=Hyvä ajatus.}
        telegram:-100 thread< Hyvä ajatus.
    """,
    "looked at before: taken away where we may, and back when it is let through": opens(
        look="before") + """
        telegram:-100< Moderaattori katsoo kommentit
        resident: telegram:-100> Lisää keinuja rantaan.
        city: Tekstisi odottaa moderaattoria.
        telegram:-100 thread< !keinuja
        slack:C0TORI thread< !keinuja
        official: slack:C0TORI> Ja penkkejä myös.
        slack:C0TORI thread< penkkejä
        telegram:-100 thread< !penkkejä
        editor: [Hyväksy]
        editor: /kuulolla moderointi
        editor: [Hyväksy]
        telegram:-100 thread< Lisää keinuja rantaan.
        slack:C0TORI thread< Lisää keinuja rantaan.
        telegram:-100 thread< penkkejä
        resident< Tekstisi hyväksyttiin.
    """,
    "changed by its author": opens() + """
        resident: telegram:-100> Lisää keinuja rantaan.
        resident: telegram:-100~ «keinuja» Lisää liukumäkiä rantaan.
        slack:C0TORI thread< liukumäkiä
        slack:C0TORI thread< !keinuja
        telegram:-100 thread< liukumäkiä
        neighbour: telegram:-100~ «liukumäkiä» Hijacked
        slack:C0TORI thread< liukumäkiä
    """,
    "changed after it was approved, it is looked at anew": opens(look="before") + """
        official: slack:C0TORI> Lisää keinuja rantaan.
        editor: [Hyväksy]
        telegram:-100 thread< keinuja
        official: slack:C0TORI~ «keinuja» Ostakaa halpoja kelloja!
        city: Tekstisi odottaa moderaattoria.
        telegram:-100 thread< !keinuja
        telegram:-100 thread< !kelloja
        telegram:-100 thread< Kommenttia ei enää näytetä.
        editor: [Hyväksy]
        telegram:-100 thread< kelloja
    """,
    "rejected, it goes from every thread": opens() + """
        resident: telegram:-100> Lisää keinuja rantaan.
        editor: [Hylkää]
        editor: {rule=topic | reason=Eri asia.}
        telegram:-100 thread< !keinuja
        slack:C0TORI thread< !keinuja
        slack:C0TORI thread< Kommenttia ei enää näytetä.
        resident< Sääntö: Pysy aiheessa
        resident: [Sano toisin]
        resident: Lisää puita rantaan, kiitos.
        editor: [Hyväksy]
        telegram:-100 thread< Lisää puita
        slack:C0TORI thread< Lisää puita
    """,
    "what was rejected is said otherwise where it was written": opens() + """
        official: slack:C0TORI> Lisää keinuja rantaan.
        editor: [Hylkää]
        editor: {rule=topic | reason=Eri asia.}
        telegram:-100 thread< !keinuja
        official: slack:C0TORI~ «keinuja» Lisää puita rantaan, kiitos.
        city: Tekstisi odottaa moderaattoria.
        editor: [Hyväksy]
        telegram:-100 thread< Lisää puita
    """,
    "deleted by its author": opens() + """
        official: slack:C0TORI> Lisää keinuja rantaan.
        telegram:-100 thread< keinuja
        official: slack:C0TORIx «keinuja»
        telegram:-100 thread< !keinuja
        telegram:-100< !keinuja
        telegram:-100< 0 kommenttia.
    """,
    "taken back by button": opens() + """
        resident: telegram:-100> Lisää keinuja rantaan.
        resident: [Peru kommentti]
        city: Kommenttisi on poistettu kaikkialta.
        telegram:-100 thread< !keinuja
        slack:C0TORI thread< !keinuja
        official: slack:C0TORI> Ja penkkejä.
        official: [Peru kommentti]
        city: poista se itse
        telegram:-100 thread< !penkkejä
        slack:C0TORI thread< penkkejä
    """,
    "an answer to what was removed": opens() + """
        official: slack:C0TORI> Lisää keinuja rantaan.
        resident: telegram:-100> «keinuja» Samaa mieltä.
        official: slack:C0TORIx «Lisää keinuja rantaan.»
        neighbour: telegram:-100> «ei enää näytetä» But why was it removed?
        city: This comment is not shown any more.
        slack:C0TORI thread< !removed?
    """,
    "personal data is left where we may not take it away, and its author asked": opens() + """
        resident: telegram:-100> Soita minulle 040 123 4567, keinuista.
        telegram:-100 thread< !4567
        telegram:-100 thread< keinuista
        official: slack:C0TORI> Soita minulle 040 765 4321, penkeistä.
        city: poista se
        telegram:-100 thread< penkeistä
        telegram:-100 thread< !4321
    """,
    "in a topic of its own, whatever is written belongs to the discussion": opens(
        chats="telegram:-300/45") + """
        telegram:-300/45< Ranta
        telegram:-300/45< Kommentoi vastaamalla
    """,
}  # fmt: skip


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(town: Stage, name: str) -> None:
    play(town, DIALOGS[name])


def comments(stage: Stage, *ids: int) -> list[object]:
    with stage.database.reading() as store:
        return [store.comment(id) for id in ids]


def test_replies_hang_from_what_they_answer_where_threads_nest(town: Stage) -> None:
    play(town, opens())
    play(town, """
        official: slack:C0TORI> Lisää keinuja rantaan.
        principal: teams:19:piha@thread.tacv2> Ei käy, ne ovat kalliita.
    """)
    play(town, "resident: telegram:-100> «keinuja» Samaa mieltä.")
    play(town, "neighbour: telegram:-100> «Samaa mieltä» Me too, why not.")
    first, second, third, fourth = comments(town, 1, 2, 3, 4)
    assert (first.parent, second.parent, third.parent, fourth.parent) == (None, None, 1, 1)
    town.fills("browser", "comment", {"text": "Minäkin pidän keinuista."}, "1:1")
    copy = town.message("telegram:-100", "Minäkin pidän")
    assert town.hangs[copy] == town.message("telegram:-100", "Lisää keinuja rantaan.\n")
    post = next(iter(town.posts["slack:C0TORI"]))
    assert town.hangs[town.message("slack:C0TORI", "Minäkin")] == post


def test_in_a_topic_whatever_is_written_belongs_to_its_one_discussion(town: Stage) -> None:
    play(town, opens(chats=str(TOPIC)))
    town.writes("resident", str(TOPIC), "Lisää keinuja.", under=(Spot(TOPIC),))
    assert comments(town, 1)[0].discussion == 1
    play(town, opens(chats=str(TOPIC)).replace("Keskustelu 1", "Keskustelu 2"))
    town.writes("resident", str(TOPIC), "Kumpaan tämä?", under=(Spot(TOPIC),))
    assert comments(town, 2) == [None]


def test_a_channel_has_its_threads_in_its_linked_group(town: Stage) -> None:
    play(town, opens(chats=f"{NEWS} {SQUARE}"))
    post = Spot(NEWS, next(iter(town.posts[str(NEWS)])))
    town.posts[str(TALK)] = {"f1": town.posts[str(NEWS)][post.ref]}
    for _ in range(2):
        town.act(Mirrored, "resident", where=TALK, private=False, ref="f1", of=post)
    town.writes("resident", str(TALK), "Lisää keinuja.", under=(Spot(TALK, "f1"),))
    play(town, """
        slack:C0TORI thread< Lisää keinuja.
        official: slack:C0TORI> Ja penkkejä myös.
        telegram:-201 thread< Ja penkkejä myös.
        telegram:-201 thread< Slack · kommentar
        telegram:-200< !thread
    """)
    assert town.hangs[town.message(str(TALK), "penkkejä")] == "f1"
    assert "telegram:-200 thread" not in town.posts


@pytest.mark.parametrize("of", [Spot(GROUP, "m1"), Spot(NEWS, "m99"), Spot(NEWS, "")])
def test_a_forged_mirror_is_no_thread(town: Stage, of: Spot) -> None:
    play(town, opens(chats=f"{NEWS} {GROUP}"))
    town.act(Mirrored, "resident", where=TALK, private=False, ref="f1", of=of)
    town.posts[str(TALK)] = {"f1": town.posts[str(NEWS)][next(iter(town.posts[str(NEWS)]))]}
    town.writes("resident", str(TALK), "Lisää keinuja.")
    assert comments(town, 1) == [None]


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("", {}, "vain tekstiä"),
        ("Vielä yksi asia", {"foreign": True}, "Välitetty viesti"),
        ("Ei", {}, "3–1000 merkkiä"),
        ("x" * 1001, {}, "3–1000 merkkiä"),
    ],
)
def test_what_is_no_comment_is_explained(
    town: Stage, text: str, more: dict[str, object], told: str
) -> None:
    play(town, opens())
    reply = town.writes("resident", "telegram:-100", text, **more)
    assert told in words(reply) and not reply.noted
    assert comments(town, 1) == [None]


def test_what_is_not_said_to_the_city_leaves_no_trace(town: Stage) -> None:
    play(town, opens())
    with town.database.reading() as store:
        before = store.pending()
    for where, under in (
        (GROUP, (Spot(GROUP, "m999"),)),
        (GROUP, ()),
        (Address("telegram", "-999"), (Spot(Address("telegram", "-999"), "m1"),)),
        (Address("slack", "C0DESK"), (Spot(Address("slack", "C0DESK"), "m1"),)),
    ):
        about = {"where": where, "private": False, "ref": "w9", "under": under, "text": "Hei vaan"}
        assert words(town.act(Written, "resident", **about)) == ""
    with town.database.reading() as store:
        assert store.comment(1) is None and store.pending() == before
        assert store.seen("telegram:99") is None


def test_a_comment_that_comes_again_is_taken_once(town: Stage) -> None:
    play(town, opens())
    about = {
        "id": "telegram:u1", "who": PEOPLE["resident"], "where": GROUP, "at": town.now,
        "private": False, "ref": "w1", "under": (Spot(GROUP, next(iter(town.posts[str(GROUP)]))),),
        "text": "Lisää keinuja rantaan.",
    }  # fmt: skip
    assert town.handle(Written(**about), "resident").noted
    assert words(town.handle(Written(**about), "resident")) == ""
    assert comments(town, 2) == [None]


def test_a_comment_after_the_close(town: Stage) -> None:
    play(town, opens())
    play(town, "resident: telegram:-100> Lisää keinuja rantaan.")
    play(town, """
        editor: /kuulolla keskustelut
        editor: [Sulje]
        editor: [Sulje lopullisesti]
        resident: telegram:-100> Ehdinkö vielä?
        city: Keskustelu on sulkeutunut.
        resident: telegram:-100~ «keinuja» Ostakaa kelloja!
        city: Keskustelu on sulkeutunut.
        slack:C0TORI thread< Lisää keinuja rantaan.
    """)
    assert comments(town, 2) == [None]


def test_whom_a_moderator_mutes_is_kept_out_where_the_city_wants_it(town: Stage) -> None:
    play(town, opens())
    play(town, """
        resident: telegram:-100> Lisää keinuja rantaan.
        editor: [Hiljennä kirjoittaja]
        editor: {days=1 | rule=topic}
        resident: telegram:-100> Lisää penkkejä rantaan.
        city: Et voi kirjoittaa tänne
    """)
    assert town.enforced == [("telegram:-100", "restrict")]
    assert comments(town, 2) == [None]


def test_in_a_rush_the_threads_are_spared(town: Stage) -> None:
    play(town, opens(more="a_day=50 | "))
    for n in range(CROWD + 2):
        town.writes("resident", str(GROUP), f"Ajatus numero {n} rannasta", to="Keskustelu: Ranta")
    assert len(town.posts["slack:C0TORI thread"]) == CROWD
    town.passes(minutes=11)
    town.writes("resident", str(GROUP), "Vielä yksi ajatus rannasta", to="Keskustelu: Ranta")
    assert "Vielä yksi" in town.chat("slack:C0TORI thread")


def test_forgotten_authors_are_not_found_by_their_messages(town: Stage) -> None:
    play(town, opens())
    play(town, "resident: telegram:-100> Lisää keinuja rantaan.")
    town.forges("resident", "forget_yes")
    with town.database.reading() as store:
        assert store.showing(GROUP, town.message("telegram:-100", "keinuja", "w")) is None
        assert store.comment(1).state is CommentState.SHOWN
    assert "keinuja" in town.chat("slack:C0TORI thread")


def test_decisions_are_never_told_in_the_chat_where_the_form_was_opened(town: Stage) -> None:
    """Slack's forms know the channel that they were opened in."""
    play(town, opens(look="before"))
    form = {"form": "comment", "fields": {"text": "Lisää keinuja rantaan."}, "state": "1:"}
    town.act(Submitted, "official", where=SQUARE, private=True, **form)
    town.writes("stranger", str(SQUARE), "Ja penkkejä myös, kiitos.")
    for who in ("official", "stranger"):
        person = PEOPLE[who]
        with town.database.reading() as store:
            sealed = store.contact(town.keyring.resident(person.channel, person.account))
        assert town.keyring.open(sealed) == f"slack:{person.account}"


def test_a_whole_discussion_in_a_topic_slack_teams_and_on_the_page(town: Stage) -> None:
    play(town, opens(chats=f"{TOPIC} {SQUARE} {YARD}", look="before"))
    play(town, """
        resident: telegram:-300/45> Lisää keinuja rantaan.
        city: Tekstisi odottaa moderaattoria.
        telegram:-300/45 thread< !keinuja
        editor: [Hyväksy]
        telegram:-300/45 thread< Lisää keinuja rantaan.
        slack:C0TORI thread< Telegram · kommentti
        teams:19:piha@thread.tacv2 thread< Telegram · kommentti
        principal: teams:19:piha@thread.tacv2> «keinuja» Koulun pihalla on jo keinut.
        editor: [Hyväksy]
        telegram:-300/45 thread< Teams · kommentti
        neighbour: telegram:-300/45> «Koulun pihalla» The swings at school are broken.
        editor: [Hylkää]
        editor: {rule=topic | reason=Koulun keinut ovat eri asia.}
        neighbour< Koulun keinut ovat eri asia.
        neighbour: [Appeal]
        neighbour: It is about swings in this very area.
        city: Your appeal waits for another moderator.
        telegram:-300/45 thread< !broken
    """)
    town.fills("browser", "comment", {"text": "Penkit varjoon, kiitos."}, "1:")
    play(town, """
        editor: [Hyväksy]
        telegram:-300/45 thread< Penkit varjoon, kiitos.
        slack:C0TORI thread< Web · kommentti
        principal: teams:19:piha@thread.tacv2~ «jo keinut» Koulun pihalla on jo hyvät keinut.
        telegram:-300/45 thread< !jo keinut
        editor: [Hyväksy]
        telegram:-300/45 thread< jo hyvät keinut
        slack:C0TORI thread< jo hyvät keinut
        principal: teams:19:piha@thread.tacv2x «hyvät keinut»
        telegram:-300/45 thread< !hyvät
        slack:C0TORI thread< !hyvät
        resident: [Peru kommentti]
        city: Kommenttisi on poistettu kaikkialta.
        telegram:-300/45 thread< !Lisää keinuja
        slack:C0TORI thread< !Lisää keinuja
        slack:C0TORI thread< Penkit varjoon, kiitos.
        slack:C0TORI< 1 kommentti.
    """)


def test_without_threads_nothing_is_read_and_nothing_copied(stage: Stage) -> None:
    bare = tuple(replace(chat, threads=None) for chat in CHATS)
    stage.__init__(stage.database, replace(TOWN, chats=bare))
    play(stage, opens())
    assert words(stage.writes("resident", "telegram:-100", "Lisää keinuja rantaan.")) == ""
    assert comments(stage, 1) == [None]
    stage.fills("resident", "comment", {"text": "Lisää keinuja rantaan."}, "1:")
    assert "slack:C0TORI thread" not in stage.posts
    assert "vastaamalla" not in stage.chat("telegram:-100")
