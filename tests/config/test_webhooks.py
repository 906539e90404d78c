"""Webhooks: addresses in the city file, secrets in the settings, and each of the other."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import webhooks
from config.city import load_city
from config.faults import ConfigFault
from config.settings import read_settings
from core.city import City
from core.webhooks import EVENTS
from tests.config.cities import small

URL = "https://crm.city.example:8443/kuulolla?x=1"
KEY = base64.b64encode(b"k" * 32).decode()


def load(folder: Path, *hooks: dict[str, Any]) -> City:
    path = folder / "city.yaml"
    path.write_text(yaml.safe_dump({**small(), "webhooks": list(hooks)}), "utf-8")
    return load_city(path)


def test_receivers(tmp_path: Path) -> None:
    chosen = {"id": "map", "url": URL, "events": ["question.answered"]}
    crm, other = load(tmp_path, {"id": "crm", "url": URL}, chosen).webhooks
    assert (crm.url, crm.events) == (URL, frozenset(EVENTS))
    assert other.events == {"question.answered"}


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ({"url": "http://crm.city.example/"}, "no address to send to"),
        ({"url": "https://user:hush@crm.city.example/"}, "no address to send to"),
        ({"url": "https://crm.city.example/#a"}, "no address to send to"),
        ({"url": "file:///etc/passwd"}, "no address to send to"),
        ({"url": "https://crm.city.example/a b"}, "no address to send to"),
        ({"events": ["poll.lost"]}, "is no event"),
        ({"id": "C R M"}, "is not an id"),
        ({"secret": "hush"}, "is not a setting"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, hook: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        load(tmp_path, {"id": "crm", "url": URL, **hook})
    assert said in str(caught.value) and "webhooks" in str(caught.value)


def test_twice(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="is there twice"):
        load(tmp_path, {"id": "crm", "url": URL}, {"id": "crm", "url": URL})


def test_secrets() -> None:
    older = base64.b64encode(b"o" * 24).decode()
    lines = f"crm=whsec_{KEY}\nmap=whsec_{KEY}  crm=whsec_{older}\n"
    settings, faults = read_settings({"KUULOLLA_WEBHOOK_SECRETS": lines})
    assert faults == []
    made = webhooks.secrets(settings.webhook_secrets)
    assert made == {"crm": [b"k" * 32, b"o" * 24], "map": [b"k" * 32]}
    assert webhooks.secrets(None) == {} and KEY not in repr(settings)


@pytest.mark.parametrize(
    "value", [KEY, "crm=" + KEY, "crm=whsec_c2hvcnQ=", "crm=whsec_*", "CRM=whsec_" + KEY, "=whsec_"]
)
def test_secrets_that_are_none(value: str) -> None:
    _, (fault,) = read_settings({"KUULOLLA_WEBHOOK_SECRETS": value})
    assert fault.place == "KUULOLLA_WEBHOOK_SECRETS" and KEY not in str(fault)


def test_each_receiver_has_a_secret_and_each_secret_a_receiver(tmp_path: Path) -> None:
    city = load(tmp_path, {"id": "crm", "url": URL})
    settings, _ = read_settings({"KUULOLLA_WEBHOOK_SECRETS": f"map=whsec_{KEY}"})
    told = [str(fault) for fault in webhooks.faults(city, settings.webhook_secrets)]
    assert len(told) == 2 and "“crm”" in told[0] and "“map”" in told[1]
    fitting, _ = read_settings({"KUULOLLA_WEBHOOK_SECRETS": f"crm=whsec_{KEY}"})
    assert list(webhooks.faults(city, fitting.webhook_secrets)) == []
