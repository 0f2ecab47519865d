"""GitHub as a repository's owner sees it: a real repository, pull requests, workflows, deployments, and the signed
deliveries that tell of them. It remembers what it sent, so that a test can send it again."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from tests.fakes.slack.signing import http_client
from tests.git_repository import GitRepository
from tests.github_push import ANAS_ACCOUNT, CHURN, Account, HostedRepository, push_payload

START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Delivery:
    event: str
    body: bytes
    id: str

    @classmethod
    def of(cls, event: str, payload: dict[str, Any]) -> "Delivery":
        return cls(event, json.dumps(payload).encode(), str(uuid.uuid4()))


@dataclass(frozen=True)
class HookAddress:
    url: str
    secret: str


@dataclass
class PullRequest:
    number: int
    title: str
    branch: str
    body: str = ""
    base: str = "main"
    author: Account = ANAS_ACCOUNT
    state: str = "open"
    is_draft: bool = False
    is_merged: bool = False
    head: str = ""
    merge_sha: str | None = None


@dataclass
class GitHub:
    git: GitRepository
    hook: HookAddress
    hosted: HostedRepository = CHURN
    sent: list[Delivery] = field(default_factory=list)
    now: datetime = START
    _ids: Any = field(default_factory=lambda: count(1_000))
    _client: httpx.Client = field(default_factory=http_client)

    def push(self, branch: str = "main", *, pusher: Account = ANAS_ACCOUNT, force: bool = False) -> int:
        pushed = self.git.push(branch, force=force)
        return self.deliver("push", push_payload(self.git, pushed, hosted=self.hosted, pusher=pusher))

    def commit(self, message: str, branch: str = "main", *, files: dict[str, str] | None = None) -> str:
        """Commits on the branch, made from main where it is new, and pushes it."""
        if branch not in self.git.git("branch", "--format=%(refname:short)").split():
            self.git.branch(branch, start="main")
        self.git.switch(branch)
        sha = self.git.commit(message, files)
        self.push(branch)
        return sha

    def open(self, title: str, branch: str, **more: Any) -> PullRequest:
        request = PullRequest(next(self._ids), title, branch, head=self.git.sha(branch), **more)
        self.tell("opened", request)
        return request

    def tell(self, action: str, request: PullRequest, *, by: Account = ANAS_ACCOUNT) -> int:
        return self.deliver("pull_request", self._pull_request(action, request, by))

    def merge(self, request: PullRequest, *, squash: bool = False) -> str:
        self.git.switch(request.base)
        if squash:
            sha = self.git.squash_merge(request.branch, f"{request.title} (#{request.number})\n\n{request.body}")
        else:
            sha = self.git.merge(request.branch, f"Merge pull request #{request.number} from lab/{request.branch}")
        request.state, request.is_merged, request.merge_sha = "closed", True, sha
        self.tell("closed", request)
        self.push(request.base)
        return sha

    def workflow(
        self, sha: str, conclusion: str | None, *, name: str = "tests", branch: str = "main", run: int = 50
    ) -> int:
        status = "completed" if conclusion else "in_progress"
        attempt = {
            "id": run, "name": name, "path": ".github/workflows/t.yml", "head_branch": branch, "head_sha": sha,
            "run_attempt": 1, "status": status, "conclusion": conclusion, "updated_at": self._stamp(),
            "html_url": f"{self.hosted.html_url}/actions/runs/{run}",
        }  # fmt: skip
        workflow = {"id": 5, "name": name, "path": attempt["path"]}
        action = "completed" if conclusion else "in_progress"
        return self.deliver("workflow_run", {"action": action, "workflow_run": attempt, "workflow": workflow})

    def status(self, sha: str, state: str, *, context: str = "ci/data") -> int:
        return self.deliver(
            "status",
            {
                "id": next(self._ids), "sha": sha, "context": context, "state": state, "updated_at": self._stamp(),
                "created_at": self._stamp(), "target_url": "https://ci.example/1", "description": None,
                "commit": {"sha": sha, "html_url": f"{self.hosted.html_url}/commit/{sha}"}, "branches": [],
                "name": self.hosted.full_name,
            },
        )  # fmt: skip

    def deployment(self, sha: str, environment: str, *, by: Account = ANAS_ACCOUNT) -> dict[str, Any]:
        return {
            "id": next(self._ids), "sha": sha, "ref": "main", "task": "deploy", "payload": {},
            "original_environment": environment, "environment": environment, "description": None,
            "creator": account(by), "created_at": self._stamp(), "updated_at": self._stamp(),
            "production_environment": environment == "production", "transient_environment": False,
        }  # fmt: skip

    def deployment_created(self, deployment: dict[str, Any]) -> int:
        payload = {"action": "created", "deployment": deployment, "workflow": None, "workflow_run": None}
        return self.deliver("deployment", payload)

    def deployment_status(self, deployment: dict[str, Any], state: str, description: str = "") -> int:
        status = {
            "id": next(self._ids), "state": state, "creator": deployment["creator"], "description": description,
            "environment": deployment["environment"], "target_url": f"https://ci.example/d/{deployment['id']}",
            "log_url": "", "environment_url": "", "created_at": self._stamp(), "updated_at": self._stamp(),
        }  # fmt: skip
        payload = {"action": "created", "deployment_status": status, "deployment": deployment}
        return self.deliver("deployment_status", payload)

    def deploy(self, sha: str, environment: str, state: str = "success", description: str = "") -> None:
        deployment = self.deployment(sha, environment)
        self.deployment_created(deployment)
        self.later(minutes=2)
        self.deployment_status(deployment, state, description)

    def deliver(self, event: str, payload: dict[str, Any]) -> int:
        """Complete with what every event has, signed and sent; the status of the answer."""
        self.later(seconds=1)
        common = {"repository": repository(self.hosted), "sender": account(ANAS_ACCOUNT)}
        return self.send(Delivery.of(event, common | payload))

    def send(self, delivery: Delivery, *, keep: bool = True) -> int:
        if keep:
            self.sent.append(delivery)
        return self.post(delivery).status_code

    def post(self, delivery: Delivery, **headers: str) -> httpx.Response:
        return self._client.post(self.hook.url, content=delivery.body, headers=signed(delivery, self.hook, **headers))

    def send_again(self, *, order: Callable[[list[Delivery]], None] | None = None, is_new: bool = False) -> list[int]:
        """Every delivery there was; with `is_new` under another id, as a second hook has it."""
        again = list(self.sent)
        if order is not None:
            order(again)
        return [
            self.send(replace(one, id=str(uuid.uuid4())) if is_new else one, keep=False) for one in again
        ]  # fmt: skip

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)

    def _stamp(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _pull_request(self, action: str, request: PullRequest, by: Account) -> dict[str, Any]:
        return {
            "action": action,
            "number": request.number,
            "sender": account(by),
            "pull_request": {
                "id": request.number, "number": request.number, "title": request.title, "body": request.body,
                "html_url": f"{self.hosted.html_url}/pull/{request.number}", "state": request.state,
                "merged": request.is_merged, "draft": request.is_draft, "merge_commit_sha": request.merge_sha,
                "updated_at": self._stamp(), "user": account(request.author), "labels": [],
                "head": {"ref": request.branch, "sha": request.head}, "base": {"ref": request.base},
            },
        }  # fmt: skip


def signed(delivery: Delivery, hook: HookAddress, **headers: str) -> dict[str, str]:
    digest = hmac.new(hook.secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Delivery": delivery.id,
        "X-Hub-Signature-256": f"sha256={digest}",
    } | {name.replace("_", "-"): value for name, value in headers.items()}


def account(who: Account) -> dict[str, Any]:
    return {"login": who.login, "id": who.id, "type": who.kind, "html_url": f"https://github.com/{who.login}"}


def repository(hosted: HostedRepository) -> dict[str, Any]:
    return {
        "id": hosted.id, "name": hosted.name, "full_name": hosted.full_name, "html_url": hosted.html_url,
        "default_branch": hosted.default_branch, "owner": account(hosted.owner),
    }  # fmt: skip
