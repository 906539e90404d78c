"""What couriers need to know of this city: words, people, and what to do with trouble."""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from core.city import City
from core.events import Address
from core.messages import Message
from core.model import REMOVE, RESTRICT, Delivery, Show
from core.people import Keyring, resident_of
from core.ports import Store
from core.views import render

if TYPE_CHECKING:
    pass


log = structlog.get_logger(__name__)


class Deliveries:
    """What couriers need to know of this city."""

    def __init__(self, city: City, keyring: Keyring) -> None:
        self.city = city
        self._keyring = keyring

    def render(self, store: Store, show: Show, language: str, now: datetime) -> Message:
        return render(store, self.city, show, language, now)

    def resolve(self, store: Store, address: Address) -> Address | None:
        resident = resident_of(address)
        if resident is None:
            return address
        sealed = store.contact(resident)
        return Address.parse(self._keyring.open(sealed)) if sealed else None

    def on_trouble(self, store: Store, delivery: Delivery, reason: str, now: datetime) -> None:
        """Tells the general desk; not of residents, who may come and go unnoticed, and not of a
        chat of the staff's own, through which it could not be told. Moderators hear of what they
        decided and we have no right to do."""
        log.warning("given up", channel=delivery.to.channel, delivery=delivery.id)
        city, about = self.city, {"address": str(delivery.to), "reason": reason}
        if delivery.show.view in (REMOVE, RESTRICT):
            show = Show("powerless", about | {"comment": delivery.show.args.get("comment")})
            return store.tell(city.moderators.home, show, city.language, now)
        if resident_of(delivery.to) or city.is_staff_chat(delivery.to):
            return
        show = Show("trouble", about)
        home = city.department(city.general_desk).home
        store.tell(home, show, city.language, now)
