from core.model import Publish, Question, QuestionState
from core.similar import similar
from tests.stage import START


def question(number: int, text: str) -> Question:
    return Question(
        number=number,
        text=text,
        language="fi",
        theme=None,
        department="desk",
        state=QuestionState.ANSWERED,
        asker=None,
        asker_channel="telegram",
        official=None,
        received_at=START,
        publish=Publish.DIGEST,
    )


def test_similar_questions_best_first():
    pool = [
        question(1, "Onko kirjasto auki sunnuntaina?"),
        question(2, "Milloin Kauppakadun jalkakäytävä aurataan?"),
        question(3, "Aurataanko Kauppakadun jalkakäytävä?"),
    ]
    found = similar("Milloin Kauppakadun jalkakäytävä aurataan lumesta?", pool)
    assert [q.number for q in found] == [2, 3]
    assert similar("Missä on uimahalli?", pool) == []
