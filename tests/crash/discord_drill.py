"""Labkeeper in Discord, killed again and again, and its gateway dropped, while people work with it there."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core.clock import Clock
from core.ids import ChannelRef
from core.journal import Actor
from core.ports import Store
from core.projects import create_project
from core.teams import open_workspace
from storage.database import open_database
from tests.crash.board import Board, connected, count_unfinished, read_board
from tests.crash.orders import LIVES_ON, Order, Start
from tests.crash.processes import Lane, Launcher, Life, lasting_port
from tests.crash.senders import Acknowledged, Change, project_of
from tests.crash.verdict import Verdict, judge_changes, shows
from tests.fakes.discord.channel_view import ChannelView
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.records import User
from tests.fakes.discord.small_guild import APP, TOKEN

GUILD, OWNER = "1200000000000000001", "1300000000000000001"
PEOPLE = 4
# Seconds; only a failure takes so long.
PATIENCE = 60.0
# How long somebody waits for an answer before they go on with something else.
ANSWERED_WITHIN = 1.5
SECRET_KEY = "the key of the drill alone"


def person_of(number: int) -> str:
    return f"13000000000000001{number:02}"


def room_of(number: int) -> str:
    return f"14000000000000001{number:02}"


@dataclass
class Speaker:
    """Works on one task after the other in a channel of their own. What was not answered is left at that: Discord says
    nothing twice."""

    number: int
    discord: Discord
    acknowledged: Acknowledged
    stop: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _said: int = 0

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        try:
            while not self.stop.is_set():
                self._work_on_a_task()
        except Exception as error:
            self.problems.append(f"{self.number} stumbled: {error!r}")

    def _work_on_a_task(self) -> None:
        key = self.new_task()
        if key is None:
            return
        for _ in range(2):
            note = self._words("Note")
            self._say(("note", note), "task note", "Noted:", task=key, text=note)
        self._say(("points", f"{key} 5"), "task set", "Changed", task=key, points="5")
        self._say(("move", f"{key} doing"), "task start", "doing", task=key)
        self._say(("points", f"{key} 8"), "task set", "Changed", task=key, points="8")

    def new_task(self) -> str | None:
        """Its key, where the answer told it."""
        title = self._words("Work")
        text = self._say(("new", title), "task new", "Created.", title=title)
        return text.split()[0] if text else None

    def _words(self, what: str) -> str:
        self._said += 1
        return f"{what} {self._said} of person{self.number}"

    def _say(self, change: Change, line: str, expected: str, **options: str) -> str | None:
        """What was answered, where it says that the change was made."""
        person = self.discord.person(person_of(self.number))
        interaction = person.begin_command(f"lab {line}", room_of(self.number), **options)
        end = time.monotonic() + ANSWERED_WITHIN
        while not self.discord.interaction(interaction.id).response and time.monotonic() < end:
            if self.stop.is_set():
                return None
            self.discord.wait_change(self.discord.version(), 0.2)
        if not self.discord.interaction(interaction.id).response:
            self.counts["unanswered"] += 1
            return None
        answer = person.answer_to(interaction).finished(PATIENCE)
        if expected not in answer.text:
            self.counts["refused"] += 1
            if "Nothing was changed." not in answer.text:
                self.problems.append(f"{change} was answered: {answer.text}")
            return None
        self.acknowledged.write(change)
        self.counts["answered"] += 1
        return answer.text


@dataclass
class DiscordDrill:
    url: str
    discord: Discord
    launcher: Launcher
    directory: Path
    lanes: list[Lane] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    drops: Counter[str] = field(default_factory=Counter)
    began_at: float = field(default_factory=time.monotonic)

    def add_lane(self, orders: list[Order], *, part: str | None = None, last: Order = LIVES_ON) -> Lane:
        """A process of the installation, with all its parts or one."""
        name = f"{part or 'all'}-{len(self.lanes) + 1}"
        lane = Lane(name, partial(self._start, name, part, lasting_port()), orders, last)
        self.lanes.append(lane)
        lane.begin()
        return lane

    def wait_for_connection(self) -> None:
        self.discord.wait_until(lambda: self.discord.commands(APP) and self.discord.sessions(), PATIENCE)

    def speaker(self, number: int) -> Speaker:
        self.speakers.append(Speaker(number, self.discord, Acknowledged(self.directory / f"answered-{number}")))
        return self.speakers[-1]

    def work_until_all_is_carried_out(self) -> None:
        """People work while the processes are killed, each as ordered, and the gateway is dropped in between."""
        self.wait_for_connection()
        threads = [self.speaker(number).begin() for number in range(PEOPLE)]
        chance = random.Random(7)
        while not all(lane.is_over.wait(chance.uniform(0.2, 0.8)) for lane in self.lanes):
            self._trouble(chance)
        # The last ones to live are dropped once more.
        for _ in range(4):
            self._trouble(chance)
            time.sleep(0.4)
        for speaker in self.speakers:
            speaker.stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a speaker does not stop"

    def _trouble(self, chance: random.Random) -> None:
        trouble = chance.choice(("dropped", "asked to reconnect", "closed"))
        self.drops[trouble] += 1
        if trouble == "dropped":
            self.discord.drop_gateway()
        elif trouble == "closed":
            self.discord.close_gateway(4000)
        else:
            self.discord.ask_reconnect()

    def settle(self) -> Verdict:
        """Waits until all was said, ends the installation and looks at what there is."""
        end = time.monotonic() + PATIENCE
        with connected(self.url) as connection:
            while count_unfinished(connection) and time.monotonic() < end:
                time.sleep(0.1)
        for lane in self.lanes:
            lane.end()
        acknowledged = [change for speaker in self.speakers for change in speaker.acknowledged.read()]
        return self._judge(read_board(self.url), acknowledged)

    @property
    def problems(self) -> list[str]:
        """What went wrong with the drill itself, and answers that must not be given."""
        found = [problem for part in (*self.lanes, *self.speakers) for problem in part.problems]
        kinds = ("specification", "malformed")
        return found + [str(one) for one in self.discord.violations() if one.kind in kinds]

    @property
    def answered(self) -> int:
        return sum(speaker.counts["answered"] for speaker in self.speakers)

    def report(self) -> str:
        kills = Counter(kill for lane in self.lanes for kill in lane.kills)
        counts = sum((speaker.counts for speaker in self.speakers), Counter[str]())
        numbers = {"kills": kills.total(), **kills, **self.drops, **counts}
        numbers["messages"] = sum(self.discord.post_counts().values())
        seconds = time.monotonic() - self.began_at
        return ", ".join(f"{name} {number}" for name, number in numbers.items()) + f", {seconds:.0f} s"

    def _judge(self, board: Board, acknowledged: list[Change]) -> Verdict:
        verdict = Verdict(unsent=board.unsent)
        judge_changes(verdict, board, acknowledged)
        views = {home: self.discord.channel(home) for home in {task.home for task in board.tasks.values()}}
        roots = {home: _by_heading(view) for home, view in views.items()}
        for task in board.tasks.values():
            found = roots[task.home].pop(task.heading, [])
            if not found:
                verdict.no_root.append(task.heading)
            if len(found) > 1:
                verdict.said_twice.append(f"card {task.heading}, {len(found)} times")
            verdict.stale_root += [f"{task}: {lines}" for _, lines in found if not shows(lines[1], task)]
        # What the database does not have was never to be said.
        verdict.lost += [f"card {heading}" for cards in roots.values() for heading in cards]
        threads = [text for view in views.values() for thread in view.threads for text in thread.texts]
        for note in board.notes:
            count = sum(line.endswith(note) for text in threads for line in text.splitlines())
            if count != 1:
                (verdict.said_twice if count else verdict.unsaid).append(f"{note}, {count} times")
        doubled = {nonce: count for nonce, count in self.discord.nonce_counts().items() if count > 1}
        verdict.doubled_markers += [f"{nonce}, {count} times" for nonce, count in doubled.items()]
        return verdict

    def _start(self, name: str, part: str | None, port: int, order: Order) -> Life:
        environment = {
            "DATABASE_URL": self.url, "HOST": "127.0.0.1", "PORT": str(port), "SECRET_KEY": SECRET_KEY,
            "DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
        }  # fmt: skip
        log = str(self.directory / f"{name}.log")
        arguments = ("run", *(("--only", part) if part else ()))
        return self.launcher.start(Start(arguments=arguments, environment=environment, log=log, order=order))


def _by_heading(view: ChannelView) -> dict[str, list[tuple[str, list[str]]]]:
    """The bot's messages in a channel, by their first lines."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for message in view.messages:
        lines = view.text(message).lstrip("✓▲✕ ").split("\n")
        found.setdefault(lines[0], []).append((message.id, lines))
    return found


@contextmanager
def open_discord_drill(url: str, discord: Discord, launcher: Launcher, directory: Path) -> Iterator[DiscordDrill]:
    """A server with a channel for each person, each the home of a project, and nothing running yet."""
    discord.add_application(APP, "labkeeper", TOKEN)
    discord.add_user(User(OWNER, "owner"))
    discord.add_guild(GUILD, "Acme", OWNER, (APP,))
    for number in range(PEOPLE):
        discord.add_user(User(person_of(number), f"person{number}", f"person{number}"))
        discord.add_member(GUILD, person_of(number))
        discord.add_channel(room_of(number), f"room{number}", GUILD)
    database = open_database(url, is_server=True)
    try:
        _add_projects(database)
    finally:
        database.close()
    drill = DiscordDrill(url, discord, launcher, directory)
    try:
        yield drill
    finally:
        for lane in drill.lanes:
            lane.end()


def _add_projects(store: Store) -> None:
    now = Clock().now()
    team = store.write_directory(
        lambda teams: open_workspace(teams, platform="discord", workspace=GUILD, name="acme", zone="UTC", now=now)
    ).result()
    actor = Actor(None, "set-up", True, "test", "")
    for number in range(PEOPLE):
        make = partial(
            create_project, actor=actor, key=project_of(number), name=None, zone="UTC",
            channel=ChannelRef("discord", GUILD, room_of(number)), channel_name=f"room{number}", now=now,
        )  # fmt: skip
        store.write(make, team=team.id).result()
