"""The named points, put into the program from outside: its functions are wrapped, in its own process."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy.engine.default import DefaultDialect

from bot import delivery, expiry, intake, worker
from bot.context import Context
from bot.platforms.slack import adapter
from bot.platforms.slack.chat import SlackChat
from bot.sending import Sending, Settled
from core.deliveries import Post
from core.prompts import is_prompt
from storage import database
from storage.pipeline import Pipeline
from tests.crash.orders import Order, Point

T = TypeVar("T")


@dataclass
class Points:
    """Counts how often the ordered point is passed, and ends the process there."""

    order: Order
    tell: Callable[[str], None]
    _passages: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def passed(self, point: Point) -> None:
        if point is not self.order.point:
            return
        with self._lock:
            self._passages += 1
            if self._passages != self.order.passage:
                return
        if self.order.holds:
            self.tell(f"held {point}")
            threading.Event().wait()
        self.die()

    def die(self) -> None:
        self.tell(f"died {self.order}")
        os.kill(os.getpid(), signal.SIGKILL)


class Commits:
    """Points at the commit of a unit of work: what ran in it is noted, and passed when its transaction ends well."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._noted = threading.local()

    def noting(
        self, run: Callable[..., T], after: Point, *, before: Point | None = None, counts: Callable[[T], bool] = bool
    ) -> Callable[..., T]:
        @wraps(run)
        def noted(*args: Any, **kwargs: Any) -> T:
            result = run(*args, **kwargs)
            if counts(result):
                self.note(after, before=before)
            return result

        return noted

    def note(self, after: Point, *, before: Point | None = None) -> None:
        """For the commit of the unit that this thread is in."""
        self._of_this_thread().append((before, after))

    def install(self) -> None:
        roll_back = DefaultDialect.do_rollback

        def do_rollback(dialect: DefaultDialect, connection: Any) -> None:
            self._of_this_thread().clear()
            roll_back(dialect, connection)

        # SQLite's units are committed by the dialect; PostgreSQL's by their pipeline, which leaves the dialect nothing.
        DefaultDialect.do_commit = self._passing(DefaultDialect.do_commit)
        Pipeline.commit = self._passing(Pipeline.commit)
        DefaultDialect.do_rollback = do_rollback

    def _passing(self, commit: Callable[..., None]) -> Callable[..., None]:
        @wraps(commit)
        def passing(*args: Any) -> None:
            noted = list(self._of_this_thread())
            self._of_this_thread().clear()
            for before, _ in noted:
                if before is not None:
                    self._points.passed(before)
            commit(*args)
            for _, after in noted:
                self._points.passed(after)

        return passing

    def _of_this_thread(self) -> list[tuple[Point | None, Point]]:
        noted: list[tuple[Point | None, Point]] = self._noted.__dict__.setdefault("points", [])
        return noted


def install(points: Points) -> None:
    commits = Commits(points)
    commits.install()
    adapter.is_from_slack = _seeing(adapter.is_from_slack, points)
    worker.fan_out = commits.noting(worker.fan_out, Point.AFTER_FAN_OUT)
    database.claim_destinations = commits.noting(database.claim_destinations, Point.AFTER_CLAIM)
    delivery.begin = commits.noting(delivery.begin, Point.AFTER_BEGIN, counts=lambda sending: sending is not None)
    delivery.settle = commits.noting(
        delivery.settle, Point.AFTER_MARK, counts=lambda settled: settled.outcome == "sent"
    )
    expiry.expire_due_timeboxes = commits.noting(
        expiry.expire_due_timeboxes, Point.AFTER_TICK, before=Point.BEFORE_TICK
    )  # fmt: skip
    _note_prompts(commits)
    # What a webhook reports is a unit like any other: its death at the commit is what the sender must not notice.
    intake.take = commits.noting(
        intake.take, Point.AFTER_COMMIT, before=Point.BEFORE_COMMIT, counts=lambda reply: reply is intake.Reply.TAKEN
    )  # fmt: skip
    do, post = Context.do, SlackChat.post

    async def noted_do(self: Context, operation: Callable[..., T], **arguments: Any) -> T:
        noted = commits.noting(operation, Point.AFTER_COMMIT, before=Point.BEFORE_COMMIT, counts=lambda _: True)
        return await do(self, noted, **arguments)

    async def passing_post(self: SlackChat, message: Post) -> str:
        posted = await post(self, message)
        if message.message is None:
            # An edit that is made twice is made once: only what is new could be there twice.
            points.passed(Point.BETWEEN_POST_AND_MARK)
        if message.shows_in_channel:
            points.passed(Point.PROMPT_POSTED)
        elif message.message is not None and message.thread is not None:
            points.passed(Point.EDIT_MADE)
        return posted

    Context.do, SlackChat.post = noted_do, passing_post


def install_in_discord(points: Points) -> None:
    """What a process that is in Discord has besides."""
    from bot.platforms.discord.chat import DiscordChat
    from bot.platforms.discord.gateway import Gateway

    post, hear = DiscordChat.post, Gateway.on_interaction

    async def passing_post(self: DiscordChat, message: Post) -> str:
        posted = await post(self, message)
        if message.message is None:
            points.passed(Point.BETWEEN_POST_AND_MARK)
        return posted

    async def passing_hear(self: Gateway, interaction: Any) -> None:
        points.passed(Point.AFTER_VERIFY)
        await hear(self, interaction)

    DiscordChat.post, Gateway.on_interaction = passing_post, passing_hear


def _note_prompts(commits: Commits) -> None:
    begin, settle = delivery.begin, delivery.settle

    @wraps(begin)
    def begun(*args: Any) -> Sending | None:
        sending = begin(*args)
        if sending is not None and sending.looks_since is None and is_prompt(sending.first.subject):
            commits.note(Point.EDIT_BEGUN if sending.is_edit else Point.PROMPT_BEGUN)
        return sending

    @wraps(settle)
    def settled(work: Any, destination: Any, sending: Sending, *args: Any) -> Settled:
        result = settle(work, destination, sending, *args)
        if result.outcome == "sent" and is_prompt(sending.first.subject):
            commits.note(Point.EDIT_MARKED if sending.is_edit else Point.PROMPT_MARKED)
        return result

    delivery.begin, delivery.settle = begun, settled


def _seeing(verify: Callable[..., bool], points: Points) -> Callable[..., bool]:
    @wraps(verify)
    def seen(*args: Any, **kwargs: Any) -> bool:
        is_genuine = verify(*args, **kwargs)
        if is_genuine:
            points.passed(Point.AFTER_VERIFY)
        return is_genuine

    return seen
