"""Each end of the connection to the gateway is a state that is said; one process has it, and another takes it over.

That commands are taken again after each trouble there is stands in `test_gateway_faults`.
"""

import asyncio
from collections.abc import Iterator

import pytest

from bot.platforms.discord.shards import Pace, ending_of
from bot.platforms.discord.syncing import Syncing
from core.clock import Clock
from tests.discord.harness import CATALOGUE, FAST, GENERAL, DiscordBoard, connected, discord_board
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import APP, BEN, GUILD, add_small_guild

# One that does not resume by itself is begun anew soon.
IMPATIENT = Pace(
    lease=1.0, renewing=0.05, patience=0.6, first_pause=0.02, longest_pause=0.05, slowly=0.1, apart=0.01
)  # fmt: skip


@pytest.fixture
def board(sqlite_url: str) -> Iterator[DiscordBoard]:
    with discord_board(sqlite_url, pace=IMPATIENT) as board:
        yield board


def works_again(board: DiscordBoard) -> None:
    """Nobody knows at once that a connection has ended; what is said meanwhile is answered when it was resumed."""
    for _ in range(20):
        asked = board.person(BEN).begin_command("lab help", GENERAL)
        try:
            board.discord.wait_until(lambda: board.discord.interaction(asked.id).response, timeout=0.7)  # noqa: B023
        except TimeoutError:
            continue
        break
    assert "Labkeeper keeps" in board.person(BEN).answer_to(asked).text
    board.discord.wait_until(lambda: board.connection.state == "connected", timeout=10)


def test_a_token_that_is_revoked_is_said_and_one_that_is_good_again_is_used(board: DiscordBoard) -> None:
    board.discord.revoke_token(APP)
    board.discord.wait_until(lambda: "DISCORD_TOKEN" in board.connection.state, timeout=10)
    board.discord.restore_token(APP)
    works_again(board)


def test_a_gateway_that_is_away_is_said_and_come_back_to(board: DiscordBoard) -> None:
    board.discord.refuse_gateway()
    board.discord.drop_gateway()
    board.discord.wait_until(lambda: board.connection.state != "connected", timeout=10)
    board.discord.refuse_gateway(False)
    works_again(board)


def test_one_process_has_the_connection_and_another_takes_it_over(sqlite_url: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, sqlite_url, pace=IMPATIENT, is_chat=False) as second:
            with connected(discord, sqlite_url, pace=IMPATIENT) as first:
                running = asyncio.run_coroutine_threadsafe(second.connection.shards.run(), second.loop)
                discord.wait_until(lambda: second.connection.state == "connected by another process", timeout=10)
                assert len(discord.sessions(APP)) == 1
                assert first.connection.state == "connected"
            discord.wait_until(lambda: second.connection.state == "connected", timeout=10)
            assert "Labkeeper keeps" in second.lab("help", by=BEN)
            running.cancel()


def test_a_process_without_the_part_that_is_called_chat_says_who_has_it(sqlite_url: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, sqlite_url, is_chat=False) as board:
            assert "in another process" in board.connection.state
            assert discord.sessions(APP) == []


def test_as_many_shards_as_discord_asks_for(sqlite_url: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        discord.require_shards(APP, 2)
        with connected(discord, sqlite_url, pace=FAST) as board:
            assert len(discord.sessions(APP)) == 2
            assert board.connection.state == "connected"
            assert "Labkeeper keeps" in board.lab("help", by=BEN)


def test_commands_are_told_once_and_again_when_they_changed(board: DiscordBoard) -> None:
    def told() -> int:
        return len([call for call in board.discord.calls() if call.method == "PUT" and "commands" in call.path])

    api, database = board.connection.api, board.database
    assert told() == 1
    assert board.run(Syncing(api, database, Clock(), CATALOGUE, "lab").once())
    assert told() == 1
    assert board.run(Syncing(api, database, Clock(), CATALOGUE, "board").once())
    assert told() == 2
    assert "board-admin" in {command.name for command in board.discord.commands(APP)}


def test_a_server_that_removes_the_bot_and_invites_it_again_gets_what_waited(board: DiscordBoard) -> None:
    board.admin("project new CHURN name:Churn model")
    board.discord.remove_bot(GUILD, APP)
    board.discord.wait_until(lambda: board.rows("SELECT removed_at FROM workspaces")[0][0] is not None)
    operator = board.read(lambda work: work.members.first_admin())
    assert operator is not None
    board.make_task("While it was away", by=operator)
    board.settle()
    assert board.deliveries() == [("root", "parked", "unknown_guild")]
    board.discord.add_bot(GUILD, APP)
    board.discord.wait_until(lambda: board.deliveries() == [("root", "queued", "")])
    board.settle()
    assert "While it was away" in board.transcript()


def test_every_ending_has_words() -> None:
    for error in (None, ValueError(), OSError(), TimeoutError()):
        ending = ending_of(error)
        assert ending.reason
        assert ending.words
