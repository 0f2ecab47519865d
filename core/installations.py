"""Where the bot was installed: a workspace's tokens, which exist before its team does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.teams import Directory

# Most tokens last for half a day. So long before their end they are renewed, and so long it may fail unnoticed.
RENEWED_BEFORE = timedelta(hours=2)
# How long whoever renews a token has it alone: much longer than the call may take.
RENEWAL_LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """`token` and `refresh_token` are sealed, and empty once they are of no use.

    `revision` counts what Slack and its like gave us: it changes with each token. `installed_at` is when the present
    installation was made; `removed_at` is set from its removal until the next one.
    """

    platform: str
    workspace: str
    token: str
    bot_user: str
    bot_id: str
    installed_at: datetime
    enterprise: str = ""
    name: str = ""
    refresh_token: str = ""
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    installed_by: str = ""
    removed_at: datetime | None = None
    revision: int = 1
    id: int = 0

    @property
    def is_removed(self) -> bool:
        return not self.token

    def is_due(self, now: datetime) -> bool:
        """Whether its token should be renewed by now."""
        if not self.refresh_token or self.expires_at is None:
            return False
        return now >= self.expires_at - RENEWED_BEFORE

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


class Installations(Protocol):
    def get(self, platform: str, workspace: str) -> Installation | None: ...

    def put(self, installation: Installation) -> bool:
        """Replaces what was known of the workspace and counts its revision up; False where that is from later."""
        ...

    def remove(self, platform: str, workspace: str, *, revision: int, at: datetime) -> bool:
        """Wipes the tokens, unless there are newer ones than that revision's."""
        ...

    def claim_renewal(self, installation: Installation, lease: str, *, until: datetime, now: datetime) -> bool:
        """False where somebody else renews it just now, or has done so."""
        ...

    def renew(self, installation: Installation, *, token: str, refresh_token: str, expires_at: datetime | None) -> bool:
        """Puts in the next tokens, unless there are newer ones; ends the claim."""
        ...

    def give_up_renewal(self, installation: Installation, lease: str) -> bool:
        """Forgets a refresh token that is of no use and ends the claim; False where that has passed on."""
        ...

    def due(self, platform: str, *, before: datetime, now: datetime, limit: int) -> tuple[Installation, ...]:
        """Those whose token ends before, can be renewed and is renewed by nobody just now; the first to end first."""
        ...

    def list(self, *, after: int, limit: int) -> tuple[Installation, ...]:
        """Those with a token, by id."""
        ...

    def reseal(self, installation: Installation, *, token: str, refresh_token: str) -> bool:
        """The same secrets under another seal, unless they have changed."""
        ...


def install(directory: "Directory", installation: Installation) -> bool:
    """False where a later installation of the workspace is known already."""
    if not directory.installations.put(installation):
        return False
    directory.mark_workspace(installation.platform, installation.workspace, None)
    return True


def uninstall(directory: "Directory", platform: str, workspace: str, *, revision: int, at: datetime) -> bool:
    """Wipes the workspace's tokens, unless there are newer ones than that revision's."""
    if not directory.installations.remove(platform, workspace, revision=revision, at=at):
        return False
    directory.mark_workspace(platform, workspace, at)
    return True
