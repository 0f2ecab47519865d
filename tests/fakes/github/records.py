"""What the GitHub test server keeps: a repository with its hooks, what was delivered to them, and how it is to fail."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from tests.fakes.slack.signing import http_client
from tests.git_repository import GitFailed, GitRepository
from tests.github.host import Delivery, HookAddress, signed
from tests.github_push import ANAS_ACCOUNT, CHURN, Account, HostedRepository

# What GitHub notes for a receiver that could not be reached.
NOT_REACHED = 502
_FIELDS = "%H%x00%an%x00%ae%x00%B%x00"


@dataclass(frozen=True)
class Attempt:
    """One try to deliver."""

    id: int
    delivery: Delivery
    at: datetime
    status: int
    is_redelivery: bool = False


@dataclass
class RepositoryHook:
    """Its address, and every attempt, newest first. It may be one of the organization."""

    id: int
    address: HookAddress
    is_of_organization: bool = False
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """What is answered instead; `hangs` for so many seconds before it."""

    status: int
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: float = 0


@dataclass
class HostedGit:
    """`rights` are those of the token, as fine-grained tokens have them. The owner may be a person."""

    git: GitRepository
    token: str = "github_pat_right"
    rights: set[str] = field(default_factory=lambda: {"contents", "webhooks", "organization_hooks"})
    hosted: HostedRepository = CHURN
    accounts: tuple[Account, ...] = (ANAS_ACCOUNT,)
    hooks: list[RepositoryHook] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_organization: bool = False
    # Requests that are answered before the faults begin.
    spared: int = 0
    asked: list[str] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: count(5_000))
    _client: httpx.Client = field(default_factory=http_client)

    def add_hook(self, address: HookAddress, *, is_of_organization: bool = False) -> RepositoryHook:
        hook = RepositoryHook(next(self._ids), address, is_of_organization)
        self.hooks.append(hook)
        return hook

    def fail(self, status: int, message: str = "", *, times: int = 1, hangs: float = 0, **headers: str) -> None:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.faults += [Fault(status, message, named, hangs)] * times

    def fail_after(self, spared: int, status: int, *, times: int) -> None:
        self.spared = spared
        self.fail(status, times=times)

    def deliver(self, hook: RepositoryHook, delivery: Delivery, *, is_redelivery: bool = False) -> int:
        try:
            headers = signed(delivery, hook.address)
            status = self._client.post(hook.address.url, content=delivery.body, headers=headers).status_code
        except httpx.TransportError:
            status = NOT_REACHED
        hook.attempts.insert(
            0, Attempt(next(self._ids), delivery, datetime.now(UTC).replace(microsecond=0), status, is_redelivery)
        )  # fmt: skip
        return status

    def age(self, hook: RepositoryHook, length: timedelta) -> None:
        """Its deliveries were made earlier than they were."""
        hook.attempts[:] = [replace(one, at=one.at - length) for one in hook.attempts]

    def hook(self, hook_id: int) -> RepositoryHook | None:
        return next((hook for hook in self.hooks if hook.id == hook_id), None)

    def compare(self, start: str, end: str) -> list[dict[str, Any]] | None:
        """Commits of the second that the first has not, oldest first; None where one of them is not there."""
        try:
            told = self.git.git(
                "log", "--reverse", "--topo-order", f"--format={_FIELDS}", f"{start}..{end}", at=self.git.remote
            )
        except GitFailed:
            return None
        words = told.split("\0")[:-1]
        return [self._commit(*words[at : at + 4]) for at in range(0, len(words), 4)]

    def _commit(self, sha: str, name: str, email: str, message: str) -> dict[str, Any]:
        sha, author = sha.strip(), next((one for one in self.accounts if one.email == email), None)
        return {
            "sha": sha,
            "html_url": f"{self.hosted.html_url}/commit/{sha}",
            "commit": {"message": message.rstrip("\n"), "author": {"name": name, "email": email}},
            "author": {"login": author.login, "id": author.id, "type": author.kind} if author else None,
        }
