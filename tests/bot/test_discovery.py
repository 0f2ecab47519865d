"""Values are found where they are declared; nothing registers itself by being imported."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot import commands
from bot.app import load_catalogue
from bot.command import Command
from bot.discovery import collect


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Two modules of animals; the second borrows one of the first."""
    folder = tmp_path / "found_animals"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "b.py").write_text(
        "from found_animals.a import CAT\nOWL = complex(3)\n_HIDDEN = complex(4)\nlist_ = [OWL]\n"
    )
    (folder / "a.py").write_text("CAT = complex(2)\nANT = complex(1)\nAGAIN = CAT\nNUMBER = 7\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("found_animals")
    for name in [name for name in sys.modules if name.startswith("found_animals")]:
        del sys.modules[name]


def test_values_are_found_by_module_and_in_the_order_they_were_declared(package: ModuleType) -> None:
    assert collect(package, complex) == (2, 1, 3, 4)


def test_a_value_that_two_modules_have_is_found_once(package: ModuleType) -> None:
    assert len([value for value in collect(package, complex) if value == 2]) == 1


def test_values_of_another_type_are_left_alone(package: ModuleType) -> None:
    assert collect(package, int) == (7,)
    assert collect(package, bytes) == ()


def test_looking_twice_finds_the_same(package: ModuleType) -> None:
    assert collect(package, complex) == collect(package, complex)
    assert [id(command) for command in collect(commands, Command)] == [
        id(command) for command in load_catalogue().commands
    ]


def test_every_module_of_commands_declares_some() -> None:
    modules = {command.handler.__module__ for command in load_catalogue().commands}
    folder = Path(str(commands.__file__)).parent
    assert modules == {f"bot.commands.{path.stem}" for path in folder.glob("[a-z]*.py")}
