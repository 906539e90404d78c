from dataclasses import replace

import pytest

from bots.dictionaries import Dictionaries
from core.city import Area, OtherBody, Theme
from core.routing import guess
from core.words import NO_LEMMAS
from tests.stage import CITY, three

BUSES = OtherBody("buses", three("Bussit", "Bussar", "Buses"), "https://example.test", {
    "fi": ("bussi",), "en": ("bus",),
})  # fmt: skip
CITY_AND_AROUND = replace(
    CITY,
    themes=(
        *CITY.themes,
        Theme("advice", three("Neuvonta", "Råd", "Advice"), "desk", {"fi": ("lasku",)}),
    ),
    others=(BUSES,),
    areas=(
        Area("west", three("Länsi", "Väst", "West"), ("Leppävaara", "Alberga", "Kilo")),
        Area("east", three("Itä", "Öst", "East"), ("Matinkylä", "Mattby")),
    ),
)


@pytest.mark.parametrize(
    ("text", "theme", "because"),
    [
        ("Milloin aurataan?", "winter", ("aurataan",)),
        ("Lumenauraus on myöhässä", "winter", ("lumenauraus",)),
        ("När plogas gatan?", "winter", ("plogas",)),
        ("Onko kirjasto auki?", None, ()),
        ("", None, ()),
        ("💩 <b>aura</b>", "winter", ("aura",)),
        ("lumi " * 5000, "winter", ("lumi",)),
    ],
)
def test_the_theme_follows_the_words(text, theme, because):
    found = guess(CITY, text)
    assert (found.theme, found.because) == (theme, because)
    assert found.department == ("streets" if theme else "desk")


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Leppävaarassa on pimeää", "west"),
        ("leppävaaran asemalla", "west"),
        ("Mörkt i Alberga", "west"),
        ("Matinkyläntien kuoppa", "east"),
        ("Matinkylästä Leppävaaraan", "east"),
        ("Kilossa ei ole penkkejä", "west"),
        ("Paljonko maksaa kilo perunoita?", None),
        ("Missä on lähin penkki?", None),
    ],
)
def test_the_area_follows_the_names_of_places(text, area):
    assert guess(CITY_AND_AROUND, text).area == area


def test_names_of_streets_and_places_say_nothing_of_the_matter():
    assert guess(CITY_AND_AROUND, "Asun Aurakujalla, mitä kuuluu?").theme is None
    assert guess(CITY_AND_AROUND, "Aurakuja pitäisi siivota").theme == "winter"


VOTES = Theme("votes", three("Vaalit", "Val", "Elections"), "desk",
              {"sv": ("val",), "fi": ("äänestyspaikka",), "en": ("mouse",)})  # fmt: skip
WITH_VOTES = replace(CITY, themes=(*CITY.themes, VOTES))


@pytest.mark.parametrize(
    ("text", "theme", "without"),
    [
        ("När är nästa val?", "votes", "votes"),
        ("Hur går det i valet?", "votes", None),
        ("Are there mice?", "votes", None),
        ("Milloin tunnelin valot korjataan?", None, None),
        ("Äänestyspaikoista ei löydy tietoa", "votes", "votes"),
        ("Missä on ennakkoäänestyspaikka?", "votes", "votes"),
        ("Missä on äänestyspaika?", "votes", "votes"),
        ("Onko paikka vapaa?", None, None),
    ],
)
def test_inflected_words_by_dictionaries_the_rest_by_n_grams(
    dictionaries: Dictionaries, text: str, theme: str | None, without: str | None
) -> None:
    assert guess(WITH_VOTES, text, lemmas=dictionaries).theme == theme
    assert guess(WITH_VOTES, text, lemmas=NO_LEMMAS).theme == without


def test_what_only_looks_like_a_keyword_counts_where_no_keyword_is_meant(
    dictionaries: Dictionaries,
) -> None:
    luntti = Theme("luntti", three("Luntti", "Luntti", "Luntti"), "desk", {"fi": ("lunt",)})
    city = replace(CITY, themes=(*CITY.themes, luntti))
    assert guess(city, "Täällä on lunta").theme == "luntti"
    assert guess(city, "Täällä on lunta", lemmas=dictionaries).theme == "winter"


def test_what_is_not_the_citys_is_named_and_goes_to_the_general_desk():
    found = guess(CITY_AND_AROUND, "Miksi bussit ovat myöhässä?")
    assert (found.other, found.department, found.theme) == ("buses", "desk", None)
    assert found.because == ("bussit",)
    assert found.place == "buses"


def test_says_how_sure_it_is_and_what_comes_next():
    sure = guess(CITY_AND_AROUND, "Lumiauraus ja hiekoitus, bussi")
    assert (sure.place, sure.second, sure.sure) == ("streets", "buses", True)
    torn = guess(CITY_AND_AROUND, "Lumi ja bussi")
    assert (torn.place, torn.second, torn.sure) == ("buses", "streets", False)


def test_between_two_equal_places_the_general_desk_decides():
    found = guess(CITY_AND_AROUND, "Lumi peittää bussin ja hiekoitin")
    assert found.theme == "winter"
    tie = guess(CITY_AND_AROUND, "lasku bussi")
    assert (tie.department, tie.theme, tie.other, tie.sure) == ("desk", None, None, False)


def test_what_officials_corrected_weighs_in():
    text = "Lumi tuli sisään oven raosta"
    assert guess(CITY_AND_AROUND, text).department == "streets"
    assert guess(CITY_AND_AROUND, text, {"desk": 0.9}).department == "desk"
    assert guess(CITY_AND_AROUND, text, {"desk": 0.1}).department == "streets"
    strange = "Pihalla seisoo vieras lato"
    assert guess(CITY_AND_AROUND, strange, {"streets": 0.8}).department == "streets"
