"""Labkeeper is killed, and its gateway dropped, while people work with it in Discord: what was answered is kept, and
everything is said once."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import is_sqlite
from tests.crash.discord_drill import DiscordDrill, open_discord_drill
from tests.crash.orders import WEB_POINTS, WORKER_POINTS, Order, Point, Variant
from tests.crash.processes import Launcher
from tests.fakes.discord.server import DiscordServer

FEW = (Point.AFTER_COMMIT, Point.BETWEEN_POST_AND_MARK)


@pytest.fixture(scope="module")
def discord_launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path_factory.mktemp("launcher"), "discord")
    yield launcher
    launcher.close()


@pytest.fixture
def drill(database_url: str, discord_launcher: Launcher, tmp_path: Path) -> Iterator[DiscordDrill]:
    with (
        DiscordServer() as discord,
        open_discord_drill(database_url, discord, discord_launcher, tmp_path) as made,
    ):
        yield made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_few_deaths_and_drops(drill: DiscordDrill) -> None:
    check(drill, [Order(point=point, passage=8) for point in FEW])


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_every_named_point_and_at_random(drill: DiscordDrill) -> None:
    chance = random.Random(20261129)
    anywhere = [Order(seconds=chance.uniform(1.0, 3.0)) for _ in range(6)]
    said, done = (
        [Order(point=point, passage=chance.randint(1, 4)) for point in points] for points in (WEB_POINTS, WORKER_POINTS)
    )
    if is_sqlite(drill.url):
        orders = [*said, *done, *anywhere]
        check(drill, chance.sample(orders, len(orders)))
        return
    # One process listens, and two deliver.
    drill.add_lane([*anywhere[:2], *said], part="chat")
    for first in range(2):
        drill.add_lane([*anywhere[2 + first :: 2], *done[first::2]], part="worker")
    check(drill, [])


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_before_the_commit_is_noticed(drill: DiscordDrill) -> None:
    """The proof that these tests can fail: a death at the commit loses what was answered before it."""
    lane = drill.add_lane([Order(point=Point.BEFORE_COMMIT, holds=True, variant=Variant.EARLY_ANSWER)])
    drill.wait_for_connection()
    assert drill.speaker(0).new_task()
    lane.lives[0].wait_for("held")
    lane.lives[0].kill()
    assert drill.settle().problems == {"lost": ["new: Work 1 of person0"]}


def check(drill: DiscordDrill, orders: list[Order]) -> None:
    if orders:
        drill.add_lane(orders)
    drill.work_until_all_is_carried_out()
    verdict = drill.settle()
    print(drill.report())
    assert drill.answered > 10
    assert {**verdict.problems, "drill": drill.problems} == {"drill": []}
