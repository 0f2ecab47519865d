"""References: what a thing is called inside the team and outside it."""

import re
from dataclasses import dataclass
from typing import NewType, Self

from core.errors import InvalidInput

TeamId = NewType("TeamId", int)

_PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_TASK_KEY = re.compile(r"#?([A-Za-z][A-Za-z0-9]{1,9})-([0-9]{1,9})")


def parse_project_key(text: str) -> str:
    key = text.strip().upper()
    if not _PROJECT_KEY.fullmatch(key) or not key.isascii():
        raise InvalidInput(
            f"“{text.strip()[:40]}” cannot be a project key.",
            "A key is 2 to 10 letters and digits and starts with a letter, for example CHURN.",
        )
    return key


@dataclass(frozen=True, order=True, slots=True)
class TaskKey:
    """`CHURN-12`: the project's key and a number that is never used again."""

    project: str
    number: int

    def __str__(self) -> str:
        return f"{self.project}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _TASK_KEY.fullmatch(text.strip())
        if match is None or int(match[2]) == 0:
            raise InvalidInput(
                f"“{text.strip()[:40]}” is not a task.", "A task is called by its project and number: CHURN-12."
            )
        return cls(match[1].upper(), int(match[2]))


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel as its chat platform knows it."""

    platform: str
    workspace: str
    channel: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see them on a card: who, and under which name."""

    id: int
    name: str
