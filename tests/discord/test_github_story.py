"""The main job in Discord: one card, its thread tells the story from the first commit to a rollback, the channel hears
little.

`LABKEEPER_WRITE_TRANSCRIPTS=1` writes the story anew; then read what changed.
"""

import os
from pathlib import Path

from tests.discord.harness import BEN, DiscordBoard
from tests.fakes.discord.small_guild import ANA
from tests.github.conftest import FirstPush, connected_repository, first_push
from tests.github.test_story import play, told

GOLDEN = Path(__file__).parent / "github_story.txt"
__all__ = ["first_push"]


def test_one_card_tells_the_story(sqlite_board: DiscordBoard, first_push: FirstPush, tmp_path: Path) -> None:
    board = sqlite_board
    for user, name in ((ANA, "ana"), (BEN, "ben")):
        board.discord.rename_user(user, name, name)
    board.admin("project new CHURN name:Churn model")
    play(board, connected_repository(board, first_push, tmp_path))
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(told(board), encoding="utf-8")
    assert told(board) == GOLDEN.read_text(encoding="utf-8")
