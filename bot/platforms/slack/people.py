"""Who speaks: from Slack's ids to a team, a member and what they may do."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.failures import NO_ANSWER
from bot.platforms.slack.grant import NoGrant
from bot.platforms.slack.workspaces import Workspaces
from bot.remembered import Memory
from core.clock import Clock
from core.errors import NotAllowed, Unavailable
from core.ids import TeamId
from core.journal import Actor
from core.members import Identity, Member, note_workspace_right, sign_in
from core.ports import Store, UnitOfWork
from core.teams import Team, open_workspace

log = structlog.get_logger()

# Seconds. The whole answer has three, and a person who is known needs no look-up for most commands.
_LOOK_UP = 1.5
_KEPT = 600
# After this Slack is asked again, beside the answer: whoever was made a guest meanwhile is refused from then on.
_TRUSTED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says about a person; `is_known` is False where it could not be asked."""

    name: str
    zone: str | None = None
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_known: bool = True
    # Where they belong; nothing where Slack does not say.
    workspaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Speaker:
    team: Team
    member: Member
    actor: Actor
    identity: Identity
    is_remembered: bool = False


class People:
    """Teams are kept in memory; so are members, for what makes sure that they are still so: their rights may change in
    another process."""

    def __init__(self, workspaces: Workspaces, store: Store, clock: Clock) -> None:
        self._workspaces, self._store, self._clock = workspaces, store, clock
        self._teams: dict[str, Team] = {}
        self._profiles: dict[tuple[str, str], tuple[float, Profile]] = {}
        self._vouched: dict[Identity, datetime] = {}
        self._memory = Memory()
        self._asking: set[asyncio.Task[None]] = set()

    async def speaker(
        self,
        *,
        workspace: str,
        workspace_name: str,
        user: str,
        user_name: str,
        place: str,
        needs_rights: bool,
        from_memory: bool = False,
    ) -> Speaker:
        """Makes team and member on the first sight of them. Raises `NotAllowed` for guests and bots, and `Unavailable`
        where it matters who they are and Slack does not say.

        With `needs_rights` the workspace is asked whether the person administers it. With `from_memory` nobody is
        looked up who spoke before.
        """
        identity = Identity(PLATFORM, workspace, user)
        team = await self._team(workspace, workspace_name, user, user_name)
        known = self._memory.find(team.id, identity) if from_memory and not needs_rights else None
        member = known or await self._member(team.id, identity)
        if member is None:
            # The workspace may have joined another team, or parted from it.
            self.forget(workspace)
            team = await self._team(workspace, workspace_name, user, user_name)
            member = await self._member(team.id, identity)
        if member is None:
            profile = await self._known_profile(workspace, user, user_name)
            member = await self._join(team.id, identity, profile, place)
            return _speaker(team, member, identity, place)
        await self._refuse_who_was_only_named(team.id, identity, user_name)
        if needs_rights and not member.is_admin:
            # A right that comes from the workspace ends with it.
            profile = await self._known_profile(workspace, user, user_name)
            if profile.is_admin != member.is_workspace_admin:
                member = await self._note_right(team.id, member, profile.is_admin, place)
        return _speaker(team, member, identity, place, is_remembered=member is known)

    def forget(self, workspace: str) -> None:
        self._teams.pop(workspace, None)

    async def look(self, workspace: str, user: str) -> tuple[Team | None, Member | None]:
        """Who somebody is without making anything. Raises as `speaker` does where they may not use the board."""
        team, identity = await self.team_of(workspace), Identity(PLATFORM, workspace, user)
        member = await self._member(team.id, identity) if team else None
        if team is None or member is None:
            await self._known_profile(workspace, user, "")
        else:
            await self._refuse_who_was_only_named(team.id, identity, "")
        return team, member

    async def team_of(self, workspace: str) -> Team | None:
        known = self._teams.get(workspace)
        if known is None:
            found = self._store.read_directory(lambda teams: teams.team_of_workspace(PLATFORM, workspace))
            known = await asyncio.wrap_future(found)
        if known is not None:
            self._teams[workspace] = known
        return known

    async def _team(self, workspace: str, name: str, user: str, user_name: str) -> Team:
        known = await self.team_of(workspace)
        if known is None:
            known = self._teams[workspace] = await self._found(workspace, name, user, user_name)
        return known

    async def _found(self, workspace: str, name: str, user: str, user_name: str) -> Team:
        """The first command in a workspace creates the team, in the zone of whoever said it."""
        profile = await self._known_profile(workspace, user, user_name)
        zone, now = profile.zone or "UTC", self._clock.now()
        return await asyncio.wrap_future(
            self._store.write_directory(
                lambda teams: open_workspace(
                    teams, platform=PLATFORM, workspace=workspace, name=name or workspace, zone=zone, now=now
                )
            )
        )

    async def _member(self, team: TeamId, identity: Identity) -> Member | None:
        found = self._store.glance(lambda work: work.members.by_identity(identity), team=team)
        member = found.result() if found.done() else await asyncio.wrap_future(found)
        self._memory.keep(team, identity, member)
        return member

    async def _join(self, team: TeamId, identity: Identity, profile: Profile, place: str) -> Member:
        now = self._clock.now()

        def unit(work: UnitOfWork) -> Member:
            member, _ = sign_in(
                work, identity, name=profile.name, is_admin=False, is_workspace_admin=profile.is_admin,
                zone=profile.zone, place=place, now=now,
            )  # fmt: skip
            work.members.vouch(identity, now)
            return member

        return await asyncio.wrap_future(self._store.write(unit, team=team))

    async def _refuse_who_was_only_named(self, team: TeamId, identity: Identity, name: str) -> None:
        """A member may be somebody whom others named, and a guest all the same. Raises as `_known_profile`."""
        vouched_at = self._vouched.get(identity) or await asyncio.wrap_future(
            self._store.read(lambda work: work.members.vouched_at(identity), team=team)
        )
        if vouched_at is None:
            await self._known_profile(identity.realm, identity.subject, name)
            await self._vouch(team, identity, self._clock.now())
        elif self._clock.now() - vouched_at > _TRUSTED:
            asking = asyncio.create_task(self._ask_again(team, identity))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        else:
            self._vouched[identity] = vouched_at

    async def _ask_again(self, team: TeamId, identity: Identity) -> None:
        self._vouched[identity] = self._clock.now()
        try:
            await self._known_profile(identity.realm, identity.subject, "")
            await self._vouch(team, identity, self._clock.now())
        except NotAllowed:
            await self._vouch(team, identity, None)
        except Unavailable:
            log.info("nobody vouched for a member now; asked again tomorrow")

    async def _vouch(self, team: TeamId, identity: Identity, at: datetime | None) -> None:
        await asyncio.wrap_future(self._store.write(lambda work: work.members.vouch(identity, at), team=team))
        if at is None:
            self._vouched.pop(identity, None)
        else:
            self._vouched[identity] = at

    async def _note_right(self, team: TeamId, member: Member, is_admin: bool, place: str) -> Member:
        actor, now = Actor(None, "Slack", False, PLATFORM, place), self._clock.now()
        return await asyncio.wrap_future(
            self._store.write(
                lambda work: note_workspace_right(work, member_id=member.id, is_admin=is_admin, actor=actor, now=now),
                team=team,
            )
        )

    async def _known_profile(self, workspace: str, user: str, name: str) -> Profile:
        """Raises `NotAllowed` for guests and bots, and `Unavailable` where Slack does not say who it is."""
        profile = await self._profile(workspace, user, name)
        if profile.workspaces and workspace not in profile.workspaces:
            raise from_elsewhere()
        _refuse_strangers(profile)
        return profile

    async def _profile(self, workspace: str, user: str, name: str) -> Profile:
        kept_at, profile = self._profiles.get((workspace, user), (0.0, None))
        if profile is not None and time.monotonic() - kept_at < _KEPT:
            return profile
        found = await self._look_up(workspace, user)
        if found is None:
            return Profile(name or user, is_known=False)
        profile = _read_profile(found, name or user)
        self._profiles[workspace, user] = (time.monotonic(), profile)
        return profile

    async def _look_up(self, workspace: str, user: str) -> dict[str, Any] | None:
        try:
            asking = self._workspaces.call(workspace, lambda client: client.users_info(user=user))
            answer = await asyncio.wait_for(asking, _LOOK_UP)
        except (*NO_ANSWER, NoGrant) as error:
            log.warning("a person could not be looked up", reason=type(error).__name__)
            return None
        found: dict[str, Any] | None = answer.get("user")
        return found


def _speaker(team: Team, member: Member, identity: Identity, place: str, *, is_remembered: bool = False) -> Speaker:
    actor = Actor(member.id, member.name, member.administers, PLATFORM, place)
    return Speaker(team, member, actor, identity, is_remembered)


def _read_profile(user: dict[str, Any], fallback: str) -> Profile:
    words = user.get("profile") or {}
    return Profile(
        name=words.get("display_name") or words.get("real_name") or user.get("real_name") or fallback,
        zone=user.get("tz"),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")),
        workspaces=frozenset([user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())]) - {None},
    )


def from_elsewhere() -> NotAllowed:
    """In a channel that workspaces share, others see and speak; the board is the team's own."""
    return NotAllowed(
        "You belong to another workspace, and this board to the team of this one.",
        "Ask one of them to say it for you.",
    )


def _refuse_strangers(profile: Profile) -> None:
    if not profile.is_known:
        raise Unavailable("Slack did not say who you are.", "Nothing was changed. Try again in a moment.")
    if profile.is_bot:
        raise NotAllowed("Bots cannot use Labkeeper.", "Let them report through a webhook.")
    if profile.is_guest:
        raise NotAllowed("Guests cannot use Labkeeper.", "Ask a member of the workspace to say it for you.")
