"""`/lab-admin channel …` and `/lab-admin watch …`: what is shown where."""

from typing import Annotated

from bot.cards.channel import closed_channel_card, emoji_card, open_channel_card
from bot.cards.project import project_card
from bot.cards.watch import watch_card, watches_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.promises import promise_look
from bot.reopening import say_what_waited
from bot.values import ChannelWord, Emoji, Labels, ProjectKey
from core.cards import Card
from core.deliveries import DeliveryError, Refused
from core.errors import InvalidInput, Unavailable
from core.filters import Filters
from core.ids import ChannelRef
from core.reactions import choose_emoji
from core.tasks import Kind, Track
from core.watches import add_watch, choose_home, list_watches, remove_watch

WHERE = Arg("Which channel, if not this one", "#ml-board")

ONLY = Arg("What is reported: branch=, path=, author=, environment=, result=", "environment=production")


@command("channel use", help="Make a channel a project's home", is_admin=True)
async def use(
    ctx: Context,
    project: Annotated[ProjectKey, Word("Which project", "CHURN")],
    channel: Annotated[ChannelWord | None, WHERE] = None,
) -> Card:
    ref, name = place_of(ctx, channel)
    promise_look(ctx, ref, name)
    found = await ctx.do(choose_home, project=project, channel=ref, name=name)
    return project_card(found, f"#{name} is its home now: new cards go there.")


@command("channel emoji", help="Let a reaction make a task of a message", is_admin=True)
async def emoji(
    ctx: Context,
    emoji: Annotated[Emoji, Word("The emoji's name, or none", "memo")],
    channel: Annotated[ChannelWord | None, WHERE] = None,
) -> Card:
    ref, name = place_of(ctx, channel)
    chat = ctx.ports.chats.get(ref.platform)
    if emoji and chat is not None and not chat.reads_messages:
        raise InvalidInput(
            "Here I do not see what messages say that are not said to me.",
            "Use the message's own menu: “Make a task”.",
        )  # fmt: skip
    promise_look(ctx, ref, name)
    is_new = await ctx.do(choose_emoji, channel=ref, name=name, emoji=emoji or None)
    return emoji_card(name, emoji or None, is_new=is_new)


@command("channel check", help="Find out whether I can post in a channel", is_admin=True, is_slow=True)
async def check(ctx: Context, channel: Annotated[ChannelWord | None, WHERE] = None) -> Card:
    ref, name = place_of(ctx, channel)
    chat = ctx.ports.chats.get(ref.platform)
    if chat is None:
        raise Unavailable(f"{ref.platform.capitalize()} is not connected here.", "Ask in that chat itself.")
    try:
        await chat.look_in(ref)
    except Refused as error:
        return closed_channel_card(name, error.code, error.needs)
    except DeliveryError:
        raise Unavailable("The chat did not answer.", "Try again in a moment.") from None
    return await ctx.conclude(say_what_waited, lambda waiting: open_channel_card(name, waiting=waiting), channel=ref)


@command("watch add", help="Show a project's tasks in a channel", is_admin=True)
async def add(
    ctx: Context,
    project: Annotated[ProjectKey, Word("Whose tasks", "CHURN")],
    track: Annotated[Track | None, Arg("Only this track", "research")] = None,
    kind: Annotated[Kind | None, Arg("Only this kind")] = None,
    label: Annotated[Labels | None, Arg("Only with this label")] = None,
    only: Annotated[Filters | None, ONLY] = None,
    not_: Annotated[Filters | None, Arg("Leave these out", "author=renovate*")] = None,
    channel: Annotated[ChannelWord | None, WHERE] = None,
) -> Card:
    if label is not None and len(label) != 1:
        raise InvalidInput("A watch asks for one label.", "Add another watch for another label.")
    ref, name = place_of(ctx, channel)
    promise_look(ctx, ref, name)
    watch = await ctx.do(
        add_watch, project=project, channel=ref, channel_name=name, track=track, kind=kind,
        label=label[0] if label else None, only=only, without=not_,
    )  # fmt: skip
    return watch_card(watch, f"#{name} is shown these tasks from their next change on.")


@command("watch list", help="What is shown where", is_admin=True)
async def list_(ctx: Context) -> Card:
    return watches_card(await ctx.read(list_watches))


@command("watch remove", help="Show it there no longer", is_admin=True)
async def remove(ctx: Context, number: Annotated[int, Word("Its number in the list", "1")]) -> Card:
    watch = await ctx.do(remove_watch, number=number)
    return watch_card(watch, "Removed. Cards that stand there stay, and are edited no more.")


def place_of(ctx: Context, channel: ChannelWord | None) -> tuple[ChannelRef, str]:
    if channel is not None:
        if channel.ref is None:
            raise InvalidInput(
                f"I do not know the channel “{channel.name}”.", "Pick it from what your chat offers after #."
            )  # fmt: skip
        return channel.ref, channel.name
    if ctx.channel is None:
        raise InvalidInput("There is no channel here.", "Say this in the chat channel that is meant.")
    return ctx.channel, ctx.channel_name
