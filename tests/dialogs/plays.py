"""People who act in any order, and any act that is brought again: for the property-based tests."""

import itertools
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from core import links
from core.answers import Kind
from core.errors import Refusal
from core.events import Address, Command, Event, Person, Pressed, Said, Submitted
from core.inbox import Inbox
from core.messages import Reply
from core.model import ItemState, PollDraft, PollState, Shows, Survey, Tally, Words, WordsState
from core.people import Keyring, voter
from core.polls import life
from core.ports import Store
from core.surveys import definition, walk
from core.surveys import life as surveys
from core.texts import texts
from storage import Database
from tests.stage import CITY, GAPS, SECRET, START

ACCOUNTS = (("telegram", "11"), ("telegram", "12"), ("slack", "U1"), ("web", "b1"))
CLOSES = START + timedelta(days=3)
OPTIONS = tuple({"fi": name} for name in "ABC")
MOST = {Kind.POINTS: 3, Kind.RANKING: 3, Kind.SEVERAL: 2}
SIZES = {Kind.YES_NO: 3, Kind.SCALE: 5, Kind.WORDS: 0}
EDITOR = Person("slack", "U0EDITOR", "fi")


class Play:
    """Events by hand, so that any of them may be brought again. Time passes when it is told to;
    ``polls`` are those that are answered."""

    def __init__(self, database: Database) -> None:
        self.database, self.inbox = database, Inbox(CITY, Keyring(SECRET), GAPS)
        self.past: list[Event] = []
        self.now = START
        self.at_closing: dict[int, Tally] = {}
        self.ids = itertools.count(1)
        self.let_in: set[str] = set()
        self.listed: list[tuple[int, Words]] = []
        with database.begin() as store:
            self.polls = tuple(self.begin(store))

    def begin(self, store: Store) -> Iterable[int]:
        raise NotImplementedError

    def tick(self, store: Store) -> None:
        """The timetable closes what is due: late, by up to the whole of a wait."""
        raise NotImplementedError

    # --- acting

    def act(self, kind: str, who: int, what: object) -> None:
        if kind == "again":
            for event in self.past[who % len(self.past) :][:1] if self.past else ():
                self.handle(event)
        else:
            getattr(self, kind)(who, what)

    def press(self, who: int, action: object) -> None:
        self._new(Pressed, who, action=action, order=next(self.ids))

    def fill(self, who: int, filled: tuple[str, dict[str, str], str]) -> None:
        """A form's name, fields and state. Words are never the same twice."""
        name, fields, state = filled
        if "text" in fields:
            fields = {**fields, "text": f"{fields['text']} {next(self.ids)}"}
        self._new(Submitted, who, form=name, fields=fields, state=state)

    def say(self, who: int, poll: object) -> None:
        """In a private chat: what comes after the press is the answer."""
        self.press(who, f"ballot:{poll}")
        self._new(Said, who, text=f"Laituri {next(self.ids)}")

    def unlink(self, who: int, _: object) -> None:
        self.press(who, "unlink_yes")

    def forget(self, who: int, _: object) -> None:
        self.press(who, "forget_yes")

    def link(self, one: int, other: int) -> None:
        """As by the code that one account got and the other entered."""
        with self.database.begin() as store:
            here, there = (
                self.inbox._turn(store, self._event(Command, who, name="link"), self.now)
                for who in (one, other)
            )
            with suppress(Refusal):  # the same person already
                links.enter(there, links.offer(here))
                links.confirm(there)

    def edit(self, _: int, filled: tuple[str, dict[str, str], str]) -> None:
        """An editor's form: an option is withdrawn, a poll cancelled. Refused where it can't be."""
        self._edited(*filled)

    def wait(self, seconds: int, _: object) -> None:
        self.now += timedelta(seconds=seconds)
        with self.database.begin() as store:
            self.tick(store)

    def judge(self, n: int, yes: bool) -> None:
        """An editor lets the n-th answer in words in, or rejects it, in a list that was opened
        before the last such act: meanwhile it may have changed, or be gone."""
        with self.database.reading() as store:
            now = [
                (poll, each)
                for poll in self.polls
                for state in (WordsState.WAITING, WordsState.APPROVED)
                for each in sorted(store.words(poll, state, "", 99), key=lambda one: one.text)
            ]
        found, self.listed = self.listed or now, now
        for poll, words in found[n % len(found) :][:1] if found else ():
            named = {"approve" if yes else "reject": f"words:{poll}.{words.token}"}
            place = f"{ItemState.WAITING}:poll:{poll}:0"
            self._edited("desk_many", {**named, "rule": "spam", "reason": "Siksi."}, place)
            self.let_in = self.let_in | {words.text} if yes else self.let_in - {words.text}

    def _edited(self, form: str, fields: dict[str, str], state: str) -> Reply:
        return self.handle(
            Submitted(
                id=f"slack:{next(self.ids)}", who=EDITOR, where=Address("slack", "U0EDITOR"),
                at=self.now, form=form, fields=fields, state=state,
            )
        )  # fmt: skip

    def _new(self, kind: type[Event], who: int, **more: object) -> None:
        self.past.append(self._event(kind, who, **more))
        self.handle(self.past[-1])

    def _event(self, kind: type[Event], who: int, **more: object) -> Event:
        channel, account = ACCOUNTS[who]
        id = f"{channel}:{next(self.ids)}"
        where = Address(channel, account)
        return kind(id=id, who=Person(channel, account, "en"), where=where, at=self.now, **more)

    def handle(self, event: Event) -> Reply:
        with self.database.begin() as store:
            return self.inbox.handle(store, event, self.now)

    # --- what has to be true after each act

    def check(self) -> None:
        with self.database.reading() as store:
            people = self.people(store)
            tallies = store.tallies(set(self.polls))
            boxes = store.ballot_boxes(set(self.polls))
            for id in self.polls:
                tally, given = tallies[id], store.answers(id)
                assert tally == store.recount(id)
                assert len(given) == tally.ballots
                assert tally.given == Counter(given.values())
                assert all(tally.paper.takes(answer) for answer in given.values())
                if key := boxes[id].key:  # later links change nothing any more
                    assert tally.ballots <= len(people)
                    assert set(given) <= {voter(key, person) for person in people}
                else:
                    assert tally == self.at_closing.setdefault(id, tally)
                if tally.paper.kind is Kind.WORDS:
                    self._words(store, id, given if boxes[id].key else ())

    def people(self, store: Store) -> set[str]:
        names = [self.inbox.keyring.resident(*account) for account in ACCOUNTS]
        known = store.profiles(names)
        return {(name in known and known[name].person) or name for name in names}

    def _words(self, store: Store, poll: int, open_ballots: Iterable[bytes]) -> None:
        """Each ballot has its words, and of these are shown just those that were let in."""
        counts = store.words_counts(poll)
        assert sum(counts.values()) == store.tallies({poll})[poll].ballots
        assert all(store.own_words(poll, name) for name in open_ballots)
        assert {text for text, _, _ in store.approved_words(poll)} <= self.let_in
        assert counts[WordsState.APPROVED] == len(store.approved_words(poll))


class PollPlay(Play):
    """One poll of a kind, in which votes may be final."""

    def __init__(self, database: Database, kind: Kind, final: bool = False) -> None:
        self.kind, self.final = kind, final
        super().__init__(database)

    def begin(self, store: Store) -> Iterable[int]:
        options = OPTIONS if self.kind not in SIZES else ({"fi": "–"},) * SIZES[self.kind]
        draft = PollDraft(
            {"fi": "Mitä?"}, options, Shows.ALWAYS, START, CLOSES, (), EDITOR_KEY,
            kind=self.kind, most=MOST.get(self.kind, 1), final=self.final,
        )  # fmt: skip
        return [store.add_poll(draft, bytes(32), PollState.OPEN).id]

    def tick(self, store: Store) -> None:
        life.tick(store, CITY, self.now, GAPS)


EDITOR_KEY = f"{EDITOR.channel}:{EDITOR.account}"
SURVEY = """
title: {fi: Ranta}
closes: 2026-03-05 12:00
questions:
  - {name: uses, kind: yes_no, question: Käytkö}
  - {question: Milloin, kind: several, options: [A, B, C], when: {uses: 1}}
  - {question: Järjestys, kind: ranking, options: [A, B, C]}
  - {question: Sana, kind: words, when: {uses: [1, 3]}}
  - {name: age, background: true, question: Ikä, options: [A, B]}
  - {question: Pisteet, kind: points, most: 3, options: [A, B], when: {uses: 1, age: 2}}
"""
"""It closes when `CLOSES` is: at noon in Helsinki, three days after the start."""


class SurveyPlay(Play):
    """A survey of six: two depend on the first, and one on two others."""

    def begin(self, store: Store) -> Iterable[int]:
        draft = definition.read(CITY, texts("fi"), SURVEY, EDITOR_KEY, START)
        assert draft.closes_at == CLOSES
        return surveys.begin(self.inbox._turn(store, self._nobody(), START), draft).polls

    def _nobody(self) -> Event:
        return Command(id="-", who=EDITOR, where=Address("slack", "-"), at=START, name="-")

    def tick(self, store: Store) -> None:
        surveys.tick(self.inbox._turn(store, self._nobody(), self.now))

    def check(self) -> None:
        super().check()
        with self.database.reading() as store:
            survey = store.survey(1)
            assert survey is not None
            taking, people = store.taking_part(1), self.people(store)
            assert len(taking) == len(set(taking)) and set(taking) <= people
            if survey.state.over:
                assert not taking and survey.tables == ()  # four are too few for groups
                assert not any(box.key for box in store.ballot_boxes(set(self.polls)).values())
            else:
                for person in people:
                    self._way(store, survey, person)

    def _way(self, store: Store, survey: Survey, person: str) -> None:
        """What is asked is what the answers lead to, and the line of progress is true."""
        way = walk.way(store, survey, person)
        asked = [step.poll for step in survey.steps if walk.is_asked(step, way.chosen)]
        before = asked[: asked.index(way.now)] if way.now else asked
        assert way.now == walk.THROUGH or way.now in asked
        assert way.place == len(before) + 1
        assert way.back == (before[-1] if before else None)
        assert way.place - (not way.now) <= way.length <= len(survey.steps)
