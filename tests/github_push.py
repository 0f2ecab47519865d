"""The body of GitHub's `push` webhook, made from a push to a real repository: all that is said of it, Git said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.git_repository import ANA, DEFAULT_BRANCH, GitRepository, Push

MOST_COMMITS = 2_048

_CHANGES = {"A": "added", "D": "removed", "M": "modified", "T": "modified"}
_FIELDS = ("%H", "%T", "%cI", "%an", "%ae", "%cn", "%ce", "%B")


@dataclass(frozen=True, slots=True)
class Account:
    """`kind` is User or Bot."""

    id: int
    login: str
    email: str
    kind: str = "User"


ANAS_ACCOUNT = Account(7001, "ana-lab", ANA.email)
OWNER = Account(7000, "lab", "owner@lab.example")


@dataclass(frozen=True, slots=True)
class HostedRepository:
    id: int = 9001
    name: str = "churn"
    owner: Account = OWNER
    default_branch: str = DEFAULT_BRANCH
    is_private: bool = True

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def html_url(self) -> str:
        return f"https://github.com/{self.full_name}"


CHURN = HostedRepository()


def push_payload(
    repository: GitRepository,
    push: Push,
    *,
    hosted: HostedRepository = CHURN,
    pusher: Account = ANAS_ACCOUNT,
    accounts: tuple[Account, ...] = (ANAS_ACCOUNT,),
) -> dict[str, Any]:
    """`accounts` are those GitHub knows: a commit by one of their e-mail addresses has a `username`.

    Beyond 2,048 commits GitHub's documentation does not say which are left out; here it is the oldest.
    """
    shas = _pushed(repository, push)
    head = "" if push.is_deleted else repository.sha(f"{push.after}^{{commit}}")
    shown = shas[-MOST_COMMITS:]
    read = _commits(repository, push, [*shown, head] if head else shown, hosted, accounts)
    commits = {commit["id"]: commit for commit in read}
    return {
        "ref": push.ref,
        "before": push.before,
        "after": push.after,
        "repository": _repository(hosted),
        "pusher": {"name": pusher.login, "email": pusher.email},
        "sender": _account(pusher),
        "created": push.is_created,
        "deleted": push.is_deleted,
        "forced": _is_forced(repository, push),
        "base_ref": _base_ref(push, head),
        "compare": _compare(push, shas, hosted),
        "commits": [commits[sha] for sha in shown],
        "head_commit": commits.get(head),
    }


def _pushed(repository: GitRepository, push: Push) -> list[str]:
    """From the oldest to the newest: what the ref did not have before; of a new ref, what no other ref has."""
    if push.is_deleted:
        return []
    if push.is_created:
        return _only_in(repository, push.after, push.other_refs.values())
    return _only_in(repository, push.after, [push.before])


def _only_in(repository: GitRepository, sha: str, others: Iterable[str]) -> list[str]:
    excluded = "".join(f"^{other}\n" for other in others)
    return repository.git("rev-list", "--reverse", "--topo-order", "--stdin", stdin=f"{sha}\n{excluded}").split()


def _commits(
    repository: GitRepository, push: Push, shas: list[str], hosted: HostedRepository, accounts: tuple[Account, ...]
) -> Iterator[dict[str, Any]]:
    if not shas:
        return
    listed = "".join(f"{sha}\n" for sha in shas)
    printed = repository.git(
        "log", "--no-walk=unsorted", "--stdin", f"--format={'%x00'.join(_FIELDS)}%x00", stdin=listed
    ).split("\0")
    changes = _changes(repository, listed)
    new = set(_only_in(repository, push.after, push.other_refs.values()))
    logins = {account.email: account.login for account in accounts}
    for start in range(0, len(printed) - 1, len(_FIELDS)):
        sha, tree, date, *people, message = printed[start : start + len(_FIELDS)]
        sha = sha.lstrip("\n")
        yield {
            "id": sha,
            "tree_id": tree,
            "distinct": sha in new,
            "message": message.rstrip("\n"),
            "timestamp": date.replace("+00:00", "Z"),
            "url": f"{hosted.html_url}/commit/{sha}",
            "author": _signature(*people[:2], logins),
            "committer": _signature(*people[2:], logins),
            **changes.get(sha, {"added": [], "removed": [], "modified": []}),
        }


def _changes(repository: GitRepository, listed: str) -> dict[str, dict[str, list[str]]]:
    """Per commit, against its first parent; a renamed file was removed and added."""
    parents = repository.git("log", "--no-walk=unsorted", "--stdin", "--format=%H %P", stdin=listed).splitlines()
    pairs = "".join(f"{' '.join(line.split()[:2])}\n" for line in parents)
    printed = repository.git(
        "diff-tree", "--stdin", "--root", "-r", "--no-renames", "--name-status", "-z", stdin=pairs
    )  # fmt: skip
    words = iter(printed.split("\0"))
    found: dict[str, dict[str, list[str]]] = {}
    sha = ""
    for word in words:
        if word in _CHANGES:
            found[sha][_CHANGES[word]].append(next(words))
        elif word:
            sha = word
            found[sha] = {"added": [], "removed": [], "modified": []}
    return found


def _signature(name: str, email: str, logins: Mapping[str, str]) -> dict[str, str]:
    return {"name": name, "email": email} | ({"username": logins[email]} if email in logins else {})


def _is_forced(repository: GitRepository, push: Push) -> bool:
    if push.is_created or push.is_deleted:
        return False
    return bool(_only_in(repository, push.before, [push.after]))


def _base_ref(push: Push, head: str) -> str | None:
    """The branch that a new ref was made from, as long as both are at the same commit."""
    branches = (name for name, sha in push.other_refs.items() if name.startswith("refs/heads/") and sha == head)
    return next(branches, None) if push.is_created else None


def _compare(push: Push, shas: list[str], hosted: HostedRepository) -> str:
    if not push.is_created:
        return f"{hosted.html_url}/compare/{push.before[:12]}...{push.after[:12]}"
    if not shas:
        return f"{hosted.html_url}/compare/{push.ref.split('/', 2)[2]}"
    if len(shas) == 1:
        return f"{hosted.html_url}/commit/{shas[0]}"
    return f"{hosted.html_url}/compare/{shas[0][:12]}^...{shas[-1][:12]}"


def _account(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "id": account.id,
        "node_id": f"U_{account.id}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": f"https://api.github.com/users/{account.login}",
        "html_url": f"https://github.com/{account.login}",
        "type": account.kind,
        "site_admin": False,
    }


def _repository(hosted: HostedRepository) -> dict[str, Any]:
    return {
        "id": hosted.id,
        "node_id": f"R_{hosted.id}",
        "name": hosted.name,
        "full_name": hosted.full_name,
        "private": hosted.is_private,
        # Only here, in the body of a push, an owner has a name and an e-mail address, and created_at is a number.
        "owner": {"name": hosted.owner.login, "email": hosted.owner.email} | _account(hosted.owner),
        "html_url": hosted.html_url,
        "description": None,
        "fork": False,
        "url": f"https://api.github.com/repos/{hosted.full_name}",
        "created_at": 1_763_000_000,
        "updated_at": "2026-11-18T10:00:00Z",
        "pushed_at": 1_795_000_000,
        "clone_url": f"{hosted.html_url}.git",
        "default_branch": hosted.default_branch,
        "master_branch": hosted.default_branch,
        "visibility": "private" if hosted.is_private else "public",
        "archived": False,
        "topics": [],
    }
