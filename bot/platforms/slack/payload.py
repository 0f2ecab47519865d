"""What a signed request says, read strictly: Slack sends forms and JSON, and what is neither is not handed on.

Bolt's own reading takes a command whose text has the word "payload" in it for an empty request, and fails on brackets.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeGuard
from urllib.parse import parse_qsl


def read_payload(body: bytes) -> dict[str, Any]:
    """Raises `ValueError` for what Slack does not send."""
    text = body.decode()
    return check_payload(read_json(text) if text.startswith("{") else _read_form(text))


def check_payload(payload: object) -> dict[str, Any]:
    """The same. Raises `ValueError` for what Slack does not send."""
    if not _is_complete(payload):
        raise ValueError("nothing that Slack sends")
    return payload


def part(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What stands in a record where another is expected; an empty one for anything else."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def parts(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _read_form(text: str) -> object:
    # Strictly: a character that was replaced would be stored as if somebody had typed it.
    fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    return read_json(fields["payload"]) if "payload" in fields and "command" not in fields else fields


def read_json(text: str) -> object:
    """Raises `ValueError`, also for text that cannot be stored."""
    try:
        payload: object = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(payload, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return payload


def _is_complete(payload: object) -> TypeGuard[dict[str, Any]]:
    """Whether everything is there that is read without asking."""
    match payload:
        case {"command": str(), "team_id": str(team), "channel_id": str(channel), "user_id": str(user)}:
            return all((team, channel, user))
        case {"type": "block_actions", "team": {"id": str()}, "user": {"id": str()}, "actions": [first, *_]}:
            return isinstance(first, dict) and isinstance(first.get("action_id"), str)
        case {"type": "view_submission" | "view_closed", "team": {"id": str()}, "user": {"id": str()}, "view": dict()}:
            return True
        case {"type": "block_suggestion", "team": {"id": str()}, "user": {"id": str()}, "action_id": str()}:
            return True
        case {
            "type": "message_action", "team": {"id": str()}, "user": {"id": str()}, "message": {"ts": str()},
            "callback_id": str(),
        }:  # fmt: skip
            return True
        case {"type": "event_callback", "team_id": str(), "event_id": str(), "event": {"type": str()}}:
            return True
        case {"type": "url_verification", "challenge": str()} | {"ssl_check": "1"}:
            return True
    return False
