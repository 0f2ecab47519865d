"""Messages to hold checks and renderers against: what Slack accepts, by name."""

from typing import Any

from tests.fakes.slack.records import Blocks


def plain(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def button(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Done"), "action_id": f"task.done.{number}", "value": f"{number}", **more}


def option(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"text": plain(f"Option {number}"), "value": f"{number}", **more}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn("*Churn*"), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "act", "elements": list(elements)}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "block_id": "r", "elements": list(elements)}


def line(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def word(text: str = "word", **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "alt_text": "a chart", **({"image_url": "https://x.example/a.png"} | more)}


def input_block(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": "in", "label": plain("Why"), "element": element, "optional": True}


_CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("It *ends*."), "confirm": plain("Yes"), "deny": plain("No")}
_GROUPS = [{"label": plain("Group"), "options": [option(1), option(2)]}]
_PICKS: dict[str, dict[str, Any]] = {
    "static_select": {"options": [option(1), option(2)], "initial_option": option(1), "placeholder": plain("Pick")},
    "external_select": {"min_query_length": 0, "initial_option": option(1)},
    "users_select": {"initial_user": "U1", "focus_on_load": True},
    "channels_select": {"initial_channel": "C1", "response_url_enabled": True},
    "conversations_select": {"filter": {"include": ["public"], "exclude_bot_users": True}},
    "multi_static_select": {"option_groups": _GROUPS, "max_selected_items": 2},
    "multi_external_select": {"initial_options": [option(1)], "min_query_length": 1},
    "multi_users_select": {"initial_users": ["U1"]},
    "multi_channels_select": {"initial_channels": ["C1"]},
    "multi_conversations_select": {"default_to_current_conversation": True, "initial_conversations": ["C1"]},
    "checkboxes": {"options": [option(1), option(2, description=plain("more"))], "initial_options": [option(1)]},
    "radio_buttons": {"options": [{"text": mrkdwn("*a*"), "value": "a"}, option(2)], "initial_option": option(2)},
    "datepicker": {"initial_date": "2026-11-18", "placeholder": plain("Day")},
    "timepicker": {"initial_time": "10:00", "timezone": "Europe/Amsterdam"},
}
_OTHER_ACTIONS: dict[str, dict[str, Any]] = {
    "overflow": {"options": [option(1, url="https://x.example"), option(2)], "confirm": _CONFIRM},
    "datetimepicker": {"initial_date_time": 1_700_000_000},
    "rich_text_input": {"placeholder": plain("Write"), "initial_value": rich(line(word()))},
}
_INPUTS: dict[str, dict[str, Any]] = {
    "plain_text_input": {"multiline": True, "min_length": 1, "max_length": 3000, "initial_value": "text"},
    "email_text_input": {"placeholder": plain("you@example.com")},
    "url_text_input": {"initial_value": "https://x.example"},
    "number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "9", "initial_value": "2"},
    "rich_text_input": {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
}
_ELEMENTS: dict[str, dict[str, Any]] = {
    "text": word("bold", bold=True, italic=True, strike=True, code=False, underline=True),
    "link": {"type": "link", "url": "https://x.example/1", "text": "label", "unsafe": False, "style": {"bold": True}},
    "bare link": {"type": "link", "url": "mailto:ana@example.com"},
    "user": {"type": "user", "user_id": "U1", "style": {"bold": True}},
    "usergroup": {"type": "usergroup", "usergroup_id": "S1"},
    "channel": {"type": "channel", "channel_id": "C1"},
    "team": {"type": "team", "team_id": "T1"},
    "broadcast": {"type": "broadcast", "range": "here"},
    "emoji": {"type": "emoji", "name": "tada", "unicode": "1f389"},
    "color": {"type": "color", "value": "#aabbcc"},
    "date": {
        "type": "date",
        "timestamp": 1_700_000_000,
        "format": "{date_short_pretty} at {time}",
        "fallback": "14 November",
        "url": "https://x.example",
    },
}
_CELLS = [
    {"type": "raw_text", "text": "CHURN-1"},
    {"type": "raw_number", "value": 0.91, "text": "0.91"},
    rich(line(word("open"))),
]

VALID: dict[str, Blocks] = {
    "section with text": [section(block_id="s" * 255, expand=True)],
    "section with plain text": [{"type": "section", "text": plain("x" * 3000, emoji=False)}],
    "section with fields": [{"type": "section", "fields": [mrkdwn("f" * 2000), plain("b")] * 5}],
    "section with a button": [section(accessory=button(style="primary", confirm=_CONFIRM | {"style": "danger"}))],
    "section with an image": [section(accessory=image())],
    "section, verbatim": [section(text=mrkdwn("a", verbatim=True))],
    "header": [{"type": "header", "text": plain("h" * 150, emoji=True), "block_id": "h"}],
    "divider": [{"type": "divider"}, {"type": "divider", "block_id": "d"}],
    "context": [{"type": "context", "elements": [mrkdwn("a"), plain("b"), image(), *[plain("c")] * 7]}],
    "actions": [actions(*(button(number) for number in range(25)))],
    "link button": [actions({"type": "button", "text": plain("Open"), "url": "https://x.example/task/1"})],
    "longest button": [actions(button(text=plain("t" * 75), value="v" * 2000, accessibility_label="a" * 75))],
    "image": [image(title=plain("Chart"), block_id="i")],
    "image from Slack": [{"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}],
    "image from Slack by address": [{"type": "image", "alt_text": "a", "slack_file": {"url": "https://x.example/f"}}],
    "markdown": [{"type": "markdown", "text": "# A\n" + "m" * 11_000}],
    "table": [
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "Task"}] * 3, _CELLS],
            "column_settings": [{"align": "left"}, {"align": "right", "is_wrapped": True}],
        }
    ],
    "largest table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "1234"}] * 20] * 100}],
    "rich text": [rich(line(word("a"), word("b", bold=True)), line())],
    "rich text list": [
        rich(
            {"type": "rich_text_list", "style": "bullet", "elements": [line(word())] * 3, "indent": 0, "border": 1},
            {"type": "rich_text_list", "style": "ordered", "elements": [line(word())], "indent": 1},
        )
    ],
    "rich text quote": [rich({"type": "rich_text_quote", "elements": [word()], "border": 0})],
    "rich text preformatted": [
        rich({"type": "rich_text_preformatted", "elements": [word("code"), _ELEMENTS["link"]], "border": 0})
    ],
    "fifty blocks": [{"type": "divider", "block_id": f"{number}"} for number in range(50)],
    **{f"rich text {name}": [rich(line(element))] for name, element in _ELEMENTS.items()},
    **{f"{kind} in actions": [actions({"type": kind, "action_id": "a", **more})] for kind, more in _PICKS.items()},
    **{f"{kind} in a section": [section(accessory={"type": kind, **more})] for kind, more in _PICKS.items()},
    **{f"{kind} in an input": [input_block({"type": kind, **more})] for kind, more in _PICKS.items()},
    **{f"{kind} in actions": [actions({"type": kind, **more})] for kind, more in _OTHER_ACTIONS.items()},
    **{f"{kind} in an input": [input_block({"type": kind, **more})] for kind, more in _INPUTS.items()},
}
