"""Slack's slash commands and buttons, each into one function of ours."""

from dataclasses import dataclass, replace
from typing import Any

from bot.buttons import SHARE, line_of
from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT, USER_ROOT
from bot.context import Context
from bot.dispatch import Answer, Outcome, run_line
from bot.platforms.slack.answers import ephemeral, with_share
from bot.platforms.slack.entities import read_text
from bot.platforms.slack.forms import Origin
from bot.platforms.slack.home import Home
from bot.platforms.slack.modals import Modals
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.render import action_of
from bot.platforms.slack.request import SlackRequest
from bot.sharing import share_card
from core.cards import Card
from core.errors import Conflict, InvalidInput, UserError


@dataclass(frozen=True)
class Surfaces:
    reception: Reception
    modals: Modals
    private: Private
    home: Home

    async def command(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer for the acknowledgement of a slash command; None where a form was opened instead."""
        root = ADMIN_ROOT if str(body.get("command", "")).endswith("-admin") else USER_ROOT
        request = SlackRequest.of_command(body)
        text = read_text(str(body.get("text") or ""), workspace=request.workspace)
        try:
            if await self.modals.ask_for_rest(request, root, text.text):
                return None
            context = await self.reception.context(
                request, text=text, needs_rights=root == ADMIN_ROOT, from_memory=True
            )  # fmt: skip
        except UserError as error:
            return ephemeral(refusal_card(error), root=self.reception.root)
        answer = await run_line(context, root, text.text)
        if answer.form and await self._ask_instead(request, answer):
            return None
        self.reception.wake()
        return ephemeral(with_share(answer), root=self.reception.root)

    async def button(self, body: dict[str, Any]) -> None:
        """Does what the button says, and answers privately once the press is acknowledged."""
        pressed = body["actions"][0]
        request = SlackRequest.of_interaction(body)
        action, value = action_of(str(pressed.get("action_id", ""))), str(pressed.get("value") or "")
        pressed_once = request.once(body, f"{action} {value}")
        try:
            card = await (self._share(request, value) if action == SHARE else self._press(pressed_once, action, value))
        except UserError as error:
            card = refusal_card(error)
        self.reception.wake()
        if card is not None and request.home_hash:
            self.private.start(self.home.answer(request, card))
        elif card is not None:
            self.private.later(request, card)

    async def form(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a form that was sent. Whoever was asked in their Home sees there what came of it."""
        answer = await self.modals.submit(body)
        origin = Origin.read(body["view"])
        if origin is not None and not origin.channel:
            request = SlackRequest.of_interaction(body)
            self.private.start(self.home.show(request.workspace, request.user))
        return answer

    async def _press(self, request: SlackRequest, action: str, value: str) -> Card | None:
        line = line_of(self.reception.catalogue, action, value)
        if line is not None and await self.modals.ask_for_rest(request, USER_ROOT, line, is_fixed=True):
            return None
        context = await self.reception.context(request, from_memory=True)
        if line is None:
            raise InvalidInput("This button is from another version.", "Say what you want instead.", example="lab help")
        answer = await run_line(context, USER_ROOT, line)
        if answer.form and await self._ask_instead(request, answer):
            return None
        return with_share(answer)

    async def _ask_instead(self, request: SlackRequest, answer: Answer) -> bool:
        """A better answer than words: the form of what is to be said instead."""
        try:
            return await self.modals.ask_for_rest(request, USER_ROOT, answer.form, is_fixed=True)
        except UserError:
            return False

    async def _share(self, request: SlackRequest, value: str) -> Card | None:
        """Says a reading line again and posts what it answers; the answer is as fresh as the press."""
        root = ADMIN_ROOT if value.startswith(f"{ADMIN_ROOT} ") else USER_ROOT
        context: Context = await self.reception.context(request, needs_rights=root == ADMIN_ROOT)
        answer: Answer = await run_line(replace(context, only_reads=True), root, value.removeprefix(f"{root} "))
        if answer.outcome is not Outcome.DONE:
            return answer.card
        if context.channel is None:
            raise Conflict("There is no channel here to share it in.", "Nothing was posted.")
        await context.do(
            share_card, card=answer.card, channel=context.channel, name=context.channel_name,
            key=context.receipt[1] if context.receipt else "",
        )  # fmt: skip
        return None
