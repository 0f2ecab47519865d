"""`labkeeper check`: what is configured, what is missing, and what that costs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

from bot.app import (
    hooks_in_use,
    kept_vault,
    make_github_client,
    reported_repositories,
    rights_lacking,
    schema_of,
)
from bot.reseal import hook_seal
from bot.settings import Settings
from bot.vault import Vault
from core.errors import UserError
from core.hooks import Hook

HEALTHY = b'{"status":"ok"}'
_PATIENCE = 5  # seconds
_HOOKS_SHOWN = 10


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    words: str


def check(settings: Settings, *, ask: Callable[[str], str] | None = None) -> tuple[Finding, ...]:
    """`ask` says what keeps a server's address from answering, nothing where it does; without it nobody is asked."""
    database = _database(settings)
    return (
        database,
        _address(settings),
        *_reach(settings, ask),
        _secrets(settings),
        *(_hooks(settings) if database.level is Level.OK else ()),
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


def ask_health(address: str) -> str:
    """In a word what is wrong."""
    try:
        with urlopen(f"{address.rstrip('/')}/healthz", timeout=_PATIENCE) as answer:
            said = answer.read(200)
    except HTTPError as error:
        return f"it answers {error.code}"
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        return f"nothing answers ({type(reason).__name__})"
    return "" if said == HEALTHY else "something else answers there"


def _reach(settings: Settings, ask: Callable[[str], str] | None) -> tuple[Finding, ...]:
    if ask is None or not settings.public_url:
        return ()
    wrong = ask(settings.public_url)
    if not wrong:
        return (Finding(Level.OK, "reach", f"{settings.public_url} leads to a server of Labkeeper"),)
    words = f"{settings.public_url} does not lead to a running server from here: {wrong}. Start it and look again:"
    return (Finding(Level.NOTE, "reach", f"{words} what chats and Git hosts send there is lost"),)


def _hooks(settings: Settings) -> tuple[Finding, ...]:
    hooks = hooks_in_use(settings)
    if not hooks:
        words = "nothing reports to the board: lab-admin hook new github project:KEY says what to do on GitHub"
        return (Finding(Level.NOTE, "hooks", words),)
    vault = kept_vault(settings)
    found = [line for hook in hooks for line in _about_hook(hook, vault)]
    more = [Finding(Level.NOTE, "hooks", f"and {len(found) - _HOOKS_SHOWN} more: lab-admin hook list")]
    used = sum(hook.used_at is not None for hook in hooks)
    words = f"{len(hooks)} that may report, {used} of them did"
    return (Finding(Level.OK, "hooks", words), *found[:_HOOKS_SHOWN], *(more if len(found) > _HOOKS_SHOWN else []))


def _about_hook(hook: Hook, vault: Vault | None) -> tuple[Finding, ...]:
    name = f"hook {hook.id} ({hook.provider} for {hook.project_key}"
    name += f", only {hook.repository})" if hook.repository else ")"
    if vault is None or not vault.opens(hook.secret, about=hook_seal(hook)):
        words = (
            f"{name}: its secret does not open with this SECRET_KEY, so all it reports is refused. Put the former key"
        )
        return (Finding(Level.PROBLEM, "hooks", f"{words} back, or give it another: lab-admin hook rotate {hook.id}"),)
    if hook.used_at is None:
        words = f"{name} was never used: is it added on GitHub, and what does Recent Deliveries say there?"
        return (Finding(Level.NOTE, "hooks", words),)
    return ()


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
