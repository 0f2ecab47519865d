"""Who may do what where: https://discord.com/developers/docs/topics/permissions."""

from tests.fakes.discord.records import Channel
from tests.fakes.discord.world import World

BITS = {
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_application_commands": 31,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "send_messages_in_threads": 38,
    "pin_messages": 51,
}
ALL = (1 << 53) - 1
ADMINISTRATOR = 1 << BITS["administrator"]
# What @everyone may in a new guild, of the bits above.
EVERYONE = (
    "add_reactions", "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history",
    "use_application_commands", "create_public_threads", "create_private_threads", "send_messages_in_threads",
)  # fmt: skip


def bits(*names: str) -> int:
    return sum(1 << BITS[name] for name in names)


def guild_permissions(world: World, guild: str, user: str) -> int:
    if not world.is_member(guild, user):
        return 0
    if world.guilds[guild].owner == user:
        return ALL
    own = (guild, *world.members[guild, user].roles)
    allowed = 0
    for role in own:
        allowed |= world.roles[role].permissions
    return ALL if allowed & ADMINISTRATOR else allowed


def permissions(world: World, channel: Channel, user: str) -> int:
    """In that channel; a thread has its parent's."""
    if channel.kind == "direct":
        return ALL if user in channel.members else 0
    allowed = guild_permissions(world, channel.guild, user)
    if allowed == ALL or not allowed:
        return allowed
    place = world.channels[channel.parent] if channel.is_thread else channel
    by_target = {one.target: one for one in place.overwrites}
    everyone = by_target.get(channel.guild)
    if everyone:
        allowed = allowed & ~everyone.deny | everyone.allow
    roles = [by_target[role] for role in world.members[channel.guild, user].roles if role in by_target]
    for one in roles:
        allowed &= ~one.deny
    for one in roles:
        allowed |= one.allow
    if own := by_target.get(user):
        allowed = allowed & ~own.deny | own.allow
    if not allowed & bits("view_channel"):
        return 0
    return allowed


def may(world: World, channel: Channel, user: str, *names: str) -> bool:
    wanted = bits(*names)
    return permissions(world, channel, user) & wanted == wanted
