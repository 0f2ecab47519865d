"""SQLite's writing thread: group commit, and that nothing ends it."""

import shutil
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from core.errors import Unavailable
from storage.engine import sqlite_writer
from storage.writer import GROUP_LIMIT, QUEUE_LIMIT, Writer
from tests.drivers import refusal
from tests.storage.probes import PATIENCE, rows


@pytest.fixture
def writer(sqlite_url):
    engine = sqlite_writer(sqlite_url, checkpoints=True)
    writer = Writer(engine)
    yield writer
    writer.close()
    engine.dispose()


@pytest.fixture
def kept(sqlite_url):
    """The names that are in the database now."""
    return lambda: [name for (name,) in rows(sqlite_url, "SELECT name FROM teams ORDER BY id")]


def add(name):
    def run(connection):
        connection.exec_driver_sql("INSERT INTO teams (name, zone, created_at) VALUES (?, 'UTC', 0)", (name,))
        return name

    return run


def fail(name, error):
    def run(connection):
        add(name)(connection)
        raise error

    return run


def submit(writer, run, seconds=PATIENCE):
    return writer.submit(run, seconds=seconds)


@contextmanager
def busy(writer, *, ends_well=True):
    """A unit is being run meanwhile, so that all that is submitted joins its group."""
    running, go = threading.Event(), threading.Event()

    def run(connection):
        running.set()
        assert go.wait(PATIENCE)

    future = submit(writer, run)
    assert running.wait(PATIENCE)
    yield future
    go.set()
    assert (future.exception(PATIENCE) is None) == ends_well


@contextmanager
def commits_counted():
    count = []

    def listen(connection):
        count.append(connection)

    event.listen(Engine, "commit", listen)
    yield count
    event.remove(Engine, "commit", listen)


def test_units_are_run_in_the_order_they_came(writer, kept):
    futures = [submit(writer, add(str(n))) for n in range(20)]
    assert [future.result(PATIENCE) for future in futures] == [str(n) for n in range(20)]
    assert kept() == [str(n) for n in range(20)]


def test_units_that_wait_share_one_commit(writer, kept):
    with commits_counted() as commits:
        with busy(writer):
            futures = [submit(writer, add(str(n))) for n in range(10)]
        for future in futures:
            future.result(PATIENCE)
        assert len(commits) == 1
    assert len(kept()) == 10


def test_a_group_has_a_limit(writer, kept):
    with commits_counted() as commits:
        with busy(writer):
            futures = [submit(writer, add(str(n))) for n in range(GROUP_LIMIT * 2)]
        for future in futures:
            future.result(PATIENCE)
        assert len(commits) == 3
    assert len(kept()) == GROUP_LIMIT * 2


def test_a_unit_that_fails_leaves_the_others_of_its_group_alone(writer, kept):
    def break_a_rule(connection):
        add("with the rule broken")(connection)
        connection.exec_driver_sql("INSERT INTO teams (id, name, zone, created_at) VALUES (1, 'x', 'UTC', 0)")

    submit(writer, add("before")).result(PATIENCE)
    with busy(writer):
        first = submit(writer, add("first"))
        raising = submit(writer, fail("raising", KeyError("mine")))
        breaking = submit(writer, break_a_rule)
        last = submit(writer, add("last"))
    assert (first.result(PATIENCE), last.result(PATIENCE)) == ("first", "last")
    assert isinstance(raising.exception(PATIENCE), KeyError)
    assert isinstance(breaking.exception(PATIENCE), IntegrityError)
    assert kept() == ["before", "first", "last"]


@pytest.mark.parametrize("error", [KeyError("mine"), Unavailable("too late", "")])
def test_a_unit_that_fails_alone_or_as_the_first_of_its_group_leaves_nothing(writer, kept, error):
    assert submit(writer, fail("alone", error)).exception(PATIENCE) is error
    running, go = threading.Event(), threading.Event()

    def run(connection):
        running.set()
        assert go.wait(PATIENCE)
        fail("first", error)(connection)

    first = submit(writer, run)
    assert running.wait(PATIENCE)
    others = [submit(writer, add(str(n))) for n in range(3)]
    go.set()
    assert first.exception(PATIENCE) is error
    assert [future.result(PATIENCE) for future in others] == ["0", "1", "2"]
    assert kept() == ["0", "1", "2"]


def test_a_result_is_told_only_after_the_commit_of_its_group(writer, kept):
    is_queued, first_is_done, go = (threading.Event() for _ in range(3))

    def first_of_all(connection):
        assert is_queued.wait(PATIENCE)

    def second(connection):
        first_is_done.set()
        assert go.wait(PATIENCE)

    submit(writer, first_of_all)
    first = submit(writer, add("first"))
    submit(writer, second)
    is_queued.set()
    assert first_is_done.wait(PATIENCE)
    assert not first.done()
    assert kept() == []
    go.set()
    assert first.result(PATIENCE) == "first"
    assert kept() == ["first"]


def test_a_refusal_is_told_only_after_the_commit_of_what_it_speaks_of(writer, kept):
    is_queued, refused_is_done, go = (threading.Event() for _ in range(3))

    def first_of_all(connection):
        assert is_queued.wait(PATIENCE)
        return add("first")(connection)

    def last(connection):
        refused_is_done.set()
        assert go.wait(PATIENCE)

    submit(writer, first_of_all)
    refused = submit(writer, fail("second", Unavailable("first was faster", "")))
    submit(writer, last)
    is_queued.set()
    assert refused_is_done.wait(PATIENCE)
    assert not refused.done()
    go.set()
    with refusal(Unavailable, "first was faster"):
        refused.result(PATIENCE)
    assert kept() == ["first"]


def test_what_is_told_can_be_read_by_everyone_at_once(writer, kept):
    seen = threading.Event()
    with busy(writer):
        future = submit(writer, add("first"))
        future.add_done_callback(lambda _: kept() == ["first"] and seen.set())
    assert seen.wait(PATIENCE)


def test_a_commit_that_fails_is_told_to_the_whole_group_and_the_writer_goes_on(writer, kept):
    def refer_to_nothing(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(
            "INSERT INTO notes (team_id, task_id, text, added_at) VALUES (99, 99, 'checked at commit', 0)"
        )

    with busy(writer, ends_well=False) as held:
        first, bad = submit(writer, add("first")), submit(writer, refer_to_nothing)
    assert isinstance(held.exception(PATIENCE), IntegrityError)
    assert isinstance(bad.exception(PATIENCE), IntegrityError)
    assert isinstance(first.exception(PATIENCE), IntegrityError)
    assert submit(writer, add("after")).result(PATIENCE) == "after"
    assert kept() == ["after"]


@pytest.mark.parametrize("error", [SystemExit(), KeyboardInterrupt(), GeneratorExit()])
def test_no_exception_ends_the_writer(writer, kept, error):
    future = submit(writer, fail("lost", error))
    assert future.exception(PATIENCE) is error
    assert submit(writer, add("after")).result(PATIENCE) == "after"
    assert kept() == ["after"]


def test_a_full_queue_refuses_at_once_and_what_is_in_it_is_done(writer, kept):
    with busy(writer):
        futures = [submit(writer, add(str(n))) for n in range(QUEUE_LIMIT)]
        refused = submit(writer, add("too much"))
        assert refused.done()
    with refusal(Unavailable, "Too much is being written", "Nothing was changed"):
        refused.result(PATIENCE)
    for future in futures:
        future.result(PATIENCE)
    assert len(kept()) == QUEUE_LIMIT
    assert submit(writer, add("again")).result(PATIENCE) == "again"


def test_a_unit_whose_time_passed_while_it_waited_is_not_run(writer, kept):
    was_run = threading.Event()
    with busy(writer):
        future = submit(writer, lambda connection: was_run.set(), seconds=0)
        after = submit(writer, add("after"))
    with refusal(Unavailable, "took too long", "Nothing was changed"):
        future.result(PATIENCE)
    assert after.result(PATIENCE) == "after"
    assert not was_run.is_set()


def test_a_unit_that_was_cancelled_while_it_waited_is_not_run(writer, kept):
    with busy(writer):
        cancelled, after = submit(writer, add("cancelled")), submit(writer, add("after"))
        assert cancelled.cancel()
    assert after.result(PATIENCE) == "after"
    assert kept() == ["after"]


def test_a_unit_that_is_running_cannot_be_cancelled(writer):
    with busy(writer) as running:
        assert not running.cancel()


def test_closing_finishes_what_is_queued_and_refuses_what_comes_later(writer, kept):
    with busy(writer):
        futures = [submit(writer, add(str(n))) for n in range(GROUP_LIMIT + 5)]
        closing = threading.Thread(target=writer.close)
        closing.start()
    closing.join(PATIENCE)
    assert [future.result(PATIENCE) for future in futures] == [str(n) for n in range(GROUP_LIMIT + 5)]
    late = submit(writer, add("late"))
    with refusal(Unavailable, "stopping", "Nothing was changed"):
        late.result(PATIENCE)
    assert len(kept()) == GROUP_LIMIT + 5


def test_what_runs_between_is_outside_a_transaction_and_its_failure_is_its_own(writer, kept):
    between = writer.submit_between(lambda driver: driver.execute("PRAGMA synchronous = FULL"), seconds=PATIENCE)
    assert between.result(PATIENCE) is None
    in_transaction = []
    writer.submit_between(
        lambda driver: in_transaction.append(driver.in_transaction), seconds=PATIENCE
    ).result(PATIENCE)  # fmt: skip
    assert in_transaction == [False]
    assert writer.submit_between(lambda driver: driver.execute("nonsense"), seconds=PATIENCE).exception(PATIENCE)
    assert submit(writer, add("after")).result(PATIENCE) == "after"


def test_what_runs_between_may_be_cancelled_and_the_writer_goes_on(writer, kept):
    was_run = threading.Event()
    with busy(writer):
        assert writer.submit_between(lambda driver: was_run.set(), seconds=PATIENCE).cancel()
    assert submit(writer, add("after")).result(PATIENCE) == "after"
    assert kept() == ["after"]
    assert not was_run.is_set()


def test_a_database_that_cannot_be_opened_is_told_and_opened_when_it_can_be(migrated_sqlite, tmp_path):
    path = tmp_path / "later" / "labkeeper.db"
    engine = sqlite_writer(f"sqlite:///{path}", checkpoints=True)
    writer = Writer(engine)
    with refusal(Unavailable, "cannot be reached", "Nothing was changed"):
        submit(writer, add("too early")).result(PATIENCE)
    path.parent.mkdir()
    shutil.copy(migrated_sqlite, path)
    assert submit(writer, add("first")).result(PATIENCE) == "first"
    writer.close()
    engine.dispose()


def test_a_connection_that_cannot_even_be_rolled_back_does_not_end_the_thread(writer, kept):
    def break_it(connection):
        add("lost")(connection)
        connection.connection.driver_connection.close()
        raise RuntimeError("the disk is gone")

    with pytest.raises(Exception, match=r"the disk is gone|closed"):
        submit(writer, break_it).result(PATIENCE)
    assert submit(writer, add("next")).result(PATIENCE) == "next"
    assert kept() == ["next"]
