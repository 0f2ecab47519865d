"""When a member is not to be asked: leave and quiet hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendar import Leave
from core.calendar_records import OwnTimes
from core.calendar_words import leave_text, quiet_text
from core.errors import Conflict, InvalidInput
from core.events import Change, MemberChanged
from core.journal import Actor, record
from core.local_time import QuietHours, in_utc, local_date, local_instant, respecting_quiet_hours, zone_named
from core.members import Member, MemberView, own_member, view_member
from core.ports import UnitOfWork

LONGEST = 366  # days
FURTHEST = 731  # days ahead
MOST = 50  # that are not over
_DAY = timedelta(days=1)
_EXAMPLE = "lab me away 2026-12-21 2027-01-03"


@dataclass(frozen=True, slots=True)
class Absence:
    """`instead` is leave that this took the place of, `until` the last day away that is left of it."""

    view: MemberView
    leave: Leave
    instead: tuple[Leave, ...] = ()
    until: date | None = None


def go_away(
    work: UnitOfWork, *, actor: Actor, first: date, last: date | None, today: date, now: datetime
) -> Absence:  # fmt: skip
    """From the first day to the last; what leave there was on any of these days is replaced by it."""
    leave = Leave(first, last or first)
    _check(leave, today)
    member, times = _own(work, actor, since=min(first, today))
    instead = tuple(one for one in times.leave if one.first <= leave.last and leave.first <= one.last)
    if instead != (leave,):
        if len(times.leave) - len(instead) >= MOST:
            raise Conflict(
                f"You have {MOST} times of leave written down.", "Take one back first, by its first day:",
                example=f"lab me back {times.leave[-1].first}",
            )  # fmt: skip
        _replace(work, member, instead, leave, now)
        _note(work, member, Change("away", _texts(instead), leave_text(leave)), actor, now)
    return Absence(view_member(work, actor=actor, today=today), leave, tuple(one for one in instead if one != leave))


def come_back(work: UnitOfWork, *, actor: Actor, day: date | None, today: date, now: datetime) -> Absence:
    """Ends the leave that has this day, or today, on the day before; that of its first day is taken back whole."""
    back = day or today
    member, times = _own(work, actor, since=min(back, today))
    leave = next((one for one in times.leave if back in one), None)
    if leave is None:
        raise _not_away(back, times)
    rest = Leave(leave.first, back - _DAY) if leave.first < back else None
    _replace(work, member, (leave,), rest, now)
    _note(work, member, Change("away", leave_text(leave), leave_text(rest) if rest else None), actor, now)
    return Absence(view_member(work, actor=actor, today=today), leave, until=rest.last if rest else None)


def set_quiet_hours(
    work: UnitOfWork, *, actor: Actor, quiet: QuietHours | None, today: date, now: datetime
) -> MemberView:  # fmt: skip
    member, times = _own(work, actor, since=today)
    if times.quiet != quiet:
        work.calendars.set_quiet(member.id, quiet)
        _note(work, member, Change("quiet hours", quiet_text(times.quiet), quiet_text(quiet)), actor, now)
    return view_member(work, actor=actor, today=today)


def free_at(times: OwnTimes, at: datetime, *, zone: str) -> datetime:
    """`at`, or when leave and quiet hours next leave somebody to be spoken to. `zone` is for whoever named none."""
    tz = zone_named(times.zone or zone)
    free = in_utc(at)
    # Quiet hours may end in leave, and leave in quiet hours.
    for _ in range(2 * len(times.leave) + 2):
        before = free
        if times.quiet is not None:
            free = respecting_quiet_hours(free, times.quiet, tz)
        for leave in times.leave:
            if local_date(free, tz) in leave:
                free = local_instant(leave.last + _DAY, time.min, tz)
        if free == before:
            break
    return free


def _own(work: UnitOfWork, actor: Actor, *, since: date) -> tuple[Member, OwnTimes]:
    member = own_member(work, actor)
    work.lock(f"times of {member.id}")
    return member, work.calendars.of_member(member.id, since=since)


def _check(leave: Leave, today: date) -> None:
    if leave.last < today:
        raise InvalidInput(
            f"{leave_text(leave)} is over.", "Give the first and the last day that you are away:", example=_EXAMPLE
        )
    if leave.first > today + timedelta(days=FURTHEST):
        raise InvalidInput(f"{leave.first} is more than two years ahead.", "Give an earlier day:", example=_EXAMPLE)
    length = (leave.last - leave.first).days + 1
    if length > LONGEST:
        raise InvalidInput(
            f"From {leave.first} to {leave.last} it is {length:,} days: more than a year.",
            "Give less, and let somebody else have your tasks:", example="lab task set CHURN-12 owner:@ben",
        )  # fmt: skip


def _replace(
    work: UnitOfWork, member: Member, before: tuple[Leave, ...], after: Leave | None, now: datetime
) -> None:  # fmt: skip
    for leave in before:
        work.calendars.remove_leave(member.id, leave)
    if after is not None:
        work.calendars.add_leave(member.id, after, now)


def _note(work: UnitOfWork, member: Member, change: Change, actor: Actor, now: datetime) -> None:
    work.timeboxes.retime(project_id=None, owner_id=member.id, now=now)
    record(work, MemberChanged(member.name, (change,)), actor=actor, now=now)


def _texts(several: tuple[Leave, ...]) -> str | None:
    return ", ".join(leave_text(one) for one in several) or None


def _not_away(day: date, times: OwnTimes) -> Conflict:
    wrong = f"You are not away on {day}."
    if not times.leave:
        return Conflict(wrong, "Say when you are:", example=_EXAMPLE)
    following = times.leave[0]
    return Conflict(
        wrong, f"You are from {leave_text(following)}. To take that back, give a day of it:",
        example=f"lab me back {following.first}",
    )  # fmt: skip
