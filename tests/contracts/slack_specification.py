"""The specifications of Slack's API, where these are at hand, and how to hold the fake against them."""

import copy
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

# Only workspaces of an Enterprise Grid have these.
ENTERPRISE = {"enterprise_id", "enterprise_name"}


def slack_folder() -> Path:
    root = Path(os.environ.get("LABKEEPER_SPECS") or Path(__file__).parents[2].parent / "shared")
    for folder in (root / "specs" / "slack", root / "slack"):
        if folder.is_dir():
            return folder
    pytest.skip("no specifications of Slack: neither ../shared nor LABKEEPER_SPECS has specs/slack")


@cache
def specification(name: str) -> Any:
    return json.loads((slack_folder() / name).read_text(encoding="utf-8"))


class Schema:
    """Of alternatives, only those of the value's own `type` are tried: the result is the same, ten times faster."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._definitions = schema["definitions"]
        self._validator = extend(Draft7Validator, {"anyOf": self._any_of})(schema)

    def accepts(self, value: Any) -> bool:
        return bool(self._validator.is_valid(value))

    def _any_of(self, validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[ValidationError]:
        possible = [branch for branch in branches if self._may_be(branch, value)]
        if possible:
            yield from Draft7Validator.VALIDATORS["anyOf"](validator, possible, value, schema)
        else:
            yield ValidationError("not of any of these types")

    def _may_be(self, branch: dict[str, Any], value: Any) -> bool:
        definition = self._definitions[branch["$ref"].rpartition("/")[2]] if "$ref" in branch else branch
        constant = definition.get("properties", {}).get("type", {}).get("const")
        if constant is not None:
            return isinstance(value, dict) and value.get("type") == constant
        return any(self._may_be(one, value) for one in definition["anyOf"]) if "anyOf" in definition else True


def mutations(value: Any) -> Iterator[Any]:
    """Every field removed, added, of another type, empty or too long, one at a time."""
    for path, inner in places(value):
        for replacement in replacements(inner):
            yield replaced(value, path, replacement)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def replacements(value: Any) -> Iterator[Any]:
    yield from (other for other in (7, "x", [], None) if type(other) is not type(value))
    if isinstance(value, dict):
        yield {**value, "unexpected": "x"}
        yield from ({name: inner for name, inner in value.items() if name != gone} for gone in value)
    elif isinstance(value, list):
        yield from ([], [*value, "x"]) if value else ()
    elif isinstance(value, str):
        yield from ("", "x" * 20_001, value + "!")


def replaced(value: Any, path: tuple[Any, ...], replacement: Any) -> Any:
    if not path:
        return replacement
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = replacement
    return changed


def missing(sample: Any, ours: Any) -> set[str]:
    """The paths of the sample that our payload does not have; of lists, the first items are compared."""
    if isinstance(sample, list):
        return missing(sample[0], ours[0]) if sample and ours else set()
    if not isinstance(sample, dict):
        return set()
    absent = {name for name in sample if name not in ours} - ENTERPRISE
    nested = {
        f"{name}.{path}" for name in sample.keys() & ours.keys() for path in missing(sample[name], ours[name] or {})
    }
    return absent | nested
