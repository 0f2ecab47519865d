"""What a message says: read from arguments and refused where Slack refuses it."""

import json
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.checks import MAX_CHARACTERS, MAX_MARKDOWN, characters, problems
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Blocks

MAX_POST_TEXT = 40_000
LONG_TEXT = 4_000  # Slack's advice for chat.postMessage, its limit for chat.update (measured: in UTF-8 bytes)
MAX_METADATA = 8_000


@dataclass(frozen=True, slots=True)
class Content:
    """Empty text and no blocks are the same to Slack as none given."""

    text: str
    blocks: Blocks
    attachments: Blocks

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.blocks or self.attachments)


def read_content(arguments: Arguments) -> Content:
    """Raises invalid_blocks and its kin; length limits are for the method to apply, they differ."""
    text = arguments.text("text")
    blocks = _list_of_objects(arguments, "blocks", "invalid_blocks_format")
    if "markdown_text" in arguments:
        blocks = _markdown(arguments, text, blocks)
    if found := problems(blocks):
        raise SlackError("invalid_blocks", found)
    return Content(text, blocks, _list_of_objects(arguments, "attachments", "invalid_attachments"))


def require_something(content: Content) -> None:
    if content.is_empty:
        raise SlackError("no_text")


def limit_text(content: Content, maximum_bytes: int) -> None:
    if len(content.text.encode("utf-8", "surrogatepass")) > maximum_bytes:
        raise SlackError("msg_too_long")


def limit_blocks(content: Content) -> None:
    if characters(content.blocks) > MAX_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def with_ids(blocks: Blocks, ts: str) -> Blocks:
    """Slack names the blocks and elements that the app left without a name. `ts`, or anything else that the names of
    the blocks are made of."""
    named = []
    for index, block in enumerate(blocks):
        block = {"block_id": f"b{ts.replace('.', '')[-6:]}{index}", **block}
        if block["type"] == "actions":
            elements = enumerate(block["elements"])
            block["elements"] = [{"action_id": f"a{number}", **element} for number, element in elements]
        for single in ("element", "accessory"):
            if single in block:
                block[single] = {"action_id": "a0", **block[single]}
        named.append(block)
    return named


def read_metadata(arguments: Arguments) -> dict[str, Any] | None:
    """None when absent, `{}` when the app asks for its removal (chat.update)."""
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or set(metadata) - {"entities"} != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    payload = metadata["event_payload"]
    if not isinstance(payload, dict) or not isinstance(metadata["event_type"], str) or not metadata["event_type"]:
        raise SlackError("invalid_metadata_format")
    if not all(_is_payload_value(value) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _is_payload_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_payload_value(item) and not isinstance(item, list) for item in value)
    if isinstance(value, dict):
        return all(isinstance(item, str | int | float) for item in value.values())
    return isinstance(value, str | int | float)


def _list_of_objects(arguments: Arguments, name: str, error: str) -> Blocks:
    value = arguments.structure(name, error)
    if value is None or value == "":
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SlackError(error)
    return value


def _markdown(arguments: Arguments, text: str, blocks: Blocks) -> Blocks:
    if text or blocks:
        raise SlackError("markdown_text_conflict")
    markdown = arguments.text("markdown_text")
    if len(markdown) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    return [{"type": "markdown", "text": markdown}] if markdown.strip() else []
