"""Labkeeper in Slack, and a repository on GitHub that reports to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git_repository import GitRepository
from tests.github.host import GitHub, HookAddress
from tests.slack.harness import SlackBoard, slack_board


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    """With the project CHURN, whose home is #general."""
    with slack_board(database_url) as board:
        board.admin("project new CHURN name:Churn model")
        yield board


@pytest.fixture
def github(board: SlackBoard, tmp_path: Path) -> GitHub:
    return connected_repository(board, tmp_path)


def connected_repository(board: SlackBoard, directory: Path, line: str = "hook new github project:CHURN") -> GitHub:
    """A repository with one commit, whose hook was made in Slack."""
    answer = board.admin(line)
    words = dict(row.split(": ", 1) for row in answer.splitlines() if row.startswith(("Address: ", "Secret: ")))
    git = GitRepository(directory)
    git.commit("Begin", {"README.md": "churn"})
    github = GitHub(git, HookAddress(words["Address"], words["Secret"]))
    assert github.push("main") in (200, 202)
    return github
