from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.slack import Slack

Prepare = Callable[[Slack], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that Slack refuses in the small team, with the error it gives. `prepare` changes the workspace first and
    gives arguments that depend on it."""

    method: str
    error: str
    arguments: dict[str, Any] = field(default_factory=dict)
    prepare: Prepare = lambda slack: {}

    def __str__(self) -> str:
        return f"{self.method} {self.error}"
