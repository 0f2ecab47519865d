import pytest

from core.errors import InvalidInput, NotFound
from core.ids import ChannelRef
from core.metrics import (
    Direction,
    Measurement,
    MetricDefinition,
    define_metric,
    is_good,
    judge,
    list_metrics,
    parse_metric_name,
    parse_number,
    record_metric,
)
from core.projects import create_project
from core.task_views import view_task
from tests.drivers import refusal


def metric(direction=Direction.UP, *, baseline=None, target=None):
    return MetricDefinition(project_id=1, name="val_auc", direction=direction, baseline=baseline, target=target)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.91, "0.91, above the target of 0.90 (baseline 0.88)"),
        (0.9, "0.90, at the target of 0.90 (baseline 0.88)"),
        (0.8, "0.80, below the target of 0.90 (baseline 0.88)"),
        (0.9001, "0.9001, above the target of 0.9000 (baseline 0.8800)"),
        (1, "1.00, above the target of 0.90 (baseline 0.88)"),
        (-0.5, "-0.50, below the target of 0.90 (baseline 0.88)"),
    ],
)
def test_a_value_is_told_against_target_and_baseline_with_equal_decimals(value, words):
    assert judge(value, metric(target=0.9, baseline=0.88)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12, "12, below the target of 20 (lower is better) (baseline 31)"),
        (20, "20, at the target of 20 (lower is better) (baseline 31)"),
        (25.5, "25.5, above the target of 20.0 (lower is better) (baseline 31.0)"),
    ],
)
def test_where_lower_is_better_it_says_so(value, words):
    assert judge(value, metric(Direction.DOWN, target=20, baseline=31)) == words


def test_without_a_baseline_only_the_target_is_told():
    assert judge(0.91, metric(target=0.9)) == "0.91, above the target of 0.90"


@pytest.mark.parametrize(
    ("direction", "value", "words"),
    [
        (Direction.UP, 0.9, "0.90, better than the baseline of 0.88"),
        (Direction.UP, 0.8, "0.80, worse than the baseline of 0.88"),
        (Direction.UP, 0.88, "0.88, as good as the baseline of 0.88"),
        (Direction.DOWN, 0.9, "0.90, worse than the baseline of 0.88"),
        (Direction.DOWN, 0.8, "0.80, better than the baseline of 0.88"),
        (Direction.DOWN, 0.88, "0.88, as good as the baseline of 0.88"),
    ],
)
def test_without_a_target_the_baseline_decides(direction, value, words):
    assert judge(value, metric(direction, baseline=0.88)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.91, "0.91"),
        (3.0, "3"),
        (1200, "1200"),
        (1e-9, "1e-09"),
        (1e15, "1e+15"),
        (0.123456, "0.123456"),
        (-0.5, "-0.5"),
    ],
)
def test_a_value_that_nobody_defined_is_only_shown(value, words):
    assert judge(value, None) == judge(value, metric()) == words


@pytest.mark.parametrize(
    ("direction", "value", "good"),
    [
        (Direction.UP, 0.91, True),
        (Direction.UP, 0.9, True),
        (Direction.UP, 0.89, False),
        (Direction.DOWN, 0.89, True),
        (Direction.DOWN, 0.9, True),
        (Direction.DOWN, 0.91, False),
    ],
)
def test_a_value_is_good_when_it_reaches_the_target(direction, value, good):
    assert is_good(value, metric(direction, target=0.9)) is good


def test_without_a_target_nothing_is_good_or_bad():
    assert is_good(0.9, None) is None
    assert is_good(0.9, metric(baseline=0.1)) is None


@pytest.mark.parametrize(
    ("text", "number"), [("0.91", 0.91), (" .8 ", 0.8), ("-1e-3", -0.001), ("−2", -2.0), ("1e308", 1e308), ("7", 7.0)]
)
def test_a_number_is_read(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "banana", "nan", "inf", "-Infinity", "1e999", "0,91", "0.9 0.8", "--1"])
def test_what_is_no_number_is_refused(text):
    with refusal(InvalidInput, "is not a number", "0.91"):
        parse_number(text)


def test_a_measurement_is_a_name_and_a_number():
    assert Measurement.parse(" val_auc = 0.91 ") == Measurement("val_auc", 0.91)
    assert Measurement.parse("eval/f1@10=.5") == Measurement("eval/f1@10", 0.5)


@pytest.mark.parametrize("text", ["val_auc", "", "0.91"])
def test_a_measurement_without_a_value_is_refused(text):
    with refusal(InvalidInput, "is not a metric", "val_auc=0.91"):
        Measurement.parse(text)


@pytest.mark.parametrize("name", ["", "1auc", "val auc", "-x", "a" * 65, "<b>", "a=b", "a\nb", "aa" + "İ" * 40])
def test_what_cannot_be_a_metrics_name_is_refused(name):
    with refusal(InvalidInput, "cannot be a metric's name", "val_auc"):
        parse_metric_name(name)


def define(board, name="val_auc", **fields):
    wanted = {"project": None, "channel": None, "direction": Direction.UP, "baseline": None, "target": None}
    return board.do(define_metric, name=name, **(wanted | {"meaning": ""} | fields))


def test_a_defined_metric_is_kept_with_every_field(board):
    made = define(board, direction=Direction.DOWN, baseline=0.88, target=1e-300, meaning="  How   good\nit is ")
    (kept,) = board.read(lambda work: list_metrics(work, project="CHURN", channel=None))
    assert kept == made
    assert kept.meaning == "How good it is"
    assert (kept.direction, kept.baseline, kept.target) == (Direction.DOWN, 0.88, 1e-300)


def test_a_definition_replaces_the_one_of_that_name_in_any_case(board):
    define(board, "val_auc", target=0.9)
    define(board, "other")
    define(board, "VAL_AUC", baseline=0.5)
    kept = board.read(lambda work: list_metrics(work, project=None, channel=None))
    assert [(m.name, m.target, m.baseline) for m in kept] == [("other", None, None), ("VAL_AUC", None, 0.5)]


def test_defining_a_metric_is_told_in_the_audit_log(board):
    define(board)
    assert board.told()[-1] == "defined metric val_auc in CHURN"


def test_a_metric_belongs_to_its_project(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    define(board, project="OTHER")
    assert board.read(lambda work: list_metrics(work, project="CHURN", channel=None)) == ()
    with refusal(NotFound, "no project NOPE", "CHURN, OTHER"):
        define(board, project="NOPE")


def test_a_metric_is_defined_for_the_channels_project(board):
    channel = ChannelRef("slack", "T1", "C1")
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=channel, channel_name="")
    define(board, channel=channel)
    assert len(board.read(lambda work: list_metrics(work, project="OTHER", channel=None))) == 1


def measure(board, task, name, value):
    board.do(
        lambda work, *, actor, now: record_metric(work, task, Measurement(name, value), actor=actor, now=now)
    )  # fmt: skip


def test_a_task_shows_the_newest_value_of_each_metric(board):
    task = board.new()
    measure(board, task, "val_auc", 0.8)
    board.later(minutes=5)
    measure(board, task, "val_auc", 0.91)
    measure(board, task, "f1", -0.0)
    readings = board.read(lambda work: work.metrics.readings(task.id))
    assert [(reading.name, reading.value, reading.at) for reading in readings] == [
        ("f1", 0.0, board.now),
        ("val_auc", 0.91, board.now),
    ]


def test_a_recorded_value_is_told_with_the_one_before(board):
    task = board.new()
    measure(board, task, "val_auc", 0.8)
    measure(board, task, "val_auc", 0.91)
    assert board.told(task)[1:] == ["recorded val_auc 0.8", "recorded val_auc 0.91 (before: 0.8)"]


def test_a_value_meets_its_definition_whatever_the_case(board):
    task = board.new()
    define(board, "Val_AUC", target=0.9)
    measure(board, task, "val_auc", 0.91)
    ((reading, definition),) = board.read(lambda work: view_task(work, key=task.key)).metrics
    assert judge(reading.value, definition) == "0.91, above the target of 0.90"
