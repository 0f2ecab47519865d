"""From what somebody typed to a value."""

from datetime import date

import pytest

from bot.values import (
    Labels,
    MetricName,
    ModelVersion,
    ProjectKey,
    Zone,
    choices_of,
    parser_of,
)
from core.durations import Box, Unit, WorkingTime
from core.errors import InvalidInput
from core.ids import TaskKey
from core.members import Identity, MemberRef
from core.metrics import Measurement
from core.tasks import Kind


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, "  as it is  ", "as it is"),
        (int, " 12 ", 12),
        (int, "-3", -3),
        (int, "007", 7),
        (float, "0.91", 0.91),
        (float, "−1e-3", -0.001),
        (bool, "Yes", True),
        (bool, "on", True),
        (bool, "1", True),
        (bool, "NO", False),
        (bool, "off", False),
        (Kind, "ab test", Kind.AB_TEST),
        (TaskKey, "#churn-12", TaskKey("CHURN", 12)),
        (MemberRef, "@Ana Lima", MemberRef("Ana Lima")),
        (Identity, "GitHub:Ana", Identity("github", "", "ana")),
        (Box, "2w", Box(WorkingTime(2, Unit.WEEK))),
        (Box, "2026-12-15", Box(until=date(2026, 12, 15))),
        (Measurement, "val_auc = .91", Measurement("val_auc", 0.91)),
        (ProjectKey, "churn", "CHURN"),
        (Zone, "europe/lisbon", "Europe/Lisbon"),
        (ModelVersion, "Churn@v2.0", "churn@v2.0"),
        (MetricName, " val_auc ", "val_auc"),
        (Labels, "#GPU, ops gpu", ("gpu", "ops")),
    ],
)
def test_a_value_is_read_as_people_write_it(kind: object, text: str, value: object) -> None:
    assert parser_of(kind)(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, ""),
        (int, "3.5"),
        (int, "３"),
        (int, "-"),
        (int, "1-2"),
        (int, "1" * 10),
        (int, "1_000"),
        (float, "inf"),
        (float, "NaN"),
        (float, "0,9"),
        (bool, "maybe"),
        (Kind, ""),
        (Kind, "kind"),
        (TaskKey, "12"),
        (Box, "ten days"),
        (Labels, "a!b"),
    ],
)
def test_what_is_no_such_value_is_refused_with_what_to_write(kind: object, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parser_of(kind)(text)
    assert f"“{text}”" in caught.value.message or not text
    assert caught.value.hint


def test_a_refusal_quotes_no_more_than_a_person_wants_to_read() -> None:
    for kind in (int, bool, Kind, TaskKey, Box, ProjectKey, ModelVersion):
        with pytest.raises(InvalidInput) as caught:
            parser_of(kind)("x" * 10_000)
        assert len(caught.value.message) < 120


def test_what_can_be_chosen_is_known_beforehand() -> None:
    assert choices_of(Kind) == tuple(kind.value for kind in Kind)
    assert choices_of(bool) == ("yes", "no")
    assert choices_of(str) == choices_of(TaskKey) == ()


def test_a_type_that_nobody_can_type_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="no command can take"):
        parser_of(dict)
