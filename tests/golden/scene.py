"""A city in the middle of things: one of every message, on a real database at a fixed time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from core import links, staff, talk, unsent
from core.city import Official
from core.desk import Turn
from core.events import Address, Person
from core.inbox import restored
from core.markers import hide
from core.messages import Form, Message, Reply
from core.model import (
    Ballot,
    BallotList,
    Grounds,
    Plan,
    PlanState,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Show,
    Shows,
    Step,
)
from core.officials import digest_ask
from core.people import Keyring
from core.polls import board, care, planning, plans
from core.polls.acts import close_ask
from core.polls.mending import mend_form
from core.polls.shown import poll_for, poll_list
from core.ports import Store
from core.questions import cards, following, forms, lists, told
from core.questions.drafts import Draft
from core.questions.reminders import Level
from core.questions.states import Act
from core.texts import texts
from core.views import render
from tests.golden import desk
from tests.stage import CITY, GAPS, GROUP, SECRET, START, three

Shown = Message | Form
KEYRING = Keyring(SECRET)
RESIDENT = KEYRING.resident("telegram", "11")
ENGINEER, EDITOR = CITY.officials[0], CITY.officials[2]
SNOW = three(
    "Milloin Koulukatu aurataan? Lumi on ollut kadulla jo kolme päivää.",
    "När plogas Skolgatan? Snön har legat på gatan i tre dagar.",
    "When is School Street ploughed? The snow has been there for three days.",
)
ANSWER = three(
    "Koulukatu aurattiin tänä aamuna. Seuraavan lumisateen jälkeen se aurataan vuorokaudessa.",
    "Skolgatan plogades i morse. Efter nästa snöfall plogas den inom ett dygn.",
    "School Street was ploughed this morning. After the next snowfall it takes a day at most.",
)
MORE = three(
    "Tarkoitatko ajorataa vai jalkakäytävää?",
    "Menar du körbanan eller trottoaren?",
    "Do you mean the roadway or the pavement?",
)
REASON = three(
    "Koulukatu on yksityistie, jota kaupunki ei hoida.",
    "Skolgatan är en enskild väg som staden inte sköter.",
    "School Street is a private road, which the city does not look after.",
)
BRIDGE = three(
    "Mihin uusi kävelysilta rakennetaan?", "Var byggs den nya gångbron?",
    "Where should the new footbridge be built?",
)  # fmt: skip
PLACES = (
    three("Rantapuistoon", "Till Strandparken", "In the Shore Park"),
    three("Torin viereen", "Bredvid torget", "Next to the market square"),
    three("En osaa sanoa", "Jag kan inte säga", "I cannot say"),
)


class Scene:
    """Polls 1 to 4 (open, to voters, after closing, closed), question numbers by state."""

    def __init__(self, store: Store, language: str) -> None:
        self.store, self.language = store, language
        self._polls()
        self.numbers = {name: self._question(**more) for name, more in self._questions()}
        self.steps: dict[str, int] = {}
        self._steps()

    # --- what has happened

    def poll(self, shows: Shows, state: PollState, votes: tuple[int, ...] = ()) -> int:
        closes = START + timedelta(days=9, hours=4)
        draft = PollDraft(BRIDGE, PLACES, shows, START, closes, (GROUP,), EDITOR.key)
        opened = PollState.SCHEDULED if state is PollState.SCHEDULED else PollState.OPEN
        id = self.store.add_poll(draft, bytes(32), opened).id
        ballots = [
            Ballot(id, f"{voter:032x}", option, "telegram" if voter % 3 else "web", voter, START)
            for voter, option in enumerate(o for o, n in enumerate(votes) for _ in range(n))
        ]
        self.store.put_ballots(ballots)
        if state is PollState.CLOSED:
            self.store.close_poll(id, START)
            self.store.put_ballot_list(BallotList(id, "{}\n", "5ha256" * 10 + "5ha2", sum(votes)))
        return id

    def _polls(self) -> None:
        self.poll(Shows.ALWAYS, PollState.OPEN, (7, 4, 1))
        self.poll(Shows.AFTER_VOTE, PollState.OPEN, (1, 0, 0))
        self.poll(Shows.AFTER_CLOSE, PollState.OPEN, (2, 3, 0))
        self.poll(Shows.ALWAYS, PollState.CLOSED, (812, 430, 5))
        self.poll(Shows.ALWAYS, PollState.SCHEDULED)
        self.store.cancel_poll(self.poll(Shows.ALWAYS, PollState.OPEN, (3, 2, 1)), START)
        self.store.add_poll_step(4, START, "corrected", EDITOR.key, {})
        self.next = self.store.add_poll_step(4, START, "followed_up", EDITOR.key, ANSWER).id
        fields = {"question_fi": self.of(BRIDGE), "options_fi": "Rantaan\nTorille",
                  "chats": str(GROUP), "kind": "single"}  # fmt: skip
        for state in PlanState:
            plan = Plan(0, fields, state, EDITOR.key, START, due=START)
            self.store.add_plan(plan)
        self.store.add_poll_step(6, START, "cancelled", EDITOR.key, REASON)

    def _questions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        taken = {"official": ENGINEER.key}
        done = {**taken, "answered_at": START, "publish": Publish.DIGEST}
        answered = {**done, "state": QuestionState.ANSWERED, "answer": ANSWER}
        yield "waiting", {"state": QuestionState.WAITING}
        yield "taken", {"state": QuestionState.TAKEN, **taken}
        yield "asked", {"state": QuestionState.ASKED, **taken}
        yield "answered", answered
        yield "private", {**answered, "publish": Publish.PRIVATE}
        yield "declined", {**done, "state": QuestionState.DECLINED, "reason": self.of(REASON)}
        yield "desk", {"state": QuestionState.WAITING, "department": "desk", "theme": None}
        yield "moderation", {"state": QuestionState.MODERATION, "department": "desk"}
        proposed = {"answer": {"fi": ANSWER["fi"]}, "publish": Publish.DIGEST}
        yield "approval", {"state": QuestionState.APPROVAL, **taken, **proposed}
        reason = {"reason": self.of(REASON), "grounds": Grounds.NOT_OURS, "whose": "Tiekunta"}
        not_ours = {**done, **reason, "publish": Publish.PAGE}
        yield "not ours", {"state": QuestionState.DECLINED, **not_ours}
        yield "merged", {**done, "state": QuestionState.MERGED, "merged_into": 4}
        yield "withdrawn", {"state": QuestionState.WITHDRAWN}
        links = {"links": (("Aurauskartta", "https://example.test/kartta"),)}
        yield "linked", {**answered, **links}
        hidden = self.of(SNOW) + f" {hide('040 123 4567')[0]}"
        yield "amended", {**answered, "text": hidden}
        yield "doubted", {"state": QuestionState.WAITING, "publish": Publish.PRIVATE}

    def _question(self, **more: Any) -> int:
        given = {
            "number": 0, "text": self.of(SNOW), "language": self.language, "theme": "winter",
            "department": "streets", "asker": RESIDENT, "asker_channel": "telegram",
            "official": None, "received_at": START - timedelta(hours=2), **more,
        }  # fmt: skip
        return self.store.add_question(Question(**given)).number

    def _steps(self) -> None:
        """All kinds of them, in the history of one question."""
        words = {"asked": self.of(MORE), "replied": self.of(SNOW), "answered": self.of(ANSWER),
                 "declined": self.of(REASON), "moved": self.of(MORE)}  # fmt: skip
        for name in ("waiting", "taken"):
            received = Step(START, Act.RECEIVE.value, "resident", QuestionState.WAITING)
            self.store.add_step(self.numbers[name], received)
        read = Step(START, Act.ADMIT, EDITOR.key, QuestionState.WAITING)
        self.store.add_step(self.numbers["waiting"], read)
        doubted = Step(START, Act.RECEIVE, "resident", QuestionState.WAITING, "", {"doubted": True})
        self.store.add_step(self.numbers["doubted"], doubted)
        for name in ("answered", "private", "linked"):
            end = Step(START, Act.ANSWER.value, ENGINEER.key, QuestionState.ANSWERED)
            self.store.add_step(self.numbers[name], end)
        amended = {"answer": {x: MORE[x] for x in ("fi", "sv")}, "links": [["Kartta", "https://a"]]}
        step = Step(START, Act.AMEND.value, EDITOR.key, QuestionState.ANSWERED, "", amended)
        self.store.add_step(self.numbers["amended"], step)
        details = {"handed": {"to": ENGINEER.key}, "merged": {"into": 4}}
        for kind in Act:
            by = {Act.RECEIVE: "resident", Act.REPLY: "resident", Act.ROUTE: "city"}.get(kind)
            step = Step(
                START, kind.value, by or ENGINEER.key, QuestionState.ASKED, words.get(kind, ""),
                details.get(kind, {}),
            )  # fmt: skip
            self.store.add_step(self.numbers["asked"], step)
            self.steps[kind] = len(self.store.steps(self.numbers["asked"])) - 1

    def of(self, content: dict[str, str]) -> str:
        return content[self.language]

    # --- what is shown of it

    def view(self, view: str, **args: Any) -> Message:
        return render(self.store, CITY, Show(view, args), self.language, START)

    def views(self) -> Iterator[tuple[str, Shown]]:
        """Every message of `core.views.VIEWS`."""
        n, asked = self.numbers, self.numbers["asked"]
        states = ("always", "after_vote", "after_close", "closed", "scheduled", "cancelled", "gone")
        for id, name in enumerate(states, 1):
            yield f"poll {name}", self.view("poll", id=id)
            yield f"poll_result {name}", self.view("poll_result", id=id)
        yield "poll_reminder", self.view("poll_reminder", id=1)
        yield "poll_plan draft", self.view("poll_plan", id=1)
        yield "poll_plan waiting", self.view("poll_plan", id=2)
        yield "poll_plan gone", self.view("poll_plan", id=99)
        yield "poll_reminder too late", self.view("poll_reminder", id=4)
        yield from desk.views(self, START)
        yield "poll_next", self.view("poll_next", step=self.next)
        yield "survey gone", self.view("survey", id=99)
        yield "survey_result gone", self.view("survey_result", id=99)
        yield "survey_reminder gone", self.view("survey_reminder", id=99)
        yield "bridge_vote", self.view("bridge_vote", xid="9f", tid=3, vote=1)
        event = {"key": "msg_9f", "event": "poll.closed", "id": 1, "at": "2026-03-02T10:00:00Z"}
        yield "webhook", self.view("webhook", **event)
        for name in ("conversation", "statement", "conversation_result"):
            yield f"{name} gone", self.view(name, id=99)
        let_in = {"number": n["waiting"], "department": "streets"}
        yield "admitted", self.view("admitted", **let_in)
        yield "taken", self.view("taken", number=n["taken"])
        yield "moved", self.view("moved", number=n["desk"], department="desk")
        yield "asked", self.view("asked", number=asked, step=self.steps["asked"])
        yield "declined", self.view("declined", number=n["declined"])
        yield "declined not ours", self.view("declined", number=n["not ours"])
        yield "merged", self.view("merged", number=n["merged"])
        yield "joined_by", self.view("joined_by", number=n["waiting"])
        yield "made_private", self.view("made_private", number=n["private"])
        yield "made_public", self.view("made_public", number=n["waiting"])
        yield "reopened", self.view("reopened", number=n["waiting"])
        yield "followed", self.view("followed", number=n["answered"])
        yield "followed private", self.view("followed", number=n["private"])
        yield "corrected", self.view("corrected", number=n["linked"])
        yield "answer_post taken back", self.view("answer_post", number=n["private"])
        yield "answer_post linked", self.view("answer_post", number=n["linked"])
        yield "answered", self.view("answered", number=n["answered"])
        yield "answered in private", self.view("answered", number=n["private"])
        yield "answer_post", self.view("answer_post", number=n["answered"])
        yield "digest", self._digest(5)
        yield "digest of one poll", self._digest(0)
        places = {"moderation": "desk"}
        for name, number in n.items():
            yield (
                f"question_card {name}",
                self.view("question_card", number=number, department=places.get(name, "streets")),
            )
        for kind, step in self.steps.items():
            yield f"note {kind}", self.view("note", number=asked, step=step)
        for level in Level:
            show = {"number": n["taken"], "level": int(level), "to": ENGINEER.key}
            yield f"reminder {level.name}", self.view("reminder", **show)
        yield "reminder to nobody", self.view("reminder", number=n["waiting"], level=1, to=None)
        late = {"number": n["amended"], "days": 3, "to": ENGINEER.key}
        yield "approval_reminder", self.view("approval_reminder", **late, place=0)
        yield "approval_reminder gone", self.view("approval_reminder", **late, place=9)
        called = {"numbers": [n["taken"]], "to": ENGINEER.key}
        for why in ("handed", "replied", "reopened", "returned"):
            yield f"called {why}", self.view("called", **called, why=why)
        two = [n["taken"], n["asked"]]
        yield "called all", self.view("called", numbers=two, to=ENGINEER.key, why="all")
        duty = {"numbers": [n["waiting"]], "to": ENGINEER.key, "why": "duty"}
        yield "called duty", self.view("called", **duty)
        gone = {"numbers": [n["answered"]], "to": ENGINEER.key, "why": "handed"}
        yield "called gone", self.view("called", **gone)
        late = [[number, 30 - number] for number in n.values()]
        yield "escalation", self.view("escalation", rows=late)
        week = {"department": "streets", "week": 9, "new": 4, "answered": 3}
        yield "summary", self.view("summary", **week, overdue=[1, 2], days=7.5)
        yield "summary quiet", self.view("summary", **week, overdue=[], days=None)
        yield "joined", self.view("joined", address="telegram:-1007", title="Kyläyhdistys")
        yield "joined untitled", self.view("joined", address="telegram:-1007", title="")
        yield "trouble", self.view("trouble", address="slack:C0DESK", reason="not_in_channel")
        faults = [f"config/city.yaml, chats[{i}].digest (line {i}): <never>" for i in range(7)]
        yield "city_edited faults", self.view("city_edited", why="faults", what=faults)
        waits = ["timezone", "chats: address, threads"]
        yield "city_edited restart", self.view("city_edited", why="restart", what=waits)

    def _digest(self, answers: int) -> Message:
        items: list[tuple[str, int]] = [("answers", self.numbers["answered"])] * answers
        items += [("open", 1), ("open", 3), ("results", 4)] if answers else [("open", 1)]
        items += [("next", self.next)] if answers else []
        more = {"answers": 2} if answers else {}
        return self.view("digest", items=items, more=more, at=START.isoformat())

    def turn(self, who: Person, private: bool = True, later: int = 0) -> Turn:
        where = Address(who.channel, who.account) if private else GROUP
        resident = KEYRING.resident(who.channel, who.account)
        now = START + timedelta(days=later)
        return Turn(
            self.store, CITY, now, GAPS, who, resident, where, private, texts(self.language),
            KEYRING, resident, now,
        )  # fmt: skip

    def residents(self) -> Iterator[tuple[str, Shown]]:
        """What residents are shown while they act."""
        me = self.turn(Person("telegram", "11"))
        group = self.turn(Person("telegram", "11"), private=False)
        answered = self._found("answered")
        draft = Draft(self.of(SNOW), "winter", "streets", ("lumi", "snö", "snow"), "0a1b2c3d")
        unclear = Draft(self.of(MORE), None, "desk", (), "0a1b2c3d")
        seen = {"hidden": ("phone", "email"), "own_case": True}
        private = Draft(self.of(SNOW), "winter", "streets", (), "0a1b2c3d", **seen)
        waiting = self._found("waiting")
        poll = self.store.poll(1)
        hidden = self.store.poll(2)
        assert poll and hidden
        yield "welcome", talk.welcome(me)
        yield "help", talk.help_page(me)
        yield "ask_prompt", talk.ask_prompt(me)
        yield "ask_prompt in a group", talk.ask_prompt(group)
        yield "understood", talk.understood(me, draft, [answered])
        yield "understood unclear", talk.understood(me, unclear, [])
        yield "understood one's own case", talk.understood(me, private, [answered, waiting])
        yield "choose_theme", talk.choose_theme(me, "0a1b2c3d")
        yield "receipt", told.receipt(me, self._found("waiting"))
        yield "mine", told.mine(me, [self._found(name) for name in self.numbers])
        yield "mine with a followed one", told.mine(me, [answered], [waiting])
        yield "receipt of one's own case", told.receipt(me, self._found("private"))
        yield "receipt of a doubted case", told.receipt(me, self._found("doubted"))
        other = self.turn(Person("telegram", "12"))
        yield "waiting_list", following.waiting_list(other, [self._found("taken"), waiting])
        yield "waiting_list empty", following.waiting_list(me, [])
        yield "open_page", following.open_page(other, waiting)
        yield "mine empty", told.mine(me, [])
        yield "poll_for", poll_for(me, poll, 1)
        yield "poll_for hidden", poll_for(me, hidden, 0)
        yield "poll_list", poll_list(me, True)
        yield "poll_list in a group", poll_list(group, False)
        yield "question_page", told.question_page(me, self._found("taken"))
        for name in ("taken", "answered"):
            buttons = told.own_buttons(me, self._found(name))
            page = told.question_page(me, self._found(name), buttons)
            yield f"question_page of one's own, {name}", page
        yield "question_page merged", told.question_page(me, self._found("merged"))
        yield "receipt in moderation", told.receipt(me, self._found("moderation"))
        yield "withdraw_ask", told.withdraw_ask(me, self._found("taken"))
        yield "choose_language", talk.choose_language(me)
        yield "confirm_forget", talk.confirm_forget(me)
        yield "link_code", links.code_page(me, "K7QF3M9D")
        yield "link_question", links.question(me)
        yield "link_in_a_group", links.come_in_private(group)
        yield "ask_form", talk.ask_form(me)
        yield "confirm_form", talk.confirm_form(me, draft, [answered])
        yield "confirm_form own case", talk.confirm_form(me, private, [answered, waiting])
        yield "confirm_form unclear", talk.confirm_form(me, unclear, [])

    def officials(self) -> Iterator[tuple[str, Shown]]:
        """What officials are shown in their workplace; forms as the inbox gives them."""
        engineer = self.turn(person(ENGINEER))
        number, left = str(self._found("waiting").number), {"reason": self.of(ANSWER)}
        unsent.keep(engineer, ENGINEER.key, "decline", number, left)
        for name, shown in self._officials():
            if isinstance(shown, Form):
                shown = restored(engineer, Reply(form=shown)).form or shown
            yield name, shown

    def _officials(self) -> Iterator[tuple[str, Shown]]:
        editor, engineer = self.turn(person(EDITOR)), self.turn(person(ENGINEER))
        question = self._found("waiting")
        answer = {"answer": {self.language: self.of(ANSWER)}, "publish": Publish.DIGEST}
        filled = {f"answer_{self.language}": self.of(ANSWER)}
        poll, hidden = self.store.poll(1), self.store.poll(3)
        assert poll and hidden
        yield "menu", staff.menu(engineer, ENGINEER)
        yield "menu of an editor", staff.menu(editor, EDITOR)
        yield "help", staff.help_page(engineer, ENGINEER)
        yield "help of an editor", staff.help_page(editor, EDITOR)
        yield "waiting", lists.waiting(engineer, ENGINEER)
        yield "waiting for nobody", lists.waiting(editor, Official("slack", "U9", {}, ()))
        yield "unassigned", lists.unassigned(engineer, ENGINEER)
        yield "overdue", lists.overdue(self.turn(person(ENGINEER), later=60), ENGINEER)
        yield "acts", cards.acts(engineer, question)
        yield "full_card", cards.full_card(engineer, self._found("asked"))
        yield "private_ask", cards.private_ask(engineer, question)
        yield "home", staff.home(editor, EDITOR)
        later = self.turn(person(ENGINEER), later=60)
        yield "home of an engineer, later", staff.home(later, ENGINEER)
        yield "poll_list", board.poll_list(editor, EDITOR)
        yield "results", board.results(engineer, poll)
        yield "results hidden", board.results(engineer, hidden)
        yield "close_ask", message(close_ask(editor, "1"))
        yield "plans", message(planning.plan_list(editor))
        yield "plan preview", message(planning.look(editor, "2"))
        plan = self.store.plan(1)
        assert plan
        draft = plans.read(editor, plan.fields, EDITOR.key)
        yield "preview of a poll", planning.preview_form(editor, plan, draft)
        yield "mend_form", mend_form(editor, poll)
        yield "cancel form", form(care.cancel(editor, "1"))
        yield "next form", form(care.next_ask(editor, "4"))
        yield "digest_ask", message(digest_ask(editor))
        yield "answer_form", forms.answer_form(engineer, question)
        yield "answer_form again", forms.answer_form(engineer, question, filled)
        yield "preview_form", forms.preview_form(engineer, question, answer)
        yield "more_form", forms.more_form(engineer, question)
        yield "decline_form", forms.decline_form(engineer, question)
        yield "answer_form private", forms.answer_form(engineer, self._found("private"))
        yield "correct_form", forms.correct_form(engineer, self._found("linked"))
        yield "give_back_form", forms.give_back_form(engineer, question)
        yield "note_form", forms.note_form(engineer, question)
        yield "open_again_form", forms.open_again_form(engineer, question)
        yield "hand_form", forms.hand_form(engineer, self._found("taken"))
        yield "merge_form", forms.merge_form(engineer, question)
        yield "reassign_form", forms.reassign_form(engineer, ["slack:U0GONE"])
        yield "move_form", forms.move_form(engineer, question)
        yield "poll_form", planning.poll_form(editor)
        yield from desk.officials(self, editor, START)

    def _found(self, name: str) -> Question:
        question = self.store.question(self.numbers[name])
        assert question
        return question


def person(official: Official) -> Person:
    return Person(official.channel, official.account)


def form(reply: Any) -> Form:
    assert isinstance(reply.form, Form)
    return reply.form


def message(reply: Any) -> Message:
    assert isinstance(reply.message, Message)
    return reply.message
