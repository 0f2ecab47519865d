"""Metrics: what a number means in a project, and whether it is good."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.errors import InvalidInput
from core.events import MetricDefined, MetricRecorded
from core.ids import ChannelRef
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import choose_project
from core.tasks import Task
from core.text import clean_line

_NAME = re.compile(r"[A-Za-z_][\w./@-]{0,63}")
MEANING_LIMIT = 300


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDefinition:
    """`meaning` is for people who do not know the word."""

    project_id: int
    name: str
    direction: Direction
    baseline: float | None = None
    target: float | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """`val_auc=0.91` as somebody gave it."""

    name: str
    value: float

    @classmethod
    def parse(cls, text: str) -> "Measurement":
        name, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput(f"“{text[:40]}” is not a metric.", "Write name=value: val_auc=0.91.")
        return cls(parse_metric_name(name), parse_number(value))


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest value of a metric on a task, and the extremes of all there were."""

    name: str
    value: float
    at: datetime
    highest: float | None = None
    lowest: float | None = None

    def best(self, direction: Direction) -> float:
        found = self.highest if direction is Direction.UP else self.lowest
        return self.value if found is None else found


def parse_metric_name(text: str) -> str:
    name = text.strip()
    # Compared without case, and there are letters that become two: both must fit.
    if not (_NAME.fullmatch(name) and _NAME.fullmatch(name.lower())):
        raise InvalidInput(
            f"“{name[:40]}” cannot be a metric's name.", "Use letters, digits and _ . / -, as in val_auc."
        )
    return name


def parse_number(text: str) -> float:
    try:
        number = float(text.strip().replace("−", "-"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(f"“{text.strip()[:40]}” is not a number.", "Write it with a point: 0.91.")
    return number


def define_metric(
    work: UnitOfWork,
    *,
    actor: Actor,
    project: str | None,
    channel: ChannelRef | None,
    name: str,
    direction: Direction,
    baseline: float | None,
    target: float | None,
    meaning: str,
    now: datetime,
) -> MetricDefinition:
    """Says what is good; a definition of that name is replaced."""
    found = choose_project(work, key=project, channel=channel)
    definition = MetricDefinition(
        project_id=found.id,
        name=name,
        direction=direction,
        baseline=baseline,
        target=target,
        meaning=clean_line(meaning, what="meaning", limit=MEANING_LIMIT) if meaning else "",
    )
    work.metrics.define(definition, now)
    record(work, MetricDefined(found.key, name), actor=actor, now=now, project_id=found.id)
    return definition


def list_metrics(work: UnitOfWork, *, project: str | None, channel: ChannelRef | None) -> tuple[MetricDefinition, ...]:
    return work.metrics.definitions(choose_project(work, key=project, channel=channel).id)


def record_metric(work: UnitOfWork, task: Task, measurement: Measurement, *, actor: Actor, now: datetime) -> None:
    before = work.metrics.record(task.id, measurement.name, measurement.value, now)
    event = MetricRecorded(measurement.name, measurement.value, before)
    record(work, event, actor=actor, now=now, task=task)


def judge(value: float, definition: MetricDefinition | None) -> str:
    """The value in words: “0.91, above the target of 0.90 (baseline 0.88)”. Shown with equal decimals."""
    if definition is None or (definition.target is None and definition.baseline is None):
        return _show(value, _decimals(value))
    target, baseline = definition.target, definition.baseline
    places = max(_decimals(number) for number in (value, target, baseline) if number is not None)
    words = _show(value, places)
    if target is not None:
        words += f", {_against(value, target)} the target of {_show(target, places)}"
        if definition.direction is Direction.DOWN:
            words += " (lower is better)"
        return words + (f" (baseline {_show(baseline, places)})" if baseline is not None else "")
    assert baseline is not None
    better = value > baseline if definition.direction is Direction.UP else value < baseline
    verdict = "as good as" if value == baseline else "better than" if better else "worse than"
    return f"{words}, {verdict} the baseline of {_show(baseline, places)}"


def is_good(value: float, definition: MetricDefinition | None) -> bool | None:
    """Whether it reaches the target; None where there is none."""
    if definition is None or definition.target is None:
        return None
    return value >= definition.target if definition.direction is Direction.UP else value <= definition.target


def _against(value: float, mark: float) -> str:
    return "at" if value == mark else "above" if value > mark else "below"


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _show(value: float, places: int) -> str:
    return f"{value:.{places}f}" if places <= 6 and abs(value) < 1e12 else f"{value:.6g}"
