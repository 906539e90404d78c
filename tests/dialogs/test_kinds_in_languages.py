"""Each kind of poll in each language: a vote, its change, a refusal, a late vote, the result."""

import pytest

from tests.dialogs.surveys import made
from tests.stage import Stage, words

WHO = {"fi": "resident", "sv": "invånare", "en": "neighbour"}
PLACES = {
    "options_fi": "Penkki\nKeinu\nLaituri",
    "options_sv": "Bänk\nGunga\nBrygga",
    "options_en": "Bench\nSwing\nPier",
}
SCALE = {"options_fi": "huono\nhyvä", "options_sv": "dålig\nbra", "options_en": "bad\ngood"}

ACTS = {  # what its form is filled with; a vote, a change of it, and what can't be
    "single": (PLACES, "vote:1:0", "vote:1:2", "vote:1:9"),
    "several": (PLACES | {"most": "2"}, "tick:1:0", "tick:1:2", "tick:1:1"),
    "yes_no": ({}, "vote:1:0", "vote:1:2", "vote:1:3"),
    "scale": (SCALE, "vote:1:0", "vote:1:4", "vote:1:5"),
    "points": (PLACES | {"most": "2"}, "give:1:0:1", "give:1:2:1", "give:1:1:1"),
    "ranking": (PLACES, "tick:1:2", "tick:1:0", "vote:1:0"),
}
COUNTED = {"fi": "Äänesi on laskettu:", "sv": "Din röst är räknad:", "en": "Your vote is counted:"}
OLD = {
    "fi": "Painike on vanhasta viestistä. Avaa asia uudelleen.",
    "sv": "Knappen hör till ett gammalt meddelande. Öppna ärendet på nytt.",
    "en": "This button is from an older message. Please open it again.",
}
LATE = {
    "fi": "Kysely on suljettu. Ääntäsi ei laskettu.",
    "sv": "Enkäten är stängd. Din röst räknades inte.",
    "en": "This poll is closed. Your vote was not counted.",
}
TOLD = {  # what was voted, what it was changed to, why not, and lines of the result
    ("single", "fi"): ("Penkki", "Laituri", OLD["fi"], "Laituri: 1 (100 %)|1 ääni"),
    ("single", "sv"): ("Bänk", "Brygga", OLD["sv"], "Brygga: 1 (100 %)|1 röst"),
    ("single", "en"): ("Bench", "Pier", OLD["en"], "Pier: 1 (100%)|1 vote"),
    ("several", "fi"): (
        "Penkki", "Penkki, Laituri", "Enintään 2: poista ensin jokin valintasi painamalla sitä.",
        "Penkki: 1 (100 %)|Laituri: 1 (100 %)|1 ääni; äänessä voi olla monta valintaa",
    ),
    ("several", "sv"): (
        "Bänk", "Bänk, Brygga", "Högst 2: tryck på ett av dina val för att ta bort det.",
        "Bänk: 1 (100 %)|Brygga: 1 (100 %)|1 röst; en röst kan ha flera val",
    ),
    ("several", "en"): (
        "Bench", "Bench, Pier", "At most 2: press one that you chose to take it off.",
        "Bench: 1 (100%)|Pier: 1 (100%)|1 vote; one vote may choose several",
    ),
    ("yes_no", "fi"): ("Kyllä", "En osaa sanoa", OLD["fi"], "Kyllä: 0|En osaa sanoa: 1 (100 %)"),
    ("yes_no", "sv"): ("Ja", "Kan inte säga", OLD["sv"], "Nej: 0|Kan inte säga: 1 (100 %)"),
    ("yes_no", "en"): ("Yes", "Can't say", OLD["en"], "No: 0|Can't say: 1 (100%)"),
    ("scale", "fi"): ("1: huono", "5: hyvä", OLD["fi"], "5: hyvä: 1 (100 %)|Keskiarvo: 5"),
    ("scale", "sv"): ("1: dålig", "5: bra", OLD["sv"], "5: bra: 1 (100 %)|Medelvärde: 5"),
    ("scale", "en"): ("1: bad", "5: good", OLD["en"], "5: good: 1 (100%)|Mean: 5"),
    ("points", "fi"): (
        "Penkki 1", "Penkki 1, Laituri 1", "Enempää ei voi antaa: pisteitä on yhteensä 2.",
        "Laituri: 1 (50 %)|1 ääni, 2 pistettä",
    ),
    ("points", "sv"): (
        "Bänk 1", "Bänk 1, Brygga 1", "Mer går inte att ge: det finns 2 poäng totalt.",
        "Brygga: 1 (50 %)|1 röst, 2 poäng",
    ),
    ("points", "en"): (
        "Bench 1", "Bench 1, Pier 1", "No more fits: there are 2 points in all.",
        "Pier: 1 (50%)|1 vote, 2 points",
    ),
    ("ranking", "fi"): (
        "1. Laituri", "1. Laituri, 2. Penkki", OLD["fi"],
        "palkit näyttävät ykkössijat|Siirtoäänivaali: Laituri|"
        "Schulzen menetelmä: Laituri > Penkki > Keinu|1. kierros: Penkki 0, Keinu 0, Laituri 1.",
    ),
    ("ranking", "sv"): (
        "1. Brygga", "1. Brygga, 2. Bänk", OLD["sv"],
        "staplarna visar förstaplatserna|Alternativomröstning: Brygga|"
        "Schulzes metod: Brygga > Bänk > Gunga|Omgång 1: Bänk 0, Gunga 0, Brygga 1.",
    ),
    ("ranking", "en"): (
        "1. Pier", "1. Pier, 2. Bench", OLD["en"],
        "the bars show first choices|Instant run-off: Pier|"
        "Schulze: Pier > Bench > Swing|Round 1: Bench 0, Swing 0, Pier 1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "language"), TOLD)
def test_vote_change_refusal_and_result(stage: Stage, kind: str, language: str) -> None:
    fields, vote, change, wrong = ACTS[kind]
    first, second, refusal, result = TOLD[kind, language]
    who, counted = WHO[language], COUNTED[language]
    stage.commands("editor", "/kuulolla kysely")
    asked = {"question_fi": "Mitä?", "question_sv": "Vad?", "question_en": "What?"}
    assert not stage.submits("editor", kind=kind, **asked, **fields).errors
    assert stage.forges(who, vote).notice.startswith(f"{counted} {first}.")
    assert stage.forges(who, change).notice.startswith(f"{counted} {second}.")
    before = stage.tally(1)
    assert stage.forges(who, wrong).notice == refusal
    stage.commands("editor", "/kuulolla sulje 1")
    stage.presses("editor", "Sulje lopullisesti")
    assert stage.forges(who, vote).notice == LATE[language]
    assert stage.tally(1) == before
    seen = words(stage.commands(who, "/start poll_1")).replace("\N{NO-BREAK SPACE}", " ")
    assert not [line for line in result.split("|") if line not in seen], seen


WRITTEN = {  # an answer, another, what it says of each, of one too long, and of few answers
    "fi": (
        "Laituri", "Penkki", "Vastauksesi on laskettu: ”{}”",
        "Vastauksessa on 1–140 merkkiä, sinun vastauksessasi 141.",
        "1 vastaus|Vastaukset näytetään, kun niitä on 5.",
    ),
    "sv": (
        "Brygga", "Bänk", "Ditt svar är räknat: ”{}”",
        "Ett svar har 1–140 tecken, ditt har 141.", "1 svar|Svaren visas när de är 5.",
    ),
    "en": (
        "Pier", "Bench", "Your answer is counted: “{}”",
        "An answer has 1 to 140 characters; yours has 141.",
        "1 answer|Answers show when there are 5 of them.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", WRITTEN)
def test_own_words_changed_refused_late_and_in_the_result(stage: Stage, language: str) -> None:
    first, second, counted, refusal, result = WRITTEN[language]
    who = WHO[language]
    stage.commands("editor", "/kuulolla kysely")
    asked = {"question_fi": "Mitä?", "question_sv": "Vad?", "question_en": "What?"}
    assert not stage.submits("editor", kind="words", **asked).errors

    def write(text: str) -> str:
        return words(stage.fills(who, "ballot", {"text": text}, "1"))

    assert counted.format(first) in write(first)
    assert counted.format(second) in write(second)
    assert write("x" * 141) == refusal
    stage.commands("editor", "/kuulolla sulje 1")
    stage.presses("editor", "Sulje lopullisesti")
    assert write(first) == LATE[language]
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 1 == store.recount(1).total
    seen = words(stage.commands(who, "/start poll_1"))
    assert not [line for line in result.split("|") if line not in seen], seen


STEPS = {  # what is pressed, and what it shows, from the beginning of a survey to its end
    "fi": (
        ("", "Kysymys 1/4"), ("Kyllä", "Milloin?"), ("Talvella", "✓ Talvella"),
        ("Takaisin", "Vastauksesi: Kyllä"), ("Ei", "Kysymys 2/3"), ("Ohita", "Ikäsi?"),
        ("En halua sanoa", "Kiitos! Vastauksesi on laskettu."), ("Kuittisi", "Pyöräiletkö?"),
    ),
    "sv": (
        ("", "Fråga 1/4"), ("Ja", "När?"), ("På vintern", "✓ På vintern"),
        ("Tillbaka", "Ditt svar: Ja"), ("Nej", "Fråga 2/3"), ("Hoppa över", "Din ålder?"),
        ("Vill inte säga", "Tack! Dina svar är räknade."), ("Dina kvitton", "Cyklar du?"),
    ),
    "en": (
        ("", "Question 1/4"), ("Yes", "When?"), ("In winter", "✓ In winter"),
        ("Back", "Your answer: Yes"), ("No", "Question 2/3"), ("Skip", "Your age?"),
        ("Rather not say", "Thank you! Your answers are counted."),
        ("Your receipts", "Do you cycle?"),
    ),
}  # fmt: skip
OVER = {
    "fi": "Kyselylomake on sulkeutunut. Se, mitä vastasit sitä ennen, on laskettu.",
    "sv": "Frågeformuläret har stängts. Det som du svarade innan dess räknas.",
    "en": "This survey has closed. What you answered before that counts.",
}


@pytest.mark.parametrize("language", STEPS)
def test_a_survey_from_its_beginning_to_its_end(stage: Stage, language: str) -> None:
    made(stage)
    who = WHO[language]
    for label, shown in STEPS[language]:
        seen = stage.presses(who, label) if label else stage.commands(who, "/start survey_1")
        assert shown in words(seen), words(seen)
    for poll, tally in ((1, (0, 1, 0)), (2, (0, 1)), (3, (0,) * 5), (4, (0, 0, 1))):
        assert stage.tally(poll) == tally
    stage.forges("editor", "survey_close:1")
    assert stage.forges(who, "survey_take:1:0").notice == OVER[language]
