"""A project that lives for a while: what is done to it is done through the operations that people and Git hosts use.

All of it happens at whole hours, so that whoever looks at a clock every hour sees everything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.blocking import unblock_task
from core.commit_actions import act
from core.commits import LinkedRun
from core.durations import Box
from core.errors import UserError
from core.events import Cause
from core.git import DeploymentReported, Repository, Result
from core.metrics import Measurement, record_metric
from core.projects import create_project
from core.tasks import Kind, State, Task, Track
from core.timebox_records import Call
from core.timeboxes import expire_due_timeboxes
from tests.core.research import extend, settle
from tests.drivers import BoardDriver
from tests.git_facts import BO, commit, push, take

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Release:
    """A deployment to production as it was reported."""

    at: datetime
    sha: str
    result: Result


@dataclass
class History:
    board: BoardDriver
    key: str = "CHURN"
    tasks: list[Task] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    reported: int = 0
    adopted: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of_new_project(cls, board: BoardDriver, key: str) -> "History":
        board.do(create_project, key=key, name=None, zone="Europe/Lisbon", channel=None, channel_name="")
        return cls(board, key)

    @property
    def repository(self) -> Repository:
        return Repository(
            host="github", external_id=self.key, name=f"acme/{self.key.lower()}", url=f"https://example.com/{self.key}",
            default_branch="main",
        )  # fmt: skip

    @property
    def project_id(self) -> int:
        found = self.board.read(lambda work: work.projects.by_key(self.key))
        assert found is not None
        return found.id

    def pass_hours(self, hours: int) -> None:
        """Ticking at every hour, as the server would."""
        for _ in range(hours):
            self.board.later(hours=1)
            self.board.write(lambda work: expire_due_timeboxes(work, now=self.board.now))

    def attempt(self, deed: Callable[[], Any]) -> None:
        """What the board refuses was not done."""
        try:
            deed()
        except UserError:
            return

    def new(self, title: str = "A task", **fields: Any) -> Task:
        if isinstance(fields.get("box"), str):
            fields["box"] = Box.parse(fields["box"])
        task = self.board.new(title, project=self.key, **fields)
        self.tasks.append(task)
        return task

    def research(self, title: str = "A question", box: str = "3d", **fields: Any) -> Task:
        return self.board.move(self.new(title, box=box, **fields), State.DOING)

    def move(self, task: Task, to: State) -> None:
        self.attempt(lambda: self.board.move(task, to))

    def put_on(self, task: Task, track: Track) -> None:
        box = Box.parse("4d") if track is Track.RESEARCH else None
        self.attempt(lambda: self.board.change(task, kind=Kind.DATA, track=track, box=box))

    def decide(self, task: Task, call: Call) -> None:
        def deed() -> None:
            fields = {"tasks": ("One", "Two")} if call is Call.SPLIT else {}
            made = settle(self.board, task, call, **fields).tasks
            self.tasks.extend(made)
            if call is Call.ADOPT:
                self.adopted[task.id] = [one.id for one in made]

        self.attempt(deed)

    def extend(self, task: Task) -> None:
        self.attempt(lambda: extend(self.board, task, "2d"))

    def block(self, task: Task, cause: Cause, why: str = "late") -> None:
        self.attempt(lambda: self.board.block(task, why, cause))

    def unblock(self, task: Task, cause: Cause | None) -> None:
        self.attempt(lambda: self.board.do(unblock_task, key=task.key, cause=cause, waits_for=None))

    def run(self, task: Task, name: str) -> None:
        self.board.do(
            lambda work, *, actor, now: act(work, task.key, LinkedRun(name), source="a commit", actor=actor, now=now)
        )

    def measure(self, task: Task, name: str, value: float) -> None:
        self.board.do(
            lambda work, *, actor, now: record_metric(work, task, Measurement(name, value), actor=actor, now=now)
        )

    def push(self, *tasks: Task) -> str:
        """A commit on the default branch that names these tasks."""
        words = " ".join(str(task.key) for task in tasks)
        made = commit(f"{words} step {len(self.releases)} {self.board.now}")
        take(self.board, push(made, branch="main", repository=self.repository), project=self.key)
        return made.sha

    def deploy(self, sha: str, result: Result = Result.SUCCESS, environment: str = "production") -> None:
        self.reported += 1
        reported = DeploymentReported(
            repository=self.repository, external_id=str(self.reported), environment=environment, sha=sha,
            ref="main", result=result, order=1, at=self.board.now, creator=BO, description="",
            is_production=environment == "production",
        )  # fmt: skip
        take(self.board, replace(reported, result=Result.RUNNING), replace(reported, order=2), project=self.key)
        if environment == "production":
            self.releases.append(Release(self.board.now, sha, result))

    def ship(self, *tasks: Task, result: Result = Result.SUCCESS) -> str:
        sha = self.push(*tasks)
        self.deploy(sha, result)
        return sha
