"""What Slack says about the token, and what each missing scope and setting costs."""

from slack_sdk.errors import SlackApiError

from bot.platforms.slack.chat import make_client
from bot.platforms.slack.failures import NO_ANSWER, code_of
from bot.platforms.slack.install_routes import INSTALL, REDIRECT
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.socket_ending import refused_by
from bot.platforms.slack.token_workspace import TokenWorkspace
from bot.settings import Settings

_NOT_THE_APP = frozenset({"invalid_client_id", "bad_client_secret"})
# Of bad_redirect_uri Slack speaks only where a code is good.
_NOT_THE_CODE = frozenset({"invalid_code", "code_already_used", "code_expired"})


async def check_slack(settings: Settings) -> list[tuple[str, str]]:
    """Levels (`ok`, `note`, `problem`) with their words."""
    found = await _check_token(settings) if settings.slack_bot_token is not None else []
    if found and found[0][0] == "problem":
        return found
    if settings.slack_app_token is not None:
        found += await _check_app_token(settings.slack_app_token.get_secret_value(), settings.slack_api_url)
    if settings.slack_signing_secret is None or settings.slack_comes_by_socket:
        return found + (await _check_installation(settings) if settings.installs_slack else [])
    if settings.public_url is None:
        words = "PUBLIC_URL is not set: Slack cannot be told where to send commands. Without an address, Socket Mode"
        return [*found, ("problem", f"{words} needs SLACK_APP_TOKEN (Basic Information, App-Level Tokens)")]
    if not settings.public_url.startswith("https://"):
        words = f"PUBLIC_URL is {settings.public_url}: Slack sends commands to https addresses only"
        found.append(("problem", words))
    else:
        address = f"{settings.public_url.rstrip('/')}/slack/events"
        found.append(("ok", f"the app's request URLs must be {address}; labkeeper manifest slack has them"))
    return found + (await _check_installation(settings) if settings.installs_slack else [])


async def _check_token(settings: Settings) -> list[tuple[str, str]]:
    assert settings.slack_bot_token is not None
    own = TokenWorkspace(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    await own.learn()
    if own.problem is not None:
        return [("problem", _refused(own.problem))]
    missing = [
        ("problem", f"scope {scope} is missing: {cost}. Add it at OAuth & Permissions, then reinstall")
        for scope, cost in SCOPES.items()
        if scope not in own.scopes
    ]
    return [("ok", f"connected to workspace {own.team_id} as {own.bot_user_id}"), *missing]


async def _check_app_token(token: str, api_url: str) -> list[tuple[str, str]]:
    """Asks where to connect, and does not."""
    try:
        await make_client(None, api_url).apps_connections_open(app_token=token)
    except SlackApiError as error:
        return [("problem", refused_by(error).words)]
    except NO_ANSWER as error:
        return [("problem", f"Socket Mode cannot be asked for: Slack cannot be reached ({type(error).__name__})")]
    return [("ok", "commands come through Socket Mode: no address is needed, and the app must have it turned on")]


async def _check_installation(settings: Settings) -> list[tuple[str, str]]:
    """Asks Slack for the token of a code that nobody has: what it says first is about the app."""
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    address = (settings.public_url or "").rstrip("/")
    redirect = f"{address}{REDIRECT}"
    client = make_client(None, settings.slack_api_url)
    try:
        await client.oauth_v2_access(
            client_id=settings.slack_client_id, client_secret=settings.slack_client_secret.get_secret_value(),
            code="none", redirect_uri=redirect,
        )  # fmt: skip
    except SlackApiError as error:
        if code_of(error) in _NOT_THE_APP:
            words = "Slack does not know SLACK_CLIENT_ID with this SLACK_CLIENT_SECRET: copy both again from Basic"
            return [("problem", f"{words} Information, App Credentials ({code_of(error)})")]
        if code_of(error) not in _NOT_THE_CODE:
            return [("problem", f"nobody can install it: Slack says {code_of(error) or 'nothing that can be read'}")]
    except NO_ANSWER as error:
        return [("problem", f"nobody can install it: Slack cannot be reached ({type(error).__name__})")]
    return [
        ("ok", f"workspaces install it at {address}{INSTALL}"),
        ("note", f"the app's redirect URL must be {redirect}; other workspaces need Manage Distribution turned on"),
    ]


def _refused(problem: str) -> str:
    if problem in ("invalid_auth", "not_authed", "token_revoked", "account_inactive"):
        return (
            f"Slack refuses SLACK_BOT_TOKEN ({problem}): copy it again from OAuth & Permissions; it begins with xoxb-"
        )
    return f"{problem}: no card can be posted until it answers"
