"""What an app answers when a person types in an external menu."""

from typing import Any

from tests.fakes.slack.element_shapes import SUGGESTED
from tests.fakes.slack.records import Blocks
from tests.fakes.slack.signing import Answer


def suggestion_problems(answer: Answer) -> tuple[str, ...]:
    """Why Slack would show no options but an error."""
    if not answer.is_ok:
        return (answer.error or f"status {answer.status}",)
    if answer.is_late:
        return ("no answer within 3 s",)
    return tuple(SUGGESTED(answer.decoded, "/options"))


def options_offered(body: dict[str, Any]) -> tuple[Blocks, tuple[str, ...]]:
    """The options and the labels of their groups."""
    groups = body.get("option_groups", [])
    options = body.get("options") or [option for group in groups for option in group["options"]]
    return options, tuple(group["label"]["text"] for group in groups)
