"""Chats on which a transcript is played: somebody says a line, and reads an answer."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.expiry import expire_timeboxes
from tests.bot.differences import DISCORD, SLACK
from tests.discord.harness import DiscordBoard, discord_board
from tests.fakes.discord import small_guild
from tests.fakes.discord.person import CannotUse
from tests.slack.harness import ANA, BEN, TEAM, SlackBoard, slack_board

# A few seconds after the full minute, so that a story of some seconds stays in its minute.
_AFTER = timedelta(seconds=2)
_SLACK = {"ana": ANA, "ben": BEN}
_DISCORD = {"ana": small_guild.ANA, "ben": small_guild.BEN}


class Stage(Protocol):
    """`name` is what `differences` calls it."""

    name: str

    def say(self, who: str, line: str) -> str:
        """`line` begins with the root: `lab task new …`."""

    def later(self, length: timedelta) -> None:
        """What falls due by then is done, and said."""


class SlackStage:
    name = SLACK

    def __init__(self, board: SlackBoard) -> None:
        self._board = board

    def say(self, who: str, line: str) -> str:
        root, _, words = line.partition(" ")
        person = self._board.person(_SLACK[who])
        answer = person.command(words, "C1", f"/{root}")
        assert (answer.status, answer.problems, answer.is_late) == (200, (), False), answer
        return answer.text or f"[form] {person.form.title}"

    def later(self, length: timedelta) -> None:
        board = self._board
        board.later(length.total_seconds())
        board.run(expire_timeboxes(board.database, board.clock))
        board.settle()


class DiscordStage:
    name = DISCORD

    def __init__(self, board: DiscordBoard) -> None:
        self._board = board

    def say(self, who: str, line: str) -> str:
        root, _, words = line.partition(" ")
        try:
            answer = self._board.say(words, by=_DISCORD[who], root=root)
        except CannotUse as error:
            return f"[not taken] {error}"
        return f"[form] {answer.form.title}" if answer.kind == "modal" else answer.text

    def later(self, length: timedelta) -> None:
        self._board.go_to(self._board.clock.now() + length)


@contextmanager
def discord_stage(url: str, now: datetime, zone: str) -> Iterator[DiscordStage]:
    with discord_board(url) as board:
        for name, user in _DISCORD.items():
            board.discord.rename_user(user, name, name)
        board.later((now + _AFTER - board.clock.now()).total_seconds())
        yield DiscordStage(board)


@contextmanager
def slack_stage(url: str, now: datetime, zone: str) -> Iterator[SlackStage]:
    with slack_board(url) as board:
        for user in (ANA, BEN):
            board.slack.add_user(replace(board.slack.user(TEAM, user), tz=zone))
        board.later((now + _AFTER - board.clock.now()).total_seconds())
        yield SlackStage(board)


Open = Callable[[str, datetime, str], AbstractContextManager[Stage]]
STAGES: dict[str, Open] = {SLACK: slack_stage, DISCORD: discord_stage}
