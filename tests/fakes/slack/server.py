"""The fake on a thread of the test process."""

from pathlib import Path
from types import TracebackType

from tests.fakes.slack.app import SlackApp
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.connections import Connections
from tests.fakes.slack.journal import Journal
from tests.fakes.slack.serving import ServerThread, address_of, listening_socket
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.world import World


def open_slack(base_url: str, clock: Clock | None = None, state_dir: Path | None = None) -> Slack:
    return Slack(World(clock or Clock(), Journal(state_dir) if state_dir else None), base_url)


class SlackServer:
    """`with SlackServer() as slack:` listens on a free port until the block ends; it waits for nobody then."""

    def __init__(self, clock: Clock | None = None, state_dir: Path | None = None) -> None:
        listener, connections = listening_socket(), Connections()
        self.slack = open_slack(address_of(listener), clock, state_dir)
        self._server = ServerThread(
            SlackApp(self.slack, connections).starlette(),
            listener=listener,
            connections=connections,
            before_end=self.slack.release_hanging,
        )

    def __enter__(self) -> Slack:
        self._server.__enter__()
        return self.slack

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
        self.slack.close()
