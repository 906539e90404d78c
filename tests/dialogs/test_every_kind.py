"""The same desk for everything that residents write: each kind is rejected, its author told in
their language by which rule and why, appeals once, and another moderator decides."""

from dataclasses import replace

import pytest

from core.city import Moderation
from core.model import ItemKind, ItemState, Outcome
from tests.dialogs.script import play
from tests.dialogs.test_moderation import TOWN
from tests.stage import Stage, words

WRITTEN = {
    ItemKind.QUESTION: """
        neighbour: When does that fool plough Shore Street?
        neighbour: [Send]
    """,
    ItemKind.COMMENT: """
        editor: /kuulolla keskustelu
        editor: {title_fi=Puisto | chats=telegram:-100}
        neighbour: /start discussion_1
        neighbour: [Write a comment]
        neighbour: Only a fool would plant trees there.
    """,
    ItemKind.STATEMENT: """
        editor: /kuulolla väittämäkysely
        editor: {title_fi=Ranta | seeds_fi=Ranta on hyvä. | chats=telegram:-100}
        neighbour: /start statements_1
        neighbour: [Add your own statement]
        neighbour: The shore is planned by fools.
    """,
    ItemKind.WORDS: """
        editor: /kuulolla kysely
        editor: {kind=words | question_fi=Mitä rantaan? | chats=telegram:-100}
        neighbour: /start poll_1
        neighbour: [Write your answer]
        neighbour: Fools everywhere
    """,
}


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


def written(town: Stage, kind: ItemKind) -> str:
    """Its ref, on the desk."""
    play(town, WRITTEN[kind])
    with town.database.reading() as store:
        (item,) = store.items([ItemState.WAITING])
        assert item.kind is kind
        return item.ref


def state(town: Stage, kind: ItemKind, ref: str) -> ItemState:
    with town.database.reading() as store:
        return store.item(kind, ref).state


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("granted", [True, False])
def test_rejected_told_appealed_and_decided_by_another(
    town: Stage, kind: ItemKind, granted: bool
) -> None:
    ref = written(town, kind)
    named = f"{kind}:{ref}"
    town.fills("editor", "desk_no", {"rule": "respect", "reason": "Do not insult."}, named)
    told = town.last("neighbour")
    for expected in ("was not let through", "Rule: Respect others", "Do not insult."):
        assert expected in told
    town.presses("neighbour", "Appeal")
    told = words(town.says("neighbour", "It is the name of a plough."))
    assert "Your appeal waits for another moderator." in told
    assert state(town, kind, ref) is ItemState.APPEALED
    assert "omaa päätöstäsi" in words(town.forges("editor", f"desk_yes:{named}"))
    if granted:
        town.forges("second", f"desk_yes:{named}")
    else:
        town.fills("second", "desk_no", {"rule": "respect", "reason": "It stays."}, named)
    wanted = ItemState.APPROVED if granted else ItemState.REJECTED
    assert state(town, kind, ref) is wanted
    said = "Your appeal was granted" if granted else "Your appeal was not granted"
    assert said in town.last("neighbour")
    again = words(town.forges("neighbour", f"my_appeal:{named}"))
    assert "You can appeal once" in again
    with town.database.reading() as store:
        (line,) = store.judgements(town.now.replace(day=1), town.now.replace(year=2027))
        settled = Outcome.OVERTURNED if granted else Outcome.UPHELD
        assert (line.kind, line.appeal) == (kind, settled)


@pytest.mark.parametrize("kind", [ItemKind.QUESTION, ItemKind.COMMENT, ItemKind.STATEMENT])
def test_asked_to_say_it_otherwise(town: Stage, kind: ItemKind) -> None:
    named = f"{kind}:{written(town, kind)}"
    town.fills("editor", "desk_reword", {"rule": "respect", "reason": "No insults."}, named)
    assert "Rule: Respect others" in town.last("neighbour")
    town.presses("neighbour", "Say it in other words")
    assert "waits for a moderator" in words(town.says("neighbour", "Why is it planned like that?"))
    assert words(town.forges("second", f"desk_yes:{named}")) == "Hyväksytty."


def test_answers_in_words_are_answered_anew_not_reworded(town: Stage) -> None:
    named = f"words:{written(town, ItemKind.WORDS)}"
    asked = {"rule": "respect", "reason": "No insults."}
    assert "ei voi kysyä" in words(town.fills("editor", "desk_reword", asked, named))


def test_only_three_different_people_hide_and_nobody_reports_for_ever(stage: Stage) -> None:
    stage.__init__(stage.database, replace(TOWN, moderation=Moderation(reports=3)))
    play(stage, WRITTEN[ItemKind.COMMENT].replace("title_fi", "look=after | title_fi"))
    for _ in range(3):
        stage.forges("resident", "comment_report:1")
    stage.forges("browser", "comment_report:1")
    assert state(stage, ItemKind.COMMENT, "1") is ItemState.WAITING
    assert "plant trees" in stage.chat("telegram:-100")
    stage.forges("invånare", "comment_report:1")
    assert "plant trees" not in stage.chat("telegram:-100")
    stage.forges("second", "desk_yes:comment:1")
    assert "plant trees" in stage.chat("telegram:-100")
    stage.forges("official", "comment_report:1")
    assert "plant trees" in stage.chat("telegram:-100")


def test_ten_reports_a_day(stage: Stage) -> None:
    stage.__init__(stage.database, TOWN)
    script = WRITTEN[ItemKind.COMMENT].replace("title_fi", "look=after | a_day=20 | title_fi")
    play(stage, script)
    for n in range(11):
        stage.fills("neighbour", "comment", {"text": f"Tree number {n} {'xyz'[n % 3] * 9}"}, "1:")
    told = [words(stage.forges("resident", f"comment_report:{n}")) for n in range(1, 12)]
    assert sum("10" in one for one in told) == 1 and "10" in told[-1]
    stage.passes(hours=25)
    assert "10" not in words(stage.forges("resident", "comment_report:11"))
