"""Draws the README's picture: a real session in the terminal, on a board of its own.

`python -m tests.picture` writes `docs/terminal.svg` anew.
"""

import asyncio
import io
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app import load_catalogue
from bot.context import Context
from bot.dispatch import run_line
from bot.platforms.terminal.render import render_card
from core.members import zone_info
from core.teams import Team
from storage.database import open_database
from storage.migrate import migrate
from tests.drivers import PORTS, BoardDriver

PICTURE = Path(__file__).parent.parent / "docs" / "terminal.svg"
NOW = datetime(2026, 11, 18, 9, 12, tzinfo=UTC)
LINES = (
    "task new Try focal loss on tail classes kind:investigate box:10d owner:me",
    "task new Fresh click labels kind:data priority:now",
    "task after CHURN-1 CHURN-2",
    "task set CHURN-1 points:3",
    "task done CHURN-2",
    "task set CHURN-1 metric:val_auc=0.91",
    "task show CHURN-1",
)


def draw() -> str:
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True, highlight=False)
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/labkeeper.db"
        migrate(url, NOW)
        database = open_database(url, is_server=True)
        try:
            _play(console, BoardDriver.open(database, now=NOW))
        finally:
            database.close()
    svg = console.export_svg(title="labkeeper")
    # The picture must not fetch anything: the reader's own monospace font will do.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def _play(console: Console, board: BoardDriver) -> None:
    catalogue, zone = load_catalogue(), "Europe/Lisbon"
    team = Team(board.team, "Acme", zone)
    define = "metric define val_auc direction:up baseline:0.88 target:0.90"
    quiet = Context(board.store, team, board.ana, zone, board.now, catalogue, PORTS)
    asyncio.run(run_line(quiet, "lab-admin", define))
    for number, line in enumerate(LINES):
        now = board.now + timedelta(minutes=7 * number)
        context = Context(board.store, team, board.ana, zone, now, catalogue, PORTS)
        answer = asyncio.run(run_line(context, "lab", line))
        console.print(Text.assemble(("$ ", "dim"), ("labkeeper lab ", "bold"), line))
        console.print(render_card(answer.card, zone=zone_info(zone), now=now))
        console.print()


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
