"""Labkeeper in Slack, and a repository on GitHub that reports to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.github.records import HostedGit
from tests.fakes.github.server import github_server
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.small_team import add_small_team
from tests.git_repository import GitRepository
from tests.github.host import GitHub, HookAddress
from tests.github.world import World
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


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """With a task, and a hook that was told of one commit."""
    with SlackServer() as slack:
        add_small_team(slack)
        world = World(slack, database_url, tmp_path)
        with world.up(token="") as board:
            board.admin("project new CHURN name:Churn model")
            board.lab("task new Weigh tail classes kind:deploy")
            world.github = connected_repository(board, tmp_path)
            world.state = HostedGit(world.github.git, is_organization=True)
            world.hook = world.state.add_hook(world.github.hook)
            world.github.commit("Say hello")
        with github_server(world.state) as world.api:
            yield world
