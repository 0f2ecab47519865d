"""An installation to kill, for each test its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.drill import Drill, open_drill
from tests.crash.processes import Launcher
from tests.fakes.slack.server import SlackServer


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path_factory.mktemp("launcher"))
    yield launcher
    launcher.close()


@pytest.fixture
def drill(database_url: str, launcher: Launcher, tmp_path: Path) -> Iterator[Drill]:
    with SlackServer() as slack, open_drill(database_url, slack, launcher, tmp_path) as made:
        yield made
