"""Saying things in Discord: posts, edits, and looking for what may have been posted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog

from bot.platforms.discord.addresses import Address
from bot.platforms.discord.answers import message_data
from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.extras import ForumPosts
from bot.platforms.discord.places import THREAD_NAME, Places
from bot.platforms.discord.render import has_marker, plain_title, render_card, with_picture
from bot.platforms.discord.request import DiscordRequest
from bot.platforms.discord.wording import TypedLines
from bot.telemetry import LOOKS
from core.cards import Card
from core.deliveries import AnswerLost, MessageGone, Picture, Post, Refused
from core.ids import ChannelRef
from core.text import clip

log = structlog.get_logger()

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_PAGE, _PAGES = 100, 3
_NONCE = 24  # characters, of 25
_PLACE = "/"
# Of a thread that is not there yet, or not any more.
_NO_THREAD = "unknown_channel"
# Of a file: it is too large, or the bot may attach none there.
_NO_FILES = frozenset({"missing_permissions", "discord_40005", "discord_50035"})


class DiscordChat:
    """A `core.ports.Chat`. A message is known by its id, behind that of its channel where that is not the post's."""

    # It would need an intent that Discord grants few.
    reads_messages = False

    def __init__(self, api: DiscordApi, lines: TypedLines) -> None:
        self._api, self._lines = api, lines
        self._places = Places(api)
        self._forums = ForumPosts(api)

    async def post(self, post: Post) -> str:
        try:
            return await self._edit(post, post.message) if post.message else await self._say(post)
        except Refused as error:
            if post.is_direct:
                raise
            raise await self._places.explain(post.channel, error) from error

    async def look_in(self, channel: ChannelRef) -> None:
        await self._places.look_in(channel)

    async def answer(self, address: str, card: Card) -> None:
        """To an interaction, within a quarter of an hour."""
        try:
            to = Address.read(address)
        except ValueError as error:
            raise Refused("no_address") from error
        data = message_data(render_card(card, self._lines), is_private=True)
        method, path = "POST", "/webhooks/{webhook_id}/{webhook_token}"
        if to.is_deferred:
            method, path = "PATCH", f"{path}/messages/@original"
        await self._api.call(method, path, json=data, webhook_id=to.application, webhook_token=to.token)

    async def find(self, post: Post, *, since: datetime) -> str | None:
        """With the same nonce Discord posts nothing twice for some minutes; this is for what comes after them."""
        try:
            found = await self._look(post, since)
        except (Refused, MessageGone) as error:
            # A history that cannot be read: rather a message twice than none, and it is counted.
            log.warning("cannot look for a message", channel=post.channel.channel, reason=str(error))
            LOOKS.labels(outcome="blind").inc()
            return None
        LOOKS.labels(outcome="found" if found else "missing").inc()
        return found

    async def direct(self, request: DiscordRequest, card: Card, *, key: str) -> None:
        """Into the direct messages of whoever asked."""
        channel = await self._places.direct(request.user)
        await self._send(channel, card, marker=f"direct-{key}", people={})

    async def reply(self, request: DiscordRequest, message: str, card: Card) -> None:
        """Below a message, without notifying whoever wrote it."""
        channel = request.thread or request.channel
        reference = {"message_id": message, "fail_if_not_exists": False}
        await self._send(channel, card, marker=f"reply-{message}", people={}, message_reference=reference)

    async def _say(self, post: Post) -> str:
        if post.is_direct:
            channel = await self._places.direct(post.channel.channel)
            return self._id(channel, await self._send_post(channel, post))
        is_forum = (await self._places.kind(post.channel)).is_forum
        if post.thread is not None and (not post.shows_in_channel or is_forum):
            return self._id(post.thread, await self._in_thread(post, post.thread, is_forum=is_forum))
        if is_forum:
            return await self._new_post(post)
        if post.thread is None:
            return await self._send_post(post.channel.channel, post)
        # A message in the parent channel, which leads to the thread.
        await self._places.ensure_thread(post.channel.channel, post.thread, _thread_name(post))
        note = f"-# <#{post.thread}>"
        return self._id(post.channel.channel, await self._send_post(post.channel.channel, post, note=note))

    async def _in_thread(self, post: Post, thread: str, *, is_forum: bool) -> str:
        """The thread is made with the first message in it."""
        try:
            return await self._send_post(thread, post)
        except Refused as error:
            if error.code != _NO_THREAD:
                raise
            if is_forum:
                # The post itself was deleted.
                raise MessageGone(error.code) from error
        self._places.forget_thread(thread)
        await self._places.ensure_thread(post.channel.channel, thread, _thread_name(post))
        try:
            return await self._send_post(thread, post)
        except Refused as error:
            # Somebody deleted the thread, and Discord makes no second one below the same message.
            raise MessageGone(error.code) if error.code == _NO_THREAD else error from error

    async def _new_post(self, post: Post) -> str:
        kind = await self._places.kind(post.channel)
        message = render_card(post.card, self._lines, people=post.people, marker=post.marker)
        return await self._forums.start(
            post.channel.channel, _thread_name(post), message_data(message, is_private=False), tag=kind.tag
        )

    async def _send_post(self, channel: str, post: Post, *, note: str = "") -> str:
        if post.picture is not None:
            try:
                return await self._send(channel, post.card, marker=post.marker, people={}, picture=post.picture)
            except Refused as error:
                if error.code not in _NO_FILES:
                    raise
                log.warning("a picture was not taken; its words are posted", channel=channel, reason=error.code)
        return await self._send(channel, post.card, marker=post.marker, people=post.people, note=note)

    async def _send(
        self, channel: str, card: Card, *, marker: str, people: dict[int, str], note: str = "",
        picture: Picture | None = None, **more: Any,
    ) -> str:  # fmt: skip
        message = render_card(card, self._lines, people=people, marker=marker, note=note)
        message = with_picture(message, picture) if picture is not None else message
        data = message_data(message, is_private=False) | {"nonce": nonce_of(marker), "enforce_nonce": True, **more}
        answer = await self._api.call(
            "POST", "/channels/{channel_id}/messages", json=data, picture=picture, channel_id=channel
        )
        return _message_id(answer)

    async def _edit(self, post: Post, message: str) -> str:
        channel, number = await self._place_of(post, message)
        is_in_parent = channel == post.channel.channel and post.thread is not None
        note = f"-# <#{post.thread}>" if is_in_parent else ""
        rendered = render_card(post.card, self._lines, people=post.people, marker=post.marker, note=note)
        try:
            await self._api.call(
                "PATCH", "/channels/{channel_id}/messages/{message_id}", json=message_data(rendered, is_private=False),
                channel_id=channel, message_id=number,
            )  # fmt: skip
        except Refused as error:
            if error.code == _NO_THREAD and channel != post.channel.channel:
                raise MessageGone(error.code) from error
            raise
        return message

    async def _place_of(self, post: Post, message: str) -> tuple[str, str]:
        channel, _, number = message.rpartition(_PLACE)
        if channel:
            return channel, number
        is_forum = (await self._places.kind(post.channel)).is_forum
        return (number, number) if is_forum else (post.channel.channel, number)

    def _id(self, channel: str, message: str) -> str:
        return f"{channel}{_PLACE}{message}"

    async def _look(self, post: Post, since: datetime) -> str | None:
        if post.is_direct:
            channel = await self._places.direct(post.channel.channel)
            return await self._look_through(channel, post, since, prefix=f"{channel}{_PLACE}")
        is_forum = (await self._places.kind(post.channel)).is_forum
        if post.thread is not None and (not post.shows_in_channel or is_forum):
            return await self._look_through(post.thread, post, since, prefix=f"{post.thread}{_PLACE}")
        if is_forum:
            return await self._forums.find(post, after=snowflake(since))
        prefix = f"{post.channel.channel}{_PLACE}" if post.thread is not None else ""
        return await self._look_through(post.channel.channel, post, since, prefix=prefix)

    async def _look_through(self, channel: str, post: Post, since: datetime, *, prefix: str) -> str | None:
        async for message in self._messages(channel, since):
            if has_marker(message, post.marker):
                return prefix + _message_id(message)
        return None

    async def _messages(self, channel: str, since: datetime) -> AsyncIterator[dict[str, Any]]:
        """Oldest first, as far as is looked."""
        after = snowflake(since)
        for _ in range(_PAGES):
            page = await self._api.call(
                "GET", "/channels/{channel_id}/messages", params={"after": after, "limit": _PAGE}, channel_id=channel
            )  # fmt: skip
            if not isinstance(page, list):
                raise AnswerLost("a history that is no list")
            for message in page:
                yield message
            if len(page) < _PAGE:
                return
            after = str(max(int(_message_id(message)) for message in page))


def snowflake(at: datetime) -> str:
    """The least id of what was made then or later."""
    return str(max(0, int((at - _EPOCH).total_seconds() * 1_000)) << 22)


def nonce_of(marker: str) -> str:
    return sha256(marker.encode()).hexdigest()[:_NONCE]


def _thread_name(post: Post) -> str:
    return clip(post.topic or plain_title(post.card) or "Task", THREAD_NAME)


def _message_id(answer: Any) -> str:
    try:
        return str(int(answer["id"]))
    except (KeyError, TypeError, ValueError) as error:
        raise AnswerLost("an answer without id") from error
