"""What is offered while somebody types a line, from the declarations alone."""

import pytest

from bot.app import load_catalogue
from bot.line_completion import complete_line, complete_root, roots
from core.ids import TaskKey
from core.members import MemberRef

CATALOGUE = load_catalogue()


def lines(text: str, root: str = "lab") -> list[str]:
    return [offer.line for offer in complete_line(CATALOGUE, root, text).offers]


def test_roots_are_offered_by_their_name_here() -> None:
    assert [offer.line for offer in complete_root("/", root="board")] == ["/board ", "/board-admin "]
    assert [offer.line for offer in complete_root("/board-", root="board")] == ["/board-admin "]
    assert complete_root("/x", root="board") == ()
    assert roots("board") == {"board": "lab", "board-admin": "lab-admin"}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", "task "), ("ta", "task "), ("TA", "task "), ("task ", "task new "), ("task st", "task start "),
        ("task new A thing ki", "task new A thing kind:"),
        ("task new A thing kind:inv", "task new A thing kind:investigate "),
        ("task new A thing kind:data pri", "task new A thing kind:data priority:"),
    ],
)  # fmt: skip
def test_each_word_leads_to_the_next(text: str, offered: str) -> None:
    assert offered in lines(text)


@pytest.mark.parametrize(
    ("text", "kind", "before", "typed"),
    [
        ("task show ", TaskKey, "task show ", ""), ("task show CHU", TaskKey, "task show ", "CHU"),
        ("task new A thing owner:@be", MemberRef, "task new A thing owner:", "@be"),
        ("task list owner:", MemberRef, "task list owner:", ""),
    ],
)  # fmt: skip
def test_what_must_be_looked_up_says_what_and_where(text: str, kind: object, before: str, typed: str) -> None:
    wanted = complete_line(CATALOGUE, "lab", text)
    assert (wanted.kind, wanted.before, wanted.typed) == (kind, before, typed)


def test_a_key_that_was_given_is_not_offered_again() -> None:
    assert "task new A thing kind:data kind:" not in lines("task new A thing kind:data ")
    assert "task new A thing kind:data box:" in lines("task new A thing kind:data ")


@pytest.mark.parametrize("text", ["nonsense ", "nonsense words kind:", "task nonsense x", "x" * 500, "task new \n\n"])
def test_where_nothing_fits_nothing_is_offered_and_nothing_breaks(text: str) -> None:
    assert all(line.startswith(text.rstrip(" ")[:4]) for line in lines(text))


@pytest.mark.parametrize("command", CATALOGUE.commands, ids=lambda command: command.line)
def test_every_command_is_reached_by_what_is_offered(command) -> None:
    assert f"{command.noun} " in lines(command.noun, command.root)
    if command.verb:
        assert f"{command.name} " in lines(f"{command.name}", command.root)
