"""What editors do with conversations: open, change, close them, and name the groups."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core import clean, unsent
from core.actions import encode, number
from core.city import Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, bold, rows, text
from core.model import (
    Conversation,
    ConversationDraft,
    Moderation,
    PollState,
    StatementState,
)
from core.polls.form import chats_of, moment, one_of
from core.ports import subject
from core.scene import IN, button
from core.staff import confirm
from core.statements import life, moderated, shown
from core.statements.writing import LIMIT
from core.texts import LANGUAGES, Localized, Texts, pick

TITLE_LIMIT, BACKGROUND_LIMIT, SEEDS_LIMIT, NAME_LIMIT = 150, 1000, 3000, 60
MOST_SEEDS = 40
MOST_REMOVED, REMOVED_LABEL = 90, 60
LISTED = 10


def conversation_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.STATEMENTS)
    official, t = turn.staff(), turn.t
    title, found = t("Conversations of statements"), turn.store.conversations(limit=LISTED)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for one in found:
        blocks.append(text(bold(f"{one.id}. "), pick(one.title, turn.language)))
        told = " ".join(filter(None, (shown.so_far(turn, one), _moved(turn, one))))
        if told:
            blocks.append(text(told, role="note"))
        made = [button(t("Take a stand"), "stand", one.id)] if one.takes_votes(turn.now) else []
        made += _buttons(turn, one) if official.may_edit() else []
        blocks += [rows(*made, width=5)] if made else []
    if not found:
        blocks.append(text(t("No conversations yet.")))
    if official.may_edit():
        blocks.append(rows(button(t("New conversation"), "conversation_new", primary=True)))
    return Reply(message=Message(title, tuple(blocks)))


def _moved(turn: Turn, conversation: Conversation) -> str:
    """How steady the groups are."""
    groups = turn.store.groups(conversation.id)
    if groups is None or not groups.moved:
        return ""
    return turn.t.plural(
        "In the last computation {n} person came to another group.",
        "In the last computation {n} people came to another group.",
        groups.moved,
    )


def _buttons(turn: Turn, conversation: Conversation) -> list[Button]:
    t, id = turn.t, conversation.id
    made = moderated.buttons(turn, conversation)
    if not conversation.state.over:
        made.append(button(t("Change"), "conversation_edit", id))
    if turn.store.groups(id):
        made.append(button(t("Name the groups"), "groups_name", id))
    if not conversation.state.over:
        close = encode("conversation_close_ask", id)
        made.append(Button(t("Close for good"), close, "danger"))
    return made


def _for_editor(turn: Turn, id: str) -> Conversation:
    turn.require(Part.STATEMENTS)
    turn.editor()
    return life.find(turn, number(id))


# --- the form ------------------------------------------------------------------------------------


def new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.STATEMENTS)
    turn.editor()
    t = turn.t
    chats = tuple(Choice(str(c.address), c.name) for c in turn.city.chats)
    fields = [
        *_words(turn, None),
        Ask("chats", t("Post in"), "choices", optional=True, choices=chats),
        Ask("opens", t("Opens"), "time", hint=t("Empty: at once"), optional=True),
        *_times(turn, None),
    ]
    return Reply(form=Form("conversation", t("New conversation"), t("Create"), tuple(fields)))


def edit(turn: Turn, id: str) -> Reply:
    conversation = _going(turn, id)
    fields = (*_words(turn, conversation), *_times(turn, conversation))
    fields = (*fields, *_seeds_to_remove(turn, conversation))
    title = turn.t("Change the conversation")
    return Reply(form=Form("conversation", title, turn.t("Save"), fields, str(conversation.id)))


def _words(turn: Turn, old: Conversation | None) -> list[Ask]:
    t, fields = turn.t, list[Ask]()
    for x in LANGUAGES:
        name, extra = IN[x](t), x != turn.city.language
        title, background = (old.title.get(x, ""), old.background.get(x, "")) if old else ("", "")
        fields += [
            Ask(f"title_{x}", t("Theme {in_language}", in_language=name), value=title,
                limit=TITLE_LIMIT, optional=extra),
            Ask(f"background_{x}", t("Background {in_language}", in_language=name), "lines",
                background, limit=BACKGROUND_LIMIT, optional=True),
            Ask(f"seeds_{x}", _seeds_label(t, name, old is None), "lines",
                hint=t("One on each line, in the same order in every language. 10 to 20 are good."),
                limit=SEEDS_LIMIT, optional=extra or old is not None),
        ]  # fmt: skip
    return fields


def _seeds_label(t: Texts, name: str, first: bool) -> str:
    if first:
        return t("Statements {in_language}", in_language=name)
    return t("More statements {in_language}", in_language=name)


def _times(turn: Turn, old: Conversation | None) -> list[Ask]:
    t = turn.t
    read = (
        Choice(Moderation.BEFORE, t("before they are shown")),
        Choice(Moderation.AFTER, t("after they are shown")),
    )
    chosen = old.moderation if old else Moderation.BEFORE
    adds = _local(turn, old.adds_until if old else None)
    closes = _local(turn, old.closes_at if old else None)
    return [
        Ask("adds", t("Residents may add statements until"), "time", adds,
            t("Empty: until it closes"), optional=True),
        Ask("closes", t("Closes"), "time", closes, t("Empty: when an editor closes it"),
            optional=True),
        Ask("moderation", t("Residents' statements are read"), "choice", chosen, choices=read),
    ]  # fmt: skip


def _seeds_to_remove(turn: Turn, conversation: Conversation) -> list[Ask]:
    found = [
        Choice(str(each.id), clean.short(shown.statement_text(turn.t, each), REMOVED_LABEL))
        for each in turn.store.statements(conversation.id, StatementState.SHOWN)
        if each.seed
    ][:MOST_REMOVED]
    if not found:
        return []
    label = turn.t("Remove the city's statements")
    return [Ask("remove", label, "choices", optional=True, choices=tuple(found))]


def _local(turn: Turn, at: datetime | None) -> str:
    zone = ZoneInfo(turn.city.timezone)
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.STATEMENTS)
    by, t = turn.editor().key, turn.t
    old = _going(turn, state) if state else None
    draft = _read(turn, fields, by, old)
    if old:
        return _changed(turn, old, draft, fields)
    made = life.begin(turn, draft)
    if made.state is PollState.OPEN:
        return Reply(t.plural("Conversation {id} is open, in {n} chat.",
                              "Conversation {id} is open, in {n} chats.",
                              len(made.chats), id=made.id))  # fmt: skip
    opens = t.time(made.opens_at, turn.city.timezone)
    return Reply(t("Conversation {id} opens {time}.", id=made.id, time=opens))


def _changed(
    turn: Turn, old: Conversation, draft: ConversationDraft, fields: Mapping[str, str]
) -> Reply:
    changed = replace(old, title=draft.title, background=draft.background,
                      adds_until=draft.adds_until, closes_at=draft.closes_at,
                      moderation=draft.moderation)  # fmt: skip
    turn.store.save_conversation(changed)
    for word in fields.get("remove", "").split()[:MOST_REMOVED]:
        found = turn.store.statement(number(word))
        if found and found.seed and found.conversation == old.id:
            turn.store.judge_statement(found.id, StatementState.REMOVED, "", turn.now)
    for words in draft.seeds:
        turn.store.add_statement(old.id, words, None, StatementState.SHOWN, turn.now, seed=True)
    turn.touch(subject("conversation", old.id))
    return Reply(turn.t("The conversation is changed."))


def _read(
    turn: Turn, fields: Mapping[str, str], by: str, old: Conversation | None
) -> ConversationDraft:
    """Invalid names every faulty field."""
    t, city, errors = turn.t, turn.city, dict[str, str]()
    title = _localized(t, fields, "title", TITLE_LIMIT, errors)
    if not title:
        errors[f"title_{city.language}"] = t("Write the theme in one language at least.")
    background = _localized(t, fields, "background", BACKGROUND_LIMIT, errors)
    seeds = _seeds(t, fields, city.language, old is None, errors)
    opens = old.opens_at if old else moment(city, t, fields, "opens", errors) or turn.now
    adds = moment(city, t, fields, "adds", errors)
    closes = moment(city, t, fields, "closes", errors)
    if closes and closes <= max(opens, turn.now):
        errors.setdefault("closes", t("It would close before it opens."))
    if adds and closes and adds > closes:
        errors.setdefault("adds", t("That is after the closing."))
    moderation = one_of(t, fields, "moderation", Moderation, Moderation.BEFORE, errors)
    chats = old.chats if old else chats_of(city, t, fields, errors)
    if errors:
        raise Invalid(errors)
    return ConversationDraft(title, background, opens, adds, closes, moderation, chats, by, seeds)


def _localized(
    t: Texts, fields: Mapping[str, str], name: str, limit: int, errors: dict[str, str]
) -> Localized:
    made = {}
    for x in LANGUAGES:
        words = clean.lines(fields.get(f"{name}_{x}", ""))
        if len(words) > limit:
            errors[f"{name}_{x}"] = t("At most {limit} characters.", limit=limit)
        if words:
            made[x] = words
    return made


def _seeds(
    t: Texts, fields: Mapping[str, str], first: str, needed: bool, errors: dict[str, str]
) -> tuple[Localized, ...]:
    """As many lines in each language that has any."""
    columns: dict[str, list[str]] = {}
    for x in LANGUAGES:
        name = f"seeds_{x}"
        written = fields.get(name, "")[: 10 * SEEDS_LIMIT]
        lines = [line for line in map(clean.line, written.splitlines()) if line]
        if any(len(line) > LIMIT for line in lines):
            errors[name] = t("A statement has at most {limit} characters.", limit=LIMIT)
        elif len({line.casefold() for line in lines}) < len(lines):
            errors[name] = t("The same statement is there twice.")
        elif len(lines) > MOST_SEEDS:
            errors[name] = t("At most {n} statements.", n=MOST_SEEDS)
        if lines:
            columns[x] = lines
    if needed and not columns:
        errors[f"seeds_{first}"] = t("Write the first statements, one on each line.")
    if len(set(map(len, columns.values()))) > 1:
        last = f"seeds_{list(columns)[-1]}"
        errors.setdefault(last, t("Give the same number of statements in every language."))
    size = min(map(len, columns.values()), default=0)
    return tuple({x: columns[x][i] for x in columns} for i in range(size))


# --- closing -------------------------------------------------------------------------------------


def _going(turn: Turn, id: str) -> Conversation:
    conversation = _for_editor(turn, id)
    if conversation.state.over:
        raise Refusal(turn.t("The conversation is closed already."))
    return conversation


def close_ask(turn: Turn, id: str) -> Reply:
    conversation = _going(turn, id)
    name = clean.short(pick(conversation.title, turn.language), 60)
    title = turn.t("Close “{title}” for good? It cannot be opened again.", title=name)
    yes = Button(turn.t("Close for good"), encode("conversation_close", id), "danger")
    return Reply(message=confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def close(turn: Turn, id: str) -> Reply:
    conversation = _going(turn, id)
    life.close(turn, conversation)
    return Reply(message=shown.conversation_result(turn, conversation.id), replaces=True)


# --- names of groups -----------------------------------------------------------------------------


def name_groups(turn: Turn, id: str) -> Reply:
    conversation = _for_editor(turn, id)
    groups = turn.store.groups(conversation.id)
    t = turn.t
    if groups is None or not groups.groups:
        raise Refusal(t("There are no opinion groups to name."))
    blocks: list[AnyBlock] = [*shown.group_blocks(turn, conversation, groups)]
    for letter in sorted(groups.groups):
        for x in LANGUAGES:
            label = t("Group {letter}", letter=letter) + f", {IN[x](t)}"
            value = conversation.names.get(letter, {}).get(x, "")
            blocks.append(Ask(f"{letter}_{x}", label, value=value, limit=NAME_LIMIT, optional=True))
    title = t("Name the groups")
    return Reply(form=Form("groups_name", title, t("Save"), tuple(blocks), str(conversation.id)))


def submit_names(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    conversation = _for_editor(turn, state)
    groups = turn.store.groups(conversation.id)
    names, errors = dict(conversation.names), dict[str, str]()
    for letter in groups.groups if groups else ():
        names[letter] = _localized(turn.t, fields, letter, NAME_LIMIT, errors)
    if errors:
        raise Invalid(errors)
    turn.store.save_conversation(replace(conversation, names=names))
    turn.touch(subject("conversation", conversation.id))
    return Reply(turn.t("The names are kept."))


Answer = Callable[..., Reply]
STAFF_COMMANDS: dict[str, Answer] = {"conversation": new, "statements": conversation_list}
STAFF_WORDS = {
    **dict.fromkeys(("conversation", "väittämäkysely", "påståendeenkät"), "conversation"),
    **dict.fromkeys(("statements", "väittämät", "påståenden"), "statements"),
}
BUTTONS: dict[str, Answer] = {
    "conversation_list": conversation_list,
    "conversation_new": new,
    "conversation_edit": edit,
    "conversation_close_ask": close_ask,
    "conversation_close": close,
    "groups_name": name_groups,
}
FORMS: dict[str, Answer] = {
    "conversation": submit,
    "groups_name": submit_names,
    **unsent.keeping(unsent.for_editors(Part.STATEMENTS), "conversation", "groups_name"),
}
