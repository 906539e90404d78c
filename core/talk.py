"""What residents are shown while they act: welcome, help, drafts, language, erasure."""

from core import clean, commands
from core.city import Part
from core.desk import Turn
from core.messages import (
    AnyBlock,
    Ask,
    Button,
    Choice,
    Facts,
    Form,
    Link,
    Message,
    bold,
    rows,
    text,
)
from core.model import Question
from core.personal_data import Kind, label
from core.public import department_name
from core.questions.drafts import LONGEST, Draft
from core.scene import button, page_link
from core.texts import LANGUAGES, NAMES, plain


def welcome(turn: Turn) -> Message:
    t, city = turn.t, turn.city
    name = plain(city.name, turn.language)
    title = t("Hello! {city} is all ears.", city=name)
    blocks: list[AnyBlock] = [text(title, role="heading"), *_abilities(turn)]
    return Message(title, (*blocks, *_shortcuts(turn), *_privacy(turn)))


def help_page(turn: Turn) -> Message:
    t = turn.t
    offers = tuple(
        (f"/{offer.name}", offer.description) for offer in commands.offers(turn.city, turn.language)
    )
    title = t("What I can do")
    blocks = (text(title, role="heading"), *_abilities(turn), Facts(offers))
    return Message(title, (*blocks, *_shortcuts(turn), *_privacy(turn)))


def _abilities(turn: Turn) -> list[AnyBlock]:
    t, city = turn.t, turn.city
    lines = []
    if city.has(Part.QUESTIONS):
        lines.append(t("Write your question or feedback here. An official answers you here."))
    if city.has(Part.POLLS):
        lines.append(t("Vote in the city's polls. You may change your vote until the poll closes."))
    if city.has(Part.STATEMENTS):
        lines.append(t("Take a stand on short statements, and see what others think."))
    return [text(line) for line in lines]


def _shortcuts(turn: Turn) -> list[AnyBlock]:
    t, city = turn.t, turn.city
    made = []
    if city.has(Part.QUESTIONS):
        made.append(button(t("Ask the city"), "ask", primary=True))
    if city.has(Part.POLLS):
        made.append(button(t("Open polls"), "polls"))
    if city.has(Part.STATEMENTS):
        made.append(button(t("Take a stand"), "statements"))
    made.append(button("Suomi · Svenska · English", "language"))
    return [rows(*made), *page_link(turn, t("On the web page"), "/")]


def _privacy(turn: Turn) -> list[AnyBlock]:
    words = plain(turn.city.privacy, turn.language)
    forget = turn.t(
        "I know you by a code, not by name. /{forget} erases what is known of you.",
        forget=commands.name_of("forget", turn.language),
    )
    return [text(f"{words} {forget}".strip(), role="note")]


# --- asking ----------------------------------------------------------------------------------


def ask_prompt(turn: Turn) -> Message:
    """Invites to write; in a shared chat, to come to the private one."""
    t = turn.t
    if not turn.private:
        title = t("Ask the city in a private chat: nobody in this group sees who asked.")
        link = turn.city.chat_link("ask")
        blocks: list[AnyBlock] = [Link(t("Ask the city"), link)] if link else []
        return Message(title, (text(title), *blocks))
    title = t("Write your question or feedback in one message.")
    more = t("Say what it is about and where. Leave out names and other people's matters.")
    return Message(title, (text(title), text(more, role="note")))


def understood(turn: Turn, draft: Draft, similar: list[Question]) -> Message:
    """What we understood of a question, to be corrected and sent: for chats."""
    t = turn.t
    title = t("Shall I send this to the city?")
    send = t("Send to officials only") if draft.own_case else t("Send")
    buttons = [button(send, "ask_send", draft.token, primary=True)]
    if draft.own_case:
        buttons.append(button(t("It is not my own case"), "ask_doubt", draft.token))
    buttons += [
        button(t("Change the theme"), "ask_theme", draft.token),
        button(t("Cancel"), "ask_cancel"),
    ]
    blocks = (text(bold(title)), *understood_blocks(turn, draft), *alike(turn, similar))
    return Message(title, (*blocks, rows(*buttons)))


def understood_blocks(turn: Turn, draft: Draft) -> list[AnyBlock]:
    t = turn.t
    facts = [
        (t("Theme"), theme_label(turn, draft.theme)),
        (t("To"), department_name(turn, draft.department)),
    ]
    if draft.because:
        words = ", ".join(dict.fromkeys(draft.because))
        facts.append((t("I noticed the words"), clean.short(words, 100)))
    if area := turn.city.area(draft.area):
        facts.append((t("Area"), plain(area.name, turn.language)))
    shown: list[AnyBlock] = [text(draft.text, role="quote"), *_hidden(turn, draft)]
    shown += [Facts(tuple(facts)), *_elsewhere(turn, draft)]
    return [*shown, *(_own_case(turn, draft) if draft.own_case else _publicity(turn))]


def _hidden(turn: Turn, draft: Draft) -> list[AnyBlock]:
    """What was taken out. Whoever wants to say it otherwise writes anew."""
    if not draft.hidden:
        return []
    what = ", ".join(label(Kind(kind), turn.t) for kind in draft.hidden)
    words = turn.t(
        "I took this out, so that it does not become public: {what}. If you want to say it in "
        "other words, write your question again.",
        what=what,
    )
    return [text(words)]


def _elsewhere(turn: Turn, draft: Draft) -> list[AnyBlock]:
    other = turn.city.other(draft.other)
    if other is None:
        return []
    name = plain(other.name, turn.language)
    words = turn.t(
        "This seems to belong to {name}, not to the city. You get an answer there sooner. You may "
        "send it to the city all the same.",
        name=name,
    )
    return [text(words), Link(name, other.link)]


def _publicity(turn: Turn) -> list[AnyBlock]:
    words = turn.t(
        "The question and its answer are published without your name. Others may follow the "
        "question before it is answered."
    )
    return [text(words, role="note")]


def _own_case(turn: Turn, draft: Draft) -> list[AnyBlock]:
    """Why it is not published, whom to turn to, and what to do where it is a mistake."""
    t = turn.t
    words = t(
        "This seems to be about your own case, so only the city's officials get it. It is not "
        "published."
    )
    contact = plain(turn.city.contact(draft.department), turn.language)
    mistaken = t(
        "Did I get it wrong? Write your question again in general terms, or say that it is not "
        "your own case. An official then decides whether it is published."
    )
    return [text(f"{words} {contact}".strip()), text(mistaken, role="note")]


def alike(turn: Turn, similar: list[Question]) -> list[AnyBlock]:
    """Similar questions: the answer may be there already, or others wait for it as well."""
    t = turn.t
    answered = [button(clean.short(q.text, 60), "read", q.number) for q in similar if q.done]
    waiting = [button(_with_followers(turn, q), "me_too", q.number) for q in similar if not q.done]
    shown: list[AnyBlock] = []
    if answered:
        shown.append(text(t("The city has answered these before. Is your answer here?")))
        shown.append(rows(*answered))
    if waiting:
        words = t("These wait for an answer already. Follow one, and you are told when it comes.")
        shown += [text(words), rows(*waiting)]
    return shown


def _with_followers(turn: Turn, question: Question) -> str:
    """Whoever asked wants to know as well."""
    n = 1 + turn.store.follower_counts({question.number})[question.number]
    return f"{clean.short(question.text, 48)} ({n})"


def theme_label(turn: Turn, id: str | None) -> str:
    theme = turn.city.theme(id)
    return plain(theme.name, turn.language) if theme else turn.t("Other")


def choose_theme(turn: Turn, token: str) -> Message:
    title = turn.t("What is your question about?")
    made = [
        button(plain(theme.name, turn.language), "theme", token, theme.id)
        for theme in turn.city.themes
    ]
    made.append(button(turn.t("Other"), "theme", token, "-"))
    return Message(title, (text(title), rows(*made, width=2)))


def ask_form(turn: Turn, words: str = "") -> Form:
    """The first step on channels with forms."""
    t = turn.t
    hint = t("Say what it is about and where. Leave out names and other people's matters.")
    field = Ask("text", t("Your question or feedback"), "lines", words, hint, LONGEST)
    return Form("ask", t("Ask the city"), t("Continue"), (field,))


def confirm_form(turn: Turn, draft: Draft, similar: list[Question]) -> Form:
    """The second step on channels with forms: what we understood, to be corrected and sent."""
    t = turn.t
    themes = [Choice(theme.id, plain(theme.name, turn.language)) for theme in turn.city.themes]
    choices = (*themes, Choice("-", t("Other")))
    theme = Ask("theme", t("Theme"), "choice", draft.theme or "-", choices=choices)
    instead = [_instead(turn, draft, similar)] if draft.own_case or _open(similar) else []
    shown = (*understood_blocks(turn, draft), *_answers_alike(turn, similar))
    blocks = (*shown, theme, *instead)
    return Form("ask_send", t("Shall I send this to the city?"), t("Send"), blocks, draft.token)


def _open(similar: list[Question]) -> list[Question]:
    return [q for q in similar if not q.done]


def _instead(turn: Turn, draft: Draft, similar: list[Question]) -> Ask:
    """What else can be done than to send it as it is."""
    t = turn.t
    choices = [Choice("send", t("Send for everybody to read"))]
    if draft.own_case:
        choices = [
            Choice("send", t("Send to officials only")),
            Choice("doubt", t("It is not my own case: an official decides")),
        ]
    for q in _open(similar):
        label_ = t("Follow: {question}", question=_with_followers(turn, q))
        choices.append(Choice(str(q.number), label_))
    hint = t("These wait for an answer already. Follow one, and you are told when it comes.")
    return Ask(
        "instead",
        t("What would you like to do?"),
        "choice",
        choices[0].value,
        hint if _open(similar) else "",
        choices=tuple(choices),
    )


def _answers_alike(turn: Turn, similar: list[Question]) -> list[AnyBlock]:
    links = [
        link
        for q in similar
        if q.done
        for link in page_link(turn, clean.short(q.text, 80), f"/questions/{q.number}")
    ]
    title = turn.t("The city has answered these before. Is your answer here?")
    return [text(title), *links] if links else []


# --- language and erasure --------------------------------------------------------------------


def choose_language(turn: Turn) -> Message:
    title = "Valitse kieli · Välj språk · Choose a language"
    buttons = [Button(NAMES[x].capitalize(), f"lang:{x}") for x in LANGUAGES]
    return Message(title, (text(title), rows(*buttons, width=3)))


def confirm_forget(turn: Turn) -> Message:
    t = turn.t
    title = t("Shall I erase what is known of you?")
    what = t(
        "I erase your language, your drafts, and the way back to you. Your questions, comments and "
        "statements stay without a link to you, and you will get no answers to them here. Your "
        "votes stay counted: "
        "nobody can tell whose they are once the poll closes."
    )
    yes = Button(t("Erase"), "forget_yes", "danger")
    return Message(title, (text(bold(title)), text(what), rows(yes, button(t("Keep"), "keep"))))
