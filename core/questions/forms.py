"""The dialogs in which officials act on questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import clean
from core.city import City
from core.desk import Turn
from core.messages import AnyBlock, Ask, Choice, Facts, Form, bold, text
from core.model import Grounds, Publish, Question
from core.questions.answering import ANSWER_LIMIT, LINK_LIMIT, LINKS, NAME, link_lines
from core.questions.handling import WHOSE_LIMIT, colleagues
from core.questions.record import REASON_LIMIT
from core.questions.words import GROUNDS
from core.scene import IN, reference
from core.texts import LANGUAGES, NAMES, Localized, Texts, plain

NO_TEMPLATE = "-"
NOTHING: Mapping[str, str] = {}


def _form(
    turn: Turn, question: Question, name: str, submit: str, *blocks: AnyBlock, quoted: bool = True
) -> Form:
    quote = (text(clean.short(question.text, 1000), role="quote"),) if quoted else ()
    title = reference(turn.city, question.number)
    return Form(name, title, submit, (*quote, *blocks), str(question.number))


# --- answers ---------------------------------------------------------------------------------


def answer_form(turn: Turn, question: Question, filled: Mapping[str, str] = NOTHING) -> Form:
    """The asker's language first. ``filled``: what stands in its fields."""
    t, chosen = turn.t, filled.get("publish", Publish.DIGEST)
    where = Ask("publish", t("Publish"), "choice", chosen, choices=publish_choices(t))
    fields: list[AnyBlock] = [
        *_languages(turn, question, {x: filled.get(f"answer_{x}", "") for x in LANGUAGES}),
        _links_field(turn, filled.get("links", "")),
        text(t("It is private: only the asker gets the answer."), role="note")
        if question.private
        else where,
        *_template_field(turn, question),
    ]
    return _form(turn, question, NAME, t("Preview"), *fields)


def _languages(turn: Turn, question: Question, written: Localized) -> list[AnyBlock]:
    t = turn.t
    return [
        Ask(
            f"answer_{x}",
            t("Answer {in_language}", in_language=IN[x](t)),
            "lines",
            written.get(x, ""),
            t("The asker's language") if x == question.language else "",
            ANSWER_LIMIT,
            optional=True,
        )
        for x in sorted(LANGUAGES, key=lambda x: x != question.language)
    ]


def _links_field(turn: Turn, lines: str) -> Ask:
    t = turn.t
    hint = t("One on each line: a name, and https://…")
    limit = LINKS * (LINK_LIMIT + 1)
    return Ask("links", t("Links and attachments"), "lines", lines, hint, limit, optional=True)


def _template_field(turn: Turn, question: Question) -> list[AnyBlock]:
    found = [
        Choice(one.id, plain(one.name, turn.language))
        for one in turn.city.templates
        if not one.departments or question.department in one.departments
    ]
    if not found:
        return []
    t = turn.t
    choices = (Choice(NO_TEMPLATE, t("None")), *found)
    hint = t("Its words are put in the fields above, for you to edit.")
    return [Ask("template", t("Template"), "choice", NO_TEMPLATE, hint, choices=choices)]


def with_template(city: City, fields: Mapping[str, str]) -> dict[str, str] | None:
    """The fields with the chosen template's words after what is written; None where none is."""
    id = fields.get("template", NO_TEMPLATE)
    template = next((one for one in city.templates if one.id == id), None)
    if template is None:
        return None
    names = {f"answer_{x}": template.text.get(x, "") for x in LANGUAGES}
    words = {
        name: "\n\n".join(filter(None, (clean.lines(fields.get(name, "")), more)))
        for name, more in names.items()
    }
    return {**fields, **words, "template": NO_TEMPLATE}


def publish_choices(t: Texts) -> tuple[Choice, ...]:
    return (
        Choice(Publish.DIGEST, t("Web page now, chats in the next round-up")),
        Choice(Publish.NOW, t("Web page and chats now")),
        Choice(Publish.PRIVATE, t("Only to the asker (their own case)")),
    )


def preview_form(turn: Turn, question: Question, draft: Mapping[str, Any]) -> Form:
    """What will be sent, before it is."""
    t = turn.t
    answer: Localized = draft["answer"]
    blocks: list[AnyBlock] = []
    for language, words in answer.items():
        blocks += [text(bold(NAMES[language].capitalize())), text(words)]
    missing = [NAMES[x] for x in LANGUAGES if x not in answer]
    if missing:
        blocks.append(text(t("Missing: {languages}", languages=", ".join(missing)), role="note"))
    facts = [(label, url) for label, url in draft.get("links", ())]
    label = next((c.label for c in publish_choices(t) if c.value == draft["publish"]), "")
    facts.append((t("Publish"), label))
    waits = turn.city.department(question.department).approval
    if waits:
        blocks.append(text(t("Another official approves it before it is sent."), role="note"))
    submit = t("To approval") if waits else t("Send")
    return _form(turn, question, "answer_send", submit, *blocks, Facts(tuple(facts)))


def correct_form(turn: Turn, question: Question) -> Form:
    fields = (
        *_languages(turn, question, question.answer),
        _links_field(turn, link_lines(question.links)),
    )
    return _form(turn, question, "correct", turn.t("Send the correction"), *fields)


# --- the rest --------------------------------------------------------------------------------


def _one_field(turn: Turn, question: Question, form: str, field: str, label: str) -> Form:
    ask = Ask(field, label, "lines", limit=REASON_LIMIT)
    return _form(turn, question, form, turn.t("Send"), ask)


def more_form(turn: Turn, question: Question) -> Form:
    return _one_field(turn, question, "more", "text", turn.t("What do you need to know?"))


def give_back_form(turn: Turn, question: Question) -> Form:
    return _one_field(turn, question, "give_back", "text", turn.t("What should be changed?"))


def note_form(turn: Turn, question: Question) -> Form:
    label = turn.t("A note for colleagues; the resident never sees it.")
    return _one_field(turn, question, "note", "text", label)


def open_again_form(turn: Turn, question: Question) -> Form:
    return _one_field(turn, question, "open_again", "text", turn.t("Why is it opened again?"))


def decline_form(turn: Turn, question: Question) -> Form:
    t = turn.t
    choices = tuple(Choice(x, GROUNDS[x](t)) for x in Grounds)
    why = t("Why is it not answered? The resident sees this.")
    return _form(
        turn,
        question,
        "decline",
        t("Send"),
        Ask("grounds", t("Reason"), "choice", Grounds.OTHER, choices=choices),
        Ask("reason", why, "lines", limit=REASON_LIMIT),
        Ask(
            "whose",
            t("Who is responsible"),
            hint=t("If it is not the city's responsibility"),
            limit=WHOSE_LIMIT,
            optional=True,
        ),
    )


def move_form(turn: Turn, question: Question) -> Form:
    t = turn.t
    choices = tuple(
        Choice(d.id, plain(d.name, turn.language))
        for d in turn.city.departments
        if d.id != question.department
    )
    where = Ask("department", t("Department"), "choice", choices=choices)
    words = Ask("note", t("A word for its officials"), "lines", limit=REASON_LIMIT, optional=True)
    return _form(turn, question, "move", t("Move"), where, words, quoted=False)


def hand_form(turn: Turn, question: Question) -> Form:
    t = turn.t
    choices = tuple(
        Choice(one.key, one.among_colleagues(turn.language)) for one in colleagues(turn, question)
    )
    who = Ask("official", t("Colleague"), "choice", choices=choices)
    words = Ask("note", t("A word for them"), "lines", limit=REASON_LIMIT, optional=True)
    return _form(turn, question, "hand", t("Hand over"), who, words, quoted=False)


def merge_form(turn: Turn, question: Question) -> Form:
    t = turn.t
    into = Ask("into", t("The other question's number"), hint="K-12", limit=20)
    return _form(turn, question, "merge", t("Join"), into)


def reassign_form(turn: Turn, holders: Sequence[str]) -> Form:
    """``holders``: keys of those who have open questions; some may be gone from the city file."""
    t = turn.t
    titles = {one.key: one.among_colleagues(turn.language) for one in turn.city.everybody}
    old = tuple(Choice(key, titles.get(key, key)) for key in holders)
    new = tuple(Choice(key, title) for key, title in titles.items())
    fields = (
        Ask("old", t("Whose questions"), "choice", choices=old),
        Ask("new", t("To whom"), "choice", choices=new),
    )
    return Form("reassign", t("Hand all over"), t("Hand over"), fields)
