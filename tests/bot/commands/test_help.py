"""`/lab help`: made from the declarations, so that it can neither lie nor forget."""

import pytest

from bot.app import load_catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command
from bot.platforms.terminal.render import command_text
from tests.bot.speaker import Speaker
from tests.drivers import BoardDriver

CATALOGUE = load_catalogue()


@pytest.fixture
def ana(sqlite_board: BoardDriver) -> Speaker:
    return Speaker(sqlite_board, sqlite_board.ana)


def test_the_menu_has_every_noun_and_says_what_it_is(ana: Speaker) -> None:
    for root in (USER_ROOT, ADMIN_ROOT):
        for noun in CATALOGUE.nouns(root):
            ana.done("lab help", f"• labkeeper {root} {noun} — ")
    assert "lab-admin" not in ana.beside("ben").done("lab help").text


def test_a_noun_has_every_verb(ana: Speaker) -> None:
    for command in CATALOGUE.commands:
        ana.done(f"lab help {command.noun}", command.help)
    ana.done("lab help TASK", "task: work on the board", "• labkeeper lab task done — Finish a production task")


@pytest.mark.parametrize("command", CATALOGUE.commands, ids=lambda command: command.line)
def test_a_command_has_its_line_its_options_and_an_example(ana: Speaker, command: Command) -> None:
    for words in (command.name, command.line):
        said = ana.done(
            f"lab help {words}",
            f"▌ {command.help}\n",
            f"labkeeper {command.root} {command.pattern}\n",
            f"For example: {command_text(command.example)}\n",
            *(option.help for option in command.options),
            *(", ".join(option.choices) for option in command.options),
        )
        assert said.text.count("(optional)") == sum(not option.required for option in command.options)


def test_a_word_nobody_knows_is_answered_with_those_there_are(ana: Speaker) -> None:
    ana.refused("lab help xyzzy", "There is no help about “xyzzy”.", "task, ", "labkeeper lab help")


def test_a_verb_nobody_knows_is_answered_with_its_noun(ana: Speaker) -> None:
    ana.done("lab help task xyzzy", "task: work on the board", "labkeeper lab task new")
