"""What a process of the program is started with, and how it is to end."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self


class Point(StrEnum):
    """Where a process can be told to die. Those of a unit of work are passed at its commit."""

    AFTER_VERIFY = "after verify"
    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    AFTER_FAN_OUT = "after fan-out commit"
    AFTER_CLAIM = "after claim"
    AFTER_BEGIN = "after begin"
    BETWEEN_POST_AND_MARK = "between post and mark"
    AFTER_MARK = "after mark"
    # Of timeboxes: passed only where one ends, and where its prompt is posted and later edited to what came of it.
    BEFORE_TICK = "before tick commit"
    AFTER_TICK = "after tick commit"
    PROMPT_BEGUN = "after begin of a prompt"
    PROMPT_POSTED = "between post and mark of a prompt"
    PROMPT_MARKED = "after mark of a prompt"
    EDIT_BEGUN = "after begin of a prompt's edit"
    EDIT_MADE = "between edit and mark of a prompt"
    EDIT_MARKED = "after mark of a prompt's edit"


WEB_POINTS = (Point.AFTER_VERIFY, Point.BEFORE_COMMIT, Point.AFTER_COMMIT)
PROMPT_POINTS = (
    Point.BEFORE_TICK, Point.AFTER_TICK, Point.PROMPT_BEGUN, Point.PROMPT_POSTED, Point.PROMPT_MARKED,
)  # fmt: skip
EDIT_POINTS = (Point.EDIT_BEGUN, Point.EDIT_MADE, Point.EDIT_MARKED)
WORKER_POINTS = tuple(point for point in Point if point not in (*WEB_POINTS, *PROMPT_POINTS, *EDIT_POINTS))


class Variant(StrEnum):
    """A mechanism that is switched off, to see that its want is noticed."""

    NONE = ""
    EARLY_ANSWER = "answers before the commit"
    BLIND = "posts again without having looked"
    CARELESS = "takes what was interrupted for done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Dies at the n-th passage of a point, or after some seconds; with neither it lives on.

    With `holds` the point is not passed and not died at: whoever comes there stays until the process is killed.
    """

    point: Point | None = None
    passage: int = 1
    seconds: float | None = None
    holds: bool = False
    variant: Variant = Variant.NONE

    def __str__(self) -> str:
        return self.point or ("at random" if self.seconds is not None else "lives on")


LIVES_ON = Order()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """`arguments` are those of the `labkeeper` command; the log is appended to."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: str
    order: Order = field(default_factory=Order)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Self:
        body = json.loads(line)
        order = body.pop("order")
        point = Point(order.pop("point")) if order["point"] else None
        variant = Variant(order.pop("variant"))
        if point is None:
            order.pop("point")
        return cls(
            **{**body, "arguments": tuple(body["arguments"])}, order=Order(point=point, variant=variant, **order)
        )
