"""The hours of the demo's story: so many working days before today, or so many minutes ago."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.stage import Line, Words

_SATURDAY = 5
_A_WHILE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Diary:
    """`now` is when somebody begins to watch; days are those of `zone`."""

    now: datetime
    zone: ZoneInfo

    def at(self, days: int, clock: str) -> datetime:
        """On the working day that was so many before today."""
        day = self.now.astimezone(self.zone).date()
        while days:
            day -= timedelta(days=1)
            days -= day.weekday() < _SATURDAY
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(self.now.tzinfo)

    def ahead(self, days: int) -> date:
        """The working day that is so many days from today, or follows on that."""
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        return day + timedelta(days=7 - day.weekday() if day.weekday() >= _SATURDAY else 0)

    def mondays(self, weeks: int, clock: str) -> tuple[datetime, ...]:
        """The last so many that are over, oldest first."""
        today = self.now.astimezone(self.zone).date()
        days = (today - timedelta(days=today.weekday(), weeks=week) for week in range(weeks, -1, -1))
        hours = [datetime.combine(day, time.fromisoformat(clock), self.zone) for day in days]
        return tuple(hour.astimezone(self.now.tzinfo) for hour in hours if hour < self.now - _A_WHILE)[-weeks:]

    @property
    def last_night(self) -> datetime:
        """Half a minute before the day began."""
        day = datetime.combine(self.now.astimezone(self.zone).date(), time(), self.zone)
        return day.astimezone(self.now.tzinfo) - timedelta(seconds=30)

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def line(self, days: int, clock: str, who: str, text: str, makes: str = "", channel: str = "ml-board") -> Line:
        return Line(self.at(days, clock), who, text, makes, channel)

    def just(self, minutes: float, who: str, text: str, makes: str = "", channel: str = "ml-board") -> Line:
        return Line(self.ago(minutes), who, text, makes, channel)

    def words(self, days: int, clock: str, who: str, text: str, channel: str = "ml-board") -> Words:
        return Words(self.at(days, clock), who, text, channel)
