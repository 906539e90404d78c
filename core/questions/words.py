"""States, acts and grounds in words."""

from collections.abc import Callable

from core.model import Grounds, QuestionState
from core.questions.states import Act
from core.texts import Texts

Say = Callable[[Texts], str]

STATES: dict[QuestionState, Say] = {
    QuestionState.RECEIVED: lambda t: t("received"),
    QuestionState.MODERATION: lambda t: t("being looked through"),
    QuestionState.WAITING: lambda t: t("waiting for an official"),
    QuestionState.TRANSFERRED: lambda t: t("passed on, waiting for an official"),
    QuestionState.REOPENED: lambda t: t("opened again, waiting for an official"),
    QuestionState.TAKEN: lambda t: t("an official is preparing the answer"),
    QuestionState.ASKED: lambda t: t("waiting for your reply"),
    QuestionState.APPROVAL: lambda t: t("the answer is being checked"),
    QuestionState.ANSWERED: lambda t: t("answered"),
    QuestionState.DECLINED: lambda t: t("not answered"),
    QuestionState.MERGED: lambda t: t("joined with another question"),
    QuestionState.WITHDRAWN: lambda t: t("withdrawn"),
}
"""As a resident reads them."""

STATES_AT_WORK: dict[QuestionState, Say] = {
    **STATES,
    QuestionState.ASKED: lambda t: t("waiting for the resident's reply"),
    QuestionState.APPROVAL: lambda t: t("the answer waits for approval"),
}
"""As an official reads them."""

STATES_TO_OTHERS: dict[QuestionState, Say] = {
    **STATES,
    QuestionState.ASKED: STATES_AT_WORK[QuestionState.ASKED],
}
"""As anybody else reads them."""

ACTS: dict[str, Say] = {
    Act.RECEIVE: lambda t: t("sent the question"),
    Act.ROUTE: lambda t: t("passed the question to its department"),
    Act.HOLD: lambda t: t("held the question to be looked through"),
    Act.REMIND: lambda t: t("reminded of the question"),
    Act.REPLY: lambda t: t("replied"),
    Act.WITHDRAW: lambda t: t("withdrew the question"),
    Act.ADMIT: lambda t: t("let the question in"),
    Act.REJECT: lambda t: t("did not let the question in"),
    Act.RESTORE: lambda t: t("let the question in after an appeal"),
    Act.REWORD: lambda t: t("wrote the question in other words"),
    Act.TAKE: lambda t: t("took the question"),
    Act.HAND: lambda t: t("handed the question to a colleague"),
    Act.ASK: lambda t: t("asked the resident for more"),
    Act.TRANSFER: lambda t: t("moved the question to another department"),
    Act.ANSWER: lambda t: t("gave the answer"),
    Act.PROPOSE: lambda t: t("wrote an answer, which waits for another's approval"),
    Act.APPROVE: lambda t: t("approved the answer"),
    Act.RETURN: lambda t: t("returned the answer to its author"),
    Act.AMEND: lambda t: t("corrected the answer, which waits for another's approval"),
    Act.KEEP: lambda t: t("did not approve the correction"),
    Act.CORRECT: lambda t: t("corrected the answer"),
    Act.DECLINE: lambda t: t("declined to answer"),
    Act.MERGE: lambda t: t("joined the question with another"),
    Act.CLOSE_UP: lambda t: t("made the question private"),
    Act.OPEN_UP: lambda t: t("decided that the question is nobody's own case"),
    Act.NOTE: lambda t: t("wrote a note for colleagues"),
    Act.REOPEN: lambda t: t("opened the question again"),
}
"""What somebody did, after their name."""

GROUNDS: dict[Grounds, Say] = {
    Grounds.NOT_OURS: lambda t: t("Not the city's responsibility"),
    Grounds.KNOWN: lambda t: t("Told in public already"),
    Grounds.UNCLEAR: lambda t: t("Too little to go by"),
    Grounds.NO_QUESTION: lambda t: t("Nothing for the city to answer"),
    Grounds.OWN_CASE: lambda t: t("A matter of one person's own"),
    Grounds.UNFIT: lambda t: t("Insults, advertising, or what the law forbids"),
    Grounds.OTHER: lambda t: t("Another reason"),
}

CALLS: dict[str, Callable[..., str]] = {
    "handed": lambda t, **of: t("{reference} is yours to answer now.", **of),
    "all": lambda t, **of: t("these are yours to answer now: {reference}.", **of),
    "duty": lambda t, **of: t("{reference} waits for you: it is your week on duty.", **of),
    "replied": lambda t, **of: t("the resident replied to {reference}.", **of),
    "reopened": lambda t, **of: t("{reference} was opened again, and waits for you.", **of),
    "returned": lambda t, **of: t("your answer to {reference} came back to you.", **of),
}
"""Why an official is called to a question, after their title."""
