"""Forms from the declarations: a line that lacks something opens one, which asks for it and for what shows most."""

from collections.abc import Mapping

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


def form_for_line(catalogue: Catalogue, root: str, text: str) -> Form | None:
    """The form for a line that lacks something and is right so far; None for any other, which is answered in words."""
    try:
        command, rest = choose_command(catalogue, root, text)
        given = parse_values(command, rest)
    except InvalidInput:
        return None
    if not missing(command, given) or wrong_values(command, given):
        return None
    return form_of(command, given)


def form_of(command: Command, given: Mapping[str, str]) -> Form:
    """`given` are raw texts by option name; they stand in the form already."""
    asked = sorted(
        (option for option in command.options if option.name in given or option.is_asked),
        key=lambda option: (not option.required, option.name not in given),
    )[:MOST_FIELDS]
    # In the order they are declared in, which is the order they are thought of.
    shown = tuple(_field(option, given.get(option.name, "")) for option in command.options if option in asked)
    names = {field.name for field in shown}
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
    return Ask.TEXT if option.is_long else Ask.LINE


def _chosen(option: Option, value: str) -> str:
    """The choice that was typed, in other letters or with a word that means the same."""
    if not value:
        return str(option.default) if str(option.default) in option.choices else ""
    meant = option.parse(value)
    return ("yes" if meant else "no") if isinstance(meant, bool) else str(meant)
