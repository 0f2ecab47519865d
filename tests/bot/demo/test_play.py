"""The demo's story, played at any hour of any day: it fits the product, and it is the middle of something."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import load_catalogue, load_notifications
from bot.demo.play import CHANNELS, play_demo
from bot.platforms.web.people import PERSONAS
from core.cards import Card, CommandLine, TaskRef
from core.deployments import list_deployments
from core.git import Result
from core.pages import page_of_blocked, page_of_findings, page_of_timeboxes
from core.ports import UnitOfWork
from core.task_search import TaskFilter
from core.tasks import State
from core.timeboxes import expire_due_timeboxes
from storage.database import Database, open_database
from tests.bot.speaker import check_line
from tests.drivers import PORTS

# A Wednesday morning; a Sunday night, as a month begins and a clock was put back just before; midnight of New Year.
HOURS = (
    (datetime(2026, 11, 18, 10, 30, tzinfo=UTC), "Europe/Lisbon"),
    (datetime(2026, 11, 1, 23, 41, tzinfo=UTC), "America/New_York"),
    (datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC), "UTC"),
    (datetime(2026, 3, 29, 1, 5, tzinfo=UTC), "Europe/Berlin"),
    (datetime(2026, 6, 1, 21, 59, tzinfo=UTC), "Asia/Kathmandu"),
)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """A demo's board is always an SQLite file."""
    database = open_database(sqlite_url, is_server=True)
    yield database
    database.close()


def play(database: Database, now: datetime, zone: str) -> Card:
    return play_demo(
        database, catalogue=load_catalogue(), ports=PORTS, notifications=load_notifications(), people=PERSONAS,
        zone=zone, now=now,
    )  # fmt: skip


def check(database: Database, now: datetime, note: Card) -> None:
    (team,) = database.read_directory(lambda teams: teams.teams()).result()

    def look(work: UnitOfWork) -> None:
        boxes = page_of_timeboxes(work, project_id=None, owner_id=None, after="").lines
        assert [line.is_debt for line in boxes] == [True, *[False] * (len(boxes) - 1)]
        assert boxes[1].is_over
        soon = [line.timebox.ends_at - now for line in boxes if not line.is_over and line.timebox.ends_at]
        assert timedelta(minutes=1) <= min(soon) <= timedelta(minutes=3), soon
        assert sum(length > timedelta(hours=12) for length in soon) >= 2
        assert len(page_of_findings(work, project_id=None, search="", before="").findings) >= 6
        blocked = page_of_blocked(work, project_id=None, cause=None, after="")
        assert len(blocked.data) >= 2
        assert all(line.waiting for line in blocked.data)
        deployments = list_deployments(work, project=None, environment=None, limit=50)
        assert {one.result for one in deployments} >= {Result.SUCCESS, Result.FAILURE}
        assert sum(one.is_rollback for one in deployments) == 1
        for states in ((State.TODO,), (State.DOING,), (State.REVIEW,), (State.DONE,), (State.DROPPED,)):
            assert work.tasks.list(TaskFilter(states=states), limit=5), states
        told = work.audit.list(limit=1_000)
        assert now - timedelta(days=70) < told[-1].at < now - timedelta(days=55)
        assert max(line.at for line in told) <= now

    database.read(look, team=team.id).result()
    # All of it was told, at its time and in its order, and was read; nothing waits to burst out.
    assert database.teams_to_fan_out().result() == ()
    assert database.claim_destinations(now=now + timedelta(days=1), lease=timedelta(1), limit=9).result() == ()

    def read_chat(work: UnitOfWork) -> None:
        for channel, most in zip(CHANNELS, (30, 5, 3), strict=True):
            messages = work.local_messages.page(channel, "mira", before=None, limit=500)
            assert len(messages) >= most, channel
            assert [one.at for one in messages] == sorted(one.at for one in messages)
            assert messages[-1].at <= now
            assert work.local_messages.count_unread("mira", channel, limit=9) == 0

    database.read(read_chat, team=team.id).result()
    spans = [span for block in note.blocks for item in getattr(block, "items", ()) for span in item.text]
    assert sum(isinstance(span, TaskRef) for span in spans) == 1
    for span in spans:
        if isinstance(span, CommandLine):
            check_line(span.line)


def test_a_team_is_in_the_middle_of_its_month_and_a_timebox_ends_while_one_watches(database: Database) -> None:
    now, zone = HOURS[0]
    note = play(database, now, zone)
    check(database, now, note)
    (team,) = database.read_directory(lambda teams: teams.teams()).result()
    later = now + timedelta(minutes=3)
    assert database.write(lambda work: expire_due_timeboxes(work, now=later), team=team.id).result()


def test_it_is_so_on_a_sunday_night(database: Database) -> None:
    now, zone = HOURS[1]
    check(database, now, play(database, now, zone))


@pytest.mark.soak
@pytest.mark.parametrize(("now", "zone"), HOURS)
def test_it_is_so_at_any_hour(database: Database, now: datetime, zone: str) -> None:
    check(database, now, play(database, now, zone))
