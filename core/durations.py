"""`3h`, `10d`, `2w`: working time, and the promise of a timebox."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from core.errors import InvalidInput

_LENGTH = re.compile(r"([0-9]{1,6})\s*(h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
FORMS = "Give working time or a date: 3h, 10d, 2w or 2026-12-15."
_LENGTHS = "Give working time: 3h, 10d or 2w."
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_RUNS = 100_000
LONGEST = timedelta(days=366)


class Unit(StrEnum):
    HOUR = "h"
    DAY = "d"
    WEEK = "w"

    @property
    def most(self) -> int:
        """A year of working time: longer is not a timebox."""
        return {Unit.HOUR: 2_340, Unit.DAY: 260, Unit.WEEK: 52}[self]


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """An amount of working hours, days or weeks; what it means on the clock is the calendar's to say."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @classmethod
    def parse(cls, text: str, *, forms: str = _LENGTHS) -> Self:
        match = _LENGTH.fullmatch(text.strip())
        if match is None:
            raise InvalidInput(f"“{text.strip()[:40]}” is not a length of time.", forms)
        amount, unit = int(match[1]), Unit(match[2][0].lower())
        if not 1 <= amount <= unit.most:
            raise InvalidInput(
                f"{text.strip()[:40]} is {'no time at all' if amount == 0 else 'more than a year'}.",
                f"A timebox is between 1{unit} and {unit.most}{unit}.",
            )
        return cls(amount, unit)


@dataclass(frozen=True, slots=True)
class Box:
    """The promise of a timebox: working time or a last day, and perhaps a number of runs, whichever ends first."""

    length: WorkingTime | None = None
    until: date | None = None
    runs: int | None = None

    def __post_init__(self) -> None:
        if (self.length is None) == (self.until is None):
            raise ValueError("a box has a length or a last day")

    def __str__(self) -> str:
        ends = str(self.length) if self.length else f"until {self.until}"
        return f"{ends} or {self.runs} runs" if self.runs else ends

    @classmethod
    def parse(cls, text: str) -> Self:
        text = text.strip()
        try:
            return cls(until=date.fromisoformat(text))
        except ValueError:
            if _ISO.fullmatch(text):
                raise InvalidInput(f"There is no day {text}.", FORMS) from None
            return cls(length=WorkingTime.parse(text, forms=FORMS))


def check_last_day(box: Box | None, today: date) -> None:
    """Raises `InvalidInput` for a day that is over, or more than a year away."""
    if box is None or box.until is None:
        return
    if box.until < today:
        raise InvalidInput(f"{box.until} is over.", "Give a day to come, or working time such as 10d.")
    if box.until - today > LONGEST:
        raise InvalidInput(f"{box.until} is more than a year away.", "Give an earlier day, or working time: 10d.")


def check_runs(runs: int) -> int:
    if not 1 <= runs <= MAX_RUNS:
        raise InvalidInput(f"A timebox cannot end after {runs} runs.", f"Give 1 to {MAX_RUNS:,} runs, such as runs:50.")
    return runs
