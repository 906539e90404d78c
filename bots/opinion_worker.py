"""The worker that knows opinions: ``python -m bots.opinion_worker``. Nothing may import this
module before it is needed, since it loads numpy and scipy.

It makes groups, the report, exports, and the order of a picture, each from all votes at once.
"""

import io
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import msgspec
import numpy as np

from bots.opinion_orders import Made, Order
from bots.worker import Scatter, serve
from core.model import FEW, GroupFigures, Stand, StatementFigures
from core.opinions import (
    Analysis,
    Conversation,
    Statement,
    Votes,
    analyse,
    priorities,
    write_export,
    write_older_export,
)
from core.opinions.picture import outline, style_of
from core.opinions.report import report
from core.opinions.statements import Agreed
from core.opinions.votes import Id
from core.opinions.words import Words

MOST_DOTS = 3000
HOUR = 3600


def make(encoded: bytes) -> bytes:
    """What an `Order` wants: for groups a `Made`, for a space the `Scatter` to draw."""
    order = msgspec.msgpack.decode(encoded, type=Order)
    return MAKERS[order.want](order)


def read(order: Order, hours: bool = True) -> tuple[Conversation, Analysis]:
    """``hours``: of times only the hour is told. Exact moments would tell one person's votes in
    two exports; only who has several votes on one statement needs them."""
    people = tuple(range(len(order.letters)))
    seconds = np.frombuffer(order.at, np.float64)
    at = seconds // HOUR * HOUR * 1000 if hours else seconds * 1_000_000
    columns = [
        np.frombuffer(order.person, np.int32),
        np.frombuffer(order.statement, np.int32),
        np.frombuffer(order.value, np.int8),
        at.astype(np.int64),
    ]
    ids, place = np.unique(columns[1], return_inverse=True)
    important = np.frombuffer(order.important, np.bool_)
    votes = Votes(people, tuple(ids.tolist()), columns[0], place, columns[2], columns[3], important)
    statements = tuple(
        Statement(
            each.id,
            each.text,
            each.author,
            each.at // HOUR * HOUR * 1000,
            each.moderated,
            seed=each.seed,
        )
        for each in order.statements
    )
    before = {n: letter or None for n, letter in enumerate(order.letters)}
    analysis = analyse(votes, statements, previous=before)
    told = Conversation(order.topic, order.description, statements, votes, url=order.url)
    return told, analysis


def groups(order: Order) -> bytes:
    _, analysis = read(order, hours=False)
    ids = analysis.ballots.statements
    names = analysis.letter_of()
    members = analysis.members()
    stands = zip(analysis.letters, analysis.representative, strict=True)
    both = analysis.consensus
    made = Made(
        tuple(names.get(n) or "" for n in range(len(order.letters))),
        len(analysis.ballots),
        analysis.moved,
        {int(id): value for id, value in priorities(analysis).items()},
        _figures(analysis),
        {
            letter: GroupFigures(
                members[letter], tuple(_stand(ids, each, each.agree) for each in told)
            )
            for letter, told in stands
        },
        (
            *(_stand(ids, each, True) for each in both.agree),
            *(_stand(ids, each, False) for each in both.disagree),
        ),
    )
    return msgspec.msgpack.encode(made)


def _stand(ids: Sequence[Id], found: Agreed, agree: bool) -> Stand:
    return Stand(int(ids[found.place]), bool(agree))


def _figures(analysis: Analysis) -> dict[int, StatementFigures]:
    tallies = analysis.everyone
    columns = (tallies.agrees[0], tallies.disagrees[0], tallies.passes[0],
               analysis.group_informed_consensus)  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {
        int(id): StatementFigures(*row)
        for id, row in zip(analysis.ballots.statements, rows, strict=True)
    }


def page(order: Order) -> bytes:
    told, analysis = read(order)
    return report(told, analysis, order.language, order.names).encode()


def space(order: Order) -> bytes:
    """Of a crowd a part is drawn, spread evenly over it. Groups of fewer than five are unnamed."""
    _, analysis = read(order)
    places = analysis.space.people
    step = len(places) // MOST_DOTS + 1
    group = [analysis.letters[g] if g >= 0 else "" for g in analysis.group.tolist()]
    sizes = analysis.members()
    dots = tuple(
        (round(x, 4), round(y, 4), style_of(letter) if letter else -1)
        for (x, y), letter in list(zip(places.tolist(), group, strict=True))[::step]
    )
    labels, outlines, words = {}, {}, Words(order.language)
    for n, letter in enumerate(analysis.letters):
        if sizes[letter] >= FEW:
            name = order.names.get(letter) or words("Group {letter}", letter=letter)
            labels[style_of(letter)] = (name, sizes[letter])
            outlines[style_of(letter)] = tuple(outline(places[analysis.group == n]))
    return msgspec.json.encode(Scatter(order.topic, dots, labels, outlines))


def export(order: Order) -> bytes:
    return _zipped(order, write_export)


def older(order: Order) -> bytes:
    return _zipped(order, write_older_export)


def _zipped(order: Order, write: Callable[[Path, Conversation, Analysis], None]) -> bytes:
    """With people under new numbers."""
    told, analysis = read(order)
    told = told.renamed(Random(secrets.randbits(128)))
    before = dict(zip(told.votes.participants, order.letters, strict=True))
    analysis = analyse(told.votes, told.statements, previous=before)
    made = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(made, "w", 8) as packed:
        write(Path(folder), told, analysis)
        for path in sorted(Path(folder).iterdir()):
            packed.write(path, path.name)
    return made.getvalue()


MAKERS: dict[str, Callable[[Order], bytes]] = {
    "groups": groups,
    "report": page,
    "space": space,
    "export": export,
    "older": older,
}


if __name__ == "__main__":
    serve(make)
