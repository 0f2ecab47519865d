"""With what the bot speaks in a workspace, and why it cannot."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from slack_sdk.web.async_client import AsyncWebClient

from bot.parking import NOT_INSTALLED
from core.deliveries import DeliveryError, Refused, TryLater
from core.installations import Installation


@dataclass(frozen=True, slots=True)
class Grant:
    """`kept` is what it was made of; None for SLACK_BOT_TOKEN."""

    client: AsyncWebClient
    bot_user: str | None
    bot_id: str | None
    kept: Installation | None = None


class Lack(Enum):
    STRANGER = auto()  # never installed there
    REMOVED = auto()
    EXPIRED = auto()  # and cannot be renewed
    UNREADABLE = auto()  # sealed with a key that this server has not
    WAITING = auto()  # Slack has not said yet, or the token is being renewed


_WAIT = timedelta(seconds=5)
# Until whoever runs the server has put the key back.
_LONG_WAIT = timedelta(minutes=5)


class NoGrant(Exception):
    """There is no token for this workspace, or none that can be used now."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack.name.lower())
        self.lack = lack

    def as_delivery_error(self) -> DeliveryError:
        match self.lack:
            case Lack.WAITING:
                return TryLater(_WAIT)
            case Lack.UNREADABLE:
                return TryLater(_LONG_WAIT)
            case Lack.EXPIRED:
                return Refused("token_expired")
            case Lack.STRANGER | Lack.REMOVED:
                return Refused(NOT_INSTALLED)
