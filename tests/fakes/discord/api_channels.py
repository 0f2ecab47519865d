"""Channels, messages, threads."""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from tests.fakes.discord import posting
from tests.fakes.discord.calls import Call, Result
from tests.fakes.discord.component_checks import length
from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.permissions import may
from tests.fakes.discord.records import COMPONENTS_V2, Channel, Message
from tests.fakes.discord.shapes import channel_json, message_json, thread_member_json

_MOST_LISTED = 100


def get_channel(call: Call) -> Result:
    return 200, channel_json(call.world, call.channel())


def edit_channel(call: Call) -> Result:
    """Of threads: name, archived, locked, tags. Of others: name, topic."""
    channel, given = call.channel(), call.fields
    is_own = channel.is_thread and channel.owner == call.bot and "locked" not in given
    needed = "manage_threads" if channel.is_thread else "manage_channels"
    if not is_own and not may(call.world, channel, call.bot, needed):
        raise DiscordError(50013)
    if channel.is_archived and given.get("archived") is not False:
        raise DiscordError(50083)
    changes: dict[str, Any] = {}
    if "name" in given:
        _refuse(length(given["name"], "name", 100, least=1))
        changes["name"] = given["name"]
    changes |= {field: given[name] for name, field in _EDITABLE.items() if name in given}
    if "applied_tags" in given:
        changes["tags"] = _tags(call.world.channels[channel.parent], given["applied_tags"])
    changed = replace(channel, **changes)
    call.world.put(changed)
    body = channel_json(call.world, changed)
    call.dispatch("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", body, channel.guild, channel.id)
    return 200, body


_EDITABLE = {"topic": "topic", "archived": "is_archived", "locked": "is_locked"}


def create_message(call: Call) -> Result:
    channel = call.channel()
    if channel.kind == "forum":
        raise DiscordError(50008)
    if channel.kind == "direct":
        _require_open(call, channel)
    else:
        _require_speech(call, channel)
    channel = _woken(call, channel)
    message, is_new = posting.post(call.world, channel, call.bot, call.fields, call.uploads)
    if is_new:
        call.tell_of("MESSAGE_CREATE", message)
    return 200, call.message_body(message)


def _require_open(call: Call, channel: Channel) -> None:
    others = [call.world.users[one] for one in channel.members if one != call.bot]
    shared = {one.id for one in call.world.guilds_of(call.bot)}
    for other in others:
        if not other.takes_direct or not shared & {one.id for one in call.world.guilds_of(other.id)}:
            raise DiscordError(50007)


def _require_speech(call: Call, channel: Channel) -> None:
    needed = ["send_messages_in_threads" if channel.is_thread else "send_messages"]
    if isinstance(call.body, dict) and call.body.get("embeds"):
        needed.append("embed_links")
    if call.uploads:
        needed.append("attach_files")
    if isinstance(call.body, dict) and call.body.get("message_reference"):
        needed.append("read_message_history")
    if not may(call.world, channel, call.bot, *needed):
        raise DiscordError(50013)
    if channel.is_locked and not may(call.world, channel, call.bot, "manage_threads"):
        raise DiscordError(160005)


def _woken(call: Call, channel: Channel) -> Channel:
    """Speaking in an archived thread opens it, and makes whoever speaks its member."""
    if not channel.is_thread or (call.bot in channel.members and not channel.is_archived):
        return channel
    woken = replace(channel, is_archived=False, members=tuple(dict.fromkeys((*channel.members, call.bot))))
    call.world.put(woken)
    return woken


def edit_message(call: Call) -> Result:
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.bot:
        raise DiscordError(50005)
    if channel.is_archived:
        raise DiscordError(50083)
    flags = call.fields.get("flags")
    if message.flags & COMPONENTS_V2 and flags is not None and not flags & COMPONENTS_V2:
        raise invalid("flags: The IS_COMPONENTS_V2 flag cannot be removed.")
    edited = posting.edit(call.world, message, call.fields, call.uploads)
    call.tell_of("MESSAGE_UPDATE", edited)
    return 200, call.message_body(edited)


def delete_message(call: Call) -> Result:
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.bot and not may(call.world, channel, call.bot, "manage_messages"):
        raise DiscordError(50013)
    posting.remove(call.world, message, call.bot)
    body = {"id": message.id, "channel_id": channel.id, **({"guild_id": channel.guild} if channel.guild else {})}
    call.dispatch("MESSAGE_DELETE", body, channel.guild, channel.id)
    return 204, None


def get_message(call: Call) -> Result:
    channel = call.channel()
    if not may(call.world, channel, call.bot, "read_message_history"):
        raise DiscordError(50013)
    return 200, _seen(call, channel, call.message(channel))


def list_messages(call: Call) -> Result:
    """Newest first. Without READ_MESSAGE_HISTORY there are none."""
    channel, query = call.channel(), call.query
    if channel.kind == "forum":
        raise DiscordError(50008)
    if not may(call.world, channel, call.bot, "read_message_history"):
        return 200, []
    limit = int(query.get("limit") or 50)
    if not 1 <= limit <= _MOST_LISTED:
        raise invalid("limit: int value should be between 1 and 100.")
    messages = call.world.live_messages(channel.id)
    if before := query.get("before"):
        messages = [one for one in messages if int(one.id) < int(before)]
    if after := query.get("after"):
        found = [one for one in messages if int(one.id) > int(after)][:limit]
    elif around := query.get("around"):
        found = sorted(messages, key=lambda one: abs(int(one.id) - int(around)))[:limit]
    else:
        found = messages[-limit:]
    newest_first = sorted(found, key=lambda one: int(one.id), reverse=True)
    return 200, [_seen(call, channel, message) for message in newest_first]


def _seen(call: Call, channel: Channel, message: Message) -> dict[str, Any]:
    """Without the intent for content, that of others is empty, unless they mention the bot."""
    body = message_json(call.world, message, call.base_url)
    return body if sees_content(call, channel, message) else body | NO_CONTENT


NO_CONTENT: dict[str, Any] = {"content": "", "embeds": [], "components": [], "attachments": []}
MESSAGE_CONTENT = 1 << 15


def sees_content(call: Call, channel: Channel, message: Message) -> bool:
    if call.caller.privileged & MESSAGE_CONTENT or channel.kind == "direct":
        return True
    return message.author == call.bot or call.bot in message.pings


def pin(call: Call) -> Result:
    return _pin(call, True)


def unpin(call: Call) -> Result:
    return _pin(call, False)


def _pin(call: Call, is_pinned: bool) -> Result:
    channel = call.channel()
    if not may(call.world, channel, call.bot, "pin_messages"):
        raise DiscordError(50013)
    call.world.put(replace(call.message(channel), is_pinned=is_pinned))
    return 204, None


def list_pins(call: Call) -> Result:
    pinned = [one for one in call.world.live_messages(call.channel().id) if one.is_pinned]
    items = [{"message": call.message_body(one), "pinned_at": "2024-01-01T00:00:00+00:00"} for one in pinned]
    return 200, {"items": items, "has_more": False}


def react(call: Call) -> Result:
    channel = call.channel("add_reactions", "read_message_history")
    message, one = call.message(channel), f"{unquote(call.path['emoji'])} {call.bot}"
    call.world.put(replace(message, reactions=tuple(dict.fromkeys((*message.reactions, one)))))
    return 204, None


def unreact(call: Call) -> Result:
    channel = call.channel()
    message, one = call.message(channel), f"{unquote(call.path['emoji'])} {call.bot}"
    call.world.put(replace(message, reactions=tuple(other for other in message.reactions if other != one)))
    return 204, None


def type_in(call: Call) -> Result:
    call.channel("send_messages")
    return 204, None


def thread_from_message(call: Call) -> Result:
    """It has the message's own id."""
    channel = call.channel("create_public_threads")
    if channel.kind != "text":
        raise DiscordError(50024)
    message = call.message(channel)
    if message.id in call.world.channels:
        raise DiscordError(160004)
    return 201, _begin_thread(call, channel, message.id, "thread")


def create_thread(call: Call) -> Result:
    """A post of a forum, with its message; elsewhere a thread without one."""
    channel, given = call.channel(), call.fields
    if channel.kind == "forum":
        return _create_post(call, channel)
    kind = "private_thread" if given.get("type", 12) == 12 else "thread"
    call.channel("create_private_threads" if kind == "private_thread" else "create_public_threads")
    return 201, _begin_thread(call, channel, call.world.next_id(), kind)


def _create_post(call: Call, forum: Channel) -> Result:
    given = call.fields
    _require_speech(call, forum)
    if not isinstance(given.get("message"), dict):
        raise invalid("message: This field is required")
    tags = _tags(forum, given.get("applied_tags") or ())
    if forum.requires_tag and not tags:
        raise DiscordError(40067)
    # Nothing is made where the message is refused.
    posting.checked(given["message"], call.uploads)
    number = call.world.next_id()
    body = _begin_thread(call, forum, number, "thread", tags)
    thread = call.world.channels[number]
    message, _ = posting.post(call.world, thread, call.bot, given["message"], call.uploads)
    # A post's first message has the thread's id.
    del call.world.messages[thread.id][message.id]
    for (of, name), file in list(call.world.files.items()):
        if of == message.id:
            call.world.put(replace(file, message=number, name=name))
    message = replace(message, id=number)
    call.world.put(message)
    call.tell_of("MESSAGE_CREATE", message)
    return 201, body | {"message": call.message_body(message)}


def _begin_thread(call: Call, parent: Channel, number: str, kind: Any, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    given = call.fields
    _refuse(length(given.get("name"), "name", 100, least=1))
    duration = given.get("auto_archive_duration")
    if duration is not None and duration not in (60, 1440, 4320, 10080):
        raise invalid("auto_archive_duration: Value must be one of (60, 1440, 4320, 10080).")
    thread = Channel(
        number, parent.guild, given["name"], kind, parent.id, call.bot, members=(call.bot,), tags=tags
    )  # fmt: skip
    call.world.put(thread)
    body = channel_json(call.world, thread)
    member = {"member": thread_member_json(thread, call.bot, call.world.clock.now())}
    call.dispatch("THREAD_CREATE", {**body, **member, "newly_created": True}, parent.guild, parent.id)
    return body | member


def _tags(forum: Channel, wanted: Any) -> tuple[str, ...]:
    known = {tag.partition(" ")[0]: tag for tag in forum.tags}
    if len(wanted) > 5 or any(str(tag) not in known for tag in wanted):
        raise invalid("applied_tags: Unknown tag, or more than 5 of them.")
    return tuple(known[str(tag)] for tag in wanted)


def join_thread(call: Call) -> Result:
    return _add_to_thread(call, call.bot)


def add_thread_member(call: Call) -> Result:
    return _add_to_thread(call, call.path["user"])


def _add_to_thread(call: Call, user: str) -> Result:
    thread = call.channel()
    if not thread.is_thread:
        raise DiscordError(50024)
    if thread.is_archived:
        raise DiscordError(50083)
    if not call.world.is_member(thread.guild, user):
        raise DiscordError(10007)
    call.world.put(replace(thread, members=tuple(dict.fromkeys((*thread.members, user)))))
    return 204, None


def delete_channel(call: Call) -> Result:
    channel = call.channel()
    if channel.kind != "direct" and not may(call.world, channel, call.bot, "manage_threads"):
        raise DiscordError(50013)
    call.world.put(replace(channel, is_deleted=channel.kind != "direct"))
    return 200, channel_json(call.world, channel)


def _refuse(problems: Any) -> None:
    if found := list(problems):
        raise invalid(*found)
