"""The workplace that the playground opens with."""

from bots.playground.slack_types import Channel, User
from bots.playground.slack_world import SlackWorld


def seed_city(world: SlackWorld) -> None:
    """A city's workplace: four channels, their officials, and one who is not an official."""
    bot = world.app.user
    people = {
        "U0TEKNIIKKA": "Kaupunkitekniikan asiantuntija",
        "U0KASVATUS": "Kasvatuksen asiantuntija",
        "U0PALVELUT": "Kuntalaispalvelujen neuvoja",
        "U0TOIMITTAJA": "Viestinnän toimittaja",
        "U0YLLAPITO": "Ylläpitäjä",
    }
    for user, name in people.items():
        world.add_user(User(user, name))
    world.users["U0KASVATUS"].locale = "sv-SE"
    world.add_user(User("U0MUU", "Muu työntekijä", official=False))
    staff = ["U0TOIMITTAJA", "U0YLLAPITO"]
    for key, name, members in (
        ("C0TEKNIIKKA", "kaupunkitekniikka", ["U0TEKNIIKKA", *staff, "U0MUU"]),
        ("C0KASVATUS", "kasvatus", ["U0KASVATUS", *staff]),
        ("C0PALVELUT", "kuntalaispalvelut", ["U0PALVELUT", *staff]),
        ("C0VIESTINTA", "viestinta", [*staff, "U0MUU"]),
    ):
        world.add_channel(Channel(key, name, [bot, *members]))
