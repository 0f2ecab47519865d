"""The environment, read once and frozen."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CENTURY = 100 * 365 * 86_400
_SHORTEST_KEY = 24
_MUST = {
    "port": "must be a number from 0 to 65535, such as 8000",
    "public_url": "must begin with http:// or https://, such as https://labkeeper.example.com",
    "labkeeper_command": "must be one word of small letters, digits, - and _, such as lab",
    "slack_api_url": "must be a web address that ends in /api/, such as https://slack.com/api/",
    "discord_api_url": "must be a web address, such as https://discord.com/api/v10",
    "discord_gateway_url": "must begin with ws:// or wss://, such as wss://gateway.discord.gg/",
    "github_api_url": "must be a web address, such as https://api.github.com",
    "labkeeper_local_chat": "must be loopback, everyone or off",
    "labkeeper_testing": "must be 1 or 0",
    "labkeeper_now_offset": "must be seconds, at most a century of them",
}


class LocalChat(StrEnum):
    """Where the chat in the browser is open, which has no passwords; with tokens of another chat it is nowhere."""

    LOOPBACK = "loopback"
    EVERYONE = "everyone"
    OFF = "off"


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is reached from this machine alone."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class BadSettings(Exception):
    """Everything that is wrong with the environment, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Names and meanings as in `.env.example`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str = "sqlite:///labkeeper.db"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+.*$")] | None = None
    secret_key: SecretStr | None = None
    labkeeper_command: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,20}$")] = "lab"
    slack_bot_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    slack_api_url: Annotated[str, Field(pattern=r"^https?://[^\s]+/api/$")] = "https://slack.com/api/"
    discord_token: SecretStr | None = None
    discord_api_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+[^\s]*$")] = "https://discord.com/api/v10"
    discord_gateway_url: Annotated[str, Field(pattern=r"^wss?://[^\s/]+[^\s]*$")] | None = None
    github_token: SecretStr | None = None
    github_api_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+[^\s]*$")] = "https://api.github.com"
    labkeeper_local_chat: LocalChat = LocalChat.LOOPBACK
    labkeeper_testing: bool = False
    labkeeper_now_offset: Annotated[float, Field(ge=-_CENTURY, le=_CENTURY, allow_inf_nan=False)] = 0

    @classmethod
    def load(cls) -> Self:
        """Raises `BadSettings`."""
        try:
            return cls()
        except ValidationError as error:
            raise BadSettings(tuple(_words(problem) for problem in error.errors())) from None

    @property
    def now_offset(self) -> timedelta:
        return timedelta(seconds=self.labkeeper_now_offset)

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None or self.installs_slack

    @property
    def has_discord(self) -> bool:
        return self.discord_token is not None

    @property
    def installs_slack(self) -> bool:
        """Whether workspaces can install the bot by themselves."""
        return self.slack_client_id is not None

    @property
    def slack_comes_by_socket(self) -> bool:
        """Where both ways are open, the app's own settings at Slack decide; this is what they are best set to."""
        return self.slack_app_token is not None and (self.public_url is None or self.slack_signing_secret is None)

    @property
    def has_chat(self) -> bool:
        """Whether tokens connect it to a chat elsewhere."""
        return self.has_slack or self.has_discord

    @property
    def local_chat_is_open(self) -> bool:
        """The chat in the browser has no passwords, so by default only this machine must reach it."""
        if self.has_chat or self.labkeeper_local_chat is LocalChat.OFF:
            return False
        return self.labkeeper_local_chat is LocalChat.EVERYONE or is_loopback(self.host)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        url = url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
        scheme, _, rest = url.partition("://")
        if scheme not in ("sqlite", "postgresql") or not rest:
            raise ValueError("must be sqlite:///labkeeper.db or postgresql://user@host/database")
        if scheme == "sqlite" and rest.strip("/") in ("", ":memory:"):
            raise ValueError("an SQLite database needs a file, such as sqlite:///labkeeper.db")
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_keys(cls, secret: SecretStr | None) -> SecretStr | None:
        keys = [key.strip() for key in secret.get_secret_value().split(",")] if secret else []
        if any(len(key) < _SHORTEST_KEY for key in keys):
            raise ValueError(f"must be at least {_SHORTEST_KEY} characters, and so must each of several between commas")
        return secret

    @field_validator("slack_client_secret")
    @classmethod
    def _installation_is_whole(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        client_id = info.data.get("slack_client_id")
        if (client_id is None) != (secret is None):
            raise ValueError("and SLACK_CLIENT_ID belong together: Basic Information has both, App Credentials")
        # An address that is wrong is named by itself.
        if client_id is not None and info.data.get("public_url", "wrong") is None:
            raise ValueError("needs PUBLIC_URL: Slack sends people back there once they agreed")
        return secret

    @field_validator("slack_app_token")
    @classmethod
    def _app_level(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token is not None and not token.get_secret_value().startswith("xapp-"):
            raise ValueError("must begin with xapp-: Basic Information, App-Level Tokens, is where it is made")
        if token is not None and not any(info.data.get(name) for name in ("slack_bot_token", "slack_client_id")):
            raise ValueError("is of no use without SLACK_BOT_TOKEN: OAuth & Permissions has it")
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _slack_is_whole(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        signed = [name for name in ("slack_bot_token", "slack_client_id") if info.data.get(name) is not None]
        # An app-level token that is wrong is named by itself.
        if signed and secret is None and info.data.get("slack_app_token", "wrong") is None:
            raise ValueError(
                "is missing: without it nobody can tell that a request is from Slack; or connect with"
                " SLACK_APP_TOKEN, which needs neither it nor an address"
            )
        if secret is not None and not signed:
            raise ValueError("is of no use without SLACK_BOT_TOKEN or SLACK_CLIENT_ID")
        return secret

    @field_validator("labkeeper_now_offset")
    @classmethod
    def _offset_only_in_tests(cls, seconds: float, info: ValidationInfo) -> float:
        if seconds and not info.data.get("labkeeper_testing"):
            raise ValueError("moves the board's clock and is for tests alone: set LABKEEPER_TESTING=1 too")
        return seconds


def _words(problem: Any) -> str:
    name = str(problem["loc"][0])
    words = str(problem["msg"])
    is_ours = problem["type"] == "value_error"
    return f"{name.upper()}: {words.removeprefix('Value error, ') if is_ours else _MUST.get(name, words)}"
