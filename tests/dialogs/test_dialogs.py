"""Conversations as residents and officials have them, through the inbox on a real database."""

import pytest

from tests.dialogs.script import play

DIALOGS = {
    "a question is asked, taken, answered and published": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        city: Lähetänkö tämän kaupungille?
        city: Aihe: Talvihoito
        city: Vastaanottaja: Kadut
        city: aurataan, lumesta
        resident: [Lähetä]
        city: Sen numero on K-1
        slack:C0STREETS< Milloin Kauppakadun jalkakäytävä
        slack:C0STREETS< Tila: odottaa käsittelijää
        official: [Ota käsittelyyn]
        city: K-1 on nyt sinulla
        slack:C0STREETS< vastausta valmistellaan (Katuinsinööri)
        slack:C0STREETS thread< Katuinsinööri: otti kysymyksen käsittelyyn
        resident< Kysymyksesi on otettu käsittelyyn
        official: [Vastaa]
        city: Kysyjän kieli
        official: {answer_fi=Se aurataan huomenna. | publish=digest}
        city: Se aurataan huomenna.
        city: Puuttuu: svenska, English
        official: {}
        city: Vastaus lähti: K-1
        resident< Se aurataan huomenna.
        slack:C0STREETS< Tila: vastattu (Katuinsinööri)
        slack:C0STREETS< !Ota käsittelyyn
        resident: /kysymykseni
        city: K-1: Milloin Kauppakadun jalkakäytävä
        city: (vastattu)
    """,
    "the theme is corrected before sending": """
        resident: Koirapuiston portti ei pysy kiinni
        city: Aihe: Muu
        city: Vastaanottaja: Asiakaspalvelu
        resident: [Vaihda aihe]
        city: Mitä kysymyksesi koskee?
        resident: [Talvihoito]
        city: Vastaanottaja: Kadut
        resident: [Lähetä]
        city: Vastaanottaja: Kadut
        slack:C0STREETS< Koirapuiston portti
        slack:C0DESK< !Koirapuiston portti
    """,
    "the resident is asked for more, and the reply comes to the thread": """
        invånare: När plogas gångvägen vid skolan?
        city: Ska jag skicka det här till staden?
        invånare: [Skicka]
        official: [Pyydä lisätietoja]
        official: {text=Vilken skola gäller det?}
        city: lähti asukkaalle
        invånare< Vilken skola gäller det?
        slack:C0STREETS< odottaa asukkaan vastausta (Katuinsinööri)
        invånare: Storängens skola
        city: Ditt svar gick till handläggaren (K-1)
        slack:C0STREETS thread< Storängens skola
        slack:C0STREETS< vastausta valmistellaan
        invånare: [Svara]
        city: Staden väntar inte på ditt svar
    """,
    "a question moves to another department": """
        resident: Milloin hiekoitetaan torin reuna?
        resident: [Lähetä]
        official: [Siirrä]
        official: {department=desk | note=Tori kuuluu teille.}
        city: Uusi yksikkö: Asiakaspalvelu
        slack:C0STREETS< Siirretty: Asiakaspalvelu
        slack:C0STREETS thread< Tori kuuluu teille.
        slack:C0DESK< Milloin hiekoitetaan torin reuna?
        resident< Uusi vastaanottaja: Asiakaspalvelu
        editor: [Ota käsittelyyn]
        city: K-1 on nyt sinulla
    """,
    "a question is declined with a reason": """
        resident: Miksi naapurin lumi on minun pihallani?
        resident: [Lähetä]
        official: [Jätä vastaamatta]
        official: {grounds=not_ours | reason=}
        city: Kirjoita tämä asukkaalle.
        official: {grounds=not_ours | reason=Tämä on taloyhtiönne asia. | whose=Taloyhtiö}
        city: Asukkaalle kerrottiin syy.
        resident< Tämä on taloyhtiönne asia.
        slack:C0STREETS< jätetty vastaamatta
    """,
    "two officials answer at once: the second is told": """
        resident: Aurataanko Rantatie tänä viikonloppuna?
        resident: [Lähetä]
        official: [Vastaa]
        second: [Vastaa]
        official: {answer_fi=Kyllä aurataan.}
        second: {answer_fi=Ei aurata.}
        official: {}
        city: Vastaus lähti: K-1
        second: {}
        city: Kysymys on jo käsitelty (Katuinsinööri).
        resident< Kyllä aurataan.
        resident< !Ei aurata.
        second: /kuulolla omat
        city: Mikään ei odota sinua
    """,
    "two officials take at once: the second is told": """
        resident: Aurataanko Rantatie tänä viikonloppuna?
        resident: [Lähetä]
        official: [Ota käsittelyyn]
        official: /kuulolla omat
        city: Omat (1)
        second: /kuulolla omat
        city: Mikään ei odota
    """,
    "an answer goes to the chats at once where the official says so": """
        resident: Onko aurauksen aikataulu nähtävissä jossain?
        resident: [Lähetä]
        official: [Vastaa]
        official: {answer_fi=On, karttapalvelussa. | answer_sv=Ja, i karttjänsten. | publish=now}
        official: {}
        telegram:-100< On, karttapalvelussa.
        telegram:-200< Ja, i karttjänsten.
    """,
    "an answer in one's own case stays private": """
        resident: Milloin minun pihatieni aurataan?
        resident: [Lähetä]
        official: [Vastaa]
        official: {answer_fi=Teidän tienne huomenna. | publish=private}
        official: {}
        resident< Teidän tienne huomenna.
        neighbour: /start question_1
        city: There is no such question.
        resident: /start question_1
        city: Teidän tienne huomenna.
    """,
    "an answered question is offered to the next who asks it": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        official: [Vastaa]
        official: {answer_fi=Aina ennen seitsemää.}
        official: {}
        invånare: Milloin Kauppakadun jalkakäytävä aurataan?
        city: Staden har redan svarat på de här frågorna
        invånare: [Milloin Kauppakadun jalkakäytävä aurataan lumesta?]
        city: Aina ennen seitsemää. (suomi)
        invånare: [Avbryt]
        city: Inget skickades
        invånare: /minafragor
        city: Du har inte frågat något ännu.
    """,
    "a question too short, too long, or without words": """
        resident: aura
        city: Kirjoita vähän enemmän
        resident: /kysy
        city: Kirjoita kysymyksesi tai palautteesi yhteen viestiin.
    """,
    "language is changed and kept": """
        neighbour: /start
        city: Hello! Model City is all ears.
        neighbour: /kieli
        city: Valitse kieli
        neighbour: [Suomi]
        city: Puhun sinulle tästä lähtien suomea.
        neighbour: /ohje
        city: Mitä osaan
        neighbour: /language sv
        city: talar jag svenska
        neighbour: /polls
        city: Inga enkäter är öppna just nu.
    """,
    "what is known is erased": """
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        resident: /unohda
        city: Poistanko sinua koskevat tiedot?
        resident: [Poista]
        city: Sinua koskevat tiedot on poistettu.
        resident: /kysymykseni
        city: Et ole vielä kysynyt mitään.
        official: [Pyydä lisätietoja]
        official: {text=Missä kohdassa?}
        city: hän on poistanut tietonsa
        official: [Vastaa]
        official: {answer_fi=Huomenna. | publish=digest}
        official: {}
        city: Vastaus lähti
        resident< !Huomenna.
        neighbour: /start question_1
        city: Huomenna.
    """,
    "a poll is created in Slack, voted on in Telegram and on the web: one tally": """
        editor: /kuulolla kysely
        city: Uusi kysely
        editor: {question_fi=Mihin uusi penkki? | options_fi=Torille\\nRantaan | question_sv=Vart ska bänken? | options_sv=Till torget\\nTill stranden | chats=telegram:-100 telegram:-200}
        city: Kysely 1 on auki, 2 keskustelussa.
        telegram:-100< Mihin uusi penkki?
        telegram:-200< Vart ska bänken?
        resident: [Rantaan]
        city: Äänesi on laskettu: Rantaan.
        telegram:-100< Rantaan: 1 (100 %)
        telegram:-200< Till stranden: 1 (100 %)
        browser: [Torille]
        city: Äänesi on laskettu: Torille.
        telegram:-100< Torille: 1 (50 %)
        resident: [Torille]
        telegram:-100< Torille: 2 (100 %)
        telegram:-100< 2 ääntä
        editor: /kuulolla tulokset 1
        city: Torille: 2
        city: !verkkosivu
        editor: /kuulolla sulje 1
        city: Sitä ei voi avata uudelleen.
        editor: [Sulje lopullisesti]
        telegram:-100< Suljettu
        telegram:-100< ![Rantaan]
        neighbour: /polls
        city: No polls are open now.
    """,
    "results are for those who voted": """
        editor: /kuulolla kysely
        editor: {question_fi=Uimahallin aukiolo? | options_fi=Aamulla\\nIllalla | chats=telegram:-100 | shows=after_vote}
        telegram:-100< 0 ääntä tähän mennessä. Näet tulokset, kun olet äänestänyt.
        resident: [Illalla]
        city: Illalla 100 %
        telegram:-100< !Illalla: 1
        resident: /start poll_1
        city: Illalla: 1 (100 %)
        neighbour: /start poll_1
        city: !Illalla: 1
        city: 1 vote so far. You see the results once you have voted.
    """,
    "results are for the end": """
        editor: /kuulolla kysely
        editor: {question_fi=Uimahallin aukiolo? | options_fi=Aamulla\\nIllalla | chats=telegram:-100 | shows=after_close}
        resident: [Illalla]
        city: !100
        resident: /start poll_1
        city: Äänesi: Illalla
        city: !100
        editor: /kuulolla tulokset 1
        city: Tulokset näytetään, kun kysely sulkeutuu.
        editor: /kuulolla sulje 1
        editor: [Sulje lopullisesti]
        city: Illalla: 1 (100 %)
        telegram:-100< Illalla: 1 (100 %)
        resident: /start poll_1
        city: Illalla: 1 (100 %)
    """,
    "faults of a poll come back field by field": """
        editor: /kuulolla kysely
        editor: {question_fi= | options_fi=}
        city: Kirjoita kysymys ainakin yhdellä kielellä.
        editor: {question_fi=Mitä? | options_fi=Sama\\nsama | closes=2020-01-01 10:00}
        city: Sama vaihtoehto on kahdesti.
        city: Kysely sulkeutuisi ennen kuin se avautuu.
        editor: {question_fi=Mitä? | options_fi=A\\nB | question_sv=Vad? | options_sv=A | chats=telegram:1}
        city: Anna 2–12 vaihtoehtoa
        city: Valitse luettelosta.
        editor: {question_fi=Mitä? | options_fi=A\\nB | question_sv=Vad? | options_sv=A\\nB\\nC}
        city: yhtä monta vaihtoehtoa
        editor: {question_fi=Mitä? | options_fi=A\\nB | opens=huomenna}
        city: Kirjoita aika muodossa 2026-12-31 16:00.
        editor: {options_en=A\\nB}
        city: kysymys puuttuu
        editor: /kuulolla kyselyt
        city: Ei vielä kyselyjä.
    """,
    "strangers and officials without the role are refused politely": """
        stranger: /kuulolla kysely
        city: Tämä on kaupungin työntekijöille.
        official: /kuulolla kysely
        city: Vain toimittajat voivat tehdä tämän.
        official: /kuulolla sulje 1
        city: Vain toimittajat
        official: /kuulolla kooste
        city: Vain toimittajat
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        stranger: [Ota käsittelyyn]
        city: Tämä on kaupungin työntekijöille.
        stranger: [Vastaa]
        city: Tämä on kaupungin työntekijöille.
        editor: [Ota käsittelyyn]
        city: Kysymys kuuluu toiselle yksikölle: Kadut.
    """,
    "a digest holds answers, open polls and results, and its votes count": """
        editor: /kuulolla kooste
        editor: [Lähetä]
        city: Uutta kerrottavaa ei ole
        wait: minutes=1
        editor: /kuulolla kysely
        editor: {question_fi=Mihin penkki? | options_fi=Torille\\nRantaan}
        resident: Milloin Kauppakadun jalkakäytävä aurataan lumesta?
        resident: [Lähetä]
        official: [Vastaa]
        official: {answer_fi=Yöllä. | answer_sv=På natten.}
        official: {}
        wait: minutes=1
        editor: /kuulolla kooste
        editor: [Lähetä]
        city: Kooste lähti 2 keskusteluun.
        telegram:-100< Mallikaupunki kuuntelee: kooste
        telegram:-100< Yöllä.
        telegram:-200< På natten.
        telegram:-200< Mihin penkki? (suomi)
        resident: [Torille]
        telegram:-100< Torille: 1 (100 %)
        telegram:-200< Torille: 1 (100 %)
    """,
    "buttons from nowhere": """
        resident: /start poll_99
        city: Tällaista kyselyä ei ole.
        resident: /start poll_x
        city: Painike on vanhasta viestistä.
        resident: /start
        city: Hei! Mallikaupunki on kuulolla.
        resident: /eioleolemassa
        city: Mitä osaan
    """,
}


@pytest.mark.parametrize("script", DIALOGS.values(), ids=DIALOGS)
def test_dialog(stage, script):
    play(stage, script)
