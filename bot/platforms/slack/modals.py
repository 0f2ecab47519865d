"""Forms in Slack: opened at once, searched while somebody types, and run as the command they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT, USER_ROOT, Command
from bot.context import Context
from bot.dispatch import Outcome, run_values
from bot.forms import form_of, form_with, missing, read_lacking, wrong_values
from bot.platforms.slack.answers import with_share
from bot.platforms.slack.forms import (
    Origin,
    errors,
    read_values,
    render_form,
    render_options,
    render_result,
    shown_fields,
)
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.request import SlackRequest
from bot.platforms.slack.views import SlackViews
from bot.promises import open_reply, seal_reply
from bot.suggestions import suggest
from bot.vault import SealBroken
from core.cards import Card, Tone, paragraph
from core.errors import Unavailable, UserError
from core.forms import Form

log = structlog.get_logger()

_OLD = Card(
    ("This form is from another version.",), (paragraph("Close it and ask for it again."),), tone=Tone.WARNING
)  # fmt: skip


@dataclass(frozen=True)
class Modals:
    reception: Reception
    views: SlackViews
    private: Private

    async def ask_for_rest(self, request: SlackRequest, root: str, text: str, *, is_fixed: bool = False) -> bool:
        """Opens the form for a line that lacks something, before anything is looked up; whether it did.

        What a button said `is_fixed`, and not asked again. Who may configure, and whether a decision is open to this
        person, are questions that take the time to be asked first. Raises `UserError` for what would be refused.
        """
        lacking = read_lacking(self.reception.catalogue, root, text) if request.trigger else None
        if lacking is None:
            return False
        command = lacking.command
        if root == ADMIN_ROOT and not (await self.reception.speaker(request, needs_rights=True)).actor.is_admin:
            return False
        filled: Mapping[str, str] = {}
        if lacking.checked and (command.check or command.fill):
            context = await self.reception.context(request)
            if command.check is not None:
                await context.read(command.check, actor=context.actor, **lacking.checked)
            if command.fill is not None:
                filled = await context.read(command.fill, **lacking.checked)
        return await self.open(request, form_of(command, lacking.given, is_fixed=is_fixed, filled=filled))

    async def open(self, request: SlackRequest, form: Form) -> bool:
        view = render_form(form, Origin.of(form, request, reply=self._sealed(request)), root=self.reception.root)
        return view is not None and await self.views.open(request.workspace, request.trigger, view)

    async def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a form that was sent: what is wrong at which field, or nothing, which closes it."""
        view = body["view"]
        origin = Origin.read(view)
        command = self._command(origin) if origin else None
        if origin is None or command is None:
            return self._show(_OLD)
        given = origin.kept | read_values(view)
        problems = {name: _sentence(error) for name, error in wrong_values(command, given).items()}
        problems |= {option.name: "This is needed." for option in missing(command, given)}
        shown = shown_fields(view)
        if problems and problems.keys() <= shown:
            return errors(problems)
        request = self._request(body, origin)
        try:
            context = await self.reception.context(request, needs_rights=command.is_admin)
        except UserError as error:
            return self._again(view, command, given, origin, refusal_card(error))
        return await self._run(context, request, body, command, given, origin)

    async def suggest(self, body: dict[str, Any]) -> dict[str, Any]:
        origin = Origin.read(body.get("view") or {})
        command = self._command(origin) if origin else None
        name = str(body.get("action_id", ""))
        option = next((one for one in command.options if one.name == name), None) if command else None
        if option is None:
            return render_options(())
        try:
            context = await self.reception.context(SlackRequest.of_interaction(body))
            typed = str(body.get("value") or "")
            found = await context.read(suggest, actor=context.actor, kind=option.kind, typed=typed)
        except UserError as error:
            log.info("nothing was suggested", reason=error.message)
            return render_options(())
        return render_options(found)

    async def _run(
        self, context: Context, request: SlackRequest, body: dict[str, Any], command: Command, given: dict[str, str],
        origin: Origin,
    ) -> dict[str, Any]:  # fmt: skip
        answer = await run_values(context, command, given)
        self.reception.wake()
        if answer.outcome is Outcome.REFUSED:
            return self._again(body["view"], command, given, origin, answer.card)
        if answer.outcome is Outcome.FAILED or not (request.reply or request.channel):
            return self._show(answer.card)
        self.private.later(request, with_share(answer))
        return {"response_action": "clear"}

    def _again(
        self, view: dict[str, Any], command: Command, given: dict[str, str], origin: Origin, note: Card
    ) -> dict[str, Any]:
        """The same form with what was typed and, above it, why it was not done."""
        form = form_with(command, shown_fields(view), given)
        changed = render_form(form, origin, note=note, root=self.reception.root)
        return {"response_action": "update", "view": changed} if changed else self._show(note)

    def _show(self, card: Card) -> dict[str, Any]:
        return {"response_action": "update", "view": render_result(card, root=self.reception.root)}

    def _command(self, origin: Origin) -> Command | None:
        noun, _, verb = origin.name.partition(" ")
        is_root = origin.root in (USER_ROOT, ADMIN_ROOT)
        return self.reception.catalogue.find(origin.root, noun, verb) if is_root else None

    def _request(self, body: dict[str, Any], origin: Origin) -> SlackRequest:
        """As if it came from where the form was asked for. One form is sent once, however often it arrives."""
        return replace(
            SlackRequest.of_interaction(body), channel=origin.channel, channel_name=origin.channel_name,
            thread=origin.thread, reply=self._opened(origin), receipt=f"view:{body['view'].get('id', '')}",
        )  # fmt: skip

    def _sealed(self, request: SlackRequest) -> str:
        try:
            return seal_reply(self.reception.ports, request.reply) if request.reply else ""
        except Unavailable:
            # Without a key the answer stands in the form, or where the form was asked for.
            return ""

    def _opened(self, origin: Origin) -> str:
        try:
            return open_reply(self.reception.ports, origin.reply) if origin.reply else ""
        except SealBroken:
            return ""


def _sentence(error: UserError) -> str:
    return f"{error.message} {error.hint}".strip()
