"""A Discord server whose board becomes one with another's."""

from tests.discord.harness import BEN, DiscordBoard
from tests.joining import check_joined_and_parted


def test_a_server_that_joined_works_on_the_one_board_and_after_parting_on_its_own(churn: DiscordBoard) -> None:
    check_joined_and_parted(churn, ben=BEN, name="Ben Member")
