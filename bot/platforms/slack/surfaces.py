"""Slack's surfaces: slash commands, buttons and events, each into one function of ours."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.buttons import SHARE, line_of
from bot.cards.refusal import refusal_card
from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT
from bot.context import Context
from bot.dispatch import Answer, Outcome, run_line
from bot.platforms.slack.answers import ephemeral, with_share
from bot.platforms.slack.entities import PLATFORM, read_text
from bot.platforms.slack.failures import NO_ANSWER
from bot.platforms.slack.people import People, Speaker
from bot.sharing import share_card
from core.cards import Card
from core.clock import Clock
from core.errors import Conflict, InvalidInput, UserError
from core.ids import ChannelRef
from core.ports import Store

log = structlog.get_logger()


@dataclass
class Surfaces:
    """`root` is the first word of the commands; `wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    people: People
    root: str
    wake: Callable[[], None]
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def command(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer for the acknowledgement of a slash command."""
        root = ADMIN_ROOT if str(body.get("command", "")).endswith("-admin") else USER_ROOT
        text = read_text(str(body.get("text") or ""), workspace=body["team_id"])
        try:
            speaker = await self._speaker(body, needs_rights=root == ADMIN_ROOT)
        except UserError as error:
            return ephemeral(refusal_card(error), root=self.root)
        channel = ChannelRef(PLATFORM, body["team_id"], body["channel_id"])
        context = self._context(
            speaker, channel, str(body.get("channel_name") or ""), str(body.get("trigger_id") or "")
        )
        context.people, context.channels = text.people, text.channels
        answer = await run_line(context, root, text.text)
        self.wake()
        return ephemeral(with_share(answer), root=self.root)

    async def button(self, body: dict[str, Any]) -> None:
        """Does what the button says, and answers privately at its response_url once the press is acknowledged."""
        pressed = body["actions"][0]
        try:
            card = await self._press(body, _action(str(pressed.get("action_id", ""))), str(pressed.get("value") or ""))
        except UserError as error:
            card = refusal_card(error)
        self.wake()
        if card is not None:
            self._later(self._answer(str(body.get("response_url") or ""), card))

    async def _press(self, body: dict[str, Any], action: str, value: str) -> Card | None:
        team, channel = body["team"]["id"], body.get("channel") or {}
        user = body["user"]
        who = {"team_id": team, "user_id": user["id"], "user_name": user.get("username", ""), **_named(channel)}
        is_share = action == SHARE
        root = ADMIN_ROOT if is_share and value.startswith(f"{ADMIN_ROOT} ") else USER_ROOT
        speaker = await self._speaker(who, needs_rights=root == ADMIN_ROOT)
        place = ChannelRef(PLATFORM, team, str(channel.get("id", "")))
        context = self._context(speaker, place, str(channel.get("name", "")), str(body.get("trigger_id") or ""))
        if is_share:
            return await self._share(context, root, value.removeprefix(f"{root} "))
        line = line_of(self.catalogue, action, value)
        if line is None:
            raise InvalidInput("This button is from another version.", "Say what you want instead.", example="lab help")
        return with_share(await run_line(context, USER_ROOT, line))

    async def _share(self, context: Context, root: str, line: str) -> Card | None:
        """Says a reading line again and posts what it answers; the answer is as fresh as the press."""
        answer: Answer = await run_line(replace(context, only_reads=True), root, line)
        if answer.outcome is not Outcome.DONE:
            return answer.card
        if context.channel is None:
            raise Conflict("There is no channel here to share it in.", "Nothing was posted.")
        await context.do(
            share_card, card=answer.card, channel=context.channel, name=context.channel_name,
            key=context.receipt[1] if context.receipt else "",
        )  # fmt: skip
        return None

    async def _speaker(self, body: dict[str, Any], *, needs_rights: bool) -> Speaker:
        place = str(body.get("channel_name") or "")
        return await self.people.speaker(
            workspace=body["team_id"], workspace_name=str(body.get("team_domain") or ""), user=body["user_id"],
            user_name=str(body.get("user_name") or ""), place=f"#{place}" if place else "", needs_rights=needs_rights,
        )  # fmt: skip

    def _context(self, speaker: Speaker, channel: ChannelRef, name: str, trigger: str) -> Context:
        return Context(
            store=self.store,
            team=speaker.team,
            actor=speaker.actor,
            zone=speaker.member.zone or speaker.team.zone,
            now=self.clock.now(),
            catalogue=self.catalogue,
            channel=channel if channel.channel else None,
            channel_name=name,
            receipt=(PLATFORM, trigger) if trigger else None,
        )

    async def _answer(self, response_url: str, card: Card) -> None:
        if not response_url:
            return
        client = AsyncWebhookClient(response_url, timeout=8, retry_handlers=[])
        try:
            answer = await client.send_dict(ephemeral(card, root=self.root))
            if answer.status_code != 200:
                # The address itself is a secret and stays out of the log.
                log.warning("a private answer was not taken", status=answer.status_code)
        except NO_ANSWER as error:
            log.warning("a private answer was not delivered", reason=type(error).__name__)

    def _later(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _action(action_id: str) -> str:
    """Without what the renderer adds to tell two buttons of one action apart."""
    return action_id.partition(":")[0]


def _named(channel: dict[str, Any]) -> dict[str, str]:
    return {"channel_id": str(channel.get("id", "")), "channel_name": str(channel.get("name", ""))}
