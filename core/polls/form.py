"""The editor's form of a new poll: what it asks, and how it is checked."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core import clean
from core.city import City
from core.desk import Turn
from core.errors import Invalid
from core.events import Address
from core.messages import Ask, Choice, Form
from core.model import Poll, PollDraft, PollState, Shows
from core.polls.life import post
from core.scene import IN
from core.texts import LANGUAGES, Localized, Texts

QUESTION_LIMIT = 300
OPTION_LIMIT = 80
MOST_OPTIONS = 12


def poll_form(turn: Turn) -> Form:
    """A new poll: question and options per language, where, when, and when results show."""
    t = turn.t
    fields: list[Ask] = []
    for x in LANGUAGES:
        name, extra = IN[x](t), x != turn.city.language
        fields.append(
            Ask(
                f"question_{x}",
                t("Question {in_language}", in_language=name),
                limit=QUESTION_LIMIT,
                optional=extra,
            )
        )
        fields.append(
            Ask(
                f"options_{x}",
                t("Options {in_language}", in_language=name),
                "lines",
                hint=t("One on each line, in the same order in every language."),
                limit=1200,
                optional=extra,
            )
        )
    chats = tuple(Choice(str(c.address), c.name) for c in turn.city.chats)
    fields.append(Ask("chats", t("Post in"), "choices", optional=True, choices=chats))
    fields.append(Ask("opens", t("Opens"), "time", hint=t("Empty: at once"), optional=True))
    closes_hint = t("Empty: when an editor closes it")
    fields.append(Ask("closes", t("Closes"), "time", hint=closes_hint, optional=True))
    fields.append(Ask("shows", t("Results show"), "choice", Shows.ALWAYS, choices=_shows(t)))
    return Form("poll", t("New poll"), t("Create"), tuple(fields))


def _shows(t: Texts) -> tuple[Choice, ...]:
    return (
        Choice(Shows.ALWAYS, t("all the time")),
        Choice(Shows.AFTER_VOTE, t("to those who have voted")),
        Choice(Shows.AFTER_CLOSE, t("when the poll has closed")),
    )


def create(turn: Turn, fields: Mapping[str, str]) -> Poll:
    """From the editor's form. Invalid with every fault; posted at once where it opens now."""
    editor = turn.editor()
    draft = read_draft(turn.city, turn.t, fields, editor.key, turn.now)
    opens_now = draft.opens_at <= turn.now
    state = PollState.OPEN if opens_now else PollState.SCHEDULED
    poll = turn.store.add_poll(draft, secrets.token_bytes(32), state)
    if opens_now:
        post(turn, poll)
    return poll


def read_draft(
    city: City, t: Texts, fields: Mapping[str, str], created_by: str, now: datetime
) -> PollDraft:
    """Checks the form of a new poll. Invalid names every faulty field."""
    errors: dict[str, str] = {}
    question = _questions(t, fields, errors)
    options = _options(t, fields, question, errors)
    opens = _moment(city, t, fields, "opens", errors) or now
    closes = _moment(city, t, fields, "closes", errors)
    if closes and closes <= max(opens, now):
        errors.setdefault("closes", t("The poll would close before it opens."))
    shows = fields.get("shows", Shows.ALWAYS)
    if shows not in set(Shows):
        errors["shows"] = t("Choose one of the list.")
    chats = _chats(city, t, fields, errors)
    if errors:
        raise Invalid(errors)
    return PollDraft(question, options, Shows(shows), opens, closes, chats, created_by)


def _questions(t: Texts, fields: Mapping[str, str], errors: dict[str, str]) -> Localized:
    written = {x: clean.line(fields.get(f"question_{x}", "")) for x in LANGUAGES}
    question = {x: words for x, words in written.items() if words}
    for language, words in question.items():
        if len(words) > QUESTION_LIMIT:
            errors[f"question_{language}"] = t("At most {limit} characters.", limit=QUESTION_LIMIT)
    if not question:
        errors["question_fi"] = t("Write the question in one language at least.")
    return question


def _options(
    t: Texts, fields: Mapping[str, str], question: Localized, errors: dict[str, str]
) -> tuple[Localized, ...]:
    columns: dict[str, list[str]] = {}
    for language in LANGUAGES:
        name = f"options_{language}"
        options = [x for x in map(clean.line, fields.get(name, "").splitlines()) if x]
        if options and language not in question:
            errors[f"question_{language}"] = t("The options are here, the question is missing.")
        elif language in question:
            columns[language] = options
            if fault := _fault_of(t, options):
                errors[name] = fault
    counts = {len(options) for options in columns.values()}
    if len(counts) > 1 and not errors:
        last = list(columns)[-1]
        errors[f"options_{last}"] = t("Give the same number of options in every language.")
    size = min(counts, default=0)
    return tuple({x: columns[x][i] for x in columns} for i in range(size))


def _fault_of(t: Texts, options: Sequence[str]) -> str | None:
    if not 2 <= len(options) <= MOST_OPTIONS:
        return t("Give 2 to {most} options, one on each line.", most=MOST_OPTIONS)
    if len({x.casefold() for x in options}) < len(options):
        return t("The same option is there twice.")
    if any(len(x) > OPTION_LIMIT for x in options):
        return t("An option has at most {limit} characters.", limit=OPTION_LIMIT)
    return None


def _moment(
    city: City, t: Texts, fields: Mapping[str, str], name: str, errors: dict[str, str]
) -> datetime | None:
    """City time ``YYYY-MM-DD HH:MM`` → UTC; None where the field is empty."""
    words = fields.get(name, "").strip()
    if not words:
        return None
    try:
        local = datetime.strptime(words, "%Y-%m-%d %H:%M")
    except ValueError:
        errors[name] = t("Write the time as 2026-12-31 16:00.")
        return None
    return local.replace(tzinfo=ZoneInfo(city.timezone)).astimezone(UTC)


def _chats(
    city: City, t: Texts, fields: Mapping[str, str], errors: dict[str, str]
) -> tuple[Address, ...]:
    known = {str(chat.address): chat.address for chat in city.chats}
    wanted = fields.get("chats", "").split()
    if any(name not in known for name in wanted):
        errors["chats"] = t("Choose one of the list.")
    return tuple(known[name] for name in dict.fromkeys(wanted) if name in known)
