"""What Discord refuses in application commands, with the limits of its reference.

https://discord.com/developers/docs/interactions/application-commands
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.component_checks import Problems, length

GROUP, SUBCOMMAND, CHOOSABLE = 2, 1, (3, 4, 10)
MOST_OPTIONS, MOST_CHARACTERS = 25, 8_000
MOST_COMMANDS = {1: 100, 2: 15, 3: 15}
# `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, without the two scripts.
_SIGNS = re.compile(r"[-_']")


def is_name(text: Any) -> bool:
    if not isinstance(text, str) or not 1 <= len(text) <= 32 or text != text.lower():
        return False
    return all(_SIGNS.match(sign) or unicodedata.category(sign)[0] in "LN" for sign in text)


def commands_problems(payloads: list[dict[str, Any]]) -> Problems:
    """Of all of one scope together."""
    for index, payload in enumerate(payloads):
        yield from command_problems(payload, f"{index}/")
    names = Counter((payload.get("type", 1), payload.get("name")) for payload in payloads)
    if any(count > 1 for count in names.values()):
        yield "name: Application command names must be unique"
    for kind, most in MOST_COMMANDS.items():
        if sum(payload.get("type", 1) == kind for payload in payloads) > most:
            yield f"_: Maximum number of application commands of this type reached ({most})."


def command_problems(payload: dict[str, Any], path: str = "") -> Problems:
    if payload.get("type", 1) != 1:
        yield from length(payload.get("name"), f"{path}name", 32, least=1)
        if payload.get("options") or payload.get("description"):
            yield f"{path}description: Context menu commands cannot have description or options."
        return
    yield from _named(payload, path)
    yield from _options(payload.get("options") or [], path, depth=0)
    if characters(payload) > MOST_CHARACTERS:
        yield f"{path}_: Command exceeds maximum size ({MOST_CHARACTERS})."


def characters(payload: dict[str, Any]) -> int:
    """Names, descriptions and values of the command, its options and their choices, each in its longest wording."""
    size = len(payload.get("name", "")) + len(payload.get("description", ""))
    size += sum(len(choice["name"]) + len(str(choice["value"])) for choice in payload.get("choices") or [])
    return size + sum(characters(option) for option in payload.get("options") or [])


def _named(one: dict[str, Any], path: str) -> Problems:
    if not is_name(one.get("name")):
        yield f"{path}name: String value did not match validation regex."
    yield from length(one.get("description"), f"{path}description", 100, least=1)


def _options(options: list[dict[str, Any]], path: str, depth: int) -> Problems:
    if len(options) > MOST_OPTIONS:
        yield f"{path}options: Must be {MOST_OPTIONS} or fewer in length."
    if len({option.get("name") for option in options}) != len(options):
        yield f"{path}options: Option names must be unique."
    nested = [option for option in options if option.get("type") in (GROUP, SUBCOMMAND)]
    if nested and len(nested) != len(options):
        yield f"{path}options: Sub-command and sub-command group option types are mutually exclusive to other types."
    yield from _order(options, path)
    for index, option in enumerate(options):
        place = f"{path}options/{index}/"
        yield from _named(option, place)
        if option.get("type") in (GROUP, SUBCOMMAND):
            yield from _nested(option, place, depth)
        else:
            yield from _choices(option, place)


def _order(options: list[dict[str, Any]], path: str) -> Problems:
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{path}options: Required options must be placed before non-required options."


def _nested(option: dict[str, Any], path: str, depth: int) -> Iterator[str]:
    is_group = option["type"] == GROUP
    if (is_group and depth) or depth > 1:
        yield f"{path}type: Sub-command groups can only hold sub-commands."
    inner = option.get("options") or []
    if is_group and not inner:
        yield f"{path}options: This field is required."
    if is_group and any(one.get("type") != SUBCOMMAND for one in inner):
        yield f"{path}options: Sub-command groups can only hold sub-commands."
    if not is_group and any(one.get("type") in (GROUP, SUBCOMMAND) for one in inner):
        yield f"{path}options: Sub-commands cannot hold others."
    if "default_member_permissions" in option:
        yield f"{path}default_member_permissions: Only the top-level command has these."
    yield from _options(inner, path, depth + 1)


def _choices(option: dict[str, Any], path: str) -> Problems:
    if option.get("type") not in range(3, 12):
        yield f"{path}type: Value must be one of (1..11)."
    choices = option.get("choices") or []
    if choices and (option.get("autocomplete") or option.get("type") not in CHOOSABLE):
        yield f"{path}choices: Choices cannot be used with autocomplete, or with this type."
    if option.get("autocomplete") and option.get("type") not in CHOOSABLE:
        yield f"{path}autocomplete: Not for this type."
    yield from choice_problems(choices, path, option.get("type", 3))
    for name in ("min_length", "max_length"):
        if option.get(name) is not None and not 0 <= option[name] <= 6_000:
            yield f"{path}{name}: int value should be between 0 and 6000."


def choice_problems(choices: list[dict[str, Any]], path: str, kind: int) -> Problems:
    """Also of what an autocomplete answers."""
    if len(choices) > 25:
        yield f"{path}choices: Must be 25 or fewer in length."
    wanted: Any = {3: str, 4: int, 10: int | float}[kind] if kind in CHOOSABLE else str
    for index, choice in enumerate(choices):
        yield from length(choice.get("name"), f"{path}choices/{index}/name", 100, least=1)
        if not isinstance(choice.get("value"), wanted):
            yield f"{path}choices/{index}/value: Could not interpret the value as the option's type."
        elif isinstance(choice["value"], str):
            yield from length(choice["value"], f"{path}choices/{index}/value", 100)
