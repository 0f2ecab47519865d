"""What stands in the fields of a view, in the shapes of Slack's `state.values`."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from tests.fakes.slack.records import Blocks

Values: TypeAlias = dict[str, dict[str, Any]]

# By type of element: the field of the state, and the field of the element that it starts with.
_FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def elements(blocks: Blocks) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Everything people can use, each with its block."""
    for block in blocks:
        if block["type"] == "actions":
            yield from ((block, element) for element in block["elements"])
        elif block["type"] == "input":
            yield block, block["element"]
        elif "accessory" in block:
            yield block, block["accessory"]


def is_many(element: Mapping[str, Any]) -> bool:
    return _FIELDS[element["type"]][0].endswith("s")


def entry(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """One entry of `state.values`; an empty field is null, or an empty list."""
    empty: list[Any] | None = [] if is_many(element) else None
    return {"type": element["type"], _FIELDS[element["type"]][0]: value if value not in ("", None) else empty}


def value_of(kept: Mapping[str, Any]) -> Any:
    return kept[_FIELDS[kept["type"]][0]]


def values_of(blocks: Blocks, kept: Values) -> Values:
    """What was filled in stays with the field of the same block and action and type; others start anew."""
    values: Values = {}
    for block, element in elements(blocks):
        if element["type"] not in _FIELDS:
            continue
        action = element["action_id"]
        known = kept.get(block["block_id"], {}).get(action)
        started = known if known and known["type"] == element["type"] else None
        initial = element.get(_FIELDS[element["type"]][1])
        values.setdefault(block["block_id"], {})[action] = started or entry(element, initial)
    return values
