"""What belongs to the server rather than to the city: secrets, addresses, where things are kept.

``Settings(…)`` looks at its arguments only; `load_settings` reads the environment and ``.env``.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import DotEnvSettingsSource

from config.faults import ConfigFault, Fault, did_you_mean
from config.fields import EXAMPLE_CITY, PREFIX, Group, Settings, Slack, Teams, Telegram
from config.files import Unusable, content
from config.key import secret_key

__all__ = [
    "EXAMPLE_CITY",
    "ConfigFault",
    "Settings",
    "Slack",
    "Teams",
    "Telegram",
    "load_settings",
    "read_settings",
    "secret_key",
]

_OTHERS = frozenset({"KUULOLLA_CHROMIUM", "KUULOLLA_POLIS_DATA"})
"""Variables with our prefix that the tests read, not the service."""


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """See `read_settings`. ConfigFault with all that is wrong, and no value of a secret."""
    settings, faults = read_settings(env, env_file)
    if faults:
        raise ConfigFault(faults)
    return settings


def read_settings(
    env: Mapping[str, str] | None = None, env_file: Path | None = None
) -> tuple[Settings, list[Fault]]:
    """From ``env``, over what ``env_file`` says; without arguments, the process's environment and
    ``.env`` in the working directory. With faults, the settings go as far as they can be used to
    look for faults elsewhere."""
    if env is None:
        env, env_file = os.environ, env_file or Path(".env")
    faults: list[Fault] = []
    given = _variables(env, env_file, faults)
    values = _with_files(given, faults)
    settings, wrong = _validate(values, secret_variables() | (set(values) - set(given)))
    faults += wrong
    faulty = {fault.place for fault in faults}
    faults += [fault for needs, fault in _together(settings) if not needs & faulty]
    return settings, faults


def variables() -> dict[str, tuple[str, ...]]:
    """Every variable, and the path of its field: ``KUULOLLA_SLACK__API_URL`` → slack, api_url."""
    paths: list[tuple[str, ...]] = []
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, Group):
            paths += [(name, inner) for inner in group.model_fields]
        else:
            paths.append((name,))
    return {variable(*path): path for path in paths}


def variable(*path: str) -> str:
    return PREFIX + "__".join(path).upper()


def secret_variables() -> frozenset[str]:
    """Those whose values are never shown."""
    return frozenset(
        name
        for name, path in variables().items()
        if _field(path).annotation == SecretStr | None or path == ("database_url",)
    )


def _field(path: tuple[str, ...]) -> Any:
    fields: Any = Settings.model_fields
    for group in path[:-1]:
        fields = fields[group].annotation.model_fields
    return fields[path[-1]]


def _variables(
    env: Mapping[str, str], env_file: Path | None, faults: list[Fault]
) -> dict[str, str]:
    """Our variables that have a value. An empty one is one that is not set."""
    written: dict[str, str | None] = {}
    if env_file and env_file.exists():
        try:
            written |= DotEnvSettingsSource(Settings, env_file=env_file).env_vars
        except (OSError, UnicodeDecodeError):
            faults.append(Fault(str(env_file), "cannot be read.", "It is a text file, in UTF-8."))
    merged = {name.upper(): value for source in (written, env) for name, value in source.items()}
    given = {name: value.strip() for name, value in merged.items() if value and value.strip()}
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    return {name: value for name, value in ours.items() if name not in _OTHERS}


def _with_files(given: dict[str, str], faults: list[Fault]) -> dict[str, str]:
    """The known variables; those of ``…_FILE`` replaced by what the files hold."""
    known = variables()
    files = {f"{name}_FILE": name for name in known}
    values: dict[str, str] = {}
    for name, value in given.items():
        target = files.get(name)
        if name in known:
            values[name] = value
        elif target is None:
            meant = did_you_mean(name, [*known, *files]) or "docs/configuration.md lists them all."
            faults.append(Fault(name, "is not a setting.", meant))
        elif target in given:
            faults.append(Fault(name, f"is set together with {target}.", "Set one of the two."))
        else:
            try:
                values[target] = content(Path(value))
            except Unusable as unusable:
                faults.append(Fault(name, unusable.what, unusable.remedy))
    return values


def _validate(values: Mapping[str, str], hidden: Collection[str]) -> tuple[Settings, list[Fault]]:
    """The settings, made without the faulty values so that the others can be checked together.
    No fault shows a value of ``hidden``."""
    try:
        return Settings(**_nested(values)), []
    except ValidationError as error:
        wrong = [_fault(e, hidden) for e in error.errors(include_url=False)]
    faulty = {fault.place for fault in wrong}
    rest = {name: value for name, value in values.items() if name not in faulty}
    return Settings(**_nested(rest)), wrong


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, path in variables().items():
        if name in values:
            branch = tree
            for group in path[:-1]:
                branch = branch.setdefault(group, {})
            branch[path[-1]] = values[name]
    return tree


def _fault(error: Any, hidden: Collection[str]) -> Fault:
    path = tuple(str(x) for x in error["loc"])
    name = variable(*path)
    if error["type"] == "kuulolla":
        what, remedy = error["msg"], error["ctx"]["remedy"]
    else:
        what, remedy = f"“{error['input']}” cannot be used.", ""
        if name in hidden:
            what = "cannot be used."
    return Fault(name, what, remedy or _field(path).description)


# --- settings that speak of one another --------------------------------------------------------


def _together(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    """What settings say about one another; with each, the variables that it looked at."""
    yield from _playground(settings)
    yield from _telegram(settings)
    yield from _slack(settings)
    yield from _teams(settings)
    yield from _desk(settings)


def _playground(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    place = variable("playground")
    if settings.playground == "on" and settings.has_tokens:
        yield (
            {place},
            Fault(
                place,
                "is on, and a platform has its real token.",
                "Take the tokens away to play, or set it to off: never both.",
            ),
        )
    place = variable("playground_port")
    if settings.playground_on and settings.port == settings.playground_port != 0:
        yield (
            {place, variable("port")},
            Fault(place, "is the server's own port.", f"Choose another than {settings.port}."),
        )


def _telegram(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    place = variable("telegram", "webhook_secret")
    if settings.telegram.token and settings.public_url and not settings.telegram.webhook_secret:
        yield (
            {place, variable("public_url"), variable("telegram", "token")},
            Fault(
                place,
                f"is missing: with {variable('public_url')} set, Telegram sends webhooks, "
                "and anybody could forge them.",
                "Make one: openssl rand -hex 32",
            ),
        )


def _slack(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    slack = settings.slack
    bot, app, signing = (variable("slack", x) for x in ("bot_token", "app_token", "signing_secret"))
    public = variable("public_url")
    if slack.bot_token and not slack.app_token and not settings.slack_by_http:
        what = f"is set, but neither {app} (Socket Mode) nor {signing} with {public} (HTTP)."
        remedy = f"Set {app}: it needs no public URL."
        if slack.signing_secret:
            what, remedy = f"is set with {signing} but without {public}.", f"Set {public} or {app}."
        yield {bot, app, signing, public}, Fault(bot, what, remedy)
    for place, given in ((app, slack.app_token), (signing, slack.signing_secret)):
        if given and not slack.bot_token:
            yield {bot}, Fault(bot, f"is missing, and {place} is set.", "It starts with xoxb-.")


def _teams(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    teams = settings.teams
    given = {
        variable("teams", "app_id"): teams.app_id,
        variable("teams", "app_secret"): teams.app_secret,
        variable("teams", "tenant_id"): teams.tenant_id,
    }
    for place, value in given.items():
        if value is None and any(given.values()):
            others = " and ".join(name for name, other in given.items() if other)
            yield set(given), Fault(place, f"is missing, beside {others}.", "docs/teams.md helps.")
    public = variable("public_url")
    if all(given.values()) and not settings.public_url:
        what = "is missing: Teams sends webhooks to it."
        yield {public, *given}, Fault(public, what, "Set the https address that the world sees.")
    yield from _teams_in_development(settings, set(given), any(given.values()))


def _teams_in_development(
    settings: Settings, app: set[str], configured: bool
) -> Iterator[tuple[set[str], Fault]]:
    place = variable("teams", "development_url")
    looked_at = {place, variable("public_url"), variable("host"), *app}
    if settings.teams.development_url and configured:
        yield looked_at, Fault(place, "is set beside an app of Teams.", "Take one of them away.")
    if settings.teams.development_url and settings.listens_beyond:
        yield (
            looked_at,
            Fault(
                place,
                "is set, and others than this machine may reach the service: anybody could act "
                "in anybody's name.",
                f"Leave {variable('public_url')} and {variable('host')} alone in development.",
            ),
        )


def _desk(settings: Settings) -> Iterator[tuple[set[str], Fault]]:
    desk, help = settings.desk, "docs/staff-on-the-web.md tells how to get one."
    issuer, client, secret = (variable("desk", x) for x in ("issuer", "client_id", "client_secret"))
    public = variable("public_url")
    if desk.issuer and not desk.client_id:
        yield {issuer, client}, Fault(client, f"is missing, beside {issuer}.", help)
    for place, given in ((client, desk.client_id), (secret, desk.client_secret)):
        if given and not desk.issuer:
            yield {place, issuer}, Fault(issuer, f"is missing, beside {place}.", help)
    if desk.issuer and not settings.public_url:
        what = "is missing: whoever signs in to the desk is sent back to it."
        yield {public, issuer}, Fault(public, what, "Set the https address that the world sees.")
