"""What a request may be refused for, and what the page says of it."""

from collections.abc import Mapping

from core.texts import Texts


class Fault(Exception):
    """A request that gets a page of its own; ``status`` is HTTP's. ``fields`` are those of a form
    that may be sent again as it is."""

    def __init__(self, status: int, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.fields = fields or {}


def title(t: Texts, status: int) -> str:
    match status:
        case 404:
            return t("This page does not exist.")
        case 403:
            return t("The form was not accepted.")
        case 413:
            return t("That is too long.")
        case 429:
            return t("That was many times in a short while.")
        case 503:
            return t("The service is busy.")
        case 500:
            return t("Something went wrong. Please try again in a moment.")
    return t("I did not understand that.")


def advice(t: Texts, status: int) -> str:
    match status:
        case 404:
            return t("The address may be old, or mistyped. What is public is found from here:")
        case 403:
            return t(
                "It was open for too long, or did not come from this site. Nothing was changed. "
                "Open the page again and try once more."
            )
        case 413:
            return t("Please shorten your text and send it again.")
        case 429:
            return t("Please wait a minute and try again.")
        case 503:
            return t("Nothing was lost and nothing was done. Please try again in a moment.")
    return t("Please go back and try again.")
