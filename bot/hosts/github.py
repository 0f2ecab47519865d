"""GitHub, asked for what its webhooks left out or could not deliver.

https://docs.github.com/rest/commits/commits#compare-two-commits
https://docs.github.com/rest/repos/webhooks
"""

import re
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
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
READ_ORGANIZATION = (
    "the right to the organization's webhooks (fine-grained: organization Webhooks, read and write; classic:"
    " admin:org_hook)"
)
PAGE = 250
MOST_COMMITS = 10_000
MOST_PAGES = 50
# A report that fails this often does not fail because the server was down.
MOST_ATTEMPTS = 3

_REPOSITORY = re.compile(r"[A-Za-z0-9_-]+/(?!\.\.?$)[A-Za-z0-9_.-]+")
_ORGANIZATION = re.compile(r"[A-Za-z0-9_-]+")


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
        self, place: str, addresses: Collection[str], *, within: timedelta
    ) -> tuple[FailedDelivery, ...]:
        found = [
            delivery for hook in await self._hooks(place, addresses) async for delivery in self._lost(hook, within)
        ]
        return tuple(sorted(found, key=lambda delivery: delivery.at))

    async def redeliver(self, delivery: FailedDelivery) -> None:
        hook = _Hook(delivery.place, delivery.hook)
        path = f"{hook.path}/deliveries/{delivery.id}/attempts"
        await self.client.ask("POST", path, needs=_right(delivery.place))

    async def _lost(self, hook: "_Hook", within: timedelta) -> AsyncIterator[FailedDelivery]:
        since, listed = Clock().now() - within, []
        async for delivery in self._listed(f"{hook.path}/deliveries", needs=_right(hook.place)):
            with _readable():
                if moment(delivery, "delivered_at") < since:
                    break
            listed.append(delivery)
        with _readable():
            lost = _failed(listed, hook)
        for one in reversed(lost):
            yield one

    async def _hooks(self, place: str, addresses: Collection[str]) -> list["_Hook"]:
        found = []
        async for hook in self._listed(f"{_path(place)}/hooks", needs=_right(place)):
            with _readable():
                if optional_text(part(hook, "config"), "url").endswith(tuple(addresses)):
                    found.append(_Hook(place, str(number(hook, "id"))))
        return found

    async def _listed(self, path: str, *, needs: str) -> AsyncIterator[Json]:
        """Page after page; what is beyond the last that is asked for stays where it is."""
        answer = await self.client.ask("GET", path, needs=needs, per_page=100)
        for _ in range(MOST_PAGES):
            with _readable():
                items = parts({"items": answer.body}, "items")
            for item in items:
                yield item
            if not answer.next_url:
                return
            answer = await self.client.ask("GET", answer.next_url, needs=needs)


@dataclass(frozen=True, slots=True)
class _Hook:
    place: str
    id: str

    @property
    def path(self) -> str:
        return f"{_path(self.place)}/hooks/{self.id}"


def _path(place: str) -> str:
    if _ORGANIZATION.fullmatch(place):
        return f"/orgs/{place}"
    if not _REPOSITORY.fullmatch(place):
        raise HostRefused(f"“{place}” is no repository on GitHub: they are named like acme/churn")
    return f"/repos/{place}"


def _right(place: str) -> str:
    return READ_HOOKS if "/" in place else READ_ORGANIZATION


def _failed(deliveries: Iterable[Json], hook: _Hook) -> list[FailedDelivery]:
    """The last attempt of each that no attempt brought here, in the order given: newest first."""
    attempts: dict[str, list[Json]] = {}
    for delivery in deliveries:
        attempts.setdefault(text(delivery, "guid"), []).append(delivery)
    return [
        FailedDelivery(
            place=hook.place, id=str(number(tried[0], "id")), hook=hook.id, event=text(tried[0], "event"),
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
        # Nothing here says whether it was: a merge of thousands of others is likelier than a branch of so many.
        is_distinct=False,
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
