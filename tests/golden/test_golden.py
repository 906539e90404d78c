"""Every message of the service, in three languages, as each channel shows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bots.playground.slack_rules import blocks_too_long, check_blocks, check_view
from bots.playground.teams_cards import card_faults
from bots.playground.telegram import rules
from bots.playground.telegram.args import Args
from bots.teams.render import LIMIT, size
from bots.telegram import render as telegram
from core.messages import Form, Message
from core.texts import LANGUAGES
from core.views import VIEWS
from storage import open_database
from tests.golden.channels import CHANNELS, slack_payload, teams_card
from tests.golden.parts import shown
from tests.golden.scene import Shown

FILES = Path(__file__).parent / "files"
Everything = dict[str, dict[str, dict[str, Shown]]]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """Language → part → name → what is shown."""
    made = {}
    for language in LANGUAGES:
        path = tmp_path_factory.mktemp("golden") / f"{language}.db"
        with open_database(f"sqlite:///{path}") as database:
            database.upgrade()
            with database.begin() as store:
                made[language] = shown(store, language)
    return made


def written(everything: Everything, channel: str, part: str, language: str) -> str:
    how = CHANNELS[channel]
    sections = [
        f"=== {name} ===\n{how.write(one, language)}\n"
        for name, one in everything[language][part].items()
        if how.forms or isinstance(one, Message)
    ]
    return "\n".join(sections).replace("\N{NO-BREAK SPACE}", "⍽")


FILE_NAMES = [
    (channel, part, language)
    for channel, how in CHANNELS.items()
    for part in how.parts
    for language in LANGUAGES
]


@pytest.mark.parametrize(("channel", "part", "language"), FILE_NAMES)
def test_what_is_shown(
    request: pytest.FixtureRequest, everything: Everything, channel: str, part: str, language: str
) -> None:
    """A no-break space is written as "⍽" in the files."""
    path = FILES / channel / f"{part}.{language}.txt"
    now = written(everything, channel, part, language)
    if request.config.getoption("--update-golden", default=False):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, "utf-8")
    then = dict(_sections(path.read_text("utf-8")))
    for name, words in _sections(now):
        assert words == then.get(name), f"{path.name}: {name}; see conftest.py how to keep it"
    assert dict(_sections(now)).keys() == then.keys()


def _sections(file: str) -> Iterator[tuple[str, str]]:
    for section in file.split("\n=== "):
        name, _, words = section.removeprefix("=== ").partition(" ===\n")
        yield name, words.strip("\n")


def test_no_file_is_left_over() -> None:
    there = {path.relative_to(FILES).as_posix() for path in FILES.glob("[!m]*/*.txt")}
    assert there == {f"{channel}/{part}.{x}.txt" for channel, part, x in FILE_NAMES}


def test_every_view_is_there(everything: Everything) -> None:
    parts = (everything["fi"][part] for part in ("views", "round_ups", "withdrawn"))
    named = {name.split()[0] for part in parts for name in part}
    assert set(VIEWS) <= named


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_them(everything: Everything, language: str) -> None:
    for part in CHANNELS["telegram"].parts:
        for one in everything[language][part].values():
            if isinstance(one, Message):
                made = telegram.render(one)
                rules.message_text(Args({"text": made.text, "parse_mode": "HTML"}))
                markup = made.keyboard.to_dict() if made.keyboard else None
                rules.reply_markup(Args({"reply_markup": markup}), inline_only=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_them(everything: Everything, language: str) -> None:
    """By the stand-in's rules, and by the SDK's own models."""
    for part in CHANNELS["slack"].parts:
        for one in everything[language][part].values():
            payload = slack_payload(one)
            if isinstance(one, Form):
                assert check_view(payload, "modal") == []
                assert View(**payload).to_dict()["type"] == "modal"
            else:
                assert check_blocks(payload["blocks"], "message") == []
                assert not blocks_too_long(payload["blocks"])
                parsed = [Block.parse(block) for block in payload["blocks"]]
                assert [b and b.to_dict()["type"] for b in parsed] == [
                    block["type"] for block in payload["blocks"]
                ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_takes_them(everything: Everything, language: str) -> None:
    for part in CHANNELS["teams"].parts:
        for name, one in everything[language][part].items():
            assert card_faults(teams_card(one)) == [], name


@pytest.mark.parametrize("kind", ["single", "several"])
def test_twelve_pictures_fit(everything: Everything, kind: str) -> None:
    """With all their buttons, in what Slack and Teams take of one message."""
    shown = everything["fi"]["pictures"][f"twelve, {kind}"]
    blocks = slack_payload(shown)["blocks"]
    assert len(blocks) <= 50 and sum("accessory" in block for block in blocks) == 12
    assert sum(len(b["elements"]) for b in blocks if b["type"] == "actions") == 12
    card = teams_card(shown)
    sets = [element for element in card["body"] if element["type"] == "ColumnSet"]
    assert sum(len(one["columns"]) for one in sets) == 12 and size(card) <= LIMIT
    assert sum(len(x["actions"]) for x in card["body"] if x["type"] == "ActionSet") == 12
    assert telegram.render(shown).preview.startswith("https://example.test/fi/polls/")


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != "en"])
def test_nothing_is_left_in_english(everything: Everything, language: str) -> None:
    """Whatever reads the same in English has no words of the service in it."""
    for part in everything["en"]:
        for name, one in everything["en"][part].items():
            if name not in ("choose_language", "bridge_vote", "webhook"):
                assert one != everything[language][part][name], name
