"""Discord's interactions, each kind into one function of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.buttons import SHARE, line_of
from bot.command import ADMIN_ROOT, USER_ROOT, Command
from bot.context import Context
from bot.dispatch import Outcome, run_line, run_values
from bot.forms import Lacking, missing, wrong_values
from bot.mentions import look_around
from bot.menus import MENUS
from bot.platforms.discord.answers import Answers, Promised, Reply, with_share
from bot.platforms.discord.carrying import Carrying
from bot.platforms.discord.commands import read_command
from bot.platforms.discord.entities import DiscordText, Names, read_text
from bot.platforms.discord.messages import quote
from bot.platforms.discord.modals import AGAIN, Modals
from bot.platforms.discord.reception import Reception
from bot.platforms.discord.request import DiscordRequest
from bot.sharing import share_card
from bot.suggestions import suggest
from bot.values import ChannelWord
from core.cards import Card, CommandLine, Tone, paragraph
from core.errors import Conflict, InvalidInput, UserError
from core.ids import ChannelRef, TaskKey
from core.members import Identity
from core.ports import UnitOfWork

log = structlog.get_logger()

_OLD = Card(
    ("This is from another version of Labkeeper.",),
    (paragraph("Say what you want instead: ", CommandLine("lab help")),),
    tone=Tone.WARNING,
)  # fmt: skip
# What Discord lets a choice's words be.
_CHOICE = 100


@dataclass(frozen=True)
class Surfaces:
    reception: Reception
    modals: Modals
    answers: Answers
    carrying: Carrying

    async def command(self, request: DiscordRequest, data: Mapping[str, Any]) -> None:
        await self.answers.give(request, self._command(request, data))

    async def button(self, request: DiscordRequest, action: str, value: str, message: str, *, is_private: bool) -> None:
        if is_private:
            request = request.once(message, f"{action} {value}")
        await self.answers.give(request, self._button(request, action, value))

    async def form(self, request: DiscordRequest, data: Mapping[str, Any]) -> None:
        """One form is sent once, however often it arrives."""
        await self.answers.give(request, self.modals.submit(request, data))

    async def menu(self, request: DiscordRequest, data: Mapping[str, Any]) -> None:
        await self.answers.give(request, self._menu(request, data))

    async def unknown(self, request: DiscordRequest) -> None:
        await self.answers.give(request, _old())

    async def complete(self, request: DiscordRequest, data: Mapping[str, Any]) -> None:
        """What is offered while somebody types an option."""
        command, options = read_command(self.reception.catalogue, self._root_of(data), data)
        focused = next((option for option in options if option.get("focused")), None)
        option = (
            next((one for one in command.options if focused and one.name == focused.get("name")), None)
            if command
            else None
        )
        found: tuple[Any, ...] = ()
        if option is not None and focused is not None:
            try:
                context = await self.reception.context(request)
                typed = str(focused.get("value") or "")
                found = await context.read(suggest, actor=context.actor, kind=option.kind, typed=typed)
            except UserError as error:
                log.info("nothing was suggested", reason=error.message)
        await self.answers.choices(
            request,
            [{"name": one.label[:_CHOICE] or "—", "value": one.value} for one in found if len(one.value) <= _CHOICE],
        )

    async def _command(self, request: DiscordRequest, data: Mapping[str, Any]) -> Reply:
        command, options = read_command(self.reception.catalogue, self._root_of(data), data)
        if command is None:
            await self.reception.speaker(request)
            return _OLD
        if command.is_slow:
            request = request.deferred()
        names = await self.reception.names(request.workspace, data, options)
        said = _Said.read(request, command, options, names)
        context = await self.reception.context(
            request, people=said.people, channels=said.channels, from_memory=not request.thread
        )
        given = await self._with_task(context, request, command, said.given)
        if missing(command, given) and not wrong_values(command, given):
            form = await self.modals.for_lacking(request, Lacking(command, given), is_fixed=False)
            if form is not None:
                return form
        answer = await run_values(context, command, given)
        self.reception.wake()
        if answer.form:
            form = await self._instead(request, answer.form)
            if form is not None:
                return form
        is_promised = command.is_slow and answer.outcome is Outcome.DONE
        return Promised() if is_promised else with_share(answer)

    async def _with_task(
        self, context: Context, request: DiscordRequest, command: Command, given: dict[str, str]
    ) -> dict[str, str]:
        """In the thread of a task, that task is meant where none is named."""
        first = command.options[0] if command.options else None
        if (
            not request.thread
            or first is None
            or first.kind is not TaskKey
            or not first.required
            or first.name in given
        ):
            return given
        around = await context.read(look_around, channel=request.place, thread=request.thread)
        return {first.name: str(around.task), **given} if around.task else given

    async def _button(self, request: DiscordRequest, action: str, value: str) -> Reply:
        full = await self.carrying.full(value) if action != AGAIN else value
        if full is None:
            raise InvalidInput("This button is too old.", "Say what you want instead.", example="lab help")
        if action == AGAIN:
            return await self.modals.again(request, full)
        if action == SHARE:
            return await self._share(request, full)
        line = line_of(self.reception.catalogue, action, full)
        if line is None:
            await self.reception.speaker(request)
            raise InvalidInput("This button is from another version.", "Say what you want instead.", example="lab help")
        form = await self.modals.for_line(request, USER_ROOT, line)
        if form is not None:
            return form
        answer = await run_line(await self.reception.context(request, from_memory=True), USER_ROOT, line)
        self.reception.wake()
        instead = await self._instead(request, answer.form) if answer.form else None
        return instead or with_share(answer)

    async def _instead(self, request: DiscordRequest, line: str) -> Reply | None:
        """A better answer than words: the form of what is to be said instead."""
        try:
            return await self.modals.for_line(request, USER_ROOT, line)
        except UserError:
            return None

    async def _share(self, request: DiscordRequest, value: str) -> Card:
        """Says a reading line again and posts what it answers; the answer is as fresh as the press."""
        root = ADMIN_ROOT if value.startswith(f"{ADMIN_ROOT} ") else USER_ROOT
        context = await self.reception.context(request)
        answer = await run_line(replace(context, only_reads=True), root, value.removeprefix(f"{root} "))
        if answer.outcome is not Outcome.DONE:
            return answer.card
        if context.channel is None:
            raise Conflict("There is no channel here to share it in.", "Nothing was posted.")
        await context.do(
            share_card, card=answer.card, channel=context.channel, name=context.channel_name,
            key=context.receipt[1] if context.receipt else "",
        )  # fmt: skip
        self.reception.wake()
        return Card((f"Shared in #{context.channel_name}.",), tone=Tone.GOOD)

    async def _menu(self, request: DiscordRequest, data: Mapping[str, Any]) -> Reply:
        menu = next((one for one in MENUS if one.name == data.get("name")), None)
        noun, _, verb = menu.command.partition(" ") if menu else ("", "", "")
        command = self.reception.catalogue.find(USER_ROOT, noun, verb) if menu else None
        if menu is None or command is None:
            return _OLD
        context = await self.reception.context(request)
        resolved = _record(data.get("resolved"))
        message = _record(_record(resolved.get("messages")).get(str(data.get("target_id"))))
        quoted = await context.read(_quoted, request=request, message=message)
        form = await self.modals.open(context, menu.form(command, quoted))
        return form or _OLD

    def _root_of(self, data: Mapping[str, Any]) -> str:
        return ADMIN_ROOT if str(data.get("name") or "").endswith("-admin") else USER_ROOT


@dataclass(frozen=True, slots=True)
class _Said:
    """The texts of options by name, and whom and what they mark."""

    given: dict[str, str]
    people: Mapping[str, Identity]
    channels: Mapping[str, ChannelRef]

    @classmethod
    def read(cls, request: DiscordRequest, command: Command, options: list[Mapping[str, Any]], names: Names) -> "_Said":
        kinds = {option.name: option.kind for option in command.options}
        given: dict[str, str] = {}
        people: dict[str, Identity] = {}
        channels: dict[str, ChannelRef] = {}
        for option in options:
            name, raw = str(option.get("name") or ""), option.get("value")
            if name not in kinds or raw is None or isinstance(raw, dict | list):
                continue
            text = f"<#{raw}>" if kinds[name] is ChannelWord else _text(raw)
            read: DiscordText = read_text(text, workspace=request.workspace, names=names, joint=" ")
            if read.text.strip():
                given[name] = read.text
                people |= read.people
                channels |= read.channels
        return cls(given, people, channels)


def _quoted(work: UnitOfWork, *, request: DiscordRequest, message: Mapping[str, Any]) -> Any:
    return quote(work, message, workspace=request.workspace, channel=request.thread or request.channel)


def _record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(raw: object) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


async def _old() -> Reply:
    return _OLD
