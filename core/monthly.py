"""The monthly report for whoever asks when it will be ready, whether it is good, and why it takes so long."""

from dataclasses import dataclass
from datetime import datetime

from core.digest_records import Deployed, Investigation, Learning, Listed, Quality, Running, Upcoming
from core.numbers import Figure, Numbers, figures_of
from core.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySummary:
    """Of one month, as the board knew it at `as_of`, where the month is not over by then up to there.

    `running` is in production now, `deployed` went there in the month; `learned` are decisions and findings, `quality`
    how good the defined metrics became; `coming` are versions on their way and `questions` what is being researched.
    `before` is None where the board was not there in the month before.
    """

    month: Period
    as_of: datetime
    running: Listed[Running]
    deployed: Listed[Deployed]
    learned: Listed[Learning]
    quality: Listed[Quality]
    coming: Listed[Upcoming]
    questions: Listed[Investigation]
    numbers: Numbers
    before: Numbers | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return figures_of(self.numbers, self.before)

    @property
    def is_empty(self) -> bool:
        return not any((self.running, self.deployed, self.learned, self.quality, self.coming, self.questions))
