"""A webhook provider, declared once: how its requests are told from forged ones, and what they say.

Its `parse` is pure. What it reads goes through the readers here, so that a body of another shape is `Malformed` and
nothing else.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeAlias

from core.git import Fact

MOST_LEVELS = 100
MOST_NUMBER = 2**53  # what JSON carries everywhere; multiplied by a thousand it still fits a database's bigint
MOST_LINK = 2_048
MOST_NAME = 500  # characters: an index takes 2,700 bytes

Headers: TypeAlias = Mapping[str, str]
Json: TypeAlias = dict[str, Any]

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Malformed(ValueError):
    """What the provider never sends."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """`delivery_id` is the same when the provider sends the same again; `event` is the provider's own name for it."""

    delivery_id: str
    event: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Provider:
    """`body_limit` in bytes. Header names are in lower case. `verify(headers, body, secret)` never raises.

    `parse` is called with what was verified, and raises `Malformed`.
    """

    name: str
    body_limit: int
    verify: Callable[[Headers, bytes, str], bool]
    parse: Callable[[Headers, bytes], Incoming]


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """As they came. One that came twice is joined as HTTP has it, and so is no single signature any more."""
    headers: dict[str, str] = {}
    for key, value in raw:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def read_json(body: bytes) -> Json:
    """An object that every database keeps and every program reads alike. Raises `Malformed`."""
    try:
        value: object = _DECODER.decode(body.decode())
    except Malformed:
        raise
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except RecursionError as error:
        raise Malformed("nested too deeply") from error
    except ValueError as error:  # not JSON, or an integer of more digits than Python reads
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    _refuse_depth(body, value)
    _refuse_unstorable(body, value)
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("a key is given twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise Malformed("a number too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_without_doubles, parse_constant=_refuse_constant, parse_float=_finite)


def _refuse_unstorable(body: bytes, value: Json) -> None:
    # Both can only come as escapes, which are rare: the parser refuses raw control characters, UTF-8 raw surrogates.
    if b"\\" not in body or b"\\u" not in body:
        return
    if b"\\u0000" in body and _NUL.search(body):
        raise Malformed("a NUL character")
    if b"\\ud" in body or b"\\uD" in body:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Malformed("half a surrogate pair") from error


def _refuse_depth(body: bytes, value: Json) -> None:
    if body.count(b"{") + body.count(b"[") <= MOST_LEVELS:
        return
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return
    raise Malformed("nested too deeply")


def part(of: Json, name: str) -> Json:
    if type(value := of.get(name)) is not dict:
        raise Malformed(f"{name} is not an object")
    return value


def optional_part(of: Json, name: str) -> Json:
    """Empty where it is null or left out."""
    return part(of, name) if of.get(name) is not None else {}


def parts(of: Json, name: str) -> list[Json]:
    value = of.get(name)
    if type(value) is not list or not all(type(item) is dict for item in value):
        raise Malformed(f"{name} is not a list of objects")
    return value


def optional_texts(of: Json, name: str) -> list[str]:
    value = of.get(name)
    if value is None:
        return []
    if type(value) is not list or not all(type(item) is str for item in value):
        raise Malformed(f"{name} is not a list of texts")
    return value


def text(of: Json, name: str) -> str:
    """Not empty, and no longer than a name, a branch or a title may be: what is longer cannot be looked for."""
    if type(value := of.get(name)) is not str or not value:
        raise Malformed(f"{name} is not a text")
    if len(value) > MOST_NAME:
        raise Malformed(f"{name} is longer than {MOST_NAME} characters")
    return value


def optional_text(of: Json, name: str) -> str:
    """Empty where it is null or left out."""
    if (value := of.get(name)) is None:
        return ""
    if type(value) is not str:
        raise Malformed(f"{name} is not a text")
    return value


def number(of: Json, name: str) -> int:
    if type(value := of.get(name)) is not int or not 0 <= value < MOST_NUMBER:
        raise Malformed(f"{name} is not a number from 0 to 2^53")
    return value


def flag(of: Json, name: str) -> bool:
    if type(value := of.get(name)) is not bool:
        raise Malformed(f"{name} is not true or false")
    return value


def optional_flag(of: Json, name: str) -> bool | None:
    return flag(of, name) if of.get(name) is not None else None


def moment(of: Json, name: str) -> datetime:
    """ISO 8601 with its distance from UTC."""
    words = text(of, name)
    try:
        value = datetime.fromisoformat(words)
        if value.tzinfo is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"{name} is not a time") from error
    raise Malformed(f"{name} does not say in which time zone it is")


def link(of: Json, *names: str) -> str:
    """The first of them that a browser opens, else nothing: whoever reports a check writes its address freely."""
    for name in names:
        url = optional_text(of, name)
        if url.startswith(("https://", "http://")) and len(url) <= MOST_LINK and url.isprintable() and " " not in url:
            return url
    return ""
