"""The report on a conversation: one HTML file that needs nothing else, and prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape

import numpy as np

from core.opinions.analysis import Analysis, Mode
from core.opinions.conversation import Conversation
from core.opinions.picture import bars, mark, opinion_picture, shape_of
from core.opinions.statements import Representative
from core.opinions.votes import Id, Ints, Tallies, Votes
from core.opinions.words import Words

FEWEST_SHOWN = 5
FEW_VOTES, MANY_PASSES = 10, 0.4
LISTED, UNSURE_LISTED = 5, 12
MOST_BARS = 400

STYLE = """
:root{color-scheme:light;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff}
body{max-width:60rem;margin:0 auto;padding:1.5rem}
h1{line-height:1.2;margin:.2em 0}h2{margin:2.2em 0 .4em;border-bottom:2px solid #ddd}
h3{margin:1.6em 0 .4em}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2rem;padding:0;list-style:none}
.figures b{display:block;font-size:1.7rem;line-height:1.1}
svg{width:100%;height:auto;border:1px solid #ddd;border-radius:.4rem}
.outline{fill-opacity:.08;stroke-width:1.5;stroke-dasharray:5 3}
.alone{fill:#999;fill-opacity:.6}.bar{fill:#0072b2}
svg.mark{width:1em;height:1em;border:0;vertical-align:-.1em}
.label{font:700 17px system-ui,sans-serif;text-anchor:middle;paint-order:stroke;stroke:#fff;
stroke-width:5px;stroke-linejoin:round}
table{border-collapse:collapse;width:100%;margin:.6em 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #ddd}
.said{table-layout:fixed}.said th:first-child{width:38%}.all th:first-child{width:62%}
td,th{overflow-wrap:break-word}.why p{margin:0}.why ul{margin:0 0 .5em;padding-left:1.4em}
.split{font-size:.9rem}
.split i{display:flex;height:.55rem;border-radius:.2rem;overflow:hidden;background:#ddd}
.split i b{background:#1b7837}.split i s{background:#762a83}
.note{color:#555;font-size:.92rem}.id{color:#555;white-space:nowrap}
@media print{:root{font-size:11pt}body{max-width:none;padding:0}h2,h3{break-after:avoid}
tr,svg{break-inside:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}@page{margin:16mm}}
"""


def report(
    conversation: Conversation,
    analysis: Analysis,
    language: str = "en",
    names: Mapping[str, str] | None = None,
) -> str:
    """In Finnish (fi), Swedish (sv) or English (en). `names` are the editors' names of groups by
    letter; the others are called by their letters. What fewer than five people of a group said
    is not told."""
    return _Report(conversation, analysis, Words(language), names or {}).page()


class _Report:
    def __init__(
        self,
        conversation: Conversation,
        analysis: Analysis,
        words: Words,
        names: Mapping[str, str],
    ) -> None:
        self.conversation, self.analysis, self.words = conversation, analysis, words
        self.text = {each.id: each.text for each in conversation.statements}
        self.names = {
            letter: names.get(letter) or words("Group {letter}", letter=letter)
            for letter in analysis.letters
        }

    def page(self) -> str:
        topic = escape(self.conversation.topic or self.words("Opinion groups"))
        parts = [
            self._head(topic),
            self._space(),
            self._groups(),
            self._agreed(),
            self._divided(),
            self._unsure(),
            self._over_time(),
            self._method(),
        ]
        return (
            f'<!doctype html>\n<html lang="{self.words.language}">\n<head>\n'
            '<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            f"<title>{topic}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            + "\n".join(part for part in parts if part)
            + "\n</main>\n</body>\n</html>\n"
        )

    # --- the parts ---------------------------------------------------------------------------

    def _head(self, topic: str) -> str:
        analysis = self.analysis
        figures = {
            "people": len(analysis.ballots.participants),
            "statements": len(self.conversation.statements) or len(analysis.ballots.statements),
            "votes": len(analysis.ballots),
            "groups": len(analysis.letters),
        }
        items = "".join(
            f"<li><b>{self.words.number(n)}</b>{self.words(what)}</li>"
            for what, n in figures.items()
        )
        paragraphs = "".join(
            f'<p dir="auto">{escape(line)}</p>'
            for line in self.conversation.description.splitlines()
            if line.strip()
        )
        return f'<h1 dir="auto">{topic}</h1>{paragraphs}<ul class="figures">{items}</ul>'

    def _space(self) -> str:
        words, analysis = self.words, self.analysis
        title = words("The opinion space")
        if not analysis.letters:
            none = words("There are no opinion groups: {why}", why=words(self._why_none()))
            return f"<h2>{title}</h2><p>{none}</p>"
        about = words(
            "Each mark is one person. People who voted alike are close together. The axes have no"
            " names: they are the two directions in which opinions differ most."
        )
        picture = opinion_picture(analysis, self.names, title)
        return f'<h2>{title}</h2><p class="note">{about}</p>{picture}{self._same_as_table()}'

    def _why_none(self) -> str:
        people = len(self.analysis.ballots.participants)
        if people < 2:
            return ("nobody has voted yet.", "one person alone has voted.")[people]
        return "everyone voted alike."

    def _same_as_table(self) -> str:
        """Each group's place and size, and below it what it thinks more than the others."""
        words, rows = self.words, list[str]()
        told = dict(zip(self.analysis.letters, self.analysis.representative, strict=True))
        for letter, count in sorted(self.analysis.members().items()):
            sign = mark(letter, words(shape_of(letter)))
            rows.append(self._row(escape(self.names[letter]), sign, count))
            if what := self._apart(told[letter] if count >= FEWEST_SHOWN else ()):
                rows.append(f'<tr class="why"><td colspan="4">{what}</td></tr>')
        if alone := int((self.analysis.group < 0).sum()):
            rows.append(self._row(words("No group"), "–", alone))
        names = ("Group", "Mark", "People", "Share")
        columns = "".join(f'<th scope="col">{words(name)}</th>' for name in names)
        caption = words("The same as a table")
        return f"<table><caption>{caption}</caption><tr>{columns}</tr>{''.join(rows)}</table>"

    def _row(self, name: str, sign: str, count: int) -> str:
        words, people = self.words, len(self.analysis.ballots.participants)
        return (
            f'<tr><th scope="row">{name}</th><td>{sign}</td><td>{words.number(count)}</td>'
            f"<td>{words.percent(count, people)}</td></tr>"
        )

    def _apart(self, told: Sequence[Representative]) -> str:
        parts = []
        sides = {True: "Agrees more than the others", False: "Disagrees more than the others"}
        for agree, title in sides.items():
            named = [self._named(each.place) for each in told if each.agree is agree]
            if named:
                items = "".join(f'<li dir="auto">{each}</li>' for each in named)
                parts.append(f"<p>{self.words(title)}</p><ul>{items}</ul>")
        return "".join(parts)

    def _groups(self) -> str:
        words, analysis = self.words, self.analysis
        if not analysis.letters:
            return ""
        parts = [f"<h2>{words('What each group stands for')}</h2>"]
        members = analysis.members()
        for number in sorted(range(len(analysis.letters)), key=lambda n: analysis.letters[n]):
            letter = analysis.letters[number]
            parts.append(
                f"<h3>{mark(letter)} {escape(self.names[letter])} ·"
                f" {words.number(members[letter])}</h3>"
            )
            if members[letter] < FEWEST_SHOWN:
                few = words("Fewer than {n} people: their opinions are not shown.", n=FEWEST_SHOWN)
                parts.append(f'<p class="note">{few}</p>')
            else:
                parts.append(self._stands_for(number, analysis.representative[number]))
        return "".join(parts)

    def _stands_for(self, number: int, told: Sequence[Representative]) -> str:
        own, everyone = self.analysis.by_group, self.analysis.by_group
        rest = Tallies(
            *(column.sum(axis=0, keepdims=True) - column for column in _columns(everyone))
        )
        rows = [
            (
                each.place,
                (self._split(own, number, each.place), self._split(rest, number, each.place)),
            )
            for each in told
        ]
        return self._table(rows, ("This group", "The others"))

    def _agreed(self) -> str:
        words, analysis = self.words, self.analysis
        found = (*analysis.consensus.agree, *analysis.consensus.disagree)
        about = words("Most people agree or disagree with these, whatever their group.")
        table = self._everyone([each.place for each in found])
        parts = [f'<h2>{words("What all agree on")}</h2><p class="note">{about}</p>{table}']
        best = [n for n in np.argsort(-analysis.group_informed_consensus) if self._counts(n)]
        if analysis.letters and best:
            about = words(
                "Statements with the highest group-informed consensus: every group tends to agree."
            )
            parts.append(f'<h3>{words("Groups together")}</h3><p class="note">{about}</p>')
            parts.append(self._by_groups(best[:LISTED]))
        return "".join(parts)

    def _divided(self) -> str:
        words, tallies = self.words, self.analysis.by_group
        p = (tallies.agrees + 1) / (tallies.seen + 2)
        if self.analysis.letters:
            about = "The groups are furthest from one another on these."
            apart = p.max(axis=0) - p.min(axis=0)
            seen = tallies.seen.min(axis=0) >= FEWEST_SHOWN
        else:
            about = "Opinions are split most evenly on these."
            q = (tallies.disagrees + 1) / (tallies.seen + 2)
            apart = np.minimum(p, q)[0]
            seen = tallies.seen[0] >= FEW_VOTES
        order = [n for n in np.argsort(-apart, kind="stable") if seen[n] and self._counts(n)]
        table = self._by_groups(order[:LISTED])
        return f'<h2>{words("What divides")}</h2><p class="note">{words(about)}</p>{table}'

    def _unsure(self) -> str:
        everyone = self.analysis.everyone
        seen, passes = everyone.seen[0], everyone.passes[0]
        order = [
            n
            for n in np.lexsort((-passes, seen)).tolist()
            if (seen[n] < FEW_VOTES or passes[n] > MANY_PASSES * seen[n]) and self._counts(n)
        ]
        about = self.words(
            "Fewer than {n} votes, or many passes: too little to say much.", n=FEW_VOTES
        )
        title = self.words("What is uncertain")
        table = self._everyone(order[:UNSURE_LISTED])
        return f'<h2>{title}</h2><p class="note">{about}</p>{table}'

    def _over_time(self) -> str:
        words = self.words
        days = votes_by_day(self.conversation.votes)
        if not days:
            return ""
        day, most = max(days, key=lambda each: each[1])
        told = words(
            "{votes} votes from {first} to {last}; most on {day}: {most}.",
            votes=words.number(sum(count for _, count in days)),
            first=words.day(days[0][0]),
            last=words.day(days[-1][0]),
            day=words.day(day),
            most=words.number(most),
        )
        title = words("Participation over time")
        picture = bars(days, told) if len(days) <= MOST_BARS else ""
        return f"<h2>{title}</h2><p>{told}</p>{picture}"

    def _method(self) -> str:
        about = self.words(
            "Groups are found from the votes alone, with the mathematics of Polis: principal"
            " components, k-means and silhouettes. People with fewer than seven votes are in no"
            " group when there are enough others. Percentages are of those who saw the statement."
        )
        order = {
            Mode.STABLE: "The same votes give the same groups, in whatever order they came.",
            Mode.POLIS: "The groups depend on the order in which people came, as in Polis.",
        }[self.analysis.mode]
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in self.conversation.notes)
        title = self.words("How this was computed")
        return f'<h2>{title}</h2><p class="note">{about} {self.words(order)}</p>{notes}'

    # --- tables ------------------------------------------------------------------------------

    def _counts(self, place: int) -> bool:
        return not self.analysis.left_out[place]

    def _everyone(self, places: Iterable[int]) -> str:
        everyone = self.analysis.everyone
        return self._table(
            [(place, (self._split(everyone, 0, place),)) for place in places], ("Everyone",)
        )

    def _by_groups(self, places: Iterable[int]) -> str:
        analysis = self.analysis
        if not analysis.letters:
            return self._everyone(places)
        order = sorted(range(len(analysis.letters)), key=lambda n: analysis.letters[n])
        members = analysis.members()
        order = [n for n in order if members[analysis.letters[n]] >= FEWEST_SHOWN]
        rows = [
            (place, tuple(self._split(analysis.by_group, n, place) for n in order))
            for place in places
        ]
        return self._table(rows, [self.names[analysis.letters[n]] for n in order], own=True)

    def _table(
        self, rows: Sequence[tuple[int, Sequence[str]]], columns: Sequence[str], own: bool = False
    ) -> str:
        """`own` column names are shown as they are, the others translated."""
        words = self.words
        if not rows:
            return f"<p>{words('Nothing here yet.')}</p>"
        heads = [escape(column) if own else words(column) for column in columns]
        head = "".join(f'<th scope="col">{each}</th>' for each in (words("Statement"), *heads))
        body = "".join(
            f'<tr><td dir="auto">{self._named(place)}</td>{"".join(cells)}</tr>'
            for place, cells in rows
        )
        kind = "said all" if len(columns) == 1 else "said"
        return f'<table class="{kind}"><tr>{head}</tr>{body}</table>'

    def _split(self, tallies: Tallies, group: int, place: int) -> str:
        """How one group voted on one statement, as a bar and as words."""
        words = self.words
        agrees, disagrees, seen = (int(column[group, place]) for column in _columns(tallies))
        if seen < FEWEST_SHOWN:
            return f'<td class="split">{words("fewer than {n} votes", n=FEWEST_SHOWN)}</td>'
        told = (
            f"{words.percent(agrees, seen)} {words('agree')}, "
            f"{words.percent(disagrees, seen)} {words('disagree')} · {words.number(seen)}"
        )
        widths = [100 * part / max(seen, 1) for part in (agrees, disagrees)]
        bar = (
            f'<i aria-hidden="true"><b style="width:{widths[0]:.0f}%"></b>'
            f'<s style="margin-left:auto;width:{widths[1]:.0f}%"></s></i>'
        )
        return f'<td class="split">{bar}{told}</td>'

    def _named(self, place: int) -> str:
        name: Id = self.analysis.ballots.statements[place]
        text = self.text.get(name, "")
        return f'{escape(text)} <span class="id">#{escape(str(name))}</span>'


def _columns(tallies: Tallies) -> tuple[Ints, Ints, Ints]:
    return tallies.agrees, tallies.disagrees, tallies.seen


def votes_by_day(votes: Votes) -> list[tuple[str, int]]:
    """Every day (UTC) from the first vote to the last; nothing where times are not known."""
    known = votes.at[votes.at >= 10**11]  # what is less is a row number, not a time
    if not len(known):
        return []
    numbers, found = np.unique(known // 86_400_000, return_counts=True)
    counts = Counter(dict(zip(numbers.tolist(), found.tolist(), strict=True)))
    first = datetime(1970, 1, 1, tzinfo=UTC)
    return [
        (f"{first + timedelta(days=day):%Y-%m-%d}", counts[day])
        for day in range(int(numbers[0]), int(numbers[-1]) + 1)
    ]
