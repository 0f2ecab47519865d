"""What people, channels and roles that a request marks are called: as Discord says with it, else as the board does,
else as Discord says when it is asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.entities import Names, named_people
from core.deliveries import DeliveryError
from core.members import Identity
from core.ports import UnitOfWork

# Seconds, of the three that an answer has; whoever is not known by then is called by their number.
_LOOK_UP = 1.0


@dataclass(frozen=True)
class Naming:
    api: DiscordApi

    async def ask(self, workspace: str, users: list[str], names: Names) -> Names:
        """With those who are not among them yet."""
        unknown = [user for user in users if not names.people.get(user)]
        found = await asyncio.gather(*(self._ask(workspace, user) for user in unknown))
        return replace(names, people={**names.people, **dict(zip(unknown, found, strict=True))})

    async def _ask(self, workspace: str, user: str) -> str:
        try:
            async with asyncio.timeout(_LOOK_UP):
                member = await self.api.call(
                    "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=workspace, user_id=user
                )
        except (DeliveryError, TimeoutError):
            return ""
        return called(member.get("user") or {}, member)


def told_names(resolved: Any) -> Names:
    """Of what Discord sends beside the options."""
    records = resolved if isinstance(resolved, dict) else {}
    members = _records(records.get("members"))
    users = _records(records.get("users"))
    people = {key: called(user, members.get(key, {})) for key, user in users.items()}
    return Names(people, _named(records.get("channels")), _named(records.get("roles")))


def marked(options: list[Mapping[str, Any]], *, workspace: str) -> tuple[Identity, ...]:
    """Whom the options mention."""
    texts = [str(option.get("value") or "") for option in options]
    return named_people(" ".join(texts), workspace=workspace)


def handles(work: UnitOfWork, *, people: tuple[Identity, ...]) -> dict[str, str]:
    """Of those who are members, by Discord's ids."""
    found = {person.subject: work.members.by_identity(person) for person in people}
    return {subject: member.handle for subject, member in found.items() if member is not None}


def called(user: Mapping[str, Any], member: Mapping[str, Any]) -> str:
    return str(member.get("nick") or user.get("global_name") or user.get("username") or "")


def _records(value: Any) -> dict[str, dict[str, Any]]:
    return {str(key): one for key, one in value.items() if isinstance(one, dict)} if isinstance(value, dict) else {}


def _named(value: Any) -> dict[str, str]:
    return {key: str(one.get("name") or "") for key, one in _records(value).items()}
