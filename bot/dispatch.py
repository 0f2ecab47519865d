"""From a line to an answer. The one place where errors become words for a person."""

import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog

from bot.cards.refusal import failure_card, refusal_card
from bot.command import ADMIN_ROOT, Command, Option
from bot.context import Context
from bot.grammar import parse_line
from bot.telemetry import COMMAND_SECONDS, COMMANDS
from core.cards import Card
from core.errors import InvalidInput, NotAllowed, UserError

log = structlog.get_logger()


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The private answer to the person who asked."""

    card: Card
    outcome: Outcome


async def run_line(context: Context, root: str, text: str) -> Answer:
    """Runs what somebody typed behind the root. A bare root or noun answers with what there is."""
    name = "unknown"
    started = time.perf_counter()
    try:
        line = parse_line(context.catalogue, root, _or_help(context, root, text))
        name = line.command.name
        answer = Answer(await _run(context, line.command, line.values), Outcome.DONE)
    except UserError as error:
        log.info("command refused", command=name, reason=error.message)
        answer = Answer(refusal_card(error), Outcome.REFUSED)
    except Exception:
        reference = secrets.token_hex(3).upper()
        log.exception("command failed", command=name, reference=reference)
        answer = Answer(failure_card(reference), Outcome.FAILED)
    COMMANDS.labels(command=name, outcome=answer.outcome).inc()
    COMMAND_SECONDS.labels(command=name).observe(time.perf_counter() - started)
    return answer


async def _run(context: Context, command: Command, raw: dict[str, str]) -> Card:
    """Permission, then wrong values, then missing ones, then the handler."""
    if command.is_admin and not context.actor.is_admin:
        raise NotAllowed(
            "Only administrators may do this.",
            "Ask one of them, or a workspace administrator, who may name you.",
            example=f"{ADMIN_ROOT} member admin @{context.actor.name}",
        )
    values = {option.name: _value(option, raw) for option in command.options}
    for option in command.options:
        if option.required and option.name not in raw:
            raise InvalidInput(
                f"{option.help} is missing.", f"The line is: {command.pattern}", example=command.example
            )  # fmt: skip
    return await command.handler(context, **values)


def _value(option: Option, raw: dict[str, str]) -> Any:
    if option.name not in raw:
        return option.default
    try:
        return option.parse(raw[option.name])
    except InvalidInput as error:
        raise InvalidInput(f"{option.name}: {error.message}", error.hint, example=error.example) from error


def _or_help(context: Context, root: str, text: str) -> str:
    """A bare root is a menu, a bare noun lists its verbs."""
    words = text.split()
    if not words:
        return "help"
    is_bare_noun = len(words) == 1 and context.catalogue.of_noun(root, words[0].casefold())
    if is_bare_noun and context.catalogue.default(root, words[0].casefold()) is None:
        return f"help {words[0]}"
    return text
