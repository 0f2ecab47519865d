"""From a line to an answer. The one place where errors become words for a person."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import structlog

from bot.cards.refusal import failure_card, refusal_card
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Option
from bot.context import Context
from bot.forms import missing
from bot.grammar import choose_command, format_line, parse_values
from bot.promises import promise_command
from bot.remembered import SpeakerChanged
from bot.telemetry import COMMAND_SECONDS, COMMANDS
from bot.values import ChannelWord
from core.cards import Card
from core.errors import AlreadyDone, InvalidInput, NotAllowed, UserError
from core.members import MemberRef

log = structlog.get_logger()

# The words behind a command, or the raw texts of its options.
Said: TypeAlias = str | Mapping[str, str]


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The private answer to the person who asked.

    `share` is a line that shows the same to everybody and changes nothing; None where there is nothing to share.
    `form` is a line that lacks something, whose form would answer better than the words of the card.
    `is_repeat` where this very request was done before.
    """

    card: Card
    outcome: Outcome
    share: str | None = None
    form: str = ""
    is_repeat: bool = False


async def run_line(context: Context, root: str, text: str) -> Answer:
    """Runs what somebody typed behind the root. A bare root or noun answers with what there is."""
    return await _answer(context, lambda: choose_command(context.catalogue, *_or_help(context, root, text)))


async def run_values(context: Context, command: Command, given: Mapping[str, str]) -> Answer:
    """Runs a command with the raw texts of its options, as a form has them; what is blank was not given."""
    return await _answer(context, lambda: (command, {name: text for name, text in given.items() if text.strip()}))


async def _answer(context: Context, choose: Callable[[], tuple[Command, Said]]) -> Answer:
    name = "unknown"
    started = time.perf_counter()
    try:
        command, said = choose()
        name = command.name
        try:
            answer = await _do(context, command, said)
        except SpeakerChanged:
            assert context.remembered is not None
            answer = await _do(await context.remembered.again(), command, said)
    except UserError as error:
        log.info("command refused", command=name, reason=error.message)
        answer = Answer(
            refusal_card(error), Outcome.REFUSED, form=error.form, is_repeat=isinstance(error, AlreadyDone)
        )  # fmt: skip
    except Exception:
        reference = secrets.token_hex(3).upper()
        log.exception("command failed", command=name, reference=reference)
        answer = Answer(failure_card(reference), Outcome.FAILED)
    COMMANDS.labels(command=name, outcome=answer.outcome).inc()
    COMMAND_SECONDS.labels(command=name).observe(time.perf_counter() - started)
    return answer


async def _do(context: Context, command: Command, said: Said) -> Answer:
    if command.is_admin and context.remembered is not None:
        # Rights are looked at before anything is read or written that would make sure of them.
        raise SpeakerChanged
    _check_rights(context, command)
    given = parse_values(command, said) if isinstance(said, str) else said
    try:
        card = await _run(context, command, given)
    except UserError:
        await context.make_sure()
        raise
    # What neither reads nor writes answers by who they are all the same, as with a link for them alone.
    await context.make_sure()
    return Answer(card, Outcome.DONE, _share_line(context, command, given, card))


def _check_rights(context: Context, command: Command) -> None:
    if command.is_admin and not context.actor.is_admin:
        name = context.actor.name
        raise NotAllowed(
            "Only administrators may do this.",
            "Ask one of them, or a workspace administrator, who may name you.",
            example=f"{ADMIN_ROOT} member admin " + (f'"{name}"' if " " in name else f"@{name}"),
        )


async def _run(context: Context, command: Command, given: Mapping[str, str]) -> Card:
    """Wrong values, then missing ones, then the handler."""
    values = {option.parameter: _recognise(context, _value(option, given)) for option in command.options}
    for option in missing(command, given):
        raise InvalidInput(
            f"“{option.name}” is missing: {_as_clause(option.help)}.",
            f"The line is: {command.pattern}",
            example=command.example,
        )
    if command.is_slow and context.reply is not None:
        return await promise_command(context, command.root, format_line(command, given))
    context.again = lambda more: f"{command.root} {format_line(command, {**given, **more})}"
    return await command.handler(context, **values)


def _value(option: Option, raw: Mapping[str, str]) -> Any:
    if option.name not in raw:
        return option.default
    try:
        return option.parse(raw[option.name])
    except InvalidInput as error:
        raise InvalidInput(f"{option.name}: {error.message}", error.hint, example=error.example) from error


def _recognise(context: Context, value: Any) -> Any:
    """A person or channel that the chat itself marked in the text is that one, whatever they are called."""
    match value:
        case MemberRef(text) if text.casefold() in context.people:
            return MemberRef(text, context.people[text.casefold()])
        case ChannelWord(name) if name.casefold() in context.channels:
            return ChannelWord(name, context.channels[name.casefold()])
    return value


def _share_line(context: Context, command: Command, given: Mapping[str, str], card: Card) -> str | None:
    """A reading command is said again; after a change, the task is shown."""
    if command.is_slow or command.is_personal:
        return None
    if not context.has_written:
        return f"{command.root} {format_line(command, given)}"
    task = dict(card.facts).get("task")
    return f"{USER_ROOT} task show {task}" if task else None


def _as_clause(sentence: str) -> str:
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


def _or_help(context: Context, root: str, text: str) -> tuple[str, str]:
    """The root and the line: for a bare root the menu, for a bare noun its verbs."""
    words = text.split(maxsplit=1)
    if not words:
        return USER_ROOT, "help"
    is_bare_noun = len(words) == 1 and context.catalogue.of_noun(root, words[0].casefold())
    if is_bare_noun and context.catalogue.default(root, words[0].casefold()) is None:
        return USER_ROOT, f"help {words[0]}"
    return root, text
