"""Public holidays are stored for the years ahead, and looked up again each year and with each version of the package.

What is kept says which edition it is of: whatever missed a year, or was never looked up, is found by that.
"""

import asyncio
from datetime import date, datetime

import structlog

from bot.public_holidays import edition_of, known_holidays
from core.calendar_records import ProjectCalendar
from core.clock import Clock
from core.errors import InvalidInput
from core.ids import TeamId
from core.ports import Store, UnitOfWork
from core.project_calendars import renew_holidays

log = structlog.get_logger()


async def renew_all_holidays(store: Store, clock: Clock) -> int:
    """Those of another edition; in how many projects."""
    now = clock.now()
    teams = await asyncio.wrap_future(store.teams_with_old_holidays(edition=edition_of(now.year)))
    return sum([await _renew_of_team(store, team, now) for team in teams])


async def _renew_of_team(store: Store, team: TeamId, now: datetime) -> int:
    def old(work: UnitOfWork) -> list[tuple[int, ProjectCalendar]]:
        projects = work.calendars.with_old_holidays(edition=edition_of(now.year))
        return [(project, work.calendars.of_project(project, since=date.max)) for project in projects]

    return sum([await _renew(store, team, *one, now) for one in await asyncio.wrap_future(store.read(old, team=team))])


async def _renew(store: Store, team: TeamId, project: int, calendar: ProjectCalendar, now: datetime) -> bool:
    assert calendar.country is not None
    try:
        holidays = await asyncio.to_thread(known_holidays, calendar.country, calendar.part, now.year)
    except InvalidInput as error:
        # This version of the package no longer knows it: what is kept stays.
        log.warning("public holidays are not known any more", project=project, reason=error.message)
        return False
    return await asyncio.wrap_future(
        store.write(lambda work: renew_holidays(work, project_id=project, holidays=holidays, now=now), team=team)
    )
