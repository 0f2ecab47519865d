"""What goes into a column comes out as it went in, on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, make_url, select, text, type_coerce
from sqlalchemy.exc import StatementError
from sqlalchemy.types import Text

from storage.types import Choice, Day, JsonObject, Ordered, Rank, UtcDateTime, Words
from tests.storage.probes import rows


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"
    HUGE = "huge"


SAMPLES = Table(
    "samples",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("day", Day),
    Column("body", JsonObject),
    Column("words", Words),
    Column("choice", Choice(Size)),
    Column("size", Ordered(Size)),
    Column("rank", Rank),
)


@pytest.fixture
def kept(database_url):
    """Writes values into a row of their own and hands back what is read."""
    url = make_url(database_url)
    engine = create_engine(url if url.drivername == "sqlite" else url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        SAMPLES.create(connection)

        def keep(**values):
            with connection.begin_nested():
                row_id = connection.execute(insert(SAMPLES).values(values)).inserted_primary_key[0]
            return connection.execute(select(SAMPLES).where(SAMPLES.c.id == row_id)).one()

        keep.connection = connection
        yield keep
    engine.dispose()


many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, lambda inner: st.lists(inner, max_size=3)
)


@many
@given(at=st.datetimes(timezones=st.just(UTC)))
def test_a_time_is_kept_to_the_microsecond(kept, at):
    read = kept(at=at).at
    assert read == at
    assert read.tzinfo is UTC


def test_a_time_of_another_zone_is_the_same_moment_in_utc(kept):
    tokyo = timezone(timedelta(hours=9))
    read = kept(at=datetime(2026, 11, 18, 19, 0, 0, 1, tzinfo=tokyo)).at
    assert read.isoformat() == "2026-11-18T10:00:00.000001+00:00"


def test_a_time_without_a_zone_is_refused(kept):
    with pytest.raises(StatementError, match="a time without a zone cannot be stored"):
        kept(at=datetime(2026, 11, 18, 10, 0))  # noqa: DTZ001


def test_times_sort_and_compare_as_moments(kept):
    zones = [timezone(timedelta(hours=hours)) for hours in (9, 0, -5)]
    moments = [datetime(2026, 11, 18, 10, 0, tzinfo=zone) for zone in zones]
    for moment in reversed(moments):
        kept(at=moment)
    found = kept.connection.execute(
        select(SAMPLES.c.at).where(SAMPLES.c.at > moments[0]).order_by(SAMPLES.c.at)
    ).scalars()  # fmt: skip
    assert list(found) == moments[1:]


def test_nothing_stays_nothing(kept):
    row = kept(at=None, day=None, body=None, choice=None, size=None)
    assert (row.at, row.day, row.body, row.choice, row.size) == (None, None, None, None, None)


@many
@given(day=st.dates())
def test_a_day_is_kept(kept, day):
    assert kept(day=day).day == day


def test_days_sort_as_days(kept):
    for day in (date(2026, 12, 1), date(2026, 2, 10), date(999, 1, 1)):
        kept(day=day)
    assert list(kept.connection.execute(select(SAMPLES.c.day).order_by(SAMPLES.c.day)).scalars()) == [
        date(999, 1, 1), date(2026, 2, 10), date(2026, 12, 1),
    ]  # fmt: skip


@many
@given(body=st.dictionaries(TEXT, JSON, max_size=4))
def test_a_json_object_is_kept(kept, body):
    assert kept(body=body).body == body


WORDS = st.lists(st.from_regex(r"[\w.+/-]{1,8}", fullmatch=True), max_size=5).map(tuple)


@many
@given(words=WORDS)
def test_words_are_kept(kept, words):
    assert kept(words=words).words == words


def test_a_whole_word_can_be_searched_for(kept):
    kept(words=("loss", "tails"))
    for word, found in (("loss", 1), ("tails", 1), ("tail", 0), ("los", 0), ("loss tails", 1)):
        condition = type_coerce(SAMPLES.c.words, Text).contains(f" {word} ")
        assert len(kept.connection.execute(select(SAMPLES).where(condition)).all()) == found


@pytest.mark.parametrize("size", Size)
def test_a_choice_is_kept_by_its_value_and_an_order_by_its_place(kept, size):
    row = kept(choice=size, size=size)
    assert (row.choice, row.size) == (size, size)
    stored = kept.connection.execute(text("SELECT choice, size FROM samples")).one()
    assert tuple(stored) == (size.value, list(Size).index(size))


def test_what_is_ordered_sorts_by_place_and_not_by_name(kept):
    for size in (Size.HUGE, Size.SMALL, Size.LARGE):
        kept(size=size)
    assert list(kept.connection.execute(select(SAMPLES.c.size).order_by(SAMPLES.c.size)).scalars()) == list(Size)


def test_a_stored_choice_that_the_program_no_longer_knows_is_noticed(kept):
    kept.connection.execute(text("INSERT INTO samples (choice) VALUES ('tiny')"))
    with pytest.raises(ValueError, match="tiny"):
        kept.connection.execute(select(SAMPLES.c.choice)).all()


def test_ranks_sort_byte_by_byte_whatever_the_language(kept):
    ranks = ["0a", "0z", "0_", "1", "10", "1i", "a", "aa", "b"]
    for rank in reversed(ranks):
        kept(rank=rank)
    found = kept.connection.execute(select(SAMPLES.c.rank).order_by(SAMPLES.c.rank)).scalars()
    assert list(found) == sorted(ranks)


def test_sqlite_keeps_times_as_numbers_that_sort(board, sqlite_url, database_url):
    if database_url != sqlite_url:
        pytest.skip("a matter of SQLite, which has no times of its own")
    board.new()
    ((created_at,),) = rows(sqlite_url, "SELECT created_at FROM tasks")
    assert created_at == int(board.now.timestamp()) * 1_000_000
