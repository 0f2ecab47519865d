"""Messages that people wrote, or other bots, as the menus see them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.menus import Quoted
from bot.platforms.literal import literal
from bot.platforms.slack.entities import named_people, read_text
from bot.platforms.slack.payload import parts
from core.members import Identity
from core.ports import UnitOfWork

_PARTS = ("pretext", "title", "text")


def quote(
    message: Mapping[str, Any], *, workspace: str, address: str, names: Mapping[str, str] = MappingProxyType({})
) -> Quoted:
    """`names` are what people are called here, by their ids."""
    words = read_text(_raw_text(message), workspace=workspace, names=names).text
    author = names.get(str(message.get("user") or ""), "") or str(message.get("username") or "")
    return Quoted(literal(words).strip(), address, literal(author))


def people_in(message: Mapping[str, Any], *, workspace: str) -> tuple[Identity, ...]:
    """Whoever wrote it or is named in it."""
    named = named_people(f"<@{message.get('user') or ''}>{_raw_text(message)}", workspace=workspace)
    return tuple(identity for identity in named if identity.subject)


def handles(work: UnitOfWork, *, people: tuple[Identity, ...]) -> dict[str, str]:
    """Of those who are members, by what the chat calls them."""
    found = {identity.subject: work.members.by_identity(identity) for identity in people}
    return {subject: member.handle for subject, member in found.items() if member is not None}


def permalink(domain: str, channel: str, message: Mapping[str, Any]) -> str:
    """As Slack's own, without asking for it; nothing where the workspace's domain is not known."""
    moment, thread = str(message.get("ts") or ""), str(message.get("thread_ts") or "")
    if not (domain and channel and moment):
        return ""
    address = f"https://{domain}.slack.com/archives/{channel}/p{moment.replace('.', '')}"
    return f"{address}?thread_ts={thread}&cid={channel}" if thread not in ("", moment) else address


def _raw_text(message: Mapping[str, Any]) -> str:
    """What bots say often stands in attachments only."""
    text = str(message.get("text") or "")
    if text.strip():
        return text
    for attachment in parts(message, "attachments"):
        words = [str(attachment.get(name) or "") for name in _PARTS]
        found = "\n".join(filter(None, words)) or str(attachment.get("fallback") or "")
        if found.strip():
            return found
    return ""
