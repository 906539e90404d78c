"""What moderators and authors may do at the desk: commands, buttons and forms. Replies with what
residents wrote are not kept: that is in its own table alone."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core import unsent
from core.actions import number
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import Message, Reply, text
from core.model import Item, ItemState
from core.moderation import authors, cards, checks, desk, forms, told
from core.moderation.source import Source
from core.moderation.sources import source_of

Answer = Callable[..., Reply]
DRAFT = "desk"
WAITED = timedelta(hours=1)
SHORTEST = 2
S = ItemState


def open_desk(turn: Turn, _: str = "") -> Reply:
    return Reply(message=cards.waiting(turn), secret=True)


def card(turn: Turn, kind: str, ref: str) -> Reply:
    """With all that can be done."""
    desk.moderator(turn)
    source_of(kind)
    return Reply(message=cards.item_card(turn, kind, ref), secret=True)


def take(turn: Turn, kind: str, ref: str) -> Reply:
    desk.claim(turn, source_of(kind), ref)
    return Reply(turn.t("This is yours for half an hour."))


def approve(turn: Turn, kind: str, ref: str) -> Reply:
    desk.approve(turn, source_of(kind), ref)
    return Reply(turn.t("Approved."))


def escalate(turn: Turn, kind: str, ref: str) -> Reply:
    desk.escalate(turn, source_of(kind), ref)
    return Reply(turn.t("Passed on."))


def _opens(form: Callable[[Turn, Item], object], *states: ItemState) -> Answer:
    def opens(turn: Turn, kind: str, ref: str) -> Reply:
        item = desk.held(turn, source_of(kind), ref, *states)
        return Reply(form=form(turn, item), secret=True)

    return opens


def _named(state: str) -> tuple[Source, str]:
    kind, _, ref = state.partition(":")
    return source_of(kind), ref


def submit_reject(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    rule, reason = fields.get("rule", ""), fields.get("reason", "")
    desk.reject(turn, *_named(state), rule, reason)
    return Reply(turn.t("Rejected. The author was told why."))


def submit_reword(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    rule, reason = fields.get("rule", ""), fields.get("reason", "")
    desk.ask_to_reword(turn, *_named(state), rule, reason)
    return Reply(turn.t("The author was asked to say it in other words."))


def submit_redact(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    desk.redact(turn, *_named(state), fields.get("words", ""))
    return Reply(turn.t("Approved without those words."))


def submit_mute(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    days = number(fields.get("days", ""))
    desk.mute(turn, *_named(state), days, fields.get("rule", ""))
    return Reply(turn.t("The author cannot write there for a while, and was told."))


# --- several at once -----------------------------------------------------------------------------


def many(turn: Turn, state: str, *place: str) -> Reply:
    """``place`` may have a colon in it, so it comes in parts."""
    desk.moderator(turn)
    form = forms.many_form(turn, _state(state), ":".join(place) or "-", 0)
    if form is None:
        return Reply(turn.t("There is nothing like that here."))
    return Reply(form=form, secret=True)


def _state(name: str) -> ItemState:
    try:
        return ItemState(name)
    except ValueError:
        raise BadAction("no such state") from None


def submit_many(turn: Turn, fields: Mapping[str, str], carried: str) -> Reply:
    """Does what was chosen, and shows the next ones, where there are more."""
    desk.moderator(turn)
    name, _, rest = carried.partition(":")
    place, _, skip = rest.rpartition(":")
    state, skipped = _state(name), number(skip)
    yes, no = _chosen(fields, "approve"), _chosen(fields, "reject")
    if set(yes) & set(no):
        raise Invalid({"reject": turn.t("Approve or reject, not both.")})
    rule, reason = fields.get("rule", ""), fields.get("reason", "")
    if no:
        desk.check_reason(turn, rule, reason)
    approved = sum(_each(turn, one, desk.approve) for one in yes)
    rejected = sum(_each(turn, one, desk.reject, rule, reason) for one in no)
    left = forms.PAGE - approved - rejected
    if form := forms.many_form(turn, state, place, skipped + left):
        return Reply(form=form, secret=True)
    done = turn.t("Approved {approved}, rejected {rejected}.", approved=approved, rejected=rejected)
    if approved + rejected < len(yes) + len(no):
        done += " " + turn.t("The others were changed or taken meanwhile.")
    return Reply(done)


def _chosen(fields: Mapping[str, str], name: str) -> list[tuple[Source, str]]:
    words = dict.fromkeys(fields.get(name, "").split())
    return [_named(word) for word in list(words)[: forms.PAGE]]


def _each(turn: Turn, one: tuple[Source, str], act: Callable[..., Item], *more: str) -> bool:
    try:
        act(turn, *one, *more)
    except Refusal:
        return False
    return True


# --- authors -------------------------------------------------------------------------------------


def my_reword(turn: Turn, kind: str, ref: str) -> Reply:
    source = source_of(kind)
    if not authors.may_reword(source, authors.own_item(turn, source, ref)):
        raise Refusal(turn.t("This cannot be changed any more."))
    return _wait(turn, "reword", kind, ref, turn.t("Write it in other words, in one message."))


def my_appeal(turn: Turn, kind: str, ref: str) -> Reply:
    source = source_of(kind)
    if not authors.may_appeal(authors.own_item(turn, source, ref)):
        raise Refusal(turn.t("You can appeal once, against a rejection."))
    how = turn.t("Why should it be let through? Write it in one message; another moderator reads "
                 "it.")  # fmt: skip
    return _wait(turn, "appeal", kind, ref, how)


def _wait(turn: Turn, act: str, kind: str, ref: str, how: str) -> Reply:
    """What the person writes next is for this."""
    value = {"act": act, "kind": kind, "ref": ref, "at": turn.now.isoformat()}
    turn.expect(DRAFT, value)
    return Reply(message=Message(how, (text(how),)))


def awaited(turn: Turn) -> Mapping[str, str] | None:
    draft = turn.store.draft(turn.resident, DRAFT)
    if draft and turn.now - datetime.fromisoformat(draft["at"]) <= WAITED:
        return draft
    return None


def stop(turn: Turn) -> None:
    turn.store.drop_draft(turn.resident, DRAFT)


def said(turn: Turn, draft: Mapping[str, str], words: str) -> Reply:
    act = reword if draft["act"] == "reword" else appeal
    reply = act(turn, f"{draft['kind']}:{draft['ref']}", words)
    stop(turn)
    return reply


def reword(turn: Turn, state: str, words: str) -> Reply:
    source, ref = _named(state)
    item = authors.own_item(turn, source, ref)
    seen = checks.examine(turn, words, item.place, item.subject)
    if not SHORTEST <= len(seen.text) <= desk.TEXT_LIMIT:
        raise Refusal(turn.t("Write 1 to {limit} characters.", limit=desk.TEXT_LIMIT))
    item = authors.reword(turn, source, ref, seen.text, seen.found)
    return _told(turn, item)


def appeal(turn: Turn, state: str, words: str) -> Reply:
    return _told(turn, authors.appeal(turn, *_named(state), words))


def _told(turn: Turn, item: Item) -> Reply:
    done = told.state(turn.t, item)
    return Reply(message=Message(done, (text(done),)))


def submit_my_reword(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    return reword(turn, state, fields.get("text", ""))


def submit_my_appeal(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    return appeal(turn, state, fields.get("text", ""))


STAFF_COMMANDS: dict[str, Answer] = {"moderation": open_desk}
STAFF_WORDS = dict.fromkeys(("moderation", "moderointi", "moderering"), "moderation")
BUTTONS: dict[str, Answer] = {
    "desk": open_desk,
    "desk_card": card,
    "desk_take": take,
    "desk_yes": approve,
    "desk_up": escalate,
    "desk_no": _opens(forms.reject_form, S.WAITING, S.APPEALED, S.REWORD, S.APPROVED),
    "desk_reword": _opens(forms.reword_form, S.WAITING, S.APPROVED),
    "desk_redact": _opens(forms.redact_form, S.WAITING, S.APPROVED),
    "desk_mute": _opens(forms.mute_form, *S),
    "desk_many": many,
    "my_reword": my_reword,
    "my_appeal": my_appeal,
}
FORMS: dict[str, Answer] = {
    "desk_no": submit_reject,
    "desk_reword": submit_reword,
    "desk_redact": submit_redact,
    "desk_mute": submit_mute,
    "desk_many": submit_many,
    "my_reword": submit_my_reword,
    "my_appeal": submit_my_appeal,
    **unsent.keeping(lambda turn, name, state: desk.moderator(turn), "desk_no", "desk_reword"),
}
VIEWS = {
    "item_card": cards.item_card,
    "desk_board": cards.desk_board,
    "moderated": told.moderated,
    "muted": told.muted,
}
