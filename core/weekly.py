"""The weekly plan: the seed of Monday's meeting."""

from dataclasses import dataclass
from datetime import datetime

from core.digest_records import (
    Awaited,
    BlockedTask,
    Deadline,
    Deployed,
    Investigation,
    Learning,
    Listed,
    Ready,
    Release,
)
from core.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySummary:
    """Of one week, as the board knew it at `as_of`.

    `research` is under way; `deciding` falls due in this week, `overdue` was asked about and is not answered, `debt` is
    what nobody is asked about any more. `shipping` is production work by version; `blocked` has data first, and then
    what is blocked longest. `decided`, `deployed` and `data_ready` are since the beginning of the week before.
    """

    week: Period
    as_of: datetime
    research: Listed[Investigation]
    deciding: Listed[Deadline]
    overdue: Listed[Deadline]
    debt: Listed[Deadline]
    shipping: Listed[Release]
    blocked: Listed[BlockedTask]
    data_ready: Listed[Ready]
    data_awaited: Listed[Awaited]
    decided: Listed[Learning]
    deployed: Listed[Deployed]

    @property
    def lists(self) -> tuple[Listed[object], ...]:
        return (
            self.research, self.deciding, self.overdue, self.debt, self.shipping, self.blocked, self.data_ready,
            self.data_awaited, self.decided, self.deployed,
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Nothing to plan and nothing to tell, here or elsewhere."""
        return not any(self.lists)

    @property
    def has_news(self) -> bool:
        """Whether anything happened since the week before."""
        return bool(self.decided or self.deployed or self.data_ready)
