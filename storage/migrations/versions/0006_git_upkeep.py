"""checks that no task was told of, and pull requests that are open, are found at once"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNTOLD = sa.text("NOT is_told")
IS_OPEN = sa.text("state IN ('open', 'draft')")


def upgrade() -> None:
    op.add_column("checks", sa.Column("is_told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE checks SET is_told = true WHERE EXISTS"
        " (SELECT 1 FROM commits JOIN commit_tasks ON commit_id = commits.id"
        " WHERE commits.repository_id = checks.repository_id AND commits.sha = checks.sha)"
        " OR EXISTS (SELECT 1 FROM pull_requests WHERE pull_requests.repository_id = checks.repository_id"
        " AND (head_sha = checks.sha OR merge_sha = checks.sha))"
        # Those of a pull request's earlier commits stand in a thread.
        " OR checks.id IN (SELECT CAST(substr(subject, 7) AS BIGINT) FROM lines WHERE subject LIKE 'check:%')"
    )
    op.create_index("ix_checks_untold", "checks", ["at"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
    op.create_index(
        "ix_pull_requests_open",
        "pull_requests",
        ["repository_id", "head_branch"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
