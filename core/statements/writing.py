"""Residents' own statements: checked before anything of them is kept, read by an editor before
they are shown, or after, as the conversation has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from rapidfuzz import fuzz, process

from core import clean, personal_data
from core.city import Look
from core.desk import Turn
from core.errors import Refusal
from core.messages import AnyBlock, Ask, text
from core.model import Conversation, Moderation, Say, Statement, StatementState
from core.moderation import authors, checks, desk
from core.statements import moderated, voting
from core.statements.shown import statement_text
from core.stems import stems
from core.texts import Texts

LIMIT = 140
MOST_OWN = 10
"""Statements of one person in one conversation."""
MOST = 5000
"""Statements of one conversation."""
ALIKE = 80
"""Least likeness, 0 to 100, for a statement to be shown as similar."""
SHOWN_ALIKE = 3
WAITED = timedelta(hours=1)
"""How long the next message is taken for the statement: later, it is about something else."""
DRAFT = "statement"
SOURCE = moderated.StatementSource()


class NoStatement(Refusal):
    """What was written is none; the person may write another. ``same``: the one that says it
    already, where there is one that is shown."""

    def __init__(self, text: str, same: Statement | None = None) -> None:
        super().__init__(text)
        self.same = same


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the person should know before it is sent: ``alike`` are there already, ``advice`` says
    how it might be better."""

    text: str
    alike: tuple[Statement, ...]
    advice: tuple[str, ...]

    @property
    def fine(self) -> bool:
        return not self.alike and not self.advice

    @property
    def mark(self) -> str:
        """Of just this text: what was thought about is sent, nothing else."""
        return blake2b(self.text.encode(), digest_size=8).hexdigest()


def require(turn: Turn, conversation: Conversation) -> voting.Standing:
    """Refusal where the person can add none now."""
    t = turn.t
    voting.require_open(turn, conversation)
    if not conversation.takes_statements(turn.received):
        raise Refusal(t("New statements are not taken any more. You can still answer the others."))
    authors.refuse_muted(turn, moderated.place_of(conversation.id))
    standing = voting.own(turn, conversation)
    assert standing.name is not None
    if len(turn.store.statements_by(conversation.id, standing.name)) >= MOST_OWN:
        raise Refusal(t("You have added {n} statements here: that is the most.", n=MOST_OWN))
    return standing


def propose(turn: Turn, conversation: Conversation, written: str) -> Proposal:
    """NoStatement where it can't be one, or is there already."""
    t, words = turn.t, clean.line(written)
    if not any(map(str.isalnum, words)) or len(words) > LIMIT:
        raise NoStatement(t("A statement has 1 to {limit} characters; yours has {n}.",
                            limit=LIMIT, n=len(words)))  # fmt: skip
    if found := {span.kind for span in personal_data.find(words)}:
        what = ", ".join(personal_data.label(kind, t) for kind in sorted(found))
        raise NoStatement(
            t("There is personal data in it ({what}). Write it without: nothing was kept.",
              what=what)
        )  # fmt: skip
    states = (StatementState.SHOWN, StatementState.WAITING)
    others = turn.store.statements(conversation.id, *states)
    if len(others) >= MOST:
        raise Refusal(t("There are so many statements that no more are taken."))
    same = next((o for o in others if _letters(words) in map(_letters, o.text.values())), None)
    if same is not None:
        there = t("This statement is there already: “{text}”", text=statement_text(t, same))
        raise NoStatement(there, same if same.state is StatementState.SHOWN else None)
    visible = [other for other in others if other.state is StatementState.SHOWN]
    return Proposal(words, _alike(words, visible), _advice(t, words))


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))


def _alike(words: str, others: list[Statement]) -> tuple[Statement, ...]:
    keys = {(n, x): _key(said) for n, o in enumerate(others) for x, said in o.text.items()}
    found = process.extract(
        _key(words), keys, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=3 * SHOWN_ALIKE
    )
    places = dict.fromkeys(place for *_, (place, _) in found)
    return tuple(others[place] for place in places)[:SHOWN_ALIKE]


def _key(words: str) -> str:
    """Of every word: in so few even "more" says something."""
    return " ".join(stems(words, but=())) or words.casefold()


def _advice(t: Texts, words: str) -> tuple[str, ...]:
    made = []
    if "?" in words:
        made.append(t("It is a question: one can't agree with a question. Say what you think."))
    if "!" in words:
        made.append(t("Without an exclamation mark more people will read it calmly."))
    if words.isupper() and len(words) > 10:
        made.append(t("Capital letters only are hard to read."))
    return tuple(made)


def add(turn: Turn, conversation: Conversation, words: str) -> Statement:
    """Adds what was proposed; its author agrees with it. On the desk before others see it, or
    after."""
    standing = require(turn, conversation)
    place = moderated.place_of(conversation.id)
    seen = checks.examine(turn, words, place)
    made = turn.store.add_statement(
        conversation.id, {turn.language: seen.text}, standing.name, StatementState.WAITING, turn.now
    )
    before = conversation.moderation is Moderation.BEFORE
    look = Look.BEFORE if before else Look.AFTER
    desk.submit(turn, SOURCE, str(made.id), place, seen.found, look)
    voting.keep(turn, standing, made.id, Say.AGREE, False)
    return turn.store.statement(made.id) or made


def told(t: Texts, made: Statement) -> str:
    if made.state is StatementState.WAITING:
        return t("Thank you! A moderator of the city reads your statement before others see it.")
    if made.state is StatementState.REMOVED:
        return t("This statement is not shown: {reason}", reason=made.reason)
    return t("Thank you! Others can now say what they think of your statement.")


def field(t: Texts, value: str = "") -> Ask:
    hint = t("One thought, in your own words, {limit} characters at most. No names.", limit=LIMIT)
    return Ask("text", t("Your statement"), "line", value, hint, LIMIT)


def notes(t: Texts, proposal: Proposal) -> list[AnyBlock]:
    blocks: list[AnyBlock] = [text(line) for line in proposal.advice]
    if proposal.alike:
        blocks.append(text(t("These are much like it. If one says the same, answer that instead.")))
        blocks += [text(statement_text(t, each), role="quote") for each in proposal.alike]
    return blocks


# --- in a private chat: what is written next -----------------------------------------------------


def wait(turn: Turn, conversation: Conversation) -> None:
    """The person's next message is their statement."""
    turn.expect(DRAFT, {"conversation": conversation.id, "at": turn.now.isoformat()})


def awaited(turn: Turn) -> int | None:
    """The conversation that the person's next message is a statement for."""
    draft = turn.store.draft(turn.resident, DRAFT)
    if draft is None or "text" in draft:
        return None
    if turn.now - datetime.fromisoformat(draft["at"]) <= WAITED:
        return int(draft["conversation"])
    stop(turn)
    return None


def keep_draft(turn: Turn, conversation: Conversation, proposal: Proposal) -> None:
    value = {
        "conversation": conversation.id,
        "at": turn.now.isoformat(),
        "text": proposal.text,
        "mark": proposal.mark,
    }
    turn.store.put_draft(turn.resident, DRAFT, value, turn.now)


def drafted(turn: Turn, mark: str) -> tuple[int, str]:
    """Conversation and text of what the person was asked about; Refusal where it is another."""
    draft = turn.store.draft(turn.resident, DRAFT)
    if draft is None or draft.get("mark") != mark:
        raise Refusal(turn.t("There is nothing to send here any more."))
    return int(draft["conversation"]), str(draft["text"])


def stop(turn: Turn) -> None:
    turn.store.drop_draft(turn.resident, DRAFT)
