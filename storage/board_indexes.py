"""Indexes that only the board's pages need."""

from sqlalchemy import Index, and_

from storage.tables import blockers, tasks

_IS_OPEN = tasks.c.closed_at.is_(None)
# A column of the board in its order, with everything that a filter of it asks for: no row need be read to leave it out.
Index(
    "ix_tasks_open_board",
    *(tasks.c.team_id, tasks.c.track, tasks.c.state, tasks.c.priority, tasks.c.rank, tasks.c.id),
    *(tasks.c.project_id, tasks.c.kind, tasks.c.role, tasks.c.owner_id, tasks.c.version),
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)
_IS_CLOSED = tasks.c.closed_at.is_not(None)
Index(
    "ix_tasks_closed_state",
    *(tasks.c.team_id, tasks.c.state, tasks.c.closed_at, tasks.c.id),
    *(tasks.c.project_id, tasks.c.track, tasks.c.kind, tasks.c.role, tasks.c.owner_id, tasks.c.version),
    sqlite_where=_IS_CLOSED,
    postgresql_where=_IS_CLOSED,
)
_HAS_VERSION = and_(_IS_OPEN, tasks.c.version.is_not(None))
Index(
    "ix_tasks_open_version", tasks.c.team_id, tasks.c.version, sqlite_where=_HAS_VERSION, postgresql_where=_HAS_VERSION
)
_BLOCKS = blockers.c.closed_at.is_(None)
Index(
    "ix_blockers_open_cause",
    *(blockers.c.team_id, blockers.c.cause, blockers.c.opened_at, blockers.c.id, blockers.c.task_id),
    sqlite_where=_BLOCKS,
    postgresql_where=_BLOCKS,
)
