"""The Events API: what Slack tells an app, with its retries. Each method also changes the workspace accordingly."""

import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import payloads
from tests.fakes.slack.records import Channel
from tests.fakes.slack.signing import JSON, Answer, Receiver, SignedRequest

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_LETTER = {"public": "C", "private": "G", "im": "D", "mpim": "G"}
_RETRIES = 3


class SlackEvents:
    def __init__(self, slack: "Slack", app: Receiver, team: str) -> None:
        self._slack = slack
        self._app = app
        self._team = team

    def deliver(self, event: dict[str, Any], *, event_id: str = "", retries: int = _RETRIES) -> list[Answer]:
        """Until the app answers 2xx, at most 1 + `retries` times; Slack's minutes between them are left out."""
        event_id = event_id or new_event_id()
        answers = [self._app.send(self.prepare(event, event_id))]
        while not answers[-1].is_ok and len(answers) <= retries:
            reason = "http_error" if answers[-1].status else "connection_failed"
            answers.append(self._app.send(self.prepare(event, event_id, retry=len(answers), reason=reason)))
        return answers

    def prepare(
        self, event: dict[str, Any], event_id: str, *, retry: int = 0, reason: str = "http_timeout"
    ) -> SignedRequest:
        """`retry` above 0 makes it the retry of that number; the event keeps its id."""
        body = payloads.event_callback(self._slack.workspace(self._team), event, event_id, self._slack.now())
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return self._app.sign(body, JSON, headers=headers)

    def challenge(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Answer:
        return self._app.send(self._app.sign(payloads.url_verification(challenge), JSON))

    def uninstalls(self) -> list[Answer]:
        """The token dies first; `tokens_revoked` may come before or after this event."""
        self._slack.refuse_token(self._team, "account_inactive")
        return self.deliver({"type": "app_uninstalled"})

    def revokes_tokens(self) -> list[Answer]:
        workspace = self._slack.workspace(self._team)
        if not workspace.refusal:
            self._slack.refuse_token(self._team, "token_revoked")
        return self.deliver({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot_user]}})

    def removes_bot(self, channel: str) -> list[Answer]:
        return self.member_leaves(channel, self._slack.workspace(self._team).bot_user)

    def invites_bot(self, channel: str, inviter: str) -> list[Answer]:
        return self.member_joins(channel, self._slack.workspace(self._team).bot_user, inviter)

    def member_leaves(self, channel: str, user: str) -> list[Answer]:
        self._slack.leave(channel, user)
        return self.deliver(self._membership("member_left_channel", channel, user))

    def member_joins(self, channel: str, user: str, inviter: str = "") -> list[Answer]:
        self._slack.join(channel, user)
        event = self._membership("member_joined_channel", channel, user)
        return self.deliver(event | ({"inviter": inviter} if inviter else {}))

    def archives(self, channel: str, user: str) -> list[Answer]:
        self._slack.archive(channel)
        return self.deliver({"type": f"{self._prefix(channel)}_archive", "channel": channel, "user": user})

    def unarchives(self, channel: str, user: str) -> list[Answer]:
        self._slack.archive(channel, False)
        return self.deliver({"type": f"{self._prefix(channel)}_unarchive", "channel": channel, "user": user})

    def renames(self, channel: str, name: str) -> list[Answer]:
        self._slack.rename(channel, name)
        renamed = {"id": channel, "name": name, "created": int(self._slack.now())}
        return self.deliver({"type": f"{self._prefix(channel)}_rename", "channel": renamed})

    def deletes(self, channel: str) -> list[Answer]:
        """The channel is not there any more."""
        prefix = self._prefix(channel)
        self._slack.remove_channel(channel)
        return self.deliver({"type": f"{prefix}_deleted", "channel": channel})

    def _membership(self, kind: str, channel: str, user: str) -> dict[str, Any]:
        letter = _LETTER[self._record(channel).kind]
        return {"type": kind, "user": user, "channel": channel, "channel_type": letter, "team": self._team}

    def _prefix(self, channel: str) -> str:
        return "channel" if self._record(channel).kind == "public" else "group"

    def _record(self, channel: str) -> Channel:
        return self._slack.channel_record(channel)


def new_event_id() -> str:
    return f"Ev{secrets.token_hex(5).upper()}"
