"""What the demo's Git host reports: commits, pull requests, CI and deployments of one repository."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import TypeAlias

from bot.demo.github_bodies import repository_id
from bot.demo.stage import Report
from core.git import (
    CheckReported,
    Commit,
    DeploymentReported,
    Fact,
    GitPerson,
    PullRequestChanged,
    PullRequestState,
    Pushed,
    Repository,
    Result,
)

Keys: TypeAlias = Mapping[str, str]
_NOTHING = "0" * 40


def person(handle: str) -> GitPerson:
    return GitPerson(name=handle.capitalize(), email=f"{handle}@acme.example", login=handle)


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """`name` is `acme/churn`, of the project `project`."""

    project: str
    name: str

    @property
    def fact(self) -> Repository:
        return Repository(
            host="github", external_id=str(repository_id(self.name)), name=self.name, url=f"https://github.com/{self.name}",
            default_branch="main",
        )  # fmt: skip

    def sha(self, word: str) -> str:
        """Of the commit that the story calls so."""
        return sha1(f"{self.name} {word}".encode()).hexdigest()

    def push(self, at: datetime, who: str, *commits: tuple[str, str], branch: str = "main") -> Report:
        """Commits as the story's word for each, and its message with the names of tasks in braces."""

        def fact(keys: Keys) -> Fact:
            made = tuple(
                Commit(
                    sha=self.sha(word), message=message.format_map(keys), author=person(who),
                    url=f"{self.fact.url}/commit/{self.sha(word)}",
                )
                for word, message in commits
            )  # fmt: skip
            return Pushed(
                repository=self.fact, branch=branch.format_map(_lower(keys)), before=_NOTHING, after=made[-1].sha,
                commits=made, pusher=person(who),
            )  # fmt: skip

        return self._report(at, fact)

    def pull_request(
        self, at: datetime, who: str, number: int, title: str, state: PullRequestState, *, head: str, branch: str,
        merge: str = "",
    ) -> Report:  # fmt: skip
        def fact(keys: Keys) -> Fact:
            return PullRequestChanged(
                repository=self.fact, number=number, title=title.format_map(keys), body="",
                url=f"{self.fact.url}/pull/{number}", state=state, updated_at=at, author=person(who),
                sender=person(who), head_branch=branch.format_map(_lower(keys)), head_sha=self.sha(head),
                base_branch="main", merge_sha=self.sha(merge) if merge else "",
                merged_at=at if state is PullRequestState.MERGED else None,
            )  # fmt: skip

        return self._report(at, fact)

    def check(self, at: datetime, word: str, result: Result, *, order: int, name: str = "tests") -> Report:
        return self._report(
            at,
            lambda keys: CheckReported(
                repository=self.fact, sha=self.sha(word), name=name, result=result,
                url=f"{self.fact.url}/actions/runs/{order}", order=order, at=at,
            ),
        )  # fmt: skip

    def deploy(
        self, at: datetime, who: str, number: int, word: str, result: Result, *, order: int = 1, description: str = "",
        environment: str = "production",
    ) -> Report:  # fmt: skip
        return self._report(
            at,
            lambda keys: DeploymentReported(
                repository=self.fact, external_id=str(number), environment=environment, sha=self.sha(word), ref="main",
                result=result, order=order, at=at, creator=person(who), description=description,
                url=f"{self.fact.url}/deployments/{number}", is_production=environment == "production",
            ),
        )  # fmt: skip

    def _report(self, at: datetime, fact: Callable[[Keys], Fact]) -> Report:
        return Report(at, self.project, fact)


def _lower(keys: Keys) -> dict[str, str]:
    """As keys stand in the names of branches."""
    return {name: key.lower() for name, key in keys.items()}
