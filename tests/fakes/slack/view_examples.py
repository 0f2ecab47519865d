"""Views to hold checks and renderers against: what Slack accepts and what it refuses, by name."""

from typing import Any

from tests.fakes.slack.examples import VALID, actions, button, input_block, mrkdwn, option, plain, section
from tests.fakes.slack.view_checks import IN_MESSAGES_ONLY


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {"action_id": f"{block_id}.value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = {"type": "modal", "title": plain("New task"), "submit": plain("Create"), "close": plain("Cancel")}
    return {**own, "callback_id": "task new", "blocks": list(blocks or (section(),)), **more}


def home(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks or (section(),)), **more}


def without(view: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in view.items() if key != name}


TEXT = {"type": "plain_text_input", "max_length": 100}
TASK_FORM = modal(
    field("title", "Title", TEXT),
    field("project", "Project", {"type": "static_select", "options": [option(1), option(2)]}),
    field("parent", "Part of", {"type": "external_select", "min_query_length": 2}, optional=True),
    field("owner", "Owner", {"type": "users_select"}, optional=True),
    field("due", "Due", {"type": "datepicker"}, optional=True, hint=plain("In your zone")),
)

VALID_VIEWS: dict[str, dict[str, Any]] = {
    "a form": TASK_FORM,
    "a modal to read": without(modal(section()), "submit"),
    "longest words": modal(title=plain("t" * 24), submit=plain("s" * 24), close=plain("c" * 24)),
    "longest ids": modal(callback_id="c" * 255, external_id="e" * 255, private_metadata="p" * 3000),
    "switches": modal(clear_on_close=True, notify_on_close=True),
    "a hundred blocks": modal(*({"type": "divider"} for _ in range(100))),
    "a home": home(section(), actions(button()), callback_id="home", private_metadata="1"),
    "a home with a field": home(field("search", "Search", TEXT, dispatch_action=True)),
    **{
        f"modal, {name}": modal(*blocks)
        for name, blocks in VALID.items()
        if not any(block["type"] in IN_MESSAGES_ONLY for block in blocks)
    },
}

REFUSED_VIEWS: dict[str, tuple[Any, str]] = {
    "no view": ({}, "missing required field: type"),
    "a text": ("view", "must be an object"),
    "workflow step": ({"type": "workflow_step", "blocks": [section()]}, "unsupported type: workflow_step"),
    "no title": (without(modal(), "title"), "missing required field: title"),
    "no blocks": (without(modal(), "blocks"), "missing required field: blocks"),
    "blocks of nothing": (modal() | {"blocks": []}, "no fewer than 1 items"),
    "title of 25": (modal(title=plain("t" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "title of nothing": (modal(title=plain("")), "must be more than 0"),
    "title in mrkdwn": (modal(title=mrkdwn("t")), "unsupported type: mrkdwn"),
    "submit of 25": (modal(submit=plain("t" * 25)), "less than 25 characters [json-pointer:/view/submit/text]"),
    "close of 25": (modal(close=plain("t" * 25)), "less than 25 characters [json-pointer:/view/close/text]"),
    "private_metadata of 3001": (modal(private_metadata="p" * 3001), "must be less than 3001"),
    "callback_id of 256": (modal(callback_id="c" * 256), "must be less than 256"),
    "external_id of 256": (modal(external_id="c" * 256), "must be less than 256"),
    "101 blocks": (modal(*({"type": "divider"} for _ in range(101))), "no more than 100 items"),
    "home of 101 blocks": (home(*({"type": "divider"} for _ in range(101))), "no more than 100 items"),
    "home with a title": (home(title=plain("Home")), "invalid additional property: title"),
    "home with a submit": (home(submit=plain("Home")), "invalid additional property: submit"),
    "unknown property": (modal(colour="red"), "invalid additional property: colour"),
    "fields without submit": (without(TASK_FORM, "submit"), "missing required field: submit"),
    "block id twice": (modal(field("a", "A", TEXT), field("a", "B", TEXT)), "`block_id` a already exists"),
    "action id twice": (modal(actions(button(1), button(1))), "`action_id` task.done.1 already exists"),
    "input without element": (modal({"type": "input", "label": plain("a")}), "missing required field: element"),
    "input without label": (modal(without(field("a", "A", TEXT), "label")), "missing required field: label"),
    "label of 2001": (modal(field("a", "l" * 2001, TEXT)), "must be less than 2001"),
    "max_length of 3001": (modal(field("a", "A", {**TEXT, "max_length": 3001})), "must be at most 3000"),
    "max_length below min_length": (modal(field("a", "A", {**TEXT, "min_length": 101})), "must be at most max_length"),
    "101 options": (
        modal(field("a", "A", {"type": "static_select", "options": [option(n) for n in range(101)]})),
        "no more than 100 items",
    ),
    "select of nothing": (
        modal(field("a", "A", {"type": "static_select"})),
        "exactly one of options and option_groups",
    ),
    "date of another form": (
        modal(field("a", "A", {"type": "datepicker", "initial_date": "1.2.2026"})),
        "invalid date",
    ),
    "two fields with focus": (
        modal(*(field(name, "A", {**TEXT, "focus_on_load": True}) for name in "ab")),
        "only one element may have `focus_on_load`",
    ),
    "a button as input": (modal(input_block(button())), "unsupported type: button"),
    "markdown": (modal({"type": "markdown", "text": "# a"}), "unsupported type: markdown"),
    "a table": (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}), "unsupported type: table"),
}
