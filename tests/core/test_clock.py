from datetime import UTC, datetime, timedelta

from core.clock import Clock


def test_the_clock_says_the_time_in_utc():
    before, now, after = datetime.now(UTC), Clock().now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is UTC


def test_a_clock_can_be_set_ahead_or_back():
    for offset in (timedelta(days=90), timedelta(hours=-5)):
        assert abs(Clock(offset).now() - datetime.now(UTC) - offset) < timedelta(minutes=1)
