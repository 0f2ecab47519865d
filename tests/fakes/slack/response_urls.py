"""What an app says to the person who acted: in the body of its acknowledgement, or later through the response_url."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.content import Content, read_content, require_something, with_ids
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.posting import post, remove, rewrite, thread_of
from tests.fakes.slack.records import Ephemeral, Interaction, Shown
from tests.fakes.slack.world import World

MAX_USES = 5
LIFETIME = 30 * 60


def interaction_of_url(world: World, path: str) -> Interaction:
    """Raises expired_url and used_url."""
    interaction = world.interactions.get(path.split("/")[-2])
    if interaction is None or not interaction.response_url.endswith(path):
        raise SlackError("expired_url")
    if world.clock.now() - interaction.at > LIFETIME:
        raise SlackError("expired_url")
    if interaction.uses >= MAX_USES:
        raise SlackError("used_url")
    return interaction


def respond(world: World, interaction: Interaction, body: Mapping[str, Any]) -> Shown:
    """A post to the response_url. It replaces the message that was acted on if it says so; if it says nothing, it
    replaces that message too when both have the same visibility, which is the trap in Slack's own reference."""
    arguments = Arguments(body)
    is_ephemeral = _is_ephemeral(arguments)
    content = read_content(arguments)
    is_deletion = arguments.flag("delete_original")
    if not is_deletion:
        require_something(content)
    world.put(replace(interaction, uses=interaction.uses + 1))
    if is_deletion:
        _delete_source(world, interaction)
        if content.is_empty:
            return Shown()
    elif _replaces_source(arguments, interaction, is_ephemeral):
        return _replace_source(world, interaction, content)
    return _say(world, interaction, content, arguments, is_ephemeral=is_ephemeral)


def acknowledge(world: World, interaction: Interaction, body: Mapping[str, Any]) -> Shown:
    """The body of a slash command's acknowledgement."""
    arguments = Arguments(body)
    try:
        content = read_content(arguments)
        is_ephemeral = _is_ephemeral(arguments)
    except SlackError as error:
        return Shown(problems=(error.code, *error.messages))
    if content.is_empty:
        return Shown()
    return _say(world, interaction, content, arguments, is_ephemeral=is_ephemeral)


def _is_ephemeral(arguments: Arguments) -> bool:
    kind = arguments.text("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_response_type")
    return kind == "ephemeral"


def _replaces_source(arguments: Arguments, interaction: Interaction, is_ephemeral: bool) -> bool:
    if not interaction.source:
        return False
    return arguments.flag("replace_original", default=is_ephemeral == interaction.is_source_ephemeral)


def _replace_source(world: World, interaction: Interaction, content: Content) -> Shown:
    if interaction.is_source_ephemeral:
        seen = world.ephemerals[interaction.source]
        blocks = with_ids(content.blocks, seen.ts)
        changed = replace(seen, text=content.text, blocks=blocks, edits=seen.edits + 1, is_deleted=False)
        world.put(changed)
        return Shown(ephemeral=changed)
    message = world.message(interaction.channel, interaction.source)
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    return Shown(message=rewrite(world, message, content))


def _delete_source(world: World, interaction: Interaction) -> None:
    if interaction.is_source_ephemeral:
        world.put(replace(world.ephemerals[interaction.source], is_deleted=True))
    elif message := world.message(interaction.channel, interaction.source):
        remove(world, message, interaction.user)


def _say(
    world: World, interaction: Interaction, content: Content, arguments: Arguments, *, is_ephemeral: bool
) -> Shown:
    """A response_url may write where the bot is no member."""
    channel, thread_ts = world.channels[interaction.channel], arguments.text("thread_ts")
    is_mrkdwn = arguments.flag("mrkdwn", default=True)
    if not is_ephemeral:
        thread_ts = thread_of(world, channel, thread_ts) if thread_ts else ""
        workspace = world.workspaces[interaction.team]
        return Shown(message=post(world, workspace, channel, content, thread_ts, is_mrkdwn=is_mrkdwn))
    ts = world.next_ts()
    blocks = with_ids(content.blocks, ts)
    seen = Ephemeral(interaction.team, channel.id, ts, interaction.user, content.text, blocks, thread_ts, is_mrkdwn)
    world.put(seen)
    return Shown(ephemeral=seen)
