"""Who asked, where, and how they are answered, from the payload of any surface."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

from bot.platforms.slack.channel_names import NAMELESS
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.whispers import whisper_address
from core.ids import ChannelRef


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """`trigger` opens one form within three seconds, `reply` takes private answers for half an hour: both are secrets.

    `channel_name` is empty where Slack does not say it.
    `receipt` is what a redelivery of the same request has in common with it; `thread` the root it was said under.
    `home_workspace` is where the person belongs, in shared channels another one; empty where Slack does not say.
    `home_hash` is what their Home was when they pressed a button in it.
    """

    workspace: str
    user: str
    workspace_name: str = ""
    user_name: str = ""
    channel: str = ""
    channel_name: str = ""
    thread: str = ""
    trigger: str = ""
    reply: str = ""
    receipt: str = ""
    home_workspace: str = ""
    home_hash: str = ""

    @classmethod
    def of_command(cls, body: dict[str, Any]) -> Self:
        return cls(
            workspace=body["team_id"], user=body["user_id"], workspace_name=_text(body, "team_domain"),
            user_name=_text(body, "user_name"), channel=body["channel_id"],
            channel_name=_channel_name(body, "channel_name"), trigger=_text(body, "trigger_id"),
            reply=_text(body, "response_url"), receipt=_text(body, "trigger_id"),
        )  # fmt: skip

    @classmethod
    def of_interaction(cls, body: dict[str, Any]) -> Self:
        """A press, a submitted form, an entry of a menu, a field that is searched."""
        user, team, channel = body["user"], body["team"], body.get("channel") or {}
        message, container, view = body.get("message") or {}, body.get("container") or {}, body.get("view") or {}
        return cls(
            workspace=team["id"], user=user["id"], workspace_name=_text(team, "domain"),
            user_name=_text(user, "username") or _text(user, "name"), channel=_text(channel, "id"),
            channel_name=_channel_name(channel, "name"),
            thread=_text(message, "thread_ts") or _text(container, "thread_ts"),
            trigger=_text(body, "trigger_id"), reply=_text(body, "response_url"), receipt=_text(body, "trigger_id"),
            home_workspace=_text(user, "team_id"), home_hash=_text(view, "hash") if view.get("type") == "home" else "",
        )  # fmt: skip

    @classmethod
    def of_mention(cls, body: dict[str, Any]) -> Self:
        """One message is one request, also when it is edited or arrives again under another event's id."""
        event = body["event"]
        channel, moment = _text(event, "channel"), _text(event, "ts")
        return cls(
            workspace=body["team_id"], user=_text(event, "user"), channel=channel, thread=_text(event, "thread_ts"),
            receipt=f"mention:{channel}:{moment}", home_workspace=_text(event, "user_team"),
        )  # fmt: skip

    @property
    def later_reply(self) -> str:
        """Where an answer goes that comes later: to a response_url, or as a whisper."""
        place = self.place
        return self.reply or (whisper_address(place, self.user, self.thread) if place else "")

    def once(self, body: dict[str, Any], deed: str) -> Self:
        """A private answer stays as it is when its button was pressed: who presses it twice means it once."""
        container = body.get("container") or {}
        if not container.get("is_ephemeral"):
            return self
        place = f"{self.channel} {_text(container, 'message_ts')} {self.user}"
        return replace(self, receipt=f"press:{sha256(f'{place} {deed}'.encode()).hexdigest()}")

    @property
    def place(self) -> ChannelRef | None:
        return ChannelRef(PLATFORM, self.workspace, self.channel) if self.channel else None


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _channel_name(record: dict[str, Any], name: str) -> str:
    found = _text(record, name)
    return "" if found == NAMELESS else found
