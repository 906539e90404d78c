"""What officials may do: their commands, buttons and forms, each with its reply."""

from collections.abc import Callable

from core import staff, visitors
from core.broadcasts import acts as broadcasts
from core.city import Part
from core.desk import Turn
from core.digests import chats, preview
from core.discussions import editing as discussions
from core.messages import Button, Message, Reply, text
from core.moderation import acts as moderation
from core.polls import acts as polls
from core.questions import officials as questions
from core.residents import language
from core.scene import button
from core.statements import editing as statements
from core.subscriptions import cards as subscriptions

Answer = Callable[..., Reply]


def command(turn: Turn, name: str, args: str) -> Reply:
    word = WORDS.get(name.lower(), "")
    if turn.official is None and (reply := visitors.command(turn, word)):
        return reply
    official, answer = turn.staff(), COMMANDS.get(word)
    if answer is None:
        return Reply(message=staff.help_page(turn, official))
    return answer(turn, args.strip())


def staff_menu(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.menu(turn, turn.staff()))


def staff_help(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.help_page(turn, turn.staff()))


def staff_home(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.home(turn, turn.staff()))


def digest_ask(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DIGESTS)
    turn.editor()
    title = turn.t("Send the round-up to every chat now?")
    yes = button(turn.t("Send"), "digest", primary=True)
    return Reply(message=staff.confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def digest(turn: Turn) -> Reply:
    sent = chats.send_now(turn)
    told = turn.t.plural("The round-up went to {n} chat.", "The round-up went to {n} chats.", sent)
    if not sent:
        told = turn.t("There is nothing new to tell: no round-up was sent.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "menu": staff_menu,
    "home": staff_home,
    "help": staff_help,
    **questions.COMMANDS,
    **polls.STAFF_COMMANDS,
    **statements.STAFF_COMMANDS,
    **discussions.STAFF_COMMANDS,
    **moderation.STAFF_COMMANDS,
    "digest": digest_ask,
    **subscriptions.STAFF_COMMANDS,
    **broadcasts.COMMANDS,
    "language": language,
}
WORDS = {
    "": "menu",
    "home": "home",
    **dict.fromkeys(("help", "ohje", "apua", "hjälp"), "help"),
    **questions.WORDS,
    **polls.STAFF_WORDS,
    **statements.STAFF_WORDS,
    **discussions.STAFF_WORDS,
    **moderation.STAFF_WORDS,
    **dict.fromkeys(("digest", "kooste", "sammandrag"), "digest"),
    **subscriptions.STAFF_WORDS,
    **broadcasts.WORDS,
    **dict.fromkeys(("language", "kieli", "språk"), "language"),
}
BUTTONS: dict[str, Answer] = {
    **questions.BUTTONS,
    **moderation.BUTTONS,
    "digest_ask": digest_ask,
    "digest": digest,
    **preview.BUTTONS,
    **broadcasts.BUTTONS,
    "staff_help": staff_help,
}
FORMS: dict[str, Answer] = {
    **questions.FORMS,
    **moderation.FORMS,
    **preview.FORMS,
    **broadcasts.FORMS,
}
