"""Questions found by their words, among those of the routing's test set, on both engines."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
import sqlalchemy as sa

from bench.cases.understanding import questions
from bots.dictionaries import Dictionaries
from core.model import Publish, Question, QuestionState
from core.similar import WORDS, corrected, find, kept, likeness, terms
from core.stems import stems
from core.words import NO_LEMMAS, said
from storage import Database
from storage.questions import _values
from storage.similar import REMEMBERED
from storage.tables import questions as questions_table
from storage.tables import reroutes
from tests.stage import START


def question(text: str, **more: object) -> Question:
    values = {
        "number": 0,
        "text": text,
        "language": "fi",
        "theme": None,
        "department": "desk",
        "state": QuestionState.ANSWERED,
        "asker": "a" * 32,
        "asker_channel": "telegram",
        "official": None,
        "received_at": START,
        "publish": Publish.DIGEST,
    }
    return Question(**values | more)


@pytest.fixture
def database(database: Database, dictionaries: Dictionaries) -> Database:
    database.lemmas = dictionaries
    return database


@pytest.fixture
def asked(database: Database) -> Database:
    with database.begin() as store:
        for _, _, text in chain(*questions()):
            store.add_question(question(text))
    return database


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Kuitinmäessä katu umpihangessa kolme päivää, milloin aura tulee", "moi, koska meidän"),
        ("Keinu rikki leikkipuistossa Matinkylässä", "Leikkipuiston keinu"),
        ("Miten kuntalaisaloite tehdään?", "Miten teen kuntalaisaloitteen?"),
        ("Mistä saa Leppävaaraan asukaspysäköintitunnuksen ja mitä se maksaa", "Asukaspysäköinti"),
        ("milloin leppävaran maauimala avataan kesällä?", "Milloin Leppävaaran maauimala"),
        ("Voiko kirjastosta lainata soittimia, Iso Omena", "Voiko Ison Omenan"),
        ("Kuinka paljon kahden lapsen varhaiskasvatusmaksut ovat?", "Paljonko varhaiskasvatus"),
        ("Tarvitaanko katokseen rakennuslupa?", "Tarviiko katokselle"),
        ("Behövs det bygglov för växthuset på 20 m2", "Behöver jag bygglov"),
        ("Gungan är trasig i Sökö lekpark", "Gungan i lekparken"),
        ("How to get a residents' parking permit in Tapiola", "How do I get a resident"),
        ("Huge pothole in Kuitinmäentie", "There is a huge pothole"),
    ],
)
def test_what_was_asked_before_is_found_in_other_words(asked, text, known):
    with asked.reading() as store:
        assert any(q.text.startswith(known) for q in find(store, text))


@pytest.mark.parametrize(
    "text",
    [
        "Onko kaupungintalolla vapaana kokoushuoneita yhdistykselle?",
        "Miksi vaakuna vaihdettiin?",
        "Vad betyder hästskon i vapnet?",
        "Who was the first mayor of Espoo?",
        "",
        "?!",
        "💩" * 100,
        "ja on se kun",
    ],
)
def test_what_nobody_asked_finds_nothing(asked, text):
    with asked.reading() as store:
        assert find(store, text) == []


def test_only_what_others_may_know_of_is_found(database):
    text = "Milloin Kauppakadun jalkakäytävä aurataan?"
    waiting = QuestionState.WAITING
    with database.begin() as store:
        open_ = store.add_question(question(text, state=waiting, publish=None))
        store.add_question(question(text, publish=Publish.PRIVATE))
        store.add_question(question(text, state=waiting, publish=Publish.PRIVATE))
        store.add_question(question(text, state=QuestionState.DECLINED, publish=None))
        assert [q.number for q in find(store, text)] == [open_.number]
        assert find(store, text, but=open_.number) == []


def test_at_most_three_the_likest_first(database):
    with database.begin() as store:
        for i in range(5):
            store.add_question(question(f"Milloin Kauppakatu {i} aurataan lumesta ja jäästä?"))
        exact = store.add_question(question("Aurataanko Kauppakatu?"))
        found = find(store, "Aurataanko Kauppakatu?")
    assert len(found) == 3
    assert found[0].number == exact.number


def test_every_form_of_a_word_has_one_stem():
    for forms in ("aurataan auraus aurattu aurauksen", "kadulla katu katujen kaduilla",
                  "kirjasto kirjastossa kirjastoihin", "plogas plogning plogar"):  # fmt: skip
        assert len(set(stems(forms))) == 1, forms


def test_every_form_of_a_word_is_one_word(dictionaries: Dictionaries) -> None:
    for forms in ("aurattiin aurataan aurannut", "kadulla katu kaduilla", "veden vettä vesi",
                  "kirjasto kirjastossa kirjastoihin", "plogas plogade plogar"):  # fmt: skip
        first, *others = ({*said([form], dictionaries)[0]} for form in forms.split())
        assert first.intersection(*others), forms


@pytest.mark.parametrize("some", [True, False])
def test_a_question_has_few_terms_however_long_it_is(
    dictionaries: Dictionaries, some: bool
) -> None:
    lemmas = dictionaries if some else NO_LEMMAS
    assert len(kept("sana toinen kolmas " * 200, lemmas)) < 10
    many = " ".join(f"sana{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600))
    assert len(terms(many, lemmas)) <= 48 and len(kept(many, lemmas)) <= 96
    assert all(0 <= number < 2**63 for number in kept("Milloin Kauppakatu aurataan?", lemmas))


def test_words_are_kept_anew_by_the_dictionaries_of_now(database, dictionaries) -> None:
    database.lemmas = NO_LEMMAS
    with database.begin() as store:
        numbers = [store.add_question(question("Miksi vedestä peritään?")).number for _ in "abc"]
        assert store.outdated(10) == []
    database.lemmas = dictionaries
    wanted = set(terms("vesi", dictionaries))
    with database.begin() as store:
        assert not any(store.sharing(wanted, 10).values())
        some = store.outdated(2)
        assert len(some) == 2
        store.keep_words(some)
        assert set(store.outdated(2)) == set(numbers) - set(some)
        store.keep_words(store.outdated(2))
        assert store.outdated(2) == []
        assert set(numbers) in map(set, store.sharing(wanted, 10).values())
    database.lemmas = NO_LEMMAS
    with database.begin() as store:
        store.reword_question(numbers[0], "Miksi lumesta peritään?")
        answered = replace(store.question(numbers[1]), answer={"fi": "Laki määrää."})
        store.save_question(answered)
    database.lemmas = dictionaries
    with database.reading() as store:
        assert set(store.outdated(10)) == set(numbers[:2])


# --- what officials moved ----------------------------------------------------------------------

MOVED = "Vieras lato seisoo pihalla ja haisee"


def test_a_move_improves_the_next_guess_and_fades(database):
    with database.begin() as store:
        number = store.add_question(question(MOVED)).number
        assert corrected(store, MOVED, START) == {}
        store.remember_reroute(number, "streets", START)
        alike = "Pihalla seisova vieras lato haisee"
        fresh = corrected(store, alike, START)["streets"]
        later = corrected(store, alike, START + timedelta(days=360))["streets"]
        assert 0.4 < fresh <= 1
        assert later == pytest.approx(fresh / 4)
        assert corrected(store, "Onko kirjasto auki?", START) == {}


def test_the_last_move_of_a_question_counts(database):
    with database.begin() as store:
        number = store.add_question(question(MOVED)).number
        store.remember_reroute(number, "streets", START)
        store.remember_reroute(number, "desk", START)
        assert set(corrected(store, MOVED, START)) == {"desk"}


def test_moves_are_kept_few_the_newest(database):
    with database.begin() as store:
        numbers = [store.add_question(question("Lato haisee")).number for _ in range(3)]
        old = [{"question": numbers[0], "department": "old", "at": START}]
        store._run(sa.insert(reroutes).values(old))
        columns = _values(question("Lato haisee"))
        rows = [{**columns, "number": 1000 + i} for i in range(REMEMBERED)]
        store._connection.execute(sa.insert(questions_table), rows)
        moved = [
            {"question": row["number"], "department": "desk", "at": START} for row in rows[:-1]
        ]
        later = [{**row, "at": START + timedelta(days=1)} for row in moved]
        store._connection.execute(sa.insert(reroutes), later)
        store.remember_reroute(numbers[1], "streets", START + timedelta(days=2))
        left = store._run(sa.select(reroutes.c.department, sa.func.count()).group_by("department"))
        assert dict(left.all()) == {"desk": REMEMBERED - 1, "streets": 1}


def test_moves_are_forgotten_with_their_asker(database):
    with database.begin() as store:
        kept = store.add_question(question(MOVED, asker="b" * 32)).number
        gone = store.add_question(question(MOVED)).number
        store.remember_reroute(kept, "streets", START)
        store.remember_reroute(gone, "desk", START)
        store.forget("a" * 32)
        assert set(corrected(store, MOVED, START)) == {"streets"}


def test_of_texts_without_end_the_first_words_are_compared() -> None:
    many = [f"sana{i:04}" for i in range(5000)]
    assert likeness(many, many[: WORDS + 1], {}) == pytest.approx(1)
    assert likeness(many, many[WORDS:], {}) < likeness(many, many[WORDS - 1 :], {})
