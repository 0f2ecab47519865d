"""Timeboxes end, and the process dies as it asks, is answered and shows the answer: each is asked once, decided once,
and every prompt is edited to what came of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.board import NewTask, create_task
from core.clock import Clock
from core.durations import Box
from core.journal import Actor
from core.task_states import change_state
from core.tasks import State
from storage.database import open_database
from storage.engine import is_sqlite
from tests.crash.drill import PATIENCE, Drill
from tests.crash.orders import EDIT_POINTS, LIVES_ON, PROMPT_POINTS, Order, Point, Variant
from tests.crash.processes import Lane
from tests.crash.senders import SECRET, TEAM, channel_of, project_of
from tests.fakes.slack.reading import message_text
from tests.fakes.slack.records import Message
from tests.fakes.slack.signing import Answer
from tests.storage.probes import rows

TASKS = 3
DECISIONS = (Point.BEFORE_COMMIT, Point.AFTER_COMMIT)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Asked:
    """Research of which each timebox has ended by the clock that the processes go by."""

    drill: Drill
    keys: list[str]
    answers: Counter[str] = field(default_factory=Counter)

    def wait_for(self, found: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not found():
            assert time.monotonic() < end, what
            time.sleep(0.05)

    def prompts(self) -> list[Message]:
        return [message for message in self.drill.slack.messages(channel_of(0)) if message.is_broadcast]

    def decide_all(self) -> None:
        """Two people at once for each, who ask again until they are answered."""
        for key in self.keys:
            clicks = [threading.Thread(target=self._decide, args=[key, number]) for number in range(2)]
            for click in clicks:
                click.start()
            for click in clicks:
                click.join(PATIENCE)

    def _decide(self, key: str, number: int) -> None:
        slack = self.drill.slack
        app = slack.app(f"http://127.0.0.1:{self.drill.ports[0]}/slack/events", SECRET)
        person = slack.person(f"U1{number}", app, TEAM)
        _, request = person.prepare_command(
            f"box drop {key} learned:person{number} learned it", channel_of(0), escapes=False
        )  # fmt: skip
        answer = app.send(request)
        end = time.monotonic() + PATIENCE
        while not answer.status and time.monotonic() < end:
            time.sleep(0.05)
            answer = app.send(request)
        self.answers[_word(answer, number)] += 1

    def problems(self) -> list[str]:
        """What is not as if nobody had died."""
        url, slack = self.drill.url, self.drill.slack
        count = len(self.keys)
        found = list(self.drill.problems)
        for what in ("TimeboxEnded", "TaskDecided"):
            told = rows(url, f"SELECT count(*) FROM events WHERE type = '{what}' GROUP BY task_id")
            found += [f"{what}: {told}"] if told != [(1,)] * count else []
        if rows(url, "SELECT count(*) FROM decisions") != [(count,)]:
            found.append("decisions")
        shown = [message_text(message, {}) for message in self.prompts()]
        for key in self.keys:
            own = [text for text in shown if f"{key} " in text]
            found += [f"{key} was asked {len(own)} times"] if len(own) != 1 else []
            found += [f"{key}: {text}" for text in own if "dropped by" not in text]
        found += [f"buttons: {message.ts}" for message in self.prompts() if _has_buttons(message)]
        found += [f"{marker}, {count} times" for marker, count in slack.duplicates("marker").items()]
        found += [f"{row}" for row in rows(url, "SELECT kind, state, error FROM deliveries WHERE state <> 'sent'")]
        return found


def _word(answer: Answer, number: int) -> str:
    """Won, told by whom, or what was said instead."""
    body = answer.decoded
    text = str(body.get("text", "")) if isinstance(body, dict) else ""
    if f"person{1 - number} dropped it" in text and f"person{1 - number} learned it" in text:
        return "told who"
    return "won" if "Dropped." in text or "This was done already." in text else f"{answer.status}: {text}"


def _has_buttons(message: Message) -> bool:
    return any(block["type"] == "actions" for block in message.blocks or [])


def begin_research(drill: Drill, count: int) -> Asked:
    """Nobody owns it, so that any two may decide. Over by Wednesday noon, some days from now, which it then is."""
    now = Clock().now()
    noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC) + timedelta(days=2 + (2 - now.weekday() - 2) % 7)
    drill.environment |= {"LABKEEPER_TESTING": "1", "LABKEEPER_NOW_OFFSET": str(int((noon - now).total_seconds()))}
    database = open_database(drill.url, is_server=False)
    (team,) = database.read_directory(lambda teams: teams.teams()).result()
    actor, keys = Actor(None, "set-up", True, "test", ""), []

    def begin(work, number):
        new = NewTask(title=f"Question {number}", project=project_of(0), box=Box.parse("1h"))
        task = create_task(work, actor=actor, new=new, channel=None, today=now.date(), now=now)
        change_state(work, task, State.DOING, actor=actor, now=now)
        keys.append(str(task.key))

    for number in range(count):
        database.write(lambda work, number=number: begin(work, number), team=team.id).result()
    database.close()
    return Asked(drill, keys)


def is_at(lane: Lane, number: int) -> bool:
    """Whether it came to the order of that number, or they are over."""
    return len(lane.lives) > number


def die_and_decide(
    drill: Drill,
    asking: Iterable[Point],
    deciding: Iterable[Point],
    showing: Iterable[Point],
    *,
    last: Order = LIVES_ON,
) -> Asked:
    """On SQLite one process dies at all of these, in this order; on PostgreSQL one that answers and one that works."""
    asked = begin_research(drill, TASKS)
    asking, deciding, showing = ([Order(point=point) for point in points] for points in (asking, deciding, showing))
    if is_sqlite(drill.url):
        worker = web = drill.add_lane([*asking, *deciding, *showing], last=last)
    else:
        web = drill.add_lane(deciding, part="web")
        worker = drill.add_lane([*asking, *showing], part="worker", last=last)
    asked.wait_for(lambda: is_at(worker, len(asking)) and len(asked.prompts()) >= TASKS, "they are not asked about")
    asked.decide_all()
    for lane in {id(lane): lane for lane in (web, worker)}.values():
        assert lane.is_over.wait(PATIENCE)
    drill.come_to_rest()
    return asked


def check(asked: Asked) -> None:
    assert asked.problems() == []
    assert asked.answers == {"won": TASKS, "told who": TASKS}


@on_sqlite
def test_whoever_dies_between_a_prompt_and_its_mark_asks_once_and_shows_what_came_of_it(drill: Drill) -> None:
    check(die_and_decide(drill, [Point.PROMPT_POSTED], [], [Point.EDIT_MADE]))


@pytest.mark.soak
def test_whoever_dies_at_any_point_of_tick_prompt_and_decision_asks_once_and_shows_what_came_of_it(
    drill: Drill,
) -> None:
    check(die_and_decide(drill, PROMPT_POINTS, DECISIONS, EDIT_POINTS))


@pytest.mark.soak
def test_a_prompt_that_is_posted_again_without_a_look_is_noticed(drill: Drill) -> None:
    """The proof that these tests can fail, as the next one."""
    asked = die_and_decide(drill, [Point.PROMPT_POSTED], [], [], last=Order(variant=Variant.BLIND))
    assert any("times" in problem for problem in asked.problems())


@pytest.mark.soak
def test_an_edit_that_is_taken_for_made_is_noticed(drill: Drill) -> None:
    asked = die_and_decide(drill, [], [], [Point.EDIT_BEGUN], last=Order(variant=Variant.CARELESS))
    assert any("buttons" in problem for problem in asked.problems())
