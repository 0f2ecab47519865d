"""What every event of GitHub's carries: the repository, and people."""

import re

from bot.webhook import Json, Malformed, link, number, optional_text, part, text
from core.git import GitPerson, Repository, is_bot_name

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NO_REPLY = re.compile(r"(?:\d+\+)?([A-Za-z0-9_-]+(?:\[bot\])?)@users\.noreply\.github\.com")


def repository(payload: Json) -> Repository:
    found = part(payload, "repository")
    return Repository(
        host="github",
        external_id=str(number(found, "id")),
        name=text(found, "full_name"),
        url=link(found, "html_url"),
        default_branch=text(found, "default_branch"),
    )


def person(account: Json) -> GitPerson:
    """An empty one for an account that is gone."""
    if not account:
        return GitPerson(name="")
    login = text(account, "login")
    return GitPerson(name=login, login=login, is_bot=optional_text(account, "type") == "Bot" or login.endswith("[bot]"))


def author(signature: Json) -> GitPerson:
    """Of a commit: what Git was told, and the account if GitHub found it or the address says it."""
    name, email = optional_text(signature, "name"), optional_text(signature, "email")
    no_reply = _NO_REPLY.fullmatch(email)
    login = optional_text(signature, "username") or (no_reply[1] if no_reply else "")
    return GitPerson(name=name or login, email=email, login=login, is_bot=is_bot_name(name, email, login))


def sha(of: Json, name: str) -> str:
    if not _SHA.fullmatch(value := text(of, name)):
        raise Malformed(f"{name} is not the name of a commit")
    return value
