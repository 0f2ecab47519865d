"""Mentions of the bot in Discord: the same lines as behind a slash command, with less to type in a task's thread.

Discord has no message that one person alone sees but the answer to an interaction: so the answer stands below the
message, notifies nobody, and goes into the direct messages where it is not for everybody's eyes.
"""

import re
from dataclasses import dataclass, replace

import discord
import structlog

from bot.cards.mention import as_said_by_name, mention_help
from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT
from bot.context import Context
from bot.dispatch import run_line
from bot.mentions import Surroundings, complete_line, look_around, split_root
from bot.platforms.discord.chat import DiscordChat
from bot.platforms.discord.entities import Names, named_people, read_text
from bot.platforms.discord.reception import Reception
from bot.platforms.discord.request import DiscordRequest
from core.cards import Card, paragraph
from core.deliveries import DeliveryError
from core.errors import UserError

log = structlog.get_logger()

# What tells of oneself, and not of the board.
_OWN = "me"


@dataclass(frozen=True)
class Mentions:
    reception: Reception
    chat: DiscordChat

    async def receive(self, message: discord.Message, bot_user: str) -> None:
        text = spoken_to(bot_user, message.content)
        if text is None:
            return
        request = DiscordRequest.of_message(message)
        is_private = False
        try:
            card, is_private = await self._do(request, text, message)
        except UserError as error:
            card = refusal_card(error)
        self.reception.wake()
        await self._answer(request, str(message.id), as_said_by_name(card), is_private=is_private)

    async def _do(self, request: DiscordRequest, text: str, message: discord.Message) -> tuple[Card, bool]:
        catalogue = self.reception.catalogue
        root, said = split_root(catalogue, text, root=self.reception.root)
        context = await self.reception.context(request)
        around = await self._look_around(context, request, said)
        if not said:
            return mention_help(around.task), False
        told = {str(user.id): user.display_name for user in message.mentions}
        channels = {str(channel.id): channel.name for channel in message.channel_mentions}
        names = Names({**told, **around.names}, channels)
        read = read_text(said, workspace=request.workspace, names=names)
        context = replace(context, people=read.people, channels=read.channels)
        line = complete_line(catalogue, root, read.text, around)
        answer = await run_line(context, root, line)
        is_own = line.split(maxsplit=1)[:1] == [_OWN]
        return answer.card, root == ADMIN_ROOT or is_own

    async def _look_around(self, context: Context, request: DiscordRequest, said: str) -> Surroundings:
        people = named_people(said, workspace=request.workspace)
        return await context.read(look_around, channel=request.place, thread=request.thread, people=people)

    async def _answer(self, request: DiscordRequest, message: str, card: Card, *, is_private: bool) -> None:
        try:
            if is_private:
                await self.chat.direct(request, card, key=message)
                card = Card(("I answered you in a direct message.",))
            await self.chat.reply(request, message, card)
        except DeliveryError as error:
            if not is_private:
                log.warning("an answer was not delivered", reason=f"{type(error).__name__} {error}")
                return
            closed = Card(
                ("Your direct messages are closed to me, and this answer is for you alone.",),
                (paragraph("What you asked for is done; say it as a slash command to see the answer."),),
            )
            await self.chat.reply(request, message, closed)


def spoken_to(bot_user: str, content: str) -> str | None:
    """What stands behind the bot's name; None where it is only spoken about."""
    found = re.match(rf"(\s*<@!?{re.escape(bot_user)}>[\s,:]*)+", content)
    return content[found.end() :].strip() if found else None
