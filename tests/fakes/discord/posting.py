"""Messages: posted, edited, deleted; whom they notify."""

import base64
import re
from dataclasses import dataclass, replace
from typing import Any

from tests.fakes.discord.component_checks import walk
from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.message_checks import is_empty, message_problems
from tests.fakes.discord.permissions import may
from tests.fakes.discord.records import COMPONENTS_V2, EPHEMERAL, Channel, File, Message
from tests.fakes.discord.world import World

# Discord says "a few minutes".
NONCE_LIFETIME = 300.0
_CODE = re.compile(r"```[\s\S]*?```|`[^`\n]+`")
_USER, _ROLE, _EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")
# What an app may set: suppress embeds, ephemeral, suppress notifications, components V2.
_SETTABLE = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2
_FIELDS = ("content", "embeds", "components")


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes
    description: str = ""


def checked(body: dict[str, Any], uploads: tuple[Upload, ...], known: Message | None = None) -> dict[str, Any]:
    """The message as it would be. Raises DiscordError."""
    flags = (body.get("flags") or 0) & _SETTABLE | (known.flags if known else 0)
    kept = tuple(one.get("filename") or "" for one in body.get("attachments") or []) if "attachments" in body else None
    names = tuple(one.name for one in uploads)
    files = tuple(dict.fromkeys((*((known.files if known else ()) if kept is None else ()), *names)))
    whole = {name: body.get(name, getattr(known, name) if known else None) for name in _FIELDS}
    others = {name: body.get(name) for name in ("allowed_mentions", "nonce", "sticker_ids", "poll")}
    if problems := list(message_problems({**whole, **others}, flags=flags, files=files)):
        raise invalid(*problems)
    if is_empty(whole, files):
        raise DiscordError(50006)
    return {
        "content": whole["content"] or "",
        "embeds": [_completed(embed) for embed in whole["embeds"] or []],
        "components": _numbered(whole["components"] or []),
        "flags": flags,
        "files": files,
    }


def _completed(embed: dict[str, Any]) -> dict[str, Any]:
    fields = [{"inline": False, **field} for field in embed.get("fields") or ()]
    return {"type": "rich", **embed, **({"fields": fields} if fields else {})}


def _numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Components without an id get one."""
    components = _copied(components)
    taken = {one["id"] for one in walk(components) if one.get("id")}
    numbers = (number for number in range(1, 1000) if number not in taken)
    for one in walk(components):
        if not one.get("id"):
            one["id"] = next(numbers)
    return components


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items() if one is not None}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def post(
    world: World, channel: Channel, author: str, body: dict[str, Any], uploads: tuple[Upload, ...] = (), **more: Any
) -> tuple[Message, bool]:
    """The message, and whether it is new: with `enforce_nonce` the first of that nonce is given for some minutes."""
    fields = checked(body, uploads)
    nonce = str(body.get("nonce") or "")
    if nonce and body.get("enforce_nonce") and (known := _first_of(world, channel, author, nonce)):
        return known, False
    reference = str((body.get("message_reference") or {}).get("message_id") or "")
    if reference and not world.message(channel.id, reference):
        raise invalid("message_reference: Unknown message")
    message = Message(
        id=world.next_id(),
        channel=channel.id,
        author=author,
        at=world.clock.now(),
        nonce=nonce,
        reference=reference,
        pings=pings(world, channel, author, fields, body),
        **fields,
        **{"kind": 19 if reference else 0, **more},
    )
    keep_files(world, message, uploads)
    world.put(message)
    if nonce:
        world.nonces[channel.id, author, nonce] = (message.id, world.clock.now())
    return message, True


def keep_files(world: World, message: Message, uploads: tuple[Upload, ...]) -> None:
    for one in uploads:
        content = base64.b64encode(one.content).decode()
        world.put(File(message.id, one.name, content, len(one.content), one.description))


def _first_of(world: World, channel: Channel, author: str, nonce: str) -> Message | None:
    known = world.nonces.get((channel.id, author, nonce))
    if known is None or world.clock.now() - known[1] > NONCE_LIFETIME:
        return None
    return world.message(channel.id, known[0])


def edit(world: World, known: Message, body: dict[str, Any], uploads: tuple[Upload, ...] = ()) -> Message:
    fields = checked(body, uploads, known)
    channel = world.channels[known.channel]
    edited = replace(
        known,
        **fields,
        pings=pings(world, channel, known.author, fields, body),
        edits=known.edits + 1,
        edited_at=world.clock.now(),
    )
    keep_files(world, edited, uploads)
    world.put(edited)
    return edited


def remove(world: World, message: Message, by: str) -> Message:
    gone = replace(message, is_deleted=True, deleted_by=by)
    world.put(gone)
    return gone


def pings(world: World, channel: Channel, author: str, fields: dict[str, Any], body: dict[str, Any]) -> tuple[str, ...]:
    """People, roles and `everyone` who are notified. Without `allowed_mentions` all that stands in the text is."""
    if fields["flags"] & EPHEMERAL:
        return ()
    texts = [fields["content"], *(one["content"] for one in walk(fields["components"]) if one["type"] == 10)]
    text = _CODE.sub(" ", "\n".join(texts))
    allowed = body.get("allowed_mentions")
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    listed = {kind: {str(one) for one in (allowed or {}).get(kind) or ()} for kind in ("users", "roles")}
    users = [one for one in _USER.findall(text) if one in world.users and (one in listed["users"] or "users" in parse)]
    roles = [one for one in _ROLE.findall(text) if one in world.roles and (one in listed["roles"] or "roles" in parse)]
    everyone = "everyone" in parse and _EVERYONE.search(text) and may(world, channel, author, "mention_everyone")
    return tuple(dict.fromkeys((*users, *roles, *(["everyone"] if everyone else ()))))
