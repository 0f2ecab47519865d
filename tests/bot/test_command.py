"""What a declaration becomes, and which declarations are mistakes."""

from typing import Annotated

import pytest

from bot.command import Arg, Command, Place, Rest, Word, command
from bot.context import Context
from core.board import UNSET, Maybe
from core.cards import Card


@command("lamp set", help="Change a lamp", is_admin=True)
async def set_(
    ctx: Context,
    colour: Annotated[Maybe[str | None], Arg("Which colour, or none", "red")] = UNSET,
    name: Annotated[Maybe[str], Rest("What it is called", "Hall lamp")] = UNSET,
    on: Annotated[bool, Arg("Whether it is on")] = True,
    *,
    room: Annotated[int, Arg("In which room", "3")],
    lamp: Annotated[str, Word("Which lamp", "L1")],
) -> Card:
    return Card((lamp,))


def test_a_declaration_becomes_a_value_and_nothing_else() -> None:
    assert isinstance(set_, Command)
    assert (set_.root, set_.noun, set_.verb, set_.help) == ("lab-admin", "lamp", "set", "Change a lamp")
    assert set_.line == "lab-admin lamp set"


def test_what_must_be_given_is_first_and_free_words_are_before_keys() -> None:
    assert [option.name for option in set_.options] == ["lamp", "room", "name", "colour", "on"]
    assert [option.place for option in set_.options] == [Place.WORD, Place.KEY, Place.REST, Place.KEY, Place.KEY]


def test_an_option_knows_whether_it_must_be_given_and_can_be_cleared() -> None:
    options = {option.name: option for option in set_.options}
    assert {name for name, option in options.items() if option.required} == {"lamp", "room"}
    assert {name for name, option in options.items() if option.can_clear} == {"colour"}
    assert options["on"].default is True
    assert options["name"].default is UNSET
    assert options["on"].choices == ("yes", "no")


def test_the_pattern_and_the_example_are_made_from_the_options() -> None:
    assert set_.pattern == "lamp set <lamp> room:… [<name>] [colour:…] [on:…]"
    # Free words that may be left out are shown behind their key.
    assert set_.example == "lab-admin lamp set L1 room:3 name:Hall lamp colour:red"


def test_a_noun_may_be_a_command_itself() -> None:
    @command("lamps", help="All lamps")
    async def lamps(ctx: Context, words: Annotated[str, Rest("Anything", "in the hall")] = "") -> Card:
        return Card(())

    assert (lamps.noun, lamps.verb, lamps.name, lamps.line) == ("lamps", "", "lamps", "lab lamps")
    assert lamps.example == "lab lamps in the hall"


def test_a_parameter_must_say_what_it_means() -> None:
    async def bare(ctx: Context, lamp: str) -> Card:
        return Card(())

    async def wrong(ctx: Context, lamp: Annotated[str, "which"]) -> Card:
        return Card(())

    async def two(ctx: Context, lamp: Annotated[str | int, Arg("Which")]) -> Card:
        return Card(())

    for handler, reason in ((bare, "lamp has no Arg"), (wrong, "one Arg"), (two, "of one type")):
        with pytest.raises(TypeError, match=reason):
            command("lamp set", help="Change a lamp")(handler)
