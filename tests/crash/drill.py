"""An installation that is killed again and again while people work with it, and then is left to settle."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.vault import Vault
from core.board import NewTask, create_task
from core.clock import Clock
from core.hooks import HookProvider, create_hook
from core.ids import ChannelRef
from core.journal import Actor
from core.ports import Store
from core.projects import create_project
from core.teams import open_workspace
from storage.database import open_database
from tests.crash.board import connected, count_unfinished, read_board
from tests.crash.orders import LIVES_ON, Order, Start
from tests.crash.processes import Lane, Launcher, Life, lasting_port
from tests.crash.pusher import Pusher, hook_addresses
from tests.crash.senders import SECRET, TEAM, Acknowledged, Sender, channel_of, project_of
from tests.crash.verdict import Verdict, judge
from tests.fakes.slack.records import User
from tests.fakes.slack.slack import Slack

SENDERS = 8
# Seconds; only a failure takes so long.
PATIENCE = 90.0
SECRET_KEY = "the key of the drill alone"
HOOK, HOOK_SECRET = "drill", "shh-the-pushes-are-signed"


@dataclass
class Drill:
    url: str
    slack: Slack
    launcher: Launcher
    directory: Path
    ports: list[int] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    senders: list[Sender | Pusher] = field(default_factory=list)
    # Besides what an installation needs.
    environment: dict[str, str] = field(default_factory=dict)
    began_at: float = field(default_factory=time.monotonic)

    def add_lane(self, orders: list[Order], *, part: str | None = None, last: Order = LIVES_ON) -> Lane:
        """A process of the installation, with all its parts or one."""
        port = lasting_port() if part in ("web", None) else None
        if port is not None:
            self.ports.append(port)
        name = f"{part or 'all'}-{len(self.lanes) + 1}"
        lane = Lane(name, partial(self._start, name, part, port), orders, last)
        self.lanes.append(lane)
        lane.begin()
        return lane

    def sender(self, number: int = 0, **habits: float) -> Sender:
        urls = tuple(f"http://127.0.0.1:{port}/slack/events" for port in self.ports)
        acknowledged = Acknowledged(self.directory / f"acknowledged-{number}")
        sender = Sender(number, self.slack.base_url, urls, acknowledged, **habits)
        self.senders.append(sender)
        return sender

    def pusher(self, **habits: float) -> Pusher:
        """Names a task of the first project, over its hook."""
        _add_hook(self.url)
        urls = tuple(f"http://127.0.0.1:{port}" for port in self.ports)
        acknowledged = Acknowledged(self.directory / "acknowledged-pushes")
        pusher = Pusher(f"{project_of(0)}-1", hook_addresses(urls, HOOK, HOOK_SECRET), acknowledged, **habits)
        self.senders.append(pusher)
        return pusher

    def work_until_all_is_carried_out(self) -> None:
        """Eight people work, and one pushes, while the processes are killed, each as ordered."""
        threads = [self.sender(number).begin() for number in range(SENDERS)]
        threads.append(self.pusher().begin())
        for lane in self.lanes:
            lane.is_over.wait()
        for sender in self.senders:
            sender.stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a sender does not stop"

    def settle(self) -> Verdict:
        """Waits until all was said, ends the installation and looks at what there is."""
        self.come_to_rest()
        acknowledged = [change for sender in self.senders for change in sender.acknowledged.read()]
        return judge(read_board(self.url), acknowledged, self.slack)

    def come_to_rest(self) -> None:
        end = time.monotonic() + PATIENCE
        for lane in self.lanes:
            lane.is_over.wait()
        with connected(self.url) as connection:
            while count_unfinished(connection) and time.monotonic() < end:
                time.sleep(0.1)
        for lane in self.lanes:
            lane.end()

    @property
    def problems(self) -> list[str]:
        """What went wrong with the drill itself, and answers that must not be given."""
        return [problem for part in (*self.lanes, *self.senders) for problem in part.problems]

    def looks(self, outcome: str) -> int:
        return sum(lane.told(f"looked {outcome}") for lane in self.lanes)

    def report(self) -> str:
        kills = Counter(kill for lane in self.lanes for kill in lane.kills)
        counts = sum((sender.counts for sender in self.senders), Counter[str]())
        board = read_board(self.url)
        numbers = {
            "kills": kills.total(), **kills, "seconds": round(time.monotonic() - self.began_at, 1), **counts,
            "tasks": len(board.tasks), "events": len(board.entries), "messages": sum(self.slack.post_counts().values()),
            **{f"looked, {outcome}": self.looks(outcome) for outcome in ("found", "missing", "blind")},
        }  # fmt: skip
        return ", ".join(f"{name} {number}" for name, number in numbers.items())

    def _start(self, name: str, part: str | None, port: int | None, order: Order) -> Life:
        environment = {
            "DATABASE_URL": self.url,
            "HOST": "127.0.0.1",
            "PORT": str(port or 0),
            "SLACK_BOT_TOKEN": self.slack.workspace(TEAM).bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "SECRET_KEY": SECRET_KEY,
            **self.environment,
        }
        arguments = ("run", *(("--only", part) if part else ()))
        log = str(self.directory / f"{name}.log")
        return self.launcher.start(Start(arguments=arguments, environment=environment, log=log, order=order))


@contextmanager
def open_drill(url: str, slack: Slack, launcher: Launcher, directory: Path) -> Iterator[Drill]:
    """A workspace with eight channels, each the home of a project, and nothing running yet."""
    _add_people(slack)
    database = open_database(url, is_server=True)
    try:
        _add_projects(database)
    finally:
        database.close()
    made = Drill(url, slack, launcher, directory)
    try:
        yield made
    finally:
        for lane in made.lanes:
            lane.end()


def _add_people(slack: Slack) -> None:
    slack.add_workspace(TEAM)
    for number in range(SENDERS):
        slack.add_user(User(f"U1{number}", TEAM, f"person{number}"))
        slack.add_channel(channel_of(number), f"room{number}", TEAM, members=(f"U1{number}",))


def _add_projects(store: Store) -> None:
    now = Clock().now()
    team = store.write_directory(
        lambda teams: open_workspace(teams, platform="slack", workspace=TEAM, name="acme", zone="UTC", now=now)
    ).result()
    actor = Actor(None, "set-up", True, "test", "")
    for number in range(SENDERS):
        make = partial(
            create_project, actor=actor, key=project_of(number), name=None, zone="UTC",
            channel=ChannelRef("slack", TEAM, channel_of(number)), channel_name=f"room{number}", now=now,
        )  # fmt: skip
        store.write(make, team=team.id).result()


def _add_hook(url: str) -> None:
    """And the task that its pushes name."""
    store, now, actor = open_database(url, is_server=False), Clock().now(), Actor(None, "set-up", True, "test", "")
    (team,) = store.read_directory(lambda teams: teams.teams()).result()
    sealed = Vault([SECRET_KEY]).seal(HOOK_SECRET, about=f"hook {HOOK}")
    hook = partial(
        create_hook, actor=actor, provider=HookProvider.GITHUB, project=project_of(0), repository=None, public_id=HOOK,
        secret=sealed, now=now,
    )  # fmt: skip
    new = NewTask(title="What is pushed", project=project_of(0))
    task = partial(create_task, actor=actor, new=new, channel=None, today=now.date(), now=now)
    for operation in (hook, task):
        store.write(operation, team=team.id).result()
    store.close()
