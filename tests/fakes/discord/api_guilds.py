"""The application itself, guilds, members, users, commands."""

from dataclasses import replace
from typing import Any

from tests.fakes.discord.calls import Call, Result
from tests.fakes.discord.command_checks import command_problems, commands_problems
from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.permissions import permissions
from tests.fakes.discord.records import Channel, Command
from tests.fakes.discord.shapes import (
    application_json,
    channel_json,
    command_json,
    guild_json,
    member_json,
    role_json,
    user_json,
)

MOST_CREATES = 200


def get_me(call: Call) -> Result:
    return 200, user_json(call.world.users[call.bot]) | {
        "verified": True,
        "email": None,
        "flags": 0,
        "mfa_enabled": True,
        "locale": "en-US",
    }


def get_application(call: Call) -> Result:
    return 200, application_json(call.world, call.caller.id)


def get_gateway(call: Call) -> Result:
    return 200, {"url": call.base_url.replace("http://", "ws://")}


def get_gateway_bot(call: Call) -> Result:
    left = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return 200, {**get_gateway(call)[1], "shards": call.caller.shards, "session_start_limit": left}


def get_user(call: Call) -> Result:
    if call.path["user"] not in call.world.users:
        raise DiscordError(10013)
    return 200, user_json(call.world.users[call.path["user"]])


def list_guilds(call: Call) -> Result:
    return 200, [{"id": one.id, "name": one.name, "icon": None} for one in call.world.guilds_of(call.bot)]


def get_guild(call: Call) -> Result:
    return 200, guild_json(call.world, call.world.guilds[call.guild()])


def leave_guild(call: Call) -> Result:
    guild = call.guild()
    call.world.put(replace(call.world.members[guild, call.bot], is_gone=True))
    call.dispatch("GUILD_DELETE", {"id": guild}, guild, "")
    return 204, None


def get_member(call: Call) -> Result:
    guild = call.guild()
    if call.path["user"] not in call.world.users:
        raise DiscordError(10013)
    if not call.world.is_member(guild, call.path["user"]):
        raise DiscordError(10007)
    return 200, member_json(call.world, call.world.members[guild, call.path["user"]])


def search_members(call: Call) -> Result:
    """By the beginning of a name; without a privileged intent too."""
    start, limit = call.query.get("query", "").lower(), int(call.query.get("limit") or 1)

    def names(user: str, nick: str) -> tuple[str, ...]:
        known = call.world.users[user]
        return (known.name.lower(), known.global_name.lower(), nick.lower())

    members = call.world.members_of(call.guild())
    found = [one for one in members if any(name.startswith(start) for name in names(one.user, one.nick) if name)]
    return 200, [member_json(call.world, one) for one in found[:limit]]


def list_channels(call: Call) -> Result:
    channels = [one for one in call.world.channels_of(call.guild()) if not one.is_thread]
    return 200, [channel_json(call.world, one) for one in channels]


def list_roles(call: Call) -> Result:
    return 200, [role_json(role) for role in call.world.roles_of(call.guild())]


def active_threads(call: Call) -> Result:
    seen = [one for one in call.world.channels_of(call.guild()) if permissions(call.world, one, call.bot)]
    threads = [one for one in seen if one.is_thread and not one.is_archived]
    return 200, {"threads": [channel_json(call.world, one) for one in threads], "members": [], "has_more": False}


def create_direct(call: Call) -> Result:
    """It can be opened even with people who then cannot be written to."""
    user = str(call.fields.get("recipient_id"))
    if user not in call.world.users:
        raise DiscordError(10013)
    if call.world.users[user].is_bot:
        raise DiscordError(50007)
    channel = call.world.direct_channel(call.bot, user)
    if channel is None:
        channel = Channel(call.world.next_id(), "", "", "direct", members=(call.bot, user))
        call.world.put(channel)
    return 200, channel_json(call.world, channel)


def list_commands(call: Call) -> Result:
    return 200, [command_json(one) for one in _commands(call)]


def put_commands(call: Call) -> Result:
    """All of them, instead of those there were. Commands of a known name and kind keep their ids."""
    app, guild = _scope(call)
    payloads = call.body
    if not isinstance(payloads, list):
        raise invalid("_: Only iterables may be used in a ListType.")
    if problems := list(commands_problems(payloads)):
        raise invalid(*problems)
    known = {(one.kind, one.name): one for one in _commands(call)}
    new = sum((one.get("type", 1), one["name"]) not in known for one in payloads)
    _count_creates(call, new)
    for command in known.values():
        del call.world.commands[command.id]
    kept = []
    for payload in payloads:
        old = known.get((payload.get("type", 1), payload["name"]))
        kept.append(Command(old.id if old else call.world.next_id(), app, guild, payload))
        call.world.put(kept[-1])
    return 200, [command_json(one) for one in kept]


def create_command(call: Call) -> Result:
    app, guild = _scope(call)
    if problems := list(command_problems(call.fields)):
        raise invalid(*problems)
    known = {(one.kind, one.name): one for one in _commands(call)}
    old = known.get((call.fields.get("type", 1), call.fields["name"]))
    _count_creates(call, int(old is None))
    command = Command(old.id if old else call.world.next_id(), app, guild, call.fields)
    call.world.put(command)
    return (200 if old else 201), command_json(command)


def get_command(call: Call) -> Result:
    return 200, command_json(_command(call))


def edit_command(call: Call) -> Result:
    known = _command(call)
    payload = {**known.payload, **call.fields}
    if problems := list(command_problems(payload)):
        raise invalid(*problems)
    changed = replace(known, payload=payload)
    call.world.put(changed)
    return 200, command_json(changed)


def delete_command(call: Call) -> Result:
    del call.world.commands[_command(call).id]
    call.world.note_change()
    return 204, None


def _command(call: Call) -> Command:
    command = call.world.commands.get(call.path["command"])
    if command is None or command not in _commands(call):
        raise DiscordError(10063)
    return command


def _scope(call: Call) -> tuple[str, str]:
    if call.path["app"] != call.caller.id:
        raise DiscordError(10002)
    return call.caller.id, call.guild() if "guild" in call.path else ""


def _commands(call: Call) -> list[Command]:
    scope = _scope(call)
    return [one for one in call.world.commands.values() if (one.app, one.guild) == scope]


def _count_creates(call: Call, new: int) -> None:
    """Two hundred a day in each guild, and as many of the global ones."""
    day, scope = int(call.world.clock.now() // 86_400), ":".join(_scope(call))
    made: dict[Any, int] = call.world.__dict__.setdefault("creates", {})
    if made.get((day, scope), 0) + new > MOST_CREATES:
        raise DiscordError(30034)
    made[day, scope] = made.get((day, scope), 0) + new
