import pytest

from core.model import Publish, Question, QuestionState
from core.routing import guess, similar
from tests.stage import CITY, START


@pytest.mark.parametrize(
    ("text", "theme", "because"),
    [
        ("Milloin aurataan?", "winter", ("aurataan",)),
        ("Lumenauraus on myöhässä", "winter", ("lumenauraus",)),
        ("När plogas gatan?", "winter", ("plogas",)),
        ("Onko kirjasto auki?", None, ()),
        ("", None, ()),
        ("💩 <b>aura</b>", "winter", ("aura",)),
    ],
)
def test_the_theme_follows_the_words(text, theme, because):
    found = guess(CITY, text)
    assert (found.theme, found.because) == (theme, because)
    assert found.department == ("streets" if theme else "desk")


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
