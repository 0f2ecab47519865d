"""The hostile corpus in every field a person can fill: the answer, and all that shows it later, does no harm."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.board import board_card
from bot.command import Command, Option
from bot.dispatch import Outcome
from core.audit import PAGE
from core.cards import Card
from core.ids import TaskKey
from core.task_views import measured
from storage.database import open_database
from tests.bot.speaker import CATALOGUE, Speaker
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.harmless import check_harmless
from tests.hostile import HOSTILE

# What shows later what was typed, by the noun it was typed behind.
SHOWN_BY = {
    "task": ("lab task list", "lab task show CHURN-1", "lab task show CHURN-12"),
    "project": ("lab-admin project list",),
    "member": ("lab-admin member list", "lab task show CHURN-12"),
    "me": ("lab me",),
    "watch": ("lab-admin watch list",),
    "metric": ("lab-admin metric list project:CHURN", "lab task show CHURN-12"),
    "hook": ("lab-admin hook list",),
}
# Of changes, between two looks at all that: a page of the audit log has as many lines.
OFTEN = PAGE
# Typing all of it everywhere takes minutes: `make soak` does.
SHARES = 150
FIELDS = [(command, option) for command in CATALOGUE.commands for option in command.options]


def line_with(command: Command, option: Option, text: str) -> str:
    """The command with an example in all that must be given, and `text` in the one field."""
    words = [f"{other.name}:{other.example}" for other in command.options if other.required and other != option]
    return " ".join([command.line, *words, f"{option.name}:{text}"])


@pytest.fixture(scope="module")
def with_tasks(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BoardDriver]:
    """A board, closed, with the tasks that examples speak of."""
    path = tmp_path_factory.mktemp("hostile") / "labkeeper.db"
    shutil.copy(migrated_sqlite, path)
    database = open_database(f"sqlite:///{path}", is_server=True)
    board = BoardDriver.open(database, now=NOW)
    for number in range(14):
        board.new(f"task {number + 1}")
    database.close()
    return path, board


@pytest.fixture
def ana(with_tasks: tuple[Path, BoardDriver], tmp_path: Path) -> Iterator[Speaker]:
    path, made = with_tasks
    shutil.copy(path, tmp_path / "labkeeper.db")
    database = open_database(f"sqlite:///{tmp_path / 'labkeeper.db'}", is_server=True)
    yield Speaker(replace(made, store=database), made.ana)
    database.close()


class Reader:
    """Looks at each different card once."""

    def __init__(self, ana: Speaker) -> None:
        self.ana = ana
        self.seen: set[Card] = set()

    def read(self, card: Card) -> None:
        if card not in self.seen:
            self.seen.add(card)
            check_harmless(card, self.ana.now)

    def read_all(self, noun: str) -> None:
        for line in ("lab-admin audit", *SHOWN_BY.get(noun, ())):
            self.read(self.ana.say(line).card)
        for number in (1, 12):
            self.read(self.board_card(TaskKey("CHURN", number)))

    def board_card(self, key: TaskKey) -> Card:
        def query(work):
            task = work.tasks.get(key)
            return board_card(task, work.blockers.open_ones(task.id), measured(work, task))

        return self.ana.board.read(query)


def test_there_is_enough_to_type_and_enough_places_for_it() -> None:
    assert len(HOSTILE) >= 150
    assert len(FIELDS) > 60


each_field = pytest.mark.parametrize(
    ("command", "option"), FIELDS, ids=[f"{command.name} {option.name}" for command, option in FIELDS]
)


@pytest.mark.soak
@each_field
def test_whatever_is_typed_does_no_harm_in_the_answer_nor_anywhere_later(
    ana: Speaker, command: Command, option: Option
) -> None:
    check_field(ana, command, option, HOSTILE)


@each_field
def test_a_share_of_it_in_each_field_and_the_whole_over_all(ana: Speaker, command: Command, option: Option) -> None:
    check_field(ana, command, option, HOSTILE[FIELDS.index((command, option)) % SHARES :: SHARES])


def check_field(ana: Speaker, command: Command, option: Option, texts: tuple[str, ...]) -> None:
    reader, changes = Reader(ana), 0
    for text in texts:
        said = ana.say(line_with(command, option, text))
        reader.read(said.card)
        changes += said.answer.outcome is Outcome.DONE
        if said.answer.outcome is Outcome.DONE and command.name == "task set":
            # The next text takes its place there.
            reader.read(reader.board_card(TaskKey("CHURN", 12)))
        if changes == OFTEN:
            reader.read_all(command.noun)
            changes = 0
    reader.read_all(command.noun)
