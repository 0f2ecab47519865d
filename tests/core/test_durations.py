from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.durations import MAX_RUNS, Box, Unit, WorkingTime, check_runs
from core.errors import InvalidInput
from tests.drivers import refusal


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3h", (3, Unit.HOUR)), ("10d", (10, Unit.DAY)), ("2w", (2, Unit.WEEK)), (" 1 Day ", (1, Unit.DAY)),
        ("4 HOURS", (4, Unit.HOUR)), ("1 week", (1, Unit.WEEK)), ("260d", (260, Unit.DAY)), ("52w", (52, Unit.WEEK)),
        ("2340h", (2340, Unit.HOUR)), ("007d", (7, Unit.DAY)),
    ],
)  # fmt: skip
def test_working_time_is_read_in_hours_days_and_weeks(text, length):
    assert WorkingTime.parse(text) == WorkingTime(*length)


@pytest.mark.parametrize(
    "text", ["banana", "", " ", "10", "d", "-1d", "+1d", "1.5d", "1,5d", "1000y", "3m", "1d2h", "٣d", "1e3d", "1d\n1d"]
)
def test_what_is_no_length_of_time_is_refused_with_the_forms_there_are(text):
    with refusal(InvalidInput, "is not a length of time", "Give working time: 3h, 10d or 2w."):
        WorkingTime.parse(text)
    with refusal(InvalidInput, "is not a length of time", "3h, 10d, 2w or 2026-12-15"):
        Box.parse(text)


@pytest.mark.parametrize("text", ["0d", "0h", "00w"])
def test_no_time_at_all_is_refused(text):
    with refusal(InvalidInput, f"{text} is no time at all", "between 1"):
        WorkingTime.parse(text)


@pytest.mark.parametrize(("text", "most"), [("261d", "260d"), ("53w", "52w"), ("2341h", "2340h"), ("999999d", "260d")])
def test_more_than_a_year_is_refused_with_the_longest_there_is(text, most):
    with refusal(InvalidInput, "more than a year", most):
        WorkingTime.parse(text)


def test_a_long_wrong_word_is_not_repeated_in_full():
    with pytest.raises(InvalidInput) as caught:
        WorkingTime.parse("z" * 10_000)
    assert len(caught.value.message) < 100


@given(st.sampled_from(Unit).flatmap(lambda unit: st.builds(WorkingTime, st.integers(1, unit.most), st.just(unit))))
def test_working_time_reads_as_it_is_written(length):
    assert WorkingTime.parse(str(length)) == length


def test_a_box_is_a_length_or_a_last_day():
    assert Box.parse(" 10d ") == Box(length=WorkingTime(10, Unit.DAY))
    assert Box.parse("2026-12-15") == Box(until=date(2026, 12, 15))


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "15.12.2026", "tomorrow", "runs:50"])
def test_what_is_no_box_is_refused(text):
    with refusal(InvalidInput, "2026-12-15"):
        Box.parse(text)


def test_a_box_cannot_have_both_ends_or_none():
    with pytest.raises(ValueError, match="a length or a last day"):
        Box()
    with pytest.raises(ValueError, match="a length or a last day"):
        Box(length=WorkingTime(1, Unit.DAY), until=date(2026, 12, 15))


def test_a_box_says_in_words_when_it_ends():
    assert str(Box.parse("2w")) == "2w"
    assert str(Box(length=WorkingTime(10, Unit.DAY), runs=50)) == "10d or 50 runs"
    assert str(Box(until=date(2026, 12, 15), runs=3)) == "until 2026-12-15 or 3 runs"


def test_runs_are_between_one_and_the_limit():
    assert [check_runs(1), check_runs(MAX_RUNS)] == [1, MAX_RUNS]
    for runs in (0, -1, MAX_RUNS + 1):
        with refusal(InvalidInput, f"after {runs} runs", "100,000"):
            check_runs(runs)
