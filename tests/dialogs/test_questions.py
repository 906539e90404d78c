"""What becomes of questions, told to everybody in each of the three languages. ``‹…›`` stands for
the service's own words in the language at hand, with values after a bar: ``‹Answer by|n=2›``."""

import re
from dataclasses import replace

import pytest

from core.city import Look, Moderation, Role, Template
from core.events import Address
from core.texts import LANGUAGES, texts
from tests.dialogs.script import play
from tests.stage import CITY, Stage, three

KIND = Template("thanks", three("Kiitos", "Tack", "Thanks"), three("Kiitos!", "Tack!", "Thanks!"))
CHIEF = replace(CITY.officials[2], roles=frozenset({Role.ADMIN}))
STREETS = replace(
    CITY.departments[0],
    duty=("slack:U0STREETS",),
    contact=three("Soita 09 123.", "Ring 09 123.", "Call 09 123."),
)
TOWN = replace(
    CITY,
    departments=(STREETS, CITY.departments[1]),
    officials=(*CITY.officials[:2], CHIEF),
    templates=(KIND,),
    escalation=Address("slack", "C0CITY"),
)
CAREFUL = replace(TOWN, departments=(replace(STREETS, approval=True), TOWN.departments[1]))
MODERATED = replace(TOWN, moderation=Moderation(look={"question": Look.BEFORE}))
PEOPLE = ("resident", "invånare", "official", "second", "editor")
ASKS = """
    resident: Milloin Rantatie aurataan lumesta?
    resident: [‹Send›]
"""

DIALOGS = {
    "a second pair of eyes on a correction": (CAREFUL, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Huomenna.}
        official: {}
        second: [‹Approve›]
        official: [‹More acts›]
        official: [‹Correct the answer›]
        official: {answer_fi=Ylihuomenna.}
        city: ‹The correction waits for another official's approval.›
        resident< !Ylihuomenna.
        slack:C0STREETS< ‹A correction waits for approval:›
        slack:C0STREETS< Ylihuomenna.
        official: [‹Approve›]
        city: ‹Somebody else approves what you have written.›
        second: [‹Leave the answer as it was›]
        city: ‹The answer stays as it was.›
        slack:C0STREETS< !Ylihuomenna.
        slack:C0STREETS thread< ‹did not approve the correction›
        official: [‹Correct the answer›]
        official: {answer_fi=Perjantaina.}
        second: [‹Approve›]
        city: ‹The answer is corrected. The asker was told.›
        resident< Perjantaina.
        slack:C0STREETS< !‹A correction waits for approval:›
    """),
    "looked through, let in": (MODERATED, """
        resident: Milloin Rantatie aurataan lumesta?
        resident: [‹Send›]
        city: ‹It is looked through first, and then goes to: {department}.|department=§›
        slack:C0DESK< ‹Waits for a moderator ({kind})|kind=§›
        slack:C0STREETS< !Rantatie
        official: [‹Approve›]
        city: ‹Only moderators may do this. Ask a moderator or the administrator.›
        editor: [‹Approve›]
        slack:C0STREETS< Rantatie
        resident< ‹Your question was let through, and went to: {department}.|department=§›
        slack:C0DESK< !‹Ask to reword›
        editor: [‹Take›]
        resident< ‹An official has taken your question.›
    """),
    "looked through, not let in": (MODERATED, ASKS + """
        editor: [‹Reject›]
        editor: {rule=spam | reason=Mainos.}
        city: ‹Rejected. The author was told why.›
        resident< ‹What you wrote was not let through.›
        resident< Mainos.
        invånare: /start question_1
        city: ‹There is no such question.›
    """),
    "a second pair of eyes": (CAREFUL, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Huomenna.}
        city: ‹Another official approves it before it is sent.›
        official: {}
        city: ‹The answer waits for another official's approval.›
        resident< !Huomenna.
        slack:C0STREETS< ‹the answer waits for approval›
        official: [‹Approve›]
        city: ‹Somebody else approves what you have written.›
        second: /kuulolla mine
        city: ‹Waiting for approval› (1)
        second: [‹Return›]
        second: {text=}
        city: ‹Say what to change.›
        second: {text=Moneltako?}
        slack:C0STREETS thread< Moneltako?
        official: [‹Answer›]
        official: {answer_fi=Huomenna kuudelta.}
        official: {}
        second: [‹Approve›]
        city: ‹{reference} is answered. The asker was told.|reference=K-1›
        resident< Huomenna kuudelta.
        resident< !Moneltako
        second: [‹Approve›]
        city: ‹This question is finished already (by: {who}).|who=§›
    """),
    "declined, for it is another's": (TOWN, ASKS + """
        official: [‹Decline›]
        official: {grounds=not_ours | reason=Tie on yksityinen.}
        city: ‹Write this for the resident.›
        official: {grounds=nothing | reason=Tie on yksityinen.}
        city: ‹Choose one of the list.›
        official: {grounds=not_ours | reason=Tie on yksityinen. | whose=Tiekunta}
        resident< ‹Not the city's responsibility›
        resident< ‹Who is responsible›: Tiekunta
        resident< [‹This did not answer my question›]
        invånare: /start question_1
        city: Tiekunta
        slack:C0STREETS< Tiekunta
    """),
    "joined with another: both are told, and told the answer": (TOWN, ASKS + """
        invånare: Milloin Rantatie oikein aurataan lumesta?
        invånare: [‹Send›]
        official: [‹More acts›]
        official: [‹Join with another›]
        official: {into=K-99}
        city: ‹Write the number of another question.›
        official: {into=K-2}
        city: ‹Write the number of another question.›
        official: {into=k-1}
        city: ‹Joined with {reference}. The askers were told.|reference=K-1›
        invånare< ‹Your question was joined with {reference}: the same is asked there.|reference=§›
        resident< ‹Somebody else asked the same; their question was joined with yours.›
        resident: /start question_1
        resident: [‹Withdraw the question›]
        city: ‹Others have asked the same, so the question stays open.›
        official: /kuulolla question K-1
        official: [‹Answer›]
        official: {answer_fi=Huomenna.}
        official: {}
        resident< Huomenna.
        invånare< Huomenna.
    """),
    "joined with one that turns out to be private: it stands by itself again": (TOWN, ASKS + """
        invånare: Milloin Rantatie oikein aurataan lumesta?
        invånare: [‹Send›]
        official: [‹More acts›]
        official: [‹Join with another›]
        official: {into=1}
        official: /kuulolla question 1
        official: [‹More acts›]
        official: [‹Make private›]
        official: [‹Make private›]
        city: ‹{reference} is private now. The asker was told.|reference=K-1›
        resident< ‹Your question is about your own case, so it is not published.›
        resident< 09 123
        invånare< ‹The city looks at your question again.›
        official: /kuulolla question 1
        city: ‹never published: the asker's own case›
        official: [‹Answer›]
        city: ‹It is private: only the asker gets the answer.›
        official: {answer_fi=Sinun tiesi huomenna. | publish=now}
        official: {}
        resident< Sinun tiesi huomenna.
        invånare< !Sinun tiesi
        telegram:-100< !Sinun tiesi
        invånare: /start question_1
        city: ‹There is no such question.›
    """),
    "withdrawn by its asker": (TOWN, ASKS + """
        resident: /start question_1
        city: ‹waiting for an official›
        resident: [‹Withdraw the question›]
        city: ‹Withdraw {reference}? Nobody answers it then, and it is not published.|reference=K-1›
        resident: [‹Withdraw›]
        city: ‹{reference} is withdrawn.|reference=K-1›
        slack:C0STREETS< ‹withdrawn›
        slack:C0STREETS thread< ‹withdrew the question›
        official: /kuulolla mine
        city: ‹Nothing waits for you. Well done!›
        invånare: /start question_1
        city: ‹There is no such question.›
    """),
    "opened again by its asker, once": (TOWN, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Huomenna. | publish=now}
        official: {}
        telegram:-100< Huomenna.
        resident: [‹This did not answer my question›]
        city: ‹What was left unanswered? Write it in one message.›
        resident: Milloin huomenna?
        city: ‹{reference} is open again. The city looks at it once more.|reference=K-1›
        slack:C0STREETS thread< Milloin huomenna?
        slack:C0STREETS< ‹opened again, waiting for an official›
        telegram:-100< !Huomenna.
        telegram:-100< Kaupunki käsittelee tätä kysymystä uudelleen.
        resident: /start question_1
        city: ‹The city answered›
        city: Huomenna.
        official: [‹Answer›]
        official: {answer_fi=Kello kuusi.}
        official: {}
        resident< Kello kuusi.
        resident: [‹This did not answer my question›]
        city: ‹It has been opened again once already. Please ask a new question.›
    """),
    "open questions are listed for anybody to follow": (TOWN, ASKS + """
        invånare: /kysymykset
        city: ‹No questions wait that others may follow now.›
        official: [‹Take›]
        invånare: /kysymykset
        city: ‹Questions that wait for an answer›
        city: K-1. Milloin Rantatie aurataan lumesta?
        city: ‹an official is preparing the answer›
        city: !‹Followed by›
        invånare: [‹Follow {reference}|reference=K-1›]
        city: ‹You follow {reference}: you are told when it is answered.|reference=K-1›
        resident: /fragor
        city: ‹Followed by›: 1
        city: !‹Follow {reference}|reference=K-1›
        official: [‹Ask for more›]
        official: {text=Missä kohdassa?}
        invånare: /questions
        city: ‹waiting for the resident's reply›
        city: !‹waiting for your reply›
        invånare: [‹Do not follow›]
        invånare: /questions
        invånare: [‹Follow {reference}|reference=K-1›]
        resident: Koulun kohdalla.
        official: [‹Answer›]
        official: {answer_fi=Huomenna. | answer_sv=I morgon. | answer_en=Tomorrow.}
        official: {}
        invånare< ‹A question that you follow was answered.›
        invånare: /questions
        city: ‹No questions wait that others may follow now.›
    """),
    "one's own case is on no list": (TOWN, """
        resident: Miksi hakemukseni auraustuesta viipyy?
        resident: [‹Send to officials only›]
        official: [‹Take›]
        invånare: /kysymykset
        city: ‹No questions wait that others may follow now.›
        invånare: /start question_1
        city: ‹There is no such question.›
    """),
    "too late to be opened again": (TOWN, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Huomenna.}
        official: {}
        wait: days=15
        resident: [‹This did not answer my question›]
        city: ‹A question can be opened again within {n} days. Please ask a new one.|n=14›
        official: [‹More acts›]
        city: !‹Open again›
    """),
    "corrected, and shown as it was": (TOWN, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Huomenna. | links=Kartta https://example.test/kartta}
        official: {}
        resident< Kartta: https://example.test/kartta
        official: [‹More acts›]
        official: [‹Correct the answer›]
        official: {}
        city: ‹Nothing was changed.›
        official: {answer_fi=Ylihuomenna.}
        city: ‹The answer is corrected. The asker was told.›
        resident< ‹The city has corrected its answer.›
        resident< Ylihuomenna.
        official: /kuulolla question 1
        city: ‹corrected the answer›
    """),
    "handed to a colleague, with a word that stays among them": (TOWN, ASKS + """
        official: [‹Take›]
        official: [‹More acts›]
        official: [‹Hand to a colleague›]
        official: {official=slack:U0SECOND | note=Sinä tunnet tien.}
        city: ‹Your colleague has the question now.›
        slack:C0STREETS thread< Sinä tunnet tien.
        second: /kuulolla mine
        city: ‹Mine› (1)
        second: [‹More acts›]
        city: Sinä tunnet tien.
        second: [‹Note for colleagues›]
        second: {text=}
        city: ‹Write the note.›
        second: {text=Soitin urakoitsijalle.}
        slack:C0STREETS thread< Soitin urakoitsijalle.
        resident: /start question_1
        city: !Soitin
        resident< !Soitin
        resident< !Sinä tunnet
    """),
    "an official leaves": (TOWN, ASKS + """
        official: [‹Take›]
        official: /kuulolla reassign
        city: ‹Only an administrator or the head of a department may do this.›
        editor: /kuulolla reassign
        city: ‹Hand all over›
        editor: {old=slack:U0STREETS | new=slack:U0STREETS}
        city: ‹Choose one of the city's officials.›
        editor: /kuulolla reassign <@U0STREETS|old> <@U0SECOND|new>
        second: /kuulolla mine
        city: ‹Mine› (1)
        editor: /kuulolla reassign @U0SECOND U0NOBODY
        city: ‹Choose one of the city's officials.›
    """),
    "lists: unassigned, overdue": (TOWN, ASKS + """
        official: /kuulolla unassigned
        city: ‹Waiting for someone to take› (1)
        official: /kuulolla overdue
        city: ‹Nothing waits for you. Well done!›
        wait: days=15
        official: /kuulolla overdue
        city: ‹Overdue› (1)
        wait: days=30
        official: /kuulolla overdue
        city: ‹Long overdue› (1)
        stranger: /kuulolla overdue
        city: !‹Overdue›
        official: /kuulolla question xyz
        city: ‹Say which question: its number stands on its card.›
        official: /kuulolla question 77
        city: ‹There is no such question.›
    """),
    "an answer from a template": (TOWN, ASKS + """
        official: [‹Answer›]
        city: ‹Template›
        official: {answer_fi=Aurataan. | template=thanks}
        city: ‹Template›
        official: {template=-}
        city: Aurataan.
        city: Kiitos!
        city: Tack!
        official: {}
        resident< ‹The city has answered your question.›
        slack:C0STREETS< !‹Missing›:
    """),
    "links that are none": (TOWN, ASKS + """
        official: [‹Answer›]
        official: {answer_fi=Kartalla. | links=javascript:alert(1)}
        city: ‹One link on each line: a name, and https://…›
        official: {answer_fi=Kartalla. | links=https://a.test\\nhttps://b.test\\nhttps://c.test\\nhttps://d.test\\nhttps://e.test\\nhttps://f.test}
        city: ‹At most {n} links.|n=5›
    """),
}  # fmt: skip


def translated(script: str, language: str) -> str:
    """Values that the script does not know (``§``) end what is looked for."""
    t = texts(language)

    def put(found: re.Match[str]) -> str:
        message, *values = found[1].split("|")
        given = dict(value.split("=", 1) for value in values)
        return t(message, **given).partition("§")[0].rstrip()

    return re.sub("‹(.+?)›", put, script)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(stage: Stage, name: str, language: str) -> None:
    city, script = DIALOGS[name]
    town = Stage(stage.database, city=replace(city, language=language))
    for who in PEOPLE:
        line = "/kuulolla language" if who in ("official", "second", "editor") else "/language"
        town.commands(who, f"{line} {language}")
    play(town, translated(script, language))
