"""What the bot may do in a channel, worked out as Discord does: it refuses without saying what is missing."""

from collections.abc import Iterator, Mapping
from typing import Any

_ADMINISTRATOR = 1 << 3
# By the names that Discord's settings show, in the order they stand there.
NEEDED = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Send Messages in Threads": 1 << 38,
    "Create Public Threads": 1 << 35,
    "Read Message History": 1 << 16,
}
# Pictures of digests are files.
INVITED_WITH = NEEDED | {"Attach Files": 1 << 15}
MISSING = "missing_permissions"
_ALL = (1 << 53) - 1

Record = Mapping[str, Any]


def effective(guild: Record, member: Record, channel: Record) -> int:
    """The bits, from the guild's roles and what the channel grants and denies. Raises `ValueError` for odd answers."""
    user, everyone = str(member["user"]["id"]), str(guild["id"])
    if str(guild.get("owner_id")) == user:
        return _ALL
    roles = {everyone, *map(str, member.get("roles") or ())}
    bits = 0
    for role in guild.get("roles") or ():
        if str(role["id"]) in roles:
            bits |= int(role["permissions"])
    if bits & _ADMINISTRATOR:
        return _ALL
    for allow, deny in _layers(channel, everyone, roles, user):
        bits = bits & ~deny | allow
    return bits


def missing(bits: int) -> tuple[str, ...]:
    return tuple(name for name, bit in NEEDED.items() if not bits & bit)


def _layers(channel: Record, everyone: str, roles: set[str], user: str) -> Iterator[tuple[int, int]]:
    """For everyone, then for all roles together, then for the bot itself."""
    found = {
        str(one["id"]): (int(one["allow"]), int(one["deny"])) for one in channel.get("permission_overwrites") or ()
    }
    yield found.get(everyone, (0, 0))
    allow = deny = 0
    for role in roles - {everyone}:
        granted, denied = found.get(role, (0, 0))
        allow, deny = allow | granted, deny | denied
    yield allow, deny
    yield found.get(user, (0, 0))
