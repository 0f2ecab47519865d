"""Forms from the declarations: a line that lacks something opens one, which asks for it and for what shows most."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.catalogue import Catalogue
from bot.command import Command, Option
from bot.grammar import choose_command, parse_values
from bot.suggestions import is_searched
from core.errors import InvalidInput
from core.forms import Ask, Choice, Form, FormField

# Discord's modal takes no more.
MOST_FIELDS = 5
# Characters of Slack's title.
SHORT = 24


@dataclass(frozen=True, slots=True)
class Lacking:
    """A line that lacks something and is right so far. `given` are raw texts by option name."""

    command: Command
    given: Mapping[str, str]

    @property
    def checked(self) -> dict[str, object]:
        """What the command's check takes: what was given, as values."""
        first = self.command.options[0]
        return {first.parameter: first.parse(self.given[first.name])} if first.name in self.given else {}


def read_lacking(catalogue: Catalogue, root: str, text: str) -> Lacking | None:
    """None for any other line, which is answered in words."""
    try:
        command, rest = choose_command(catalogue, root, text)
        given = parse_values(command, rest)
    except InvalidInput:
        return None
    is_right = missing(command, given) and not wrong_values(command, given)
    return Lacking(command, given) if is_right else None


def form_of(
    command: Command, given: Mapping[str, str], *, is_fixed: bool = False, filled: Mapping[str, str] = {}
) -> Form:
    """`given` are raw texts by option name: they stand in the form already, or are kept as they are if `is_fixed`.
    `filled` stand in it too, where nothing else was given."""
    offered = [option for option in command.options if option.name in given or option.is_asked]
    if is_fixed:
        offered = [option for option in offered if option.name not in given]
    offered.sort(key=lambda option: (not option.required, option.name not in given))
    names = {option.name for option in offered[:MOST_FIELDS]}
    return form_with(command, names, {name: text for name, text in filled.items() if name in names} | dict(given))


def form_with(command: Command, names: Collection[str], given: Mapping[str, str]) -> Form:
    """With these fields, in the order they are declared in, which is the order they are thought of."""
    shown = tuple(_field(option, given.get(option.name, "")) for option in command.options if option.name in names)
    kept = tuple((name, text) for name, text in given.items() if name not in names)
    title = command.help if len(command.help) <= SHORT else command.name.capitalize()
    return Form(command.root, command.name, title, shown, command.verb.capitalize() or "Send", kept)


def missing(command: Command, given: Mapping[str, str]) -> list[Option]:
    return [option for option in command.options if option.required and option.name not in given]


def wrong_values(command: Command, given: Mapping[str, str]) -> dict[str, InvalidInput]:
    """What is wrong with each value that cannot be read, by option name."""
    wrong = {}
    for option in command.options:
        if option.name in given:
            try:
                option.parse(given[option.name])
            except InvalidInput as error:
                wrong[option.name] = error
    return wrong


def _field(option: Option, value: str) -> FormField:
    choices = option.choices
    return FormField(
        name=option.name,
        label=option.help,
        ask=_ask(option),
        is_required=option.required,
        hint=f"For example: {option.example}" if option.example and not choices else "",
        value=_chosen(option, value) if choices else value,
        choices=tuple(Choice(word, word) for word in choices),
    )


def _ask(option: Option) -> Ask:
    if option.choices:
        return Ask.CHOICE
    if is_searched(option.kind):
        return Ask.SEARCH
    if option.kind is date:
        return Ask.DAY
    return Ask.TEXT if option.is_long else Ask.LINE


def _chosen(option: Option, value: str) -> str:
    """The choice that was typed, in other letters or with a word that means the same."""
    if not value:
        return str(option.default) if str(option.default) in option.choices else ""
    meant = option.parse(value)
    return ("yes" if meant else "no") if isinstance(meant, bool) else str(meant)
