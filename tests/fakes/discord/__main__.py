"""The fake in a process of its own: `python -m tests.fakes.discord --port 0`. Its address is the first line."""

import argparse

from tests.fakes.discord.server import DiscordServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    server = DiscordServer(port=parser.parse_args().port)
    print(server.discord.base_url, flush=True)
    server.run()


if __name__ == "__main__":
    main()
