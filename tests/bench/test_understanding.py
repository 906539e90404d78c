from bench.cases.understanding import accuracy, questions
from core.words import NO_LEMMAS


def test_the_questions_cover_the_city_and_are_held_out_by_a_rule():
    tuned, held_out = questions()
    rows = tuned + held_out
    assert len(rows) >= 120
    assert len({place for place, _, _ in rows}) >= 8
    assert {language for _, language, _ in rows} == {"fi", "sv", "en"}
    assert len({text for _, _, text in rows}) == len(rows)
    assert {place for place, _, _ in tuned} == {place for place, _, _ in held_out}


def test_most_questions_find_their_place(dictionaries):
    first, either = accuracy(questions()[1], dictionaries)
    assert first >= 0.85
    assert either >= 0.95


def test_many_do_before_there_are_dictionaries():
    first, either = accuracy(questions()[1], NO_LEMMAS)
    assert first >= 0.85
    assert either >= 0.9
