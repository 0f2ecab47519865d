"""Who speaks: from Discord's ids to a team, a member and what they may do. Discord says it with each request."""

import asyncio
from dataclasses import dataclass, field

from bot.platforms.discord.entities import PLATFORM
from bot.platforms.discord.request import DiscordRequest
from bot.remembered import Memory
from core.clock import Clock
from core.errors import NotAllowed
from core.ids import TeamId
from core.journal import Actor
from core.members import Identity, Member, note_workspace_right, sign_in
from core.ports import Store, UnitOfWork
from core.teams import Team, open_workspace

# Discord tells nobody's.
_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Speaker:
    team: Team
    member: Member
    actor: Actor
    identity: Identity
    is_remembered: bool


@dataclass
class People:
    """Teams are kept in memory; so are members, for what makes sure that they are still so: their rights may change in
    another process."""

    store: Store
    clock: Clock
    _teams: dict[str, Team] = field(default_factory=dict)
    _memory: Memory = field(default_factory=Memory)

    async def speaker(self, request: DiscordRequest, *, from_memory: bool = False) -> Speaker:
        """Makes team and member on the first sight of them. Raises `NotAllowed` for bots and outside of servers.

        With `from_memory` nobody is looked up who spoke before.
        """
        _refuse_strangers(request)
        place = f"#{request.channel_name}" if request.channel_name else ""
        identity = Identity(PLATFORM, request.workspace, request.user)
        team = await self._team(request)
        known = self._memory.find(team.id, identity) if from_memory else None
        if known is not None and known.is_workspace_admin != request.is_manager:
            # Nobody's right is written down from memory.
            known = None
        member = known or await self._member(team.id, identity)
        if member is None:
            # The server may have joined another team, or parted from it.
            self.forget(request.workspace)
            team = await self._team(request)
            member = await self._member(team.id, identity)
        if member is None:
            member = await self._join(team.id, identity, request, place)
        elif member.is_workspace_admin != request.is_manager:
            # A right that comes from the server ends with it.
            member = await self._note_right(team.id, member, request.is_manager, place)
        actor = Actor(member.id, member.name, member.administers, PLATFORM, place)
        return Speaker(team, member, actor, identity, is_remembered=member is known)

    async def team_of(self, workspace: str) -> Team | None:
        known = self._teams.get(workspace)
        if known is None:
            found = self.store.read_directory(lambda teams: teams.team_of_workspace(PLATFORM, workspace))
            known = await asyncio.wrap_future(found)
        if known is not None:
            self._teams[workspace] = known
        return known

    def forget(self, workspace: str) -> None:
        self._teams.pop(workspace, None)

    async def _team(self, request: DiscordRequest) -> Team:
        """The first command in a server creates the team."""
        known = await self.team_of(request.workspace)
        if known is None:
            workspace, name, now = request.workspace, request.workspace_name or request.workspace, self.clock.now()
            making = self.store.write_directory(
                lambda teams: open_workspace(
                    teams, platform=PLATFORM, workspace=workspace, name=name, zone=_ZONE, now=now
                )
            )
            known = self._teams[workspace] = await asyncio.wrap_future(making)
        return known

    async def _member(self, team: TeamId, identity: Identity) -> Member | None:
        found = self.store.read(lambda work: work.members.by_identity(identity), team=team)
        member = await asyncio.wrap_future(found)
        self._memory.keep(team, identity, member)
        return member

    async def _join(self, team: TeamId, identity: Identity, request: DiscordRequest, place: str) -> Member:
        now, name = self.clock.now(), " ".join(request.user_name.split()) or identity.subject

        def unit(work: UnitOfWork) -> tuple[Member, Actor]:
            return sign_in(
                work, identity, name=name, is_admin=False, is_workspace_admin=request.is_manager, place=place, now=now
            )  # fmt: skip

        member, _ = await asyncio.wrap_future(self.store.write(unit, team=team))
        return member

    async def _note_right(self, team: TeamId, member: Member, is_admin: bool, place: str) -> Member:
        actor, now = Actor(None, "Discord", False, PLATFORM, place), self.clock.now()

        def unit(work: UnitOfWork) -> Member:
            known = work.members.identities(member.id)
            if not is_admin and any(one.realm and one.provider != PLATFORM for one in known):
                # It may come from another chat of the same team.
                return member
            return note_workspace_right(work, member_id=member.id, is_admin=is_admin, actor=actor, now=now)

        return await asyncio.wrap_future(self.store.write(unit, team=team))


def _refuse_strangers(request: DiscordRequest) -> None:
    if request.is_bot:
        raise NotAllowed("Bots cannot use Labkeeper.", "Let them report through a webhook.")
    if not request.workspace:
        raise NotAllowed(
            "Labkeeper keeps the board of a server, and this is none.", "Say it in a channel of your team's server."
        )
