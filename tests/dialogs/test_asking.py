"""Before a question is sent, and what others may do with it, in three languages."""

from dataclasses import replace

import pytest

from core.city import OtherBody, QuestionLimits
from core.events import Submitted
from core.people import Keyring
from tests.dialogs.script import play
from tests.stage import CITY, PEOPLE, SECRET, Stage, three

BUSES = OtherBody(
    "buses",
    three("Seudun liikenne", "Regiontrafiken", "Regional Transport"),
    "https://buses.example.test",
    {"fi": ("bussi",), "sv": ("buss",), "en": ("bus",)},
)
AROUND = replace(CITY, others=(BUSES,))

DIALOGS = {
    "personal data is taken out before it is kept, in Finnish": """
        resident: Milloin Kauppakatu aurataan? Soita 040 123 4567 tai matti@example.fi
        city: [kaupunki poisti: puhelinnumero]
        city: !040 123 4567
        city: Poistin tämän, jotta se ei tule julkiseksi: puhelinnumero, sähköpostiosoite
        resident: [Lähetä]
        slack:C0STREETS< [kaupunki poisti: puhelinnumero]
        slack:C0STREETS< !040 123 4567
        slack:C0STREETS< !matti@example.fi
    """,
    "in Swedish": """
        invånare: När plogas gatan? Min personbeteckning är 131052-308T
        city: [staden tog bort: personbeteckning]
        city: Jag tog bort det här så att det inte blir offentligt: personbeteckning
    """,
    "in English; whoever wants to say it otherwise writes again": """
        neighbour: When is the snow ploughed? I live at Kauppakatu 5 B 12
        city: [removed by the city: home address]
        neighbour: When is the snow on Kauppakatu ploughed?
        city: !removed by
        neighbour: [Send]
        slack:C0STREETS< When is the snow on Kauppakatu ploughed?
    """,
    "nor does a reply keep any": """
        resident: Milloin koulun pihatie aurataan lumesta?
        resident: [Lähetä]
        official: [Pyydä lisätietoja]
        official: {text=Mikä koulu?}
        resident: Rantakoulu, puh. 040 123 4567
        slack:C0STREETS thread< Rantakoulu, puh. [kaupunki poisti: puhelinnumero]
        slack:C0STREETS thread< !040 123 4567
    """,
    "one's own case may be sent to officials only": """
        resident: Miksi hakemukseni auraustuesta viipyy?
        city: Tämä näyttää koskevan omaa asiaasi
        resident: [Lähetä vain kaupungille]
        city: Vain sinä ja kaupungin työntekijät näette
        slack:C0STREETS< ei julkaista
        neighbour: /start question_1
        city: There is no such question.
        neighbour: Miksi hakemukseni auraustuesta viipyy?
        city: !odotetaan jo vastausta
        official: [Vastaa]
        official: {answer_fi=Päätös tulee huomenna. | publish=digest}
        official: {}
        resident< Päätös tulee huomenna.
        neighbour: /start question_1
        city: There is no such question.
    """,
    "or for everybody, if one wishes": """
        invånare: När behandlas min ansökan om plogning?
        city: Det här verkar gälla ditt eget ärende
        invånare: [Skicka offentligt]
        city: Dess nummer är K-1
        neighbour: When is my application for snow ploughing handled, ansökan plogning?
        city: This seems to be about your own case
    """,
    "what is not the city's is told before it is sent": """
        resident: Miksi bussit ovat aina myöhässä?
        city: Tämä näyttää kuuluvan muulle kuin kaupungille: Seudun liikenne
        city: https://buses.example.test
        resident: [Lähetä]
        slack:C0DESK< Miksi bussit ovat aina myöhässä?
    """,
    "an open question is followed instead of asked again": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        neighbour: Kauppakadun jalkakäytävä on lumessa, milloin aurataan?
        city: These wait for an answer already
        neighbour: [Milloin Kauppakadun jalkakäytävä aurataan… (1)]
        city: You follow K-1: you are told when it is answered.
        city: 1 person follows it.
        slack:C0STREETS< Seuraajia: 1
        invånare: Milloin aurataan lumi Kauppakadun jalkakäytävältä?
        invånare: [Milloin Kauppakadun jalkakäytävä aurataan… (2)]
        city: 2 personer följer den.
        neighbour: /myquestions
        city: I follow
        city: K-1: Milloin Kauppakadun
        neighbour: [Read K-1]
        city: Milloin Kauppakadun jalkakäytävä
        official: [Vastaa]
        official: {answer_fi=Se aurataan huomenna. | publish=digest}
        official: {}
        neighbour< A question that you follow was answered.
        neighbour< Se aurataan huomenna.
        invånare< En fråga som du följer har fått svar.
        neighbour: [👍 This helped]
        city: Thank you for letting us know.
        slack:C0STREETS< 👍 1 · 👎 0
        neighbour: [👎 This did not help]
        slack:C0STREETS< 👍 0 · 👎 1
        neighbour: [Say why]
        city: Write it in one message
        neighbour: The street is still full of snow, call 040 123 4567
        city: The officials read what you wrote.
        official: /kuulolla kysymys 1
        city: The street is still full of snow
        city: !040 123 4567
        city: 👎 1
    """,
    "following ends when one wishes": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        neighbour: Kauppakadun jalkakäytävä on lumessa, milloin aurataan?
        neighbour: [Milloin Kauppakadun jalkakäytävä aurataan… (1)]
        neighbour: [Do not follow]
        city: You no longer follow K-1.
        slack:C0STREETS< !Seuraajia
        neighbour: /start question_1
        city: There is no such question.
    """,
    "a followed question that becomes private tells nothing": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        neighbour: Kauppakadun jalkakäytävä on lumessa, milloin aurataan?
        neighbour: [Milloin Kauppakadun jalkakäytävä aurataan… (1)]
        official: [Muut toimet]
        official: [Tee yksityiseksi]
        official: [Tee yksityiseksi]
        neighbour< A question that you follow was closed without a public answer.
        neighbour< !Kauppakadun
    """,
    "the same is not asked twice": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta??
        resident: [Lähetä]
        city: Olet jo kysynyt tätä: K-1
    """,
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(name, sqlite_database):
    play(Stage(sqlite_database, city=AROUND), DIALOGS[name])


def sends(stage: Stage, who: str, words: str) -> str:
    stage.says(who, words)
    reply = stage.presses(who, "Lähetä")
    return reply.notice or reply.message.summary


def test_three_wait_at_a_time_and_five_go_a_day(sqlite_database):
    stage = Stage(sqlite_database, city=replace(AROUND, question_limits=QuestionLimits(4, 3)))
    topics = ["Missä on uusi kirjasto?", "Kuka hoitaa lumet torilta?", "Onko sillalla korjauksia?"]
    for topic in topics:
        assert "on lähetetty" in sends(stage, "resident", topic)
    assert "3 kysymystäsi odottaa vastausta" in sends(
        stage, "resident", "Saako puistossa grillata?"
    )
    with stage.database.begin() as store:
        for number in (1, 2):
            question = store.question(number)
            store.save_question(replace(question, state="withdrawn"))
    assert "on lähetetty" in sends(stage, "resident", "Saako puistossa grillata?")
    assert "Voit lähettää 4 kysymystä" in sends(stage, "resident", "Milloin uimaranta avataan?")
    stage.passes(days=1, seconds=1)
    assert "on lähetetty" in sends(stage, "resident", "Milloin uimaranta avataan?")


def test_a_flood_from_one_chat_waits(sqlite_database):
    stage = Stage(sqlite_database)
    replies = [stage.says("resident", f"Milloin aurataan katu numero {i}?") for i in range(15)]
    slowed = [r for r in replies if "Kirjoitat kovin nopeasti" in r.notice]
    assert 0 < len(slowed) < 15
    assert "Lähetänkö" in stage.says("browser", "Milloin aurataan Rantatie?").message.summary
    stage.passes(minutes=3)
    assert stage.says("resident", "Milloin aurataan Rantatie?").message


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("me_too:99", "There is no such question."),
        ("me_too:x", "older message"),
        ("me_too:1", "There is no such question."),
        ("thumb:1:up", "There is no such question."),
        ("thumb:99:up", "There is no such question."),
        ("thumb:1:sideways", "older message"),
        ("thumb_why:1:up", "There is no such question."),
        ("ask_private:00000000", "no longer there"),
    ],
)
def test_forged_buttons_do_nothing(sqlite_database, action, told):
    """The one question is another's own case."""
    stage = Stage(sqlite_database)
    stage.says("resident", "Miksi hakemukseni auraustuesta viipyy?")
    stage.presses("resident", "Lähetä vain kaupungille")
    assert told in stage.forges("neighbour", action).notice


def test_ones_own_question_is_not_followed(sqlite_database):
    stage = Stage(sqlite_database)
    stage.says("resident", "Milloin Rantatie aurataan?")
    stage.presses("resident", "Lähetä")
    assert "oma kysymyksesi" in stage.forges("resident", "me_too:1").notice


def test_being_forgotten_ends_following_and_takes_thumbs_away(sqlite_database):
    stage = Stage(sqlite_database)
    stage.says("resident", "Milloin Rantatie aurataan?")
    stage.presses("resident", "Lähetä")
    stage.forges("neighbour", "me_too:1")
    me = Keyring(SECRET).resident("telegram", PEOPLE["neighbour"].account)
    with stage.database.begin() as store:
        store.put_thumb(1, me, True, "hyvä")
        assert store.follower_counts({1}) == {1: 1}
    stage.commands("neighbour", "/forget")
    stage.presses("neighbour", "Erase")
    with stage.database.reading() as store:
        assert store.follower_counts({1}) == {1: 0}
        assert store.thumbs(1) == (0, 0)
        assert store.thumb_words(1, 5) == []


def test_on_forms_one_follows_or_keeps_private(sqlite_database):
    stage = Stage(sqlite_database)
    stage.says("resident", "Milloin Kauppakadun jalkakäytävä aurataan lumesta?")
    stage.presses("resident", "Lähetä")
    fields = {"text": "Kauppakadun jalkakäytävä on lumessa, milloin aurataan?"}
    stage.act(Submitted, "browser", form="ask", state="", fields=fields)
    reply = stage.submits("browser", instead="1")
    assert "Seuraat kysymystä K-1" in reply.message.summary
