"""Working time on the clock: when a timebox ends, how much of it is used, and when most of it is."""

from datetime import date, datetime, time, timedelta
from itertools import islice

from core.calendar import Shift, WorkingCalendar, next_working_moment
from core.durations import FORMS, Unit, WorkingTime
from core.errors import InvalidInput
from core.local_time import in_utc, local_date, local_instant

_DAY = timedelta(days=1)


def add_working_time(start: datetime, length: WorkingTime, calendar: WorkingCalendar) -> datetime:
    """When working time that begins at `start` is over.

    Outside working hours it begins with the next ones. Hours are hours of work: 3h from Friday 17:00 end on Monday at
    11:00. Days are working days: 1d from Tuesday 14:00 ends on Wednesday at 14:00, or at 14:00 of the next working day
    there is. A week is as many working days as the calendar's weeks have: 1w from Tuesday 14:00 ends on the next
    Tuesday at 14:00, and a day later for each holiday between. What would end in quiet hours, or outside working hours
    because the clocks change, ends at the next working moment: at every end the owner can be asked.
    Raises `InvalidInput` for more than a year, and for more than the calendar holds.
    """
    if not 1 <= length.amount <= length.unit.most:
        raise InvalidInput(f"{length} is {'more than a year' if length.amount > 0 else 'no time at all'}.", FORMS)
    start = in_utc(start)
    if length.unit is Unit.HOUR:
        end = advance(start, timedelta(hours=length.amount), calendar)
    else:
        end = _days_later(start, length.amount * _days_in(length.unit, calendar), calendar)
    return next_working_moment(end, calendar)


def _days_in(unit: Unit, calendar: WorkingCalendar) -> int:
    return len(calendar.weekdays) if unit is Unit.WEEK else 1


def _days_later(start: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    shift = next(calendar.shifts(start))
    day = next(islice(calendar.working_days(shift.day + _DAY), days - 1, None))
    return local_instant(day, _clock_time(max(start, shift.opens), shift, calendar), calendar.tz)


def _clock_time(at: datetime, shift: Shift, calendar: WorkingCalendar) -> time:
    """What the clock shows within a shift. One that began or closed in a gap counts as begun or closed in time."""
    if at == shift.opens:
        return calendar.opens
    return calendar.closes if at == shift.closes else at.astimezone(calendar.tz).time()


def end_of_date_box(last: date, calendar: WorkingCalendar) -> datetime:
    """The end of that day's working hours; where it is no working day, the next working morning."""
    first = next(calendar.working_days(last))
    closing = calendar.closes if first == last else calendar.opens
    return next_working_moment(local_instant(first, closing, calendar.tz), calendar)


def working_time_between(start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    """Hours of work, quiet ones included; none where `end` is not after `start`."""
    start, end = in_utc(start), in_utc(end)
    day, last = local_date(start, calendar.tz), local_date(end, calendar.tz) + _DAY
    total = timedelta()
    while day <= last:
        if calendar.is_working_day(day):
            shift = calendar.shift_on(day)
            total += max(min(end, shift.closes) - max(start, shift.opens), timedelta())
        day += _DAY
    return total


def share_of(start: datetime, end: datetime, share: float, calendar: WorkingCalendar) -> datetime:
    """When that share (0.8 for four fifths) of the working time from `start` to `end` is used, outside quiet hours.

    In whole seconds. With quiet hours before the end it may come as late as the end.
    """
    used = timedelta(seconds=int(working_time_between(start, end, calendar).total_seconds() * share))
    return next_working_moment(advance(in_utc(start), used, calendar), calendar)


def advance(start: datetime, working: timedelta, calendar: WorkingCalendar) -> datetime:
    """When so many hours of work are done, quiet ones included. `start` in UTC."""
    for shift in calendar.shifts(start):
        begin = max(start, shift.opens)
        left = shift.closes - begin
        if working <= left:
            return begin + working
        working -= left
    raise AssertionError("a calendar's shifts do not end, they raise")
