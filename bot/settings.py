"""The environment, read once and frozen."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    labkeeper_command: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,20}$")] = "lab"
    labkeeper_now_offset: float = 0
    labkeeper_testing: bool = False

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

    @model_validator(mode="after")
    def _offset_only_in_tests(self) -> Self:
        if self.labkeeper_now_offset and not self.labkeeper_testing:
            raise ValueError("LABKEEPER_NOW_OFFSET moves the board's clock and is for tests: set LABKEEPER_TESTING=1")
        return self


def _words(problem: Any) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else ""
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
