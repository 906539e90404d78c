"""What the inbox promises beyond single dialogs: once only, nothing half done, nothing forged."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import polls
from core.digests import chats as digests
from core.events import Address, Command, Pressed, Said, Submitted
from core.messages import as_text
from core.model import QuestionState
from tests.stage import CITY, GROUP, NEWS, PEOPLE, Stage, words

NEW_POLL = {
    "question_fi": "Mihin penkki?",
    "options_fi": "Torille\nRantaan",
    "chats": "telegram:-100",
}
QUESTION = "Milloin Kauppakadun jalkakäytävä aurataan lumesta?"


def open_poll(stage: Stage, **fields: str) -> None:
    stage.commands("editor", "/kuulolla kysely")
    stage.submits("editor", **NEW_POLL | fields)


def ask(stage: Stage) -> None:
    stage.says("resident", QUESTION)
    stage.presses("resident", "Lähetä")


def vote(stage: Stage, who: str, option: int, order: int, poll: int = 1) -> str:
    return words(stage.act(Pressed, who, action=f"vote:{poll}:{option}", order=order))


# --- once only -------------------------------------------------------------------------------


def test_a_redelivered_event_changes_nothing_and_is_answered_alike(stage):
    said = Said(
        id="telegram:77",
        who=PEOPLE["resident"],
        where=Address("telegram", "11"),
        at=stage.now,
        text=QUESTION,
    )
    first = stage.handle(said, "resident")
    sent = Pressed(
        id="telegram:78",
        who=PEOPLE["resident"],
        where=Address("telegram", "11"),
        at=stage.now,
        action=stage.button("resident", "Lähetä"),
        order=78,
    )
    receipt = stage.handle(sent, "resident")
    assert stage.handle(sent, "resident") == receipt
    assert stage.handle(said, "resident") == first
    assert len(stage.posts["slack:C0STREETS"]) == 1


def test_redelivered_and_reordered_votes_leave_the_newest(stage):
    open_poll(stage)
    assert vote(stage, "resident", 0, order=10).startswith("Äänesi on laskettu: Torille.")
    assert vote(stage, "resident", 1, order=12).startswith("Äänesi on laskettu: Rantaan.")
    assert vote(stage, "resident", 0, order=11).startswith("Äänesi on laskettu: Torille.")
    assert vote(stage, "resident", 0, order=10).startswith("Äänesi on laskettu: Torille.")
    assert stage.tally(1) == (0, 1)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(["resident", "invånare", "browser"]), st.integers(0, 1)),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_any_order_of_any_batches_leaves_each_ones_last_vote(stage, presses, random):
    open_poll(stage)
    with stage.database.reading() as store:
        poll = store.polls()[0].id
    events = [
        Pressed(
            id=f"{poll}:{order}",
            who=PEOPLE[who],
            where=Address(PEOPLE[who].channel, "x"),
            at=stage.now,
            action=f"vote:{poll}:{option}",
            order=order,
        )
        for order, (who, option) in enumerate(presses)
    ]
    last = dict(presses)
    delivered = events + random.sample(events, len(events) // 2)
    random.shuffle(delivered)
    while delivered:
        batch = [delivered.pop() for _ in range(min(len(delivered), random.randint(1, 4)))]
        with stage.database.begin() as store:
            stage.inbox.cast(store, batch, stage.now)
    assert stage.tally(poll) == tuple(list(last.values()).count(i) for i in range(2))


# --- closing ---------------------------------------------------------------------------------


def test_the_very_second_of_closing_is_decided_by_receipt(stage):
    open_poll(stage, closes="2026-03-02 13:00")  # 11.00 UTC
    closing = stage.now + timedelta(hours=1)
    in_time = stage.act(Pressed, "resident", action="vote:1:0", order=1,
                        at=closing - timedelta(microseconds=1))  # fmt: skip
    late = stage.act(Pressed, "neighbour", action="vote:1:1", order=2, at=closing)
    assert words(in_time).startswith("Äänesi on laskettu: Torille.")
    assert words(late) == "This poll is closed. Your vote was not counted."
    assert stage.tally(1) == (1, 0)


def test_a_closed_poll_takes_no_votes_and_keeps_no_link_to_voters(stage):
    open_poll(stage)
    vote(stage, "resident", 0, order=1)
    stage.commands("editor", "/kuulolla sulje 1")
    stage.presses("editor", "Sulje lopullisesti")
    assert "suljettu" in vote(stage, "resident", 1, order=2)
    assert stage.tally(1) == (1, 0)
    with stage.database.reading() as store:
        assert store.ballot_boxes({1})[1].key is None


# --- forged and broken -----------------------------------------------------------------------

STRANGE = [
    "vote",
    "vote:1",
    "vote:1:2:3",
    "vote:1:-1",
    "vote:1:99",
    "vote:99:0",
    "vote:x:y",
    "vote:99999999999:0",
    "take",
    "take:1:2",
    "take:abc",
    "answer:77",
    "theme:bad",
    "theme:00000000:winter",
    "ask_send:00000000",
    "lang:xx",
    "reply:1",
    "close:1",
    "digest",
    "nothing:at:all",
    "__class__",
    "read:1",
    "poll:0",
    "é:1",
    "",
    "x" * 200,
]


@pytest.mark.parametrize("who", ["resident", "stranger", "official"])
@pytest.mark.parametrize("action", STRANGE)
def test_forged_buttons_are_answered_in_words_and_do_nothing(stage, who, action):
    open_poll(stage)
    ask(stage)
    before = stage.tally(1)
    assert words(stage.forges(who, action))
    assert stage.tally(1) == before
    with stage.database.reading() as store:
        assert store.question(1).state is QuestionState.WAITING
        assert [p.state.value for p in store.polls()] == ["open"]


@pytest.mark.parametrize("form", ["answer", "answer_send", "more", "move", "decline", "poll", "x"])
@pytest.mark.parametrize("state", ["1", "99", "", "é", "1:2"])
def test_forms_of_strangers_do_nothing(stage, form, state):
    ask(stage)
    fields = {"answer_fi": "Ei.", "reason": "Ei.", "text": "?", "department": "desk"}
    reply = stage.act(Submitted, "stranger", form=form, fields=fields | NEW_POLL, state=state)
    assert words(reply)
    with stage.database.reading() as store:
        assert store.question(1).state is QuestionState.WAITING
        assert store.polls() == []


HOSTILE = (
    "<b>Aurataan</b> & <!channel> <@U1> <at>kaikki</at> [linkki](http://paha.example) *_~` "
    "\u202eoikealta\u202c NUL\x00 " + "z" + "\u0301" * 50
)


def test_hostile_words_stay_words(stage):
    stage.says("resident", HOSTILE)
    stage.presses("resident", "Lähetä")
    card = stage.chat("slack:C0STREETS")
    assert "<b>Aurataan</b> & <!channel> <@U1>" in card
    assert not {"\x00", "\u202e", "\u0301" * 4} & set(card)
    assert "\u0301" * 4 not in card


def test_a_question_longer_than_fits_is_refused_and_one_that_fits_is_whole(stage):
    assert "{n}" not in words(stage.says("resident", "lumi " * 20_000))
    assert "siihen mahtuu 2000" in words(stage.says("resident", "lumi " * 20_000))
    stage.says("resident", "lumi" * 500)
    stage.presses("resident", "Lähetä")
    with stage.database.reading() as store:
        assert store.question(1).text == "lumi" * 500


def test_an_old_drafts_button_does_not_send_the_newer_text(stage):
    stage.says("resident", "Milloin hiekoitetaan torin reuna?")
    old = stage.button("resident", "Lähetä")
    stage.says("resident", "Aurataanko Rantatie tänään?")
    assert "Luonnosta ei enää ole" in words(stage.forges("resident", old))
    stage.presses("resident", "Lähetä")
    assert "Rantatie" in stage.chat("slack:C0STREETS")


# --- chats that come and go ------------------------------------------------------------------


def test_a_group_that_is_new_is_told_to_the_general_desk(stage):
    stage.joins("resident", title="Uusi ryhmä", where=Address("telegram", "-999"), private=False)
    assert "telegram:-999" in stage.chat("slack:C0DESK")
    stage.joins("resident", title="Naapurusto", where=GROUP, private=False)
    assert "Naapurusto" not in stage.chat("slack:C0DESK")


def test_a_chat_that_removed_us_is_left_alone_until_it_lets_us_in(stage):
    stage.leaves("resident", where=GROUP, private=False)
    assert "telegram:-100" in stage.chat("slack:C0DESK")
    open_poll(stage, chats="telegram:-100 telegram:-200")
    assert stage.chat("telegram:-100") == ""
    assert "Mihin penkki?" in stage.chat("telegram:-200")
    stage.joins("resident", where=GROUP, private=False)
    open_poll(stage, question_fi="Entä keinu?")
    assert "Entä keinu?" in stage.chat("telegram:-100")


def test_a_resident_who_blocked_us_hears_again_after_start(stage):
    ask(stage)
    stage.leaves("resident")
    stage.presses("official", "Ota käsittelyyn")
    assert stage.chat("resident") == ""
    stage.commands("resident", "/start")
    stage.presses("official", "Pyydä lisätietoja")
    stage.submits("official", text="Missä kohdassa?")
    assert "Missä kohdassa?" in stage.chat("resident")


def test_a_group_that_moved_keeps_its_poll_live(stage):
    open_poll(stage)
    moved = Address("telegram", "-100555")
    stage.moves("resident", to=moved, where=GROUP, private=False)
    vote(stage, "resident", 1, order=1)
    assert "Rantaan: 1" in stage.chat("telegram:-100555")
    open_poll(stage, question_fi="Entä keinu?")
    assert "Entä keinu?" in stage.chat("telegram:-100555")


def test_asking_in_a_group_leads_to_the_private_chat(stage):
    reply = stage.commands("resident", f"/kysy {QUESTION}", where=GROUP, private=False)
    assert "kukaan tässä ryhmässä ei näe, kuka kysyi" in words(reply)
    assert "https://t.me/mallibot?start=ask" in as_text(reply.message)
    assert "slack:C0STREETS" not in stage.posts
    assert words(stage.commands("resident", "/eimikaan", where=GROUP, private=False))


def test_polls_asked_for_in_a_group_open_in_the_private_chat(stage):
    open_poll(stage)
    shown = words(stage.commands("resident", "/kyselyt", where=GROUP, private=False))
    assert "Mihin penkki?: https://t.me/mallibot?start=poll_1" in shown
    assert "[Mihin penkki?]" not in shown
    assert "[Mihin penkki?]" in words(stage.commands("resident", "/kyselyt"))


def test_free_text_in_groups_and_workplaces_is_not_ours(stage):
    assert words(stage.says("resident", QUESTION, where=GROUP, private=False)) == ""
    assert words(stage.says("official", QUESTION)) == ""


# --- parts that are off ----------------------------------------------------------------------


def test_what_is_off_leaves_nothing_behind(stage):
    bare = Stage(stage.database, city=replace(CITY, parts=frozenset()))
    assert "Lähetänkö" not in words(bare.says("resident", QUESTION))
    for line in ("/kysy", "/kyselyt", "/kysymykseni", "/kysymykset"):
        shown = words(bare.commands("resident", line))
        assert "/kysy" not in shown
        assert "Kysy kaupungilta" not in shown
        assert "Avoimet kyselyt" not in shown
    assert "ei ole kaupungilla käytössä" in words(bare.forges("resident", "vote:1:0"))
    assert "ei ole kaupungilla käytössä" in words(bare.forges("resident", "polls"))
    for line in ("/kuulolla kysely", "/kuulolla kooste", "/kuulolla omat"):
        assert "ei ole kaupungilla käytössä" in words(bare.commands("editor", line))
    assert "Uusi kysely" not in words(bare.commands("editor", "/kuulolla"))


def test_digests_cover_what_was_missed_once(stage):
    def weekly(cron, after):
        assert cron == "0 9 * * 1"
        days = timedelta(days=7 - after.weekday())
        return (after + days).replace(hour=9, minute=0)

    def tick():
        with stage.database.begin() as store:
            due = digests.due(store, CITY, stage.now, weekly)
            digests.tick(store, CITY, stage.now, weekly, {})
        stage.deliver()
        return due

    assert tick() is True  # starts the clocks
    assert tick() is False
    stage.passes(minutes=1)
    open_poll(stage, chats="")
    assert tick() is False
    assert str(GROUP) not in stage.posts, "it is not Monday"
    stage.passes(days=15)  # two Mondays were missed
    assert tick() is True
    assert len(stage.posts[str(GROUP)]) == len(stage.posts[str(NEWS)]) == 1
    stage.passes(days=7)
    assert tick() is True  # its time came, but nothing is new
    assert len(stage.posts[str(GROUP)]) == 1


def test_a_scheduled_poll_opens_and_closes_by_itself(stage):
    open_poll(stage, opens="2026-03-02 13:00", closes="2026-03-02 14:00")
    assert "avautuu 2.3.2026 klo 13.00" in words(stage.replies["editor"][-1])
    assert "ei ole vielä auki" in vote(stage, "resident", 0, order=1)
    for minutes, state in ((59, "scheduled"), (1, "open"), (59, "open"), (1, "closed")):
        stage.now += timedelta(minutes=minutes)
        with stage.database.begin() as store:
            polls.tick(store, CITY, stage.now, {})
            assert store.poll(1).state.value == state
        stage.deliver()
    assert "Suljettu 2.3.2026 klo 14.00" in stage.chat(str(GROUP))


def test_commands_of_officials_never_reach_the_residents_side(stage):
    reply = stage.act(Command, "official", name="kysy", args=QUESTION)
    assert "Mitä voit tehdä" in words(reply)
    with stage.database.reading() as store:
        assert store.question(1) is None


def test_erasure_leaves_no_trace_of_the_person_even_in_its_own_record(stage):
    ask(stage)
    stage.commands("resident", "/kieli sv")
    stage.commands("resident", "/glom")
    stage.presses("resident", "Radera")
    pseudonym = stage.keyring.resident("telegram", "11")
    with stage.database.reading() as store:
        tables = [row[0] for row in store._connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]  # fmt: skip
        rows = [
            row
            for table in tables
            for row in store._connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
        ]
    assert rows
    assert not [row for row in rows if pseudonym in str(row)]
