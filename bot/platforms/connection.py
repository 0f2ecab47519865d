"""What a chat platform is to the server: what it mounts, what runs beside it, and what workers speak through."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

from starlette.routing import BaseRoute

from bot.jobs import Performer
from bot.scheduler import Tick
from core.ports import Chat


class ChatConnection(Protocol):
    """`works` run in the part that is called chat, until they are cancelled."""

    @property
    def platform(self) -> str: ...
    @property
    def chat(self) -> Chat: ...
    @property
    def routes(self) -> Sequence[BaseRoute]: ...
    @property
    def ticks(self) -> tuple[Tick, ...]: ...
    @property
    def performers(self) -> Mapping[str, Performer]: ...
    @property
    def works(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]: ...

    @property
    def state(self) -> str:
        """For `/readyz`: connected, or what keeps it from being."""
        ...

    async def begin(self) -> None: ...

    def leave(self) -> None:
        """Ends what would be answered for ever: the server stops."""
        ...

    async def finish(self) -> None:
        """Waits for what was begun."""
        ...
