"""Discord's HTTP API, asked through discord.py: its limits are kept and its retries made there."""

import asyncio
import logging
from dataclasses import dataclass, field
from json import dumps as to_json
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Ratelimit, Route

from bot.platforms.discord.failures import NO_ANSWER, as_delivery_error
from bot.platforms.discord.pacing import Pacing
from core.deliveries import AnswerLost, DeliveryError, Picture

log = structlog.get_logger()

# Seconds; shorter than the time an interrupted call is left alone before it is looked for.
TIMEOUT = 8.0
DEFAULT_URL = "https://discord.com/api/v10"
_NOT_COUNTED = ("/interactions/", "/webhooks/")
Json = Any


def keep_quiet() -> None:
    """discord.py writes addresses with secrets in them where it is told to wait, and a traceback for each try to
    connect; what matters of both is said here. No voice is needed."""
    logging.getLogger("discord.http").setLevel(logging.ERROR)
    logging.getLogger("discord.client").setLevel(logging.CRITICAL)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def point_at(api_url: str, gateway_url: str | None) -> None:
    """Which server is Discord's: discord.py knows one for the whole process."""
    keep_quiet()
    Route.BASE = api_url.rstrip("/")
    if gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def make_client_options() -> dict[str, Any]:
    """Keeps nothing of members and messages: who speaks comes with what they say. Content comes with mentions."""
    return {
        "intents": discord.Intents(guilds=True, guild_messages=True),
        "allowed_mentions": discord.AllowedMentions.none(), "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(), "chunk_guilds_at_startup": False,
        "max_ratelimit_timeout": 30.0, "guild_ready_timeout": 1.0,
    }  # fmt: skip


class Limit(Ratelimit):
    """discord.py 2.7.1 refuses a call whenever its limit begins anew in more than `max_ratelimit_timeout`, even where
    49 of 50 are left: one thread in five minutes. Here it refuses only what would have to wait so long."""

    __slots__ = ("_longest",)

    def __init__(self, longest: float | None) -> None:
        super().__init__(longest)
        self._longest = longest

    async def acquire(self) -> None:
        if self.is_expired():
            self.reset()  # type: ignore[no-untyped-call]
        # Where something is left nothing is waited for, so nobody else sees this.
        self._max_ratelimit_timeout = None if self.remaining > 0 else self._longest
        try:
            await super().acquire()
        finally:
            self._max_ratelimit_timeout = self._longest


def keep_limits(client: discord.Client) -> None:
    limits: dict[str, Ratelimit] = client.http._buckets

    def limit_of(key: str) -> Ratelimit:
        if key not in limits:
            limits[key] = Limit(client.http.max_ratelimit_timeout)
            client.http._try_clear_expired_ratelimits()
        return limits[key]

    client.http.get_ratelimit = limit_of  # type: ignore[method-assign]


@dataclass
class DiscordApi:
    """Logs in when it is first asked, and again where that failed. Every call raises `DeliveryError`."""

    token: str
    _client: discord.Client | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pacing: Pacing = field(default_factory=Pacing)

    async def call(
        self, method: str, path: str, *, json: Json = None, params: Json = None, picture: Picture | None = None,
        **parts: str,
    ) -> Any:  # fmt: skip
        """`parts` fill the braces of the path; discord.py tells limits apart by them. A picture goes with the body."""
        asked = {name: value for name, value in (("json", json), ("params", params)) if value is not None}
        if picture is not None:
            asked = {"form": _form(asked.pop("json"), picture)}
        if not path.startswith(_NOT_COUNTED):
            await self._pacing.turn()
        try:
            async with asyncio.timeout(TIMEOUT):
                client = await self.client()
                return await client.http.request(Route(method, path, **parts), **asked)
        except DeliveryError:
            raise
        except NO_ANSWER as error:
            raise as_delivery_error(error) from error

    async def client(self) -> discord.Client:
        """One that is logged in and holds no connection. Raises what discord.py raises."""
        async with self._lock:
            if self._client is None:
                client = discord.Client(**make_client_options())
                keep_limits(client)
                try:
                    await client.login(self.token)
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client

    async def bot_id(self) -> str:
        client = await self._known()
        if client.user is None:
            raise AnswerLost("an answer without the bot's own id")
        return str(client.user.id)

    async def application_id(self) -> str:
        return str((await self._known()).application_id)

    async def _known(self) -> discord.Client:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self.client()
        except NO_ANSWER as error:
            raise as_delivery_error(error) from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None


def _form(body: Json, picture: Picture) -> list[dict[str, Any]]:
    described = {**body, "attachments": [{"id": 0, "filename": picture.name}]}
    return [
        {"name": "payload_json", "value": to_json(described)},
        {"name": "files[0]", "value": picture.png, "filename": picture.name, "content_type": "image/png"},
    ]
