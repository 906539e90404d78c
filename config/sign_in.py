"""What the city file says of officials who sign in on the web."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.values import Words
from core.city import Role
from core.roster import Grant, SignIn


class _Grant(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: Annotated[str, Field(min_length=1, max_length=200)]
    title: Words
    departments: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()


class Desk(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claim: str = Field("roles", pattern=r"^[\x21-\x7e]{1,100}$")
    idle_minutes: int = Field(30, ge=5, le=480)
    grants: Annotated[tuple[_Grant, ...], Field(max_length=500)] = ()


def sign_in(given: Desk) -> SignIn:
    grants = (Grant(g.value, g.title, g.departments, g.roles) for g in given.grants)
    return SignIn(given.claim, tuple(grants), given.idle_minutes)
