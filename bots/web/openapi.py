"""The API as OpenAPI 3.1 describes it, at /api/v1/openapi.json: the parts that this city has."""

from typing import Any

from core.city import City, Part
from core.discussions.data import COMMENTS
from core.model import ItemKind, Outcome
from core.moderation import rules
from core.tabular import Column
from core.texts import LANGUAGES, plain

Json = dict[str, Any]
VERSION = "1.0.0"

TIME = {"type": "string", "format": "date-time"}
MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
MAYBE = {"type": ["string", "null"]}
WORDS = {
    "type": "object",
    "description": "From languages to words; a language that was not written is missing.",
    "properties": {language: {"type": "string"} for language in LANGUAGES},
    "additionalProperties": False,
}
NAMED = {
    "type": ["object", "null"],
    "properties": {"id": {"type": "string"}, "name": WORDS},
    "required": ["id", "name"],
}


def description(city: City) -> Json:
    told = "How many took part, and how fast departments answered."
    paths: Json = {"/api/v1/statistics": _got("Statistics", told, [])}
    if city.has(Part.POLLS):
        paths |= _poll_paths()
    if city.has(Part.QUESTIONS):
        paths |= _question_paths(city)
    if city.has(Part.DISCUSSIONS):
        paths |= {
            "/api/v1/discussions": _got("Discussions", "Discussions, the newest first.", []),
            "/api/v1/discussions/{id}": _got(
                "WholeDiscussion", "A discussion with its comments.", [_id("id")]
            ),
        }
    if rules.in_use(city):
        paths |= {
            "/api/v1/rules": _got("Rules", "The rules of discussion.", []),
            "/api/v1/moderation": _got("Moderation", "What moderators decided, in a year.", []),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Kuulolla – {plain(city.name, city.language)}",
            "summary": "What the city asked, what residents asked, and what was answered.",
            "version": VERSION,
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": city.page("") or "/"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "headers": HEADERS},
    }


HEADERS = {
    "ETag": {"schema": {"type": "string"}},
    "RateLimit": {"schema": {"type": "string"}},
    "RateLimit-Policy": {"schema": {"type": "string"}},
}  # fmt: skip


def _got(schema: str, summary: str, parameters: list[Json], **errors: str) -> Json:
    """A GET: what it answers with, and the errors that it may have besides those of all."""
    told = {"400": "A parameter is wrong.", "429": "Too many requests.", "503": "Busy: try again."}
    if any(one["in"] == "path" for one in parameters):
        told["404"] = "There is no such thing, or it is not public."
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    found = {
        "description": summary,
        "headers": headers,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    wrong = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses = {status: {"description": why, "content": wrong} for status, why in told.items()}
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": found,
                "304": {"description": "Nothing has changed."},
                **responses,
            },
        }
    }


def _id(name: str) -> Json:
    schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, told: str, **schema: Any) -> Json:
    return {"name": name, "in": "query", "description": told, "schema": schema}


LIMIT = _query("limit", "How many at most.", type="integer", minimum=1, maximum=100, default=20)
BEFORE = _query("before", "Only older ones than this: follow `next`.", type="integer", minimum=0,
                maximum=2**31 - 1)  # fmt: skip
FROM = _query("from", "How many to pass over: follow `next`.", type="integer", minimum=0, default=0,
              maximum=2**31 - 1)  # fmt: skip


def _poll_paths() -> Json:
    state = _query("state", "Of that state.", type="string", enum=["open", "closed", "cancelled"])
    return {
        "/api/v1/polls": _got("Polls", "Polls, the newest first.", [state, LIMIT, BEFORE]),
        "/api/v1/polls/{id}": _got("Poll", "A poll.", [_id("id")]),
        "/api/v1/polls/{id}/answers": _got(
            "Answers", "What people wrote in their own words.", [_id("id"), LIMIT, FROM]
        ),
        "/api/v1/surveys": _got("Surveys", "Surveys, the newest first.", []),
        "/api/v1/surveys/{id}": _got("WholeSurvey", "A survey with its polls.", [_id("id")]),
    }


def _question_paths(city: City) -> Json:
    themes = [theme.id for theme in city.themes]
    areas = [area.id for area in city.areas]
    units = [unit.id for unit in city.departments]
    by = [
        _query("q", "Words, in any form.", type="string", maxLength=100),
        *([_query("theme", "Of that theme.", type="string", enum=themes)] if themes else []),
        *([_query("area", "About that area.", type="string", enum=areas)] if areas else []),
        _query("department", "Of that department.", type="string", enum=units),
        _query("state", "Of that state.", type="string", enum=["answered", "declined"]),
    ]
    return {
        "/api/v1/questions": _got(
            "Questions", "Public questions, the newest first.", [*by, LIMIT, BEFORE]
        ),
        "/api/v1/questions/{number}": _got("Question", "A public question.", [_id("number")]),
    }


def _object(**properties: Any) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


def _cell(column: Column) -> Json:
    nothing = ["null"] if column.name in ("reply_to", "author") else []
    return {"type": ["integer" if column.kind == "integer" else "string", *nothing]}


HISTORY = {
    "type": "array",
    "items": _object(
        kind={"type": "string"}, at=TIME, text=WORDS, option={"type": ["integer", "null"]}
    ),
}


NEXT = {"type": ["string", "null"], "description": "Where the list goes on."}
URL = {"type": "string"}

SCHEMAS: Json = {
    "Error": _object(error={"type": "string"}),
    "Polls": _object(polls=_list("Poll"), next=NEXT),
    "Poll": _object(
        id=COUNT,
        url=URL,
        question=WORDS,
        kind={"enum": ["single", "several", "yes_no", "scale", "points", "ranking", "words"]},
        least=COUNT,
        most=COUNT,
        options={
            "type": "array",
            "items": _object(
                index=COUNT,
                text=WORDS,
                votes={"type": ["integer", "null"]},
                withdrawn={"type": "boolean"},
                not_counted={"type": ["integer", "null"]},
                link={"type": ["string", "null"], "description": "A page about it."},
                picture={
                    "type": ["object", "null"],
                    "description": "Of the city's own page; what is there never changes.",
                    "properties": {"url": URL, "width": COUNT, "height": COUNT},
                },
                about={**WORDS, "description": "What the link or the picture shows."},
            ),
        },
        total=COUNT,
        channels={"type": "object", "additionalProperties": COUNT},
        state={"enum": ["open", "closed", "cancelled"]},
        shows={"enum": ["always", "after_vote", "after_close"]},
        staff_sees={"type": "boolean"},
        voters={"type": "string"},
        areas={"type": "array", "items": {"type": "string"}},
        opens_at=TIME,
        closes_at=MAYBE_TIME,
        closed_at=MAYBE_TIME,
        history=HISTORY,
        ballots={
            "type": ["object", "null"],
            "properties": {"url": URL, "sha256": {"type": "string"}, "lines": COUNT},
        },
    ),
    "Answers": _object(
        shown={"type": ["integer", "null"]},
        words={"type": "array", "items": _object(word={"type": "string"}, count=COUNT)},
        answers={"type": "array", "items": _object(text={"type": "string"}, count=COUNT)},
        next=NEXT,
    ),
    "Surveys": _object(surveys=_list("Survey")),
    "Survey": _object(
        id=COUNT,
        url=URL,
        title=WORDS,
        intro=WORDS,
        state={"type": "string"},
        opens_at=TIME,
        closes_at=MAYBE_TIME,
        closed_at=MAYBE_TIME,
    ),
    "WholeSurvey": {
        "allOf": [
            {"$ref": "#/components/schemas/Survey"},
            _object(
                history=HISTORY,
                polls=_list("Poll"),
                groups={"type": "array", "items": {"type": "object"}},
            ),
        ]
    },
    "Questions": _object(questions=_list("Question"), next=NEXT),
    "Question": _object(
        number=COUNT,
        reference={"type": "string"},
        url=URL,
        text={"type": "string"},
        hidden={"type": "array", "items": {"type": "string"}},
        language={"enum": list(LANGUAGES)},
        theme=NAMED,
        area=NAMED,
        department=NAMED,
        state={"enum": ["answered", "declined", "merged"]},
        received_at=TIME,
        answered_at=MAYBE_TIME,
        answer=WORDS,
        answered_by={**WORDS, "type": ["object", "null"]},
        answered_by_name=MAYBE,
        links={
            "type": "array",
            "items": _object(name={"type": "string"}, url={"type": "string"}),
        },
        grounds=MAYBE,
        reason=MAYBE,
        whose=MAYBE,
        merged_into={"type": ["integer", "null"]},
    ),
    "Statistics": _object(
        participation={
            "type": "array",
            "items": _object(
                month={"type": "string", "pattern": r"^\d{4}-\d{2}$"},
                polls=COUNT,
                votes=COUNT,
                channels={"type": "object", "additionalProperties": COUNT},
            ),
        },
        figures={
            "type": "array",
            "items": _object(
                month={"type": "string", "pattern": r"^\d{4}-\d{2}$"},
                department={"type": "string"},
                answered=COUNT,
                within_time=COUNT,
                median_days={"type": "number", "minimum": 0},
            ),
        },
    ),
    "Discussions": _object(discussions=_list("Discussion")),
    "Discussion": _object(
        id=COUNT,
        url=URL,
        title=WORDS,
        background=WORDS,
        state={"enum": ["open", "closed"]},
        opens_at=TIME,
        closes_at=MAYBE_TIME,
        sub_themes={"type": "array", "items": {"type": "string"}},
        comments=COUNT,
        summary=WORDS,
    ),
    "WholeDiscussion": _object(
        discussion={"$ref": "#/components/schemas/Discussion"},
        license={"type": "object"},
        columns={
            "type": "array",
            "items": _object(
                name={"type": "string"}, type={"type": "string"}, description={"type": "string"}
            ),
        },
        comments={
            "type": "array",
            "items": _object(**{column.name: _cell(column) for column in COMMENTS}),
        },
    ),
    "Rules": _object(
        rules={"type": "array", "items": _object(id={"type": "string"}, name=WORDS, text=WORDS)}
    ),
    "Moderation": _object(
        log={
            "type": "array",
            "items": _object(
                date={"type": "string", "format": "date"},
                kind={"enum": [*ItemKind]},
                rule={"type": "string"},
                outcome={"enum": [*Outcome]},
                appeal={"enum": [*Outcome, None]},
            ),
        },
        months={
            "type": "array",
            "items": _object(
                month={"type": "string", "pattern": r"^\d{4}-\d{2}$"},
                decided=COUNT,
                outcomes={"type": "object", "additionalProperties": COUNT},
                appeals=COUNT,
                overturned=COUNT,
                median_hours={"type": ["number", "null"], "minimum": 0},
            ),
        },
    ),
}
