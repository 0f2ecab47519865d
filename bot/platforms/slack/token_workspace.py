"""The one workspace that SLACK_BOT_TOKEN belongs to."""

import asyncio

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.failures import NO_ANSWER, code_of, status_of

_LOOK_UP = 1.0  # seconds; a person may have to be looked up after it, and the answer has three
_UNREADABLE = "Slack gave no answer that can be read"
# Slack says so of a token that was good once.
REMOVED_CODES = frozenset({"account_inactive", "token_revoked"})


class TokenWorkspace:
    """Learns once whose token it is."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.team_id: str | None = None
        self.bot_id: str | None = None
        self.bot_user_id: str | None = None
        self.scopes: frozenset[str] = frozenset()
        self.problem: str | None = None
        self.is_removed = False

    async def learn(self) -> None:
        """Asks Slack; what keeps it from answering is kept in `problem`."""
        try:
            answer = await asyncio.wait_for(self.client.auth_test(), _LOOK_UP)
        except SlackApiError as error:
            self.problem = code_of(error) or f"{_UNREADABLE} (http_{status_of(error)})"
        except NO_ANSWER as error:
            self.problem = f"Slack cannot be reached ({type(error).__name__})"
        else:
            self._remember(answer)

    @property
    def was_removed(self) -> bool:
        return self.is_removed or self.problem in REMOVED_CODES

    def _remember(self, answer: AsyncSlackResponse) -> None:
        if not answer.get("team_id"):
            self.problem = _UNREADABLE
            return
        self.problem = None
        self.team_id, self.bot_id, self.bot_user_id = answer["team_id"], answer.get("bot_id"), answer.get("user_id")
        headers = {str(name).lower(): value for name, value in answer.headers.items()}
        self.scopes = frozenset(str(headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")) - {""}
