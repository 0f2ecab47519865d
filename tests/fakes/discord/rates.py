"""Discord's rate limits: counted, or refused with 429 when told to. Windows begin with their first request.

The true ones are secret and change; these are what `X-RateLimit-*` said of them.
"""

from dataclasses import dataclass
from zlib import crc32

from tests.fakes.discord.world import World

# Requests and seconds of each major parameter (channel, guild, interaction).
BUCKETS = {
    "messages.create": (5, 5.0),
    "messages.edit": (5, 5.0),
    "messages.delete": (5, 1.0),
    "messages.list": (5, 5.0),
    "messages.get": (5, 5.0),
    "threads.from_message": (50, 300.0),
    "threads.create": (50, 300.0),
    "webhooks.create": (5, 2.0),
    "webhooks.edit": (5, 2.0),
    "members.get": (5, 2.0),
}
DEFAULT_BUCKET = (50, 1.0)
GLOBAL = (50, 1.0)
# Interactions are not counted among the fifty a second.
NOT_GLOBAL = ("callback", "webhooks.create", "webhooks.edit", "webhooks.get", "webhooks.delete")


@dataclass
class Window:
    limit: int
    seconds: float
    began: float = 0.0
    used: int = 0

    def spend(self, now: float) -> float:
        """Seconds to wait if there is none left, else 0."""
        if now >= self.began + self.seconds:
            self.began, self.used = now, 0
        if self.used >= self.limit:
            return self.began + self.seconds - now
        self.used += 1
        return 0.0


class Rates:
    """The caller holds the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[tuple[str, str], Window] = {}
        self._global = Window(*GLOBAL)
        self.refuses = False

    def spend(self, route: str, place: str) -> tuple[float, bool, dict[str, str]]:
        """Seconds to wait if refused, whether by the global limit, and the headers of the answer."""
        now = self._world.clock.now()
        window = self._windows.setdefault((route, place), Window(*BUCKETS.get(route, DEFAULT_BUCKET)))
        is_global = False
        wait = 0.0
        if route not in NOT_GLOBAL and (wait := self._global.spend(now)):
            is_global = True
        else:
            wait = window.spend(now)
        if wait:
            self._world.violate("rate", f"{route} {place}", f"{wait:.2f} s early{', globally' if is_global else ''}")
        left = window.limit - window.used
        reset = window.began + window.seconds
        headers = {
            "X-RateLimit-Limit": str(window.limit),
            # Whoever is not refused is not told to wait either.
            "X-RateLimit-Remaining": str(left if self.refuses else max(left, 1)),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{max(reset - now, 0.001):.3f}",
            "X-RateLimit-Bucket": f"{crc32(route.encode()):08x}",
        }
        return (wait if self.refuses else 0.0), is_global, headers
