import time


class Clock:
    """Seconds since the epoch. It runs unless it is frozen; either way a test may move it forward."""

    def __init__(self, frozen_at: float | None = None) -> None:
        self._frozen_at = frozen_at
        self._offset = 0.0

    def now(self) -> float:
        return (time.time() if self._frozen_at is None else self._frozen_at) + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += seconds
