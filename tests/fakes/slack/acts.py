"""What people do with messages beside reading them: entries of their menu, reactions, links to what an app knows."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.fakes.slack import view_payloads
from tests.fakes.slack.records import Message
from tests.fakes.slack.signing import FORM, Answer, AppUnderTest

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_LINK = re.compile(r"https?://[^\s<>|]+")


class SlackActs:
    """Of one person in one workspace."""

    def __init__(self, slack: "Slack", app: AppUnderTest, user: str, team: str = "T001") -> None:
        self._slack = slack
        self._app = app
        self._user = user
        self._team = team

    def choose(self, message: Message, callback_id: str) -> Answer:
        """An entry of the message's menu."""
        interaction = self._slack.start_interaction("app", self._team, self._user, message.channel, message.ts)
        workspace, user = self._slack.workspace(self._team), self._slack.user(self._team, self._user)
        channel = self._slack.channel_record(message.channel)
        body = view_payloads.message_shortcut(workspace, user, channel, interaction, message, callback_id)
        return replace(self._app.send(self._app.sign(body, FORM)), interaction=interaction)

    def react(self, message: Message, name: str, *, event_id: str = "") -> list[Answer]:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": "reaction_added", "user": self._user, "reaction": name, "item": item}
        event |= {"item_user": message.user, "event_ts": f"{self._slack.now():.6f}"}
        return self._slack.events(self._app, self._team).deliver(event, event_id=event_id)

    def share_links(self, channel: str, text: str, *, is_new: bool = True) -> tuple[Message, list[Answer]]:
        """A message, and what the app answered about the links in it; before `is_new`, Slack gave no unfurl_id."""
        message = self._slack.say(channel, self._user, text)
        links = [{"url": url, "domain": urlsplit(url).hostname} for url in _LINK.findall(text)]
        event = {"type": "link_shared", "channel": channel, "user": self._user, "message_ts": message.ts}
        event |= {"unfurl_id": f"{channel}/{message.ts}", "source": "conversations_history"} if is_new else {}
        return message, self._slack.events(self._app, self._team).deliver(event | {"links": links})
