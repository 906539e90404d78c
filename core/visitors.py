"""What anybody may ask for at a workplace, residents as they are: what is open to take part in."""

from collections.abc import Callable

from core.city import Part
from core.desk import Turn
from core.messages import Message, Reply
from core.polls import shown
from core.polls.entrance import unseen
from core.statements.acts import statement_list


def polls(turn: Turn) -> Reply:
    """Open polls and surveys."""
    return Reply(message=shown.poll_list(turn, unseen(turn)))


def home(turn: Turn) -> Reply:
    made = [answer(turn).message for part, answer in LISTS.items() if turn.city.has(part)]
    lists = [each for each in made if each]
    blocks = tuple(block for each in lists for block in each.blocks)
    return Reply(message=Message(lists[0].summary, blocks))


Answer = Callable[[Turn], Reply]
LISTS: dict[Part, Answer] = {Part.POLLS: polls, Part.STATEMENTS: statement_list}
WORDS: dict[str, tuple[Answer, frozenset[Part]]] = {
    "home": (home, frozenset(LISTS)),
    "polls": (polls, frozenset({Part.POLLS})),
    "surveys": (polls, frozenset({Part.POLLS})),
    "statements": (statement_list, frozenset({Part.STATEMENTS})),
}


def command(turn: Turn, word: str) -> Reply | None:
    """None for what is not for everybody, or not in use in the city."""
    answer, parts = WORDS.get(word, (home, frozenset[Part]()))
    return answer(turn) if turn.city.has(*parts) else None
