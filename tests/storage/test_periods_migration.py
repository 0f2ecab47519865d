"""What is kept as it happens is what the migration makes of the log for the time before it was kept."""

from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from core.events import Cause
from core.git import Result
from core.members import MemberRef
from core.tasks import Kind, State, Track
from core.timebox_records import Call
from storage.engine import open_engine
from tests.core.histories import History
from tests.storage.probes import rows

KEPT = {
    "task_spans": "task_id, project_id, track, state, started_at, ended_at",
    "deployment_tasks": "deployment_id, task_id, team_id",
    "running_versions": "repository_id, environment, model, version, project_id, deployment_id, since, until",
}
MIGRATION = import_module("storage.migrations.versions.0019_periods")


def kept(url: str) -> dict[str, list[str]]:
    return {table: sorted(map(str, rows(url, f"SELECT {columns} FROM {table}"))) for table, columns in KEPT.items()}


def live(history: History) -> None:
    question = history.research(owner=MemberRef.parse("ana"), version="churn@v2")
    build, ship = history.new(kind=Kind.BUILD, version="churn@v1"), history.new(kind=Kind.DEPLOY, version="churn@v2")
    table = history.new(kind=Kind.DATA)
    history.move(table, State.DOING)
    history.put_on(table, Track.RESEARCH)
    history.pass_hours(3)
    history.put_on(table, Track.PRODUCTION)
    history.block(build, Cause.DATA)
    history.move(build, State.REVIEW)
    first = history.ship(build)
    history.decide(question, Call.ADOPT)
    history.pass_hours(2)
    history.ship(ship, build)
    history.ship(history.new(kind=Kind.BUILD), result=Result.FAILURE)
    history.deploy(history.push(build), environment="staging")
    history.pass_hours(2)
    history.deploy(first)
    history.move(build, State.TODO)
    history.move(history.tasks[-1], State.DOING)


def test_the_migration_makes_of_the_log_what_would_have_been_kept(board, database_url):
    live(History(board))
    found = kept(database_url)
    assert all(found.values())
    engine = open_engine(database_url)
    with engine.begin() as connection:
        for table in KEPT:
            connection.execute(text(f"DELETE FROM {table}"))
        with Operations.context(MigrationContext.configure(connection)):
            MIGRATION._fill_spans()
            MIGRATION._fill_deployments()
    engine.dispose()
    assert kept(database_url) == found
