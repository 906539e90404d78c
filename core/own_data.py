"""All that is kept of one person, for themselves: as the law lets everybody see it, and take it
along."""

from typing import Any

from core.model import PollState
from core.people import voter
from core.polls.wording import in_words
from core.scene import Scene, reference
from core.texts import pick

MOST = 500


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
