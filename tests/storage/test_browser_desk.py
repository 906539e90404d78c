"""What the staff's desk on the web keeps, on both engines."""

from datetime import timedelta

from core.model.browser_desk import Pass, PassKind
from storage import Database
from tests.storage.samples import NOW

DAY = timedelta(days=1)


def test_messages_of_a_channel(database: Database) -> None:
    with database.begin() as store:
        first, second, other = (
            store.add_desk_message(chat, shown, NOW, None)
            for chat, shown in (("a", b"1"), ("a", b"2"), ("b", b"3"))
        )
        answer = store.add_desk_message("a", b"4", NOW, first)
        astray = store.add_desk_message("a", b"5", NOW, other)
        alone = store.add_desk_message("a", b"6", NOW, 999)
        assert store.touched == {"on_desk:a", "on_desk:b"}
    with database.begin() as store:
        assert store.edit_desk_message(second, b"2b", NOW + DAY)
        assert not store.edit_desk_message(999, b"", NOW)
        assert store.touched == {"on_desk:a"}
    with database.reading() as store:
        found = store.desk_messages("a", 10)
        assert [one.id for one in found] == [alone, astray, second, first]
        assert (found[2].shown, found[2].at) == (b"2b", NOW + DAY)
        assert [one.id for one in store.desk_messages("a", 1, second)] == [first]
        assert [(one.id, one.parent) for one in store.desk_answers([first])] == [(answer, first)]
        assert store.latest_on_desk() == {"a": NOW + DAY, "b": NOW}


def test_a_pass_is_taken_once(database: Database) -> None:
    given = Pass("d" * 64, PassKind.SESSION, {"account": "x"}, NOW)
    with database.begin() as store:
        store.put_pass(given)
        assert store.take_pass(given.digest, PassKind.SIGN_IN) is None, "of another kind"
    with database.begin() as store:
        assert store.find_pass(given.digest, PassKind.SESSION) == given
        assert store.take_pass(given.digest, PassKind.SESSION) == given
        assert store.take_pass(given.digest, PassKind.SESSION) is None
        assert store.find_pass(given.digest, PassKind.SESSION) is None


def test_who_signed_in(database: Database) -> None:
    with database.begin() as store:
        store.keep_sign_in("a", ["editor"], "Anna", NOW)
        store.keep_sign_in("b", ["editor"], "", NOW)
        store.keep_sign_in("a", ["admin"], "Anna", NOW)
        store.keep_sign_in("b", [], "", NOW)
        assert store.sign_ins() == {"a": (["admin"], "Anna")}
        assert store.touched == {"sign_ins"}


def test_what_is_old_goes(database: Database) -> None:
    with database.begin() as store:
        store.put_pass(Pass("old", PassKind.SESSION, {}, NOW - DAY))
        store.put_pass(Pass("new", PassKind.SESSION, {}, NOW + DAY))
        store.add_desk_message("a", b"old", NOW - 91 * DAY, None)
        kept = store.add_desk_message("a", b"new", NOW - 89 * DAY, None)
        store.keep_sign_in("gone", ["editor"], "", NOW - 91 * DAY)
        store.keep_sign_in("there", ["editor"], "", NOW - 89 * DAY)
        store.prune(NOW)
    with database.reading() as store:
        assert store.find_pass("old", PassKind.SESSION) is None
        assert store.find_pass("new", PassKind.SESSION)
        assert [one.id for one in store.desk_messages("a", 10)] == [kept]
        assert list(store.sign_ins()) == ["there"]
