"""`labkeeper check`: what is configured, what is missing, and what that costs."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from bot.app import make_github_client, reported_repositories, rights_lacking, schema_of
from bot.settings import Settings
from core.errors import UserError


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    words: str


def check(settings: Settings) -> tuple[Finding, ...]:
    return (
        _database(settings),
        _address(settings),
        _secrets(settings),
        _clock(settings),
        *_chat(settings),
        *_github(settings),
    )


def _database(settings: Settings) -> Finding:
    kind = "SQLite" if settings.is_sqlite else "PostgreSQL"
    try:
        found, needed = schema_of(settings)
        lacking = rights_lacking(settings)
    except UserError as error:
        return Finding(Level.PROBLEM, "database", f"{kind}: {error.message} {error.hint}".strip())
    if lacking:
        grant = f"GRANT EXECUTE ON FUNCTION {lacking[0]} TO <role>"
        words = f"{kind}: its role may not call {lacking[0]}, which every change needs. As a superuser: {grant}"
        return Finding(Level.PROBLEM, "database", words)
    if found == needed:
        share = "one server process, and the terminal beside it" if settings.is_sqlite else "any number of processes"
        return Finding(Level.OK, "database", f"{kind}, schema {found}; {share}")
    if found is None and settings.is_sqlite:
        return Finding(Level.NOTE, "database", f"{kind}: not there yet; it is made at the first start")
    return Finding(
        Level.PROBLEM, "database", f"{kind}: schema {found or 'none'}, needed {needed}. Run: labkeeper migrate"
    )


def _address(settings: Settings) -> Finding:
    local = f"http://{settings.host}:{settings.port}"
    if settings.public_url:
        return Finding(Level.OK, "address", f"{local}, from outside {settings.public_url}")
    return Finding(Level.NOTE, "address", f"{local}; without PUBLIC_URL nothing outside can be given a link to it")


def _secrets(settings: Settings) -> Finding:
    if settings.secret_key is not None:
        count = len(settings.secret_key.get_secret_value().split(","))
        note = "" if count == 1 else f"; {count} keys: the first seals, each opens"
        return Finding(Level.OK, "secrets", f"sealed with SECRET_KEY{note}")
    if settings.is_sqlite:
        return Finding(Level.OK, "secrets", "sealed with the key beside the database; copy it with your backups")
    return Finding(
        Level.PROBLEM, "secrets", "SECRET_KEY is not set: webhooks and slow commands are refused. .env.example says how"
    )


def _clock(settings: Settings) -> Finding:
    if settings.now_offset:
        return Finding(Level.NOTE, "clock", f"the board's clock is moved by {settings.now_offset}: for tests only")
    return Finding(Level.OK, "clock", "real time")


def _chat(settings: Settings) -> tuple[Finding, ...]:
    found: list[tuple[str, str, str]] = []
    if settings.has_slack:
        from bot.platforms.slack.check import check_slack

        found += [("slack", *line) for line in asyncio.run(check_slack(settings))]
    if settings.has_discord:
        from bot.platforms.discord.check import check_discord

        found += [("discord", *line) for line in asyncio.run(check_discord(settings))]
    if not found:
        words = "none connected: README.md says how to connect Slack and Discord. Without them: labkeeper lab help"
        found.append(("chat", Level.NOTE, words))
    return tuple(Finding(Level(level), about, words) for about, level, words in found)


def _github(settings: Settings) -> tuple[Finding, ...]:
    from bot.hosts.github_check import ABSENT, check_github

    client = make_github_client(settings)
    if client is None:
        return (Finding(Level.NOTE, "github", ABSENT),)
    try:
        repositories = reported_repositories(settings, "github")
    except UserError:  # the database has a finding of its own
        repositories = ()
    return tuple(
        Finding(Level(level), "github", words) for level, words in asyncio.run(check_github(client, repositories))
    )
