"""A project's calendar, and somebody's leave, as cards."""

from datetime import date, timedelta

from core.calendar_records import CalendarDay, DayKind, ProjectCalendar
from core.calendar_words import Hours, leave_text, weekdays_text
from core.cards import Block, Bullets, Card, CommandLine, Field, Fields, Item, Table, TaskRef, Text, paragraph, row
from core.own_times import Absence
from core.project_calendars import CalendarView, place_text

_DAYS_SHOWN = 8
_MOST_HOLIDAYS = 40
_HOLIDAYS_SHOWN = timedelta(days=366)


def calendar_card(view: CalendarView, said: str = "") -> Card:
    calendar, key = view.calendar, view.project.key
    fields = Fields(
        (
            Field("working days", (weekdays_text(calendar.weekdays),)),
            Field("hours", (str(Hours(calendar.opens, calendar.closes)),)),
            Field("zone", (calendar.zone,)),
            Field("public holidays", _holidays_text(calendar, key)),
        )
    )
    blocks: list[Block] = [*([paragraph(said)] if said else []), fields]
    coming = [one for one in calendar.days if one.kind is not DayKind.WORK and not _is_worked(one, calendar)]
    if coming:
        blocks += [paragraph("The next days off:"), Bullets(tuple(map(_day_item, coming[:_DAYS_SHOWN])))]
    worked = [one for one in calendar.days if one.kind is DayKind.WORK]
    if worked:
        blocks += [
            paragraph("Public holidays that are worked on:"),
            Bullets(tuple(map(_day_item, worked[:_DAYS_SHOWN]))),
        ]
    return Card((TaskRef(key), ": when work is done"), tuple(blocks), facts=(("project", key),))


def holidays_card(view: CalendarView) -> Card:
    """Those of a year from now."""
    calendar, key = view.calendar, view.project.key
    days = [one for one in calendar.days if one.day <= view.today + _HOLIDAYS_SHOWN][:_MOST_HOLIDAYS]
    if not days:
        return Card(
            (TaskRef(key), " keeps no public holidays."),
            (paragraph("Say whose: ", CommandLine(f"lab-admin calendar set {key} country:PT")),),
        )
    rows = tuple(row(_day_text(one.day), one.name or "—", _kind_text(one, calendar)) for one in days)
    return Card((TaskRef(key), ": days off of the year ahead"), (Table(("day", "name", ""), rows),))


def said_of_leave(absence: Absence, *, is_back: bool) -> str:
    leave = leave_text(absence.leave)
    if is_back:
        rest = f"; you are away until {absence.until}" if absence.until else ""
        return f"Your leave ({leave}) ends earlier{rest}." if rest else f"Your leave ({leave}) is taken back."
    instead = f" This takes the place of {', '.join(map(leave_text, absence.instead))}." if absence.instead else ""
    return f"You are away: {leave}. Until you are back nobody asks you, and your timeboxes wait.{instead}"


def _holidays_text(calendar: ProjectCalendar, key: str) -> Text:
    place = place_text(calendar)
    if place is None:
        return ("none: ", CommandLine(f"lab-admin calendar set {key} country:PT"))
    return (place,)


def _day_item(one: CalendarDay) -> Item:
    return Item((f"{_day_text(one.day)}" + (f": {one.name}" if one.name else ""),))


def _day_text(day: date) -> str:
    return f"{day:%a} {day}"


def _kind_text(one: CalendarDay, calendar: ProjectCalendar) -> str:
    if one.kind is DayKind.OFF:
        return "own day off"
    return "worked on" if _is_worked(one, calendar) or one.kind is DayKind.WORK else "public holiday"


def _is_worked(one: CalendarDay, calendar: ProjectCalendar) -> bool:
    return one.kind is DayKind.HOLIDAY and DayKind.WORK in calendar.on(one.day)
