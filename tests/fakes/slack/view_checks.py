"""What Slack refuses in a view. Markdown and tables stand in messages only."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.checks import BLOCKS, repeated_ids
from tests.fakes.slack.shapes import Shape, array, boolean, fields, problem, string, tagged
from tests.fakes.slack.text_shapes import plain

MAX_VIEW_BYTES = 250_000
MAX_STACK = 3
IN_MESSAGES_ONLY = ("markdown", "table")

_BLOCKS = array(tagged({kind: shape for kind, shape in BLOCKS.items() if kind not in IN_MESSAGES_ONLY}), 100, minimum=1)
_ANY: dict[str, Shape] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL: dict[str, Shape] = {
    "submit": plain(24),
    "close": plain(24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
_VIEW = tagged(
    {
        "modal": fields({"title": plain(24), "blocks": _BLOCKS}, {**_ANY, **_MODAL}),
        "home": fields({"blocks": _BLOCKS}, _ANY),
    }
)


def view_problems(view: Any) -> list[str]:
    """Everything `invalid_arguments` would be about; empty for a view that Slack accepts."""
    found = list(_VIEW(view, "/view"))
    return found or list(_view_rules(view))


def _view_rules(view: dict[str, Any]) -> Iterator[str]:
    inputs = [(index, block["element"]) for index, block in enumerate(view["blocks"]) if block["type"] == "input"]
    if view["type"] == "modal" and inputs and "submit" not in view:
        yield problem("missing required field: submit, which a view with input blocks needs", "/view")
    yield from repeated_ids(view["blocks"], "/view/blocks")
    for index, element in inputs:
        if element.get("min_length", 0) > element.get("max_length", 3000):
            yield problem("must be at most max_length", f"/view/blocks/{index}/element/min_length")
    if sum(element.get("focus_on_load", False) for _, element in inputs) > 1:
        yield problem("only one element may have `focus_on_load`", "/view/blocks")
