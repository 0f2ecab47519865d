"""A project's calendar: its days and hours, public holidays, own days off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.board import UNSET, Maybe, Unset
from core.calendar import FIRST_DAY, Weekday
from core.calendar_records import CalendarDay, DayKind, ProjectCalendar, PublicHolidays
from core.calendar_words import Hours, weekdays_text
from core.errors import Conflict, InvalidInput
from core.events import CalendarChanged, Change
from core.journal import AUTOMATIC, Actor, record
from core.ports import UnitOfWork
from core.projects import Project, find_project
from core.text import clean_line

MOST_AT_ONCE = 62  # days off
MOST_OFF = 400
WHY_LIMIT = 100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarView:
    """With the days from `today` on."""

    project: Project
    calendar: ProjectCalendar
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanges:
    """None leaves as it is; `holidays` of None keeps none."""

    weekdays: frozenset[Weekday] | None = None
    hours: Hours | None = None
    zone: str | None = None
    holidays: Maybe[PublicHolidays | None] = UNSET


def view_calendar(work: UnitOfWork, *, project: str, today: date) -> CalendarView:
    found = find_project(work, project)
    return CalendarView(found, work.calendars.of_project(found.id, since=today), today)


def change_calendar(
    work: UnitOfWork, *, actor: Actor, project: str, changes: CalendarChanges, today: date, now: datetime
) -> CalendarView:
    """What runs is timed anew. Raises `InvalidInput` for hours that no calendar can have."""
    found, before = _own(work, project, today)
    after = _changed(before, changes)
    _ = after.working
    if after != before:
        work.calendars.save(found.id, after)
        if not isinstance(changes.holidays, Unset):
            days = changes.holidays.days if changes.holidays else {}
            work.calendars.replace_holidays(found.id, days, since=FIRST_DAY)
        _note(work, found, _differences(before, after), actor, now)
    return view_calendar(work, project=project, today=today)


def close_days(
    work: UnitOfWork, *, actor: Actor, project: str, first: date, last: date | None, why: str, today: date,
    now: datetime,
) -> CalendarView:  # fmt: skip
    """Makes the working days among them days off."""
    last = last or first
    _check_days(first, last, today)
    why = clean_line(why, what="reason", limit=WHY_LIMIT) if why else ""
    found, calendar = _own(work, project, today)
    working = calendar.working
    days = [first + _DAY * number for number in range((last - first).days + 1)]
    closed = [day for day in days if working.is_working_day(day)]
    if not closed:
        raise _off_already(calendar, first, last)
    if len(list(calendar.of_kind(DayKind.OFF))) + len(closed) > MOST_OFF:
        raise Conflict(f"{project} has {MOST_OFF} days off to come already.", "Work on some of them first.")
    for day in closed:
        # A holiday that was worked on is none to work on any more.
        work.calendars.remove_day(found.id, day, DayKind.WORK)
        if DayKind.HOLIDAY not in calendar.on(day):
            work.calendars.put_day(found.id, CalendarDay(day, DayKind.OFF, why))
    off = f"day off ({why})" if why else "day off"
    _note(work, found, tuple(Change(str(day), "working day", off) for day in closed), actor, now)
    return view_calendar(work, project=project, today=today)


def open_day(work: UnitOfWork, *, actor: Actor, project: str, day: date, today: date, now: datetime) -> CalendarView:
    """Has the project work on a public holiday, or on what was a day off of its own."""
    _check_days(day, day, today)
    found, calendar = _own(work, project, today)
    said = calendar.on(day)
    if day.weekday() not in calendar.weekdays:
        raise _not_in_week(calendar, day, project)
    if calendar.working.is_working_day(day):
        raise Conflict(
            f"{day} is a working day already.", "See the calendar:", example=f"lab-admin calendar show {project}"
        )
    work.calendars.remove_day(found.id, day, DayKind.OFF)
    if DayKind.HOLIDAY in said:
        work.calendars.put_day(found.id, CalendarDay(day, DayKind.WORK, said[DayKind.HOLIDAY]))
    _note(work, found, (Change(str(day), "day off", "working day"),), actor, now)
    return view_calendar(work, project=project, today=today)


def renew_holidays(work: UnitOfWork, *, project_id: int, holidays: PublicHolidays, now: datetime) -> bool:
    """Keeps another edition of the same country's; False where that is kept already, or the country is another."""
    work.lock("calendars")
    since = date(holidays.first_year, 1, 1)
    before = work.calendars.of_project(project_id, since=since)
    if (before.country, before.part) != (holidays.country, holidays.part) or before.edition == holidays.edition:
        return False
    work.calendars.save(project_id, replace(before, edition=holidays.edition))
    work.calendars.replace_holidays(project_id, holidays.days, since=since)
    project = work.projects.get(project_id)
    _note(work, project, (Change("public holidays", before.edition, holidays.edition),), AUTOMATIC, now)
    return True


def _own(work: UnitOfWork, project: str, today: date) -> tuple[Project, ProjectCalendar]:
    found = find_project(work, project)
    work.lock("calendars")
    return found, work.calendars.of_project(found.id, since=today)


def _note(work: UnitOfWork, project: Project, changes: tuple[Change, ...], actor: Actor, now: datetime) -> None:
    work.timeboxes.retime(project_id=project.id, owner_id=None, now=now)
    record(work, CalendarChanged(project.key, changes), actor=actor, now=now, project_id=project.id)


def _changed(before: ProjectCalendar, changes: CalendarChanges) -> ProjectCalendar:
    after = replace(before, weekdays=changes.weekdays or before.weekdays, zone=changes.zone or before.zone)
    if changes.hours is not None:
        after = replace(after, opens=changes.hours.opens, closes=changes.hours.closes)
    match changes.holidays:
        case PublicHolidays(country=country, part=part, edition=edition):
            return replace(after, country=country, part=part, edition=edition)
        case None:
            return replace(after, country=None, part=None, edition="")
    return after


def _differences(before: ProjectCalendar, after: ProjectCalendar) -> tuple[Change, ...]:
    return tuple(
        Change(name, old, new)
        for name, read in (
            ("working days", lambda calendar: weekdays_text(calendar.weekdays)),
            ("hours", lambda calendar: str(Hours(calendar.opens, calendar.closes))),
            ("zone", lambda calendar: calendar.zone),
            ("public holidays", place_text),
            ("edition", lambda calendar: calendar.edition),
        )
        for old, new in ((read(before), read(after)),)
        if old != new
    )


def place_text(calendar: ProjectCalendar) -> str | None:
    """`PT`, `DE-BY`; None where no public holidays are kept."""
    return "-".join(filter(None, (calendar.country, calendar.part))) or None


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise InvalidInput(f"Days off from {first} cannot end on {last}.", "Give the first day and then the last.")
    if first < today:
        raise InvalidInput(f"{first} is over.", f"Give a day from {today} on.")
    if (last - first).days >= MOST_AT_ONCE:
        raise InvalidInput(f"From {first} to {last} it is too long.", f"Give at most {MOST_AT_ONCE} days at once.")


def _off_already(calendar: ProjectCalendar, first: date, last: date) -> Conflict:
    names = ", ".join(name for name in calendar.on(first).values() if name)
    what = f"{first} ({names})" if names else str(first)
    return Conflict(
        f"{what} is no working day anyway." if first == last else f"None from {first} to {last} is a working day.",
        "Give a working day.",
    )


def _not_in_week(calendar: ProjectCalendar, day: date, project: str) -> InvalidInput:
    weekday = Weekday(day.weekday())
    return InvalidInput(
        f"{day} is a {weekday.name.capitalize()}, and {project} works {weekdays_text(calendar.weekdays)}.",
        "To work on all of them:",
        example=f"lab-admin calendar set {project} days:{weekdays_text({*calendar.weekdays, weekday})}",
    )
