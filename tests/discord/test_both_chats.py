"""One team in Slack and in Discord at once: the same task has its card in both, and a prompt is answered in one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.members import Identity
from tests.discord.harness import BEN, DiscordBoard, discord_board
from tests.slack.harness import BEN as SLACK_BEN
from tests.slack.harness import SlackBoard, slack_board


@dataclass
class Both:
    """One worker speaks in both; each chat's requests come to a process of its own, beside the same database."""

    slack: SlackBoard
    discord: DiscordBoard

    def settle(self) -> None:
        self.discord.settle()


@pytest.fixture
def both(sqlite_url: str) -> Iterator[Both]:
    """Discord's server has joined the board of the Slack workspace; Ben is one person in both."""
    with slack_board(sqlite_url) as slack, discord_board(sqlite_url, clock=slack.clock) as discord:
        discord.ports.chats["slack"] = slack.connection.chat
        slack.ports.chats["discord"] = discord.connection.chat
        slack.admin("project new CHURN name:Churn model")
        slack.lab("help", by=SLACK_BEN)
        discord.lab("help", by=BEN)
        code = next(word for word in slack.admin("join code").split() if word.count("-") == 3)
        assert "This is one board with" in discord.admin(f"join now {code} same:@ben-member=@ben")
        discord.admin("watch add CHURN")
        yield Both(slack, discord)


def test_a_task_has_its_card_in_both_and_a_prompt_that_is_answered_in_one_is_edited_in_the_other(both: Both) -> None:
    both.slack.lab("task new Try focal loss kind:investigate box:1d owner:me", by=SLACK_BEN)
    both.slack.lab("task start CHURN-1", by=SLACK_BEN)
    both.settle()
    assert "CHURN-1 Try focal loss" in both.slack.channel().transcript()
    assert "CHURN-1 Try focal loss" in both.discord.channel().transcript()
    both.discord.go_to(both.discord.box_end())
    prompt = both.discord.channel().messages[-1]
    assert "decide or extend?" in both.discord.channel().text(prompt)
    assert "decide or extend?" in both.slack.channel().transcript()
    form = both.discord.person(BEN).press(prompt, "Drop")
    both.discord.person(BEN).submit(form, **{"field.learned": "Tails need more data"})
    both.settle()
    for shown in (both.slack.channel().transcript(), both.discord.channel().transcript()):
        assert "Tails need more data" in shown
        assert "[Drop]" not in shown
    late = both.slack.lab("box drop CHURN-1 learned:something else", by=SLACK_BEN)
    assert "something else" not in both.discord.transcript()
    assert late


def test_who_is_one_person_is_known_in_both(both: Both) -> None:
    ids = both.discord.read(
        lambda work: work.members.by_identity(Identity("discord", "1200000000000000001", BEN))
    )  # fmt: skip
    assert ids is not None
    known = both.discord.read(lambda work: work.members.identities(ids.id))
    assert {one.provider for one in known} == {"slack", "discord"}
