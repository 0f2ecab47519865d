"""Entries of a message's menu: each opens its form at once, with the message's words in it."""

from dataclasses import dataclass
from typing import Any

from bot.command import USER_ROOT
from bot.menus import MessageMenu, Quoted, menu_of
from bot.platforms.slack.messages import handles, people_in, permalink, quote
from bot.platforms.slack.modals import Modals
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.request import SlackRequest
from core.cards import Card, CommandLine, Tone, paragraph
from core.errors import UserError
from core.forms import Form

_OLD = Card(
    ("This entry is from another version.",), (paragraph("Say what you want instead: ", CommandLine("lab help")),),
    tone=Tone.WARNING,
)  # fmt: skip


@dataclass(frozen=True)
class Shortcuts:
    reception: Reception
    modals: Modals
    private: Private

    async def open(self, body: dict[str, Any]) -> None:
        request, menu = SlackRequest.of_interaction(body), menu_of(body["callback_id"])
        form = self._form(menu, await self._quoted(body, request)) if menu else None
        if menu is None or form is None:
            self.private.later(request, _OLD)
        elif not await self.modals.open(request, form):
            self.private.later(request, _not_opened(menu))

    def _form(self, menu: MessageMenu, quoted: Quoted) -> Form | None:
        noun, _, verb = menu.command.partition(" ")
        command = self.reception.catalogue.find(USER_ROOT, noun, verb)
        return menu.form(command, quoted) if command else None

    async def _quoted(self, body: dict[str, Any], request: SlackRequest) -> Quoted:
        """Slack is asked for nothing: the form must open within three seconds. Who is no member keeps Slack's id."""
        message, workspace = body["message"], request.workspace
        address = permalink(str((body.get("team") or {}).get("domain") or ""), request.channel, message)
        people = people_in(message, workspace=workspace)
        try:
            names = await self.reception.read(workspace, handles, people=people) or {}
        except UserError:
            names = {}
        return quote(message, workspace=workspace, address=address, names=names)


def _not_opened(menu: MessageMenu) -> Card:
    return Card(
        ("Slack did not open the form in time, and nothing was changed.",),
        (paragraph(f"Choose “{menu.name}” again, or type: ", CommandLine(f"lab {menu.command}")),),
        tone=Tone.WARNING,
    )
