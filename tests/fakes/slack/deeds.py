"""What people do with messages, and the menus they use; the app hears of it."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.slack import payloads, view_payloads
from tests.fakes.slack.events import SlackEvents
from tests.fakes.slack.records import Message, User
from tests.fakes.slack.said import addresses
from tests.fakes.slack.signing import FORM, Answer, Receiver

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_EVENTS = ("app_mention", "message")


class Deeds:
    id: str
    _slack: "Slack"
    _app: Receiver
    _team: str

    @property
    def record(self) -> User:
        return self._slack.user(self._team, self.id)

    def says(
        self, channel: str, text: str, thread_ts: str = "", events: tuple[str, ...] = _EVENTS
    ) -> tuple[Message, list[Answer]]:
        """A message, and what the app answered to the events it causes of those it subscribed to."""
        message = self._slack.say(channel, self.id, text, thread_ts)
        kind = self._slack.channel_record(channel).kind
        causes = ["app_mention"] * self._mentions_bot(text) + ["message"] * (kind != "mpim")
        return message, self._tell(message, [self._event(message, one) for one in causes if one in events])

    def edits(self, message: Message, text: str, events: tuple[str, ...] = _EVENTS) -> tuple[Message, list[Answer]]:
        """A bot that the message did not mention before hears of the mention too."""
        before = self._slack.message(message.channel, message.ts)
        edited = self._slack.edit_message(message.channel, message.ts, text)
        at = edited.edited_at
        mark = {"edited": {"user": self.id, "ts": at}}
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": _inner(self._event(edited)) | mark,
            "previous_message": _inner(self._event(before)),
            "channel": message.channel,
            "channel_type": self._event(edited)["channel_type"],
            "ts": at,
            "event_ts": at,
        }
        told: list[dict[str, Any]] = []
        if "app_mention" in events and self._mentions_bot(text) and not self._mentions_bot(before.text):
            told.append(self._event(edited, "app_mention") | mark | {"event_ts": at})
        if "message" in events:
            told.append(changed)
        return edited, self._tell(edited, told)

    def deletes(self, message: Message) -> list[Answer]:
        before = self._slack.message(message.channel, message.ts)
        self._slack.delete_message(message.channel, message.ts, self.id)
        at = f"{self._slack.now():.6f}"
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": message.channel,
            "channel_type": self._event(before)["channel_type"],
            "deleted_ts": message.ts,
            "previous_message": _inner(self._event(before)),
            "ts": at,
            "event_ts": at,
        }
        return self._deliver(event)

    def reacts(self, message: Message, emoji: str) -> list[Answer]:
        """Raises ValueError the second time: Slack's client would take the reaction away."""
        self._slack.react(message.channel, message.ts, self.id, emoji)
        return self._tell(message, [self._reaction("reaction_added", message, emoji)])

    def takes_back(self, message: Message, emoji: str) -> list[Answer]:
        self._slack.react(message.channel, message.ts, self.id, emoji, False)
        return self._tell(message, [self._reaction("reaction_removed", message, emoji)])

    def shares(self, channel: str, *links: str, thread_ts: str = "") -> tuple[Message, list[Answer]]:
        """A message of links to a domain of the app, which hears of them also where its bot is no member."""
        text = " ".join(f"<{link.replace('&', '&amp;')}>" for link in links)
        message = self._slack.say(channel, self.id, text, thread_ts)
        event = {
            "type": "link_shared",
            "user": self.id,
            "channel": channel,
            "message_ts": message.ts,
            "is_bot_user_member": self._is_bot_in(channel),
            "unfurl_id": f"{channel}.{message.ts}",
            "source": "conversations_history",
            "links": [{"url": link, "domain": urlsplit(link).hostname} for link in addresses(text)],
            "event_ts": message.ts,
        }
        return message, self._deliver(event | ({"thread_ts": thread_ts} if thread_ts else {}))

    def uses_message_shortcut(self, message: Message, callback_id: str) -> Answer:
        """An entry of the message's menu."""
        current = self._slack.message(message.channel, message.ts)
        interaction = self._slack.start_interaction("app", self._team, self.id, message.channel)
        workspace, channel = self._slack.workspace(self._team), self._slack.channel_record(message.channel)
        body = view_payloads.message_shortcut(workspace, self.record, channel, interaction, current, callback_id)
        return replace(self._app.send(self._app.sign(body, FORM)), interaction=interaction)

    def uses_shortcut(self, callback_id: str) -> Answer:
        """An entry of the menu beside the text box."""
        interaction = self._slack.start_interaction("app", self._team, self.id, "")
        body = view_payloads.global_shortcut(
            self._slack.workspace(self._team), self.record, interaction, callback_id
        )  # fmt: skip
        return replace(self._app.send(self._app.sign(body, FORM)), interaction=interaction)

    def _reaction(self, kind: str, message: Message, emoji: str) -> dict[str, Any]:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        at = f"{self._slack.now():.6f}"
        own = {"type": kind, "user": self.id, "reaction": emoji}
        return {**own, "item": item, "item_user": message.user, "event_ts": at}

    def _event(self, message: Message, kind: str = "message") -> dict[str, Any]:
        return payloads.message_event(message, self._slack.channel_record(message.channel), kind)

    def _mentions_bot(self, text: str) -> bool:
        return bool(re.search(rf"<@{self._slack.workspace(self._team).bot_user}[|>]", text))

    def _is_bot_in(self, channel: str) -> bool:
        return self._slack.workspace(self._team).bot_user in self._slack.channel_record(channel).members

    def _tell(self, message: Message, events: list[dict[str, Any]]) -> list[Answer]:
        """A bot hears only of what happens where it is a member."""
        if not self._is_bot_in(message.channel):
            return []
        return [answer for event in events for answer in self._deliver(event)]

    def _deliver(self, event: dict[str, Any]) -> list[Answer]:
        return SlackEvents(self._slack, self._app, self._team).deliver(event)


def _inner(event: dict[str, Any]) -> dict[str, Any]:
    """A message within an event about it."""
    return {name: value for name, value in event.items() if name not in ("channel", "channel_type", "event_ts")}
