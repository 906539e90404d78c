"""What officials are shown in their workplace besides polls and questions: menus and notices."""

from collections.abc import Sequence

from core import clean
from core.city import Official, Part
from core.desk import Turn
from core.messages import Button, Facts, Message, bold, rows, text
from core.moderation import rules
from core.questions import lists
from core.scene import Scene, button, reference

FAULTS = 5
"""How many mistakes of a city file are shown; ``kuulolla check`` tells all."""

# --- lists -----------------------------------------------------------------------------------


def menu(turn: Turn, official: Official) -> Message:
    t = turn.t
    title = t("Kuulolla: what would you like to do?")
    return Message(title, (text(bold(title)), rows(*_menu_buttons(turn, official), width=5)))


def _menu_buttons(turn: Turn, official: Official) -> list[Button]:
    t, city = turn.t, turn.city
    made = []
    if city.has(Part.QUESTIONS):
        made.append(button(t("Waiting for me"), "waiting"))
        made.append(button(t("Unassigned"), "unassigned"))
        made.append(button(t("Overdue"), "overdue"))
    if city.has(Part.POLLS):
        made.append(button(t("Polls"), "poll_list"))
        if official.may_edit():
            made.append(button(t("New poll"), "poll_new", primary=True))
    if rules.in_use(city) and city.may_moderate(official):
        made.append(button(t("Moderation"), "desk"))
    if city.has(Part.DISCUSSIONS):
        made.append(button(t("Discussions"), "discussion_list"))
    if city.has(Part.STATEMENTS):
        made.append(button(t("Statements"), "conversation_list"))
    if city.has(Part.DIGESTS) and official.may_edit():
        made.append(button(t("Send the round-up now"), "digest_ask"))
    made.append(button(t("Help"), "staff_help"))
    return made


def help_page(turn: Turn, official: Official) -> Message:
    t, city = turn.t, turn.city
    title = t("What you can do")
    facts: list[tuple[str, str]] = []
    if city.has(Part.QUESTIONS):
        facts.append(("/kuulolla " + t("mine"), t("questions that wait for you")))
        facts.append(("/kuulolla " + t("unassigned"), t("questions that nobody has taken")))
        facts.append(("/kuulolla " + t("overdue"), t("questions that are late")))
        named = t("question") + f" {reference(city, 12)}"
        facts.append(("/kuulolla " + named, t("one question, with all that was done")))
        if any(official.leads(department) for department in city.departments):
            how = t("hand all of one person's questions to another")
            facts.append(("/kuulolla " + t("reassign"), how))
    if city.has(Part.POLLS):
        facts.append(("/kuulolla " + t("results 7"), t("how poll 7 stands")))
        if official.may_edit():
            facts.append(("/kuulolla " + t("poll"), t("create a poll")))
            facts.append(("/kuulolla " + t("close 7"), t("close poll 7 for good")))
    if city.has(Part.STATEMENTS):
        facts.append(("/kuulolla " + t("statements"), t("conversations of statements")))
    if rules.in_use(city) and city.may_moderate(official):
        facts.append(("/kuulolla " + t("moderation"), t("what waits for a moderator")))
    if city.has(Part.DISCUSSIONS):
        facts.append(("/kuulolla " + t("discussions"), t("discussions, and how to open one")))
    if city.has(Part.DIGESTS) and official.may_edit():
        facts.append(("/kuulolla " + t("digest"), t("send the round-up to the chats now")))
    if city.has(Part.SUBSCRIPTIONS) and official.may_edit():
        facts.append(("/kuulolla " + t("subscribers"), t("how many want to hear of what")))
    if city.has(Part.BROADCASTS) and official.may_edit():
        facts.append(("/kuulolla " + t("broadcast"), t("write to all, or to those of a theme")))
    facts.append(("/kuulolla " + t("language"), t("change my language")))
    how = t("A new question comes to your department's channel. Its buttons do the rest.")
    blocks = (text(title, role="heading"), text(how), Facts(tuple(facts)))
    return Message(title, (*blocks, rows(*_menu_buttons(turn, official), width=5)))


def home(turn: Turn, official: Official) -> Message:
    """An official's own page in the workplace: what can be done, and what waits. The buttons come
    first: a long list is cut."""
    if not turn.city.has(Part.QUESTIONS):
        return menu(turn, official)
    found = lists.home(turn, official)
    title, *rest = found.blocks
    return Message(found.summary, (title, rows(*_menu_buttons(turn, official), width=5), *rest))


def confirm(title: str, yes: Button, no: Button) -> Message:
    return Message(title, (text(bold(title)), rows(yes, no, width=2)))


# --- notices from the service ----------------------------------------------------------------


def joined(scene: Scene, address: str, title: str) -> Message:
    """The service was added to a chat that the city file does not know."""
    words = scene.t(
        "I was added to a chat that the city file does not name: {title}. To use it, add its "
        "address there: {address}",
        title=title or "–",
        address=address,
    )
    return Message(words, (text(words),))


def trouble(scene: Scene, address: str, reason: str) -> Message:
    """Something could not be sent to a chat."""
    words = scene.t("I cannot write to {address}: {reason}", address=address, reason=reason)
    return Message(words, (text(words),))


def city_edited(scene: Scene, why: str, what: Sequence[str]) -> Message:
    """An edit of the city file that the running service did not take."""
    t = scene.t
    if why == "restart":
        told = t("The city file was edited. The edit holds once the service is restarted.")
        shown = [t("This cannot change while it runs: {settings}", settings="; ".join(what))]
    else:
        told = t("The city file was edited and has mistakes. The service goes on as before.")
        shown = [clean.short(line, 300) for line in what[:FAULTS]]
        if len(what) > FAULTS:
            shown.append(t.plural("{n} more", "{n} more", len(what) - FAULTS))
    return Message(told, (text(bold(told)), text("\n".join(shown))))
