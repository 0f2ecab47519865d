"""Which process dies where, and in which order."""

import random

from storage.engine import is_sqlite
from tests.crash.drill import Drill
from tests.crash.orders import WEB_POINTS, WORKER_POINTS, Order, Point

# The same deaths in every run; what they hit is chance enough.
_SEED = 20261118


def run_installation(drill: Drill, *, each: int, at_random: int) -> None:
    """Every named point `each` times, and as many deaths at any moment: one process, or two that answer and two that
    deliver."""
    chance = random.Random(_SEED)
    anywhere = [Order(seconds=chance.uniform(0.2, 2.0)) for _ in range(at_random)]
    if is_sqlite(drill.url):
        drill.add_lane(_shuffled([*_named((*WEB_POINTS, *WORKER_POINTS), each, chance), *anywhere], chance))
        return
    for part, points, share in (("web", WEB_POINTS, anywhere[::2]), ("worker", WORKER_POINTS, anywhere[1::2])):
        orders = _shuffled([*_named(points, each, chance), *share], chance)
        for first in range(2):
            drill.add_lane(orders[first::2], part=part)


def _named(points: tuple[Point, ...], each: int, chance: random.Random) -> list[Order]:
    return [Order(point=point, passage=chance.randint(1, 2 * each)) for point in points for _ in range(each)]


def _shuffled(orders: list[Order], chance: random.Random) -> list[Order]:
    return chance.sample(orders, len(orders))
