"""Before a question is sent, and what others may do with it, in three languages."""

from dataclasses import replace

import pytest

from core.city import Look, Moderation, OtherBody, QuestionLimits, Role
from core.events import Submitted
from core.messages import Ask, as_text
from core.people import Keyring
from tests.dialogs.script import play
from tests.stage import CITY, PEOPLE, SECRET, Stage, three

BUSES = OtherBody(
    "buses",
    three("Seudun liikenne", "Regiontrafiken", "Regional Transport"),
    "https://buses.example.test",
    {"fi": ("bussi",), "sv": ("buss",), "en": ("bus",)},
)
CONTACT = three("Soita katutoimistoon, 09 123.", "Ring gatubyrån, 09 123.", "Call 09 123.")
AROUND = replace(
    CITY, others=(BUSES,),
    departments=(replace(CITY.departments[0], contact=CONTACT), *CITY.departments[1:]),
)  # fmt: skip

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
    "whom to turn to is told before and after": """
        invånare: När behandlas min ansökan om plogning?
        city: Det här verkar gälla ditt eget ärende, så det går bara till stadens anställda.
        city: Ring gatubyrån, 09 123.
        city: !Frågan och svaret publiceras
        invånare: [Skicka bara till staden]
        city: Bara du och stadens anställda ser frågan. Den publiceras inte.
        city: Ring gatubyrån, 09 123.
    """,
    "said in general terms it is for everybody": """
        resident: Miksi hakemukseni auraustuesta viipyy?
        city: Kirjoita kysymys uudelleen yleisemmin
        resident: Kuinka kauan auraustuen hakemusten käsittely kestää?
        city: !omaa asiaasi
        city: julkaistaan ilman nimeäsi
        resident: [Lähetä]
        slack:C0STREETS< !Yksityinen
    """,
    "whoever says that it is no case of their own has an official decide": """
        resident: Miksi päätökseni mukaan katu 3 aurataan vasta illalla?
        resident: [Ei koske omaa asiaani]
        city: kunnes kaupungin työntekijä on päättänyt, julkaistaanko se
        slack:C0STREETS< mutta kysyjän mukaan ei koske. Päätä, vastataanko julkisesti.
        neighbour: /start question_1
        city: There is no such question.
        neighbour: Miksi päätökseni mukaan katu 3 aurataan vasta illalla?
        city: !odotetaan jo vastausta
        official: [Ei oma asia: tee julkiseksi]
        city: Kysymykseen K-1 vastataan julkisesti. Kysyjälle kerrottiin.
        slack:C0STREETS< !Yksityinen
        slack:C0STREETS thread< totesi, ettei kysymys koske kysyjän omaa asiaa
        resident< Siihen vastataan julkisesti, ilman nimeäsi.
        official: [Vastaa]
        official: {answer_fi=Kadut aurataan järjestyksessä. | publish=now}
        official: {}
        telegram:-100< Kadut aurataan järjestyksessä.
    """,
    "who decides otherwise answers the asker alone": """
        neighbour: Why does our decision say that the snow stays?
        neighbour: [It is not my own case]
        official: [Vastaa]
        official: {answer_fi=Soitamme sinulle. | publish=now}
        official: {}
        neighbour< Soitamme sinulle.
        telegram:-100< !Soitamme
        official: /kuulolla kysymys 1
        city: !tee julkiseksi
    """,
    "an official who made it private has decided": """
        resident: Miksi päätökseni mukaan katu 3 aurataan vasta illalla?
        resident: [Ei koske omaa asiaani]
        official: [Ei oma asia: tee julkiseksi]
        official: [Muut toimet]
        official: [Tee yksityiseksi]
        official: [Tee yksityiseksi]
        slack:C0STREETS< ei julkaista: kysyjän oma asia
        slack:C0STREETS< !tee julkiseksi
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
    "how many follow an open question is counted in its list": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        official: [Ota käsittelyyn]
        neighbour: /questions
        city: K-1. Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        neighbour: [Follow K-1]
        invånare: /fragor
        city: Följare: 1
        invånare: [Följ K-1]
        resident: /kysymykset
        city: Seuraajia: 2
        city: !Seuraa: K-1
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
        ("ask_doubt:00000000", "no longer there"),
        ("public:1", "officials"),
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


@pytest.mark.parametrize("who", ["resident", "browser", "pupil"])
def test_no_channel_lets_one_publish_ones_own_case(sqlite_database, who):
    """By any button or form that there is, or was: an older message's, or a forged one."""
    stage = Stage(sqlite_database)
    own = ("Miksi hakemukseni auraustuesta viipyy?", "Missä toimeentulotukeni päätös viipyy nyt?",
           "Miksi äitini palvelutarve arvioidaan vasta syksyllä?")  # fmt: skip
    for i, words in enumerate(own):
        form = stage.act(Submitted, who, form="ask", state="", fields={"text": words}).form
        instead = next(b for b in form.blocks if isinstance(b, Ask) and b.name == "instead")
        assert {"send", "doubt"} <= {choice.value for choice in instead.choices}
        match i:
            case 0:
                stage.forges(who, f"ask_send:{form.state}")
            case 1:
                stage.fills(who, "ask_send", {"instead": "send", "theme": "-"}, form.state)
            case 2:
                stage.fills(who, "ask_send", {"instead": "doubt", "theme": "winter"}, form.state)
    with stage.database.reading() as store:
        kept = [store.question(number) for number in (1, 2, 3)]
        assert all(question.private for question in kept)
        assert [bool(store.steps(q.number)[0].detail.get("doubted")) for q in kept] == [0, 0, 1]


def test_feedback_on_accessibility_that_is_ones_own_case(sqlite_database):
    stage = Stage(sqlite_database)
    words = "Hakemukseni sivu ei aukea ruudunlukijalla lainkaan."
    reply = stage.act(Submitted, "browser", form="feedback", state="", fields={"text": words})
    assert "Sitä ei julkaista" in as_text(reply.message)
    with stage.database.reading() as store:
        assert store.question(1).private


def test_what_was_joined_with_a_case_stays_private_when_it_is_released(sqlite_database):
    stage = Stage(sqlite_database)
    for who, words in (("resident", "Milloin Rantatie aurataan lumesta?"),
                       ("invånare", "När plogas min gata enligt min ansökan om snö?")):  # fmt: skip
        stage.says(who, words)
        stage.presses(who, "Lähetä" if who == "resident" else "Skicka bara till staden")
    stage.fills("official", "merge", {"into": "1"}, "2")
    stage.forges("official", "private:1")
    with stage.database.reading() as store:
        assert store.question(2).state == "reopened" and store.question(2).private


def test_what_a_moderator_sends_back_stays_ones_own_case(sqlite_database):
    """Whether its new words say so, or an official said so of the old ones."""
    look = Moderation(look={"question": Look.BEFORE})
    moderator = replace(CITY.officials[2], roles=frozenset({Role.ADMIN}))
    city = replace(CITY, moderation=look, officials=(*CITY.officials[:2], moderator))
    stage = Stage(sqlite_database, city=city)
    for number, words in ((1, "Milloin Rantatie aurataan?"), (2, "Kuka hoitaa lumet torilta?")):
        stage.says("resident", words)
        stage.presses("resident", "Lähetä")
        if number == 2:
            stage.forges("editor", "private:2")
        reject = {"rule": "respect", "reason": "Kirjoita asiallisesti."}
        stage.fills("editor", "desk_no", reject, f"question:{number}")
    again = {
        1: "Milloin hakemukseni auraustuesta käsitellään?",
        2: "Kuka hoitaa lumet torilta nyt?",
    }
    for number, words in again.items():
        stage.fills("resident", "my_reword", {"text": words}, f"question:{number}")
        stage.forges("editor", f"desk_yes:question:{number}")
        with stage.database.reading() as store:
            question = store.question(number)
            assert question.text == words and question.state == "waiting" and question.private
