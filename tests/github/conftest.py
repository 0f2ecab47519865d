"""Labkeeper in Slack, and a repository on GitHub that reports to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.github.records import HostedGit
from tests.fakes.github.server import github_server
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.small_team import add_small_team
from tests.git_repository import GitRepository
from tests.github.host import GitHub, HookAddress
from tests.github.world import World
from tests.github_push import push_payload
from tests.slack.harness import SlackBoard, slack_board


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    """With the project CHURN, whose home is #general."""
    with slack_board(database_url) as board:
        board.admin("project new CHURN name:Churn model")
        yield board


@dataclass(frozen=True)
class FirstPush:
    """A repository with one commit that was pushed, and the body that tells of it."""

    git: GitRepository
    payload: dict[str, Any]


@pytest.fixture(scope="session")
def first_push(tmp_path_factory: pytest.TempPathFactory) -> FirstPush:
    """The same for every test, which works on a copy: it is twenty processes of Git."""
    git = GitRepository(tmp_path_factory.mktemp("git"))
    git.commit("Begin", {"README.md": "churn"})
    return FirstPush(git, push_payload(git, git.push()))


@pytest.fixture
def github(board: SlackBoard, first_push: FirstPush, tmp_path: Path) -> GitHub:
    return connected_repository(board, first_push, tmp_path)


def connected_repository(
    board: SlackBoard, first_push: FirstPush, directory: Path, line: str = "hook new github project:CHURN"
) -> GitHub:
    """A repository with one commit, whose hook was made in Slack."""
    answer = board.admin(line)
    words = dict(row.split(": ", 1) for row in answer.splitlines() if row.startswith(("Address: ", "Secret: ")))
    github = GitHub(first_push.git.copy_to(directory), HookAddress(words["Address"], words["Secret"]))
    assert github.deliver("push", first_push.payload) in (200, 202)
    return github


@pytest.fixture
def world(database_url: str, first_push: FirstPush, tmp_path: Path) -> Iterator[World]:
    """With a task, and a hook that was told of one commit."""
    with SlackServer() as slack:
        add_small_team(slack)
        world = World(slack, database_url, tmp_path)
        with world.up(token="") as board:
            board.admin("project new CHURN name:Churn model")
            board.lab("task new Weigh tail classes kind:deploy")
            world.github = connected_repository(board, first_push, tmp_path)
            world.state = HostedGit(world.github.git, is_organization=True)
            world.hook = world.state.add_hook(world.github.hook)
            world.github.commit("Say hello")
        with github_server(world.state) as world.api:
            yield world
