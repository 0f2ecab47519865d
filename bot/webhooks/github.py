"""What GitHub sends to a repository's or an organization's webhook.

https://docs.github.com/webhooks/webhook-events-and-payloads
"""

import hmac
import re
from binascii import a2b_qp
from collections.abc import Callable

from bot.webhook import (
    Headers,
    Incoming,
    Json,
    Malformed,
    Provider,
    flag,
    link,
    moment,
    number,
    optional_flag,
    optional_part,
    optional_text,
    optional_texts,
    part,
    parts,
    read_json,
    text,
)
from bot.webhooks.github_checks import check_suite, deployment, deployment_status, status, workflow_run
from bot.webhooks.github_objects import author, person, repository, sha
from core.git import (
    BranchCreated,
    BranchDeleted,
    Commit,
    Fact,
    GitPerson,
    NotNeeded,
    Pinged,
    PullRequestChanged,
    PullRequestState,
    Pushed,
    ReleasePublished,
)

MOST_COMMITS = 2_048  # GitHub leaves out what goes beyond

# Branches that GitHub makes and deletes by itself, one for each pull request in a queue.
_MERGE_QUEUE = "gh-readonly-queue/"
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,100}")
_EVENT = re.compile(r"[a-z_]{1,64}")
_QUOTED_PRINTABLE = bytes.maketrans(b"%+", b"= ")
_NEVER_IN_A_FORM = (b"&", b"=", b" ", b"\t", b"\r", b"\n")


def verify(headers: Headers, body: bytes, secret: str) -> bool:
    signature = headers.get("x-hub-signature-256", "").encode("ascii", "replace")
    digest = hmac.digest(secret.encode(errors="surrogatepass"), body, "sha256").hex()
    return hmac.compare_digest(b"sha256=" + digest.encode(), signature) and bool(secret)


def parse(headers: Headers, body: bytes) -> Incoming:
    delivery, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not _DELIVERY.fullmatch(delivery) or not _EVENT.fullmatch(event):
        raise Malformed("no delivery id, or no event")
    payload = read_json(_unwrapped(body))
    read = _EVENTS.get(event)
    return Incoming(delivery, event, read(payload) if read else NotNeeded(_why_not(event)))


def _unwrapped(body: bytes) -> bytes:
    """GitHub offers a form as well, with the same JSON as its only field."""
    if not body.startswith(b"payload="):
        return body
    value = body.removeprefix(b"payload=")
    if any(sign in value for sign in _NEVER_IN_A_FORM):
        raise Malformed("a form with more than the payload")
    # Quoted-printable is the same code with another sign; urllib takes three seconds for 25 MB, this 50 ms.
    return a2b_qp(value.translate(_QUOTED_PRINTABLE))


def _why_not(event: str) -> str:
    told = {"workflow_job": "workflow_run", "check_run": "check_suite"}.get(event)
    return f"{told} tells it" if told else f"nothing is done with {event}"


def _push(payload: Json) -> Fact:
    kind, _, branch = text(payload, "ref").removeprefix("refs/").partition("/")
    listed = parts(payload, "commits")
    if kind != "heads" or not branch:
        return NotNeeded("no branch was pushed")
    if flag(payload, "deleted"):
        return NotNeeded("a branch was deleted")
    if branch.startswith(_MERGE_QUEUE):
        return NotNeeded("the merge queue tries it out; the push to its base tells it")
    commits = tuple(_commit(commit) for commit in listed)
    return Pushed(
        repository=repository(payload),
        branch=branch,
        before=sha(payload, "before"),
        after=sha(payload, "after"),
        commits=commits,
        pusher=_pusher(payload),
        compare_url=link(payload, "compare"),
        is_forced=flag(payload, "forced"),
        is_truncated=_is_truncated(payload, commits),
    )


def _is_truncated(payload: Json, commits: tuple[Commit, ...]) -> bool:
    size = number(payload, "size") if "size" in payload else 0
    if size > len(commits) or len(commits) >= MOST_COMMITS:
        return True
    after = text(payload, "after")
    if commits:
        return commits[-1].sha != after
    # Only a new branch, or one that was set back, comes without commits.
    return not (flag(payload, "created") or flag(payload, "forced") or text(payload, "before") == after)


def _commit(commit: Json) -> Commit:
    touched = (path for kind in ("added", "modified", "removed") for path in optional_texts(commit, kind))
    return Commit(
        sha=sha(commit, "id"),
        message=optional_text(commit, "message"),
        author=author(part(commit, "author")),
        url=link(commit, "url"),
        paths=tuple(dict.fromkeys(touched)),
        is_distinct=optional_flag(commit, "distinct") is not False,
    )


def _create(payload: Json) -> Fact:
    text(payload, "master_branch")  # which `delete` has not
    if text(payload, "ref_type") != "branch":
        return NotNeeded("a tag was created")
    if text(payload, "ref").startswith(_MERGE_QUEUE):
        return NotNeeded("the merge queue tries something out")
    return BranchCreated(
        repository=repository(payload), branch=text(payload, "ref"), sender=person(part(payload, "sender"))
    )


def _delete(payload: Json) -> Fact:
    text(payload, "pusher_type")
    if "master_branch" in payload:
        raise Malformed("a branch that was created")
    if text(payload, "ref_type") != "branch":
        return NotNeeded("a tag was deleted")
    return BranchDeleted(repository=repository(payload), branch=text(payload, "ref"))


def _ping(payload: Json) -> Fact:
    part(payload, "hook")
    return Pinged(repository(payload) if "repository" in payload else None)


def _pull_request(payload: Json) -> Fact:
    text(payload, "action")
    request = part(payload, "pull_request")
    head, state = part(request, "head"), _pull_request_state(request)
    return PullRequestChanged(
        repository=repository(payload),
        number=number(payload, "number"),
        title=text(request, "title"),
        body=optional_text(request, "body"),
        url=link(request, "html_url"),
        state=state,
        updated_at=moment(request, "updated_at"),
        author=person(optional_part(request, "user")),
        sender=person(part(payload, "sender")),
        head_branch=text(head, "ref"),
        head_sha=sha(head, "sha"),
        base_branch=text(part(request, "base"), "ref"),
        # Before the merge it is a trial commit that no branch has.
        merge_sha=optional_text(request, "merge_commit_sha") if state is PullRequestState.MERGED else "",
        merged_at=moment(request, "merged_at") if request.get("merged_at") is not None else None,
        is_from_fork=_is_from_fork(request),
    )


def _is_from_fork(request: Json) -> bool:
    """Also where the fork is gone."""
    base = optional_part(part(request, "base"), "repo")
    return bool(base) and optional_part(part(request, "head"), "repo").get("id") != base.get("id")


def _pull_request_state(request: Json) -> PullRequestState:
    state = text(request, "state")
    if flag(request, "merged"):
        return PullRequestState.MERGED
    if state == "closed":
        return PullRequestState.CLOSED
    if state != "open":
        raise Malformed("a pull request is neither open nor closed")
    return PullRequestState.DRAFT if optional_flag(request, "draft") else PullRequestState.OPEN


def _pusher(payload: Json) -> GitPerson:
    """`sender` is the account that signed in; `pusher` knows the address, and a name where a deploy key pushed."""
    pusher, sender = part(payload, "pusher"), part(payload, "sender")
    account = person(sender)
    return GitPerson(
        name=text(pusher, "name"), email=optional_text(pusher, "email"), login=account.login, is_bot=account.is_bot
    )


def _release(payload: Json) -> Fact:
    action, release = text(payload, "action"), part(payload, "release")
    is_prerelease = flag(release, "prerelease")
    # A full release is told twice, as published and as released; a pre-release that becomes one only as released.
    if not (action == "released" or (action == "published" and is_prerelease)):
        return NotNeeded(f"a release was {action}")
    return ReleasePublished(
        repository=repository(payload),
        tag=text(release, "tag_name"),
        name=optional_text(release, "name"),
        body=optional_text(release, "body"),
        url=link(release, "html_url"),
        author=person(optional_part(release, "author")),
    )


_EVENTS: dict[str, Callable[[Json], Fact]] = {
    "check_suite": check_suite,
    "create": _create,
    "delete": _delete,
    "deployment": deployment,
    "deployment_status": deployment_status,
    "ping": _ping,
    "pull_request": _pull_request,
    "push": _push,
    "release": _release,
    "status": status,
    "workflow_run": workflow_run,
}

GITHUB = Provider("github", 25 * 2**20, verify, parse)
