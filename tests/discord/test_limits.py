"""Discord's limits: kept, and no more than that."""

import asyncio

from tests.discord.harness import DiscordBoard
from tests.fakes.discord.small_guild import ATTIC, GENERAL, RANDOM


def test_a_limit_over_minutes_does_not_hold_up_what_it_allows(sqlite_churn: DiscordBoard) -> None:
    """Of threads Discord takes fifty in five minutes."""
    board = sqlite_churn
    for number in range(1, 4):
        board.lab(f"task new Question {number}")
        board.settle()
        board.lab(f"task note CHURN-{number} looked at")
        board.settle()
    assert [call.status for call in board.discord.calls("threads.from_message")] == [201, 201, 201]
    assert [thread.record.name for thread in board.channel().threads] == [
        f"CHURN-{number} Question {number}" for number in range(1, 4)
    ]


def test_more_than_discord_takes_in_a_second_waits_for_the_next(sqlite_board: DiscordBoard) -> None:
    board = sqlite_board
    board.discord.enforce_rates()
    channels = [(GENERAL, RANDOM, ATTIC)[number % 3] for number in range(60)]

    async def ask() -> None:
        api = board.connection.chat._api
        await asyncio.gather(*(api.call("GET", "/channels/{channel_id}", channel_id=one) for one in channels))

    board.run(ask())
    statuses = [call.status for call in board.discord.calls("channels.get")]
    assert (len(statuses), set(statuses)) == (60, {200})
