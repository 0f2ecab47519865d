"""Whoever spoke before is not looked up first; what they do is theirs as they are now, whoever changed that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.discord.harness import ANA as DISCORD_ANA
from tests.discord.harness import BEN as DISCORD_BEN
from tests.discord.harness import DiscordBoard, discord_board
from tests.fakes.discord.small_guild import GUILD
from tests.slack.harness import ANA, BEN, SlackBoard, slack_board
from tests.storage.probes import execute


@dataclass
class Ben:
    """Somebody who spoke before, in one of the chats; `ana` is what Ana is called there."""

    board: SlackBoard | DiscordBoard
    subject: str
    subject_of_ana: str
    ana: str

    def lab(self, text: str) -> str:
        return self.board.lab(text, by=self.subject)

    def whole(self, text: str) -> str:
        """The answer with what is not shown of it, such as where a link leads."""
        if isinstance(self.board, SlackBoard):
            return str(self.board.person(self.subject).command(text, "C1", "/lab"))
        return str(self.board.say(text, by=self.subject))

    def become_ana(self) -> None:
        """What another process does to him, as where two boards become one and he turns out to be Ana."""
        ana = f"(SELECT member_id FROM identities WHERE subject = '{self.subject_of_ana}')"
        execute(self.board.database_url, f"UPDATE identities SET member_id = {ana} WHERE subject = '{self.subject}'")


@pytest.fixture(params=["slack", "discord"])
def ben(request: pytest.FixtureRequest, database_url: str) -> Iterator[Ben]:
    if request.param == "slack":
        with slack_board(database_url) as slack:
            yield _ready(Ben(slack, BEN, ANA, "ana"))
    else:
        with discord_board(database_url) as discord:
            yield _ready(Ben(discord, DISCORD_BEN, DISCORD_ANA, "Ana Admin"))


def _ready(ben: Ben) -> Ben:
    ben.board.admin("project new CHURN name:Churn model")
    # The first makes them a member, the second looks them up.
    ben.lab("me")
    ben.lab("me")
    return ben


def test_what_somebody_says_is_said_by_who_they_are_now(ben: Ben) -> None:
    assert "owner ben" in ben.lab("task new Label the tails owner:me").lower()
    ben.become_ana()
    assert f"owner {ben.ana}" in ben.lab("task new Label the heads owner:me")
    assert ben.board.rows("SELECT title, owner_id = created_by FROM tasks ORDER BY id") == [
        ("Label the tails", True), ("Label the heads", True),
    ]  # fmt: skip
    assert ben.board.audit()[-1] == "created it: Label the heads"


def test_so_is_what_they_press_and_what_they_read(ben: Ben) -> None:
    ben.lab("task new Label the tails")
    ben.board.settle()
    ben.become_ana()
    card = ben.board.channel().messages[-1]
    assert "Started." in ben.board.press(card, "Start", by=ben.subject)  # type: ignore[arg-type]
    last = "SELECT actor FROM audit WHERE subject = 'CHURN-1' ORDER BY id DESC LIMIT 1"
    assert ben.board.rows(last) == [(ben.ana,)]
    assert ben.lab("me").startswith(f"{ben.ana} (@")


def test_what_they_may_no_longer_do_is_refused_and_nothing_is_done(ben: Ben) -> None:
    ben.lab("task new Try focal loss box:5d owner:me")
    ben.lab("task start CHURN-1")
    ben.become_ana()
    refused = ben.lab("task drop CHURN-1 why:no gain learned:tails are noise")
    assert "You may not decide about CHURN-1." in refused
    assert ben.board.rows("SELECT state FROM tasks") == [("doing",)]


def test_the_way_to_the_board_is_for_who_they_are_now(ben: Ben) -> None:
    """It asks nothing of the board, and opens all of it."""
    ben.become_ana()
    link = re.search(r"/board/open/([\w.=-]+)", ben.whole("board"))
    assert link is not None
    visitor, _ = ben.board.ports.board.enter(link[1])
    assert visitor.name == ben.ana


@pytest.mark.parametrize("ben", ["discord"], indirect=True)
def test_a_right_in_the_server_that_came_meanwhile_is_that_of_who_they_are_now(ben: Ben) -> None:
    assert isinstance(ben.board, DiscordBoard)
    role = ben.board.discord.add_role("1600000000000000001", GUILD, "lead", "manage_guild")
    ben.board.discord.set_roles(GUILD, ben.subject, role.id)
    assert "administrator: yes" in ben.lab("me")
    assert "administrator: yes" in ben.lab("me")
    ben.become_ana()
    assert ben.lab("me").startswith(f"{ben.ana} (@")
