"""Discord's slash commands and message menus, from the declared commands.

A form asks for what is missing, and Discord would not even send a command without an option that it requires: so none
is required.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Option
from bot.menus import MENUS
from bot.suggestions import is_searched
from bot.values import ChannelWord
from core.text import clip

# Kinds of commands, of options, of places.
_CHAT_INPUT, _MESSAGE = 1, 3
_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _CHANNEL = 1, 2, 3, 4, 7
_IN_GUILDS = 0
# Text, announcements, forum: where cards can stand.
_CHANNEL_KINDS = [0, 5, 15]
MANAGE_GUILD = 1 << 5
DESCRIPTION = 100
NONE = "none"
_MOST_DIGITS = 999_999_999

Payload = dict[str, Any]


def make_commands(catalogue: Catalogue, root: str) -> list[Payload]:
    """As Discord takes them all at once."""
    admin_only = {"default_member_permissions": MANAGE_GUILD}
    return [
        _root(catalogue, USER_ROOT, root, "The team's board: tasks, timeboxes, decisions, findings"),
        _root(catalogue, ADMIN_ROOT, f"{root}-admin", "Configure the team's board") | admin_only,
        *({"type": _MESSAGE, "name": menu.name, **_in_guilds()} for menu in MENUS),
    ]


def digest(commands: list[Payload]) -> str:
    return sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()


def read_command(
    catalogue: Catalogue, root: str, data: Mapping[str, Any]
) -> tuple[Command | None, list[Mapping[str, Any]]]:
    """The command that an interaction is about, and its options as they came; None for one that is not there any
    more."""
    words: list[str] = []
    options: list[Mapping[str, Any]] = list(data.get("options") or ())
    while options and options[0].get("type") in (_SUBCOMMAND, _GROUP):
        words.append(str(options[0].get("name") or ""))
        options = list(options[0].get("options") or ())
    noun, verb = (*words, "", "")[:2]
    return catalogue.find(root, noun, verb), options


def _root(catalogue: Catalogue, root: str, name: str, description: str) -> Payload:
    options = []
    for noun in catalogue.nouns(root):
        commands = catalogue.of_noun(root, noun)
        verbs = [_subcommand(command, command.verb) for command in commands if command.verb]
        if verbs:
            options.append({"type": _GROUP, "name": noun, "description": _verbs(commands), "options": verbs})
        else:
            options.append(_subcommand(commands[0], noun))
    return {"type": _CHAT_INPUT, "name": name, "description": description, "options": options, **_in_guilds()}


def _verbs(commands: tuple[Command, ...]) -> str:
    """All of it counts against what a command may have, and Discord shows it nowhere but in its settings."""
    return clip(", ".join(command.verb for command in commands), 60)


def _in_guilds() -> Payload:
    return {"contexts": [_IN_GUILDS], "integration_types": [0]}


def _subcommand(command: Command, name: str) -> Payload:
    options = [_option(option) for option in command.options]
    return {"type": _SUBCOMMAND, "name": name, "description": clip(command.help, DESCRIPTION), "options": options}


def _option(option: Option) -> Payload:
    payload: Payload = {"name": option.name, "description": clip(option.help, DESCRIPTION), **_kind(option)}
    if option.choices:
        words = [*option.choices, *([NONE] if option.can_clear else [])]
        payload["choices"] = [{"name": word, "value": word} for word in words]
    elif is_searched(option.kind):
        payload["autocomplete"] = True
    return payload


def _kind(option: Option) -> Payload:
    """What can be taken away is typed, so that “none” can be."""
    if option.kind is ChannelWord:
        return {"type": _CHANNEL, "channel_types": _CHANNEL_KINDS}
    if option.kind is int and not option.can_clear:
        return {"type": _INTEGER, "min_value": -_MOST_DIGITS, "max_value": _MOST_DIGITS}
    return {"type": _STRING}
