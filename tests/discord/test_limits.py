"""Discord's limits: kept, and no more than that."""

from tests.discord.harness import DiscordBoard


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
