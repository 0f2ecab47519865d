"""Who there is to be in the local chat, and the team whose board it shows."""

import asyncio
from dataclasses import dataclass, field

from tzlocal import get_localzone_name

from core.clock import Clock
from core.errors import InvalidInput
from core.ids import TeamId
from core.journal import Actor
from core.local_chat import PLATFORM, Persona, local_team, open_local_team, welcome
from core.members import Member
from core.ports import Store
from core.tasks import Role
from core.teams import Team

BOT = "Labkeeper"
PERSONAS = (
    Persona("mira", "Mira Novak", Role.ML, True, "Leads the team, and administers the board"),
    Persona("ana", "Ana Lima", Role.RESEARCH, False, "Research scientist"),
    Persona("ben", "Ben Okafor", Role.MLOPS, False, "MLOps engineer"),
    Persona("sam", "Sam Rivera", Role.PRODUCT, False, "Product: reads along, decides nothing"),
)
_BY_SUBJECT = {persona.subject: persona for persona in PERSONAS}


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    topic: str


CHANNELS = (
    Channel("ml-board", "The board: every task has one card here, and a thread"),
    Channel("ml-releases", "What goes to production"),
    Channel("stakeholders", "For whoever wants to know what is in production, and what is coming"),
)
CHANNEL_NAMES = frozenset(channel.name for channel in CHANNELS)


@dataclass(frozen=True, slots=True)
class Speaker:
    team: Team
    member: Member
    actor: Actor


def persona_of(subject: str) -> Persona:
    """Raises `InvalidInput`."""
    if subject not in _BY_SUBJECT:
        raise InvalidInput("There is nobody of that name here.", "Load the page anew.")
    return _BY_SUBJECT[subject]


def name_of(author: str) -> str:
    return _BY_SUBJECT[author].name if author in _BY_SUBJECT else author or BOT


@dataclass
class LocalPeople:
    store: Store
    clock: Clock
    _team: Team | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def team(self) -> Team:
        """Made, with everybody in it, when the chat is first used."""
        if self._team is None:
            async with self._opening:
                # Another one may have opened it meanwhile.
                team = self._team = await self._open()
            return team
        return self._team

    async def known_team(self) -> TeamId | None:
        if self._team is not None:
            return self._team.id
        return await asyncio.wrap_future(self.store.read_directory(local_team))

    async def speaker(self, subject: str, *, place: str) -> Speaker:
        persona = persona_of(subject)
        team = await self.team()
        member = await self._member(team, persona)
        if member is None:
            # The team may have joined another one, or parted from it.
            self._team = None
            team = await self.team()
            member = await self._member(team, persona)
        if member is None:
            raise InvalidInput("This person is no member of the team any more.", "Be somebody else.")
        return Speaker(team, member, Actor(member.id, member.name, member.administers, PLATFORM, place))

    async def _member(self, team: Team, persona: Persona) -> Member | None:
        return await asyncio.wrap_future(
            self.store.read(lambda work: work.members.by_identity(persona.identity), team=team.id)
        )

    async def _open(self) -> Team:
        zone, now = local_zone(), self.clock.now()
        team = await asyncio.wrap_future(
            self.store.write_directory(lambda teams: open_local_team(teams, zone=zone, now=now))
        )
        await asyncio.wrap_future(
            self.store.write(lambda work: welcome(work, people=PERSONAS, now=now), team=team.id)
        )  # fmt: skip
        return team


def local_zone() -> str:
    try:
        return get_localzone_name() or "UTC"
    except Exception:
        # A broken TZ or /etc/localtime must not keep anybody from their board.
        return "UTC"
