from bench.cases.understanding import accuracy, questions


def test_the_questions_cover_the_city_and_are_held_out_by_a_rule():
    tuned, held_out = questions()
    rows = tuned + held_out
    assert len(rows) >= 120
    assert len({place for place, _, _ in rows}) >= 8
    assert {language for _, language, _ in rows} == {"fi", "sv", "en"}
    assert len({text for _, _, text in rows}) == len(rows)
    assert {place for place, _, _ in tuned} == {place for place, _, _ in held_out}


def test_most_questions_find_their_place():
    first, either = accuracy(questions()[1])
    assert first >= 0.85
    assert either >= 0.95
