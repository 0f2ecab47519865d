"""Discord's official description of its HTTP API, where it is at hand: `specs/discord/openapi.json` in ../shared or
LABKEEPER_SPECS."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

# Names of parameters here and there.
_NAMES = {
    "{app}": "{application_id}", "{guild}": "{guild_id}", "{channel}": "{channel_id}", "{message}": "{message_id}",
    "{user}": "{user_id}", "{command}": "{command_id}", "{emoji}": "{emoji_name}", "{interaction}": "{interaction_id}",
}  # fmt: skip
# What the description lacks, though Discord and discord.py have it.
UNDESCRIBED = {("GET", "/oauth2/applications/@me"), ("DELETE", "/users/@me/guilds/{guild}")}
UNDESCRIBED_PARAMETERS = {"use_nested_fields"}


def discord_folder() -> Path | None:
    root = Path(os.environ.get("LABKEEPER_SPECS") or Path(__file__).parents[3].parent / "shared")
    return next((folder for folder in (root / "specs" / "discord", root / "discord") if folder.is_dir()), None)


class Specification:
    """Of alternatives, only those of the value's own `type` are tried: the result is the same, many times faster."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._paths = description["paths"]
        self._components = description["components"]
        # The one relaxation: ids may be numbers.
        self._components["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        self._class = extend(Draft202012Validator, {"anyOf": self._alternatives, "oneOf": self._alternatives})
        self._validators: dict[tuple[str, str], Any] = {}

    @staticmethod
    def find() -> "Specification | None":
        folder = discord_folder()
        return _read(folder / "openapi.json") if folder else None

    def problems(self, method: str, path: str, query: dict[str, str], body: Any) -> list[str]:
        """What is wrong with the request; of each place the first."""
        if (method, path) in UNDESCRIBED:
            return []
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} is not described"]
        known = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one.get("in") == "query"}
        found = [f"unknown parameter {name}" for name in query.keys() - known.keys() - UNDESCRIBED_PARAMETERS]
        validator = self._validator(method, path, operation)
        if validator is None:
            return found if body is None else [*found, "no body is described"]
        if body is None:
            return found
        return [*found, *(_words(error) for error in validator.iter_errors(body))][:5]

    def answer(self, method: str, path: str) -> dict[str, Any] | None:
        """What is described of the answers, by status."""
        operation = self._operation(method, path)
        return operation["responses"] if operation else None

    def shape_problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What an answer lacks of the described shape. `path` is a real one."""
        path = path.partition("?")[0]
        for described, operations in self._paths.items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(described))
            if re.fullmatch(pattern, path) and method.lower() in operations:
                schema = operations[method.lower()]["responses"][str(status)]["content"]["application/json"]["schema"]
                validator = self._class({**schema, "components": self._components})
                return [_words(error) for error in validator.iter_errors(body)][:5]
        return [f"{method} {path} is not described"]

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for ours, theirs in _NAMES.items():
            path = path.replace(ours, theirs)
        if path.startswith("/interactions"):
            path = path.replace("{token}", "{interaction_token}")
        if path.startswith("/webhooks"):
            path = path.replace("{application_id}", "{webhook_id}").replace("{token}", "{webhook_token}")
        operation: dict[str, Any] | None = self._paths.get(path, {}).get(method.lower())
        return operation

    def _validator(self, method: str, path: str, operation: dict[str, Any]) -> Any:
        if (method, path) not in self._validators:
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            schema = {**content["schema"], "components": self._components} if content else None
            self._validators[method, path] = self._class(schema) if schema else None
        return self._validators[method, path]

    def _alternatives(self, validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[ValidationError]:
        if "enum" not in schema and "const" not in branches[0]:
            branches = [branch for branch in branches if self._may_be(branch, value)]
        errors: list[ValidationError] = []
        for branch in branches:
            found = list(validator.descend(value, branch))
            if not found:
                return
            errors += found
        best = max(errors, key=lambda error: len(error.absolute_path), default=None)
        yield best or ValidationError(f"is none of the described alternatives: {str(value)[:80]}")

    def _may_be(self, branch: dict[str, Any], value: Any) -> bool:
        if "$ref" in branch:
            branch = self._components["schemas"][branch["$ref"].rpartition("/")[2]]
        if branch.get("type") == "null" or not isinstance(value, dict):
            return (branch.get("type") == "null") == (value is None)
        kinds = branch.get("properties", {}).get("type", {}).get("enum")
        return kinds is None or value.get("type") in kinds


@cache
def _read(path: Path) -> Specification:
    return Specification(json.loads(path.read_text(encoding="utf-8")))


def _words(error: ValidationError) -> str:
    return f"{'/'.join(map(str, error.absolute_path)) or 'body'} {error.message[:200]}"
