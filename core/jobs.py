"""Jobs: network work that was promised in a unit of work and is done outside of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import TeamId


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`lease` is the claim of the worker that has it; `attempts` counts claims."""

    id: int
    team_id: TeamId
    kind: str
    body: Mapping[str, Any]
    state: JobState
    run_at: datetime
    attempts: int
    lease: str | None = None
    error: str = ""
