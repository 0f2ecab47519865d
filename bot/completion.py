"""Pushes whose report left commits out: the host is asked for them, a page at a time, each a job of its own."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.jobs import Lasting, Performer
from core.clock import Clock
from core.events import JobGivenUp
from core.git import GitPerson, Pushed, Repository
from core.git_intake import complete_push
from core.hooks import Hook
from core.hosts import CommitPage, HostRefused
from core.jobs import Job
from core.journal import Actor, record
from core.ports import Host, Store, UnitOfWork
from core.pushes import LinkedRest, tell_rest
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
        return {COMPLETION: Lasting(self.take_page, give_up)}

    async def take_page(self, job: Job) -> None:
        cut: CutPush = RECORDS.load(job.body)
        (page, refusal), now = await self._page(cut.pushed, cut.page), self.clock.now()
        if page.left_out:
            log.warning("a push has more commits than its host shows", left_out=page.left_out, **_about(cut.pushed))

        def unit(work: UnitOfWork) -> None:
            take_page(work, cut, page, now, refusal=refusal)

        await asyncio.wrap_future(self.store.write(unit, team=job.team_id, within=_DEADLINE))

    async def _page(self, pushed: Pushed, number: int) -> tuple[CommitPage, str]:
        """An empty last one where nobody shows it, and why: what was linked before it is told all the same."""
        host = self.hosts.get(pushed.repository.host)
        if host is None:
            return CommitPage(()), "there is no token any more"
        try:
            return await host.commits_between(pushed.repository, pushed.before, pushed.after, page=number), ""
        except HostRefused as error:
            log.warning("a push stays without the commits its report left out", reason=error.words, **_about(pushed))
            return CommitPage(()), error.words


def give_up(work: UnitOfWork, job: Job, now: datetime) -> str:
    """What the pages before it linked is told all the same."""
    cut: CutPush = RECORDS.load(job.body)
    if work.receipts.add(COMPLETION, cut.receipt, now):
        tell_rest(work, pushed=cut.pushed, rest=cut.linked, now=now)
    return _lost(cut.pushed)


def take_page(work: UnitOfWork, cut: CutPush, page: CommitPage, now: datetime, *, refusal: str = "") -> None:
    hook = work.hooks.get(cut.hook)
    if hook is None or hook.revoked_at is not None:
        return
    # A job that is begun again after a crash must neither count twice nor go on twice.
    if not work.receipts.add(COMPLETION, cut.receipt, now):
        return
    if refusal:
        given_up = JobGivenUp(COMPLETION, refusal, _lost(cut.pushed))
        record(work, given_up, actor=Actor(None, "Labkeeper", False, "", ""), now=now)
    linked = complete_push(
        work, pushed=replace(cut.pushed, commits=page.commits), hook=hook, so_far=cut.linked,
        is_last=page.next_page is None, now=now,
    )  # fmt: skip
    if page.next_page is not None:
        going_on = replace(cut, page=page.next_page, linked=linked)
        work.jobs.add(COMPLETION, RECORDS.dump(going_on), run_at=Clock().now())


def _lost(pushed: Pushed) -> str:
    return f"the commits that the report of a push to {pushed.branch} of {pushed.repository.name} left out"


def _about(pushed: Pushed) -> dict[str, str]:
    return {"repository": pushed.repository.name, "branch": pushed.branch}
