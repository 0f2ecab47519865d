"""`/lab help`: what there is, made from the declarations."""

from typing import Annotated

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Place, Rest, command
from bot.context import Context
from core.cards import Bullets, Card, CommandLine, Field, Fields, Item, Text, paragraph
from core.errors import NotFound

_NOUNS = {
    "task": "work on the board",
    "me": "yourself: zone, accounts",
    "help": "this help",
    "project": "projects and their leads",
    "metric": "what a number means, and when it is good",
    "member": "people, their roles and rights",
    "audit": "who changed what, from where",
}


@command("help", help="What you can say")
async def help_(ctx: Context, words: Annotated[str, Rest("A word you want to know about", "task new")] = "") -> Card:
    noun, _, verb = words.casefold().removeprefix("lab-admin ").removeprefix("lab ").strip().partition(" ")
    if not noun:
        return _menu(ctx.catalogue, is_admin=ctx.actor.is_admin)
    for root in (USER_ROOT, ADMIN_ROOT):
        commands = ctx.catalogue.of_noun(root, noun)
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
        Item((CommandLine(f"{root} {noun}"), " — ", _NOUNS[noun]))
        for root in roots
        for noun in sorted(catalogue.nouns(root), key=[*_NOUNS].index)
    )
    return Card(
        ("Labkeeper keeps your team's board.",),
        (Bullets(items), paragraph("More about one of them: ", CommandLine("lab help task"))),
    )


def _noun_card(noun: str, commands: tuple[Command, ...]) -> Card:
    items = tuple(Item((CommandLine(command.line), " — ", command.help)) for command in commands)
    example: Text = ("For example: ", CommandLine(commands[0].example))
    return Card((f"{noun}: {_NOUNS[noun]}",), (Bullets(items), paragraph(*example)))


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
