"""Measuring, and saying what was measured."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Latencies in seconds, sorted, and the length of the whole run."""

    latencies: tuple[float, ...]
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.elapsed

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, math.ceil(share * len(self.latencies)) - 1)]

    def __str__(self) -> str:
        p50, p99 = self.percentile(0.5) * 1000, self.percentile(0.99) * 1000
        return f"{self.rate:8,.0f}/s   p50 {p50:7.3f} ms   p99 {p99:7.3f} ms"


def measure(act: Callable[[int], object], *, seconds: float, callers: int = 1, warm_up: int = 50) -> Timing:
    """Calls `act` with rising numbers, from so many threads at once, for so long."""
    for number in range(warm_up):
        act(-1 - number)
    numbers = iter(range(10**9))
    lock, latencies = threading.Lock(), []
    started = time.perf_counter()
    until = started + seconds

    def call() -> None:
        mine = []
        while time.perf_counter() < until:
            with lock:
                number = next(numbers)
            before = time.perf_counter()
            act(number)
            mine.append(time.perf_counter() - before)
        with lock:
            latencies.extend(mine)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Timing(tuple(sorted(latencies)), time.perf_counter() - started)


def line(name: str, timing: Timing, floor: Timing | None = None) -> None:
    ratio = f"   {timing.percentile(0.5) / floor.percentile(0.5):5.2f} × the floor's p50" if floor else ""
    print(f"  {name:<44}{timing}{ratio}", flush=True)
