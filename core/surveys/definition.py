"""A survey as an editor writes it (YAML): read whole, every fault told with its line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import yaml

from core import clean
from core.answers import MOST_OPTIONS, Kind
from core.city import City
from core.errors import Invalid, Lacking
from core.model import Fetched, PollDraft, Shows, SurveyDraft, SurveyStep
from core.polls import pictures
from core.polls.form import MONTHLY, WEEKLY, read_draft
from core.texts import LANGUAGES, Localized, Texts, texts

LIMIT = 20_000
MOST_POLLS = 30
DEPTH = 6
TITLE_LIMIT, INTRO_LIMIT, NAME_LIMIT = 150, 1000, 40
TOP = ("title", "intro", "chats", "opens", "closes", "repeats", "voters", "areas", "questions")
QUESTION = ("name", "kind", "question", "options", "links", "least", "most", "order", "background",
            "when")  # fmt: skip
PLACES = {"extras": "links"}
"""What stands elsewhere than the form has it."""
Node = yaml.Node
Fields = dict[str, Node]


class Faults(Exception):
    """What is wrong, as (line, words): lines from 1, in their order."""

    def __init__(self, found: list[tuple[int, str]]) -> None:
        self.found = sorted(set(found))
        super().__init__(f"{len(self.found)} faults")

    def told(self, t: Texts) -> list[str]:
        return [t("Line {n}: {what}", n=line, what=what) for line, what in self.found]


def read(
    city: City,
    t: Texts,
    words: str,
    created_by: str,
    now: datetime,
    find: pictures.Find = pictures.none,
    of_series: bool = False,
) -> SurveyDraft:
    """Raises `Faults`, in the language of ``t``. ``of_series``: one of many, whose times are not
    those that were written, and chats that the city no longer names are left out. ``find``:
    without it, addresses of pictures are links, and none is tried."""
    reader = _Reader(city, t, created_by, now, find, of_series)
    try:
        draft = reader.survey(_root(t, words))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Faults([(mark.line + 1 if mark else 1, t("This is no YAML."))]) from None
    if reader.faults or draft is None:
        raise Faults(reader.faults)
    if reader.lacking:
        raise Lacking(reader.lacking)
    return draft


def title(city: City, words: str) -> Localized:
    """As far as it can be read, of a survey that may be unfinished."""
    try:
        root = _root(texts("en"), words)
    except (Faults, yaml.YAMLError):
        return {}
    reader = _Reader(city, texts("en"), "", datetime.min)
    named = reader._words(reader._fields(root, TOP).get("title"))
    return {x: clean.short(name, TITLE_LIMIT) for x, name in named.items()}


def _root(t: Texts, words: str) -> Node:
    """Depth and aliases are looked at before anything is built of them."""
    if len(words) > LIMIT:
        raise Faults([(1, t("At most {limit} characters.", limit=LIMIT))])
    depth = 0
    for event in yaml.parse(words, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH or isinstance(event, yaml.AliasEvent):
            raise Faults([(event.start_mark.line + 1, t("This is no survey."))])
    root = yaml.compose(words, yaml.SafeLoader)
    if root is None:
        raise Faults([(1, t("Write the survey here."))])
    return root


class _Reader:
    def __init__(
        self,
        city: City,
        t: Texts,
        created_by: str,
        now: datetime,
        find: pictures.Find = pictures.none,
        of_series: bool = False,
    ) -> None:
        self.city, self.t, self.created_by, self.now = city, t, created_by, now
        self._find, self.of_series = find, of_series
        self.lacking: set[str] = set()
        self.faults: list[tuple[int, str]] = []

    def fault(self, node: Node, what: str) -> None:
        self.faults.append((node.start_mark.line + 1, what))

    def survey(self, root: Node) -> SurveyDraft | None:
        fields = self._fields(root, TOP)
        title = self._words(fields.get("title"), TITLE_LIMIT)
        intro = self._words(fields.get("intro"), INTRO_LIMIT)
        if not title:
            self.fault(fields.get("title", root), self.t("Write the title."))
        asked = self._items(fields.get("questions"))
        if not 1 <= len(asked) <= MOST_POLLS:
            what = self.t("Give 1 to {most} questions.", most=MOST_POLLS)
            self.fault(fields.get("questions", root), what)
            return None
        repeats = self._repeats(fields)
        names: dict[str, int] = {}
        made: list[PollDraft | None] = []
        steps = []
        for place, node in enumerate(asked):
            own = self._fields(node, QUESTION)
            background = self._flag(own.get("background"))
            made.append(self._poll(node, fields, own, background))
            when = tuple(self._conditions(own.get("when"), names, made))
            steps.append(SurveyStep(place, background, when))
            self._name(own.get("name"), names, place)
        polls = [poll for poll in made if poll]
        if self.faults or len(polls) < len(made):
            return None
        first = polls[0]
        drafts = tuple(replace(poll, chats=()) for poll in polls)
        return SurveyDraft(
            title, intro, first.opens_at, first.closes_at, first.chats, self.created_by,
            drafts, tuple(steps), repeats,
        )  # fmt: skip

    def _repeats(self, fields: Fields) -> str:
        said = self._scalar(fields.get("repeats"))
        if said not in ("", WEEKLY, MONTHLY):
            self.fault(fields["repeats"], self.t("Here belongs weekly or monthly."))
        elif said and "closes" not in fields:
            self.fault(fields["repeats"], self.t("A repeated survey needs a closing time."))
        return said

    # --- a question

    def _poll(self, node: Node, top: Fields, own: Fields, background: bool) -> PollDraft | None:
        """Checked as the form of a poll is; its faults are told where they were written."""
        filled = self._filled(top, own)
        kind = filled["kind"]
        if kind not in frozenset(Kind):
            self.fault(own["kind"], self.t("There is no such kind: {kind}", kind=kind))
            return None
        try:
            draft = read_draft(self.city, self.t, filled, self.created_by, self.now, self.find)
        except Invalid as invalid:
            for name, what in invalid.errors.items():
                key = PLACES.get(name, name.split("_")[0])
                missing = top.get("voters") if key == "areas" else None
                self.fault(top.get(key) or own.get(key) or missing or node, what)
            return None
        return self._background(node, draft) if background else draft

    def find(self, urls: Collection[str]) -> Mapping[str, Fetched]:
        """What is lacking is gathered, for all questions at once."""
        try:
            return self._find(urls)
        except Lacking as lacking:
            self.lacking |= lacking.urls
            return {}

    def _filled(self, top: Fields, own: Fields) -> dict[str, str]:
        """As the form of a poll would be."""
        filled = {"kind": self._scalar(own.get("kind")) or Kind.SINGLE, "shows": Shows.AFTER_CLOSE}
        for key in ("voters",) if self.of_series else ("opens", "closes", "voters"):
            filled[key] = self._scalar(top.get(key))
        for key in ("chats", "areas"):
            filled[key] = " ".join(map(self._scalar, self._items(top.get(key))))
        if self.of_series:
            known = {str(chat.address) for chat in self.city.chats}
            filled["chats"] = " ".join(x for x in filled["chats"].split() if x in known)
        for key in ("least", "most", "order"):
            if key in own:
                filled[key] = self._scalar(own[key])
        filled["extras"] = "\n".join(map(self._scalar, self._items(own.get("links"))))
        question = self._words(own.get("question"))
        options = [self._words(node) for node in self._items(own.get("options"))]
        for x in LANGUAGES:
            filled[f"question_{x}"] = question.get(x, "")
            filled[f"options_{x}"] = "\n".join(option.get(x, "") for option in options)
        return filled

    def _background(self, node: Node, draft: PollDraft) -> PollDraft | None:
        """With a way out as its last option."""
        if draft.kind is not Kind.SINGLE or len(draft.options) >= MOST_OPTIONS:
            what = self.t(
                "A background question has one choice of at most {n} options.", n=MOST_OPTIONS - 1
            )
            self.fault(node, what)
            return None
        rather_not = {x: _rather_not(texts(x)) for x in draft.question}
        return replace(draft, options=(*draft.options, rather_not))

    def _name(self, node: Node | None, names: dict[str, int], place: int) -> None:
        name = self._scalar(node)
        if node is None or not name:
            return
        if len(name) > NAME_LIMIT:
            self.fault(node, self.t("At most {limit} characters.", limit=NAME_LIMIT))
        elif name in names:
            self.fault(node, self.t("Two questions have this name."))
        names.setdefault(name, place)

    def _conditions(
        self, node: Node | None, names: Mapping[str, int], made: list[PollDraft | None]
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """``{cycling: [1, 2]}``: places of earlier questions, and options from 0."""
        if node is None:
            return
        for name, told in self._pairs(node):
            place = names.get(name.value)
            if place is None:
                self.fault(name, self.t("No question before this one has this name."))
                continue
            poll, options = made[place], []
            for one in self._items(told):
                number = self._scalar(one)
                good = number.isascii() and number.isdigit() and 0 < len(number) < 3
                if poll and not (good and 1 <= int(number) <= len(poll.options)):
                    most = len(poll.options)
                    self.fault(one, self.t("Give options by number, from 1 to {most}.", most=most))
                elif good:
                    options.append(int(number) - 1)
            if not options:
                self.fault(told, self.t("Say which options."))
            yield place, tuple(options)

    # --- nodes

    def _fields(self, node: Node, known: tuple[str, ...]) -> Fields:
        found: Fields = {}
        for key, value in self._pairs(node):
            if key.value not in known:
                name, words = clean.short(str(key.value), 40), ", ".join(known)
                told = self.t("Unknown here: {name}. Known: {known}.", name=name, known=words)
                self.fault(key, told)
            elif key.value in found:
                self.fault(key, self.t("This is there twice."))
            else:
                found[key.value] = value
        return found

    def _pairs(self, node: Node) -> list[tuple[yaml.ScalarNode, Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, self.t("Here belong names and values, as “name: value”."))
            return []
        good = [(k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode)]
        if len(good) < len(node.value):
            self.fault(node, self.t("Here belong names and values, as “name: value”."))
        return good

    def _items(self, node: Node | None) -> list[Node]:
        """One alone is a list of one."""
        if node is None:
            return []
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def _scalar(self, node: Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, self.t("Here belongs one value."))
            return ""
        return clean.line(node.value)

    def _flag(self, node: Node | None) -> bool:
        words = self._scalar(node)
        if words not in ("", "true", "false"):
            self.fault(node or yaml.ScalarNode("", ""), self.t("Here belongs true or false."))
        return words == "true"

    def _words(self, node: Node | None, limit: int = LIMIT) -> Localized:
        """By language; words alone are in the city's own."""
        if node is None:
            return {}
        if isinstance(node, yaml.MappingNode):
            by = {x: self._scalar(n) for x, n in self._fields(node, LANGUAGES).items()}
        else:
            by = {self.city.language: self._scalar(node)}
        if any(len(words) > limit for words in by.values()):
            self.fault(node, self.t("At most {limit} characters.", limit=limit))
        return {x: words for x, words in by.items() if words}


def _rather_not(t: Texts) -> str:
    return t("Rather not say")
