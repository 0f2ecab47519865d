"""Arguments of a Web API call: query string, form or JSON body, whichever the client chose."""

import json
import re
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from tests.fakes.slack.errors import SlackError

_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


async def read_arguments(request: Request) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(request.query_params)
    arguments.pop("token", None)  # Slack takes no token from an address
    body = await request.body()
    if not body:
        return arguments
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        arguments |= _json_body(body)
    elif kind == "application/x-www-form-urlencoded":
        arguments |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        parts = multipart(request.headers["content-type"], body)
        arguments |= {name: content.decode("utf-8", "replace") for name, content in parts.items()}
    else:
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    return arguments


def multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    parsed = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = {}
    for part in parsed.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        parts[str(name)] = content if isinstance(content, bytes) else b""
    return parts


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


class Arguments:
    """An absent argument that is required is `invalid_arguments`; one that is there but names nothing is for the
    method to refuse."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def required(self, name: str) -> str:
        if name not in self.values:
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return self.text(name)

    def text(self, name: str, default: str = "") -> str:
        return str(self.values.get(name, default))

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1")

    def number(self, name: str, default: int, *, maximum: int) -> int:
        try:
            value = int(self.values.get(name, default))
        except (TypeError, ValueError) as error:
            raise SlackError("invalid_limit") from error
        if value < 1:
            raise SlackError("invalid_limit")
        return min(value, maximum)

    def ts(self, name: str, default: str, error: str) -> str:
        value = self.text(name, default)
        if not _TS.fullmatch(value):
            raise SlackError(error)
        return value

    def structure(self, name: str, error: str) -> Any:
        """JSON in a string or, in a JSON body, as it is."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as failure:
            raise SlackError(error) from failure

    def names(self, name: str) -> list[str]:
        value = self.values.get(name, "")
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]
