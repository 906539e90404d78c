"""The settings, one by one: name, type, default, and the description that doubles as remedy."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.values import wrong
from config.webhooks import MAKE_ONE, well_written

PREFIX = "KUULOLLA_"
EXAMPLE_CITY = Path(__file__).with_name("espoo.yaml")
SHORTEST_KEY = 32
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Telegram(Group):
    token: SecretStr | None = Field(None, description="The bot's token, from @BotFather.")
    api_url: str = Field(
        "https://api.telegram.org", description="The Bot API server; your own, if you run one."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="What Telegram proves itself with when a public URL is set: "
        "1 to 256 of A-Z, a-z, 0-9, _ and -.",
    )
    paid_broadcast: bool = Field(
        False,
        description="What goes beyond 30 messages a second is paid for in Telegram Stars, from the "
        "bot's balance: up to 1000 a second.",
    )

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, r"\d+:[\w-]+", "is not a bot token.", "It looks like 123456:ABC-DEF.")

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        what = "is not 1 to 256 of A-Z, a-z, 0-9, _ and -."
        return _shaped(value, r"[A-Za-z0-9_-]{1,256}", what, "Make one: openssl rand -hex 32")

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return _base_url(value)


class Slack(Group):
    bot_token: SecretStr | None = Field(None, description="The app's bot token, xoxb-….")
    app_token: SecretStr | None = Field(
        None, description="The app-level token, xapp-…, for Socket Mode: no public URL needed."
    )
    signing_secret: SecretStr | None = Field(
        None, description="The app's signing secret, for signed HTTP to the public URL."
    )
    api_url: str = Field("https://slack.com/api/", description="The Web API; GovSlack has its own.")

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        remedy = "It starts with xoxb- (OAuth & Permissions, in the app's settings)."
        return _shaped(value, r"xoxb-\S+", "is not a bot token.", remedy)

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        remedy = "It starts with xapp- (Basic Information, App-Level Tokens)."
        return _shaped(value, r"xapp-\S+", "is not an app-level token.", remedy)

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return _base_url(value) + "/"


class Teams(Group):
    app_id: str | None = Field(None, description="The app's (client) id, from Microsoft Entra.")
    app_secret: SecretStr | None = Field(None, description="A client secret of the app: its value.")
    tenant_id: str | None = Field(None, description="The city's (directory) tenant id.")
    service_hosts: str = Field(
        "",
        description="Further hosts of the Bot Connector that may be sent our token, with commas "
        "between; Teams' own public ones are known.",
    )
    development_url: str | None = Field(
        None,
        description="A development host on loopback that sends no tokens, as the Microsoft 365 "
        "Agents Playground's http://localhost:56150. Never beside an app.",
    )

    @field_validator("app_id", "tenant_id")
    @classmethod
    def _guid(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(GUID, value, re.ASCII):
            remedy = "It looks like 00000000-0000-0000-0000-000000000000 (the app's Overview)."
            raise wrong("is not an id of Microsoft Entra.", remedy)
        return value.lower() if value else None

    @field_validator("service_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        hosts = [host for x in value.split(",") if (host := x.strip().lower())]
        if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host, re.ASCII) for host in hosts):
            raise wrong("is no list of hosts.", "Write them as a.example.com,b.example.com.")
        return ",".join(hosts)

    @field_validator("development_url")
    @classmethod
    def _development(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(url := _base_url(value))
        if parts.scheme != "http" or not _is_loopback(parts.hostname or "") or parts.path:
            remedy = "Without tokens, requests are taken from this machine alone."
            raise wrong("is not an http address on loopback.", remedy)
        return url


class Desk(Group):
    issuer: str | None = Field(
        None,
        description="The OpenID Connect provider where officials sign in to the desk on the web, "
        "as https://login.example.fi/realms/city. Not set: there is no desk.",
    )
    client_id: str | None = Field(None, description="The id that the provider knows us by.")
    client_secret: SecretStr | None = Field(
        None, description="The client's secret, where the provider gave one."
    )
    scope: str = Field("openid", description="What the provider is asked for, openid among it.")

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        """As it is written: tokens name it letter by letter."""
        if value is None:
            return None
        parts = urlsplit(_base_url(value))
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise wrong("is not https.", "Write https://…; http is for localhost only.")
        return value

    @field_validator("scope")
    @classmethod
    def _scope(cls, value: str) -> str:
        if "openid" not in value.split():
            raise wrong("does not ask for openid.", "Write openid, and more after a space.")
        return value


class Settings(BaseSettings):
    """Descriptions are the remedies of faults and the texts of ``docs/configuration.md``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    database_url: str = Field(
        "sqlite:///var/kuulolla.db",
        repr=False,
        description="sqlite:///path, or postgresql+psycopg://user:password@host/database.",
    )
    database_writers: int = Field(
        2, ge=1, le=16, description="PostgreSQL: transactions that one process commits at once."
    )
    database_readers: int = Field(
        4, ge=1, le=64, description="Questions to the database that one process asks at once."
    )
    city_file: Path = Field(EXAMPLE_CITY, description="The city's own file, YAML.")
    public_url: str | None = Field(
        None, description="The https address that the world sees, without a path."
    )
    host: str = Field("127.0.0.1", description="The address that the server listens at.")
    port: int = Field(8080, ge=0, le=65535, description="The port it listens at; 0: any free one.")
    secret_key: SecretStr | None = Field(
        None,
        description="At least 32 characters that pseudonyms and cookies are made with. "
        "Not set: made on the first start and kept in secret.key beside the database.",
    )
    dictionaries: str = Field(
        "",
        description="The folder of the dictionaries of word forms (25 MB; made where they are "
        "missing, with 700 MB of memory for some 15 seconds), or off: words are compared by their "
        "letters alone. Not set: dictionaries, beside the database.",
    )
    log_format: Literal["console", "json"] = Field("console", description="console or json.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="At least 32 characters that Prometheus shows for /metrics, as a bearer token. "
        "Not set: there is no such page.",
    )
    webhook_secrets: SecretStr | None = Field(
        None,
        description="What events for each receiver of webhooks are signed with: "
        "name=whsec_… for each, with blanks or line ends between.",
    )
    playground: Literal["auto", "on", "off"] = Field(
        "auto", description="auto (on while no platform has a token), on or off."
    )
    playground_port: int = Field(
        8081, ge=0, le=65535, description="The playground's port, on loopback only; 0: any."
    )
    telegram: Telegram = Telegram()
    slack: Slack = Slack()
    teams: Teams = Teams()
    desk: Desk = Desk()

    @classmethod
    def settings_customise_sources(
        cls, *args: Any, init_settings: PydanticBaseSettingsSource, **kwargs: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        if not re.match(r"sqlite:///[^:]|postgresql\+psycopg://.", value):
            raise wrong("is no address of a SQLite file or a PostgreSQL database.")
        return value

    @field_validator("log_level", "log_format", "playground", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("secret_key", "metrics_token")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value().encode()) < SHORTEST_KEY:
            raise wrong("is too short.", "Make one: openssl rand -hex 32")
        return value

    @field_validator("webhook_secrets")
    @classmethod
    def _webhook_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not well_written(value):
            raise wrong("cannot be read.", MAKE_ONE)
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        return None if value is None else _public(_base_url(value))

    @property
    def has_tokens(self) -> bool:
        """Whether a platform is configured: a development host counts as one."""
        teams = self.teams.app_id or self.teams.development_url
        tokens = self.telegram.token or self.slack.bot_token or self.slack.app_token
        return bool(tokens or teams or self.desk.issuer)

    @property
    def playground_on(self) -> bool:
        return self.playground != "off" and not self.has_tokens

    @property
    def page_url(self) -> str:
        """Where the city's page is found: "" where others could not go, or it is not known yet."""
        if self.public_url or self.has_tokens or not self.port:
            return self.public_url or ""
        host = "localhost" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def samples_wanted(self) -> bool:
        """Sample content is for looking around in the example city, never for real chats."""
        return not self.has_tokens and self.city_file.resolve() == EXAMPLE_CITY.resolve()

    @property
    def slack_by_http(self) -> bool:
        """Otherwise by Socket Mode."""
        return bool(self.public_url and self.slack.signing_secret)

    @property
    def listens_beyond(self) -> bool:
        """Whether others than this machine may reach us."""
        hosts = (self.host, urlsplit(self.public_url).hostname if self.public_url else "localhost")
        return not all(_is_loopback(host or "") for host in hosts)

    @property
    def database_file(self) -> Path | None:
        """SQLite's; None with PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path.partition("?")[0]) if scheme == "sqlite" else None

    @property
    def dictionaries_folder(self) -> Path | None:
        """None: there are to be none."""
        if self.dictionaries == "off":
            return None
        return Path(self.dictionaries or self.database_folder / "dictionaries")

    @property
    def database_folder(self) -> Path:
        """Where what belongs to the database is kept: beside its file, or in ``var``."""
        return self.database_file.parent if self.database_file else Path("var")


def _shaped(value: SecretStr | None, shape: str, what: str, remedy: str) -> SecretStr | None:
    if value and not re.fullmatch(shape, value.get_secret_value(), re.ASCII):
        raise wrong(what, remedy)
    return value


def _base_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment or parts.username:
        raise wrong("is not a web address.", "Write it as https://host or https://host:port.")
    return value.rstrip("/")


def _public(url: str) -> str:
    parts = urlsplit(url)
    if parts.path:
        raise wrong("has a path.", "Give the service a host name of its own.")
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise wrong("is not https.", "Write https://…; http is for localhost only.")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
