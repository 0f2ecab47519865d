"""What a person may put into a field: Slack's client takes nothing else, and asks for what is missing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.slack.records import Blocks, View
from tests.fakes.slack.said import as_rich_text
from tests.fakes.slack.view_state import elements, entry, is_many, value_of

_DATE, _TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d")
_EMAIL, _ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"https?://\S+")
_OF_OPTIONS = ("static_select", "external_select", "radio_buttons", "checkboxes")
_MOST = 3000


class NoSuchField(LookupError):
    pass


class CannotFill(ValueError):
    """Slack's client would not take it."""


def field_named(view: View, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """By label, block_id or action_id: the block and the element. Raises NoSuchField."""
    known = []
    for block, element in elements(view.blocks):
        names = (label(block), block["block_id"], element["action_id"])
        if name in names:
            return block, element
        known.append(names[0] or names[2])
    raise NoSuchField(f"no field {name!r}; there is: {', '.join(known) or 'nothing'}")


def label(block: Mapping[str, Any]) -> str:
    return str(block["label"]["text"]) if "label" in block else ""


def options_of(element: Mapping[str, Any]) -> Blocks:
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    return [option for group in groups for option in group["options"]]


def filled(element: Mapping[str, Any], value: Any, offered: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The entry of `state.values`. `offered` are the options an external menu has shown. Options are named by their
    value or their text; a list of them for a menu that takes many."""
    kind = element["type"]
    if not value:
        return entry(element, None)
    if kind.removeprefix("multi_") in _OF_OPTIONS:
        options = [*options_of(element), *offered]
        value = [_option(options, one) for one in value] if is_many(element) else _option(options, value)
    elif kind == "rich_text_input":
        value = as_rich_text(str(value))
    elif kind == "datepicker" and not _DATE.fullmatch(value):
        raise CannotFill(f"{value!r} is no date")
    elif kind == "timepicker" and not _TIME.fullmatch(value):
        raise CannotFill(f"{value!r} is no time")
    if is_many(element) and len(value) > element.get("max_selected_items", len(value)):
        raise CannotFill(f"no more than {element['max_selected_items']} can be chosen")
    return entry(element, value)


def missing(view: View) -> dict[str, str]:
    """What keeps Slack's client from sending the form, by label."""
    return {
        label(block): words for block, element in elements(view.blocks) for words in _complaints(view, block, element)
    }


def _complaints(view: View, block: Mapping[str, Any], element: Mapping[str, Any]) -> Iterator[str]:
    if block["type"] != "input":
        return
    value = value_of(view.values[block["block_id"]][element["action_id"]])
    if not value:
        if not block.get("optional", False):
            yield "Please complete this required field."
    elif element["type"] == "plain_text_input":
        if len(value) > element.get("max_length", _MOST):
            yield f"must be at most {element.get('max_length', _MOST)} characters"
        elif len(value) < element.get("min_length", 0):
            yield f"must be at least {element['min_length']} characters"
    elif element["type"] == "email_text_input" and not _EMAIL.fullmatch(value):
        yield "is no e-mail address"
    elif element["type"] == "url_text_input" and not _ADDRESS.fullmatch(value):
        yield "is no address"
    elif element["type"] == "number_input":
        yield from _number(element, value)


def _number(element: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = float(value) if element["is_decimal_allowed"] else int(value)
    except ValueError:
        yield "is no number"
        return
    if number < float(element.get("min_value", number)) or number > float(element.get("max_value", number)):
        yield f"must be from {element.get('min_value', '')} to {element.get('max_value', '')}"


def _option(options: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    for option in options:
        if name in (option["value"], option["text"]["text"]):
            return option
    shown = ", ".join(option["text"]["text"] for option in options)
    raise CannotFill(f"no option {name!r}; there is: {shown or 'nothing'}")
