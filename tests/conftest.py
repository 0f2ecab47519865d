"""What every test shares: a database of each kind, brought to the current schema by the migrations themselves."""

import gc
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32
from zoneinfo import reset_tzpath

import pytest

from storage.database import Database, open_database
from storage.migrate import migrate
from tests.drivers import BoardDriver, PostgresAddress, WorkerDatabase
from tests.postgres import PostgresServer, start_server

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
_SERVER_DIRECTORY = "LABKEEPER_TEST_POSTGRES"
_TEMPLATE = "template_labkeeper"
TESTS = Path(__file__).parent
DATABASES = ("sqlite", "postgresql")
ON_ONE_DATABASE = {"bot", "core", "crash", "discord", "github", "slack", "terminal", "web"}
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a chat or a host does, and what is left by a death, is tried on one database in the short run, turn by turn,
    and on the other in the long one; storage is always tried on both."""
    named = [(item, *_on_a_database(item)) for item in items]
    times = Counter(name for _, name, _ in named if name)
    for item, name, chosen in named:
        if times[name] == len(DATABASES) and chosen != DATABASES[crc32(name.encode(errors="replace")) % 2]:
            item.add_marker(pytest.mark.soak)


def _on_a_database(item: pytest.Item) -> tuple[str, str]:
    """What it is called whatever the database, and which that is; nothing where it is tried wherever it can be."""
    is_one = item.path.relative_to(TESTS).parts[0] in ON_ONE_DATABASE
    if not (is_one and isinstance(item, pytest.Function) and hasattr(item, "callspec")):
        return "", ""
    chosen = item.callspec.params.get("database_url")
    if chosen not in DATABASES or item.callspec.params.get("way", "http") != "http":
        return "", ""
    return item.nodeid.partition("[")[0] + item.callspec.id.replace(chosen, ""), chosen


def pytest_collection_finish() -> None:
    """What is loaded and collected stays until the end: no test pays for looking for garbage among it."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out on this machine, and why, each reason once."""
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = Counter(report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} left out: {reason.removeprefix('Skipped: ')}")


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
def worker_database() -> Iterator[WorkerDatabase]:
    name = f"labkeeper_{uuid.uuid4().hex}"
    server = PostgresAddress(os.environ[_SERVER_DIRECTORY])
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
    database = WorkerDatabase(server.url(name))
    yield database
    database.close()


@pytest.fixture
def postgres_url(worker_database: WorkerDatabase) -> Iterator[str]:
    yield worker_database.url
    worker_database.empty()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    if database_url.startswith("postgresql"):
        yield request.getfixturevalue("worker_database").share()
        return
    database = open_database(database_url, is_server=True)
    yield database
    database.close()


@pytest.fixture
def board(database: Database) -> BoardDriver:
    return BoardDriver.open(database, now=NOW)
