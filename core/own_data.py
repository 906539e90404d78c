"""All that is kept of one person, for themselves: as the law lets everybody see it, and take it
along."""

from datetime import UTC, datetime
from typing import Any

from core.model import ItemState, PollState, Say
from core.people import voter
from core.polls.wording import in_words
from core.scene import Scene, reference
from core.texts import pick

MOST = 500
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def gather(scene: Scene, resident: str) -> dict[str, Any]:
    """As JSON. Votes are there while their polls are open: later nobody can tell whose they are."""
    store = scene.store
    profile = store.profiles([resident]).get(resident)
    person = (profile and profile.person) or resident
    accounts = store.accounts(person)
    return {
        "pseudonym": resident,
        "language": profile.language if profile else None,
        "area": store.area(resident),
        "linked_accounts": len(accounts),
        "questions": [
            {
                "reference": reference(scene.city, q.number),
                "text": q.text,
                "state": q.state,
                "received_at": q.received_at.isoformat(),
                "answer": q.answer if q.done else {},
            }
            for q in store.questions_of(accounts, MOST)
        ],
        "follows": [reference(scene.city, n) for n in store.followed_questions(accounts)],
        "votes_in_open_polls": _votes(scene, person),
        "told_the_results_of": store.followed_polls(accounts),
        "comments": _comments(scene, accounts),
        "supported_comments": store.supported(person),
        **_opinions(scene, person),
        "in_moderation": _held(scene, accounts),
        "reports": store.reports_by(accounts, LONG_AGO),
        "subscriptions": [
            {
                "channel": one.channel,
                "rhythm": one.rhythm,
                "themes": one.themes,
                "areas": one.areas,
                "results": one.results,
                "quiet": [f"{hour:%H:%M}" for hour in one.quiet or ()],
            }
            for one in store.subscriptions_of(accounts)
        ],
        "unsent_question": (store.draft(resident, "question") or {}).get("text"),
    }


def _votes(scene: Scene, person: str) -> list[dict[str, Any]]:
    found = {p.id: p for p in scene.store.polls(PollState.OPEN, limit=MOST, surveys=True)}
    boxes = scene.store.ballot_boxes(found) if found else {}
    made = []
    for id, box in boxes.items():
        choice = scene.store.choice(id, voter(box.key, person)) if box.key else None
        if choice is not None:
            poll = found[id]
            said = in_words(scene.t, poll.paper, poll.options, choice)
            question = pick(poll.question, scene.t.language)
            made.append({"poll": id, "question": question, "vote": said})
    return made


def _comments(scene: Scene, accounts: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "discussion": one.discussion,
            "text": one.text,
            "kind": one.kind,
            "state": one.state,
            "written_at": one.at.isoformat(),
            "became": one.became,
        }
        for one in scene.store.own_comments(accounts, limit=MOST)
    ]


def _opinions(scene: Scene, person: str) -> dict[str, list[dict[str, Any]]]:
    """In conversations that are open: later nobody can tell whose they are."""
    store, language = scene.store, scene.t.language
    written, said = list[dict[str, Any]](), list[dict[str, Any]]()
    for one in store.conversations(PollState.OPEN, limit=MOST):
        if one.key is None:
            continue
        name = voter(one.key, person)
        for own in store.statements_by(one.id, name):
            words = pick(own.text, language)
            written.append({"conversation": one.id, "text": words, "state": own.state})
        for id, value in store.own_opinions(one.id, name).items():
            if statement := store.statement(id):
                words = pick(statement.text, language)
                vote = Say(value).name.lower()
                said.append({"conversation": one.id, "statement": words, "vote": vote})
    return {"statements": written, "votes_on_statements": said}


def _held(scene: Scene, accounts: list[str]) -> list[dict[str, Any]]:
    """What moderators have, or had, of theirs."""
    return [
        {
            "kind": one.kind,
            "place": one.place,
            "state": one.state,
            "rule": one.rule,
            "reason": one.reason,
            "appeal": one.appeal,
            "checks": [finding.check for finding in one.found],
        }
        for one in scene.store.own_items(accounts, list(ItemState), MOST)
    ]
