"""Forms in Discord: opened as the first answer to whatever lacks something, and run as the command they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.command import ADMIN_ROOT, USER_ROOT, Command
from bot.context import Context
from bot.dispatch import Answer, Outcome, run_values
from bot.forms import Lacking, form_of, form_with, missing, read_lacking, wrong_values
from bot.platforms.discord.answers import FormReply, Promised, Reply, with_share
from bot.platforms.discord.carrying import Carrying
from bot.platforms.discord.clip import CUSTOM_ID, counted
from bot.platforms.discord.forms import OPTIONS, Origin, read_values, render_form
from bot.platforms.discord.reception import Reception
from bot.platforms.discord.request import DiscordRequest
from bot.suggestions import is_searched, suggest
from core.cards import Button, Card, Field, Fields, Paragraph, Style, Tone, paragraph
from core.errors import UserError
from core.forms import Ask, Choice, Form

log = structlog.get_logger()

# The action of the button below a form that was refused: it opens the form once more, with what was typed.
AGAIN = "form.again"
_PREFIX, _KEPT = "form:", "~"
_OLD = Card(
    ("This form is from another version.",), (paragraph("Ask for it again."),), tone=Tone.WARNING
)  # fmt: skip


@dataclass(frozen=True)
class Modals:
    reception: Reception
    carrying: Carrying

    async def for_lacking(self, request: DiscordRequest, lacking: Lacking | None, *, is_fixed: bool) -> Reply | None:
        """The form for a line that lacks something; None for any other, which is answered in words.

        What a button said `is_fixed`, and not asked again. Raises `UserError` for what would be refused anyway.
        """
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
        return await self.open(context, form_of(command, lacking.given, is_fixed=is_fixed, filled=filled))

    async def for_line(self, request: DiscordRequest, root: str, line: str) -> Reply | None:
        return await self.for_lacking(request, read_lacking(self.reception.catalogue, root, line), is_fixed=True)

    async def open(self, context: Context, form: Form) -> Reply | None:
        """None where it cannot carry what was given."""
        payload = render_form(form, await self._custom_id(Origin.of(form)), await self._offered(context, form))
        return FormReply(payload) if payload else None

    async def again(self, request: DiscordRequest, code: str) -> Reply:
        """A form that was refused, with what was typed in it."""
        kept = await self.carrying.kept(code)
        origin = Origin.load(kept) if kept else None
        command = self._command(origin) if origin else None
        if origin is None or command is None:
            return _OLD
        context = await self.reception.context(request)
        reply = await self.open(context, form_with(command, origin.shown, origin.kept))
        return reply or _OLD

    async def submit(self, request: DiscordRequest, data: Mapping[str, Any]) -> Reply:
        """What came of a form that was sent."""
        origin = await self._origin(str(data.get("custom_id") or ""))
        command = self._command(origin) if origin else None
        if origin is None or command is None:
            return _OLD
        given = origin.kept | read_values(data)
        problems = {
            name: f"{error.message} {error.hint}".strip() for name, error in wrong_values(command, given).items()
        }
        problems |= {option.name: "This is needed." for option in missing(command, given)}
        if problems:
            return await self._refused(_problem_card(command, problems), command, origin, given)
        if command.is_slow:
            request = request.deferred()
        try:
            context = await self.reception.context(request)
        except UserError as error:
            return await self._refused(_sentence_card(error), command, origin, given)
        answer = await run_values(context, command, given)
        self.reception.wake()
        return await self._answered(answer, command, origin, given)

    async def _answered(self, answer: Answer, command: Command, origin: Origin, given: dict[str, str]) -> Reply:
        if answer.outcome is Outcome.REFUSED and not answer.is_repeat:
            return await self._refused(answer.card, command, origin, given)
        return Promised() if command.is_slow and answer.outcome is Outcome.DONE else with_share(answer)

    async def _refused(self, card: Card, command: Command, origin: Origin, given: dict[str, str]) -> Card:
        """A form cannot be opened from a form: a button opens it with what was typed."""
        code = await self.carrying.keep(Origin(origin.root, origin.name, given, origin.shown).dump())
        button = Button("Change and send again", AGAIN, code, Style.PRIMARY)
        return Card(card.title, card.blocks, (button,), Tone.WARNING, card.footer)

    async def _offered(self, context: Context, form: Form) -> dict[str, tuple[Choice, ...]]:
        """For fields that are searched, all there is, where Discord can show that much."""
        command = self.reception.catalogue.find(form.root, *_names(form.name))
        kinds = {option.name: option.kind for option in command.options} if command else {}
        offered: dict[str, tuple[Choice, ...]] = {}
        for one in form.fields:
            kind = kinds.get(one.name)
            if one.ask is Ask.SEARCH and is_searched(kind):
                found = await context.read(suggest, actor=context.actor, kind=kind, typed="")
                offered[one.name] = found if len(found) < OPTIONS else ()
        return offered

    async def _custom_id(self, origin: Origin) -> str:
        """All of it where there is room; else where it is kept."""
        kept = [f"{name}={text}" for name, text in origin.kept.items()]
        short = _PREFIX + ":".join([origin.root, origin.name, ",".join(origin.shown), *kept])
        is_plain = len(kept) <= 1 and short.isprintable() and counted(short) <= CUSTOM_ID
        return short if is_plain else f"{_PREFIX}{_KEPT}{await self.carrying.keep(origin.dump())}"

    async def _origin(self, custom_id: str) -> Origin | None:
        told = custom_id.removeprefix(_PREFIX)
        if told.startswith(_KEPT):
            kept = await self.carrying.kept(told.removeprefix(_KEPT))
            return Origin.load(kept) if kept else None
        root, name, shown, *kept_text = (*told.split(":", 3), "", "")[:5]
        option, _, text = kept_text[0].partition("=")
        kept_values = {option: text} if option else {}
        return Origin(root, name, kept_values, tuple(filter(None, shown.split(","))))

    def _command(self, origin: Origin) -> Command | None:
        is_root = origin.root in (USER_ROOT, ADMIN_ROOT)
        return self.reception.catalogue.find(origin.root, *_names(origin.name)) if is_root else None


def _names(name: str) -> tuple[str, str]:
    noun, _, verb = name.partition(" ")
    return noun, verb


def _problem_card(command: Command, problems: Mapping[str, str]) -> Card:
    fields = tuple(
        Field(option.name, (problems[option.name],)) for option in command.options if option.name in problems
    )
    return Card(("This cannot be done yet, and nothing was changed.",), (Fields(fields),), tone=Tone.WARNING)


def _sentence_card(error: UserError) -> Card:
    blocks: tuple[Paragraph, ...] = (paragraph(error.hint),) if error.hint else ()
    return Card((error.message,), blocks, tone=Tone.WARNING)
