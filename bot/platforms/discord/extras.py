"""What Discord alone has: forums, whose posts are threads with the task's card at their beginning."""

from dataclasses import dataclass
from typing import Any

from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.render import has_marker
from core.deliveries import AnswerLost, MessageGone, Post, Refused

_SHOWN_FOR = 10_080  # minutes
# Newest first; what was interrupted is among the first.
_MOST_LOOKED_AT = 25


@dataclass(frozen=True)
class ForumPosts:
    """A post's id is that of its first message as well."""

    api: DiscordApi

    async def start(self, forum: str, name: str, message: dict[str, Any], *, tag: str) -> str:
        """Discord takes no nonce here: what was interrupted is found by `find` alone."""
        post = {"name": name, "auto_archive_duration": _SHOWN_FOR, "message": message}
        if tag:
            post["applied_tags"] = [tag]
        answer = await self.api.call("POST", "/channels/{channel_id}/threads", json=post, channel_id=forum)
        try:
            return str(int(answer["id"]))
        except (KeyError, TypeError, ValueError) as error:
            raise AnswerLost("an answer without id") from error

    async def find(self, post: Post, *, after: str) -> str | None:
        """Among the posts that are shown, those made after this moment."""
        answer = await self.api.call("GET", "/guilds/{guild_id}/threads/active", guild_id=post.channel.workspace)
        found = [
            int(thread["id"])
            for thread in answer.get("threads") or ()
            if str(thread.get("parent_id")) == post.channel.channel and int(thread["id"]) > int(after)
        ]
        for number in sorted(found, reverse=True)[:_MOST_LOOKED_AT]:
            try:
                message = await self.api.call(
                    "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=str(number),
                    message_id=str(number),
                )  # fmt: skip
            except (MessageGone, Refused):
                continue
            if has_marker(message, post.marker):
                return str(number)
        return None
