"""The page's own counting, in JavaScript, says what the server's says."""

import json
from random import Random
from typing import Any

from core.answers import LISTS, MOST_POINTS, Kind, Paper, points, ranking, several
from core.model import Tally
from core.polls.ballot_list import speak
from core.polls.counting import mean, run_off, schulze
from tests.core.test_ballot_list import SOME, a_file, read
from tests.node.install import ask

FILES = 150


def a_paper(kind: Kind, chance: Random) -> Paper:
    size = {Kind.YES_NO: 3, Kind.SCALE: 5, Kind.WORDS: 0}.get(kind, chance.randint(2, 12))
    if kind is Kind.POINTS:
        return Paper(kind, size, 0, chance.randint(1, MOST_POINTS))
    if kind not in LISTS:
        return Paper(kind, size)
    gone = tuple(chance.sample(range(size), chance.choice([0, 0, 1, size - 1])))
    if kind in (Kind.SEVERAL, Kind.RANKING):
        return Paper(kind, size, 1, chance.randint(1, size), gone)
    return Paper(kind, size, gone=gone)


def an_answer(paper: Paper, chance: Random) -> int:
    if paper.kind is Kind.WORDS:
        return 0
    some = chance.sample(range(paper.size), chance.randint(1, min(paper.most, paper.size)))
    match paper.kind:
        case Kind.SEVERAL:
            return several(some)
        case Kind.RANKING:
            return ranking(some)
        case Kind.POINTS:
            given = [0] * paper.size
            for _ in range(chance.randint(0, paper.most)):
                given[chance.randrange(paper.size)] += 1
            return points(given)
    return chance.randrange(paper.size)


def counted(paper: Paper, answers: list[int]) -> dict[str, Any]:
    """What counting.js is to say, by the server's counting."""
    tally = Tally(paper, {x: answers.count(x) for x in answers})
    told: dict[str, Any] = {
        "counts": list(tally.counts),
        "total": len(answers),
        "mean": mean(tally.counts) if paper.kind is Kind.SCALE else None,
        "rounds": None,
        "winners": None,
        "schulze": None,
    }
    if paper.kind is not Kind.RANKING:
        return told
    rankings = {tuple(paper.chosen(x)): n for x, n in tally.answers.items()}
    instant = run_off(paper.size, rankings, paper.gone)
    pairs = schulze(paper.size, rankings, paper.gone)
    told["rounds"] = [[list(r.counts.items()), r.spent, r.out] for r in instant.rounds]
    told["winners"] = instant.winners
    told["schulze"] = {"order": pairs.order, "preferred": pairs.preferred}
    return told


def same(one: object, other: object) -> bool:
    return json.loads(json.dumps(one)) == json.loads(json.dumps(other))


def test_any_list_is_counted_as_the_server_counts_it() -> None:
    """Short ones are full of ties, and one in eight is empty."""
    chance, files, wanted = Random(7), [], []
    for n in range(FILES * len(Kind)):
        paper = a_paper(list(Kind)[n % len(Kind)], chance)
        votes = chance.choice([0, 1, 2, 3, 4, 6, 12, 60])
        answers = [an_answer(paper, chance) for _ in range(votes)]
        files.append(a_file(paper, answers, n).decode())
        wanted.append((paper, answers))
    ties = 0
    for file, (paper, answers), told in zip(files, wanted, ask("counting.js", files), strict=True):
        lines = [json.loads(line) for line in file.splitlines()[1:]]
        assert told.pop("receipts") == [[name, [said]] for name, said in lines]
        assert same(told, counted(paper, answers)), file
        assert sorted(said for _, said in lines) == sorted(speak(paper, x) for x in answers)
        ties += len(told["winners"] or ()) > 1
    assert ties > 10


def test_what_the_command_refuses_the_page_refuses() -> None:
    files = [
        SOME + b'["ZZZZZ-ZZZZZ",[4]]\n',
        SOME + b'["ZZZZZ-ZZZZZ",[0]]\n',
        SOME + b'["ZZZZZ-ZZZZZ",[1,2]]\n',
        SOME + b'["ZZZZZ-ZZZZZ",[]]\n',
        SOME + b'["ZZZZZ-ZZZZZ",["1"]]\n',
        SOME + b'["ZZZZZ-ZZZZZ",1]\n',
        SOME + b'["00000-00000",[1]]\n',
        SOME + b"x\n",
        SOME[:-1],
        SOME.replace(b"ballots-1", b"ballots-9"),
        b"",
        a_file(Paper(Kind.RANKING, 3, 1, 3), [ranking([0, 0])]),
        a_file(Paper(Kind.RANKING, 3, 2, 3), [ranking([0])]),
        a_file(Paper(Kind.SEVERAL, 3, 1, 1), [several([0, 1])]),
        a_file(Paper(Kind.POINTS, 3, 0, 3), [points([2, 2, 0])]),
        SOME.replace(b"[1]]", b"[1.5]]", 1),
    ]
    told = ask("counting.js", [file.decode() for file in files])
    assert all("error" in one for one in told), told
    assert "error" not in ask("counting.js", [SOME.decode()])[0]
    assert read(SOME).faults == []
