"""What works in a city file, and is probably not meant."""

from collections import Counter
from collections.abc import Iterator
from math import inf

from core.city import City, Department, Part, Role
from core.moderation import rules
from core.texts import LANGUAGES, NAMES


def warnings(city: City) -> list[str]:
    """What works, and is probably not meant."""
    return [*_staffing(city), *_publication(city), *_translations(city), *_keywords(city)]


def _staffing(city: City) -> Iterator[str]:
    if city.has(Part.QUESTIONS):
        for department in city.departments:
            yield from _answering(city, department)
        if silent := [d.id for d in city.departments if not city.contact(d.id)]:
            yield (
                f"No contact for {', '.join(silent)}: who asks about their own case is not told "
                "whom to turn to. Give the general desk one."
            )
    editors = any(o.may_edit() for o in city.officials) or any(
        {Role.EDITOR, Role.ADMIN} & grant.roles for grant in city.sign_in.grants
    )
    if city.has(Part.POLLS) and not editors:
        yield "No official is an editor or an admin: nobody can create polls."
    if city.has(Part.STATEMENTS) and not editors:
        yield "No official is an editor or an admin: nobody can open conversations of statements."
    if rules.in_use(city) and _moderators(city) < 2:
        yield "Fewer than two officials may moderate: nobody can judge an appeal."
    for official in city.officials:
        if not official.departments and not official.roles:
            yield f"Official {official.key} has no department and no role."
    for grant in city.sign_in.grants:
        if not grant.departments and not grant.roles:
            yield f"desk: “{grant.value}” grants no department and no role."


def _moderators(city: City) -> float:
    """How many there are; of those who sign in nobody knows the number."""
    granted = any({Role.MODERATOR, Role.ADMIN} & grant.roles for grant in city.sign_in.grants)
    return inf if granted else sum(map(city.may_moderate, city.officials))


def _answering(city: City, department: Department) -> Iterator[str]:
    """An admin may act everywhere, and looks nowhere: a department has officials of its own."""
    own, name = city.officials_of(department.id), f"Department {department.id}"
    granted = any(department.id in grant.departments for grant in city.sign_in.grants)
    if not own and not granted:
        yield f"{name} has no official: nobody can answer there."
    if department.approval and len(own) == 1 and not granted:
        yield f"{name} has approval on and one official: nobody can approve what they write."
    for key in department.duty:
        official = city.official_by_key(key)
        if official and not official.serves(department.id):
            yield f"{name} has {key} on duty, who is not one of its officials."


def _publication(city: City) -> Iterator[str]:
    if city.has(Part.DIGESTS) and not any(chat.digest for chat in city.chats):
        yield "The part digests is on, and no chat has a digest."
    for chat in city.chats:
        if chat.threads and not city.has(Part.DISCUSSIONS):
            yield f"Chat {chat.address} has threads, and the part discussions is off."
        if chat.restrict and not (chat.threads and chat.address.channel == "telegram"):
            yield f"Chat {chat.address} has restrict: only in Telegram chats with threads it works."
    if not city.has(Part.DIGESTS):
        for chat in city.chats:
            if chat.digest:
                yield f"Chat {chat.address} has a digest, and the part digests is off."
    if city.has(Part.WEB_VOTING) and not city.has(Part.POLLS, Part.STATEMENTS):
        yield "The part web_voting is on, and polls and statements are off."
    if any(chat.address.channel == "telegram" for chat in city.chats) and not city.telegram_bot:
        yield "telegram_bot is not set: pages and posts have no link to the bot's private chat."


def _translations(city: City) -> Iterator[str]:
    texts = {"name": city.name, "privacy": city.privacy}
    texts |= {f"department {d.id}": d.name for d in city.departments}
    texts |= {f"theme {t.id}": t.name for t in city.themes}
    texts |= {f"other body {o.id}": o.name for o in city.others}
    texts |= {f"area {a.id}": a.name for a in city.areas}
    texts |= {f"template {x.id}": x.text for x in city.templates}
    texts |= {f"rule {x.id}": x.name for x in city.moderation.rules}
    texts |= {f"text of rule {x.id}": x.text for x in city.moderation.rules}
    texts |= {f"official {o.key}": o.title for o in city.officials}
    texts |= {f"desk: title of {g.value}": g.title for g in city.sign_in.grants}
    for place, words in texts.items():
        missing = [NAMES[x] for x in LANGUAGES if x not in words]
        if missing:
            yield f"Not translated ({', '.join(missing)}): {place}."


def _keywords(city: City) -> Iterator[str]:
    named = {f"Theme {t.id}": t.keywords for t in city.themes}
    named |= {f"Other body {o.id}": o.keywords for o in city.others}
    for name, keywords in named.items():
        if not any(keywords.values()):
            yield f"{name} has no keywords: no question is ever recognised as its."
    counted = Counter(
        keyword
        for keywords in named.values()
        for keyword in {k for words in keywords.values() for k in words}
    )
    for keyword, count in counted.items():
        if count > 2:
            yield f"The keyword {keyword} is in {count} themes: it decides little."
