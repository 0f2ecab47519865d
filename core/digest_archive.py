"""Summaries as they are stored beside what was written from them."""

from typing import TypeAlias

from core import digest_records
from core.digest_records import Listed
from core.ids import Person, TaskKey
from core.metrics import MetricDefinition, Reading
from core.monthly import MonthlySummary
from core.numbers import Numbers
from core.periods import Period
from core.records import Json, Records
from core.weekly import WeeklySummary

Summary: TypeAlias = WeeklySummary | MonthlySummary
VERSION = 1
_KINDS = [kind for kind in vars(digest_records).values() if getattr(kind, "__module__", "") == digest_records.__name__]
_RECORDS = Records(
    [WeeklySummary, MonthlySummary, Listed, Numbers, Period, Reading, MetricDefinition, Person, TaskKey, *_KINDS]
)


def summary_to_json(summary: Summary) -> dict[str, Json]:
    return {"version": VERSION, **_RECORDS.dump(summary)}


def summary_from_json(record: dict[str, Json]) -> Summary:
    summary = _RECORDS.load(record)
    assert isinstance(summary, WeeklySummary | MonthlySummary)
    return summary
