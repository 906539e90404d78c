"""What became of a poll besides its votes: cancelled and why, corrected, what happened next."""

from collections.abc import Collection, Mapping

from core import clean
from core.errors import Invalid
from core.messages import AnyBlock, Ask, bold, text
from core.model import Poll, PollState, PollStep, Survey
from core.ports import Store
from core.scene import IN, Scene, page_link
from core.texts import LANGUAGES, Localized, Texts, pick, plain

CORRECTED, REMINDED, CANCELLED, FOLLOWED_UP = "corrected", "reminded", "cancelled", "followed_up"
WITHDRAWN = "withdrawn"
PUBLIC = (CORRECTED, WITHDRAWN, CANCELLED, FOLLOWED_UP)
WORDS_LIMIT = 1500
NEXT_SHOWN = 400


def outcome(scene: Scene, poll: Poll) -> list[AnyBlock]:
    """For the poll's posts and its own page in a chat."""
    steps = scene.store.poll_steps({poll.id}, *PUBLIC)
    blocks: list[AnyBlock] = []
    for step in steps:
        if step.kind == CANCELLED:
            blocks.append(text(pick_text(scene, step), role="quote"))
        elif step.kind == WITHDRAWN:
            told = text(bold(withdrawn(scene, poll, step)))
            blocks += [told, text(pick_text(scene, step), role="quote")]
        elif step.kind == FOLLOWED_UP and step is steps[-1]:
            words = clean.short(pick_text(scene, step), NEXT_SHOWN)
            blocks += [text(bold(what_next(scene, step))), text(words)]
    corrections = [step for step in steps if step.kind == CORRECTED]
    if corrections:
        blocks.append(text(corrected(scene, corrections[-1]), role="note"))
    return blocks


def of(scene: Scene, ids: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """By poll: titles and texts, oldest first, for pages."""
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for step in scene.store.poll_steps(ids, *PUBLIC) if ids else ():
        found[step.poll] = (
            *found.get(step.poll, ()),
            (_title(scene, step), pick_text(scene, step)),
        )
    return found


def _title(scene: Scene, step: PollStep) -> str:
    if step.kind == CORRECTED:
        return corrected(scene, step)
    if step.kind == WITHDRAWN and (poll := scene.store.poll(step.poll)):
        return withdrawn(scene, poll, step)
    return what_next(scene, step) if step.kind == FOLLOWED_UP else scene.t("Why it was cancelled")


def pick_text(scene: Scene, step: PollStep) -> str:
    return pick(step.text, scene.t.language)


def corrected(scene: Scene, step: PollStep) -> str:
    when = scene.t.time(step.at, scene.city.timezone)
    return scene.t("Corrected {time}: a typing error.", time=when)


def withdrawn(scene: Scene, poll: Poll, step: PollStep) -> str:
    when = scene.t.time(step.at, scene.city.timezone)
    name = plain(poll.options[step.option or 0], scene.t.language)
    return scene.t("Withdrawn {time}: {option}", time=when, option=name)


def what_next(scene: Scene, step: PollStep) -> str:
    return scene.t("What happened next ({day})", day=scene.t.day(step.at, scene.city.timezone))


def survey_of(store: Store, poll: Poll) -> Survey | None:
    """The survey whose history stands with the poll."""
    survey = store.survey(poll.survey) if poll.survey is not None else None
    return survey if survey and survey.door == poll.id else None


def named(scene: Scene, poll: Poll) -> tuple[str, str]:
    """Whose history it is, in words, and its page."""
    if survey := survey_of(scene.store, poll):
        return pick(survey.title, scene.t.language), f"/surveys/{survey.id}/results"
    return pick(poll.question, scene.t.language), f"/polls/{poll.id}"


def link(scene: Scene, poll: Poll) -> list[AnyBlock]:
    t, (_, path) = scene.t, named(scene, poll)
    is_poll = poll.survey is None
    label = t("The poll on the web page") if is_poll else t("The survey on the web page")
    return page_link(scene, label, path)


def over(scene: Scene, poll: Poll | Survey) -> str:
    """When it ended."""
    when = scene.t.time(poll.closed_at or scene.now, scene.city.timezone)
    if poll.state is PollState.CANCELLED:
        return scene.t("Cancelled {time}, without a result.", time=when)
    return scene.t("Closed {time}.", time=when)


# --- words in several languages, as forms ask for them -------------------------------------------


def ask_words(t: Texts, label: str, own: str) -> list[Ask]:
    """A field a language; ``own`` is the one that has to be there."""
    return [
        Ask(
            f"text_{x}",
            f"{label} ({IN[x](t)})",
            "lines",
            limit=WORDS_LIMIT,
            optional=x != own,
        )
        for x in sorted(LANGUAGES, key=lambda x: x != own)
    ]


def read_words(t: Texts, fields: Mapping[str, str], own: str) -> Localized:
    """Invalid where they are too long, or missing in the city's own language."""
    words = {x: clean.lines(fields.get(f"text_{x}", "")).strip() for x in LANGUAGES}
    errors = {
        f"text_{x}": t("At most {limit} characters.", limit=WORDS_LIMIT)
        for x, written in words.items()
        if len(written) > WORDS_LIMIT
    }
    if not words[own]:
        errors[f"text_{own}"] = t("Write it in the city's own language at least.")
    if errors:
        raise Invalid(errors)
    return {x: written for x, written in words.items() if written}
