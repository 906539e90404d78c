"""What is shown of conversations: statements to answer, posts, what others think."""

from collections.abc import Sequence

from core import clean
from core.discussions import origin
from core.messages import AnyBlock, Image, Link, Message, bold, rows, text
from core.model import FEW, Conversation, Groups, PollState, Stand, Statement, StatementState
from core.scene import Scene, button, page_link
from core.statements.voting import Standing
from core.texts import Localized, Texts, pick

TOLD_AFTER = 10
"""Votes after which a person is told what others think."""
LISTED = 4
PARTED = 3


def card(
    scene: Scene, standing: Standing, statement: Statement, important: bool = False
) -> Message:
    """One statement with its buttons, for the person alone."""
    t, conversation = scene.t, standing.conversation
    title, words = pick(conversation.title, t.language), statement_text(t, statement)
    blocks: list[AnyBlock] = [text(bold(title)), text(progress(t, standing), role="note")]
    if not standing.said:
        blocks += about(scene, conversation)
    blocks.append(text(words, role="heading"))
    if statement.seed:
        blocks.append(text(t("The city's statement"), role="note"))
        blocks += origin.back(scene, origin.STATEMENT, statement.id)
    blocks.append(_say_buttons(t, "say", statement.id, *((1,) if important else ())))
    star = t("★ Important to me") if important else t("☆ Important to me")
    made = [button(star, "weigh", statement.id, 0 if important else 1)]
    if conversation.takes_statements(scene.now):
        made.append(button(t("Add your own statement"), "statement_new", conversation.id))
    if len(standing.said) >= TOLD_AFTER:
        made.append(button(t("What others think"), "others", conversation.id))
    made.append(button(t("Enough for now"), "enough", conversation.id))
    return Message(f"{title}: {words}", (*blocks, rows(*made)))


def _say_buttons(t: Texts, verb: str, id: int, *more: int) -> AnyBlock:
    return rows(
        button(t("Agree"), verb, id, "agree", *more),
        button(t("Disagree"), verb, id, "disagree", *more),
        button(t("Pass"), verb, id, "pass", *more),
        width=3,
    )


def statement_text(t: Texts, statement: Statement) -> str:
    return pick(statement.text, t.language)


def progress(t: Texts, standing: Standing) -> str:
    place = min(len(standing.said) + 1, standing.total)
    return t("Statement {n} of {all}", n=t.number(place), all=t.number(standing.total))


def about(scene: Scene, conversation: Conversation) -> list[AnyBlock]:
    background = pick(conversation.background, scene.t.language)
    return [*([text(background)] if background else []), text(kept(scene.t), role="note")]


def kept(t: Texts) -> str:
    return t(
        "Say what you think of other people's statements. Nobody sees what you say. Stop when "
        "you like, and go on another day."
    )


# --- what others think ---------------------------------------------------------------------------


def company(t: Texts, people: int) -> str:
    others = max(people - 1, 0)
    if not others:
        return t("You are the first one here.")
    return t.plural("You and {n} other", "You and {n} others", others)


def others(scene: Scene, standing: Standing, last: bool = False) -> Message:
    """For somebody who has said enough to see it. ``last``: nothing is left to ask them."""
    t, store, conversation = scene.t, scene.store, standing.conversation
    groups = store.groups(conversation.id)
    people = groups.people if groups else store.opinion_people(conversation.id)
    title = company(t, people)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    if last:
        blocks.append(text(t("You have said what you think of every statement. Thank you!")))
    if groups:
        blocks += agreed(scene, conversation, groups)
        blocks += _near(scene, conversation, groups, standing.name)
        blocks += picture(scene, conversation, groups)
    blocks += page_link(scene, t("More on the web page"), f"/statements/{conversation.id}/report")
    if standing.next is not None:
        blocks.append(rows(button(t("Next statement"), "stand", conversation.id, primary=True)))
    return Message(title, tuple(blocks))


def agreed(scene: Scene, conversation: Conversation, groups: Groups) -> list[AnyBlock]:
    """What most people agree on."""
    found = [s for s in groups.consensus if _counted(groups, s) >= FEW]
    lines = _lines(scene, conversation, groups, found[:LISTED])
    title = text(bold(scene.t("Most people agree on this")))
    return [title, *lines] if lines else []


def _near(
    scene: Scene, conversation: Conversation, groups: Groups, name: bytes | None
) -> list[AnyBlock]:
    """The group that the person is near; of one of fewer than five nothing is said."""
    letter = groups.members.get(name) if name else None
    group = groups.groups.get(letter) if letter else None
    if letter is None or group is None or group.size < FEW:
        return []
    t = scene.t
    name_ = group_name(t, conversation, letter)
    told = t.plural(
        "You are nearest to {group}: {n} person thinks much alike.",
        "You are nearest to {group}: {n} people think much alike.",
        group.size,
        group=name_,
    )
    return [text(bold(told)), *_lines(scene, conversation, groups, group.stands[:LISTED])]


def group_name(t: Texts, conversation: Conversation, letter: str) -> str:
    named: Localized = conversation.names.get(letter, {})
    return pick(named, t.language) or t("Group {letter}", letter=letter)


def group_blocks(scene: Scene, conversation: Conversation, groups: Groups) -> list[AnyBlock]:
    """Each group that may be shown, with what it stands for."""
    t, blocks = scene.t, list[AnyBlock]()
    for letter, group in sorted(groups.groups.items()):
        if group.size < FEW:
            continue
        size = t.plural("{n} person", "{n} people", group.size)
        name = group_name(t, conversation, letter)
        blocks.append(text(bold(f"{name[:1].upper()}{name[1:]}, {size}")))
        blocks += _lines(scene, conversation, groups, group.stands[:PARTED])
    return blocks


def _counted(groups: Groups, stand: Stand) -> int:
    found = groups.figures.get(stand.statement)
    return found.agrees + found.disagrees + found.passes if found else 0


def _lines(
    scene: Scene, conversation: Conversation, groups: Groups, stands: Sequence[Stand]
) -> list[AnyBlock]:
    t, made = scene.t, []
    for stand in stands:
        statement = scene.store.statement(stand.statement)
        if statement and statement.state is StatementState.SHOWN:
            words = clean.short(statement_text(t, statement), 200)
            side = t("Agree") if stand.agree else t("Disagree")
            made.append(f"– {side}: {words}")
    return [text("\n".join(made))] if made else []


def picture(scene: Scene, conversation: Conversation, groups: Groups) -> list[AnyBlock]:
    """The opinion space, where there are groups to see."""
    if not groups.groups:
        return []
    path = f"/{scene.t.language}/statements/{conversation.id}/space.png"
    return [Image(f"{scene.city.images}{path}", in_words(scene.t, conversation, groups))]


def in_words(t: Texts, conversation: Conversation, groups: Groups) -> str:
    """What the picture shows, for those who don't see it."""
    named = [
        f"{group_name(t, conversation, letter)} {t.number(group.size)}"
        for letter, group in sorted(groups.groups.items())
        if group.size >= FEW
    ]
    return t("Opinion groups by size: {groups}.", groups=", ".join(named))


# --- for everybody -------------------------------------------------------------------------------


def conversation_post(scene: Scene, id: int, forms: bool = False) -> Message:
    """In a shared chat: ways to where one is alone. ``forms``: what is answered to a press is for
    the one who pressed."""
    t, conversation = scene.t, scene.store.conversation(id)
    if conversation is None:
        return Message(t("This conversation is gone."))
    title = t("Statements: {title}", title=pick(conversation.title, t.language))
    blocks: list[AnyBlock] = [text(title, role="heading")]
    if conversation.state is PollState.CLOSED:
        blocks.append(text(t("The conversation has closed.")))
        return Message(title, (*blocks, *_way_to_report(scene, conversation)))
    blocks += [*about(scene, conversation), text(so_far(scene, conversation))]
    return Message(title, (*blocks, *ways_in(scene, conversation, forms)))


def so_far(scene: Scene, conversation: Conversation) -> str:
    """How many take part, and until when."""
    t, groups = scene.t, scene.store.groups(conversation.id)
    people = groups.people if groups else 0
    took = t.plural("{n} person has taken part.", "{n} people have taken part.", people)
    until = when(scene, conversation)
    return " ".join(part for part in (took if people else "", until) if part)


def when(scene: Scene, conversation: Conversation) -> str:
    t, zone = scene.t, scene.city.timezone
    if conversation.state is PollState.SCHEDULED:
        return t("Opens {time}.", time=t.time(conversation.opens_at, zone))
    if conversation.closed_at:
        return t("Closed {time}.", time=t.time(conversation.closed_at, zone))
    if conversation.closes_at is None:
        return ""
    return t("Open until {time}.", time=t.time(conversation.closes_at, zone))


def ways_in(scene: Scene, conversation: Conversation, forms: bool = False) -> list[AnyBlock]:
    t = scene.t
    here = rows(
        button(t("Take a stand"), "stand", conversation.id, primary=True),
        button(t("Add your own statement"), "statement_new", conversation.id),
        width=2,
    )
    link = scene.city.chat_link(f"statements_{conversation.id}")
    chat = [Link(t("Take a stand in Telegram"), link)] if link and not forms else []
    web = page_link(scene, t("Take a stand on the web page"), f"/statements/{conversation.id}")
    return [*([here] if forms else []), *chat, *web]


def statement_post(scene: Scene, id: int, forms: bool = False) -> Message:
    """One statement by itself in a shared chat, with its three buttons."""
    t, statement = scene.t, scene.store.statement(id)
    conversation = scene.store.conversation(statement.conversation) if statement else None
    if statement is None or conversation is None or statement.state is not StatementState.SHOWN:
        return Message(t("This statement is gone."))
    title = t("What do you think? {title}", title=pick(conversation.title, t.language))
    words = statement_text(t, statement)
    blocks: list[AnyBlock] = [text(bold(title)), text(words, role="heading")]
    if statement.seed:
        blocks.append(text(t("The city's statement"), role="note"))
    if conversation.state is not PollState.OPEN:
        blocks.append(text(t("The conversation has closed.")))
        return Message(f"{title}: {words}", tuple(blocks))
    blocks += [_say_buttons(t, "say_here", id), text(t("Nobody sees what you say."), role="note")]
    return Message(f"{title}: {words}", (*blocks, *ways_in(scene, conversation, forms)))


def conversation_result(scene: Scene, id: int, forms: bool = False) -> Message:
    """What came of it, once it has closed."""
    t, conversation = scene.t, scene.store.conversation(id)
    if conversation is None:
        return Message(t("This conversation is gone."))
    title = t("What people think: {title}", title=pick(conversation.title, t.language))
    blocks: list[AnyBlock] = [text(title, role="heading")]
    groups = scene.store.groups(id)
    if groups is None:
        blocks.append(text(t("Nobody took part.")))
        return Message(title, tuple(blocks))
    people = t.plural("{n} person", "{n} people", groups.people)
    blocks.append(text(f"{people}, {t.plural('{n} vote', '{n} votes', groups.votes)}"))
    blocks += [*agreed(scene, conversation, groups), *group_blocks(scene, conversation, groups)]
    blocks += picture(scene, conversation, groups)
    return Message(title, (*blocks, *_way_to_report(scene, conversation)))


def _way_to_report(scene: Scene, conversation: Conversation) -> list[AnyBlock]:
    return page_link(scene, scene.t("The report"), f"/statements/{conversation.id}/report")


def conversation_list(scene: Scene, private: bool) -> Message:
    """Open ones: in a private chat each with a button, in a shared one with a link."""
    t, found = scene.t, scene.store.conversations(PollState.OPEN, limit=20)
    if not found:
        title = t("There are no statements to answer now.")
        return Message(title, (text(title), *page_link(scene, t("Earlier ones"), "/statements")))
    title = t("Take a stand")
    named = [(clean.short(pick(one.title, t.language), 60), one) for one in found]
    shown: list[AnyBlock] = []
    if private:
        shown = [rows(*(button(name, "stand", one.id) for name, one in named))]
    else:
        for name, one in named:
            shown += [text(bold(name)), *ways_in(scene, one)]
    return Message(title, (text(title, role="heading"), *shown))


VIEWS = {
    "conversation": conversation_post,
    "statement": statement_post,
    "conversation_result": conversation_result,
}
