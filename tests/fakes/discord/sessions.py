"""Sessions of the gateway: what each was told, so that a dropped one can be resumed."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.fakes.discord.api_channels import MESSAGE_CONTENT, NO_CONTENT
from tests.fakes.discord.permissions import permissions
from tests.fakes.discord.records import Session
from tests.fakes.discord.world import World

GUILDS, GUILD_MESSAGES, REACTIONS, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 10, 1 << 12
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
# How long a dropped session waits, and how much it keeps.
RESUMABLE, KEPT = 180.0, 1_000


class Sessions:
    """The caller holds the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.records: dict[str, Session] = {}
        self._told: dict[str, deque[tuple[int, str]]] = {}

    def begin(self, app: str, shard: int, shards: int, intents: int, *, is_compressed: bool) -> Session:
        session = Session(
            f"session-{len(self.records) + 1}", app, shard, shards, intents, self._world.clock.now(),
            is_compressed=is_compressed,
        )  # fmt: skip
        self._told[session.id] = deque(maxlen=KEPT)
        return self.change(session)

    def change(self, session: Session, **changes: Any) -> Session:
        changed = replace(session, **changes)
        self.records[changed.id] = changed
        self._world.note_change()
        return changed

    def drop(self, session: str, *, is_over: bool) -> None:
        known = self.records[session]
        over = known.is_over or is_over
        self.change(known, is_connected=False, dropped_at=self._world.clock.now(), is_over=over)

    def resumable(self, session: str, app: str, sequence: int | None) -> Session | None:
        known = self.records.get(session)
        if known is None or known.app != app or known.is_over or sequence is None or sequence > known.sequence:
            return None
        told = self._told[session]
        if told and sequence + 1 < told[0][0]:
            return None
        waited = self._world.clock.now() - known.dropped_at
        return None if not known.is_connected and waited > RESUMABLE else known

    def since(self, session: str, sequence: int) -> list[str]:
        return [frame for number, frame in self._told[session] if number > sequence]

    def tell(self, session: str, event: str, body: Any) -> str:
        """The frame, which has the session's next number."""
        known = self.records[session]
        sequence = known.sequence + 1
        frame = json.dumps({"op": 0, "t": event, "s": sequence, "d": body})
        self._told[session].append((sequence, frame))
        self.records[session] = replace(known, sequence=sequence)
        return frame

    def hearing(self, event: str, body: Any, guild: str, channel: str, app: str = "") -> Iterator[tuple[Session, Any]]:
        """The sessions that are told of it, and what: live ones and those that may be resumed."""
        for session in list(self.records.values()):
            if session.is_over or app not in (session.app, "") or not self._is_of_shard(session, guild):
                continue
            if app:
                yield session, body
            elif self._hears(session, event, guild, channel):
                yield session, self._seen(session, event, body)

    def _is_of_shard(self, session: Session, guild: str) -> bool:
        return (int(guild or 0) >> 22) % session.shards == session.shard

    def _hears(self, session: Session, event: str, guild: str, channel: str) -> bool:
        bot = self._world.applications[session.app].bot
        if event != "GUILD_DELETE" and guild and not self._world.is_member(guild, bot):
            return False
        if channel and not permissions(self._world, self._world.channels[channel], bot):
            return False
        wanted = GUILDS
        if event.startswith("MESSAGE_REACTION"):
            wanted = REACTIONS
        elif event.startswith("MESSAGE_"):
            wanted = GUILD_MESSAGES if guild else DIRECT_MESSAGES
        return bool(session.intents & wanted)

    def _seen(self, session: Session, event: str, body: Any) -> Any:
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT:
            return body
        bot = self._world.applications[session.app].bot
        is_for_bot = any(user["id"] == bot for user in body["mentions"]) or "guild_id" not in body
        return body if is_for_bot or body["author"]["id"] == bot else body | NO_CONTENT
