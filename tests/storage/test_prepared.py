"""Prepared statements do what SQLAlchemy's own way of running the same statement does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, literal_column, select
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound, ProgrammingError

from core.metrics import Direction
from storage.engine import open_engine
from storage.prepared import Prepared
from storage.tables import metric_definitions, teams
from tests.conftest import NOW
from tests.storage.walk import statements

BY_NAME = Prepared(select(teams).where(teams.c.name == bindparam("name")).order_by(teams.c.id))
ADD = Prepared(insert(teams).returning(teams.c.id))
TEAM = {"name": "Acme", "zone": "UTC", "created_at": NOW}


@pytest.fixture
def connection(database_url):
    engine = open_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_values_go_in_and_come_out_as_their_columns_declare(connection):
    ADD.run(connection, TEAM)
    row = BY_NAME.one(connection, {"name": "Acme"})
    assert row == connection.execute(select(teams)).one()
    assert (row.zone, row.created_at) == ("UTC", NOW)


def test_a_time_in_another_zone_is_the_same_time(connection):
    ADD.run(connection, TEAM | {"created_at": datetime.fromisoformat("2026-11-18T12:00:00+02:00")})
    assert BY_NAME.one(connection, {"name": "Acme"}).created_at == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused(connection):
    with pytest.raises(ValueError, match="without a zone"):
        ADD.run(connection, TEAM | {"created_at": datetime(2026, 11, 18)})  # noqa: DTZ001


def test_numbers_enums_and_nothing_come_out_as_they_went_in(connection):
    team = ADD.scalar(connection, TEAM)
    project = connection.exec_driver_sql(
        "INSERT INTO projects (team_id, key, name, zone, created_at)"
        f" SELECT id, 'CHURN', 'Churn', 'UTC', created_at FROM teams WHERE id = {team} RETURNING id"
    ).scalar_one()
    row = {
        "team_id": team, "project_id": project, "name_key": "f1", "name": "F1", "direction": Direction.UP,
        "baseline": 0.1, "target": None, "meaning": "", "updated_at": NOW,
    }  # fmt: skip
    Prepared(insert(metric_definitions).inline()).run(connection, row)
    (found,) = Prepared(select(metric_definitions)).all(connection, {})
    assert found._asdict() == row


def test_rows_are_all_the_first_the_only_one_or_a_value(connection):
    for _ in range(2):
        ADD.run(connection, TEAM)
    both = BY_NAME.all(connection, {"name": "Acme"})
    assert [row.name for row in both] == ["Acme", "Acme"]
    assert BY_NAME.first(connection, {"name": "Acme"}) == both[0]
    assert BY_NAME.scalar(connection, {"name": "Acme"}) == both[0].id
    assert BY_NAME.first(connection, {"name": "none"}) is None
    assert BY_NAME.scalar(connection, {"name": "none"}) is None
    with pytest.raises(NoResultFound):
        BY_NAME.one(connection, {"name": "none"})


def test_it_says_how_many_rows_it_changed(connection):
    for _ in range(2):
        ADD.run(connection, TEAM)
    rename = Prepared(teams.update().where(teams.c.name == bindparam("old")).values(name=bindparam("new")))
    assert rename.run(connection, {"old": "Acme", "new": "Bolt"}) == 2
    assert rename.run(connection, {"old": "Acme", "new": "Bolt"}) == 0


def test_what_it_writes_belongs_to_the_transaction(connection):
    ADD.run(connection, TEAM)
    assert connection.in_transaction()
    connection.rollback()
    assert BY_NAME.all(connection, {"name": "Acme"}) == []


def test_a_value_of_the_statement_itself_needs_none(connection):
    ADD.run(connection, TEAM)
    later = teams.c.created_at + literal_column("0") if connection.dialect.name == "sqlite" else teams.c.created_at
    query = Prepared(select(teams.c.name).where(later < NOW + timedelta(days=1), teams.c.zone == "UTC").limit(1))
    assert query.scalar(connection, {}) == "Acme"


def test_a_missing_value_is_refused_before_anything_is_asked(connection):
    with statements() as asked, pytest.raises(KeyError, match="name"):
        BY_NAME.all(connection, {})
    assert asked == []


def test_a_list_in_the_statement_is_refused(connection):
    with pytest.raises(TypeError, match="may not depend"):
        Prepared(select(teams).where(teams.c.name.in_(["a", "b"]))).all(connection, {})


def test_errors_are_those_of_sqlalchemy(connection):
    with pytest.raises(IntegrityError):
        ADD.run(connection, TEAM | {"zone": None})
    connection.rollback()
    with pytest.raises((ProgrammingError, DataError)):
        BY_NAME.all(connection, {"name": object()})


def test_whoever_listens_to_the_engine_hears_of_it(connection):
    with statements() as asked:
        BY_NAME.all(connection, {"name": "Acme"})
    statement, parameters = asked[-1]
    assert statement.startswith("SELECT teams.id")
    assert "Acme" in (parameters if isinstance(parameters, list) else parameters.values())
