"""The one workspace a bot token belongs to."""

import asyncio
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.answers import ephemeral
from bot.platforms.slack.failures import NO_ANSWER, code_of, status_of
from core.cards import Card, Tone, paragraph

log = structlog.get_logger()

_LOOK_UP = 1.0  # seconds; a person may have to be looked up after it, and the answer has three
_UNREADABLE = "Slack gave no answer that can be read"
# Slack says so of a token that was good once.
_REMOVED = frozenset({"account_inactive", "token_revoked"})


class Installation:
    """Learns once whose token it is, and refuses what other workspaces say."""

    def __init__(self, client: AsyncWebClient, *, token: str, root: str) -> None:
        self.client = client
        self._token, self._root = token, root
        self.team_id: str | None = None
        self.bot_id: str | None = None
        self.bot_user_id: str | None = None
        self.scopes: frozenset[str] = frozenset()
        self.problem: str | None = None
        self.removed: set[str] = set()

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

    def _remember(self, answer: AsyncSlackResponse) -> None:
        if not answer.get("team_id"):
            self.problem = _UNREADABLE
            return
        self.problem = None
        self.team_id, self.bot_id, self.bot_user_id = answer["team_id"], answer.get("bot_id"), answer.get("user_id")
        headers = {str(name).lower(): value for name, value in answer.headers.items()}
        self.scopes = frozenset(str(headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")) - {""}

    def authorized(self) -> AuthorizeResult:
        """From memory: Bolt asks for it on every request."""
        return AuthorizeResult(
            enterprise_id=None, team_id=self.team_id, bot_token=self._token, bot_id=self.bot_id,
            bot_user_id=self.bot_user_id,
        )  # fmt: skip

    async def refusal(self, team_id: str) -> dict[str, Any] | None:
        """The answer to a workspace that this server is not for; None for its own."""
        if self.team_id is None:
            await self.learn()
        if self.team_id is not None and team_id != self.team_id:
            return self._say("This Labkeeper belongs to another workspace.", "Ask whoever runs it to install it here.")
        if team_id in self.removed or self.problem in _REMOVED:
            return self._say("Labkeeper was removed from this workspace.", "An administrator can install it again.")
        return None

    def _say(self, message: str, hint: str) -> dict[str, Any]:
        return ephemeral(Card((message,), (paragraph(hint),), tone=Tone.WARNING), root=self._root)
