"""The file of a closed poll's ballots: what is written is read, and what is changed is found."""

import base64
import hashlib
import json
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Kind, Paper, points, ranking, several
from core.model import Tally
from core.polls import ballot_list
from core.polls.ballot_list import NotOurs, lines, receipt, recount, speak, understand

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAPERS = {
    "single": (Paper(Kind.SINGLE, 3), 1, [2]),
    "yes_no": (Paper(Kind.YES_NO, 3), 0, [1]),
    "scale": (Paper(Kind.SCALE, 5), 4, [5]),
    "several": (Paper(Kind.SEVERAL, 4, 1, 3), several([0, 2]), [1, 3]),
    "points": (Paper(Kind.POINTS, 3, 0, 10), points([3, 0, 7]), [3, 0, 7]),
    "ranking": (Paper(Kind.RANKING, 4, 1, 4), ranking([2, 0, 1]), [3, 1, 2]),
}


def a_file(paper: Paper, answers: list[int], seed: int = 1, **head: object) -> bytes:
    """As `publish` makes it."""
    chance = random.Random(seed)
    ballots = sorted((chance.randbytes(16), answer) for answer in answers)
    tally = Tally(paper, {x: answers.count(x) for x in answers})
    options = [{"fi": f"V{i}"} for i in range(paper.size)]
    first = {
        "format": ballot_list.FORMAT, "poll": 7, "kind": paper.kind, "question": {"fi": "Mitä?"},
        "options": options, "least": paper.least, "most": paper.most, "ballots": len(answers),
        "counts": tally.counts, "withdrawn": [i + 1 for i in paper.gone], **head,
    }  # fmt: skip
    return json.dumps(first).encode() + b"\n" + lines(paper, ballots)


def read(file: bytes, wanted: str = "") -> ballot_list.Recount:
    return recount(file.splitlines(keepends=True), wanted)


@pytest.mark.parametrize("paper, answer, said", PAPERS.values(), ids=PAPERS)
def test_what_a_ballot_says(paper: Paper, answer: int, said: list[int]) -> None:
    assert speak(paper, answer) == said
    assert understand(paper, said) == answer


@pytest.mark.parametrize("paper, answer, said", PAPERS.values(), ids=PAPERS)
def test_a_file_in_order(paper: Paper, answer: int, said: list[int]) -> None:
    file = a_file(paper, [answer] * 5)
    found = read(file)
    assert found.faults == [] and found.tally == Tally(paper, {answer: 5})
    assert found.sha256 == hashlib.sha256(file).hexdigest()
    mine = file.splitlines()[3].split(b'"')[1].decode()
    assert read(file, mine).mine == [answer]
    assert read(file, "00000-00000").mine == []


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 2**32))
def test_any_ballots_are_found_again(answers: list[int], seed: int) -> None:
    found = read(a_file(Paper(Kind.SINGLE, 4), answers, seed))
    assert found.faults == []
    assert found.tally.counts == tuple(answers.count(i) for i in range(4))


def test_what_was_withdrawn_is_passed_over() -> None:
    """Ballots are as they were given, also those that say less than is asked of new ones."""
    paper = Paper(Kind.RANKING, 3, 3, 3, (1,))
    answers = [ranking([0, 1, 2]), ranking([1, 2, 0]), ranking([2, 0])]
    found = read(a_file(paper, answers))
    assert found.faults == []
    assert found.tally.answers == {ranking([0, 2]): 1, ranking([2, 0]): 2}
    assert found.tally.uncounted == {1: 2} and found.tally.counts == (1, 0, 2)
    old = a_file(Paper(Kind.SINGLE, 2), [0, 1]).replace(b', "withdrawn": []', b"")
    assert read(old).faults == []
    wrong = a_file(Paper(Kind.SINGLE, 3, 1, 1, (2,)), [0, 2], withdrawn=[])
    assert read(wrong).faults


SOME = a_file(Paper(Kind.SINGLE, 3), [0, 1, 1, 2])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (SOME.replace(b",[1]]", b",[2]]", 1), "the lines add up to"),
        (SOME[: SOME.rindex(b"[", 0, -8)], "3 ballots, where the head says 4"),
        (SOME + b'["ZZZZZ-ZZZZZ",[1]]\n', "5 ballots, where the head says 4"),
        (b"\n".join([*SOME.splitlines()[:1], *SOME.splitlines()[:0:-1]]) + b"\n", "order"),
    ],
    ids=["a vote changed", "a vote taken away", "a vote added", "another order"],
)
def test_a_file_that_was_changed(changed: bytes, fault: str) -> None:
    found = read(changed)
    assert any(fault in x for x in found.faults), found.faults
    assert found.sha256 != read(SOME).sha256


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "line 1"),
        (b"hello\n", "line 1"),
        (b"{" * 200_000, "line 1"),
        (SOME.replace(b"ballots-1", b"ballots-9"), "format"),
        (SOME + b"x\n", "line 6: not a ballot"),
        (SOME + b'["AAAAA-AAAAA",[4]]\n', "line 6: an option that is not there"),
        (SOME + b'["AAAAA-AAAAA",[1,2]]\n', "line 6: an answer that no ballot may give"),
        (SOME + b'["AAAAA-AAAAA",["1"]]\n', "line 6"),
        (SOME + b'["AAAAA-AAAAA",[99999999999999999999999]]\n', "line 6"),
        (SOME + b'["' + b"A" * 5000 + b'",[1]]\n', "line 6: not a ballot"),
        (SOME[:-1], "line 5: not a ballot"),
    ],
)
def test_what_is_no_list(file: bytes, why: str) -> None:
    with pytest.raises(NotOurs, match=why):
        read(file)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_receipts_stand_in_the_order_of_voters(one: bytes, other: bytes) -> None:
    assert (receipt(one) <= receipt(other)) or one > other
    assert len(receipt(one)) == 11


@given(st.binary(min_size=16, max_size=16))
def test_a_receipt_is_the_usual_base32_in_crockfords_letters(voter: bytes) -> None:
    letters = dict(zip(string.ascii_uppercase + "234567", CROCKFORD, strict=True))
    code = "".join(letters[letter] for letter in base64.b32encode(voter[:10]).decode()[:10])
    assert receipt(voter) == f"{code[:5]}-{code[5:]}"


def test_receipts_of_ten_thousand_are_different() -> None:
    chance = random.Random(1)
    assert len({receipt(chance.randbytes(16)) for _ in range(10_000)}) == 10_000
