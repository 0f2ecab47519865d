"""What a message and its fallback share: lines to type and moments."""

from datetime import UTC, datetime

from bot.command import ADMIN_ROOT, USER_ROOT
from bot.platforms.literal import literal


def command_text(line: str, *, root: str) -> str:
    """`lab task show CHURN-12` as it is typed here: `/lab task show CHURN-12`."""
    first, *others = literal(line).split() or [USER_ROOT]
    roots = {USER_ROOT: root, ADMIN_ROOT: f"{root}-admin"}
    return "/" + " ".join([roots.get(first, first), *others])


def moment_text(at: datetime) -> str:
    """For where the reader's zone cannot be known."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y %H:%M} UTC"
