"""Entries of a message's menu, as every chat takes them."""

import pytest

from bot.app import load_catalogue
from bot.command import USER_ROOT
from bot.forms import MOST_FIELDS, missing, wrong_values
from bot.menus import MENUS, NAME_LIMIT, MessageMenu, Quoted


@pytest.mark.parametrize("menu", MENUS, ids=[menu.callback for menu in MENUS])
@pytest.mark.parametrize("text", ["The scores drift\nsince Monday", "", "w" * 9_000], ids=["words", "none", "many"])
def test_an_entry_opens_a_form_that_asks_for_what_its_command_lacks(menu: MessageMenu, text: str) -> None:
    noun, _, verb = menu.command.partition(" ")
    command = load_catalogue().find(USER_ROOT, noun, verb)
    assert command
    assert len(menu.name) <= NAME_LIMIT
    message = Quoted(text, "https://chat.example/m/1", "Ben")
    form = menu.form(command, message)
    assert 1 <= len(form.fields) <= MOST_FIELDS
    given = dict(form.kept) | {field.name: field.value for field in form.fields if field.value}
    assert given.items() >= menu.values(message).items()
    assert wrong_values(command, given) == {}
    assert {option.name for option in missing(command, given)} <= {field.name for field in form.fields}
