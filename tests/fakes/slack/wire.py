"""Records as Slack's JSON."""

from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.slack.records import Channel, File, Message, User, View, Workspace
from tests.fakes.slack.world import World


def message_json(world: World, message: Message, *, with_metadata: bool) -> dict[str, Any]:
    if message.is_deleted:
        return {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": message.ts,
            **_thread_json(world, message),
        }
    body: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "team": message.team,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "metadata": message.metadata if with_metadata else None,
        "files": [file_json(world.files[file]) for file in message.files],
    }
    body = {name: value for name, value in body.items() if value or name == "text"}
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": world.workspaces[message.team].app_id}
    if message.edited_at:
        body["edited"] = {"user": message.user, "ts": message.edited_at}
    return body | _thread_json(world, message)


def _thread_json(world: World, message: Message) -> dict[str, Any]:
    if message.thread_ts:
        parent = world.message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else ""}
    replies = world.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "subscribed": False,
        "is_locked": False,
    }


def channel_json(channel: Channel, workspace: Workspace) -> dict[str, Any]:
    is_direct = channel.kind == "im"
    body: dict[str, Any] = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": is_direct,
        "is_org_shared": False,
        "context_team_id": channel.team,
        "updated": 1_700_000_000_000,
    }
    if is_direct:
        others = [member for member in channel.members if member != workspace.bot_user]
        return body | {"user": others[0] if others else workspace.bot_user, "is_user_deleted": False}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_member": workspace.bot_user in channel.members,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(user: User, *, with_email: bool, now: Any) -> dict[str, Any]:
    real_name = user.real_name or user.name
    profile: dict[str, Any] = {
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": user.team,
    }
    if with_email and user.email:
        profile["email"] = user.email
    offset = now.astimezone(ZoneInfo(user.tz)).utcoffset()
    body: dict[str, Any] = {
        "id": user.id,
        "team_id": user.home_team or user.team,
        "name": user.name,
        "deleted": user.is_deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if user.is_deleted:
        return body
    return body | {
        "real_name": real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()),
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
    }


def file_json(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.length,
        "mode": "hosted",
        "channels": list(file.channels),
        "alt_txt": file.alt_text,
    }


def view_json(workspace: Workspace, view: View) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": view.id,
        "team_id": view.team,
        "type": view.kind,
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view.body,
        "state": {"values": view.values},
        "hash": view.hash,
        "previous_view_id": view.previous or None,
        "root_view_id": view.root,
        "app_id": workspace.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": view.team,
        "bot_id": workspace.bot_id,
    }
    return body
