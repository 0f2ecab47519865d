"""Forms as Discord's modals, and what comes back of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bot.platforms.discord.render import Component
from bot.platforms.literal import literal
from core.forms import Ask, Choice, Form, FormField
from core.text import clip

# Discord's numbers for the kinds of components in a modal.
_SELECT, _INPUT, _LABEL = 3, 4, 18
_SHORT, _PARAGRAPH = 1, 2
TITLE = LABEL = 45  # characters
HINT = PLACEHOLDER = 100
INPUT = 4_000
OPTION = 100
OPTIONS = 25
FIELD = "field."


@dataclass(frozen=True, slots=True)
class Origin:
    """What a form must know when it comes back: the command, what was given already, and which fields it shows."""

    root: str
    name: str
    kept: dict[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()

    @classmethod
    def of(cls, form: Form) -> Self:
        return cls(form.root, form.name, dict(form.kept), tuple(one.name for one in form.fields))

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, body: Mapping[str, Any]) -> Self | None:
        """None for what another version wrote."""
        try:
            return cls(**{**body, "shown": tuple(body["shown"]), "kept": dict(body["kept"])})
        except (TypeError, KeyError, ValueError):
            return None


def render_form(form: Form, custom_id: str, offered: Mapping[str, tuple[Choice, ...]] = {}) -> Component | None:
    """None where it cannot carry what was given. `offered` are the choices of fields that are searched, where all there
    are can be offered; any other such field is typed."""
    if any(len(one.value.encode("utf-16-le")) // 2 > INPUT for one in form.fields):
        return None
    fields = [_label(one, offered.get(one.name, ())) for one in form.fields]
    return {"custom_id": custom_id, "title": clip(literal(form.title), TITLE), "components": fields}


def read_values(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; a field that was left empty, or is not as Discord sends it, is not among them."""
    found = {}
    for component in _inputs(data.get("components")):
        name, text = str(component.get("custom_id") or ""), _value(component)
        if name.startswith(FIELD) and text:
            found[name.removeprefix(FIELD)] = text
    return found


def _inputs(components: Any) -> list[Mapping[str, Any]]:
    """Each stands in a label, or in a row where an older client sends it so."""
    found: list[Mapping[str, Any]] = []
    for outer in components if isinstance(components, list) else ():
        if isinstance(outer, dict):
            inner = outer.get("components") or [outer.get("component")]
            found += [one for one in inner if isinstance(one, dict)]
    return found


def _value(component: Mapping[str, Any]) -> str:
    values = component.get("values")
    if isinstance(values, list):
        return str(values[0]) if values else ""
    return str(component.get("value") or "").strip()


def _label(one: FormField, offered: tuple[Choice, ...]) -> Component:
    """The field's own words, or its name above them where they are too long for a label."""
    words = literal(one.label)
    is_long = len(words) > LABEL
    label = clip(one.name.capitalize(), LABEL) if is_long else words
    hint = words if is_long else literal(one.hint)
    component = _component(one, offered)
    shown: Component = {"type": _LABEL, "label": label, "component": component}
    return shown | {"description": clip(hint, HINT)} if hint else shown


def _component(one: FormField, offered: tuple[Choice, ...]) -> Component:
    choices = one.choices if one.ask is Ask.CHOICE else offered
    is_offered = not one.value or any(choice.value == one.value for choice in choices)
    if 0 < len(choices) <= OPTIONS and is_offered:
        return {
            "type": _SELECT, "custom_id": FIELD + one.name, "required": one.is_required,
            "min_values": int(one.is_required), "max_values": 1,
            "options": [_option(choice, choice.value == one.value) for choice in choices],
        }  # fmt: skip
    shown: Component = {
        "type": _INPUT, "custom_id": FIELD + one.name, "style": _PARAGRAPH if one.ask is Ask.TEXT else _SHORT,
        "required": one.is_required, "max_length": INPUT,
    }  # fmt: skip
    if one.ask is Ask.DAY:
        shown["placeholder"] = "2026-12-20"
    elif len(literal(one.label)) > LABEL and one.hint:
        shown["placeholder"] = clip(literal(one.hint), PLACEHOLDER)
    return shown | {"value": one.value} if one.value else shown


def _option(choice: Choice, is_chosen: bool) -> Component:
    label = clip(literal(choice.label), OPTION) or "—"
    option: Component = {"label": label, "value": choice.value}
    return option | {"default": True} if is_chosen else option
