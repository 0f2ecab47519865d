"""Public holidays are kept for the years ahead, whatever was missed."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.holidays_upkeep import renew_all_holidays
from bot.public_holidays import edition_of, known_holidays
from core.calendar import FIRST_DAY
from core.calendar_records import DayKind, ProjectCalendar
from core.project_calendars import CalendarChanges, change_calendar, open_day
from tests.drivers import BoardDriver


@dataclass
class Stopped:
    at: datetime

    def now(self) -> datetime:
        return self.at


def renew(board: BoardDriver, year: int) -> int:
    return asyncio.run(renew_all_holidays(board.store, Stopped(datetime(year, 3, 1, tzinfo=UTC))))


def keep(board: BoardDriver, country: str | None = "PT") -> None:
    known = known_holidays(country, None, 2026) if country else None
    board.do(change_calendar, project="CHURN", changes=CalendarChanges(holidays=known), today=board.today)


def calendar(board: BoardDriver) -> ProjectCalendar:
    return board.read(
        lambda work: work.calendars.of_project(work.projects.by_key("CHURN").id, since=FIRST_DAY)
    )  # fmt: skip


def holidays(board: BoardDriver) -> set[date]:
    return set(calendar(board).of_kind(DayKind.HOLIDAY))


def test_what_is_kept_reaches_three_years_ahead(board):
    keep(board)
    assert {date(2025, 12, 25), date(2029, 12, 25)} < holidays(board)
    assert date(2030, 1, 1) not in holidays(board)


def test_each_year_has_its_own_and_what_was_before_stays(board):
    keep(board)
    assert renew(board, 2026) == 0
    told = board.told()
    assert renew(board, 2028) == 1
    assert {date(2025, 12, 25), date(2031, 12, 25)} < holidays(board)
    assert renew(board, 2028) == 0
    assert len(board.told()) == len(told) + 1
    assert f"public holidays {edition_of(2026)} → {edition_of(2028)}" in board.told()[-1]


def test_own_days_outlast_the_renewal(board):
    keep(board)
    board.do(open_day, project="CHURN", day=date(2026, 12, 8), today=board.today)
    renew(board, 2027)
    assert list(calendar(board).of_kind(DayKind.WORK)) == [date(2026, 12, 8)]
    assert calendar(board).working.is_working_day(date(2026, 12, 8))


def test_an_older_edition_is_renewed_after_any_pause(board):
    """A process that was down at the turn of the year, or a newer package: what is kept says which it is of."""
    keep(board)

    def grow_old(work):
        project = work.projects.by_key("CHURN")
        kept = work.calendars.of_project(project.id, since=FIRST_DAY)
        work.calendars.replace_holidays(project.id, {}, since=FIRST_DAY)
        work.calendars.save(project.id, replace(kept, edition="holidays 0.1 until 2029"))

    board.write(grow_old)
    assert holidays(board) == set()
    assert renew(board, 2026) == 1
    assert date(2026, 12, 25) in holidays(board)


def test_a_project_without_public_holidays_and_one_of_a_country_that_is_no_more_stay_as_they_are(board):
    keep(board, None)
    assert renew(board, 2028) == 0
    keep(board)
    board.write(
        lambda work: work.calendars.save(
            work.projects.by_key("CHURN").id, replace(calendar_of(work), country="SU", edition="x")
        )
    )
    before = holidays(board)
    assert renew(board, 2028) == 0
    assert holidays(board) == before != set()


def calendar_of(work):
    return work.calendars.of_project(work.projects.by_key("CHURN").id, since=FIRST_DAY)
