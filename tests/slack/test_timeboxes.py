"""A timebox ends: one question in the channel, reminders, and then a decision; as people read it, word for word.

Each story stands in `timeboxes/`; `LABKEEPER_WRITE_TRANSCRIPTS=1` writes them anew; then read what changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.slack.records import Message, User
from tests.slack.harness import ANA, BEN, TEAM, SlackBoard
from tests.timebox_stories import ALL, OPEN, Diary, OpenForm, january, set_up

STORIES = Path(__file__).parent / "timeboxes"
DAN = "U6"
IDS = {"ana": ANA, "ben": BEN, "dan": DAN}


class SlackForm(OpenForm):
    def __init__(self, board: SlackBoard, user: str) -> None:
        self._board, self._user = board, user
        self._person = board.person(user)
        self._form = self._person.form
        self.title, self.labels = self._form.title, self._form.labels

    def send(self, values: dict[str, str]) -> str:
        before = len(self._board.slack.ephemerals(self._user, "C1"))
        sent = self._form.submit(values)
        assert (sent.status, sent.problems) == (200, ()), sent
        if self._form.is_open:
            return self._form.text
        seen = self._board.slack.wait_until(lambda: self._board.slack.ephemerals(self._user, "C1")[before:])
        return self._person.reads(seen[-1])


class SlackDiary(Diary):
    def __init__(self, board: SlackBoard) -> None:
        super().__init__()
        self.board: SlackBoard = board

    def lab(self, text: str, *, by: str = "ana") -> str:
        return self.board.lab(text, by=IDS[by])

    def press(self, label: str, *, by: str, on: Message, is_stale: bool = False) -> str:
        person = self.board.person(IDS[by])
        act = lambda: person.press(on, label, is_stale=is_stale)  # noqa: E731
        return person.reads(self.board.reply_to(act, by=IDS[by]))

    def open(self, label: str, *, by: str = "ana") -> OpenForm:
        answer = self.board.person(IDS[by]).press(self.newest("Adopt"), label)
        assert (answer.status, answer.problems) == (200, ()), answer
        return SlackForm(self.board, IDS[by])

    def close(self) -> None:
        self.board.person().form.close()

    def prompts(self) -> list[Any]:
        """Replies whose first line is shown in the channel."""
        return [message for message in self.board.channel().timeline if message.is_broadcast]

    def labels(self, message: Message) -> list[str]:
        blocks = message.blocks or []
        elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
        return [element["text"]["text"] for element in elements]

    def newest(self, label: str) -> Any:
        return next(one for one in reversed(self.board.channel().timeline) if label in self.labels(one))


@pytest.fixture
def diary(board: SlackBoard) -> SlackDiary:
    board.later((january(15, 10) - board.clock.now()).total_seconds())
    board.slack.add_user(User(DAN, TEAM, "dan", "Dan Member", "dan@example.com"))
    set_up(board, BEN)
    return SlackDiary(board)


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.__name__)
def test_the_story_goes_as_it_is_written(story: Callable[[Diary], None], diary: SlackDiary) -> None:
    story(diary)
    diary.check(STORIES / f"{story.__name__}.txt")
    over = [message for message in diary.prompts() if "Adopt" in diary.labels(message)]
    assert bool(over) is (story in OPEN)
