"""How a timebox ends, as stories of any chat: what is done on the board, and what people read then, written down."""

import difflib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BUTTONS = ("Adopt", "Drop", "Extend", "Split", "Remind me later")


def january(day: int, hour: int, minute: int = 0) -> datetime:
    """2031 begins on a Wednesday. A few seconds later, so that a story of some seconds stays in its minute."""
    return datetime(2031, 1, day, hour, minute, 2, tzinfo=UTC)


# Five working days from Wednesday the 15th, 10:00.
END = january(22, 10, 1)


class OpenForm(ABC):
    title: str
    labels: list[str]

    @abstractmethod
    def send(self, values: dict[str, str]) -> str:
        """What is read then, in the form or instead of it. `values` are by the names of options."""


class Diary(ABC):
    """Of one board. People are ana, ben and dan."""

    board: Any

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shown: list[str] = []

    @abstractmethod
    def lab(self, text: str, *, by: str = "ana") -> str: ...

    @abstractmethod
    def press(self, label: str, *, by: str, on: Any, is_stale: bool = False) -> str:
        """A button that answers in words."""

    @abstractmethod
    def open(self, label: str, *, by: str = "ana") -> OpenForm:
        """A button of the newest prompt that opens a form."""

    @abstractmethod
    def close(self) -> None:
        """Whatever form is still open."""

    @abstractmethod
    def prompts(self) -> list[Any]:
        """Everything that asks or asked, oldest first."""

    @abstractmethod
    def labels(self, message: Any) -> list[str]: ...

    @abstractmethod
    def newest(self, label: str) -> Any:
        """The newest message in the channel with that button."""

    def write(self, *lines: str) -> None:
        self.lines += lines

    def says(self, text: str, *, by: str = "ana") -> None:
        self.write("", f"{by}> /lab {text}", self.lab(text, by=by))

    def presses(self, label: str, *, by: str = "ana", on: Any = None) -> None:
        self.write("", f"{by} presses [{label}]", self.press(label, by=by, on=on or self.newest("Adopt")))

    def presses_stale(self, label: str, seen: Any) -> None:
        """Somebody whose screen still shows the buttons."""
        said = self.press(label, by="ana", on=seen, is_stale=True)
        self.write("", f"ana presses [{label}] of the message as it was", said)

    def fills(self, label: str, values: dict[str, str], *, by: str = "ana", later: float = 0) -> None:
        """A button that opens a form, which is sent so many seconds later."""
        form = self.open(label, by=by)
        self.write("", f"{by} presses [{label}], and fills in “{form.title}”: {', '.join(form.labels)}")
        self.board.later(later)
        self.write(form.send(values))

    def channel(self, title: str) -> None:
        """What is new in the channel, and what is no more."""
        before, self.shown = self.shown, self.board.transcript().splitlines()
        if not before:
            self.write("", f"# {title}", *self.shown)
            return
        changes = [line for line in difflib.ndiff(before, self.shown) if line[0] in "+-"]
        self.write("", f"# {title}", *(changes or ["(nothing new)"]))

    def check(self, path: Path) -> None:
        told = "\n".join(self.lines).strip() + "\n"
        if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(told, encoding="utf-8")
        assert told == path.read_text(encoding="utf-8")


def set_up(board: Any, ben: str) -> None:
    """Wednesday, 10:00: Ana begins to investigate, and ben leads the project."""
    board.admin("project new CHURN name:Churn model")
    board.lab("me show", by=ben)
    board.admin("project lead CHURN @ben")
    board.admin("metric define val_auc direction:up baseline:0.88 target:0.90")
    board.lab("task new Try focal loss on tail classes kind:investigate box:5d owner:me about:Do rare churners gain?")
    board.lab("task start CHURN-1")
    board.settle()


def _with_evidence(diary: Diary) -> None:
    """Two days later there is something to show for it; then its timebox ends."""
    diary.board.go_to(january(17, 11))
    diary.lab("task set CHURN-1 metric:val_auc=0.891")
    diary.lab("task note CHURN-1 gamma 2 is best so far")
    diary.board.go_to(january(21, 10, 1))
    diary.board.go_to(END)
    diary.channel("The timebox has ended")


def unanswered(diary: Diary) -> None:
    _with_evidence(diary)
    assert len(diary.prompts()) == 1
    for day, hour, title in (
        (22, 18, "The same evening: nothing more is said"),
        (23, 9, "The next working morning"),
        (24, 14, "The second one, when work begins in New York: the lead is told, once"),
        (31, 9, "A week later: silence"),
    ):
        diary.board.go_to(january(day, hour, 1))
        diary.channel(title)


def adopt(diary: Diary) -> None:
    _with_evidence(diary)
    said = {"learned": "tails gain 3 points", "best": "run 17", "tasks": "Build the loss; Serve it"}
    diary.fills("Adopt", said)
    diary.channel("What came of it")
    diary.says("task show CHURN-2")


def drop(diary: Diary) -> None:
    _with_evidence(diary)
    diary.board.go_to(january(23, 9, 1))
    stale = diary.prompts()[0]
    diary.fills("Drop", {"learned": "no gain: the tails are label noise", "why": "two weeks of sweeps"}, by="ben")
    diary.channel("What came of it: every prompt says so")
    diary.presses_stale("Drop", stale)
    diary.says("box start CHURN-1 box:2d")
    diary.channel("Asked again, by a new timebox")


def extend(diary: Diary) -> None:
    _with_evidence(diary)
    diary.fills("Extend", {"by": "1d", "why": "the last runs still improve"})
    diary.channel("It goes on")
    diary.board.go_to(january(23, 10, 2))
    diary.channel("It ended again")
    diary.fills("Extend", {"by": "1d", "why": "still improving"})
    diary.close()
    diary.board.later(60)
    diary.lab("task note CHURN-1 gamma 3 is better still")
    diary.fills("Extend", {"by": "1d", "why": "gamma 3 was never tried"})
    diary.board.go_to(january(24, 10, 5))
    diary.lab("task note CHURN-1 gamma 4 is not")
    diary.fills("Extend", {"by": "2d", "why": "one last sweep"})
    diary.channel("The third one takes another person")
    plea = diary.newest("Agree")
    diary.presses("Agree", on=plea)
    diary.presses("Agree", on=plea, by="dan")
    diary.channel("Agreed")


def split(diary: Diary) -> None:
    _with_evidence(diary)
    said = {"first": "Is it label noise?", "second": "Does a bigger model help?", "learned": "two causes are mixed"}
    diary.fills("Split", said | {"box": "3d"})
    diary.channel("What came of it")


def later(diary: Diary) -> None:
    _with_evidence(diary)
    diary.presses("Remind me later")
    diary.board.go_to(january(23, 9, 1))
    diary.channel("The next morning nothing is said")
    diary.board.go_to(january(24, 9, 1))
    diary.channel("The morning after")
    diary.says("box snooze CHURN-1 by:3d")
    diary.board.go_to(january(29, 14, 1))
    diary.channel("Three working days later the lead is told, when work begins in New York")


def forbidden(diary: Diary) -> None:
    _with_evidence(diary)
    for label in BUTTONS:
        diary.presses(label, by="dan")
    diary.says("me delegate @dan")
    diary.fills("Drop", {"learned": "no gain"}, by="dan")
    diary.channel("Ana let dan stand in for her")


def slow(diary: Diary) -> None:
    _with_evidence(diary)
    diary.fills("Drop", {"learned": "slept over it: no gain"}, later=3_700)
    diary.channel("An hour after the form was opened")


def beaten(diary: Diary) -> None:
    _with_evidence(diary)
    form = diary.open("Adopt")
    diary.fills("Drop", {"learned": "no gain"}, by="ben")
    said = form.send({"learned": "a gain"})
    diary.write("", "ana, who had opened [Adopt] before, sends her form", said)
    diary.channel("Decided once")


def downtime(diary: Diary) -> None:
    diary.board.go_to(january(27, 11, 30))
    diary.channel("Nobody was there for days")


def moved(diary: Diary) -> None:
    diary.lab("task new Label the tails kind:data track:research box:5d owner:me")
    diary.lab("task start CHURN-2")
    diary.lab("box drop CHURN-1 learned:nothing")
    diary.board.go_to(END)
    diary.says("task set CHURN-2 track:production")
    diary.channel("What is production now is not asked about")


ALL: tuple[Callable[[Diary], None], ...] = (
    unanswered, adopt, drop, extend, split, later, forbidden, slow, beaten, downtime, moved,
)  # fmt: skip
# Where nobody decides.
OPEN = (unanswered, later, downtime)
