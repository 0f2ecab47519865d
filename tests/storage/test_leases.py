"""What only one process does: of many who want it one has it, until it lets go or its time is over."""

from concurrent.futures import wait
from datetime import UTC, datetime, timedelta

from storage.database import Database

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
LATER = NOW + timedelta(seconds=15)


def hold(database: Database, holder: str, *, now: datetime = NOW) -> bool:
    until = now + timedelta(seconds=15)
    return database.write_directory(lambda teams: teams.leases.hold("gateway", holder, until=until, now=now)).result()


def test_who_has_it_renews_it_and_another_waits_for_its_end(database: Database) -> None:
    assert hold(database, "one")
    assert not hold(database, "two")
    assert hold(database, "one", now=NOW + timedelta(seconds=14))
    assert not hold(database, "two", now=LATER)
    assert hold(database, "two", now=LATER + timedelta(seconds=15))
    assert not hold(database, "one", now=LATER + timedelta(seconds=15))


def test_what_is_let_go_is_free_and_only_its_holder_lets_it_go(database: Database) -> None:
    assert hold(database, "one")
    database.write_directory(lambda teams: teams.leases.release("gateway", "two")).result()
    assert not hold(database, "two")
    database.write_directory(lambda teams: teams.leases.release("gateway", "one")).result()
    assert hold(database, "two")


def test_of_many_at_once_one_gets_it(database: Database) -> None:
    until = NOW + timedelta(seconds=15)
    asked = [
        database.write_directory(
            lambda teams, holder=str(number): teams.leases.hold("gateway", holder, until=until, now=NOW)
        )
        for number in range(12)
    ]
    wait(asked)
    assert [one.result() for one in asked].count(True) == 1


def test_a_note_is_the_holders_and_stays_for_the_next(database: Database) -> None:
    assert database.read_directory(lambda teams: teams.leases.noted("gateway")).result() == ""
    assert hold(database, "one")
    assert not database.write_directory(lambda teams: teams.leases.note("gateway", "two", "not mine")).result()
    assert database.write_directory(lambda teams: teams.leases.note("gateway", "one", "done so far")).result()
    database.write_directory(lambda teams: teams.leases.release("gateway", "one")).result()
    assert hold(database, "two")
    assert database.read_directory(lambda teams: teams.leases.noted("gateway")).result() == "done so far"


def test_whoever_has_the_database_alone_takes_the_leases_of_who_died(database: Database) -> None:
    assert hold(database, "one")
    database.free_leases().result()
    assert hold(database, "two")
