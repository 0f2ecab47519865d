"""Form: a question with a few fields, without a platform."""

from dataclasses import dataclass
from enum import StrEnum


class Ask(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    SEARCH = "search"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what would be typed, `label` what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """`value` is what stands in it already, as it would be typed; `choices` are those of a `CHOICE`. A `DAY` is typed
    as `2026-12-20`."""

    name: str
    label: str
    ask: Ask
    is_required: bool
    hint: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Asks for the rest of a command, `root` and `name`; `kept` are values that were given and are not asked for."""

    root: str
    name: str
    title: str
    fields: tuple[FormField, ...]
    submit: str
    kept: tuple[tuple[str, str], ...] = ()
