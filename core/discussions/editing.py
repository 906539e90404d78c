"""What editors do with discussions: open, close, sum up."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import clean, unsent
from core.actions import encode, number
from core.city import Look, Part
from core.desk import Turn
from core.discussions import becoming, life, summing
from core.discussions.moderated import place_of
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, bold, rows, text
from core.model import Discussion, PollState
from core.polls.form import chats_of, moment
from core.scene import IN, button
from core.staff import confirm
from core.texts import LANGUAGES, Localized, pick

TITLE_LIMIT, BACKGROUND_LIMIT, TOPICS_LIMIT = 120, 1500, 2000
MOST_TOPICS, MOST_A_DAY, TOPIC_LIMIT, MOST_KEYWORDS = 10, 50, 60, 12


def listed(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DISCUSSIONS)
    official, t = turn.staff(), turn.t
    title, found = t("Discussions"), turn.store.discussions(limit=10)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for one in found:
        blocks.append(text(bold(f"{one.id}. "), pick(one.title, turn.language)))
        made = [button(t("Read"), "comments", one.id, 0)]
        if official.may_edit() and one.state is not PollState.CLOSED:
            made.append(Button(t("Close"), encode("discussion_close_ask", one.id), "danger"))
        if official.may_edit() and one.state is PollState.CLOSED:
            made.append(button(t("Sum up"), "discussion_sum", one.id))
        blocks.append(rows(*made, width=3))
    if official.may_edit():
        blocks.append(rows(button(t("New discussion"), "discussion_new", primary=True)))
    return Reply(message=Message(title, tuple(blocks)))


def new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DISCUSSIONS)
    turn.editor()
    return Reply(form=_form(turn))


def _form(turn: Turn) -> Form:
    t = turn.t
    fields: list[AnyBlock] = []
    for x in LANGUAGES:
        name, other = IN[x](t), x != turn.city.language
        label = t("Theme {in_language}", in_language=name)
        fields.append(Ask(f"title_{x}", label, limit=TITLE_LIMIT, optional=other))
        label = t("Background and guiding questions {in_language}", in_language=name)
        limit = BACKGROUND_LIMIT
        fields.append(Ask(f"background_{x}", label, "lines", limit=limit, optional=True))
    hint = t("One on each line, {n} at most. Words that tell it may follow a colon: "
             "Playing: swing, slide", n=MOST_TOPICS)  # fmt: skip
    topics = Ask("topics", t("Sub-themes"), "lines", "", hint, TOPICS_LIMIT, optional=True)
    chats = tuple(Choice(str(c.address), c.name) for c in turn.city.chats)
    looks = (
        Choice(Look.BEFORE, t("before others see a comment")),
        Choice(Look.AFTER, t("after: others see it at once")),
    )
    fields += [
        topics,
        Ask("chats", t("Post in"), "choices", optional=True, choices=chats),
        Ask("opens", t("Opens"), "time", hint=t("Empty: at once"), optional=True),
        Ask("closes", t("Closes"), "time", hint=t("Empty: when an editor closes it"),
            optional=True),
        Ask("look", t("A moderator looks"), "choice", Look.BEFORE, choices=looks),
        Ask("a_day", t("Comments that one person may write in a day"), value="5", limit=2),
    ]  # fmt: skip
    return Form("discussion", t("New discussion"), t("Create"), tuple(fields))


def submit(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    turn.require(Part.DISCUSSIONS)
    discussion = life.begin(turn, _read(turn, turn.editor().key, fields))
    title = pick(discussion.title, turn.language)
    told = turn.t("Discussion {id} is made: {title}", id=discussion.id, title=title)
    return Reply(message=Message(told, (text(told),)))


def _read(turn: Turn, by: str, fields: Mapping[str, str]) -> Discussion:
    """Invalid, field by field."""
    t, city, errors = turn.t, turn.city, dict[str, str]()
    title = _words(turn, fields, "title", TITLE_LIMIT, errors)
    if city.language not in title:
        errors.setdefault(f"title_{city.language}", t("Write this."))
    background = _words(turn, fields, "background", BACKGROUND_LIMIT, errors)
    topics, keywords = _topics(turn, fields.get("topics", ""), errors)
    opens = moment(city, t, fields, "opens", errors)
    closes = moment(city, t, fields, "closes", errors)
    begins = max(opens or turn.now, turn.now)
    if closes and closes <= begins and "closes" not in errors:
        errors["closes"] = t("This is before it opens.")
    chats = chats_of(city, t, fields, errors)
    look, a_day = fields.get("look", Look.BEFORE), fields.get("a_day", "5").strip()
    if look not in (Look.BEFORE, Look.AFTER):
        errors["look"] = t("Choose one of the list.")
    if not (a_day.isascii() and a_day.isdigit() and 1 <= int(a_day) <= MOST_A_DAY):
        errors["a_day"] = t("Write a number from 1 to {n}.", n=MOST_A_DAY)
    if errors:
        raise Invalid(errors)
    state = PollState.SCHEDULED if begins > turn.now else PollState.OPEN
    return Discussion(
        0, title, background, topics, chats, state, begins, closes, Look(look), int(a_day), by,
        keywords=keywords,
    )  # fmt: skip


def _topics(
    turn: Turn, written: str, errors: dict[str, str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Names, and the keywords of each."""
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, map(clean.line, written[: 2 * TOPICS_LIMIT].splitlines())):
        name, _, words = line.partition(":")
        keywords = (word for part in words.split(",") if (word := part.strip()))
        found[name.strip()] = tuple(keywords)[:MOST_KEYWORDS]
    found.pop("", None)
    if len(found) > MOST_TOPICS or any(len(name) > TOPIC_LIMIT for name in found):
        errors["topics"] = turn.t("At most {n}, each of {limit} characters at most.",
                                  n=MOST_TOPICS, limit=TOPIC_LIMIT)  # fmt: skip
    return tuple(found), tuple(found.values())


def _words(
    turn: Turn, fields: Mapping[str, str], name: str, limit: int, errors: dict[str, str]
) -> Localized:
    found = {x: clean.lines(fields.get(f"{name}_{x}", "")) for x in LANGUAGES}
    for x, words in found.items():
        if len(words) > limit:
            errors[f"{name}_{x}"] = turn.t("At most {limit} characters.", limit=limit)
    return {x: words for x, words in found.items() if words}


# --- the close -------------------------------------------------------------------------------


def close_ask(turn: Turn, id: str) -> Reply:
    turn.editor()
    discussion = life.find(turn, number(id))
    title = turn.t("Close discussion {id} for good?", id=discussion.id)
    yes = Button(turn.t("Close for good"), encode("discussion_close", discussion.id), "danger")
    return Reply(message=confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def close(turn: Turn, id: str) -> Reply:
    turn.editor()
    discussion = life.find(turn, number(id))
    if discussion.state is PollState.CLOSED:
        raise Refusal(turn.t("This discussion is closed. You can still read it."))
    life.close(turn, discussion)
    told = turn.t("The discussion is closed.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def sum_up(turn: Turn, id: str) -> Reply:
    """The draft in a form: nothing is published but what an editor sends."""
    turn.editor()
    t, discussion = turn.t, _closed(turn, number(id))
    drafted = summing.draft(turn, discussion)
    fields = tuple(
        Ask(
            f"summary_{x}",
            t("Summary {in_language}", in_language=IN[x](t)),
            "lines",
            discussion.summary.get(x, drafted if x == turn.city.language else ""),
            limit=summing.LIMIT,
            optional=x != turn.city.language,
        )
        for x in LANGUAGES
    )
    return Reply(form=Form("discussion_sum", t("Summary"), t("Publish"), fields, id), secret=True)


def submit_summary(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.editor()
    discussion, errors = _closed(turn, number(state)), dict[str, str]()
    summary = _words(turn, fields, "summary", summing.LIMIT, errors)
    if turn.city.language not in summary:
        errors.setdefault(f"summary_{turn.city.language}", turn.t("Write this."))
    if errors:
        raise Invalid(errors)
    turn.store.save_discussion(replace(discussion, summary=summary))
    turn.touch(place_of(discussion.id))
    return Reply(turn.t("The summary is published."))


def _closed(turn: Turn, id: int) -> Discussion:
    discussion = life.find(turn, id)
    if discussion.state is not PollState.CLOSED:
        raise Refusal(turn.t("The discussion is still open."))
    return discussion


Answer = Callable[..., Reply]
STAFF_COMMANDS: dict[str, Answer] = {"discussions": listed, "discussion": new}
STAFF_WORDS = {
    **dict.fromkeys(("discussions", "keskustelut", "diskussioner"), "discussions"),
    **dict.fromkeys(("discussion", "keskustelu", "diskussion"), "discussion"),
}
BUTTONS: dict[str, Answer] = {
    "discussion_list": listed,
    "discussion_new": new,
    "discussion_close_ask": close_ask,
    "discussion_close": close,
    "discussion_sum": sum_up,
    **becoming.BUTTONS,
}
FORMS: dict[str, Answer] = {
    "discussion": submit,
    "discussion_sum": submit_summary,
    **becoming.FORMS,
    **unsent.keeping(unsent.for_editors(Part.DISCUSSIONS), "discussion", "discussion_sum"),
}
