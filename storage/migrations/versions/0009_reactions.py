"""an emoji that makes tasks, for each channel"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("emoji", sa.String(length=100), nullable=True))
    op.create_index("ix_links_url", "links", ["url"], postgresql_using="hash")


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
