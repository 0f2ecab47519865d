"""Messages that people wrote, or other bots, as the menus see them."""

from collections.abc import Mapping
from typing import Any

from bot.menus import Quoted
from bot.platforms.discord.entities import PLATFORM, Names, named_people, read_text
from bot.platforms.literal import literal
from core.members import Identity
from core.ports import UnitOfWork


def quote(work: UnitOfWork, message: Mapping[str, Any], *, workspace: str, channel: str) -> Quoted:
    raw, author = raw_text(message), author_of(message)
    people = {*named_people(raw, workspace=workspace), Identity(PLATFORM, workspace, str(author.get("id") or ""))}
    names = {person.subject: _called(author) for person in people if person.subject == author.get("id")}
    names |= {str(user.get("id")): _called(user) for user in message.get("mentions") or () if isinstance(user, dict)}
    known = {person.subject: work.members.by_identity(person) for person in people if person.subject}
    names |= {subject: member.handle for subject, member in known.items() if member is not None}
    words = literal(read_text(raw, workspace=workspace, names=Names(names)).text).strip()
    return Quoted(words, permalink(workspace, channel, message), literal(names.get(str(author.get("id")), "")))


def permalink(workspace: str, channel: str, message: Mapping[str, Any]) -> str:
    place, number = str(message.get("channel_id") or channel), str(message.get("id") or "")
    return f"https://discord.com/channels/{workspace}/{place}/{number}" if place and number else ""


def author_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    author = message.get("author")
    return author if isinstance(author, dict) else {}


def raw_text(message: Mapping[str, Any]) -> str:
    """What bots say often stands in embeds or components only."""
    text = str(message.get("content") or "")
    if text.strip():
        return text
    embeds = [one for one in message.get("embeds") or () if isinstance(one, dict)]
    found = [str(one.get(name) or "") for one in embeds for name in ("title", "description")]
    return "\n".join(filter(None, found)) or "\n".join(_displayed(message.get("components")))


def _displayed(components: Any) -> list[str]:
    found: list[str] = []
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict):
            found += [one["content"]] if isinstance(one.get("content"), str) else []
            found += _displayed(one.get("components"))
    return found


def _called(user: Mapping[str, Any]) -> str:
    return str(user.get("global_name") or user.get("username") or "")
