"""What Slack says about the token, and what each missing scope and setting costs."""

from bot.platforms.slack.chat import make_client
from bot.platforms.slack.installation import Installation
from bot.platforms.slack.manifest import SCOPES
from bot.settings import Settings


async def check_slack(settings: Settings) -> list[tuple[str, str]]:
    """Levels (`ok`, `note`, `problem`) with their words."""
    assert settings.slack_bot_token is not None
    token = settings.slack_bot_token.get_secret_value()
    installation = Installation(
        make_client(token, settings.slack_api_url), token=token, root=settings.labkeeper_command
    )  # fmt: skip
    await installation.learn()
    if installation.problem is not None:
        return [("problem", _refused(installation.problem))]
    found = [("ok", f"connected to workspace {installation.team_id} as {installation.bot_user_id}")]
    for scope, cost in SCOPES.items():
        if scope not in installation.scopes:
            found.append(
                ("problem", f"scope {scope} is missing: {cost}. Add it at OAuth & Permissions, then reinstall")
            )
    if settings.public_url is None:
        found.append(("problem", "PUBLIC_URL is not set: Slack cannot be told where to send commands"))
    elif not settings.public_url.startswith("https://"):
        found.append(("problem", f"PUBLIC_URL is {settings.public_url}: Slack sends commands to https addresses only"))
    else:
        address = f"{settings.public_url.rstrip('/')}/slack/events"
        found.append(("ok", f"the app's request URLs must be {address}; labkeeper manifest slack has them"))
    return found


def _refused(problem: str) -> str:
    if problem in ("invalid_auth", "not_authed", "token_revoked", "account_inactive"):
        return (
            f"Slack refuses SLACK_BOT_TOKEN ({problem}): copy it again from OAuth & Permissions; it begins with xoxb-"
        )
    return f"{problem}: no card can be posted until it answers"
