"""The app package that a city's Teams administrator uploads: manifest, its translations, icons."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core import commands
from core.city import City
from core.texts import LANGUAGES, plain, texts

HERE = Path(__file__).parent / "manifest"
ICONS = ("color.png", "outline.png")
WORDS = (
    "https://developer.microsoft.com/en-us/json-schemas/teams/v1.19/"
    "MicrosoftTeams.Localization.schema.json"
)
MOST_COMMANDS = 10
TAGS = {"fi": "fi-fi", "sv": "sv-fi", "en": "en-gb"}
Json = dict[str, Any]
READING = tuple(
    {"name": name, "type": "Application"}
    for name in ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
)
"""What a team's or chat's owner agrees to where replies in threads are comments."""


def package(city: City, app_id: str, version: str) -> bytes:
    """A zip file. ValueError where the city has no public address, or the version is none."""
    files = {"manifest.json": manifest(city, app_id, version)}
    for language in others(city):
        files[f"{TAGS[language]}.json"] = translation(city, language)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            _add(archive, name, json.dumps(content, ensure_ascii=False, indent=2).encode())
        for icon in ICONS:
            _add(archive, icon, (HERE / icon).read_bytes())
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Without the time, so that the same city makes the same file."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def others(city: City) -> list[str]:
    return [language for language in LANGUAGES if language != city.language]


def manifest(city: City, app_id: str, version: str) -> Json:
    if not city.public_url.startswith("https://"):
        raise ValueError("Teams needs the service's public https address")
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){2}", version, re.ASCII):
        raise ValueError(f"“{version}” is no version like 1.2.3")
    made: Json = json.loads((HERE / "manifest.json").read_text("utf-8"))
    page, about = (city.page(f"/{city.language}/{x}") for x in ("", "about"))
    name = plain(city.name, city.language)
    made |= {"version": version, "id": app_id}
    made["validDomains"] = [urlsplit(city.public_url).hostname]
    addresses = {"websiteUrl": page, "privacyUrl": about, "termsOfUseUrl": about}
    made["developer"] = {"name": name[:32], **addresses}
    made["name"]["full"] = f"Kuulolla – {name}"[:100]
    made["description"] = _description(city, city.language)
    made["localizationInfo"] = {
        "defaultLanguageTag": TAGS[city.language],
        "additionalLanguages": [
            {"languageTag": TAGS[x], "file": f"{TAGS[x]}.json"} for x in others(city)
        ],
    }
    made["bots"][0]["botId"] = app_id
    made["bots"][0]["commandLists"][0]["commands"] = [
        {"title": offer.name, "description": offer.description[:128]}
        for offer in listed(city, city.language)
    ]
    if any(at.channel == "teams" for at in city.threads):
        made["authorization"] = {"permissions": {"resourceSpecific": list(READING)}}
    return made


def translation(city: City, language: str) -> Json:
    """The words of the manifest in another language. Commands are understood in all of them."""
    described = _description(city, language)
    made = {
        "$schema": WORDS,
        "name.short": "Kuulolla",
        "name.full": f"Kuulolla – {plain(city.name, language)}"[:100],
        "description.short": described["short"],
        "description.full": described["full"],
    }
    for i, offer in enumerate(listed(city, language)):
        place = f"bots[0].commandLists[0].commands[{i}]"
        made[f"{place}.title"] = offer.name
        made[f"{place}.description"] = offer.description[:128]
    return made


def _description(city: City, language: str) -> Json:
    t = texts(language)
    asking = t("Write your question or feedback here. An official answers you here.")
    voting = t("Vote in the city's polls. You may change your vote until the poll closes.")
    privacy = plain(city.privacy, language)
    full = "\n\n".join(part for part in (asking, voting, privacy) if part)
    return {"short": t("Ask the city, and vote in its polls.")[:80], "full": full[:4000]}


def listed(city: City, language: str) -> list[commands.Offer]:
    """Teams lists ten commands at most. Ending a subscription is on a button as well."""
    found = commands.offers(city, language)
    if len(found) <= MOST_COMMANDS:
        return found
    stop = commands.name_of("stop", language)
    return [offer for offer in found if offer.name != stop][:MOST_COMMANDS]
