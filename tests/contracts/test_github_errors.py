"""Whatever PyGithub or the libraries below it raise is one of our own errors beyond the boundary."""

import asyncio
import importlib
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import urllib3
from github import BadAttributeException, GithubException, RateLimitExceededException, UnknownObjectException

from bot.hosts.github import GitHubHost
from bot.hosts.github_client import GitHubClient
from core.git import Repository
from core.hosts import FailedDelivery, HostBusy, HostError, HostRefused
from tests.github_push import CHURN

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
DELIVERY = FailedDelivery(place=CHURN.full_name, id="1", hook="2", event="push", at=NOW)
SHA = "a" * 40
REPOSITORY = Repository(
    host="github", external_id="9001", name=CHURN.full_name, url=CHURN.html_url, default_branch="main"
)


CALLS: dict[str, Callable[[GitHubHost], Coroutine[Any, Any, Any]]] = {
    "commits": lambda host: host.commits_between(REPOSITORY, SHA, "b" * 40, page=1),
    "commits of a new branch": lambda host: host.commits_between(REPOSITORY, "0" * 40, "b" * 40, page=1),
    "deliveries": lambda host: host.failed_deliveries(
        CHURN.full_name, ["/webhooks/github/x"], within=timedelta(days=3)
    ),
    "redeliver": lambda host: host.redeliver(DELIVERY),
}


@dataclass(frozen=True)
class Broken:
    """PyGithub, with nothing but an error or an odd answer at the other end."""

    error: Exception | None = None
    answer: Any = None

    @property
    def requester(self) -> "Broken":
        return self

    def requestJsonAndCheck(self, *args: Any, **more: Any) -> tuple[dict[str, Any], Any]:  # noqa: N802
        if self.error is not None:
            raise self.error
        return {}, self.answer


class BrokenClient(GitHubClient):
    def __init__(self, broken: Broken) -> None:
        super().__init__("token", "https://api.github.com")
        self.__dict__["_github"] = broken


def outcome(call: Callable[[GitHubHost], Coroutine[Any, Any, Any]], broken: Broken) -> HostError:
    with pytest.raises(HostError) as caught:
        asyncio.run(call(GitHubHost(BrokenClient(broken))))
    return caught.value


def tree(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for kind in error.__subclasses__():
        yield from tree(kind)


def vendors() -> list[type[Exception]]:
    # The package has a class of the module's name, which hides it.
    module = importlib.import_module("github.GithubException")
    in_module = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]  # fmt: skip
    below = {*tree(requests.RequestException), *tree(urllib3.exceptions.HTTPError)}
    found = {
        *in_module,
        *tree(GithubException),
        *below,
        OSError,
        TimeoutError,
        ValueError,
        RuntimeError,
        AssertionError,
    }
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def made(kind: type[Exception]) -> Exception:
    """Each wants other arguments, and nothing depends on them, but on what GitHub answered."""
    return kind(418, None, None, None) if issubclass(kind, GithubException) else kind.__new__(kind)


def test_there_are_errors_to_map() -> None:
    wanted = {BadAttributeException, RateLimitExceededException, requests.ReadTimeout, urllib3.exceptions.ProtocolError}
    assert wanted < set(vendors())


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_vendors_error_is_one_of_a_host(kind: type[Exception]) -> None:
    is_refused = issubclass(kind, GithubException) and not issubclass(kind, RateLimitExceededException)
    for name, call in CALLS.items():
        assert type(outcome(call, Broken(made(kind)))) is (HostRefused if is_refused else HostBusy), name


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, HostRefused), (403, HostRefused), (404, HostRefused), (409, HostRefused), (422, HostRefused),
     (429, HostBusy), (500, HostBusy), (502, HostBusy), (503, HostBusy), (504, HostBusy)],
)  # fmt: skip
def test_every_status_is_refused_or_tried_again(status: int, expected: type[HostError]) -> None:
    for name, call in CALLS.items():
        assert type(outcome(call, Broken(GithubException(status, {"message": "no"}, {}, "no")))) is expected, name


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, (7, 7)),
        ({"Retry-After": "7", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, (7, 7)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, (1, 1)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}, (7_200, 7_200)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, (60, 60)),
        ({"x-ratelimit-remaining": "0"}, (60, 60)),
        ({"retry-after": "Wed, 18 Nov 2026 10:00:00 GMT"}, (60, 60)),
        ({"retry-after": "nan"}, (60, 60)),
        ({"retry-after": "-5"}, (1, 1)),
        ({}, (60, 60)),
    ],
)  # fmt: skip
def test_a_limit_says_when_to_ask_again(headers: dict[str, str], seconds: tuple[int, int]) -> None:
    error = outcome(CALLS["redeliver"], Broken(RateLimitExceededException(403, {}, headers, "API rate limit")))
    assert isinstance(error, HostBusy)
    assert error.after is not None
    assert seconds[0] <= error.after.total_seconds() <= seconds[1]


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, "text", {"data": "<html>"}, {"commits": None}, {"commits": [{}], "total_commits": 1}, [1], [{}],
     {"commits": [{"sha": 5, "commit": {}}], "total_commits": 1}, {"commits": [], "total_commits": "many"}],
    ids=repr,
)  # fmt: skip
def test_an_odd_answer_is_tried_again(answer: Any) -> None:
    assert type(outcome(CALLS["commits"], Broken(answer=answer))) is HostBusy
    if answer != []:
        assert type(outcome(CALLS["deliveries"], Broken(answer=answer))) is HostBusy


def test_what_is_not_found_says_which_right_may_be_missing() -> None:
    error = outcome(CALLS["deliveries"], Broken(UnknownObjectException(404, {"message": "Not Found"}, {}, None)))
    assert "Webhooks" in str(error)


@pytest.mark.parametrize("name", ["a/b/c", "../user", "acme/..", "acme/churn?x", "acme/", ""])
def test_what_is_no_repository_is_never_asked_for(name: str) -> None:
    def ask(host: GitHubHost) -> Coroutine[Any, Any, Any]:
        return host.failed_deliveries(name, ["/x"], within=timedelta(days=1))

    assert type(outcome(ask, Broken(answer=[]))) is HostRefused
