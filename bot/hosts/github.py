"""GitHub, asked for what its webhooks left out or could not deliver.

https://docs.github.com/rest/commits/commits#compare-two-commits
https://docs.github.com/rest/repos/webhooks
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from bot.hosts.github_client import GitHubClient
from bot.webhook import Json, Malformed, link, moment, number, optional_part, optional_text, part, parts, text
from core.clock import Clock
from core.git import Commit, GitPerson, Repository, is_bot_name
from core.hosts import CommitPage, FailedDelivery, HostBusy, HostRefused

READ_CODE = "the right to read the repository (fine-grained: Contents, read; classic: repo)"
READ_HOOKS = "the right to its webhooks (fine-grained: Webhooks, read and write; classic: repo or admin:repo_hook)"
PAGE = 250
MOST_COMMITS = 10_000
MOST_PAGES = 50
# A report that fails this often does not fail because the server was down.
MOST_ATTEMPTS = 3

_NAME = re.compile(r"[A-Za-z0-9_-]+/(?!\.\.?$)[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class GitHubHost:
    client: GitHubClient

    async def commits_between(self, repository: Repository, before: str, after: str, *, page: int) -> CommitPage:
        if before.strip("0"):
            try:
                return await self._compare(repository, before, after, page)
            except HostRefused as error:
                # What a forced push replaced may be gone.
                if not error.is_not_found:
                    raise
        return await self._compare(repository, repository.default_branch, after, page)

    async def _compare(self, repository: Repository, start: str, end: str, page: int) -> CommitPage:
        # By its id: the way from an old name to the new one loses the page's number.
        path = f"/repositories/{repository.external_id}/compare/{quote(start)}...{quote(end)}"
        answer = await self.client.ask("GET", path, needs=READ_CODE, per_page=PAGE, page=page)
        with _readable():
            body = part({"body": answer.body}, "body")
            commits = tuple(_commit(commit) for commit in parts(body, "commits"))
            total = number(body, "total_commits")
        is_last = not commits or page * PAGE >= min(total, MOST_COMMITS)
        return CommitPage(commits, None if is_last else page + 1, max(total - MOST_COMMITS, 0) if is_last else 0)

    async def failed_deliveries(
        self, repository: str, address: str, *, within: timedelta
    ) -> tuple[FailedDelivery, ...]:
        hook = await self._hook(repository, address)
        if hook is None:
            return ()
        since, listed = Clock().now() - within, []
        async for delivery in self._listed(f"{_path(repository)}/hooks/{hook}/deliveries"):
            with _readable():
                if moment(delivery, "delivered_at") < since:
                    break
            listed.append(delivery)
        with _readable():
            return tuple(reversed(_failed(listed, hook)))

    async def redeliver(self, repository: str, delivery: FailedDelivery) -> None:
        path = f"{_path(repository)}/hooks/{delivery.hook}/deliveries/{delivery.id}/attempts"
        await self.client.ask("POST", path, needs=READ_HOOKS)

    async def _hook(self, repository: str, address: str) -> str | None:
        async for hook in self._listed(f"{_path(repository)}/hooks"):
            with _readable():
                if optional_text(part(hook, "config"), "url").endswith(address):
                    return str(number(hook, "id"))
        return None

    async def _listed(self, path: str) -> AsyncIterator[Json]:
        """Page after page; what is beyond the last that is asked for stays where it is."""
        answer = await self.client.ask("GET", path, needs=READ_HOOKS, per_page=100)
        for _ in range(MOST_PAGES):
            with _readable():
                items = parts({"items": answer.body}, "items")
            for item in items:
                yield item
            if not answer.next_url:
                return
            answer = await self.client.ask("GET", answer.next_url, needs=READ_HOOKS)


def _path(repository: str) -> str:
    if not _NAME.fullmatch(repository):
        raise HostRefused(f"“{repository}” is no repository on GitHub: they are named like acme/churn")
    return f"/repos/{repository}"


def _failed(deliveries: Iterable[Json], hook: str) -> list[FailedDelivery]:
    """The last attempt of each that no attempt brought here, in the order given: newest first."""
    attempts: dict[str, list[Json]] = {}
    for delivery in deliveries:
        attempts.setdefault(text(delivery, "guid"), []).append(delivery)
    return [
        FailedDelivery(
            id=str(number(tried[0], "id")), hook=hook, event=text(tried[0], "event"),
            at=moment(tried[0], "delivered_at"),
        )
        for tried in attempts.values()
        if len(tried) <= MOST_ATTEMPTS and not any(200 <= number(one, "status_code") < 300 for one in tried)
    ]  # fmt: skip


def _commit(commit: Json) -> Commit:
    """Which files it touched would take a request for each."""
    told = part(commit, "commit")
    return Commit(
        sha=text(commit, "sha"),
        message=_clean(optional_text(told, "message")),
        author=_author(optional_part(told, "author"), optional_part(commit, "author")),
        url=link(commit, "html_url"),
    )


def _author(signature: Json, account: Json) -> GitPerson:
    name, email = _clean(optional_text(signature, "name")), _clean(optional_text(signature, "email"))
    login = optional_text(account, "login")
    is_bot = optional_text(account, "type") == "Bot" or is_bot_name(name, email, login)
    return GitPerson(name=name or login, email=email, login=login, is_bot=is_bot)


def _clean(words: str) -> str:
    """PyGithub reads JSON less strictly than what comes to our address."""
    return words.encode("utf-8", "replace").decode().replace("\0", "")


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Malformed as error:
        raise HostBusy(f"GitHub's answer was not understood: {error}") from error
