"""The desk's channels: where deliveries to staff chats stand, and who may look at each."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.city import City, Official, Part
from core.events import Address
from core.moderation import rules
from core.roster import DESK
from core.texts import Texts, plain

NAMED = 3
"""How many departments stand in a channel's name."""


@dataclass(frozen=True, slots=True)
class Room:
    """``chat`` is its address on the desk, ``departments`` (ids) those at home there."""

    chat: str
    departments: tuple[str, ...] = ()
    moderators: bool = False
    editors: bool = False
    heads: bool = False

    def open_to(self, city: City, official: Official) -> bool:
        return (
            any(official.serves(id) for id in self.departments)
            or (self.moderators and city.may_moderate(official))
            or (self.editors and official.may_edit())
            or (self.heads and any(official.leads(one) for one in city.departments))
        )

    def name(self, city: City, t: Texts) -> str:
        names = [plain(city.department(id).name, t.language) for id in self.departments[:NAMED]]
        more = len(self.departments) - NAMED
        if more > 0:
            names.append(t.plural("{n} more", "{n} more", more))
        if self.moderators and self.chat != city.department(city.general_desk).home.chat:
            names.append(t("Moderation"))
        if self.editors and not names:
            names.append(t("Round-ups and messages"))
        if self.heads and not names:
            names.append(t("Overdue"))
        return ", ".join(names)


def rooms(city: City) -> dict[str, Room]:
    """By chat, in the order of the city file."""
    return {room.chat: room for room in _rooms(city)}


def _rooms(city: City) -> Iterator[Room]:
    desk = city.moderators.home if rules.in_use(city) else None
    editors = city.preview_home if city.has(Part.DIGESTS, Part.BROADCASTS) else None
    homes = [department.home for department in city.departments]
    found = dict.fromkeys([*homes, desk, editors, city.escalation])
    for address in found:
        if address is not None and address.channel == DESK:
            yield _room(city, address, address == desk, address == editors)


def _room(city: City, address: Address, moderators: bool, editors: bool) -> Room:
    departments = tuple(one.id for one in city.departments if one.home == address)
    return Room(address.chat, departments, moderators, editors, address == city.escalation)
