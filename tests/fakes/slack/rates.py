"""About one message a second in a channel, and the tiers of the other methods: counted, or refused when told to."""

import math
from collections import defaultdict, deque

from tests.fakes.slack.world import World

TIERS_PER_MINUTE = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.unfurl": 50,
    "auth.revoke": 50,
    "apps.uninstall": 1,
    "chat.postEphemeral": 100,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.list": 20,
    "conversations.members": 100,
    "users.info": 100,
    "users.lookupByEmail": 50,
    "pins.add": 20,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}


# For apps that are distributed and not in Slack's marketplace.
_READS = ("conversations.history", "conversations.replies")
READS_PER_MINUTE, READ_AT_ONCE = 1, 15


class Rates:
    """`burst` messages may come at once before one a second is asked for; `jitter` is what a network adds, in seconds.
    The caller holds the world's lock."""

    def __init__(self, world: World, *, burst: int = 1, jitter: float = 0.1) -> None:
        self._world = world
        self._slack = burst - 1 + jitter
        self._next_at: dict[str, float] = {}
        self._recent: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.refuses = False
        self.is_outside_marketplace = False

    def spend(self, method: str, team: str, channel: str) -> int:
        """Seconds to wait if the call is refused, else 0."""
        now = self._world.clock.now()
        if method == "chat.postMessage":
            return self._spend_in_channel(channel, now)
        if method in TIERS_PER_MINUTE:
            return self._spend_in_tier(method, team, now)
        return 0

    def _spend_in_channel(self, channel: str, now: float) -> int:
        next_at = self._next_at.get(channel, now)
        if now < next_at - self._slack:
            wait = self._overrun("rate", channel, next_at - now)
            if wait:
                return wait
        self._next_at[channel] = max(now, next_at) + 1.0
        return 0

    def _spend_in_tier(self, method: str, team: str, now: float) -> int:
        recent = self._recent[method, team]
        while recent and recent[0] <= now - 60:
            recent.popleft()
        is_limited = self.is_outside_marketplace and method in _READS
        if len(recent) >= (READS_PER_MINUTE if is_limited else TIERS_PER_MINUTE[method]):
            wait = self._overrun("tier", method, recent[0] + 60 - now, refuses=is_limited)
            if wait:
                return wait
        recent.append(now)
        return 0

    def _overrun(self, kind: str, where: str, wait: float, *, refuses: bool = False) -> int:
        self._world.violate(kind, where, f"{wait:.2f} s early")
        return max(1, math.ceil(wait)) if refuses or self.refuses else 0
