"""PyGithub, asked on threads of its own: it is synchronous. Every failure is a `core.hosts.HostError`.

Only its requester is used: its objects ask GitHub again whenever an attribute is missing from an answer.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from core.clock import Clock
from core.hosts import HostBusy, HostError, HostRefused

if TYPE_CHECKING:
    from github import Github, GithubException

_AT_ONCE = 4
# For a limit without a time GitHub asks to wait a minute; its longest is an hour.
# https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are in lower case. `next_url` is the page after this one, or empty."""

    body: Any
    headers: dict[str, str]

    @property
    def next_url(self) -> str:
        for link in self.headers.get("link", "").split(","):
            url, _, relation = link.partition(";")
            if 'rel="next"' in relation:
                return url.strip(" <>")
        return ""


@dataclass
class GitHubClient:
    """While a rate limit lasts GitHub is not asked at all: whoever goes on may be shut out."""

    token: str
    url: str
    seconds: int = 15
    clock: Clock = field(default_factory=Clock)
    _limited_until: datetime | None = None
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, "github"))

    async def ask(self, verb: str, path: str, *, needs: str, **parameters: str | int) -> Answer:
        """`path` begins with a slash, or is an address that GitHub gave. `needs` names the right that it takes."""
        now = self.clock.now()
        if self._limited_until is not None and now < self._limited_until:
            raise HostBusy("GitHub's rate limit is used up", self._limited_until - now)
        ask = partial(self._ask, verb, path, needs, parameters)
        try:
            # PyGithub's own limit is on each wait for some bytes, and there is none where it waits for a result.
            async with asyncio.timeout(self.seconds + 1):
                return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except TimeoutError:
            raise HostBusy(f"GitHub did not answer within {self.seconds} seconds") from None

    def _ask(self, verb: str, path: str, needs: str, parameters: dict[str, str | int]) -> Answer:
        try:
            headers, body = self._github.requester.requestJsonAndCheck(verb, path, parameters=dict(parameters))
        except vendor_errors() as error:
            now = self.clock.now()
            failure = host_error(error, needs=needs, now=now)
            if isinstance(failure, HostBusy) and failure.after is not None:
                self._limited_until = now + failure.after
            raise failure from error
        return Answer(body, {name.lower(): str(value) for name, value in headers.items()})

    @cached_property
    def _github(self) -> "Github":
        # Loaded when used: it takes a quarter of a second.
        from github import Auth, Github

        # Its retries sleep for as long as a rate limit lasts; ours are jobs.
        return Github(
            base_url=self.url, auth=Auth.Token(self.token), timeout=self.seconds, retry=None, lazy=True,
            seconds_between_requests=None, seconds_between_writes=None, user_agent="labkeeper",
        )  # fmt: skip


def vendor_errors() -> tuple[type[Exception], ...]:
    """What comes out of PyGithub: its own, those of the libraries below it, and what it makes of odd answers."""
    import requests
    import urllib3
    from github import BadAttributeException, GithubException

    odd = (ValueError, TypeError, AttributeError, KeyError, RuntimeError, AssertionError)
    below = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
    return (GithubException, BadAttributeException, *below, *odd)


def host_error(error: Exception, *, needs: str, now: datetime) -> HostError:
    from github import GithubException

    if isinstance(error, GithubException):
        return _from_status(error, needs, now)
    return HostBusy(f"no answer of GitHub's that can be read ({type(error).__name__})")


def _from_status(error: "GithubException", needs: str, now: datetime) -> HostError:
    headers = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
    status = error.status
    if _is_limit(error, headers):
        return HostBusy("GitHub's rate limit is used up", _pause(headers, now))
    if status == 401:
        return HostRefused("GitHub does not accept GITHUB_TOKEN: it has expired, was revoked, or is not whole")
    if status in (403, 404):
        # Fine-grained tokens are told which right it would take.
        lacks = headers.get("x-accepted-github-permissions", "")
        wanted = f"{needs}; GitHub says: {lacks}" if lacks else needs
        return HostRefused(f"GITHUB_TOKEN does not show this; it needs {wanted}", is_not_found=status == 404)
    if 400 <= status < 500:
        return HostRefused(f"GitHub answers {status} {(error.message or '')[:100]}".strip())
    return HostBusy(f"GitHub answers {status}")


def _is_limit(error: "GithubException", headers: dict[str, str]) -> bool:
    from github import RateLimitExceededException

    if error.status == 429 or isinstance(error, RateLimitExceededException):
        return True
    return error.status == 403 and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0")


def _pause(headers: dict[str, str], now: datetime) -> timedelta:
    try:
        if "retry-after" in headers:
            pause = timedelta(seconds=float(headers["retry-after"]))
        elif headers.get("x-ratelimit-remaining") == "0":
            pause = datetime.fromtimestamp(float(headers["x-ratelimit-reset"]), UTC) - now
        else:
            pause = _PAUSE
    except (ValueError, KeyError, OverflowError, OSError):
        pause = _PAUSE
    return min(max(pause, timedelta(seconds=1)), _LONGEST_PAUSE)
