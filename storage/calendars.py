"""Projects' calendars, members' leave and quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import NoResultFound

from core.calendar import Leave
from core.calendar_records import CalendarDay, DayKind, OwnTimes, ProjectCalendar
from core.ids import TeamId
from core.local_time import QuietHours
from storage.calendar_tables import calendar_days, calendars, leave
from storage.prepared import Prepared
from storage.tables import members, projects
from storage.upsert import insert_or_replace, insert_several

_OF_PROJECT = Prepared(
    select(
        projects.c.zone, projects.c.lead_id, calendars.c.weekdays, calendars.c.opens, calendars.c.closes,
        calendars.c.country, calendars.c.part, calendars.c.edition, calendars.c.team_id.label("has_own"),
        calendar_days.c.day, calendar_days.c.kind, calendar_days.c.name,
    )
    .outerjoin(calendars, calendars.c.project_id == projects.c.id)
    .outerjoin(
        calendar_days,
        and_(calendar_days.c.project_id == projects.c.id, calendar_days.c.day >= bindparam("since")),
    )
    .where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
    .order_by(calendar_days.c.day, calendar_days.c.kind)
)  # fmt: skip
_OF_MEMBER = Prepared(
    select(members.c.zone, members.c.quiet_from, members.c.quiet_until, leave.c.first_day, leave.c.last_day)
    .outerjoin(leave, and_(leave.c.member_id == members.c.id, leave.c.last_day >= bindparam("since")))
    .where(members.c.team_id == bindparam("team"), members.c.id == bindparam("member"))
    .order_by(leave.c.last_day)
)
_SET_ZONE = Prepared(
    update(projects)
    .where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
    .values(zone=bindparam("new_zone"))
)
_FORGET_HOLIDAYS = Prepared(
    delete(calendar_days).where(
        calendar_days.c.team_id == bindparam("team"), calendar_days.c.project_id == bindparam("project"),
        calendar_days.c.kind == DayKind.HOLIDAY, calendar_days.c.day >= bindparam("since"),
    )
)  # fmt: skip
_REMOVE_DAY = Prepared(
    delete(calendar_days).where(
        calendar_days.c.team_id == bindparam("team"), calendar_days.c.project_id == bindparam("project"),
        calendar_days.c.kind == bindparam("kind"), calendar_days.c.day == bindparam("day"),
    )
)  # fmt: skip
_HAS_OLD = and_(calendars.c.country.is_not(None), calendars.c.edition != bindparam("edition"))
_OLD = Prepared(
    select(calendars.c.project_id).where(calendars.c.team_id == bindparam("team"), _HAS_OLD).limit(100)
)  # fmt: skip
_TEAMS_WITH_OLD = Prepared(select(calendars.c.team_id).where(_HAS_OLD).distinct().limit(100))
_REMOVE_LEAVE = Prepared(
    delete(leave).where(
        leave.c.team_id == bindparam("team"), leave.c.member_id == bindparam("member"),
        leave.c.last_day == bindparam("last"),
    )
)  # fmt: skip
_SET_QUIET = Prepared(
    update(members)
    .where(members.c.team_id == bindparam("team"), members.c.id == bindparam("member"))
    .values(quiet_from=bindparam("start"), quiet_until=bindparam("end"))
)


@dataclass(frozen=True, slots=True)
class SqlCalendars:
    connection: Connection
    team_id: TeamId

    def of_project(self, project_id: int, *, since: date) -> ProjectCalendar:
        values = {"team": self.team_id, "project": project_id, "since": since}
        return _calendar(_found(_OF_PROJECT.all(self.connection, values)))

    def of_member(self, member_id: int, *, since: date) -> OwnTimes:
        values = {"team": self.team_id, "member": member_id, "since": since}
        rows = _found(_OF_MEMBER.all(self.connection, values))
        first = rows[0]
        return OwnTimes(
            zone=first.zone,
            leave=tuple(Leave(row.first_day, row.last_day) for row in rows if row.last_day is not None),
            quiet=QuietHours(first.quiet_from, first.quiet_until) if first.quiet_from is not None else None,
        )

    def save(self, project_id: int, calendar: ProjectCalendar) -> None:
        row = {
            "project_id": project_id, "team_id": self.team_id, "weekdays": calendar.weekdays,
            "opens": calendar.opens, "closes": calendar.closes, "country": calendar.country, "part": calendar.part,
            "edition": calendar.edition,
        }  # fmt: skip
        insert_or_replace(self.connection, calendars, row, ("project_id",))
        _SET_ZONE.run(self.connection, {"team": self.team_id, "project": project_id, "new_zone": calendar.zone})

    def replace_holidays(self, project_id: int, days: Mapping[date, str], *, since: date) -> None:
        _FORGET_HOLIDAYS.run(self.connection, {"team": self.team_id, "project": project_id, "since": since})
        rows = [
            self._day(project_id, CalendarDay(day, DayKind.HOLIDAY, name))
            for day, name in days.items()
            if day >= since
        ]  # fmt: skip
        insert_several(self.connection, calendar_days, rows)

    def put_day(self, project_id: int, day: CalendarDay) -> None:
        insert_or_replace(self.connection, calendar_days, self._day(project_id, day), ("project_id", "day", "kind"))

    def remove_day(self, project_id: int, day: date, kind: DayKind) -> None:
        _REMOVE_DAY.run(self.connection, {"team": self.team_id, "project": project_id, "day": day, "kind": kind})

    def with_old_holidays(self, *, edition: str) -> tuple[int, ...]:
        rows = _OLD.all(self.connection, {"team": self.team_id, "edition": edition})
        return tuple(row.project_id for row in rows)

    def add_leave(self, member_id: int, leave_: Leave, now: datetime) -> None:
        row = {
            "member_id": member_id, "team_id": self.team_id, "first_day": leave_.first, "last_day": leave_.last,
            "created_at": now,
        }  # fmt: skip
        self.connection.execute(insert(leave), row)

    def remove_leave(self, member_id: int, leave_: Leave) -> None:
        _REMOVE_LEAVE.run(self.connection, {"team": self.team_id, "member": member_id, "last": leave_.last})

    def set_quiet(self, member_id: int, quiet: QuietHours | None) -> None:
        values = {
            "team": self.team_id, "member": member_id, "start": quiet.start if quiet else None,
            "end": quiet.end if quiet else None,
        }  # fmt: skip
        _SET_QUIET.run(self.connection, values)

    def _day(self, project_id: int, day: CalendarDay) -> dict[str, Any]:
        return {
            "project_id": project_id, "day": day.day, "kind": day.kind, "team_id": self.team_id,
            "name": day.name[:200],
        }  # fmt: skip


def teams_with_old_holidays(connection: Connection, *, edition: str) -> tuple[TeamId, ...]:
    return tuple(TeamId(row.team_id) for row in _TEAMS_WITH_OLD.all(connection, {"edition": edition}))


def _found(rows: list[Any]) -> list[Any]:
    """Raises `NoResultFound`: a project and a member have a row of their own at least."""
    if not rows:
        raise NoResultFound("no row was found when one was required")
    return rows


def _calendar(rows: list[Any]) -> ProjectCalendar:
    first = rows[0]
    days = tuple(CalendarDay(row.day, row.kind, row.name) for row in rows if row.day is not None)
    if first.has_own is None:
        return ProjectCalendar(zone=first.zone, days=days, lead_id=first.lead_id)
    return ProjectCalendar(
        zone=first.zone, weekdays=first.weekdays, opens=first.opens, closes=first.closes, country=first.country,
        part=first.part, edition=first.edition, days=days, lead_id=first.lead_id,
    )  # fmt: skip
