"""What the entries of the city file say of one another: told on the file as it is, beside what is
wrong with its shape."""

from collections.abc import Iterator, Mapping

from config.faults import Fault, did_you_mean
from config.source import Place, Source
from core.moderation import rules
from core.texts import LANGUAGES, NAMES


def references(source: Source) -> Iterator[Fault]:
    """What entries say of one another; on the file as it is, so that it is told with the rest."""
    known = source.values("departments", "id")
    departments = [str(id) for id in known.values()]
    mentions = {
        **source.values("themes", "department"),
        **source.members("officials", "departments"),
        **source.members("templates", "departments"),
    }
    if isinstance(desk := source.data.get("general_desk"), str):
        mentions["general_desk",] = desk
    if isinstance(web := source.data.get("web"), dict) and web.get("accessibility_desk"):
        mentions["web", "accessibility_desk"] = web["accessibility_desk"]
    mentions |= source.members("desk", "grants", "departments")
    for place, name in mentions.items():
        if departments and isinstance(name, str) and name not in departments:
            remedy = did_you_mean(name, departments) or f"There are: {', '.join(departments)}."
            yield source.fault(place, f"“{name}” is not a department.", remedy)
    for key in ("themes", "areas"):
        yield from _unknown_in_chats(source, key)
    yield from _unknown_officials(source)
    yield from _unknown_rules(source)
    for name, key in _UNIQUE:
        yield from _twice(source, source.values(name, key))
    yield from _own_language(source)


def _unknown_in_chats(source: Source, key: str) -> Iterator[Fault]:
    """What a chat's round-ups tell of is there."""
    known = [str(x) for x in source.values(key, "id").values()]
    for place, name in source.members("chats", key).items():
        if isinstance(name, str) and name not in known:
            remedy = did_you_mean(name, known) or f"There are: {', '.join(known) or 'none'}."
            yield source.fault(place, f"“{name}” is not one of the {key}.", remedy)


def _unknown_rules(source: Source) -> Iterator[Fault]:
    """What a check rejects by is one of the rules; questions are not shown before a look."""
    given = source.data.get("moderation")
    if not isinstance(given, dict):
        return
    own = map(str, source.values("moderation", "rules", "id").values())
    ids = list(own) or [rule.id for rule in rules.DEFAULTS]
    decides = given.get("decides")
    for check, rule in decides.items() if isinstance(decides, dict) else ():
        if isinstance(rule, str) and rule not in ids:
            remedy = did_you_mean(rule, ids) or f"There are: {', '.join(ids)}."
            place = ("moderation", "decides", check)
            yield source.fault(place, f"“{rule}” is not one of the rules.", remedy)
    look = given.get("look")
    if isinstance(look, dict) and look.get("question") == "after":
        place = ("moderation", "look", "question")
        remedy = "Choose before or reported: officials read every question anyway."
        yield source.fault(place, "is not possible for questions.", remedy)


def _unknown_officials(source: Source) -> Iterator[Fault]:
    """Who is on duty, or the head, is among the officials."""
    accounts = [str(x) for x in source.values("officials", "account").values()]
    named = {**source.values("departments", "head"), **source.members("departments", "duty")}
    moderation = source.data.get("moderation")
    duty = moderation.get("duty") if isinstance(moderation, dict) else None
    if isinstance(duty, list):
        named |= {("moderation", "duty", i): account for i, account in enumerate(duty)}
    for place, account in named.items():
        if isinstance(account, str) and account not in accounts:
            remedy = did_you_mean(account, accounts) or "Add the person to officials."
            yield source.fault(place, f"“{account}” is not an official.", remedy)


_UNIQUE = (
    ("departments", "id"),
    ("themes", "id"),
    ("others", "id"),
    ("areas", "id"),
    ("officials", "account"),
    ("chats", "address"),
    ("templates", "id"),
    ("webhooks", "id"),
)


def _twice(source: Source, values: Mapping[Place, object]) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for place, value in values.items():
        if not isinstance(value, str):
            continue
        if value in first:
            remedy = f"Each is there once; the first is {source.where(first[value])}."
            yield source.fault(place, f"“{value}” is there twice.", remedy)
        first.setdefault(value, place)


_NAMED = ("departments", "themes", "others", "areas")


def _own_language(source: Source) -> Iterator[Fault]:
    """Names have the city's own language at least: it is what the others fall back to."""
    language = source.data.get("language")
    if language not in LANGUAGES:
        return
    names = {("name",): source.data.get("name")}
    kinds = (*((kind, "name") for kind in _NAMED), ("officials", "title"))
    for kind, key in kinds:
        names |= source.values(kind, key)
    names |= source.values("desk", "grants", "title")
    for place, words in names.items():
        if isinstance(words, dict) and not str(words.get(language) or "").strip():
            remedy = f"Write {language}: under it; it is the city's own language."
            yield source.fault(place, f"has no text in {NAMES[language]}.", remedy)
