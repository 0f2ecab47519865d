"""The commands there are, and the nearest line to one that is not there."""

import pytest

from bot.app import load_catalogue
from bot.catalogue import Catalogue
from bot.grammar import choose_command
from core.errors import InvalidInput
from tests.bot.speaker import check_line
from tests.drivers import refusal

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        # A verb that is spelt a little differently; what follows stays as it was typed.
        ("lab task nwe Fix “The Loader”  now KIND:data", "lab task new Fix “The Loader”  now KIND:data"),
        ("lab task strat CHURN-1", "lab task start CHURN-1"),
        ("lab task finish", None),
        # A noun that is.
        ("lab tsak new Fix It", "lab task new Fix It"),
        ("lab-admin projct new CHURN", "lab-admin project new CHURN"),
        ("lab hepl", "lab help"),
        ("lab hepl task new", "lab help task new"),
        # The verb alone.
        ("lab start CHURN-1", "lab task start CHURN-1"),
        ("lab strat CHURN-1", "lab task start CHURN-1"),
        ("lab new Fix It points:3", "lab task new Fix It points:3"),
        ("lab zone Europe/Lisbon", "lab me zone Europe/Lisbon"),
        # Where several nouns have the verb, the one that takes what was said.
        ("lab show CHURN-1", "lab task show CHURN-1"),
        ("lab show", "lab me show"),
        ("lab link CHURN-1 https://example.com", "lab task link CHURN-1 https://example.com"),
        ("lab link github:ana", "lab me link github:ana"),
        ("lab list owner:me", "lab task list owner:me"),
        # The other root.
        ("lab project new CHURN name:Churn Model", "lab-admin project new CHURN name:Churn Model"),
        ("lab project lst", "lab-admin project list"),
        ("lab audit task:CHURN-1", "lab-admin audit task:CHURN-1"),
        ("lab-admin task list owner:me", "lab task list owner:me"),
        ("lab-admin me", "lab me show"),
        ("lab-admin help", "lab help"),
        ("lab-admin start CHURN-1", "lab task start CHURN-1"),
    ],
)
def test_an_unknown_word_answers_with_the_nearest_line(said: str, meant: str | None) -> None:
    root, _, words = said.partition(" ")
    with pytest.raises(InvalidInput) as caught:
        choose_command(CATALOGUE, root, words)
    if meant is None:
        assert caught.value.example == "lab help task"
    else:
        assert caught.value.hint == "Did you mean:"
        assert caught.value.example == meant
    check_line(caught.value.example)


@pytest.mark.parametrize(
    ("said", "there_is", "more"),
    [
        ("lab xyzzy plugh", ", ".join(CATALOGUE.nouns("lab")), "lab help"),
        ("lab task xyzzy CHURN-1", "new, show, list, set, start", "lab help task"),
        ("lab project", ", ".join(CATALOGUE.nouns("lab")), "lab help project"),
        ("lab-admin xyzzy", ", ".join(CATALOGUE.nouns("lab-admin")), "lab help"),
    ],
)
def test_a_word_like_no_other_answers_with_all_there_are(said: str, there_is: str, more: str) -> None:
    root, _, words = said.partition(" ")
    with refusal(InvalidInput, f"There is: {there_is}", more):
        choose_command(CATALOGUE, root, words)


def test_a_word_that_is_very_long_is_cut_in_the_answer() -> None:
    with pytest.raises(InvalidInput) as caught:
        choose_command(CATALOGUE, "lab", "x" * 5_000)
    assert len(caught.value.message) < 80


def test_two_commands_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one name"):
        Catalogue.of((*CATALOGUE.commands, CATALOGUE.commands[0]))


def test_a_noun_alone_means_its_default_or_nothing() -> None:
    assert CATALOGUE.default("lab", "me") is CATALOGUE.find("lab", "me", "show")
    assert CATALOGUE.default("lab", "help") is CATALOGUE.find("lab", "help", "")
    assert CATALOGUE.default("lab", "task") is None


def test_the_keys_of_a_line_are_those_of_its_command() -> None:
    assert CATALOGUE.keys("lab", ["Task", "NOTE", "CHURN-1"]) == {"task", "text"}
    assert CATALOGUE.keys("lab", ["help", "task"]) == {"words"}
    assert CATALOGUE.keys("lab", ["start"]) >= {"why", "owner", "target"}
