"""Pushes whose report left commits out: the host is asked for them, a page at a time, each a job of its own."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.jobs import Performer
from core.clock import Clock
from core.git import GitPerson, Pushed, Repository
from core.git_intake import complete_push
from core.hooks import Hook
from core.hosts import CommitPage, HostRefused
from core.jobs import Job
from core.ports import Host, Store, UnitOfWork
from core.pushes import LinkedRest
from core.records import Records

log = structlog.get_logger()

COMPLETION = "push.complete"
_DEADLINE = timedelta(seconds=8)


@dataclass(frozen=True)
class CutPush:
    """A push as it was reported, without commits; the page to ask for; and what the pages before it linked."""

    hook: int
    pushed: Pushed
    page: int = 1
    linked: tuple[LinkedRest, ...] = ()

    @property
    def receipt(self) -> str:
        pushed = self.pushed
        words = f"{pushed.repository.external_id} {pushed.branch} {pushed.before} {pushed.after}"
        return f"{self.hook}:{sha256(words.encode()).hexdigest()}:{self.page}"


RECORDS = Records([CutPush, Pushed, Repository, GitPerson, LinkedRest])


def promise_rest(work: UnitOfWork, hook: Hook, pushed: Pushed, now: datetime) -> None:
    """In the unit that takes what the report did say."""
    cut = CutPush(hook.id, replace(pushed, commits=()))
    work.jobs.add(COMPLETION, RECORDS.dump(cut), run_at=Clock().now())


@dataclass(frozen=True)
class PushCompletion:
    store: Store
    clock: Clock
    hosts: Mapping[str, Host]

    @property
    def performers(self) -> dict[str, Performer]:
        return {COMPLETION: self.take_page}

    async def take_page(self, job: Job) -> None:
        cut: CutPush = RECORDS.load(job.body)
        page, now = await self._page(cut.pushed, cut.page), self.clock.now()
        if page.left_out:
            log.warning("a push has more commits than its host shows", left_out=page.left_out, **_about(cut.pushed))
        unit = self.store.write(lambda work: take_page(work, cut, page, now), team=job.team_id, within=_DEADLINE)
        await asyncio.wrap_future(unit)

    async def _page(self, pushed: Pushed, number: int) -> CommitPage:
        """An empty last one where nobody shows it: what was linked before it is told all the same."""
        host = self.hosts.get(pushed.repository.host)
        if host is None:
            return CommitPage(())
        try:
            return await host.commits_between(pushed.repository, pushed.before, pushed.after, page=number)
        except HostRefused as error:
            log.warning("a push stays without the commits its report left out", reason=error.words, **_about(pushed))
            return CommitPage(())


def take_page(work: UnitOfWork, cut: CutPush, page: CommitPage, now: datetime) -> None:
    hook = work.hooks.get(cut.hook)
    if hook is None or hook.revoked_at is not None:
        return
    # A job that is begun again after a crash must neither count twice nor go on twice.
    if not work.receipts.add(COMPLETION, cut.receipt, now):
        return
    linked = complete_push(
        work, pushed=replace(cut.pushed, commits=page.commits), hook=hook, so_far=cut.linked,
        is_last=page.next_page is None, now=now,
    )  # fmt: skip
    if page.next_page is not None:
        going_on = replace(cut, page=page.next_page, linked=linked)
        work.jobs.add(COMPLETION, RECORDS.dump(going_on), run_at=Clock().now())


def _about(pushed: Pushed) -> dict[str, str]:
    return {"repository": pushed.repository.name, "branch": pushed.branch}
