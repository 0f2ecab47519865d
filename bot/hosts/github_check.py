"""What GITHUB_TOKEN may do, and what each missing right costs."""

from collections.abc import Sequence

from bot.hosts.github import READ_CODE, READ_HOOKS, READ_ORGANIZATION
from bot.hosts.github_client import GitHubClient
from core.hosts import HostError, HostRefused

MOST_REPOSITORIES = 10
ABSENT = (
    "no GITHUB_TOKEN: of a push with more than 2,048 commits only those that GitHub tells are linked, and reports"
    " lost while the server was down must be sent again by hand (repository, Settings, Webhooks, Recent Deliveries)"
)
_COSTS = (
    ("commits", READ_CODE, "pushes stay without the commits that GitHub left out"),
    ("hooks", READ_HOOKS, "reports that were lost stay lost"),
)


async def check_github(client: GitHubClient, repositories: Sequence[str]) -> list[tuple[str, str]]:
    """Levels (`ok`, `note`, `problem`) with their words."""
    try:
        answer = await client.ask("GET", "/rate_limit", needs="nothing")
    except HostError as error:
        return [("problem", f"{client.url}: {error}")]
    scopes = answer.headers.get("x-oauth-scopes", "")
    kind = f"a classic token with {scopes}" if scopes else "a token"
    found = [("ok", f"{client.url} accepts GITHUB_TOKEN, {kind}")]
    if not repositories:
        return [*found, ("note", "no repository has reported yet, so what the token may see is not known")]
    for repository in repositories[:MOST_REPOSITORIES]:
        found += await _check_repository(client, repository)
    for owner in dict.fromkeys(name.partition("/")[0] for name in repositories[:MOST_REPOSITORIES]):
        found += await _check_organization(client, owner)
    return found


async def _check_organization(client: GitHubClient, owner: str) -> list[tuple[str, str]]:
    """Nothing of one that is no organization, or that the token may not see at all."""
    try:
        await client.ask("GET", f"/orgs/{owner}/hooks", needs=READ_ORGANIZATION, per_page=1)
    except HostRefused as error:
        words = f"{owner}: {error}; without it reports that a webhook of the organization lost stay lost"
        return [] if error.is_not_found else [("note", words)]
    except HostError as error:
        return [("problem", f"{owner}: {error}")]
    return [("ok", f"{owner}: webhooks of the organization can be read")]


async def _check_repository(client: GitHubClient, repository: str) -> list[tuple[str, str]]:
    missing = []
    for part, needs, cost in _COSTS:
        try:
            await client.ask("GET", f"/repos/{repository}/{part}", needs=needs, per_page=1)
        except HostError as error:
            missing.append(("problem", f"{repository}: {error}; without it {cost}"))
    return missing or [("ok", f"{repository}: commits and webhooks can be read")]
