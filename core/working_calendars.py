"""The calendar that a task's owner works by, from what the team has written down."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.calendar import FIRST_DAY, WorkingCalendar
from core.calendar_records import OwnTimes, ProjectCalendar
from core.errors import InvalidInput
from core.ports import UnitOfWork


@dataclass
class WorkingCalendars:
    """Those of one unit of work: each project and each owner is asked for once, each calendar put together once.

    They hold for times from `since` on; without it, for any.
    """

    work: UnitOfWork
    since: datetime | None = None
    _known: dict[tuple[int, int | None], WorkingCalendar] = field(default_factory=dict)
    _projects: dict[int, ProjectCalendar] = field(default_factory=dict)
    _owners: dict[int, OwnTimes] = field(default_factory=dict)

    def of(self, project_id: int, owner_id: int | None) -> WorkingCalendar:
        """The project's, as its owner sees it; without an owner, the project's own."""
        key = (project_id, owner_id)
        if key not in self._known:
            try:
                self._known[key] = self._put_together(project_id, owner_id)
            except InvalidInput:
                # A zone that is no more, for example: what is due must still fall due.
                self._known[key] = WorkingCalendar()
        return self._known[key]

    def lead_of(self, project_id: int) -> int | None:
        return self._project(project_id).lead_id

    def _put_together(self, project_id: int, owner_id: int | None) -> WorkingCalendar:
        calendar = self._project(project_id).working
        return self._owner(owner_id).in_project(calendar) if owner_id is not None else calendar

    def _project(self, project_id: int) -> ProjectCalendar:
        if project_id not in self._projects:
            self._projects[project_id] = self.work.calendars.of_project(project_id, since=self._first_day)
        return self._projects[project_id]

    def _owner(self, member_id: int) -> OwnTimes:
        if member_id not in self._owners:
            self._owners[member_id] = self.work.calendars.of_member(member_id, since=self._first_day)
        return self._owners[member_id]

    @property
    def _first_day(self) -> date:
        # The day before, because it may be that day still where somebody lives.
        return FIRST_DAY if self.since is None else (self.since - timedelta(days=1)).date()
