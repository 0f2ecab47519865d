"""no trigger that notifies of events: its unit held PostgreSQL's one lock for that until its commit was on the disk"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER tell_of_events ON events")
        op.execute("DROP FUNCTION labkeeper_tell()")
