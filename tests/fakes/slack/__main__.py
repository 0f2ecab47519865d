"""The fake in a process of its own: `python -m tests.fakes.slack --port 0 --state-dir DIR`.

Its address is printed in the first line. With a state directory it keeps everything in a journal there and starts with
what the journal has. SIGTERM ends it.
"""

import argparse
from pathlib import Path

import uvicorn

from tests.fakes.slack.app import SlackApp
from tests.fakes.slack.connections import Connections
from tests.fakes.slack.server import open_slack
from tests.fakes.slack.serving import address_of, listening_socket, server_config


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state-dir", type=Path)
    options = parser.parse_args()
    listener = listening_socket(options.port)
    connections = Connections()
    slack = open_slack(address_of(listener), state_dir=options.state_dir)
    print(slack.base_url, flush=True)
    uvicorn.Server(server_config(SlackApp(slack, connections).starlette(), connections)).run([listener])


if __name__ == "__main__":
    main()
