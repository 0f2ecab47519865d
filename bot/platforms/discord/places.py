"""Where messages stand: in a channel, in the thread below one, in a forum as a post, in somebody's direct messages."""

import time
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.permissions import MISSING, effective, missing
from core.deliveries import AnswerLost, MessageGone, Refused
from core.ids import ChannelRef

FORUMS = (15, 16)
# Seconds that what Discord said of a channel is believed.
_KEPT = 300.0
THREAD_NAME = 100
_REQUIRE_TAG = 1 << 4
# A day and a week, in minutes: how long a thread stays among those that are shown.
_SHOWN_FOR = 10_080
NO_GUILD = "unknown_guild"
_CLOSED = frozenset({"missing_access", MISSING})


@dataclass(frozen=True, slots=True)
class Kind:
    """`tag` is one that posts must have there."""

    is_forum: bool = False
    tag: str = ""


@dataclass
class Places:
    api: DiscordApi
    _kinds: dict[str, tuple[float, Kind]] = field(default_factory=dict)
    _direct: dict[str, str] = field(default_factory=dict)
    _threads: set[str] = field(default_factory=set)

    async def kind(self, channel: ChannelRef) -> Kind:
        known = self._kinds.get(channel.channel)
        if known is not None and time.monotonic() - known[0] < _KEPT:
            return known[1]
        answer = await self.api.call("GET", "/channels/{channel_id}", channel_id=channel.channel)
        is_forum = answer.get("type") in FORUMS
        tags = [str(tag["id"]) for tag in answer.get("available_tags") or () if not tag.get("moderated")]
        needs_tag = is_forum and int(answer.get("flags") or 0) & _REQUIRE_TAG
        found = Kind(is_forum, tags[0] if needs_tag and tags else "")
        self._kinds[channel.channel] = (time.monotonic(), found)
        return found

    async def direct(self, user: str) -> str:
        """The channel of somebody's direct messages."""
        if user not in self._direct:
            answer = await self.api.call("POST", "/users/@me/channels", json={"recipient_id": user})
            self._direct[user] = str(answer["id"])
        return self._direct[user]

    async def ensure_thread(self, channel: str, root: str, name: str) -> None:
        """The thread below a message has the message's id. Raises `MessageGone` where that was deleted."""
        if root in self._threads:
            return
        try:
            await self.api.call(
                "POST", "/channels/{channel_id}/messages/{message_id}/threads", channel_id=channel, message_id=root,
                json={"name": name or "Task", "auto_archive_duration": _SHOWN_FOR},
            )  # fmt: skip
        except Refused as error:
            if error.code != "thread_exists":
                raise
        self._threads.add(root)

    def forget_thread(self, root: str) -> None:
        self._threads.discard(root)

    async def look_in(self, channel: ChannelRef) -> None:
        """Raises `Refused` where the bot cannot do all that it does in a channel, and names what is missing."""
        guild = await self._guild(channel.workspace)
        place = await self.api.call("GET", "/channels/{channel_id}", channel_id=channel.channel)
        member = await self.api.call(
            "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=channel.workspace, user_id=await self.api.bot_id()
        )
        try:
            lacking = missing(effective(guild, member, place))
        except (KeyError, TypeError, ValueError) as error:
            raise AnswerLost("permissions that cannot be read") from error
        if lacking:
            raise Refused(MISSING, ", ".join(lacking))

    async def _guild(self, guild: str) -> Any:
        try:
            return await self.api.call("GET", "/guilds/{guild_id}", guild_id=guild)
        except Refused as error:
            # The bot was removed from it.
            raise Refused(NO_GUILD) if error.code in _CLOSED else error from error

    async def explain(self, channel: ChannelRef, error: Refused) -> Refused:
        """The same refusal, with what is missing named where that can be found out."""
        if error.code not in _CLOSED:
            return error
        try:
            await self.look_in(channel)
        except Refused as named:
            return named if named.code in (MISSING, NO_GUILD) else error
        except (AnswerLost, MessageGone):
            return error
        return error
