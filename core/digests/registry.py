"""All kinds of items, in the order in which they are shown where a chat has no taste of its own.

A part of the service that has something for round-ups makes a `Section` and is named here.
"""

from datetime import datetime

from core.city import City
from core.digests import sections
from core.digests.items import Item, Section
from core.discussions import news as discussions
from core.scene import Scene
from core.statements import news as statements

SECTIONS: dict[str, Section] = {
    one.name: one for one in (*sections.SECTIONS, discussions.SECTION, statements.SECTION)
}
VERBS = {verb: one.name for one in SECTIONS.values() for verb in one.verbs}
"""Which section a button belongs to."""


def sections_of(city: City) -> list[Section]:
    return [one for one in SECTIONS.values() if city.has(one.part)]


def gather(scene: Scene, since: datetime, until: datetime) -> list[Item]:
    """All that is new since then, or stands, for whomever."""
    return [item for one in sections_of(scene.city) for item in one.gather(scene, since, until)]
