"""A form as a person sees it and fills it in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord.component_checks import LABEL, ROW, STRING_SELECT, TEXT_INPUT
from tests.fakes.discord.records import Interaction, Json


@dataclass(frozen=True)
class Form:
    interaction: Interaction

    @property
    def title(self) -> str:
        return str(self.interaction.form["title"])

    @property
    def fields(self) -> dict[str, Json]:
        """By their labels."""
        return dict(_fields(self.interaction.form))

    @property
    def values(self) -> dict[str, Any]:
        """What stands in them before anybody typed, by their labels."""
        return {name: _preset(field) for name, field in self.fields.items()}

    @property
    def text(self) -> str:
        """For a person to read."""
        lines = [f"[form] {self.title}"]
        for one in self.interaction.form["components"]:
            if one["type"] == 10:
                lines.append(f"  {one['content']}")
                continue
            name, field = next(_fields({"components": [one]}))
            required = "" if field.get("required", True) else " (optional)"
            lines.append(f"  {name}{required}: {_preset(field) or ''}".rstrip())
            if one.get("description"):
                lines.append(f"    {one['description']}")
        return "\n".join(lines)


def _fields(form: Json) -> Iterator[tuple[str, Json]]:
    for one in form["components"]:
        if one["type"] == ROW:
            yield one["components"][0]["label"], one["components"][0]
        elif one["type"] == LABEL:
            yield one["label"], one["component"]


def _preset(field: Json) -> Any:
    if field["type"] == TEXT_INPUT:
        return field.get("value") or ""
    if field["type"] == STRING_SELECT:
        return [option["value"] for option in field["options"] if option.get("default")]
    return [one["id"] for one in field.get("default_values") or ()]


def filled(form: Json, values: Mapping[str, Any]) -> list[Json]:
    """What the client sends. `values` are by label or custom_id; others stay as they are. Raises ValueError."""
    named: dict[str, Any] = {}
    for name, field in _fields(form):
        key = next((key for key in values if key in (name, field["custom_id"])), None)
        named[field["custom_id"]] = _preset(field) if key is None else values[key]
        _check(name, field, named[field["custom_id"]])
    known = {*named, *(name for name, _ in _fields(form))}
    if unknown := values.keys() - known:
        raise ValueError(f"no field {sorted(unknown)}; there is: {sorted(known)}")
    return [_sent(one, named, number) for number, one in enumerate(form["components"], 1)]


def _check(name: str, field: Json, value: Any) -> None:
    is_required = field.get("required", True)
    if field["type"] == TEXT_INPUT:
        least, most = field.get("min_length") or 0, field.get("max_length") or 4_000
        if (is_required and not value) or (value and not least <= len(value) <= most):
            raise ValueError(f"{name} has {least or 1} to {most} characters")
        return
    least, most = field.get("min_values", 1), field.get("max_values", 1)
    if not isinstance(value, list | tuple) or ((value or is_required) and not least <= len(value) <= most):
        raise ValueError(f"of {name} {least} to {most} are chosen, as a list: {value!r}")
    offered = {option["value"] for option in field.get("options") or ()}
    if offered and not set(value) <= offered:
        raise ValueError(f"{name} is one of {sorted(offered)}")


def _sent(one: Json, named: dict[str, Any], number: int) -> Json:
    body: Json = {"type": one["type"], "id": one.get("id") or number}
    if one["type"] == ROW:
        return body | {"components": [_value(one["components"][0], named)]}
    if one["type"] == LABEL:
        return body | {"component": _value(one["component"], named)}
    return body


def _value(field: Json, named: dict[str, Any]) -> Json:
    value = named[field["custom_id"]]
    body: Json = {"type": field["type"], "id": field.get("id") or 100, "custom_id": field["custom_id"]}
    return body | ({"value": value} if field["type"] == TEXT_INPUT else {"values": list(value)})
