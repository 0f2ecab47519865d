"""`/lab-admin calendar …`: when a project works."""

import asyncio
from datetime import date
from typing import Annotated

from bot.cards.calendar import calendar_card, holidays_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ProjectKey, Weekdays, Zone
from core.board import UNSET, Maybe, Unset
from core.calendar_records import PublicHolidays
from core.calendar_words import Hours
from core.cards import Card
from core.errors import InvalidInput
from core.project_calendars import CalendarChanges, change_calendar, close_days, open_day, view_calendar

WHICH = Word("Which project", "CHURN")


@command("calendar show", help="When a project works", is_admin=True)
async def show(ctx: Context, project: Annotated[ProjectKey, WHICH]) -> Card:
    return calendar_card(await ctx.read(view_calendar, project=project, today=ctx.today))


@command("calendar set", help="Say when a project works", is_admin=True)
async def set_(
    ctx: Context,
    project: Annotated[ProjectKey, WHICH],
    days: Annotated[Weekdays | None, Arg("Working days", "mon-fri")] = None,
    hours: Annotated[Hours | None, Arg("Working hours", "09:00-18:00")] = None,
    zone: Annotated[Zone | None, Arg("Time zone", "Europe/Lisbon")] = None,
    country: Annotated[Maybe[str | None], Arg("Public holidays: its code, or none", "PT")] = UNSET,
    region: Annotated[Maybe[str | None], Arg("Its part, if that has its own")] = UNSET,
) -> Card:
    holidays = await _holidays(ctx, project, country, region)
    changes = CalendarChanges(weekdays=days, hours=hours, zone=zone, holidays=holidays)
    if changes == CalendarChanges():
        raise InvalidInput(
            "Nothing was said to change.", "Say what:", example=f"lab-admin calendar set {project} hours:09:00-18:00"
        )
    view = await ctx.do(change_calendar, project=project, changes=changes, today=ctx.today)
    return calendar_card(view, "Kept. What runs is timed by it.")


@command("calendar holidays", help="Days off of the year ahead", is_admin=True)
async def holidays(ctx: Context, project: Annotated[ProjectKey, WHICH]) -> Card:
    return holidays_card(await ctx.read(view_calendar, project=project, today=ctx.today))


@command("calendar off", help="Give a project days off", is_admin=True)
async def off(
    ctx: Context,
    project: Annotated[ProjectKey, WHICH],
    day: Annotated[date, Word("Which day", "2026-12-24")],
    until: Annotated[date | None, Arg("The last one, if several", "2026-12-31")] = None,
    why: Annotated[str, Arg("Why", "closed over Christmas")] = "",
) -> Card:
    view = await ctx.do(close_days, project=project, first=day, last=until, why=why, today=ctx.today)
    return calendar_card(view, "Nobody works there then." if until else f"Nobody works there on {day}.")


@command("calendar work", help="Work on a day off all the same", is_admin=True)
async def work(
    ctx: Context,
    project: Annotated[ProjectKey, WHICH],
    day: Annotated[date, Word("Which day", "2026-12-24")],
) -> Card:
    view = await ctx.do(open_day, project=project, day=day, today=ctx.today)
    return calendar_card(view, f"{day} is a working day.")


async def _holidays(
    ctx: Context, project: str, country: Maybe[str | None], region: Maybe[str | None]
) -> Maybe[PublicHolidays | None]:
    """Of the country that is meant; another country has other parts."""
    if isinstance(country, Unset):
        if isinstance(region, Unset):
            return UNSET
        country = (await ctx.read(view_calendar, project=project, today=ctx.today)).calendar.country
        if country is None:
            raise InvalidInput(
                "A region needs its country.", "Give both:",
                example=f"lab-admin calendar set {project} country:DE region:BY",
            )  # fmt: skip
    if country is None:
        return None
    part = None if isinstance(region, Unset) else region
    return await asyncio.to_thread(ctx.ports.holidays, country, part, ctx.now.year)
