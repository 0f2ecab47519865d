"""What every command must be, so that every platform takes it and every person can use it."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from bot.app import load_catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Option, Place
from bot.grammar import parse_line
from tests import catalogue as pages
from tests.bot.speaker import check_line

CATALOGUE = load_catalogue()
COMMANDS = CATALOGUE.commands
OPTIONS = [(command, option) for command in COMMANDS for option in command.options]

# Discord: https://discord.com/developers/docs/interactions/application-commands
NAME = re.compile(r"[-_'\w]{1,32}")
MOST = 25
MOST_CHARACTERS = 8_000
# `/lab` is to hold four more nouns, `/lab-admin` six: what is there now must leave room for them.
FULL_ENOUGH = {USER_ROOT: 7_000, ADMIN_ROOT: 6_000}

each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.line)
each_option = pytest.mark.parametrize(
    ("command", "option"), OPTIONS, ids=[f"{command.line} {option.name}" for command, option in OPTIONS]
)


def test_no_two_commands_have_one_name() -> None:
    assert len({command.line for command in COMMANDS}) == len(COMMANDS) > 20


@each_command
def test_a_command_says_what_it_is_for(command: Command) -> None:
    assert 1 <= len(command.help) <= 100
    assert command.help[0].isupper()
    assert not command.help.endswith(".")


@each_option
def test_an_option_says_what_it_means(command: Command, option: Option) -> None:
    assert 1 <= len(option.help) <= 100
    assert not option.help.endswith(".")


@each_command
def test_names_are_such_as_every_platform_takes(command: Command) -> None:
    for name in (command.noun, *filter(None, [command.verb]), *(option.name for option in command.options)):
        assert NAME.fullmatch(name), name
        assert name == name.lower()


@each_command
def test_a_command_has_no_more_options_and_choices_than_fit(command: Command) -> None:
    assert len(command.options) <= MOST
    assert len({option.name for option in command.options}) == len(command.options)
    for option in command.options:
        assert len(option.choices) <= MOST
        assert all(1 <= len(choice) <= 100 for choice in option.choices)


def test_a_root_has_no_more_nouns_and_a_noun_no_more_verbs_than_fit() -> None:
    for root in (USER_ROOT, ADMIN_ROOT):
        assert 1 <= len(CATALOGUE.nouns(root)) <= MOST
        for noun in CATALOGUE.nouns(root):
            verbs = [command.verb for command in CATALOGUE.of_noun(root, noun)]
            assert len(verbs) <= MOST
            assert verbs == [""] or "" not in verbs, "a noun is a command or a group of them"
            assert len([command for command in CATALOGUE.of_noun(root, noun) if command.is_default]) <= 1


@each_command
def test_what_must_be_given_comes_first_and_free_words_before_keys(command: Command) -> None:
    required = [option.required for option in command.options]
    assert required == sorted(required, reverse=True)
    places = [option.place for option in command.options if option.place is not Place.KEY]
    assert Place.REST not in places[:-1], "nothing is left for a word behind the rest"


@pytest.mark.parametrize("root", [USER_ROOT, ADMIN_ROOT])
def test_a_root_leaves_room_for_what_is_to_come(root: str, record_property) -> None:
    characters = sum(map(len, _texts(root)))
    record_property("characters", characters)
    print(f"/{root}: {characters:,} of {MOST_CHARACTERS:,} characters")
    assert characters <= FULL_ENOUGH[root] < MOST_CHARACTERS


@each_command
def test_the_example_is_a_line_that_gives_all_that_must_be_given(command: Command) -> None:
    check_line(command.example)
    root, _, words = command.example.partition(" ")
    line = parse_line(CATALOGUE, root, words)
    assert line.command is command
    assert line.values == {option.name: option.example for option in command.options if option.example}
    assert {option.name for option in command.options if option.required} <= line.values.keys()


@each_option
def test_an_option_takes_its_example_and_each_of_its_choices(command: Command, option: Option) -> None:
    for text in filter(None, (option.example, *option.choices)):
        value = option.parse(text)
        assert value is not None
        assert option.parse(f"  {text} ") == value
    if option.required:
        assert option.example


@each_option
def test_what_may_be_left_out_has_a_default_and_what_can_be_cleared_takes_none(
    command: Command, option: Option
) -> None:
    if option.can_clear:
        assert not option.required
        assert option.parse("none") is option.parse(" NONE ") is option.parse("-") is None


@each_command
def test_a_line_is_understood_in_any_case_and_by_key(command: Command) -> None:
    given = {option.name: option.example for option in command.options if option.example}
    words = " ".join(f'{name.upper()}:"{text}"' for name, text in given.items())
    line = parse_line(CATALOGUE, command.root, f"{command.name.upper()} {words}")
    assert line.command is command
    assert line.values == given


def test_the_snapshot_of_the_catalogue_is_current() -> None:
    assert pages.SNAPSHOT.read_text(encoding="utf-8") == pages.snapshot(CATALOGUE), "run `make catalogue`"


def test_the_table_in_the_readme_is_current() -> None:
    readme = pages.README.read_text(encoding="utf-8")
    assert pages.BEGIN in readme
    assert pages.END in readme
    assert pages.readme_with(pages.table(CATALOGUE), readme) == readme, "run `make catalogue`"


def test_the_table_keeps_what_stands_around_it() -> None:
    readme = f"# Title\n\n{pages.BEGIN}\nold\n{pages.END}\n\nThe end.\n"
    assert pages.readme_with("new | row", readme) == f"# Title\n\n{pages.BEGIN}\nnew | row\n{pages.END}\n\nThe end.\n"


def _texts(root: str) -> Iterator[str]:
    """All that Discord counts: names, descriptions and values, of the root, its groups, commands, options, choices."""
    yield root
    groups = defaultdict(list)
    for command in COMMANDS:
        if command.root == root:
            groups[command.noun].append(command)
    for noun, commands in groups.items():
        yield noun
        yield "x" * 60 if commands[0].verb else ""  # the group's own description
        for command in commands:
            yield from (command.verb, command.help)
            for option in command.options:
                yield from (option.name, option.help)
                yield from (choice * 2 for choice in option.choices)  # shown and sent
