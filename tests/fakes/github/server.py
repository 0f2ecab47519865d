"""GitHub's REST API, as far as Labkeeper asks it, over real HTTP.

https://docs.github.com/rest/commits/commits#compare-two-commits
https://docs.github.com/rest/repos/webhooks
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.github.records import Attempt, HostedGit, RepositoryHook
from tests.fakes.slack.serving import ServerThread

_LIMIT = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4990", "x-ratelimit-reset": "9999999999"}
_LISTED = 30
# GitHub's own limits on what it shows of one page.
_MOST_LISTED, _MOST_COMPARED = 100, 1_000

Endpoint = Callable[[HostedGit, Request], Awaitable[Response]]


@contextmanager
def github_server(state: HostedGit) -> Iterator[str]:
    """Its address, for GITHUB_API_URL."""
    with ServerThread(github_app(state)) as url:
        yield url


def github_app(state: HostedGit) -> Starlette:
    repository, by_id = f"/repos/{state.hosted.full_name}", f"/repositories/{state.hosted.id}"
    one_hook = repository + "/hooks/{hook:int}/deliveries"
    endpoints: list[tuple[str, str, str, Endpoint]] = [
        ("GET", "/rate_limit", "", _rate_limit),
        ("GET", by_id + "/compare/{range:path}", "contents", _compare),
        ("GET", repository + "/commits", "contents", _commits),
        ("GET", repository + "/hooks", "webhooks", _hooks),
        ("GET", one_hook, "webhooks", _deliveries),
        ("POST", one_hook + "/{delivery:int}/attempts", "webhooks", _attempt),
    ]
    if state.is_organization:
        hooks = f"/orgs/{state.hosted.owner.login}/hooks"
        theirs = hooks + "/{hook:int}/deliveries"
        endpoints += [
            ("GET", hooks, "organization_hooks", _organization_hooks),
            ("GET", theirs, "organization_hooks", _deliveries),
            ("POST", theirs + "/{delivery:int}/attempts", "organization_hooks", _attempt),
        ]
    routes = [Route(path, _guarded(state, right, act), methods=[verb]) for verb, path, right, act in endpoints]
    return Starlette(routes=[*routes, Route("/{path:path}", _guarded(state, "", _unknown))])


def _guarded(state: HostedGit, right: str, act: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        state.asked.append(f"{request.method} {request.url.path}")
        state.spared -= 1
        if state.faults and state.spared < 0:
            return await _fail(state)
        if request.headers.get("authorization") not in (f"token {state.token}", f"Bearer {state.token}"):
            return _json({"message": "Bad credentials"}, 401)
        if right and right not in state.rights:
            lacks = {"x-accepted-github-permissions": f"{right}=read"}
            return _json({"message": "Resource not accessible by personal access token"}, 403, lacks)
        return await act(state, request)

    return answer


async def _fail(state: HostedGit) -> Response:
    fault = state.faults.pop(0)
    await asyncio.sleep(fault.hangs)
    return JSONResponse({"message": fault.message}, fault.status, fault.headers)


async def _rate_limit(state: HostedGit, request: Request) -> Response:
    return _json({"rate": {"limit": 5_000, "remaining": 4_990}})


async def _compare(state: HostedGit, request: Request) -> Response:
    start, _, end = request.path_params["range"].partition("...")
    commits = await asyncio.to_thread(state.compare, start, end)
    if commits is None:
        return await _not_found(request)
    page, size = _page(request, default=250, most=_MOST_COMPARED)
    shown = commits[(page - 1) * size : page * size]
    return _json({"total_commits": len(commits), "commits": shown, "files": []})


async def _commits(state: HostedGit, request: Request) -> Response:
    return _json([])


async def _hooks(state: HostedGit, request: Request) -> Response:
    return _some_hooks([hook for hook in state.hooks if not hook.is_of_organization], request)


async def _organization_hooks(state: HostedGit, request: Request) -> Response:
    return _some_hooks([hook for hook in state.hooks if hook.is_of_organization], request)


def _some_hooks(hooks: list[RepositoryHook], request: Request) -> Response:
    page, size = _page(request, default=_LISTED, most=_MOST_LISTED)
    shown = hooks[(page - 1) * size : page * size]
    return _json(
        [
            {"id": hook.id, "active": True, "config": {"url": hook.address.url, "secret": "********"}} for hook in shown
        ]
    )  # fmt: skip


async def _deliveries(state: HostedGit, request: Request) -> Response:
    hook = state.hook(request.path_params["hook"])
    if hook is None:
        return await _not_found(request)
    size = _page(request, default=_LISTED, most=_MOST_LISTED)[1]
    start = int(request.query_params.get("cursor", "0"))
    following = start + size
    url = request.url.include_query_params(cursor=following)
    links = {"link": f'<{url}>; rel="next"'} if following < len(hook.attempts) else {}
    return _json([_summary(one) for one in hook.attempts[start:following]], headers=links)


def _summary(attempt: Attempt) -> dict[str, Any]:
    is_taken = 200 <= attempt.status < 300
    return {
        "id": attempt.id, "guid": attempt.delivery.id, "delivered_at": attempt.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "redelivery": attempt.is_redelivery, "duration": 0.1, "status": "OK" if is_taken else "failed to connect",
        "status_code": attempt.status, "event": attempt.delivery.event, "action": None,
    }  # fmt: skip


async def _attempt(state: HostedGit, request: Request) -> Response:
    hook = state.hook(request.path_params["hook"])
    found = [one for one in hook.attempts if one.id == request.path_params["delivery"]] if hook else []
    if hook is None or not found:
        return await _not_found(request)
    await asyncio.to_thread(_send_again, state, hook, found[0])
    return _json({}, 202)


def _send_again(state: HostedGit, hook: RepositoryHook, attempt: Attempt) -> None:
    state.deliver(hook, attempt.delivery, is_redelivery=True)


async def _unknown(state: HostedGit, request: Request) -> Response:
    return await _not_found(request)


async def _not_found(request: Request) -> Response:
    return _json({"message": "Not Found"}, 404)


def _page(request: Request, *, default: int, most: int) -> tuple[int, int]:
    size = int(request.query_params.get("per_page", default))
    return int(request.query_params.get("page", "1")), min(size, most)


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body, status, _LIMIT | (headers or {}))
