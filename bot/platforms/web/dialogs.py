"""Forms in the local chat: opened for a line that lacks something, searched while somebody types, and run."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT, USER_ROOT, Command
from bot.dispatch import Outcome, run_values
from bot.forms import form_of, form_with, missing, read_lacking, wrong_values
from bot.menus import MessageMenu, Quoted
from bot.platforms.web.answers import with_share
from bot.platforms.web.chat import WebChat
from bot.platforms.web.reception import Reception
from bot.platforms.web.request import WebRequest, text_of
from bot.suggestions import suggest
from core.cards import Card
from core.errors import InvalidInput, UserError
from core.forms import Choice, Form
from core.local_chat import LocalMessage


@dataclass(frozen=True)
class Dialog:
    """A form as the page opens it. `id` is the same however often it is sent: one form is done once."""

    form: Form
    id: str
    request: WebRequest
    note: Card | None = None


@dataclass(frozen=True)
class Submitted:
    """What came of a form that was sent: what is wrong at which field, the form once more, or what it answered."""

    problems: Mapping[str, str] = field(default_factory=dict)
    dialog: Dialog | None = None
    messages: tuple[LocalMessage, ...] = ()


@dataclass(frozen=True)
class Origin:
    """What a form that comes back was opened for: the command, and what was given already."""

    command: Command
    kept: dict[str, str]
    id: str


@dataclass(frozen=True)
class Dialogs:
    reception: Reception
    chat: WebChat

    async def ask_for_rest(self, request: WebRequest, root: str, text: str, *, is_fixed: bool = False) -> Dialog | None:
        """None for a line that is answered in words. Raises `UserError` for what would be refused anyway."""
        lacking = read_lacking(self.reception.catalogue, root, text)
        if lacking is None:
            return None
        command, filled = lacking.command, dict[str, str]()
        context = await self.reception.context(request)
        if command.is_admin and not context.actor.is_admin:
            return None
        if lacking.checked and command.check is not None:
            await context.read(command.check, actor=context.actor, **lacking.checked)
        if lacking.checked and command.fill is not None:
            filled = dict(await context.read(command.fill, **lacking.checked))
        return self._open(request, form_of(command, lacking.given, is_fixed=is_fixed, filled=filled))

    def from_menu(self, request: WebRequest, menu: MessageMenu, quoted: Quoted) -> Dialog:
        noun, _, verb = menu.command.partition(" ")
        command = self.reception.catalogue.find(USER_ROOT, noun, verb)
        assert command is not None
        return self._open(request, menu.form(command, quoted))

    async def submit(self, request: WebRequest, origin: Origin, values: Mapping[str, str]) -> Submitted:
        command, shown = origin.command, frozenset(values)
        given = origin.kept | {name: text.strip() for name, text in values.items() if text.strip()}
        problems = {
            name: f"{error.message} {error.hint}".strip() for name, error in wrong_values(command, given).items()
        }
        problems |= {option.name: "This is needed." for option in missing(command, given)}
        if problems and problems.keys() <= shown:
            return Submitted(problems)
        try:
            context = await self.reception.context(request, receipt=f"form:{origin.id}")
            answer = await run_values(context, command, given)
        except UserError as error:
            return self._again(request, origin, shown, given, refusal_card(error))
        self.reception.wake()
        if answer.outcome is Outcome.REFUSED and not answer.is_repeat:
            return self._again(request, origin, shown, given, answer.card)
        card = with_share(answer)
        return Submitted(messages=(await self.chat.whisper(request, card, marker=f"form:{origin.id}"),))

    async def suggest(self, request: WebRequest, origin: Origin, name: str, typed: str) -> tuple[Choice, ...]:
        option = next((one for one in origin.command.options if one.name == name), None)
        if option is None:
            return ()
        context = await self.reception.context(request)
        return await context.read(suggest, actor=context.actor, kind=option.kind, typed=typed)

    def origin(self, body: Mapping[str, Any]) -> Origin:
        """Raises `InvalidInput` for a form of another version."""
        noun, _, verb = text_of(dict(body), "name").partition(" ")
        root, kept = text_of(dict(body), "root"), body.get("kept", {})
        command = self.reception.catalogue.find(root, noun, verb) if root in (USER_ROOT, ADMIN_ROOT) else None
        if command is None or not is_texts(kept):
            raise InvalidInput("This form is from another version.", "Close it and ask for it again.")
        return Origin(command, dict(kept), text_of(dict(body), "id")[:80])

    def _open(self, request: WebRequest, form: Form) -> Dialog:
        return Dialog(form, uuid.uuid4().hex, request)

    def _again(
        self, request: WebRequest, origin: Origin, shown: frozenset[str], given: Mapping[str, str], note: Card
    ) -> Submitted:
        """The same form with what was typed and, above it, why it was not done."""
        return Submitted(dialog=Dialog(form_with(origin.command, shown, given), origin.id, request, note))


def is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for pair in value.items() for part in pair)
