"""CI on commits: one line for each commit and workflow in the thread of the commit's tasks."""

from collections.abc import Collection
from datetime import datetime

from core.git import CheckReported, Result
from core.git_events import CheckChanged
from core.git_records import Check
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.tasks import Task


def take_check(work: UnitOfWork, *, reported: CheckReported, now: datetime) -> None:
    """Told to every task of the commit, whichever project's hook reports it first. Kept even where no task is known
    yet: the push may come later."""
    repository = work.repositories.ensure(reported.repository, now)
    before = work.checks.find(repository, reported.sha, reported.name)
    if before is not None and _is_old(reported, before):
        return
    check = work.checks.save(repository, reported, now)
    if before is not None and before.result is reported.result:
        return
    if _is_quiet(reported.result) and (before is None or _is_quiet(before.result)):
        return
    event = CheckChanged(
        check, reported.repository.name, reported.name, reported.sha, reported.result, reported.branch
    )  # fmt: skip
    actor = Actor(None, "CI", False, reported.repository.host, reported.repository.name)
    tasks = work.tasks.several(tasks_of_commit(work, repository, reported.sha))
    if tasks:
        work.checks.mark_told([check])
    for task in tasks:
        record(work, event, actor=actor, now=now, task=task)


def tell_known_checks(work: UnitOfWork, checks: Collection[Check], *, task: Task, actor: Actor, now: datetime) -> None:
    """Those of commits that are the task's only now."""
    checks = [check for check in checks if not _is_quiet(check.result)]
    if checks:
        work.checks.mark_told([check.id for check in checks])
    for check in checks:
        changed = CheckChanged(check.id, check.repository, check.name, check.sha, check.result, check.branch)
        record(work, changed, actor=actor, now=now, task=task)


def tasks_of_commit(work: UnitOfWork, repository: int, sha: str) -> tuple[TaskKey, ...]:
    """Those that the commit names, and those of the pull requests it is the head or the merge of."""
    seen = work.commits.known(repository, [sha])
    named = [key for key, _ in work.commits.tasks([commit.id for commit in seen.values()])]
    return tuple(dict.fromkeys([*named, *work.pull_requests.tasks_at(repository, sha)]))


def _is_quiet(result: Result) -> bool:
    """Nothing has happened: it is no line of its own. Many workflows of a repository skip most commits."""
    return result in (Result.WAITING, Result.SKIPPED)


def _is_old(reported: CheckReported, before: Check) -> bool:
    if reported.order != before.order:
        return reported.order < before.order
    if reported.at != before.at:
        return reported.at < before.at
    # Times are told apart by seconds: within one, what has an end does not begin again.
    return before.result.is_final and not reported.result.is_final
