"""`/lab help`: what there is, made from the declarations."""

from typing import Annotated

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Place, Rest, command
from bot.context import Context
from core.cards import Bullets, Card, CommandLine, Field, Fields, Item, Text, paragraph
from core.errors import NotFound

_NOUNS = {
    "task": "work on the board",
    "box": "timeboxes, and how research ends",
    "finding": "what was learned: pages to write, revise and search",
    "calendar": "when a project works: days, hours, public holidays",
    "policy": "what more time for research costs",
    "board": "the board in your browser",
    "me": "yourself: zone, leave, quiet hours, accounts",
    "help": "this help",
    "project": "projects and their leads",
    "metric": "what a number means, and when it is good",
    "channel": "where a project's cards live",
    "watch": "what else is shown where",
    "member": "people, their roles and rights",
    "audit": "who changed what, from where",
}


@command("help", help="What you can say")
async def help_(ctx: Context, words: Annotated[str, Rest("A word you want to know about", "task new")] = "") -> Card:
    noun, _, verb = words.casefold().removeprefix("lab-admin ").removeprefix("lab ").strip().partition(" ")
    if not noun:
        return _menu(ctx.catalogue, is_admin=ctx.actor.is_admin)
    # A noun may stand behind both roots: what people say daily comes first.
    commands = tuple(one for root in (USER_ROOT, ADMIN_ROOT) for one in ctx.catalogue.of_noun(root, noun))
    chosen = [command for command in commands if command.verb == verb.strip()]
    if chosen:
        return _command_card(chosen[0])
    if commands:
        return _noun_card(noun, commands)
    nouns = ", ".join((*ctx.catalogue.nouns(USER_ROOT), *ctx.catalogue.nouns(ADMIN_ROOT)))
    raise NotFound(f"There is no help about “{words[:40]}”.", f"There is help about: {nouns}.", example="lab help")


def _menu(catalogue: Catalogue, *, is_admin: bool) -> Card:
    roots = (USER_ROOT, ADMIN_ROOT) if is_admin else (USER_ROOT,)
    items = tuple(
        Item((CommandLine(f"{root} {noun}"), " — ", _about(noun, catalogue.of_noun(root, noun))))
        for root in roots
        for noun in sorted(catalogue.nouns(root), key=_order)
    )
    return Card(
        ("Labkeeper keeps your team's board.",),
        (Bullets(items), paragraph("More about one of them: ", CommandLine("lab help task"))),
    )


def _noun_card(noun: str, commands: tuple[Command, ...]) -> Card:
    items = tuple(Item((CommandLine(command.line), " — ", command.help)) for command in commands)
    example: Text = ("For example: ", CommandLine(commands[0].example))
    return Card((f"{noun}: {_about(noun, commands)}",), (Bullets(items), paragraph(*example)))


def _about(noun: str, commands: tuple[Command, ...]) -> str:
    """A noun that nobody described is described by its verbs."""
    return _NOUNS.get(noun) or ", ".join(command.verb or command.help for command in commands)


def _order(noun: str) -> int:
    return [*_NOUNS, noun].index(noun)


def _command_card(command: Command) -> Card:
    fields = tuple(
        Field(option.name + ("" if option.place is not Place.KEY else ":"), (_meaning(command, option.name),))
        for option in command.options
    )
    pattern = paragraph(CommandLine(f"{command.root} {command.pattern}", is_pattern=True))
    blocks = (pattern, Fields(fields)) if fields else (pattern,)
    return Card((command.help,), (*blocks, paragraph("For example: ", CommandLine(command.example))))


def _meaning(command: Command, name: str) -> str:
    option = next(option for option in command.options if option.name == name)
    choices = f": {', '.join(option.choices)}" if option.choices else ""
    return option.help + choices + ("" if option.required else " (optional)")
