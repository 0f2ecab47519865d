"""Mentions of the bot: commands where slash commands do not work, and answers that only the person sees."""

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.cards.mention import as_said_by_name, edited_card, late_card, mention_help
from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT
from bot.context import Context
from bot.dispatch import run_line
from bot.mentions import Surroundings, complete_line, look_around, split_root
from bot.platforms.slack.answers import with_share
from bot.platforms.slack.entities import named_people, read_text
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.request import SlackRequest
from core.cards import Card
from core.errors import UserError

# Seconds; receipts are kept longer, and what is older may have been done when nobody knows any more.
_TOO_OLD = 2 * 86_400


@dataclass(frozen=True)
class Mentions:
    reception: Reception
    private: Private

    async def receive(self, body: dict[str, Any], bot_user: str | None) -> None:
        """Commits what was asked for; the answer follows once the event is acknowledged."""
        event = body["event"]
        text = spoken_to(bot_user, event)
        if text is None:
            return
        request = SlackRequest.of_mention(body)
        try:
            card = late_card() if _is_late(body) else await self._do(request, text, is_edit="edited" in event)
        except UserError as error:
            card = refusal_card(error)
        self.reception.wake()
        self.private.later(request, as_said_by_name(card))

    async def _do(self, request: SlackRequest, text: str, *, is_edit: bool) -> Card:
        catalogue = self.reception.catalogue
        root, said = split_root(catalogue, text, root=self.reception.root)
        context = await self.reception.context(request, needs_rights=root == ADMIN_ROOT)
        around = await self._look_around(context, request, said)
        if not said:
            return mention_help(around.task)
        read = read_text(said, workspace=request.workspace, names=around.names)
        context = replace(context, people=read.people, channels=read.channels)
        answer = await run_line(context, root, complete_line(catalogue, root, read.text, around))
        return edited_card() if answer.is_repeat and is_edit else with_share(answer)

    async def _look_around(self, context: Context, request: SlackRequest, said: str) -> Surroundings:
        people = named_people(said, workspace=request.workspace)
        return await context.read(look_around, channel=request.place, thread=request.thread, people=people)


def spoken_to(bot_user: str | None, event: dict[str, Any]) -> str | None:
    """What stands behind the bot's name; None where it is only spoken about, and for what bots say."""
    if event.get("bot_id") or event.get("subtype") or not event.get("user") or event.get("user") == bot_user:
        return None
    name = re.compile(rf"(\s*<@{re.escape(bot_user or '')}(\|[^<>]*)?>[\s,:]*)+")
    text = str(event.get("text") or "")
    found = name.match(text) if bot_user else None
    return text[found.end() :].strip() if found else None


def _is_late(body: dict[str, Any]) -> bool:
    """By Slack's own clock. A redelivery comes within minutes; an edit whenever somebody likes."""
    try:
        return float(body.get("event_time") or 0) - float(body["event"].get("ts") or 0) > _TOO_OLD
    except ValueError:
        return True
