"""Digests by schedule: once in each period, by any number of workers, into the channel and its thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.app import load_notifications
from bot.delivery import Deliverer
from bot.digest_tick import post_due_digests
from bot.digest_writer import BoardDigests
from bot.outbox import fan_out
from core.calendar import Weekday
from core.deliveries import Post, Refused
from core.digest_asking import asked_again
from core.digest_posting import correct_digest
from core.digest_runs import DigestKind, DigestSchedule, RunState
from core.digest_schedules import (
    list_digests,
    list_reports,
    pause_digest,
    remove_digest,
    resume_digest,
    schedule_digest,
)
from core.errors import Conflict, InvalidInput
from core.events import Cause
from core.ids import ChannelRef
from core.members import Identity, link_identity
from core.ports import Store
from core.project_calendars import close_days
from core.projects import create_project
from core.tasks import State
from core.watches import choose_home
from storage.database import open_database
from tests.drivers import BoardDriver, refusal
from tests.storage.probes import rows

HOME, OTHER = ChannelRef("chat", "T1", "C1"), ChannelRef("chat", "T1", "C2")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRITER = BoardDigests()


@dataclass
class Clock:
    board: BoardDriver

    def now(self) -> datetime:
        return self.board.now


@dataclass
class Chat:
    """Remembers what was posted and edited; in the home channel it refuses with the code it was given."""

    code: str = ""
    posts: list[Post] = field(default_factory=list)
    edits: list[Post] = field(default_factory=list)

    async def post(self, post: Post) -> str:
        if self.code and post.channel == HOME:
            raise Refused(self.code)
        (self.edits if post.message else self.posts).append(post)
        return post.message or f"m{len(self.posts)}"

    async def find(self, post: Post, *, since: datetime) -> str | None:
        return None


@dataclass
class Scene:
    board: BoardDriver
    chat: Chat = field(default_factory=Chat)

    def schedule(self, kind: DigestKind = DigestKind.WEEKLY, channel: ChannelRef = HOME, **more) -> DigestSchedule:
        wanted = {
            "weekday": Weekday.MONDAY if kind is DigestKind.WEEKLY else None, "at": time(9), "zone": "Europe/Lisbon",
            "shows_all": False, "is_replacing": False, **more,
        }  # fmt: skip
        return self.board.do(schedule_digest, kind=kind, channel=channel, channel_name="ml", **wanted)

    def tick(self, at: datetime | None = None) -> int:
        self.board.now = at or self.board.now
        return tick(self.board.store, self.board)

    def deliver(self) -> None:
        self.deliver_by(Deliverer(self.board.store, {"chat": self.chat}, Clock(self.board), spacing=timedelta()))

    def deliver_by(self, deliverer: Deliverer) -> None:
        while self.board.write(lambda work: fan_out(work, notifications=load_notifications(), now=self.board.now)):
            pass

        async def run() -> None:
            while await deliverer.start_due():
                await deliverer.finish()

        asyncio.run(run())

    def digests(self) -> list[str]:
        return [words for words in map(title, self.chat.posts) if words.startswith(("Plan", "November"))]

    def runs(self) -> list[tuple[str, RunState, str]]:
        found = self.board.read(lambda work: work.digests.runs(channel_id=None, limit=100))
        return [(run.period, run.state, run.why) for run in found]


def tick(store: Store, board: BoardDriver) -> int:
    return asyncio.run(post_due_digests(store, Clock(board), WRITER))


def title(post: Post) -> str:
    return "".join(getattr(span, "key", getattr(span, "text", span)) for span in post.card.title)


def words(post: Post) -> str:
    return repr((post.card.title, post.card.blocks, post.card.footer))


@pytest.fixture
def scene(board: BoardDriver) -> Scene:
    board.do(choose_home, project="CHURN", channel=HOME, name="ml")
    research = board.new("Does focal loss help?", box="10d", owner=None)
    board.move(research, State.DOING)
    return Scene(board)


def test_what_is_due_is_posted_once(scene: Scene) -> None:
    scene.schedule()
    assert scene.tick(MONDAY - HOUR) == 0
    assert [scene.tick(MONDAY + timedelta(seconds=n)) for n in range(3)] == [1, 0, 0]
    scene.deliver()
    assert scene.digests() == ["Plan for the week of 23 November: CHURN"]
    assert scene.runs() == [("2026-W48", RunState.POSTED, "")]


def test_many_workers_post_it_once(scene: Scene, database_url: str) -> None:
    scene.schedule()
    scene.board.now = MONDAY
    stores = [open_database(database_url, is_server=False) for _ in range(3)]
    try:
        with ThreadPoolExecutor(6) as pool:
            ticks = [pool.submit(tick, store, scene.board) for store in stores * 2]
            posted = [ticking.result() for ticking in ticks]
    finally:
        for store in stores:
            store.close()
    assert sum(posted) == 1
    scene.deliver()
    assert len(scene.digests()) == 1


def test_a_week_later_it_comes_again_where_something_changed(scene: Scene) -> None:
    scene.schedule()
    scene.tick(MONDAY)
    scene.deliver()
    scene.board.block(scene.board.new("Labels"))
    assert scene.tick(MONDAY + 7 * DAY) == 1
    scene.deliver()
    assert len(scene.digests()) == 2


def test_where_nothing_changed_it_is_silent_and_says_why(scene: Scene) -> None:
    scene.schedule()
    scene.tick(MONDAY)
    for week in range(1, 12):
        scene.tick(MONDAY + week * 7 * DAY)
    states = {state: why for _, state, why in scene.runs()}
    assert states[RunState.SILENT] == "nothing changed since the last plan"
    scene.deliver()


def test_late_within_a_day_it_says_so(scene: Scene) -> None:
    scene.schedule()
    scene.tick(MONDAY + 5 * HOUR)
    scene.deliver()
    (post,) = [one for one in scene.chat.posts if title(one).startswith("Plan")]
    assert "Posted late: it was due on Monday at 09:00." in words(post)


def test_later_than_a_day_it_is_recorded_and_not_posted(scene: Scene) -> None:
    scene.schedule()
    assert scene.tick(MONDAY + 25 * HOUR) == 0
    scene.deliver()
    assert scene.digests() == []
    assert scene.runs() == [("2026-W48", RunState.SKIPPED, "it was due more than a day before")]


def test_weeks_in_which_nothing_ran_are_recorded_each_and_the_last_is_posted(scene: Scene) -> None:
    scene.schedule()
    for _ in range(3):
        scene.tick(MONDAY + 21 * DAY + HOUR)
    assert [(period, state) for period, state, _ in sorted(scene.runs())] == [
        ("2026-W48", RunState.SKIPPED), ("2026-W49", RunState.SKIPPED), ("2026-W50", RunState.SKIPPED),
        ("2026-W51", RunState.POSTED),
    ]  # fmt: skip


def test_a_holiday_moves_it_to_the_next_working_day(scene: Scene) -> None:
    scene.schedule()
    scene.board.do(close_days, project="CHURN", first=MONDAY.date(), last=None, why="", today=scene.board.today)
    assert scene.tick(MONDAY + HOUR) == 0
    assert scene.tick(MONDAY + DAY) == 1
    assert scene.runs()[0][0] == "2026-W48"


def test_a_report_comes_on_the_first_working_day_and_is_of_the_month_before(scene: Scene) -> None:
    scene.schedule(DigestKind.MONTHLY)
    scene.board.do(close_days, project="CHURN", first=date(2026, 12, 1), last=None, why="", today=scene.board.today)
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert [scene.tick(december + HOUR), scene.tick(december + DAY)] == [0, 1]
    scene.deliver()
    assert scene.runs()[0][0] == "2026-11"
    root = next(post for post in scene.chat.posts if title(post).startswith("November 2026"))
    assert root.thread is None


def test_sections_stand_in_the_thread_of_the_root(scene: Scene) -> None:
    for number in range(30):
        research = scene.board.new(f"Question {number} that is long enough to need a thread", box="3d")
        scene.board.move(research, State.DOING)
    scene.schedule()
    scene.tick(MONDAY)
    scene.deliver()
    root = next(post for post in scene.chat.posts if title(post).startswith("Plan"))
    sections = [post for post in scene.chat.posts if title(post).startswith(("Research", "Timeboxes"))]
    place = f"m{scene.chat.posts.index(root) + 1}"
    assert len(sections) >= 2
    assert {post.thread for post in sections} == {place}
    assert "In the thread" in words(root)


def test_the_same_clock_time_on_a_day_that_lacks_it(scene: Scene) -> None:
    """02:30 in New York on the night that skips it: the first moment after the gap, once."""
    scene.board.now = datetime(2027, 3, 13, 12, tzinfo=UTC)
    scene.board.do(
        lambda work, *, actor, now: work.calendars.save(
            work.projects.by_key("CHURN").id,
            type(work.calendars.of_project(work.projects.by_key("CHURN").id, since=now.date()))(
                zone="America/New_York", weekdays=frozenset(Weekday)
            ),
        )
    )
    scene.schedule(weekday=Weekday.SUNDAY, at=time(2, 30), zone="America/New_York")
    gap = datetime(2027, 3, 14, 7, tzinfo=UTC)
    assert [scene.tick(gap - HOUR), scene.tick(gap), scene.tick(gap + HOUR)] == [0, 1, 0]


def test_a_channel_has_one_of_each_kind(scene: Scene) -> None:
    first = scene.schedule()
    with refusal(Conflict, "#ml has a weekly digest already: Mondays at 09:00, Europe/Lisbon.", "replace:yes"):
        scene.schedule(weekday=Weekday.TUESDAY)
    scene.schedule(DigestKind.MONTHLY)
    second = scene.schedule(weekday=Weekday.TUESDAY, is_replacing=True)
    assert (second.id, len(scene.board.read(list_digests))) == (first.id, 2)
    assert scene.tick(MONDAY) == 0
    assert scene.tick(MONDAY + DAY) == 1


def test_a_monthly_report_has_no_weekday(scene: Scene) -> None:
    with refusal(InvalidInput, "first working day of the month", "day:"):
        scene.schedule(DigestKind.MONTHLY, weekday=Weekday.MONDAY)


def test_paused_it_is_silent_and_makes_up_for_nothing(scene: Scene) -> None:
    schedule = scene.schedule()
    scene.board.do(pause_digest, number=schedule.id)
    assert scene.tick(MONDAY) == 0
    scene.board.do(resume_digest, number=schedule.id)
    assert scene.tick(MONDAY + HOUR) == 0
    assert scene.tick(MONDAY + 7 * DAY) == 1


def test_removed_it_comes_no_more_and_scheduled_anew_not_twice(scene: Scene) -> None:
    schedule = scene.schedule()
    scene.tick(MONDAY)
    scene.board.do(remove_digest, number=schedule.id)
    scene.schedule()
    assert scene.tick(MONDAY + HOUR) == 0
    assert len(scene.runs()) == 1


def test_nothing_is_told_of_a_project_that_the_channel_is_not_shown(scene: Scene) -> None:
    board = scene.board
    board.do(create_project, key="SECRET", name=None, zone="UTC", channel=OTHER, channel_name="elsewhere")
    hidden = board.new("The hidden question", project="SECRET", box="10d")
    board.move(hidden, State.DOING)
    board.block(hidden, why="hidden reason")
    scene.schedule()
    scene.tick(MONDAY)
    scene.deliver()
    said = " ".join(words(post) for post in scene.chat.posts if post.channel == HOME)
    assert "hidden" not in said
    assert "SECRET" not in said
    assert "1 more question in projects that are not shown here" in said
    assert "1 other project of the team is not shown in this channel" in said


def test_an_administrator_may_have_all_of_it_told(scene: Scene) -> None:
    scene.board.do(create_project, key="OPEN", name=None, zone="UTC", channel=OTHER, channel_name="elsewhere")
    scene.board.move(scene.board.new("An open question", project="OPEN", box="10d"), State.DOING)
    scene.schedule(shows_all=True)
    scene.tick(MONDAY)
    scene.deliver()
    assert "An open question" in " ".join(map(words, scene.chat.posts))


def test_a_channel_that_is_shown_nothing_gets_no_schedule(scene: Scene) -> None:
    with refusal(Conflict, "is shown no project", "watch add CHURN"):
        scene.schedule(channel=OTHER)


def test_an_archived_channel_is_told_of_once(scene: Scene, database_url: str) -> None:
    scene.board.do(link_identity, identity=Identity("chat", "T1", "UANA"))
    scene.deliver()
    scene.chat.code = "is_archived"
    scene.schedule()
    for week in range(3):
        scene.board.block(scene.board.new(f"Another {week}"))
        scene.tick(MONDAY + week * 7 * DAY)
        scene.deliver()
    told = rows(database_url, "SELECT summary FROM audit WHERE summary LIKE 'could not post%'")
    assert len(told) == 1
    assert {state for (state,) in rows(database_url, "SELECT state FROM deliveries WHERE subject LIKE 'digest:%'")} == {
        "parked"
    }
    ((_, last),) = scene.board.read(list_digests)
    assert (last.state, last.why) == (RunState.SILENT, "the chat refused it (is_archived)")
    assert scene.tick(MONDAY + 21 * DAY) == 1
    assert scene.runs()[0][1] is RunState.POSTED, "what nobody has read is not known, though nothing changed"
    listed = scene.board.read(lambda work: list_reports(work, limit=3))
    assert {run.why for run in listed[1:]} == {"the chat refused it (is_archived)"}


def test_a_plan_that_the_chat_did_not_take_for_a_day_is_not_posted_any_more(scene: Scene, database_url: str) -> None:
    scene.deliver()
    scene.schedule()
    scene.tick(MONDAY)
    scene.board.now = MONDAY + 2 * DAY
    scene.deliver()
    assert scene.digests() == []
    assert scene.runs() == [("2026-W48", RunState.SKIPPED, "the chat did not take it within a day")]


def test_a_picture_that_was_only_looked_at_is_forgotten_and_a_posted_one_is_not(board: BoardDriver) -> None:
    def keep(name: str, *, is_preview: bool):
        def do(work):
            channel = work.channels.ensure(HOME, "ml", board.now)
            work.images.keep(name * 64, b"png", channel_id=channel.id, now=board.now, is_preview=is_preview)

        board.write(do)

    for name, is_preview in (("a", True), ("b", False), ("c", True), ("c", False), ("d", False), ("d", True)):
        keep(name, is_preview=is_preview)
    board.later(days=1)
    keep("e", is_preview=True)
    forgotten = board.store.forget_previews(before=board.now).result()
    kept = board.read(lambda work: [name for name in "abcde" if work.images.get(name * 64)])
    assert (forgotten, kept) == (1, ["b", "c", "d", "e"])
    assert board.store.forget_previews(before=board.now).result() == 0


def test_a_corrected_chart_says_that_it_counts(scene: Scene) -> None:
    board = scene.board
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    scene.schedule(DigestKind.MONTHLY)
    scene.tick(december)
    scene.deliver()
    (run,) = board.read(lambda work: work.digests.runs(channel_id=None, limit=9))

    def write_anew(work):
        asked = asked_again(work, run=run)
        return WRITER.write(asked, WRITER.read(work, asked))

    def charts() -> list[str]:
        return [title(post) for post in scene.chat.posts if post.picture is not None]

    board.do(correct_digest, number=run.id, why="nothing", draft=board.read(write_anew))
    scene.deliver()
    assert charts() == ["The month in figures"]
    board.block(board.new("Labels"), cause=Cause.DATA)
    board.now -= 20 * DAY
    board.block(board.new("Older labels"), cause=Cause.DATA)
    board.now += 20 * DAY
    board.do(correct_digest, number=run.id, why="labels were missing", draft=board.read(write_anew))
    scene.deliver()
    assert charts() == ["The month in figures", "The month in figures (corrected)"]


def test_whether_it_is_too_late_is_asked_of_the_boards_clock_and_not_of_the_chats(scene: Scene) -> None:
    """A board whose clock was put back, as for a trial."""
    ahead = -30 * DAY

    class RealTime:
        def now(self) -> datetime:
            return scene.board.now - ahead

    scene.schedule()
    scene.tick(MONDAY)
    deliverer = Deliverer(
        scene.board.store, {"chat": scene.chat}, RealTime(), spacing=timedelta(), ahead=ahead  # type: ignore[arg-type]
    )  # fmt: skip
    scene.deliver_by(deliverer)
    assert scene.digests() == ["Plan for the week of 23 November: CHURN"]
    assert scene.runs() == [("2026-W48", RunState.POSTED, "")]


def test_a_correction_edits_the_post_and_marks_it(scene: Scene) -> None:
    scene.schedule()
    scene.tick(MONDAY)
    scene.deliver()
    board = scene.board
    (run,) = board.read(lambda work: work.digests.runs(channel_id=None, limit=9))
    late = board.new("Found later", box="10d")
    board.move(late, State.DOING)

    def write_anew(work):
        asked = asked_again(work, run=run)
        return WRITER.write(asked, WRITER.read(work, asked))

    board.do(correct_digest, number=run.id, why="a question was missing", draft=board.read(write_anew))
    scene.deliver()
    edit = next(post for post in scene.chat.edits if title(post).startswith("Plan"))
    assert title(edit).endswith("(corrected)")
    assert "Corrected: a question was missing" in words(edit)
    assert len(scene.digests()) == 1
    first, second = (board.read(lambda work, n=n: work.digests.text(run.id, revision=n)) for n in (1, 2))
    assert (first.correction, second.correction) == ("", "a question was missing")
    assert first.root.title == second.root.title[:-1]
