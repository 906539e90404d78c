"""One person, one ballot: accounts that somebody has in several channels are linked by a code.

An account stays what it was: its questions, drafts and way back are its own, and what is shown of
them is shown to all accounts of the person. Only ballots go under one of the accounts, the
person's: so there are never more ballots in a poll than accounts, whatever is linked, unlinked
or forgotten meanwhile.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from core import codes, commands
from core.actions import encode
from core.city import City, Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Button, Form, Link, Message, Reply, bold, rows, text
from core.model import BallotBox, PollState
from core.people import voter
from core.scene import button, page_link
from core.statements import voting
from core.texts import Texts

LENGTH = 8
"""Characters of a code: with a hundred codes out and a thousand guesses a second for as long as
they live, one in twenty thousand finds one."""
LIFE = timedelta(minutes=10)
MOST_ACCOUNTS = 10
VOTED = (Part.POLLS, Part.STATEMENTS)
"""Where one has one vote, and so is to be one person."""


# --- the rules -------------------------------------------------------------------------------


def offer(turn: Turn) -> str:
    """A new code for this account; the one before is worth nothing any more."""
    code = codes.new(LENGTH)
    turn.store.keep_link_code(turn.resident, _digest(turn, code), turn.now)
    return code


def enter(turn: Turn, written: str) -> None:
    """Takes a code, once; what is left is to confirm. Refusal where it is not to be had."""
    tries = codes.Tries(turn)
    tries.check()
    code = codes.read(written, LENGTH)
    digest = _digest(turn, code or "")
    account = turn.store.link_code(digest, turn.now - LIFE) if code else None
    if account is None:
        raise tries.failed()
    if account in turn.store.accounts(turn.person):
        raise Refusal(turn.t("This code is from your own account: enter it in your other channel."))
    if not turn.store.drop_link_code(digest):
        raise tries.failed()
    turn.store.put_draft(turn.resident, "link", {"account": account}, turn.now)


def confirm(turn: Turn) -> int:
    """The two become one person; how many accounts that makes."""
    kept = turn.store.draft(turn.resident, "link")
    turn.store.drop_draft(turn.resident, "link")
    if kept is None:
        raise Refusal(turn.t("There is nothing to confirm here. Get a new code."))
    turn.store.hold_votes()
    found = turn.store.profiles([turn.resident, kept["account"]])
    here, there = (
        (found[x].person if x in found else None) or x for x in (turn.resident, kept["account"])
    )
    if here == there:
        return len(turn.store.accounts(there))
    accounts = [*turn.store.accounts(there), *turn.store.accounts(here)]
    if len(accounts) > MOST_ACCOUNTS:
        raise Refusal(turn.t("At most {n} accounts can be one person.", n=MOST_ACCOUNTS))
    turn.store.link(accounts, there)
    _one_language(turn, accounts)
    _one_area(turn, accounts)
    _one_ballot(turn, there, here)
    return len(accounts)


def _one_language(turn: Turn, accounts: list[str]) -> None:
    """Who never chose a language speaks the other account's."""
    found = turn.store.profiles(accounts)
    chosen = next((p.language for p in found.values() if p.language), None)
    for account in accounts if chosen else ():
        if not found[account].language if account in found else True:
            turn.store.set_language(account, chosen)


def _one_area(turn: Turn, accounts: list[str]) -> None:
    """Where they said that they live; where they said two places, they are asked again."""
    said = {area for account in accounts if (area := turn.store.area(account))}
    for account in accounts if said else ():
        turn.store.set_area(account, said.copy().pop() if len(said) == 1 else None)


def _one_ballot(turn: Turn, kept: str, gone: str) -> None:
    """In each open poll, the later of the two ballots. Those of closed polls are nobody's."""
    for id, (key, final) in _open_keys(turn).items():
        turn.store.merge_holders(id, voter(key, kept), voter(key, gone))
        turn.store.merge_ballots(id, voter(key, kept), voter(key, gone), first=final)
        turn.touch(f"poll:{id}")
    turn.store.merge_progress(kept, gone)
    turn.store.merge_supports(kept, gone)
    voting.merge(turn.store, kept, gone, turn.now)


def _open_keys(turn: Turn) -> dict[int, tuple[bytes, bool]]:
    """With each, whether votes are final there: the first one stays then."""
    going = turn.store.polls(PollState.OPEN, PollState.SCHEDULED, limit=10_000, surveys=True)
    boxes: Mapping[int, BallotBox] = turn.store.ballot_boxes({poll.id for poll in going})
    return {id: (box.key, box.final) for id, box in boxes.items() if box.key}


def _digest(turn: Turn, code: str) -> bytes:
    """What is kept of a code. It is looked for by this, so how long that takes tells nothing of
    the code itself."""
    return turn.keyring.digest("link", code)


# --- what people do and see ------------------------------------------------------------------


def link(turn: Turn, words: str = "") -> Reply:
    """``/link``: a code to enter elsewhere; ``/link CODE``: enters one."""
    turn.require(*VOTED)
    if not turn.private:
        return Reply(message=come_in_private(turn))
    if words.strip():
        enter(turn, words)
        return Reply(message=question(turn))
    return Reply(message=code_page(turn, offer(turn)), fleeting=True)


def come_in_private(turn: Turn) -> Message:
    title = turn.t("Link your accounts in a private chat: a code is for your eyes only.")
    url = turn.city.chat_link("link")
    way: list[AnyBlock] = [Link(turn.t("Link my accounts"), url)] if url else []
    return Message(title, (text(title), *way))


def code_page(turn: Turn, code: str) -> Message:
    t = turn.t
    name = commands.name_of("link", turn.language)
    title = t("Your code: {code}", code=codes.show(code))
    how = t(
        "Enter it in your other channel within 10 minutes: write /{command} {code} there, or give "
        "it on the page “Link my accounts”. It works once. Give it to nobody else.",
        command=name,
        code=codes.show(code),
    )
    blocks = [text(bold(title)), text(how), text(about(t, turn.city), role="note"), *_linked(turn)]
    on_web = turn.city.has(Part.WEB_VOTING)
    page = page_link(turn, t("Link my accounts"), "/link") if on_web else []
    return Message(title, (*blocks, *page))


def about(t: Texts, city: City) -> str:
    if not city.has(Part.POLLS):
        return _about_statements(t, city)
    return t(
        "Linked accounts are one person: they have one vote in each poll and see each other's "
        "questions. Of votes given already in open polls, the latest stays. Votes in closed polls "
        "stay as they are, because nobody can tell any more whose they are."
    )


def _about_statements(t: Texts, city: City) -> str:
    told = t(
        "Linked accounts are one person: they have one vote on each statement. Of votes given "
        "already, the latest stays. Votes in closed conversations stay as they are, because nobody "
        "can tell any more whose they are."
    )
    if not city.has(Part.QUESTIONS):
        return told
    return " ".join((told, t("They see each other's questions.")))


def _linked(turn: Turn) -> list[AnyBlock]:
    n = len(turn.store.accounts(turn.person))
    if n < 2:
        return []
    told = turn.t.plural("{n} account of yours is linked.", "{n} of your accounts are linked.", n)
    return [text(told), rows(button(turn.t("Unlink this account"), "unlink"))]


def question(turn: Turn) -> Message:
    t = turn.t
    title = t("Link this account with the one that the code is from?")
    warning = t(
        "Only if both are yours. If somebody else gave you the code, they want your vote: cancel."
    )
    yes = button(t("Link"), "link_yes", primary=True)
    shown = (text(bold(title)), text(about(t, turn.city)), text(warning))
    return Message(title, (*shown, rows(yes, button(t("Cancel"), "keep"), width=2)))


def link_yes(turn: Turn) -> Reply:
    n = confirm(turn)
    told = turn.t.plural("Done: {n} account is linked.", "Done: {n} accounts are one person.", n)
    return Reply(message=Message(told, (text(told),)), replaces=True)


def unlink(turn: Turn) -> Reply:
    """Asked once: what it means is not seen from the button."""
    t = turn.t
    title = t("Unlink this account?")
    if turn.city.has(Part.POLLS):
        what = t(
            "Votes in open polls stay with the person; this account is somebody else from then on."
        )
    else:
        what = t("Your votes stay with the person; this account is somebody else from then on.")
    yes = Button(t("Unlink"), encode("unlink_yes"), "danger")
    shown = (text(bold(title)), text(what), rows(yes, button(t("Cancel"), "keep"), width=2))
    return Reply(message=Message(title, shown))


def unlink_yes(turn: Turn) -> Reply:
    turn.store.unlink(turn.resident)
    told = turn.t("This account stands alone again.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def form(t: Texts) -> Form:
    """For channels with forms."""
    field = Ask("code", t("Code from your other channel"), hint=t("As K7QF-3M9D"), limit=20)
    return Form("link", t("Link my accounts"), t("Continue"), (field,))


def submit_link(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    code = fields.get("code", "").strip()
    if not code:
        raise Invalid({"code": turn.t("Write the code that you got in your other channel.")})
    return link(turn, code)


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {"link": link}
BUTTONS: dict[str, Callable[..., Reply]] = {
    "link": link,
    "link_yes": link_yes,
    "unlink": unlink,
    "unlink_yes": unlink_yes,
}
FORMS: dict[str, Callable[..., Reply]] = {"link": submit_link}
