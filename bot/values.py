"""From what somebody typed to a value, by the type a command's parameter has."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, NewType, Self

from core.calendar import Weekday
from core.calendar_words import Hours, Quiet, parse_clock, parse_day, parse_hours, parse_weekday, parse_weekdays
from core.deciding import Cost, check_policy
from core.durations import Box, WorkingTime
from core.errors import InvalidInput
from core.filters import Filters
from core.ids import ChannelRef, TaskKey, parse_project_key
from core.members import Identity, MemberRef, parse_identity, parse_zone
from core.metrics import Measurement, parse_metric_name, parse_number
from core.reactions import parse_emoji
from core.tasks import parse_labels, parse_version
from core.text import clean_line


@dataclass(frozen=True, slots=True)
class ChannelWord:
    """A channel as somebody typed it; `ref` where the chat said which one that is."""

    name: str
    ref: ChannelRef | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(clean_line(text, what="channel", limit=80).removeprefix("#"))


ProjectKey = NewType("ProjectKey", str)
NewProjectKey = NewType("NewProjectKey", str)
Zone = NewType("Zone", str)
ModelVersion = NewType("ModelVersion", str)
MetricName = NewType("MetricName", str)
# Empty for none.
Emoji = NewType("Emoji", str)
Labels = NewType("Labels", tuple[str, ...])
# Of tasks to make, with semicolons or each on a line of its own.
Titles = NewType("Titles", tuple[str, ...])

Weekdays = NewType("Weekdays", frozenset[Weekday])
OneWeekday = NewType("OneWeekday", Weekday)
ClockTime = NewType("ClockTime", time)
Costs = NewType("Costs", tuple[Cost, ...])

# Typed for “nothing”, where a value may be taken away.
CLEAR_WORDS = frozenset({"none", "nobody", "-", "–", "—"})
_YES = frozenset({"yes", "y", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0"})


def parser_of(kind: Any) -> Callable[[str], object]:
    """Raises `TypeError` for a type that no command may have as a parameter."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda text: parse_choice(kind, text)
    if kind not in _PARSERS:
        raise TypeError(f"no command can take a {kind}")
    return _PARSERS[kind]


def choices_of(kind: Any) -> tuple[str, ...]:
    """The words there are to choose from, where these are known beforehand."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(member.value for member in kind)
    return ("yes", "no") if kind is bool else ()


def parse_choice(kind: type[StrEnum], text: str) -> StrEnum:
    word = text.strip().casefold().replace(" ", "-").replace("_", "-")
    try:
        return kind(word)
    except ValueError:
        words = [member.value for member in kind]
        raise InvalidInput(f"“{text.strip()[:40]}” is not one of them.", f"Choose: {', '.join(words)}.") from None


def _parse_int(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.lstrip("-").isdigit() and len(digits) <= 9):
        raise InvalidInput(f"“{digits[:40]}” is not a whole number.", "Write digits only, for example 3.")
    return int(digits)


def _parse_bool(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise InvalidInput(f"“{text.strip()[:40]}” is neither yes nor no.", "Write yes or no.")
    return word in _YES


def _parse_emoji(text: str) -> str:
    return "" if text.strip().casefold() in CLEAR_WORDS else parse_emoji(text)


def _parse_costs(text: str) -> tuple[Cost, ...]:
    words = [word.strip().casefold() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in list(Cost)]
    if unknown:
        raise InvalidInput(f"“{unknown[0][:40]}” is no cost.", f"There is: {', '.join(Cost)}.")
    return check_policy(tuple(Cost(word) for word in words))


_PARSERS: dict[Any, Callable[[str], object]] = {
    str: str.strip,
    int: _parse_int,
    float: parse_number,
    bool: _parse_bool,
    TaskKey: TaskKey.parse,
    MemberRef: MemberRef.parse,
    Identity: parse_identity,
    ChannelWord: ChannelWord.parse,
    Box: Box.parse,
    Measurement: Measurement.parse,
    ProjectKey: parse_project_key,
    NewProjectKey: parse_project_key,
    Zone: parse_zone,
    ModelVersion: parse_version,
    MetricName: parse_metric_name,
    Emoji: _parse_emoji,
    Labels: parse_labels,
    Titles: lambda text: tuple(title.strip() for title in re.split(r"[;\n]", text) if title.strip()),
    WorkingTime: WorkingTime.parse,
    Costs: _parse_costs,
    date: parse_day,
    Weekdays: parse_weekdays,
    OneWeekday: parse_weekday,
    ClockTime: parse_clock,
    Hours: parse_hours,
    Quiet: Quiet.parse,
    Filters: Filters.parse,
}
