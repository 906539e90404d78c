"""Officials see why a question came to them, and how sure that was."""

from dataclasses import replace

from core.city import Area, OtherBody
from tests.dialogs.script import play
from tests.stage import CITY, Stage, three

WEST = Area("west", three("Länsiranta", "Västra stranden", "West Shore"), ("Länsiranta",))
BUSES = OtherBody(
    "buses", three("Bussit", "Bussarna", "The buses"), "https://b.test",
    {"fi": ("bussi", "laskutus")},
)  # fmt: skip
BILLS = replace(
    CITY.themes[0], id="bills", department="desk", name=three("Laskut", "Räkningar", "Bills"),
    keywords={"fi": ("laskutus", "remontti"), "sv": (), "en": ()},
)  # fmt: skip
TOWN = replace(CITY, areas=(WEST,), others=(BUSES,), themes=(*CITY.themes, BILLS))


def stage_of(stage: Stage) -> Stage:
    return Stage(stage.database, city=TOWN)


def test_the_words_and_the_place_that_led_there(stage: Stage) -> None:
    play(stage_of(stage), """
        resident: Milloin aurataan lumi Länsirannassa?
        resident: [Lähetä]
        slack:C0STREETS< Miksi tähän yksikköön: tunnistettu: aurataan, lumi, Länsiranta → Kadut
        slack:C0STREETS< Varmuus: Suuri.
        official: [Vastaa]
        official: {answer_fi=Huomenna.}
        official: {}
        slack:C0STREETS< !Varmuus
    """)  # fmt: skip


def test_what_was_nearly_as_likely(stage: Stage) -> None:
    play(stage_of(stage), """
        resident: Hiekoitus, lumi ja remontti
        resident: [Lähetä]
        slack:C0STREETS< Varmuus: Kohtalainen. Toinen vaihtoehto: Asiakaspalvelu.
    """)  # fmt: skip


def test_what_nobody_knows_is_the_general_desks_and_says_so(stage: Stage) -> None:
    play(stage_of(stage), """
        resident: Koirapuiston portti ei pysy kiinni
        resident: [Lähetä]
        slack:C0DESK< Miksi tähän yksikköön: mitään ei tunnistettu → Asiakaspalvelu
        slack:C0DESK< Varmuus: Pieni, joten kysymys tuli neuvontaan.
        neighbour: Minne laskutus
        neighbour: [Send]
        slack:C0DESK< tunnistettu: laskutus → Asiakaspalvelu
    """)  # fmt: skip


def test_what_seems_to_be_anothers(stage: Stage) -> None:
    play(stage_of(stage), """
        resident: Miksi bussit ovat aina myöhässä?
        resident: [Lähetä]
        slack:C0DESK< tunnistettu: bussit → Asiakaspalvelu
        slack:C0DESK< Voi kuulua muualle: Bussit. Siksi kysymys tuli neuvontaan.
    """)  # fmt: skip


def test_what_the_asker_chose_and_what_was_moved_is_told_as_that(stage: Stage) -> None:
    town = stage_of(stage)
    play(town, """
        resident: Koirapuiston portti ei pysy kiinni
        resident: [Vaihda aihe]
        resident: [Talvihoito]
        resident: [Lähetä]
        slack:C0STREETS< kysyjä valitsi aiheen → Kadut
        slack:C0STREETS< !Varmuus
        official: [Siirrä]
        official: {department=desk}
        slack:C0DESK< Siirretty yksiköstä: Kadut
        neighbour: Koirapuiston portti ei pysy kiinni
        neighbour: [Send]
        slack:C0DESK< Samanlaisia kysymyksiä on ennenkin siirretty tänne.
    """)  # fmt: skip


def test_a_form_that_leaves_the_theme_keeps_why(stage: Stage) -> None:
    """On the page the theme comes back with the form, whether it was changed or not."""
    town = stage_of(stage)
    town.fills("browser", "ask", {"text": "Milloin aurataan lumi torilta?"})
    town.submits("browser")
    assert "tunnistettu: aurataan, lumi → Kadut" in town.chat("slack:C0STREETS")
