"""The first command in a server, and who may say it."""

from tests.discord.harness import ANA, BEN, DiscordBoard
from tests.fakes.discord.small_guild import RANDOM


def test_the_first_command_makes_the_team_and_its_administrator(board: DiscordBoard) -> None:
    said = board.admin("project new CHURN name:Churn model")
    assert "CHURN" in said
    assert board.rows("SELECT name, zone FROM teams") == [("Acme", "UTC")]
    assert board.rows("SELECT name, is_workspace_admin FROM members") == [("Ana Admin", True)]
    assert board.rows("SELECT platform FROM workspaces") == [("discord",)]


def test_a_command_is_answered_in_private_and_its_card_stands_in_the_channel(churn: DiscordBoard) -> None:
    said = churn.lab("task new Try focal loss kind:investigate box:10d owner:@ben", by=ANA)
    assert "CHURN-1" in said
    print(churn.transcript())
    assert "CHURN-1" in churn.transcript()


def test_who_may_not_manage_the_server_does_not_administer(board: DiscordBoard) -> None:
    board.lab("help", by=BEN, channel=RANDOM)
    assert board.rows("SELECT name, is_workspace_admin FROM members") == [("Ben Member", False)]
