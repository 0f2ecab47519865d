"""The calendar that a task's owner works by, from what the team has written down."""

from dataclasses import dataclass, field

from core.calendar import WorkingCalendar
from core.errors import InvalidInput
from core.ports import UnitOfWork


@dataclass
class WorkingCalendars:
    """Those of one unit of work, each put together once."""

    work: UnitOfWork
    _known: dict[tuple[int, int | None], WorkingCalendar] = field(default_factory=dict)

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

    def _put_together(self, project_id: int, owner_id: int | None) -> WorkingCalendar:
        calendar = WorkingCalendar(zone=self.work.projects.get(project_id).zone)
        return calendar.for_member(zone=self.work.members.get(owner_id).zone) if owner_id is not None else calendar
