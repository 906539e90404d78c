"""What the reader of a question may do with it, as forms of a page: the same acts as in chats."""

from collections.abc import Collection

from core.actions import encode
from core.messages import AnyBlock, Ask, Button, Form, rows, text
from core.model import Question, QuestionState
from core.questions.again import why_not
from core.questions.drafts import LONGEST
from core.questions.following import WORDS, followers, follows
from core.questions.states import Act, may
from core.questions.told import answering, thumbs
from core.scene import Scene, button
from core.similar import may_follow


def offers(scene: Scene, question: Question, accounts: Collection[str]) -> list[Form]:
    """``accounts``: all that are the reader. A form without a ``submit`` has buttons only."""
    own = question.asker is not None and question.asker in accounts
    made = [_reply(scene, question)] if own and may(question.state, Act.REPLY) else []
    made += _thumb(scene, question, accounts)
    if own and may(question.state, Act.REOPEN) and not why_not(scene, question):
        made.append(_reopen(scene, question))
    if own and may(question.state, Act.WITHDRAW):
        made.append(_withdraw(scene, question))
    if not own and may_follow(question):
        made.append(_follow(scene, question, accounts))
    return made


def _reply(scene: Scene, question: Question) -> Form:
    t = scene.t
    field = Ask("text", t("Your reply"), "lines", "", t("It goes to the official only."), LONGEST)
    return Form("reply", t("Reply"), t("Send"), (field,), str(question.number))


def _thumb(scene: Scene, own: Question, accounts: Collection[str]) -> list[Form]:
    """Of a merged question, for the answer of the other. Whoever pressed one may say why."""
    t, question = scene.t, answering(scene, own)
    if question.state is not QuestionState.ANSWERED:
        return []
    title = t("Did the answer help?")
    pressed = scene.store.own_thumb(question.number, accounts)
    if pressed is None:
        return [Form("thumbs", title, "", tuple(thumbs(scene, own)), str(question.number))]
    up, words = pressed
    said = t("You said: {thumb}", thumb=t("👍 This helped") if up else t("👎 This did not help"))
    hint = t("Only the city's officials read it.")
    why = Ask("text", t("Say why"), "lines", words, hint, WORDS, optional=True)
    label, which = (t("👎 This did not help"), "down") if up else (t("👍 This helped"), "up")
    turned = button(label, "thumb", question.number, which)
    state = f"{question.number}:{'up' if up else 'down'}"
    words_form = Form("thumb_words", title, t("Send"), (text(said), why), state)
    other = Form("thumbs", t("Change what I said"), "", (rows(turned),), str(question.number))
    return [words_form, other]


def _reopen(scene: Scene, question: Question) -> Form:
    t = scene.t
    field = Ask("text", t("What was left unanswered?"), "lines", limit=LONGEST)
    title = t("This did not answer my question")
    return Form("reopen", title, t("Send"), (field,), str(question.number))


def _withdraw(scene: Scene, question: Question) -> Form:
    label = scene.t("Withdraw the question")
    press = Button(label, encode("withdraw_ask", question.number), "danger")
    return Form("withdraw", "", "", (rows(press),), str(question.number))


def _follow(scene: Scene, question: Question, accounts: Collection[str]) -> Form:
    t, n = scene.t, question.number
    shown: list[AnyBlock] = []
    if follows(scene, question, accounts):
        title, press = t("You follow this question."), button(t("Do not follow"), "me_too_off", n)
    else:
        title = t("Would you like to know as well?")
        press = button(t("Follow the question"), "me_too", n, primary=True)
    if said := followers(scene, question):
        shown.append(text(said, role="note"))
    return Form("follow", title, "", (*shown, rows(press)), str(n))
