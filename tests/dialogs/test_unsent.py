"""What an official wrote in a form and did not send is there again; nobody else ever sees it."""

from dataclasses import replace

import pytest

from core.events import Submitted
from core.messages import DRAFT, Ask, Form, Reply
from core.model import QuestionState
from core.questions.officials import ACTS
from core.unsent import LATE, LONGEST, MOST_FIELDS
from tests.dialogs.test_question_acts import OFFICIAL, OFFICIALS, TOWN, in_state
from tests.dialogs.test_questions import KIND
from tests.stage import PEOPLE, Stage, words

S = QuestionState
WRITTEN: dict[str, dict[str, str]] = {
    "answer": {"answer_fi": "Aamulla k", "links": "ei linkki", "publish": "now"},
    "correct": {"answer_fi": "Ylihuomen", "answer_en": "The day after"},
    "more": {"text": "Missä kohd"},
    "move": {"department": "desk", "note": "Teille kuuluu"},
    "decline": {"grounds": "known", "reason": "Kerrottu j", "whose": "Väylä"},
    "hand": {"official": "slack:U0SECOND", "note": "Ehditkö si"},
    "merge": {"into": "K-"},
    "give_back": {"text": "Lisää päiv"},
    "note": {"text": "Soitin urak"},
    "open_again": {"text": "Tuli uutt"},
}
STATES = {"correct": S.ANSWERED, "open_again": S.ANSWERED, "give_back": S.APPROVAL}
NOTICE = "Alla on tekstisi, joka jäi lähettämättä (2.3.2026 klo 12.00)."


def unsent(town: Stage, who: str, name: str, fields: dict[str, str], state: str = "1") -> Reply:
    return town.act(Submitted, who, form=f"{name}{DRAFT}", fields=fields, state=state)


def opened(town: Stage, who: str, name: str) -> Form:
    form = town.forges(who, f"{name}:1").form
    assert form is not None and form.name == name
    return form


def values(form: Form) -> dict[str, str]:
    return {block.name: block.value for block in form.blocks if isinstance(block, Ask)}


def kept(town: Stage, name: str, state: str = "1", owner: str = OFFICIAL) -> dict[str, str] | None:
    with town.database.reading() as store:
        return (store.draft(owner, f"form:{name}:{state}") or {}).get("fields")


def test_no_form_about_a_question_is_left_out() -> None:
    assert WRITTEN.keys() == ACTS.keys()


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_there_again_for_who_wrote_it(stage: Stage, name: str) -> None:
    town, left = in_state(stage, STATES.get(name, S.TAKEN)), WRITTEN[name]
    before = opened(town, "official", name)
    assert before.keeps == "Tallenna luonnos" and NOTICE not in words(Reply(form=before))
    assert "Luonnos on tallessa." in words(unsent(town, "official", name, left))
    again = opened(town, "official", name)
    assert values(again) == values(before) | left
    assert NOTICE in words(Reply(form=again))
    assert values(opened(town, "second", name)) == values(before)
    assert "Luonnosta ei enää ole." in words(
        unsent(town, "official", name, dict.fromkeys(left, " "))
    )
    assert values(opened(town, "official", name)) == values(before)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "answer"])
def test_what_is_sent_is_no_draft_any_more(stage: Stage, name: str) -> None:
    """Nor does the letter that the platform brings after it make one; the next one does."""
    town = in_state(stage, STATES.get(name, S.TAKEN))
    unsent(town, "official", name, WRITTEN[name])
    who = "official" if name != "give_back" else "editor"
    assert not OFFICIALS[ACTS[name]](town, who).errors
    if who == "official":
        unsent(town, "official", name, WRITTEN[name])
        assert kept(town, name) is None
    town.now += LATE * 2
    if name in ("note", "more"):
        unsent(town, "official", name, WRITTEN[name])
        assert values(opened(town, "official", name)) == WRITTEN[name]


def test_an_answer_is_a_draft_until_it_is_sent(stage: Stage) -> None:
    """The preview shows what is kept, and the same is sent; a template's words are kept too."""
    town = in_state(stage, S.TAKEN)
    shown = town.fills("official", "answer", {"answer_fi": "Aamulla.", "publish": "now"}, "1")
    assert shown.form and shown.form.name == "answer_send"
    assert values(opened(town, "official", "answer"))["answer_fi"] == "Aamulla."
    assert town.fills("official", "answer_send", {}, "1").notice
    with town.database.reading() as store:
        question = store.question(1)
    assert question and question.answer == {"fi": "Aamulla."} and question.publish == "now"
    assert words(unsent(town, "official", "answer", {"answer_fi": "Liian myöhään."}))
    assert kept(town, "answer") is None


def test_a_templates_words_are_kept_as_well(stage: Stage) -> None:
    town = in_state(stage, S.TAKEN, replace(TOWN, templates=(KIND,)))
    chosen = {"answer_fi": "Aurataan.", "publish": "now", "template": "thanks"}
    assert town.fills("official", "answer", chosen, "1").form
    again = values(opened(town, "official", "answer"))
    assert (again["answer_fi"], again["answer_sv"]) == ("Aurataan.\n\nKiitos!", "Tack!")
    assert (again["publish"], again["template"]) == ("now", "-")


def test_what_is_refused_is_not_lost(stage: Stage) -> None:
    """A fault in the form, or somebody who was quicker: the words are there again."""
    town = in_state(stage, S.TAKEN)
    faulty = {"answer_fi": "Aamulla.", "links": "http://vanha.example"}
    assert town.fills("official", "answer", faulty, "1").errors
    assert values(opened(town, "official", "answer"))["links"] == "http://vanha.example"
    town.fills("second", "move", {"department": "desk"}, "1")
    reply = town.fills("official", "more", {"text": "Missä kohdassa?"}, "1")
    assert "kuuluu toiselle" in words(reply)
    town.fills("editor", "move", {"department": "streets"}, "1")
    assert values(opened(town, "official", "more"))["text"] == "Missä kohdassa?"


def test_what_is_no_longer_on_a_list_is_not_chosen(stage: Stage) -> None:
    town = in_state(stage, S.TAKEN)
    unsent(town, "official", "hand", {"official": "slack:U0GONE", "note": "Ehditkö?"})
    form = opened(town, "official", "hand")
    assert values(form) == {"official": "", "note": "Ehditkö?"}


HOSTILE = "a\x00b\u202e" + "x" * LONGEST


def test_hostile_and_endless_words(stage: Stage) -> None:
    town = in_state(stage, S.TAKEN)
    many = {f"f{i}": "x" for i in range(500)}
    unsent(town, "official", "note", {"text": HOSTILE} | many)
    left = kept(town, "note")
    assert left and len(left) == MOST_FIELDS and len(left["text"]) == LONGEST
    assert values(opened(town, "official", "note"))["text"] == ("ab" + "x" * 2000)[:1000]


FORGED = [
    ("stranger", "note", "1"),
    ("resident", "note", "1"),
    ("pupil", "note", "1"),
    ("gardener", "note", "1"),
    ("official", "reassign", ""),
    ("official", "take", "1"),
    ("official", "note", "99"),
    ("official", "note", "1" + "0" * 90),
    ("official", "note", "x"),
    ("official", "poll", ""),
    ("official", "broadcast", ""),
    ("official", "desk_no", "question:1"),
    ("official", "open_again", "1"),
    ("editor", "poll", "7:" + "1" * 90),
]


@pytest.mark.parametrize(("who", "name", "state"), FORGED)
def test_forged_drafts_are_not_kept(stage: Stage, who: str, name: str, state: str) -> None:
    """By who could not open the form, of forms that keep nothing, or of no form at all."""
    town = in_state(stage, S.TAKEN)
    reply = unsent(town, who, name, {"text": "Väärennös"}, state)
    assert words(reply) and "Luonnos on" not in words(reply)
    person = PEOPLE[who]
    for owner in (
        f"{person.channel}:{person.account}",
        town.keyring.resident(person.channel, person.account),
    ):
        assert kept(town, name, state, owner) is None


EDITORS = {
    "poll": ("poll_new", {"question_fi": "Minne pen", "then": "template"}),
    "survey_new": ("survey_new", {"text": "title:\n  fi: Kes"}),
    "conversation": ("conversation_new", {"title_fi": "Kesäp", "seeds_fi": "Yksi\nKaksi"}),
    "discussion": ("discussion_new", {"title_fi": "Rant", "a_day": "3"}),
}


@pytest.mark.parametrize("name", EDITORS)
def test_what_editors_write(stage: Stage, name: str) -> None:
    button, left = EDITORS[name]
    before = stage.forges("editor", button).form
    assert before and before.name == name
    unsent(stage, "editor", name, left, before.state)
    again = stage.forges("editor", button).form
    assert again and values(again) == values(before) | left


def test_a_broadcast_is_kept_as_well(stage: Stage) -> None:
    unsent(stage, "editor", "broadcast", {"text_fi": "Vesikat", "urgent": "yes"}, "")
    form = stage.commands("editor", "/kuulolla tiedote").form
    assert form and values(form)["text_fi"] == "Vesikat" and values(form)["urgent"] == "yes"
