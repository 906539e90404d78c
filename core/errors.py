"""Errors of the rules.

KuulollaError
 ├─ Refusal      a rule said no; the text is for the person who acted, in their language
 ├─ Invalid      a form has faults, field by field
 ├─ BadAction    a button carries data that is not ours (forged, or from an older version)
 ├─ Lacking      pictures have to be fetched first; nothing was done
 └─ TryAgain     nothing was done, for now (database away, or too much waiting); HTTP says 503
"""

import traceback
from collections.abc import Collection


class KuulollaError(Exception):
    """Base of every error that is ours."""


class Refusal(KuulollaError):
    """A rule said no. ``text`` is shown to the person as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadAction(KuulollaError):
    """Button data that cannot be read."""


class Invalid(KuulollaError):
    """A filled form has faults: field name to what is wrong, for the person who filled it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class Lacking(KuulollaError):
    """Pictures at these addresses have to be fetched first. Nothing was done; the same is to be
    handled again once the store knows of each what it gave, if only that it is on its way."""

    def __init__(self, urls: Collection[str]) -> None:
        super().__init__("pictures have to be fetched")
        self.urls = frozenset(urls)


class TryAgain(KuulollaError):
    """Nothing was done; the same may be sent again in a while."""


def kind_and_place(error: BaseException) -> dict[str, str]:
    """For a line of the log. Never an exception's words: they may hold what people wrote, or a
    token."""
    where = "".join(traceback.format_tb(error.__traceback__))
    return {"error": type(error).__name__, "where": where}
