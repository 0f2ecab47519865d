"""Slack, GitHub, and a board between them that may be down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.hosts.github import GitHubHost
from bot.hosts.github_client import GitHubClient
from bot.ticks import repair_ticks
from tests.fakes.github.records import HostedGit, RepositoryHook
from tests.fakes.slack.server import SlackServer
from tests.free_port import free_port
from tests.git_repository import Push
from tests.github.host import Delivery, GitHub, account, repository
from tests.github_push import ANAS_ACCOUNT, push_payload
from tests.slack.harness import MovableClock, SlackBoard, connected


class World:
    """Slack, GitHub and a board between them that may be down."""

    def __init__(self, slack: SlackServer, url: str, directory: Path) -> None:
        self.slack, self.url, self.directory, self.port = slack, url, directory, free_port()
        self.state: HostedGit
        self.github: GitHub
        self.hook: RepositoryHook
        self.api = ""

    @contextmanager
    def up(self, *, token: str = "github_pat_right") -> Iterator[SlackBoard]:
        clock = MovableClock()
        client = GitHubClient(token, self.api, seconds=1, clock=clock)
        hosts: dict[str, Any] = {"github": GitHubHost(client)} if token else {}
        with connected(self.slack, self.url, hosts=hosts, port=self.port, clock=clock) as board:
            yield board

    @contextmanager
    def up_beside(self) -> Iterator[SlackBoard]:
        """A second worker, at another port."""
        hosts: dict[str, Any] = {"github": GitHubHost(GitHubClient("github_pat_right", self.api))}
        with connected(self.slack, self.url, hosts=hosts) as board:
            yield board

    def delivery(self, pushed: Push, *, told: int | None = None) -> Delivery:
        """With `told`, only the newest so many of its commits are in the report."""
        payload = push_payload(self.github.git, pushed)
        if told is not None:
            payload |= {"size": len(payload["commits"]), "commits": payload["commits"][-told:]}
        return self._report(payload)

    def deliver(self, pushed: Push, *, told: int | None = None) -> int:
        return self.state.deliver(self.hook, self.delivery(pushed, told=told))

    def deliver_each(self, pushed: Push) -> None:
        """A report for each commit, as if they had been pushed one by one."""
        payload = push_payload(self.github.git, pushed)
        before = payload["before"]
        for commit in payload["commits"]:
            one = {"before": before, "after": commit["id"], "commits": [commit], "head_commit": commit}
            self.state.deliver(self.hook, self._report(payload | one))
            before = commit["id"]

    def _report(self, payload: dict[str, Any]) -> Delivery:
        common = {"repository": repository(self.github.hosted), "sender": account(ANAS_ACCOUNT)}
        return Delivery.of("push", common | payload)


def make_done_jobs_due(board: SlackBoard, kind: str) -> None:
    """As if a process had died just before it noted that they were done."""
    bodies = [
        board.read(lambda work, number=number: work.jobs.get(number)).body
        for (number,) in board.rows(f"SELECT id FROM jobs WHERE kind = '{kind}' AND state = 'done'")
    ]
    for body in bodies:
        board.write(lambda work, body=body: work.jobs.add(kind, body, run_at=board.clock.now()))


def repair(board: SlackBoard) -> None:
    """What a worker does when it starts."""
    assert board.redelivery is not None
    for tick in repair_ticks(board.redelivery):
        board.run(tick.run())
    board.settle()


def push_many(world: World, count: int, branch: str = "main", *, force: bool = False) -> Push:
    world.github.git.commit_many(f"CHURN-1 step {number}" for number in range(count))
    return world.github.git.push(branch, force=force)


def commit_lines(board: SlackBoard) -> list[str]:
    return [line.strip() for line in board.transcript().splitlines() if "commits" in line]
