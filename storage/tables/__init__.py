"""The tables. The words are those of docs/architecture.md; times are `Instant`s."""

from storage.tables.base import metadata
from storage.tables.browser_desk import desk_messages, desk_passes, desk_sign_ins
from storage.tables.digests import (
    broadcasts,
    digest_previews,
    digest_reactions,
    digests,
    subscriptions,
)
from storage.tables.discussions import comments, discussions, supports
from storage.tables.moderation import judgements, moderation, mutes, reports
from storage.tables.outbox import (
    chat_references,
    deliveries,
    events,
    moves,
    posts,
    silenced,
    watches,
)
from storage.tables.people import drafts, link_codes, residents
from storage.tables.pictures import picture_sources, pictures
from storage.tables.polls import (
    ballot_lists,
    ballots,
    closings,
    code_holders,
    plans,
    poll_codes,
    poll_followers,
    poll_steps,
    poll_words,
    polls,
    survey_progress,
    surveys,
    tallies,
)
from storage.tables.questions import (
    answer_terms,
    follows,
    question_terms,
    questions,
    reroutes,
    steps,
    thumbs,
)
from storage.tables.statements import conversations, opinion_groups, opinions, statements

__all__ = [
    "answer_terms",
    "ballot_lists",
    "ballots",
    "broadcasts",
    "chat_references",
    "closings",
    "code_holders",
    "comments",
    "conversations",
    "deliveries",
    "desk_messages",
    "desk_passes",
    "desk_sign_ins",
    "digest_previews",
    "digest_reactions",
    "digests",
    "discussions",
    "drafts",
    "events",
    "follows",
    "judgements",
    "link_codes",
    "metadata",
    "moderation",
    "moves",
    "mutes",
    "opinion_groups",
    "opinions",
    "picture_sources",
    "pictures",
    "plans",
    "poll_codes",
    "poll_followers",
    "poll_steps",
    "poll_words",
    "polls",
    "posts",
    "question_terms",
    "questions",
    "reports",
    "reroutes",
    "residents",
    "silenced",
    "statements",
    "steps",
    "subscriptions",
    "supports",
    "survey_progress",
    "surveys",
    "tallies",
    "thumbs",
    "watches",
]
