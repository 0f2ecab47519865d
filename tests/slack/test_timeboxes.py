"""A timebox ends: one question in the channel, reminders, and then a decision; as people read it, word for word.

Each story stands in `timeboxes/`; `LABKEEPER_WRITE_TRANSCRIPTS=1` writes them anew; then read what changed.
"""

import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.slack.records import Message, User
from tests.slack.harness import ANA, BEN, TEAM, SlackBoard

STORIES = Path(__file__).parent / "timeboxes"
DAN = "U6"
NAMES = {ANA: "ana", BEN: "ben", DAN: "dan"}
BUTTONS = ("Adopt", "Drop", "Extend", "Split", "Remind me later")


def january(day: int, hour: int, minute: int = 0) -> datetime:
    """2031 begins on a Wednesday. A few seconds later, so that a story of some seconds stays in its minute."""
    return datetime(2031, 1, day, hour, minute, 2, tzinfo=UTC)


# Five working days from Wednesday the 15th, 10:00.
END = january(22, 10, 1)


@dataclass
class Diary:
    """What is done on the board and what people read then, written down."""

    board: SlackBoard
    lines: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def write(self, *lines: str) -> None:
        self.lines += lines

    def says(self, text: str, *, by: str = ANA) -> None:
        self.write("", f"{NAMES[by]}> /lab {text}", self.board.lab(text, by=by))

    def presses(self, label: str, *, by: str = ANA, on: Message | None = None) -> None:
        """A button that answers in words."""
        self.write("", f"{NAMES[by]} presses [{label}]", self.board.press(on or prompt(self.board), label, by=by))

    def fills(self, label: str, values: dict[str, str], *, by: str = ANA, later: float = 0) -> None:
        """A button that opens a form, which is sent so many seconds later."""
        before = len(self.board.slack.ephemerals(by, "C1"))
        person = self.board.person(by)
        answer = person.press(prompt(self.board), label)
        assert (answer.status, answer.problems) == (200, ()), answer
        form = person.form
        self.write("", f"{NAMES[by]} presses [{label}], and fills in “{form.title}”: {', '.join(form.labels)}")
        self.board.later(later)
        sent = form.submit(values)
        assert (sent.status, sent.problems) == (200, ()), sent
        if form.is_open:
            self.write(form.text)
        else:
            seen = self.board.slack.wait_until(lambda: self.board.slack.ephemerals(by, "C1")[before:])
            self.write(person.reads(seen[-1]))

    def channel(self, title: str) -> None:
        """What is new in the channel, and what is no more."""
        before, self.shown = self.shown, self.board.transcript().splitlines()
        if not before:
            self.write("", f"# {title}", *self.shown)
            return
        changes = [line for line in difflib.ndiff(before, self.shown) if line[0] in "+-"]
        self.write("", f"# {title}", *(changes or ["(nothing new)"]))


def prompt(board: SlackBoard) -> Message:
    """The newest message in the channel that has the buttons of a decision."""
    return next(message for message in reversed(board.channel().timeline) if "Adopt" in labels(message))


def prompts(board: SlackBoard) -> list[Message]:
    """Everything that asks or asked, its first line shown in the channel."""
    return [message for message in board.channel().timeline if message.is_broadcast]


def labels(message: Message) -> list[str]:
    blocks = message.blocks or []
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return [element["text"]["text"] for element in elements]


@pytest.fixture
def board(board: SlackBoard) -> SlackBoard:
    """Wednesday, 10:00: Ana begins to investigate, and ben leads the project."""
    board.later((january(15, 10) - board.clock.now()).total_seconds())
    board.slack.add_user(User(DAN, TEAM, "dan", "Dan Member", "dan@example.com"))
    board.admin("project new CHURN name:Churn model")
    board.lab("me show", by=BEN)
    board.admin("project lead CHURN @ben")
    board.admin("metric define val_auc direction:up baseline:0.88 target:0.90")
    board.lab("task new Try focal loss on tail classes kind:investigate box:5d owner:me about:Do rare churners gain?")
    board.lab("task start CHURN-1")
    board.settle()
    return board


def with_evidence(board: SlackBoard) -> Diary:
    """Two days later there is something to show for it; then its timebox ends."""
    board.go_to(january(17, 11))
    board.lab("task set CHURN-1 metric:val_auc=0.891")
    board.lab("task note CHURN-1 gamma 2 is best so far")
    board.go_to(january(21, 10, 1))
    board.go_to(END)
    diary = Diary(board)
    diary.channel("The timebox has ended")
    return diary


def unanswered(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    assert prompt(board).is_broadcast
    for day, hour, title in (
        (22, 18, "The same evening: nothing more is said"),
        (23, 9, "The next working morning"),
        (24, 14, "The second one, when work begins in New York: the lead is told, once"),
        (31, 9, "A week later: silence"),
    ):
        board.go_to(january(day, hour, 1))
        diary.channel(title)
    return diary


def adopt(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    said = {"learned": "tails gain 3 points", "best": "run 17", "tasks": "Build the loss; Serve it"}
    diary.fills("Adopt", said)
    diary.channel("What came of it")
    diary.says("task show CHURN-2")
    return diary


def drop(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    board.go_to(january(23, 9, 1))
    stale = prompts(board)
    diary.fills("Drop", {"learned": "no gain: the tails are label noise", "why": "two weeks of sweeps"}, by=BEN)
    diary.channel("What came of it: every prompt says so")
    press_stale(diary, stale[0], "Drop")
    diary.says("box start CHURN-1 box:2d")
    diary.channel("Asked again, by a new timebox")
    return diary


def press_stale(diary: Diary, seen: Message, label: str) -> None:
    """Somebody whose screen still shows the buttons."""
    person = diary.board.person(ANA)
    answer = diary.board.reply_to(lambda: person.press(seen, label, is_stale=True))
    diary.write("", f"ana presses [{label}] of the message as it was", person.reads(answer))


def extend(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    diary.fills("Extend", {"by": "1d", "why": "the last runs still improve"})
    diary.channel("It goes on")
    board.go_to(january(23, 10, 2))
    diary.channel("It ended again")
    diary.fills("Extend", {"by": "1d", "why": "still improving"})
    board.person().form.close()
    board.later(60)
    board.lab("task note CHURN-1 gamma 3 is better still")
    diary.fills("Extend", {"by": "1d", "why": "gamma 3 was never tried"})
    board.go_to(january(24, 10, 5))
    board.lab("task note CHURN-1 gamma 4 is not")
    diary.fills("Extend", {"by": "2d", "why": "one last sweep"})
    diary.channel("The third one takes another person")
    plea = next(message for message in reversed(board.channel().timeline) if labels(message) == ["Agree"])
    diary.presses("Agree", on=plea)
    diary.presses("Agree", on=plea, by=DAN)
    diary.channel("Agreed")
    return diary


def split(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    said = {"first": "Is it label noise?", "second": "Does a bigger model help?", "learned": "two causes are mixed"}
    diary.fills("Split", said | {"box": "3d"})
    diary.channel("What came of it")
    return diary


def later(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    diary.presses("Remind me later")
    board.go_to(january(23, 9, 1))
    diary.channel("The next morning nothing is said")
    board.go_to(january(24, 9, 1))
    diary.channel("The morning after")
    diary.says("box snooze CHURN-1 by:3d")
    board.go_to(january(29, 14, 1))
    diary.channel("Three working days later the lead is told, when work begins in New York")
    return diary


def forbidden(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    for label in BUTTONS:
        diary.presses(label, by=DAN)
    diary.says("me delegate @dan")
    diary.fills("Drop", {"learned": "no gain"}, by=DAN)
    diary.channel("Ana let dan stand in for her")
    return diary


def slow(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    diary.fills("Drop", {"learned": "slept over it: no gain"}, later=3_700)
    diary.channel("An hour after the form was opened")
    return diary


def beaten(board: SlackBoard) -> Diary:
    diary = with_evidence(board)
    ana = board.person(ANA)
    assert ana.press(prompt(board), "Adopt").status == 200
    form = ana.form
    diary.fills("Drop", {"learned": "no gain"}, by=BEN)
    form.submit({"learned": "a gain"})
    diary.write("", "ana, who had opened [Adopt] before, sends her form", form.text)
    diary.channel("Decided once")
    return diary


def downtime(board: SlackBoard) -> Diary:
    diary = Diary(board)
    board.go_to(january(27, 11, 30))
    diary.channel("Nobody was there for days")
    return diary


def moved(board: SlackBoard) -> Diary:
    board.lab("task new Label the tails kind:data track:research box:5d owner:me")
    board.lab("task start CHURN-2")
    board.lab("box drop CHURN-1 learned:nothing")
    board.go_to(END)
    diary = Diary(board)
    diary.says("task set CHURN-2 track:production")
    diary.channel("What is production now is not asked about")
    return diary


ALL = (unanswered, adopt, drop, extend, split, later, forbidden, slow, beaten, downtime, moved)


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.__name__)
def test_the_story_goes_as_it_is_written(story: Callable[[SlackBoard], Diary], board: SlackBoard) -> None:
    told = "\n".join(story(board).lines).strip() + "\n"
    path = STORIES / f"{story.__name__}.txt"
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")
    over = [message for message in prompts(board) if "Adopt" in labels(message)]
    assert bool(over) is (story in (unanswered, later, downtime))
