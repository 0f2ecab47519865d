"""What every test shares: a database of each kind, brought to the current schema by the migrations themselves."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import reset_tzpath

import pytest

from storage.database import Database, open_database
from storage.migrate import migrate
from tests.drivers import BoardDriver, PostgresAddress
from tests.postgres import PostgresServer, start_server

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
_SERVER_DIRECTORY = "LABKEEPER_TEST_POSTGRES"
_TEMPLATE = "template_labkeeper"
_server = pytest.StashKey[PostgresServer]()

# As the program itself does: zones are those of the package tzdata.
reset_tzpath(())


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run starts PostgreSQL, once; xdist's workers find it through the environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    server = start_server(Path(tempfile.mkdtemp(prefix="labkeeper-postgres-")), durable=False)
    server.create_database(_TEMPLATE)
    migrate(server.url(_TEMPLATE), NOW)
    config.stash[_server] = server
    os.environ[_SERVER_DIRECTORY] = server.url("DATABASE")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server in config.stash:
        config.stash[_server].stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "labkeeper.db"
    migrate(f"sqlite:///{path}", NOW)
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "labkeeper.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_server() -> PostgresAddress:
    return PostgresAddress(os.environ[_SERVER_DIRECTORY])


@pytest.fixture(scope="session")
def worker_database() -> str:
    """This worker's own PostgreSQL database: making one takes 0.2 s, emptying it a tenth of that."""
    name = f"labkeeper_{uuid.uuid4().hex}"
    PostgresAddress(os.environ[_SERVER_DIRECTORY]).execute(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresAddress, worker_database: str) -> Iterator[str]:
    yield postgres_server.url(worker_database)
    postgres_server.empty(worker_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, is_server=True)
    yield database
    database.close()


@pytest.fixture
def board(database: Database) -> BoardDriver:
    return BoardDriver.open(database, now=NOW)
