"""Hooks: addresses at which another program reports, each with a secret of its own."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import Conflict, NotFound
from core.git_events import HookCreated, HookRevoked, HookRotated
from core.ids import TeamId
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import find_project
from core.text import clean_line

# How long the secret before still opens, so that nothing is lost while the new one is put in.
BOTH_VALID = timedelta(hours=24)
MOST_HOOKS = 200
REPOSITORY_LIMIT = 140


class HookProvider(StrEnum):
    """Who reports; also a part of the address."""

    GITHUB = "github"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """`public_id` is the part of the address that nobody guesses. Secrets are sealed; `old_secret` opens until then."""

    id: int
    team_id: TeamId
    public_id: str
    provider: HookProvider
    project_id: int
    project_key: str
    secret: str
    created_at: datetime
    repository: str = ""
    old_secret: str = ""
    old_until: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The sealed secrets that are valid, the newest first."""
        is_old_valid = self.old_secret and self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if is_old_valid else (self.secret,)

    @property
    def all_secrets(self) -> tuple[str, ...]:
        """Also the old one that is not valid any more."""
        return tuple(filter(None, (self.secret, self.old_secret)))

    def takes(self, repository: str) -> bool:
        return not self.repository or self.repository.casefold() == repository.casefold()


def create_hook(
    work: UnitOfWork,
    *,
    actor: Actor,
    provider: HookProvider,
    project: str,
    repository: str | None,
    public_id: str,
    secret: str,
    now: datetime,
) -> Hook:
    """`secret` is sealed already."""
    found = find_project(work, project)
    name = clean_line(repository, what="repository", limit=REPOSITORY_LIMIT) if repository else ""
    if len(work.hooks.list(limit=MOST_HOOKS)) >= MOST_HOOKS:
        raise Conflict(f"A team has at most {MOST_HOOKS} hooks.", "Revoke one first.", example="lab-admin hook list")
    hook = work.hooks.add(
        Hook(
            id=0, team_id=work.team_id, public_id=public_id, provider=provider, project_id=found.id,
            project_key=found.key, secret=secret, repository=name, created_at=now,
        ),
        member_id=actor.member_id,
    )  # fmt: skip
    event = HookCreated(hook.id, provider, found.key, name)
    record(work, event, actor=actor, now=now, project_id=found.id)
    return hook


def rotate_hook(work: UnitOfWork, *, actor: Actor, number: int, secret: str, now: datetime) -> Hook:
    """The hook with a new secret; the one before is valid for a day more."""
    hook = find_hook(work, number=number)
    if hook.old_until is not None and now < hook.old_until:
        raise Conflict(
            f"Hook {number} got a new secret less than a day ago.",
            "The one before is still valid until then. If the newest leaked, revoke the hook and make another.",
        )
    rotated = replace(hook, secret=secret, old_secret=hook.secret, old_until=now + BOTH_VALID)
    work.hooks.save(rotated)
    record(
        work, HookRotated(hook.id, hook.provider, hook.project_key), actor=actor, now=now, project_id=hook.project_id
    )
    return rotated


def revoke_hook(work: UnitOfWork, *, actor: Actor, number: int, now: datetime) -> Hook:
    """Nothing is taken at its address any more, and its secrets are gone."""
    hook = find_hook(work, number=number)
    revoked = replace(hook, revoked_at=now, secret="", old_secret="", old_until=None)
    work.hooks.save(revoked)
    record(
        work, HookRevoked(hook.id, hook.provider, hook.project_key), actor=actor, now=now, project_id=hook.project_id
    )
    return revoked


def find_hook(work: UnitOfWork, *, number: int) -> Hook:
    hook = work.hooks.get(number)
    if hook is None or hook.revoked_at is not None:
        raise NotFound(f"There is no hook {number}.", "See which there are:", example="lab-admin hook list")
    return hook


def list_hooks(work: UnitOfWork) -> tuple[Hook, ...]:
    """Those that are in use, oldest first."""
    return work.hooks.list(limit=MOST_HOOKS)
