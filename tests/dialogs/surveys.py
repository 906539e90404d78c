"""Surveys that dialogs play."""

from tests.stage import Stage

SURVEY = """
title: {fi: Liikkuminen, sv: Att röra sig, en: Getting around}
intro: {fi: Kerro arjestasi., sv: Berätta om din vardag., en: Tell of your days.}
chats: [telegram:-100]
closes: 2026-03-31 16:00
questions:
  - name: cycling
    kind: yes_no
    question: {fi: "Pyöräiletkö?", sv: "Cyklar du?", en: "Do you cycle?"}
  - question: {fi: "Milloin?", sv: "När?", en: "When?"}
    kind: several
    options:
      - {fi: Kesällä, sv: På sommaren, en: In summer}
      - {fi: Talvella, sv: På vintern, en: In winter}
    when: {cycling: 1}
  - question: {fi: Arvosana, sv: Betyg, en: Grade}
    kind: scale
  - name: age
    background: true
    question: {fi: "Ikäsi?", sv: "Din ålder?", en: "Your age?"}
    options:
      - {fi: alle 30, sv: under 30, en: under 30}
      - {fi: 30 tai yli, sv: 30 eller mer, en: 30 or over}
"""

BUILT = """
        telegram:-100< Kyselylomake: Liikkuminen
        telegram:-100< https://t.me/mallibot?start=survey_1
        telegram:-100< https://example.test/fi/surveys/1
"""

OWN_WORDS = """
title: {fi: Ranta, sv: Stranden, en: Shore}
questions:
  - question: {fi: "Mitä rantaan?", sv: "Vad till stranden?", en: "What for the shore?"}
    kind: words
  - question: {fi: Arvosana, sv: Betyg, en: Grade}
    kind: scale
"""


def made(stage: Stage, survey: str = SURVEY) -> None:
    stage.commands("editor", "/kuulolla lomake")
    told = stage.submits("editor", text=survey)
    assert not told.errors, told.errors
