"""What people can press, choose or fill in."""

from tests.fakes.slack.rich_text_shapes import RICH_TEXT
from tests.fakes.slack.shapes import (
    Shape,
    all_of,
    array,
    boolean,
    exactly_one,
    fields,
    number,
    one_of,
    string,
    tagged,
    untyped,
)
from tests.fakes.slack.text_shapes import ACTION_ID, URL, WEB_URL, plain, text

COLOUR = one_of("primary", "danger")
CONFIRM = untyped(
    fields(
        {"text": text(300)},
        {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": COLOUR},
    )
)


def _option(label: Shape) -> Shape:
    # Slack's reference names 75 and 150 for a value, in different places: the smaller is safe.
    return untyped(
        fields({"text": label, "value": string(75, minimum=1)}, {"description": plain(75), "url": string(3000)})
    )


_PLAIN_OPTION = _option(plain(75))
_OPTION = _option(text(75))
_OPTIONS = array(_PLAIN_OPTION, 100, minimum=1)
_GROUP = untyped(fields({"label": plain(75), "options": _OPTIONS}))
_GROUPS = array(_GROUP, 100, minimum=1)
_ACTION: dict[str, Shape] = {"action_id": ACTION_ID}
_FOCUS: dict[str, Shape] = {**_ACTION, "focus_on_load": boolean}
_PICKED: dict[str, Shape] = {**_FOCUS, "confirm": CONFIRM}
_SELECT: dict[str, Shape] = {**_PICKED, "placeholder": plain(150)}
_MULTI: dict[str, Shape] = {**_SELECT, "max_selected_items": number(minimum=1)}
_IDS = array(string(minimum=1))
_FILTER = untyped(
    fields(
        {},
        {
            "include": array(one_of("im", "mpim", "private", "public"), minimum=1),
            "exclude_bot_users": boolean,
            "exclude_external_shared_channels": boolean,
        },
    )
)
_CONVERSATIONS: dict[str, Shape] = {"default_to_current_conversation": boolean, "filter": _FILTER}


def _static(initial: dict[str, Shape]) -> Shape:
    return all_of(fields({}, {**initial, "options": _OPTIONS, "option_groups": _GROUPS}), _STATIC_SOURCE)


_STATIC_SOURCE = exactly_one("options", "option_groups")
# The answer to a block_suggestion may be empty: nothing was found.
SUGGESTED = all_of(
    untyped(fields({}, {"options": array(_PLAIN_OPTION, 100), "option_groups": array(_GROUP, 100)})), _STATIC_SOURCE
)
_QUERY: dict[str, Shape] = {"min_query_length": number(minimum=0)}
_URL_ENABLED: dict[str, Shape] = {"response_url_enabled": boolean}

BUTTON = fields(
    {"text": plain(75)},
    {
        **_ACTION,
        "value": string(2000),
        "url": WEB_URL,
        "style": COLOUR,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
SELECTS: dict[str, Shape] = {
    "static_select": _static({**_SELECT, "initial_option": _PLAIN_OPTION}),
    "external_select": fields({}, {**_SELECT, **_QUERY, "initial_option": _PLAIN_OPTION}),
    "users_select": fields({}, {**_SELECT, "initial_user": string()}),
    "channels_select": fields({}, {**_SELECT, **_URL_ENABLED, "initial_channel": string()}),
    "conversations_select": fields({}, {**_SELECT, **_URL_ENABLED, **_CONVERSATIONS, "initial_conversation": string()}),
    "multi_static_select": _static({**_MULTI, "initial_options": array(_PLAIN_OPTION)}),
    "multi_external_select": fields({}, {**_MULTI, **_QUERY, "initial_options": array(_PLAIN_OPTION)}),
    "multi_users_select": fields({}, {**_MULTI, "initial_users": _IDS}),
    "multi_channels_select": fields({}, {**_MULTI, "initial_channels": _IDS}),
    "multi_conversations_select": fields({}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": _IDS}),
}
PICKERS: dict[str, Shape] = {
    "checkboxes": fields(
        {"options": array(_OPTION, 10, minimum=1)}, {**_PICKED, "initial_options": array(_OPTION, 10)}
    ),
    "radio_buttons": fields({"options": array(_OPTION, 10, minimum=1)}, {**_PICKED, "initial_option": _OPTION}),
    "datepicker": fields({}, {**_SELECT, "initial_date": string(pattern=r"\d{4}-\d\d-\d\d$", called="date")}),
    "timepicker": fields(
        {}, {**_SELECT, "initial_time": string(pattern=r"\d\d:\d\d$", called="time"), "timezone": string()}
    ),
}
OVERFLOW = fields({"options": array(_PLAIN_OPTION, 5, minimum=1)}, {**_ACTION, "confirm": CONFIRM})
DATETIME = fields({}, {**_PICKED, "initial_date_time": number(minimum=0)})
_DISPATCH = untyped(
    fields({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), minimum=1)})
)
_INPUT: dict[str, Shape] = {**_FOCUS, "placeholder": plain(150), "dispatch_action_config": _DISPATCH}
_LENGTHS: dict[str, Shape] = {
    "min_length": number(minimum=0, maximum=3000),
    "max_length": number(minimum=1, maximum=3000),
}
RICH_TEXT_INPUT = fields({}, {**_INPUT, "initial_value": tagged({"rich_text": RICH_TEXT})})
INPUTS: dict[str, Shape] = {
    "plain_text_input": fields({}, {**_INPUT, **_LENGTHS, "initial_value": string(3000), "multiline": boolean}),
    "email_text_input": fields({}, {**_INPUT, "initial_value": string()}),
    "url_text_input": fields({}, {**_INPUT, "initial_value": string()}),
    "number_input": fields(
        {"is_decimal_allowed": boolean},
        {**_INPUT, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": RICH_TEXT_INPUT,
}
IMAGE_SOURCE = exactly_one("image_url", "slack_file")
SLACK_FILE = untyped(all_of(fields({}, {"id": string(minimum=1), "url": URL}), exactly_one("id", "url")))
IMAGE = all_of(
    fields({"alt_text": string(2000, minimum=1)}, {"image_url": WEB_URL, "slack_file": SLACK_FILE}), IMAGE_SOURCE
)
