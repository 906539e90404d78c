"""People."""

import msgspec


class Profile(msgspec.Struct, frozen=True):
    """What every turn needs of somebody: the language they chose, and the person they are one
    with: the pseudonym of one of their own linked accounts, under which they vote."""

    language: str | None = None
    person: str | None = None
