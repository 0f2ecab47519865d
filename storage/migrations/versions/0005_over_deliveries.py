"""an index of what was sent and will be forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OVER = "state = 'sent' AND kind NOT IN ('root', 'direct')"


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_over", "deliveries", ["updated_at"], sqlite_where=sa.text(OVER), postgresql_where=sa.text(OVER)
    )
