"""Discord takes fifty requests a second of one bot, answers to interactions not among them. discord.py finds out by
being refused, and then holds up those answers too."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

# Of fifty: another process may ask something as well.
MOST = 45
_SECOND = 1.0


@dataclass
class Pacing:
    most: int = MOST
    # When the last ones were asked, and when those are that wait.
    _recent: deque[float] = field(default_factory=deque)

    async def turn(self) -> None:
        """Waits until one more may be asked."""
        now = asyncio.get_running_loop().time()
        while self._recent and self._recent[0] <= now - _SECOND:
            self._recent.popleft()
        at = now if len(self._recent) < self.most else self._recent[-self.most] + _SECOND
        self._recent.append(at)
        if at > now:
            await asyncio.sleep(at - now)
