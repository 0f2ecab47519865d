"""One board in both chats, on each database."""

from collections.abc import Iterator

import pytest

from tests.fakes.discord.small_guild import BEN as BEN_IN_DISCORD
from tests.joined.harness import Both, both_chats
from tests.slack.harness import BEN


@pytest.fixture
def both(database_url: str) -> Iterator[Both]:
    """The project CHURN began in Slack's #general; Discord's #general watches it. Ana and Ben are in both."""
    with both_chats(database_url) as both:
        both.slack.admin("project new CHURN name:Churn model")
        both.slack.lab("me show", by=BEN)
        both.discord.lab("me show")
        both.discord.lab("me show", by=BEN_IN_DISCORD)
        both.join()
        both.slack.admin("project lead CHURN @ben")
        both.discord.admin("watch add CHURN")
        both.settle()
        yield both
