"""The stories of how a timebox ends, in Discord; as people read them, word for word.

Each stands in `timeboxes/`; `LABKEEPER_WRITE_TRANSCRIPTS=1` writes them anew; then read what changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.discord.harness import ANA, BEN, DiscordBoard
from tests.fakes.discord.component_checks import BUTTON, walk
from tests.fakes.discord.person import Answer
from tests.fakes.discord.reading import label as label_of
from tests.fakes.discord.records import Message, User
from tests.fakes.discord.small_guild import GUILD
from tests.timebox_stories import ALL, OPEN, Diary, OpenForm, january, set_up

STORIES = Path(__file__).parent / "timeboxes"
DAN = "1300000000000000006"
IDS = {"ana": ANA, "ben": BEN, "dan": DAN}


class DiscordForm(OpenForm):
    def __init__(self, board: DiscordBoard, user: str, answer: Answer) -> None:
        self._board, self._user, self._answer = board, user, answer
        self.title, self.labels = answer.form.title, list(answer.form.fields)

    def send(self, values: dict[str, str]) -> str:
        named = {f"field.{name}": value for name, value in values.items()}
        return self._board.person(self._user).submit(self._answer, **named).text


class DiscordDiary(Diary):
    def __init__(self, board: DiscordBoard) -> None:
        super().__init__()
        self.board: DiscordBoard = board

    def lab(self, text: str, *, by: str = "ana") -> str:
        return self.board.lab(text, by=IDS[by])

    def press(self, label: str, *, by: str, on: Message, is_stale: bool = False) -> str:
        answer = self.board.person(IDS[by]).press(on, label, is_stale=is_stale)
        assert answer.is_private
        return answer.text

    def open(self, label: str, *, by: str = "ana") -> OpenForm:
        answer = self.board.person(IDS[by]).press(self.newest("Adopt"), label)
        return DiscordForm(self.board, IDS[by], answer)

    def close(self) -> None:
        """Discord closes a form when it is sent, whatever is answered."""

    def prompts(self) -> list[Any]:
        """A card of a task has a thread; what asks has none."""
        threads = {one.id for one in self.board.channel().threads}
        return [message for message in self.board.channel().messages if message.id not in threads]

    def labels(self, message: Message) -> list[str]:
        return [label_of(one) for one in walk(message.components) if one["type"] == BUTTON]

    def newest(self, label: str) -> Any:
        return next(one for one in reversed(self.board.channel().messages) if label in self.labels(one))


@pytest.fixture
def diary(sqlite_board: DiscordBoard) -> DiscordDiary:
    """Slack plays them on both databases."""
    board = sqlite_board
    board.later((january(15, 10) - board.clock.now()).total_seconds())
    board.discord.add_user(User(DAN, "dan", "dan"))
    board.discord.add_member(GUILD, DAN)
    for name in ("ana", "ben"):
        board.discord.rename_user(IDS[name], name, name)
    # As Slack tells of him.
    board.lab("me zone America/New_York", by=BEN)
    set_up(board, BEN)
    return DiscordDiary(board)


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.__name__)
def test_the_story_goes_as_it_is_written(story: Callable[[Diary], None], diary: DiscordDiary) -> None:
    story(diary)
    diary.check(STORIES / f"{story.__name__}.txt")
    over = [message for message in diary.prompts() if "Adopt" in diary.labels(message)]
    assert bool(over) is (story in OPEN)
