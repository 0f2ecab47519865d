"""Reports as GitHub sends them: bodies of its shape, with the fields that receivers of such reports read.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any

Body = dict[str, Any]
_BEFORE = "0" * 40
_WORKFLOW = "tests"


def repository_id(name: str) -> int:
    """The same for the same name, so that one repository stays one."""
    return int(sha1(name.encode()).hexdigest()[:7], 16)


@dataclass(frozen=True, slots=True)
class Sender:
    """`repository` is `acme/churn`; `login` and `name` are of whoever acts; `at` is when, and gives new numbers."""

    repository: str
    login: str
    name: str
    at: datetime

    @property
    def url(self) -> str:
        return f"https://github.com/{self.repository}"

    @property
    def number(self) -> int:
        """Greater than any before."""
        return int(self.at.timestamp() * 1_000)

    @property
    def time(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ}"

    def push(self, *, branch: str, message: str, commit: str) -> Body:
        account = {"name": self.name, "email": f"{self.login}@users.noreply.github.com", "username": self.login}
        made = {
            "id": commit, "tree_id": sha1(commit.encode()).hexdigest(), "distinct": True, "message": message,
            "timestamp": self.time, "url": f"{self.url}/commit/{commit}", "author": account, "committer": account,
            "added": [], "removed": [], "modified": ["train/loss.py"],
        }  # fmt: skip
        return {
            "ref": f"refs/heads/{branch}", "before": _BEFORE, "after": commit, "created": branch != "main",
            "deleted": False, "forced": False, "base_ref": None, "compare": f"{self.url}/compare/{commit[:12]}",
            "commits": [made], "head_commit": made, "pusher": {"name": self.login, "email": account["email"]},
            **self._about(),
        }  # fmt: skip

    def pull_request(self, *, number: int, title: str, branch: str, commit: str, state: str) -> Body:
        """`state` is open, draft, merged or closed."""
        is_merged, is_over = state == "merged", state in ("merged", "closed")
        repo = {"id": repository_id(self.repository), "full_name": self.repository}
        head = {"label": f"{self._owner}:{branch}", "ref": branch, "sha": commit, "repo": repo}
        base = {"label": f"{self._owner}:main", "ref": "main", "sha": _BEFORE, "repo": repo}
        request = {
            "id": self.number, "number": number, "html_url": f"{self.url}/pull/{number}",
            "state": "closed" if is_over else "open", "locked": False, "title": title, "user": self._account(),
            "body": None, "created_at": self.time, "updated_at": self.time,
            "closed_at": self.time if is_over else None, "merged_at": self.time if is_merged else None,
            "merge_commit_sha": sha1(f"merge {number} {commit}".encode()).hexdigest(), "draft": state == "draft",
            "merged": is_merged, "labels": [], "head": head, "base": base,
        }  # fmt: skip
        action = "closed" if is_over else "opened"
        return {"action": action, "number": number, "pull_request": request, **self._about()}

    def workflow_run(self, *, branch: str, commit: str, result: str) -> Body:
        """`result` is running, or how it ended: success, failure, cancelled."""
        is_over = result != "running"
        run = {
            "id": self.number, "name": _WORKFLOW, "path": ".github/workflows/tests.yml", "display_title": _WORKFLOW,
            "head_branch": branch, "head_sha": commit, "run_number": self.number % 1_000, "run_attempt": 1,
            "event": "push", "status": "completed" if is_over else "in_progress",
            "conclusion": result if is_over else None, "workflow_id": 55,
            "html_url": f"{self.url}/actions/runs/{self.number}", "created_at": self.time, "updated_at": self.time,
            "actor": self._account(),
        }  # fmt: skip
        workflow = {"id": 55, "name": _WORKFLOW, "path": run["path"], "state": "active"}
        action = "completed" if is_over else "in_progress"
        return {"action": action, "workflow_run": run, "workflow": workflow, **self._about()}

    def deployment_status(self, *, number: int, environment: str, commit: str, result: str, description: str) -> Body:
        """`result` is running, success or failure; `number` stays the same for all news of one deployment."""
        of = {
            "id": number, "sha": commit, "ref": "main", "task": "deploy", "payload": {},
            "original_environment": environment, "environment": environment, "description": description,
            "creator": self._account(), "created_at": self.time, "updated_at": self.time,
            "transient_environment": False, "production_environment": environment == "production",
        }  # fmt: skip
        status = {
            "id": self.number, "state": "in_progress" if result == "running" else result, "creator": self._account(),
            "description": description, "environment": environment, "target_url": "", "environment_url": "",
            "log_url": f"{self.url}/actions/runs/{number}", "created_at": self.time, "updated_at": self.time,
        }  # fmt: skip
        return {"action": "created", "deployment_status": status, "deployment": of, **self._about()}

    @property
    def _owner(self) -> str:
        return self.repository.partition("/")[0]

    def _account(self) -> Body:
        return {
            "login": self.login, "id": repository_id(self.login), "html_url": f"https://github.com/{self.login}",
            "type": "User", "site_admin": False,
        }  # fmt: skip

    def _about(self) -> Body:
        owner = {"login": self._owner, "id": repository_id(self._owner), "type": "Organization"}
        repository = {
            "id": repository_id(self.repository), "name": self.repository.rpartition("/")[2],
            "full_name": self.repository, "private": True, "owner": owner, "html_url": self.url, "description": None,
            "fork": False, "default_branch": "main",
        }  # fmt: skip
        return {"repository": repository, "sender": self._account()}
