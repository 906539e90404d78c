"""The longest round-up that there can be, in every channel: within its limits, with the page's link
at its end, and with the buttons of every poll that it shows."""

import json

import pytest

from bots.teams.render import size
from bots.telegram import render as telegram
from core.digests import chats as digests
from core.digests import page
from core.messages import Button, Buttons, Message
from core.model import Publish, Question, QuestionState
from tests.dialogs.test_digests import city_with, live_in, look
from tests.golden.channels import slack_payload, teams_card
from tests.stage import GROUP, Stage
from tests.telegram.test_render import accepted, utf16_length

WHOLE = "https://example.test/fi/"
SHOWN, MANY = 5, 10


@pytest.fixture
def longest(stage: Stage) -> Message:
    """As many of each as are shown and one more, and each as long as a form takes."""
    live_in(stage, city_with())
    look(stage)
    before = stage.now
    stage.passes(minutes=1)
    stage.posts.clear()
    for n in range(SHOWN + 1):
        stage.commands("editor", "/kuulolla kysely")
        options = "\n".join(f"{i} {'vaihtoehto ' * 6}" for i in range(MANY))
        stage.submits("editor", question_fi=f"{n} {'Mihin ' * 48}?", options_fi=options, chats="")
    with stage.database.begin() as store:
        for n in range(SHOWN + 1):
            text, answer = f"{n} {'Milloin Rantatie aurataan ' * 9}?", "Huomenna aamulla. " * 90
            store.add_question(
                Question(0, text, "fi", "winter", "streets", QuestionState.ANSWERED, None,
                         "telegram", None, stage.now, stage.now, {"fi": answer}, Publish.DIGEST)
            )  # fmt: skip
        shown = digests.look(store, stage.city, stage.city.chats[0], before, stage.now)
        made = page.show(shown, stage.now)
        store.publish(GROUP, made, "fi", stage.now, [])
    stage.deliver()
    return list(stage.posts[str(GROUP)].values())[-1]


def buttons(message: Message) -> list[Button]:
    return [
        one for block in message.blocks if isinstance(block, Buttons)
        for row in block.rows for one in row
    ]  # fmt: skip


def test_it_fits_and_every_poll_and_the_rest_can_be_reached(longest: Message) -> None:
    votes = {one.action for one in buttons(longest)}
    assert len(votes) == SHOWN * MANY, "all of those that are shown, as long as they are"
    in_telegram = telegram.payload(longest)
    shown, _ = accepted(longest)
    assert 4000 < utf16_length(shown) <= 4096 and "……" not in shown
    in_slack, in_teams = slack_payload(longest), teams_card(longest)
    assert len(in_slack["blocks"]) <= 50 and size(in_teams) <= 28_000
    for made in (in_telegram, in_slack, in_teams):
        sent = json.dumps(made, ensure_ascii=False)
        assert WHOLE in sent and "1 muu" in sent
        assert all(f'"{vote}"' in sent for vote in votes)
