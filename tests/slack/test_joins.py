"""A Slack workspace whose board becomes one with another's."""

from tests.joining import check_joined_and_parted
from tests.slack.harness import BEN, SlackBoard


def test_a_workspace_that_joined_works_on_the_one_board_and_after_parting_on_its_own(churn: SlackBoard) -> None:
    check_joined_and_parted(churn, ben=BEN, name="ben")
