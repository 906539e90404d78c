"""The image and the Compose file, as far as they can be looked at without a Docker engine."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from config.settings import read_settings, secret_variables, variables

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "compose-spec" / "compose-spec.json").read_text())
SPECIFICATION = validator_for(SCHEMA)(SCHEMA)
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["kuulolla-1", "kuulolla-2"]
EXACT = re.compile(r"[a-z0-9/._-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?")
"""An image with a version of its own: never `latest`, nor a tag that moves with each release."""


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in DOCKERFILE if line.startswith(f"{name} ")]


# --- Dockerfile ------------------------------------------------------------------------------


def test_the_base_is_slim_and_of_one_version() -> None:
    bases = [base.split()[0] for base in instructions("FROM")]
    assert len(set(bases)) == 1
    assert EXACT.fullmatch(bases[0]) and "-slim" in bases[0]


def test_it_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    last = DOCKERFILE[max(i for i, line in enumerate(DOCKERFILE) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users == ["kuulolla"]
    assert any("useradd" in line and "kuulolla" in line for line in last)
    assert any("/healthz" in line for line in last), "a health check"
    assert instructions("CMD") == ['["kuulolla", "run"]']
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_everything_is_installed_at_its_pin() -> None:
    installs = [line for line in instructions("RUN") if "pip install" in line]
    assert len(installs) == 2
    for line in installs:
        assert "--constraint constraints.txt" in line or "PIP_CONSTRAINT=constraints.txt" in line
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {line.split("==")[0].lower() for line in pins}
    assert "hatchling" in pinned, "what builds the wheel has a pin as well"


def test_what_it_copies_is_there_and_not_held_back() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    let_in = [line.removeprefix("!") for line in lines if line.startswith("!")]
    copied = [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ]
    assert {"bots", "config", "core", "storage", "constraints.txt"} <= set(copied)
    for source in copied:
        assert list(ROOT.glob(source)), source
        assert any(fnmatch(source, name) or source.startswith(f"{name}/") for name in let_in)


def test_its_settings_are_settings() -> None:
    words = " ".join(instructions("ENV")).split()
    given = {w.split("=")[0]: w.split("=")[1] for w in words if w.startswith("KUULOLLA_")}
    settings, faults = read_settings(given)
    assert faults == []
    assert (settings.host, settings.port, settings.playground) == ("0.0.0.0", 8080, "off")


# --- docker-compose.yml ----------------------------------------------------------------------


def test_it_is_what_the_specification_says() -> None:
    SPECIFICATION.validate(COMPOSE)


@pytest.mark.parametrize(
    ("place", "value"),
    [(("services", "caddy", "restrt"), "no"), (("services", "caddy", "ports"), [{"x": 1}])],
)
def test_the_specification_would_find_a_fault(place: tuple[str, ...], value: object) -> None:
    changed = json.loads(json.dumps(COMPOSE))
    *parents, last = place
    inner = changed
    for name in parents:
        inner = inner[name]
    inner[last] = value
    assert list(SPECIFICATION.iter_errors(changed))


def test_there_are_two_of_the_service_and_all_has_one_version() -> None:
    assert [SERVICES[name] for name in OURS] == [SERVICES[OURS[0]]] * 2
    assert set(SERVICES) == {*OURS, "postgres", "caddy"}
    assert SERVICES["postgres"]["image"].startswith("postgres:17.")
    for service in SERVICES.values():
        assert EXACT.fullmatch(service["image"]), service["image"]


def test_every_service_is_watched_and_fenced_in() -> None:
    for name, service in SERVICES.items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service and "user" not in service, name
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["inside"]


def test_what_is_started_waits_for_what_it_needs() -> None:
    for name in OURS:
        assert SERVICES[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert set(SERVICES["caddy"]["depends_on"]) == set(OURS)


def test_what_is_named_is_declared() -> None:
    for kind in ("secrets", "configs", "networks"):
        used = {
            entry["source"] if isinstance(entry, dict) else entry
            for service in SERVICES.values()
            for entry in service.get(kind, [])
        }
        assert used == set(COMPOSE[kind]), kind
    volumes = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    assert volumes == set(COMPOSE["volumes"])


def test_secrets_are_in_files_and_nowhere_else() -> None:
    ours = SERVICES[OURS[0]]
    for name, value in ours["environment"].items():
        assert name not in secret_variables()
        if name.endswith("_FILE") and name != "KUULOLLA_CITY_FILE":
            assert name.removesuffix("_FILE") in secret_variables()
            assert value.removeprefix("/run/secrets/") in ours["secrets"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"] == (
        "/run/secrets/postgres_password"
    )
    assert {entry["file"] for entry in COMPOSE["secrets"].values()} == {
        f"./secrets/{name}" for name in COMPOSE["secrets"]
    }
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_with_its_secrets_the_service_would_start(tmp_path: Path) -> None:
    """The settings that a container gets, with such values in the files."""
    values = {
        "database_url": "postgresql://kuulolla:word@postgres/kuulolla",
        "secret_key": "k" * 64,
        "telegram_token": "123456:AA",
        "telegram_webhook_secret": "w",
        "slack_bot_token": "xoxb-1",
        "slack_signing_secret": "s",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(value + "\n", "utf-8")
    given = {
        name: value.replace("/run/secrets", str(tmp_path)).replace(
            "${DOMAIN:?set it in .env}", "kuulolla.example.fi"
        )
        for name, value in SERVICES[OURS[0]]["environment"].items()
    }
    settings, faults = read_settings(given)
    assert faults == []
    assert settings.database_url.endswith("@postgres/kuulolla") and settings.slack_by_http
    assert not any(name.startswith(prefix) for name in ("DOMAIN", "CITY") for prefix in variables())


# --- Caddyfile -------------------------------------------------------------------------------


def test_caddy_stands_before_both_and_keeps_the_inside_inside() -> None:
    """Its words only: whether Caddy itself takes them was not tried here."""
    text = (ROOT / "Caddyfile").read_text("utf-8")
    assert text.count("{") == text.count("}")
    (proxied,) = re.findall(r"reverse_proxy (.*) \{", text)
    assert proxied.split() == [f"{name}:8080" for name in OURS]
    assert re.search(r"@inside path /metrics /readiness\n\s+respond @inside 404", text)
    assert "{$DOMAIN} {" in text
    assert "DOMAIN" in SERVICES["caddy"]["environment"]
