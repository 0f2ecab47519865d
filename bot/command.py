"""A command, declared once: what the grammar, the help, the forms and every chat platform are made from."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Concatenate, ParamSpec, TypeAlias, Union, get_args, get_origin, get_type_hints

from bot.context import Context
from bot.values import CLEAR_WORDS, choices_of, parser_of
from core.board import UNSET, Unset
from core.cards import Card

P = ParamSpec("P")
Handler: TypeAlias = Callable[..., Awaitable[Card]]
Check: TypeAlias = Callable[..., None]
Fill: TypeAlias = Callable[..., Mapping[str, str]]

USER_ROOT, ADMIN_ROOT = "lab", "lab-admin"


class Place(Enum):
    """Where an option's value stands in a line: behind its key only, or also among the free words."""

    KEY = "key"
    WORD = "word"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Arg:
    """What a parameter means to the person who types it; `example` is a value that could stand there.

    A form asks for what must be given, what has an example, and what `is_asked`; several lines for what `is_long`.
    """

    help: str
    example: str = ""
    place: Place = Place.KEY
    is_asked: bool = False
    is_long: bool = False


def Word(help: str, example: str = "") -> Arg:  # noqa: N802 - read as a type beside Arg
    """The next free word."""
    return Arg(help, example, Place.WORD)


def Rest(help: str, example: str = "", *, is_long: bool = False) -> Arg:  # noqa: N802
    """All free words that are left."""
    return Arg(help, example, Place.REST, is_long=is_long)


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    help: str
    kind: Any
    required: bool
    place: Place
    can_clear: bool
    default: object
    example: str
    # Of the handler: a name that is a word of Python has a line behind it there.
    parameter: str = ""
    is_asked: bool = False
    is_long: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        return choices_of(self.kind)

    def parse(self, text: str) -> object:
        """Raises `InvalidInput`."""
        if self.can_clear and text.strip().casefold() in CLEAR_WORDS:
            return None
        return parser_of(self.kind)(text)

    @property
    def usage(self) -> str:
        """How it is written: `<task>`, `[why:…]`."""
        shown = f"<{self.name}>" if self.place is not Place.KEY else f"{self.name}:…"
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class Command:
    """`verb` is empty for a noun that is a command itself; `is_default` makes the noun alone mean this verb.

    A slow one needs the network: a chat commits its request as a job, and it is answered when that is done.
    """

    noun: str
    verb: str
    help: str
    options: tuple[Option, ...]
    handler: Handler
    is_admin: bool = False
    is_default: bool = False
    is_slow: bool = False
    # Its answer is for whoever asked, and has no Share.
    is_personal: bool = False
    # Asked before its form is opened: raises what would be refused anyway. Takes the first option by its name.
    check: Check | None = None
    # What stands in its form already: raw texts by option. Takes the first option by its name, and raises as `check`.
    fill: Fill | None = None

    @property
    def root(self) -> str:
        return ADMIN_ROOT if self.is_admin else USER_ROOT

    @property
    def name(self) -> str:
        return f"{self.noun} {self.verb}".strip()

    @property
    def line(self) -> str:
        """`lab task new`, with the default root."""
        return f"{self.root} {self.name}"

    @property
    def pattern(self) -> str:
        """`task start <task>`, without the root."""
        return " ".join([self.name, *(option.usage for option in self.options)])

    @property
    def example(self) -> str:
        """A whole line that would work, with the options that show most."""
        words = [self.line]
        for option in self.options:
            # Free words that may be left out are clearer behind their key, unless they are all there is.
            is_optional_rest = option.place is Place.REST and not option.required and option is not self.options[0]
            has_key = option.place is Place.KEY or is_optional_rest
            words += [f"{option.name}:{option.example}" if has_key else option.example] if option.example else []
        return " ".join(words)


def command(
    name: str,
    *,
    help: str,
    is_admin: bool = False,
    is_default: bool = False,
    is_slow: bool = False,
    is_personal: bool = False,
    check: Check | None = None,
    fill: Fill | None = None,
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Card]]], Command]:
    """Makes a `Command` of an async function; its parameters after the context are the options."""

    def declare(handler: Callable[Concatenate[Context, P], Awaitable[Card]]) -> Command:
        noun, _, verb = name.partition(" ")
        return Command(
            noun, verb, help, _options(handler), handler, is_admin, is_default, is_slow, is_personal, check, fill
        )

    return declare


def _options(handler: Handler) -> tuple[Option, ...]:
    hints = get_type_hints(handler, include_extras=True)
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    options = [_option(parameter, hints[parameter.name]) for parameter in parameters]
    # Free words first and in their own order, then what must be given: the order Discord asks for.
    return tuple(sorted(options, key=lambda option: (not option.required, option.place is Place.KEY)))


def _option(parameter: inspect.Parameter, hint: Any) -> Option:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{parameter.name} has no Arg")
    declared, arg = get_args(hint)[:2]
    alternatives = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    kinds = [kind for kind in alternatives if kind not in (NoneType, Unset)]
    if len(kinds) != 1 or not isinstance(arg, Arg):
        raise TypeError(f"{parameter.name} must be of one type and have one Arg")
    required = parameter.default is inspect.Parameter.empty
    return Option(
        name=parameter.name.rstrip("_").replace("_", "-"),
        parameter=parameter.name,
        help=arg.help,
        kind=kinds[0],
        required=required,
        place=arg.place,
        can_clear=parameter.default is UNSET and NoneType in alternatives,
        default=None if required else parameter.default,
        example=arg.example,
        is_asked=required or arg.is_asked or bool(arg.example),
        is_long=arg.is_long,
    )
