"""What the API says of a poll, a survey or a question: only what is public, never who asked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bots.web import ballot_lists
from bots.web.poll_cards import is_public
from core import markers, polls
from core.answers import Kind
from core.city import City
from core.model import (
    BallotList,
    Conversation,
    Discussion,
    Extra,
    Poll,
    PollState,
    PollStep,
    Question,
    Survey,
    SurveyStep,
    Tally,
)
from core.polls.counting import mean
from core.polls.history import PUBLIC as PUBLIC_STEPS
from core.polls.results import both, counts_rankings
from core.ports import Store
from core.scene import reference
from core.texts import Localized, texts

Around = tuple[dict[int, Tally], list[PollStep], dict[int, BallotList]]
"""Of some polls: tallies, what became of them, and the lists of ballots of those closed."""


def public_poll(store: Store, city: City, id: int) -> dict[str, Any] | None:
    """None where there is none for everybody."""
    one = store.poll(id)
    return poll(city, one, around(store, [one])) if one and is_public(one) else None


def public_question(store: Store, city: City, number: int) -> dict[str, Any] | None:
    one = store.question(number)
    return question(city, one) if one and one.public else None


def public_survey(store: Store, city: City, id: int) -> dict[str, Any] | None:
    """With its polls in their order, and once it is closed how groups answered."""
    one = store.survey(id)
    if one is None or one.state is PollState.SCHEDULED:
        return None
    asked = [found for x in one.polls if (found := store.poll(x))]
    beside = around(store, asked)
    shown = [poll(city, x, beside) for x in asked]
    polls = [{**p, **_asked(step)} for p, step in zip(shown, one.steps, strict=True)]
    groups = [{"by": x.by, "poll": x.poll, "groups": x.groups} for x in one.tables]
    whole = {"history": shown[0]["history"], "polls": polls, "groups": groups}
    return {**survey(city, one), **whole}


def public(store: Store, city: City, kind: str, id: int) -> dict[str, Any] | None:
    """What anybody may read of a poll, survey, question, discussion or conversation."""
    return _PUBLIC[kind](store, city, id)


def public_discussion(store: Store, city: City, id: int) -> dict[str, Any] | None:
    one = store.discussion(id)
    return discussion(store, city, one) if one else None


def discussion(store: Store, city: City, one: Discussion) -> dict[str, Any] | None:
    if (told := _titled(city, "discussions", one)) is None:
        return None
    comments = store.comment_count(one.id)
    more = {"sub_themes": one.topics, "comments": comments, "summary": one.summary}
    return {**told, **more}


def public_conversation(store: Store, city: City, id: int) -> dict[str, Any] | None:
    one = store.conversation(id)
    return _titled(city, "statements", one) if one else None


def _titled(city: City, path: str, one: Discussion | Conversation) -> dict[str, Any] | None:
    """None before it opens."""
    if one.state is PollState.SCHEDULED:
        return None
    return {
        "id": one.id,
        "url": url(city, f"/{path}/{one.id}"),
        "title": one.title,
        "background": one.background,
        "state": one.state,
        "opens_at": _time(one.opens_at),
        "closes_at": _time(one.closes_at),
    }


_PUBLIC = {
    "poll": public_poll,
    "survey": public_survey,
    "question": public_question,
    "discussion": public_discussion,
    "conversation": public_conversation,
}


def around(store: Store, some: Sequence[Poll]) -> Around:
    ids = {p.id for p in some}
    if not ids:
        return {}, [], {}
    lists = {p.id: store.ballot_list(p.id) for p in some if p.state is PollState.CLOSED}
    kept = {id: one for id, one in lists.items() if one}
    return store.tallies(ids), store.poll_steps(ids, *PUBLIC_STEPS), kept


def poll(city: City, one: Poll, beside: Around) -> dict[str, Any]:
    """Votes are null while the poll hides them from somebody who has not voted."""
    tallies, steps, lists = beside
    tally = tallies.get(one.id) or Tally(one.paper)
    visible = polls.shows_results(one)
    more = _counted(one, tally) if visible else {}
    return {
        "id": one.id,
        "url": url(city, f"/polls/{one.id}"),
        "question": one.question,
        "kind": one.kind,
        "least": one.least,
        "most": one.most,
        "options": [
            {
                "index": i,
                "text": text,
                "votes": count if visible else None,
                "withdrawn": i in one.withdrawn,
                "not_counted": tally.uncounted.get(i, 0) if visible else None,
                **_extra(city, one.extras.get(i)),
            }
            for i, (text, count) in enumerate(zip(one.options, tally.counts, strict=True))
        ],
        "total": tally.total,
        "channels": dict(sorted(tally.parted.items())),
        "state": one.state,
        "shows": one.shows,
        "staff_sees": visible or (city.staff_sees_hidden_results and not one.state.over),
        "voters": one.voters,
        "areas": one.areas,
        "opens_at": _time(one.opens_at),
        "closes_at": _time(one.closes_at),
        "closed_at": _time(one.closed_at),
        "history": [
            {"kind": step.kind, "at": _time(step.at), "text": step.text, "option": step.option}
            for step in steps
            if step.poll == one.id
        ],
        "ballots": _list(city, lists.get(one.id)),
        **more,
    }


def _extra(city: City, extra: Extra | None) -> dict[str, Any]:
    """A page about the option; or its picture, our copy of it. ``about`` says what is there."""
    picture = extra.picture if extra else None
    shown = picture and {
        "url": url(city, picture.path), "width": picture.width, "height": picture.height
    }  # fmt: skip
    link = extra.url if extra and not picture else None
    return {"link": link, "picture": shown or None, "about": extra.about if extra else {}}


def _list(city: City, kept: BallotList | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    file = url(city, ballot_lists.FILE.format(id=kept.poll))
    return {"url": file, "sha256": kept.digest, "lines": kept.ballots + 1}


def _counted(one: Poll, tally: Tally) -> dict[str, Any]:
    """What counting says beyond each option's figure."""
    if one.kind is Kind.SCALE:
        return {"mean": mean(tally.counts)}
    if one.kind is not Kind.RANKING:
        return {}
    if not counts_rankings(one, tally):
        return {"run_off": None, "schulze": None}
    instant, pairs = both(tally)
    rounds = [
        {"votes": {str(i): n for i, n in r.counts.items()}, "exhausted": r.spent, "out": r.out}
        for r in instant.rounds
    ]
    return {
        "run_off": {"winners": instant.winners, "rounds": rounds},
        "schulze": {"order": pairs.order, "preferred": pairs.preferred},
    }


def _asked(step: SurveyStep) -> dict[str, Any]:
    when = [{"poll": poll, "options": options} for poll, options in step.when]
    return {"background": step.background, "when": when}


def survey(city: City, one: Survey) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": url(city, f"/surveys/{one.id}"),
        "title": one.title,
        "intro": one.intro,
        "state": one.state,
        "opens_at": _time(one.opens_at),
        "closes_at": _time(one.closes_at),
        "closed_at": _time(one.closed_at),
    }


def question(city: City, one: Question) -> dict[str, Any]:
    theme = city.theme(one.theme)
    unit = next((d for d in city.departments if d.id == one.department), None)
    official = city.official_by_key(one.official)
    area = city.area(one.area)
    return {
        "number": one.number,
        "reference": reference(city, one.number),
        "url": url(city, f"/questions/{one.number}"),
        "text": markers.shown(one.text, texts(one.language)),
        "hidden": list(markers.kinds(one.text)),
        "language": one.language,
        "theme": _named(theme.id, theme.name) if theme else None,
        "area": _named(area.id, area.name) if area else None,
        "department": _named(unit.id, unit.name) if unit else None,
        "state": one.state,
        "received_at": _time(one.received_at),
        "answered_at": _time(one.answered_at),
        "answer": one.answer,
        "answered_by": official.title if official else None,
        "links": [{"name": name, "url": url} for name, url in one.links],
        "grounds": one.grounds,
        "reason": one.reason or None,
        "whose": one.whose or None,
        "merged_into": one.merged_into,
        "answered_by_name": (official.name or None) if official else None,
    }


def _named(id: str, name: Localized) -> dict[str, Any]:
    return {"id": id, "name": name}


def _time(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def url(city: City, path: str) -> str:
    """Whole where the city has a public address, otherwise from the root."""
    return city.page(path) or path
