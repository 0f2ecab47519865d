"""indexes for the pages of the board"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_WITH_VERSION = sa.text("closed_at IS NULL AND version IS NOT NULL")
_INDEXES = (
    (
        "ix_tasks_open_board",
        "tasks",
        ["team_id", "track", "state", "priority", "rank", "id", "project_id", "kind", "role", "owner_id", "version"],
        _OPEN,
    ),
    (
        "ix_tasks_closed_state",
        "tasks",
        ["team_id", "state", "closed_at", "id", "project_id", "track", "kind", "role", "owner_id", "version"],
        sa.text("closed_at IS NOT NULL"),
    ),
    ("ix_tasks_open_version", "tasks", ["team_id", "version"], _WITH_VERSION),
    ("ix_blockers_open_cause", "blockers", ["team_id", "cause", "opened_at", "id", "task_id"], _OPEN),
)


def upgrade() -> None:
    for name, table, columns, condition in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    op.create_index("ix_findings_task_id_number", "findings", ["task_id", "number"])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
