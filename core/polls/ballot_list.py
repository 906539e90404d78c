"""The list of a closed poll's ballots: who voted finds their own line by its receipt, and anybody
counts it again. docs/ballot-list.md describes the file.

A receipt is the beginning of the voter's name in this poll, so it stays when the vote changes.
Lines stand in the order of receipts: these are pseudorandom under the poll's key, so the order is a
shuffle, and the same file comes out wherever it is made. Once the key is destroyed, in the
transaction that closes the poll, nobody can tell whose a receipt is.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

import msgspec

from core.answers import Kind, Paper, points, ranking, read_points, several
from core.city import City
from core.model import BallotList, Poll, Tally
from core.ports import Store
from core.texts import plain

FORMAT = "kuulolla-ballots-1"
LENGTH = 10
"""Characters of a receipt, 50 bits: of a million voters, two share one with a chance of 1 in
2,000; of ten thousand, 1 in 22 million. Both lines stand in the list then."""
PAGE = 10_000
LONGEST_LINE = 100_000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _CROCKFORD for b in _CROCKFORD]


class NotOurs(ValueError):
    """A file that is no list of ballots; says where and why, in English."""


def receipt(voter: bytes) -> str:
    """``K7QF3-M9D2X``: the first 50 bits. By pairs, for every vote is told its own."""
    bits = int.from_bytes(voter[:7]) >> 6
    middle = _PAIRS[bits >> 20 & 1023]
    first = f"{_PAIRS[bits >> 40]}{_PAIRS[bits >> 30 & 1023]}{middle[0]}"
    return f"{first}-{middle[1]}{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"


# --- making ----------------------------------------------------------------------------------


class Listing:
    """The list of one closed poll in the making: a page of ballots a look at the store, for it may
    be long and nobody shall wait."""

    def __init__(self, city: City, poll: Poll, tally: Tally) -> None:
        self._poll, self._total, self._after = poll, tally.ballots, b""
        self._head = _head(city, poll, tally)
        self._digest = hashlib.sha256(self._head.encode())

    def take(self, store: Store) -> bool:
        """The next page; False where there is none."""
        found = store.closed_ballots(self._poll.id, self._after, PAGE)
        if found:
            self._digest.update(lines(self._poll.paper, found))
            self._after = found[-1][0]
        return bool(found)

    def made(self) -> BallotList:
        return BallotList(self._poll.id, self._head, self._digest.hexdigest(), self._total)


def _head(city: City, poll: Poll, tally: Tally) -> str:
    closed = poll.closed_at
    return _written(
        {
            "format": FORMAT,
            "city": plain(city.name, city.language),
            "poll": poll.id,
            "kind": poll.kind,
            "question": poll.question,
            "options": poll.options,
            "least": poll.least,
            "most": poll.most,
            "closed_at": closed.strftime("%Y-%m-%dT%H:%M:%SZ") if closed else None,
            "ballots": tally.ballots,
            "counts": tally.counts,
            "withdrawn": [i + 1 for i in sorted(poll.withdrawn)],
        }
    )


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def lines(paper: Paper, ballots: Sequence[tuple[bytes, int]]) -> bytes:
    spoken = {answer: str(speak(paper, answer)).replace(" ", "") for _, answer in ballots}
    return "".join(f'["{receipt(voter)}",{spoken[answer]}]\n' for voter, answer in ballots).encode()


def speak(paper: Paper, answer: int) -> list[int]:
    """What a ballot says, for everybody to read: the numbers of its options, from 1 (of a
    ranking, best first); of points, those of each option; of words nothing, for they
    stand apart from receipts."""
    if paper.kind is Kind.POINTS:
        return read_points(answer, paper.size)
    return [i + 1 for i in paper.chosen(answer)]


def understand(paper: Paper, said: list[int]) -> int:
    """The other way. ValueError where no ballot of this poll says that."""
    options = [n - 1 for n in said]
    match paper.kind:
        case Kind.POINTS:
            answer = points(said)
        case Kind.WORDS:
            answer = 0
        case _ if any(not 0 <= i < paper.size for i in options):
            raise ValueError("an option that is not there")
        case Kind.SEVERAL:
            answer = several(options)
        case Kind.RANKING:
            answer = ranking(options)
        case _:
            answer = options[0] if len(options) == 1 else -1
    if speak(paper, answer) != said or not paper.takes(answer):
        raise ValueError("an answer that no ballot may give")
    return answer


# --- reading ---------------------------------------------------------------------------------


class _Head(msgspec.Struct):
    format: str
    poll: int
    kind: Kind
    question: dict[str, str]
    options: list[dict[str, str]]
    least: int
    most: int
    ballots: int
    counts: list[int]
    withdrawn: list[int] = []


class Recount(msgspec.Struct):
    """What a file says, and what its lines add up to. ``faults`` is empty where it is in order;
    ``mine`` are the answers beside the receipt that was looked for."""

    head: _Head
    tally: Tally
    sha256: str
    faults: list[str]
    mine: list[int]


def recount(file: Iterable[bytes], wanted: str = "") -> Recount:
    """Line by line, however long the file is. NotOurs where it can't be read."""
    digest, answers, faults, mine = hashlib.sha256(), dict[int, int](), list[str](), list[int]()
    rest = iter(file)
    head = _read_head(first := next(rest, b""))
    digest.update(first)
    gone = tuple(n - 1 for n in head.withdrawn)
    paper = Paper(head.kind, len(head.options), head.least, head.most, gone)
    before, known = "", dict[str, int]()
    for number, line in enumerate(rest, 2):
        digest.update(line)
        name, said = _read_line(line, number)
        if (answer := known.get(said)) is None:
            answer = known[said] = _answer(paper, said, number)
        answers[answer] = answers.get(answer, 0) + 1
        if name < before:
            faults.append(f"line {number}: the receipts are not in their order")
        if name == wanted:
            mine.append(answer)
        before = name
    tally = Tally(paper, answers)
    if tally.ballots != head.ballots:
        faults.append(f"{tally.ballots} ballots, where the head says {head.ballots}")
    if list(tally.counts) != head.counts:
        faults.append(f"the lines add up to {list(tally.counts)}, the head says {head.counts}")
    return Recount(head, tally, digest.hexdigest(), faults, mine)


def _read_head(line: bytes) -> _Head:
    try:
        head = msgspec.json.decode(line[:LONGEST_LINE], type=_Head)
    except msgspec.MsgspecError as error:
        raise NotOurs(f"line 1: not the head of a list of ballots ({error})") from None
    if head.format != FORMAT:
        raise NotOurs(f"line 1: the format is {head.format!r}, and this program reads {FORMAT!r}")
    return head


def _read_line(line: bytes, number: int) -> tuple[str, str]:
    """The receipt, and the rest as it is written, which few lines have differently."""
    name, comma, said = line[2:].partition(b'",')
    if not comma or len(line) > 1000 or line[:2] != b'["' or not said.endswith(b"]\n"):
        raise NotOurs(f"line {number}: not a ballot")
    return name.decode("ascii", "replace"), said[:-2].decode("ascii", "replace")


def _answer(paper: Paper, said: str, number: int) -> int:
    try:
        return understand(paper, msgspec.json.decode(said, type=list[int]))
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotOurs(f"line {number}: {error}") from None
