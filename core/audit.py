"""Reading the audit log."""

from core.ids import TaskKey
from core.journal import Actor, AuditLine
from core.members import MemberRef, find_member
from core.ports import UnitOfWork

PAGE = 20


def read_audit(
    work: UnitOfWork, *, actor: Actor, task: TaskKey | None, by: MemberRef | None, before: int | None
) -> tuple[AuditLine, ...]:
    """Newest first, one page; `before` is the line to go on from."""
    member = find_member(work, by, actor=actor) if by else None
    return work.audit.list(
        limit=PAGE, subject=str(task) if task else None, member_id=member.id if member else None, before=before
    )
