"""A slow command that changes something: once, and whatever is lost on the way, its answer is the true one."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

import pytest
from structlog.testing import capture_logs

from bot.catalogue import Catalogue
from bot.command import Rest, Word, command
from bot.context import Context, Ports
from bot.dispatch import Answer, Outcome, run_line
from bot.jobs import LEASE, MOST_ATTEMPTS, JobRunner
from bot.requests import PromisedRequests
from core.cards import Card
from core.clock import Clock
from core.deliveries import AnswerLost, Refused, TryLater
from core.errors import Conflict, Unavailable
from core.ids import TaskKey
from core.jobs import Job
from core.notes import Note, add_note
from core.tasks import Task
from core.teams import Team
from tests.drivers import VAULT, BoardDriver


@dataclass
class Chat:
    """Takes answers, or raises what it was given first."""

    failures: list[Exception] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def answer(self, address: str, card: Card) -> None:
        self.tried.append(words(card))
        if self.failures:
            raise self.failures.pop(0)
        self.heard.append(words(card))


@dataclass
class MovableClock:
    """Real time, which jobs are promised on, until a test moves it."""

    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return Clock(self.moved).now()


def words(card: Card) -> str:
    return "".join(str(span) for span in card.title)


def noted(done: tuple[Task, Note]) -> Card:
    return Card((f"Noted: {done[1].text}.",))


WHICH, WHAT = Word("Which task"), Rest("What")


@command("note slowly", help="Ask the network, then note it", is_slow=True)
async def slowly(ctx: Context, task: Annotated[TaskKey, WHICH], text: Annotated[str, WHAT]) -> Card:
    return await ctx.conclude(add_note, noted, task=task, text=text)


@command("note carelessly", help="The answer is not kept", is_slow=True)
async def carelessly(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return noted(await ctx.do(add_note, task=task, text="x"))


CATALOGUE = Catalogue.of([slowly, carelessly])


@dataclass
class Desk:
    """A chat with a board behind it, and workers that do what was promised."""

    board: BoardDriver
    chat: Chat = field(default_factory=Chat)
    clock: MovableClock = field(default_factory=MovableClock)

    @property
    def ports(self) -> Ports:
        return Ports(VAULT, {"chat": self.chat})

    def say(self, line: str, *, reply: str | None = "where the answer goes") -> Answer:
        actor = replace(self.board.ana, platform="chat")
        context = Context(
            self.board.store, Team(self.board.team, "Acme", "UTC"), actor, "UTC", self.board.now, CATALOGUE, self.ports,
            reply=reply,
        )  # fmt: skip
        return asyncio.run(run_line(context, "lab", line))

    def work(self, *, later: timedelta = timedelta()) -> None:
        """Whatever is due by then, and what follows from it."""
        self.clock.moved += later

        async def run() -> None:
            jobs = JobRunner(self.board.store, self.clock, self.promised.performers)
            while await jobs.start_due():
                await jobs.finish()

        asyncio.run(run())

    @property
    def promised(self) -> PromisedRequests:
        return PromisedRequests(self.board.store, self.clock, CATALOGUE, self.ports)

    def claim(self) -> Job:
        """As a worker that then dies, or takes its time."""
        (job,) = self.board.store.claim_jobs(now=self.clock.now(), lease=LEASE, limit=9).result()
        return job

    def notes(self) -> list[str]:
        task = self.board.read(lambda work: work.tasks.get(TaskKey("CHURN", 1)))
        return [note.text for note in self.board.read(lambda work: work.notes.of_task(task.id, limit=9))]


@pytest.fixture
def desk(board: BoardDriver) -> Desk:
    board.new("one")
    return Desk(board)


LINE = "note slowly CHURN-1 seen"


def test_it_is_promised_then_done_and_answered(desk: Desk) -> None:
    assert desk.say(LINE).card.title == ("On it.",)
    assert (desk.notes(), desk.chat.heard) == ([], [])
    desk.work()
    assert (desk.notes(), desk.chat.heard) == (["seen"], ["Noted: seen."])


@pytest.mark.parametrize("failure", [AnswerLost(), TryLater(), TryLater(timedelta(seconds=9)), Unavailable("away")])
def test_an_answer_that_was_lost_is_given_again_and_nothing_is_done_again(desk: Desk, failure: Exception) -> None:
    desk.chat.failures = [failure, failure]
    desk.say(LINE)
    for _ in range(4):
        desk.work(later=timedelta(minutes=1))
    assert desk.notes() == ["seen"]
    assert desk.chat.tried == ["Noted: seen."] * 3
    assert desk.chat.heard == ["Noted: seen."]


def test_a_worker_that_died_after_it_was_done_leaves_the_answer_to_another(desk: Desk) -> None:
    desk.say(LINE)
    asyncio.run(desk.promised.run_command(desk.claim()))
    assert (desk.notes(), desk.chat.tried) == (["seen"], [])
    desk.work(later=LEASE)
    assert (desk.notes(), desk.chat.heard) == (["seen"], ["Noted: seen."])


def test_a_worker_that_died_before_it_was_done_leaves_it_all_to_another(desk: Desk) -> None:
    desk.say(LINE)
    desk.claim()
    desk.work(later=LEASE)
    assert (desk.notes(), desk.chat.heard) == (["seen"], ["Noted: seen."])


def test_a_worker_whose_lease_is_over_changes_nothing_and_answers_nothing(desk: Desk) -> None:
    desk.say(LINE)
    late = desk.claim()
    desk.work(later=LEASE)
    with pytest.raises(Conflict):
        asyncio.run(desk.promised.run_command(late))
    desk.work(later=LEASE)
    assert (desk.notes(), desk.chat.heard) == (["seen"], ["Noted: seen."])


def test_a_refusal_is_an_answer_too(desk: Desk) -> None:
    desk.say("note slowly CHURN-9 seen")
    desk.chat.failures = [AnswerLost()]
    for _ in range(2):
        desk.work(later=timedelta(minutes=1))
    assert desk.notes() == []
    assert desk.chat.heard == ["There is no task CHURN-9."]


def test_an_address_that_is_no_longer_good_is_not_tried_again(desk: Desk) -> None:
    desk.chat.failures = [Refused("used_url")]
    desk.say(LINE)
    for _ in range(3):
        desk.work(later=timedelta(minutes=5))
    assert (desk.notes(), len(desk.chat.tried)) == (["seen"], 1)


def test_an_answer_that_nobody_takes_is_given_up_and_written_down(desk: Desk) -> None:
    desk.chat.failures = [AnswerLost() for _ in range(99)]
    desk.say(LINE)
    for _ in range(MOST_ATTEMPTS + 3):
        desk.work(later=timedelta(hours=1))
    assert (desk.notes(), len(desk.chat.tried)) == (["seen"], MOST_ATTEMPTS)
    assert desk.board.told()[-1] == "gave up on command.answer: AnswerLost: "


def test_a_slow_command_that_would_lose_its_answer_is_refused_before_it_changes_anything(desk: Desk) -> None:
    desk.say("note carelessly CHURN-1")
    with capture_logs() as logged:
        desk.work()
    assert "command failed" in [line["event"] for line in logged]
    assert desk.notes() == []
    assert desk.chat.heard[0].startswith("Something went wrong")


def test_where_the_answer_is_waited_for_it_is_given_at_once(desk: Desk) -> None:
    answer = desk.say(LINE, reply=None)
    assert (answer.outcome, words(answer.card), desk.notes()) == (Outcome.DONE, "Noted: seen.", ["seen"])
    desk.work()
    assert desk.chat.tried == []
