"""Putting messages into conversations: where the bot may write, threads, and what Slack does with a lost parent."""

from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.content import LONG_TEXT, Content, with_ids
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Channel, Message, Workspace
from tests.fakes.slack.world import World

_THREADABLE = ("", "thread_broadcast", "bot_message", "file_share", "me_message")


def channel_to_post_in(call: MethodCall, name: str = "channel") -> Channel:
    """By id, by name, or by the id of a person, whose direct conversation is then opened."""
    given = call.arguments.required(name)
    channel = _named(call, given)
    if channel is None or not call.sees(channel):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not call.is_member(channel) and "chat:write.public" not in call.workspace.scopes:
        raise SlackError("not_in_channel")
    return channel


def direct_channel(world: World, workspace: Workspace, people: tuple[str, ...]) -> Channel:
    members = (workspace.bot_user, *people)
    known = world.direct_channel(workspace.id, members)
    if known:
        return known
    number = f"{len(world.channels) + 1:09d}"
    if len(people) == 1:
        opened = Channel(f"D{number}", workspace.id, "", "im", members)
    else:
        opened = Channel(f"G{number}", workspace.id, f"mpdm-{'--'.join(people).lower()}-1", "mpim", members)
    world.put(opened)
    return opened


def thread_of(world: World, channel: Channel, thread_ts: str) -> str:
    """The root to reply under; empty if there is none any more: Slack then posts to the channel, and says so only by
    leaving `thread_ts` out of its answer."""
    parent = world.message(channel.id, thread_ts)
    if parent is not None and parent.thread_ts:
        world.violate("reply_to_reply", channel.id, thread_ts)
        parent = world.message(channel.id, parent.thread_ts)
    if parent is None or (parent.is_deleted and not world.replies(channel.id, parent.ts)):
        world.violate("unthreaded", channel.id, thread_ts)
        return ""
    if parent.subtype not in _THREADABLE:
        raise SlackError("cannot_reply_to_message")
    return parent.ts


def post(
    world: World, workspace: Workspace, channel: Channel, content: Content, thread_ts: str = "", **more: Any
) -> Message:
    """A message of the bot. `more` are further fields of the record."""
    ts = world.next_ts()
    if len(content.text) > LONG_TEXT:
        world.violate("long_text", channel.id, ts)
    message = Message(
        team=workspace.id,
        channel=channel.id,
        ts=ts,
        user=workspace.bot_user,
        bot_id=workspace.bot_id,
        text=content.text,
        blocks=with_ids(content.blocks, ts),
        attachments=content.attachments,
        thread_ts=thread_ts,
        **more,
    )
    world.put(message)
    return message


def rewrite(world: World, message: Message, content: Content, **more: Any) -> Message:
    """Text without blocks removes the blocks; blocks without text keep the text."""
    keeps_blocks = not content.text and not content.blocks
    changed = replace(
        message,
        text=content.text or message.text,
        blocks=message.blocks if keeps_blocks else with_ids(content.blocks, message.ts),
        attachments=content.attachments or message.attachments,
        edited_at=world.next_ts(),
        edits=message.edits + 1,
        **more,
    )
    world.put(changed)
    return changed


def remove(world: World, message: Message, by: str) -> None:
    world.put(replace(message, is_deleted=True, deleted_by=by))


def _named(call: MethodCall, given: str) -> Channel | None:
    world, team = call.world, call.workspace.id
    channel = world.channels.get(given)
    if channel is not None:
        return channel if channel.team == team else None
    person = world.users.get((team, given))
    if person is not None:
        return None if person.is_bot or person.is_deleted else direct_channel(world, call.workspace, (given,))
    return world.channel_named(team, given.removeprefix("#"))
