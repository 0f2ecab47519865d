"""Records as Discord's JSON."""

from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord.permissions import permissions
from tests.fakes.discord.records import EPHEMERAL, HAS_THREAD, Channel, Command, Guild, Member, Message, Role, User
from tests.fakes.discord.world import World

_KINDS = {"text": 0, "direct": 1, "voice": 2, "thread": 11, "private_thread": 12, "forum": 15}


def instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def user_json(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "username": user.name,
        "discriminator": "0",
        "global_name": user.global_name or None,
        "avatar": None,
        "bot": user.is_bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def application_json(world: World, app: str) -> dict[str, Any]:
    """Of `/oauth2/applications/@me`."""
    application = world.applications[app]
    return {
        "id": application.id,
        "name": application.name,
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "type": None,
        "redirect_uris": [],
        "hook": True,
        "owner": user_json(world.users[application.bot]),
        "team": None,
        "bot": user_json(world.users[application.bot]),
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "event_webhooks_status": 1,
        "event_webhooks_url": None,
        "approximate_guild_count": len(world.guilds_of(application.bot)),
    }


def member_json(world: World, member: Member, *, with_user: bool = True) -> dict[str, Any]:
    body: dict[str, Any] = {
        "nick": member.nick or None,
        "avatar": None,
        "banner": None,
        "roles": list(member.roles),
        "joined_at": "2024-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    return body | ({"user": user_json(world.users[member.user])} if with_user else {})


def role_json(role: Role) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0 if role.id == role.guild else 1,
        "permissions": str(role.permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def channel_json(world: World, channel: Channel, viewer: str = "") -> dict[str, Any]:
    """With a viewer, as an interaction has it."""
    body: dict[str, Any] = {"id": channel.id, "type": _KINDS[channel.kind], "flags": 16 * channel.requires_tag}
    if channel.kind == "direct":
        recipients = (world.users[one] for one in channel.members if not world.users[one].is_bot)
        return body | {"last_message_id": None, "recipients": [user_json(one) for one in recipients]}
    body |= {"guild_id": channel.guild, "name": channel.name, "last_message_id": _last(world, channel)}
    if viewer:
        body["permissions"] = str(permissions(world, channel, viewer))
    if channel.is_thread:
        return body | _thread_json(world, channel)
    body |= {
        "position": 0,
        "parent_id": None,
        "topic": channel.topic or None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {"id": one.target, "type": int(one.is_member), "allow": str(one.allow), "deny": str(one.deny)}
            for one in channel.overwrites
        ],
    }
    if channel.kind == "forum":
        tags = (tag.partition(" ") for tag in channel.tags)
        body["available_tags"] = [
            {"id": tag, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None} for tag, _, name in tags
        ]
        body |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    return body


def _thread_json(world: World, thread: Channel) -> dict[str, Any]:
    return {
        "parent_id": thread.parent,
        "owner_id": thread.owner,
        "rate_limit_per_user": 0,
        "message_count": len(world.live_messages(thread.id)),
        "total_message_sent": len(world.messages.get(thread.id, ())),
        "member_count": len(thread.members),
        "applied_tags": [tag.partition(" ")[0] for tag in thread.tags],
        "thread_metadata": {
            "archived": thread.is_archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": instant(world.clock.now()),
            "locked": thread.is_locked,
            "create_timestamp": instant(world.clock.now()),
        },
    }


def _last(world: World, channel: Channel) -> str | None:
    messages = world.live_messages(channel.id)
    return messages[-1].id if messages else None


def thread_member_json(thread: Channel, user: str, now: float) -> dict[str, Any]:
    return {"id": thread.id, "user_id": user, "join_timestamp": instant(now), "flags": 0}


def guild_json(world: World, guild: Guild, *, viewer: str = "") -> dict[str, Any]:
    """With a viewer, as GUILD_CREATE has it: channels, threads and the viewer's own membership."""
    body: dict[str, Any] = {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": guild.owner,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_json(role) for role in world.roles_of(guild.id)],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
    }
    if not viewer:
        return body
    seen = [one for one in world.channels_of(guild.id) if permissions(world, one, viewer)]
    threads = [one for one in seen if one.is_thread and not one.is_archived]
    return body | {
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": len(world.members_of(guild.id)),
        "voice_states": [],
        "members": [member_json(world, world.members[guild.id, viewer])],
        "channels": [channel_json(world, one) for one in seen if not one.is_thread],
        "threads": [channel_json(world, one) for one in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message_json(world: World, message: Message, base_url: str = "") -> dict[str, Any]:
    thread = world.channels.get(message.id)
    flags = message.flags | (HAS_THREAD if thread else 0)
    mentioned = [user for user in message.pings if user in world.users]
    body: dict[str, Any] = {
        "id": message.id,
        "channel_id": message.channel,
        "author": user_json(world.users[message.author]),
        "content": message.content,
        "timestamp": instant(message.at),
        "edited_timestamp": instant(message.edited_at) if message.edited_at else None,
        "tts": False,
        "mention_everyone": "everyone" in message.pings,
        "mentions": [user_json(world.users[user]) for user in mentioned],
        "mention_roles": [role for role in message.pings if role in world.roles],
        "attachments": [_attachment_json(world, message, name, base_url) for name in message.files],
        "embeds": message.embeds,
        "components": message.components,
        "pinned": message.is_pinned,
        "type": message.kind,
        "flags": flags,
    }
    application = next((one for one in world.applications.values() if one.bot == message.author), None)
    if application:
        body["application_id"] = application.id
    if message.nonce:
        body["nonce"] = message.nonce
    if message.reference:
        place = world.channels[message.channel]
        body["message_reference"] = {"type": 0, "message_id": message.reference, "channel_id": place.id}
        if place.guild:
            body["message_reference"]["guild_id"] = place.guild
    if thread:
        body["thread"] = channel_json(world, thread)
    if message.interaction:
        body["interaction_metadata"] = _metadata(world, message)
        body["webhook_id"] = body["application_id"]
    return body


def _metadata(world: World, message: Message) -> dict[str, Any]:
    interaction = world.interactions[message.interaction]
    kinds = {"command": 2, "autocomplete": 4, "component": 3, "modal": 5}
    return {
        "id": interaction.id,
        "type": kinds[interaction.kind],
        "user": user_json(world.users[interaction.user]),
        "authorizing_integration_owners": {"0": interaction.guild or "0"},
    }


def _attachment_json(world: World, message: Message, name: str, base_url: str) -> dict[str, Any]:
    file = world.files[message.id, name]
    address = f"{base_url}/attachments/{message.channel}/{message.id}/{name}"
    is_private = bool(message.flags & EPHEMERAL)
    body = {"id": str(int(message.id) + message.files.index(name)), "filename": name, "size": file.length}
    return body | {"url": address, "proxy_url": address, "description": file.description, "ephemeral": is_private}


def command_json(command: Command) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": command.id,
        "application_id": command.app,
        "version": command.id,
        "type": command.kind,
        "name": command.name,
        "description": command.payload.get("description", ""),
        "default_member_permissions": None,
        "nsfw": False,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "options": [],
    }
    if command.guild:
        body["guild_id"] = command.guild
    given = {name: value for name, value in command.payload.items() if value is not None}
    if "default_member_permissions" in given:
        given["default_member_permissions"] = str(given["default_member_permissions"])
    return body | given
