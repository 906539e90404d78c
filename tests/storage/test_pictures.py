"""Pictures of options: kept once, for as long as a poll or a plan names them."""

from core.model import Extra, Picture, PictureFault, Plan, PlanState
from storage import Database
from tests.storage.samples import NOW, after, open_poll

URL, OTHER = "https://city.example/a.jpg", "https://city.example/b.jpg"
PIER = Picture("a" * 32, "jpeg", 800, 600)


def test_an_address_keeps_the_picture_it_gave(database: Database) -> None:
    with database.begin() as store:
        store.keep_picture_fault(URL, PictureFault.WAITING, NOW)
        assert store.fetched([URL])[URL].fault is PictureFault.WAITING
        store.keep_picture(URL, PIER, b"pixels", NOW)
        store.keep_picture(OTHER, PIER, b"pixels", after(1))
        store.keep_picture_fault(URL, PictureFault.AWAY, after(2))
        store.keep_picture(URL, Picture("b" * 32, "png", 1, 1), b"others", after(3))
    with database.reading() as store:
        found = store.fetched([URL, OTHER, "https://city.example/c.jpg"])
        assert found.keys() == {URL, OTHER}
        assert {one.picture for one in found.values()} == {PIER}
        assert (found[URL].fault, found[URL].at) == (None, NOW)
        assert store.picture(PIER.digest) == ("jpeg", b"pixels")
        assert store.picture("b" * 32) is None
        assert store.fetched([]) == {}


def test_what_nobody_names_is_forgotten(database: Database) -> None:
    """A poll's picture stays though its address is forgotten; a plan's address stays as well."""
    one, two, three = (Picture(c * 32, "png", 9, 9) for c in "123")
    urls = [f"https://city.example/{n}.png" for n in range(4)]
    with database.begin() as store:
        for url, picture in zip(urls, (one, two, three), strict=False):
            store.keep_picture(url, picture, b"x", NOW)
        store.keep_picture_fault(urls[3], PictureFault.LARGE, NOW)
        open_poll(store, extras={0: Extra(urls[0], {"fi": "Laituri"}, one)})
        written = {"extras": f"1 {urls[1]} Laituri"}
        store.add_plan(Plan(0, written, PlanState.SERIES, "slack:U1", NOW, 1, "0 9 * * 1", NOW))
        store.prune_pictures(NOW)
        assert store.fetched(urls).keys() == set(urls)
        store.prune_pictures(after(1))
        assert store.fetched(urls).keys() == {urls[1]}
        assert [bool(store.picture(p.digest)) for p in (one, two, three)] == [True, True, False]
        assert store.poll(1).extras[0].picture == one
        store.drop_plan(1)
        store.prune_pictures(after(1))
        assert [bool(store.picture(p.digest)) for p in (one, two, three)] == [True, False, False]
