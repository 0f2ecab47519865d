"""Open connections by the address of their client, so that one can be closed without an answer."""

import asyncio
from typing import cast

from starlette.datastructures import Address
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connections:
    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def close(self, client: Address | None) -> None:
        if client is not None and (transport := self._transports.get((client.host, client.port))):
            transport.close()

    def abort_all(self) -> None:
        for transport in list(self._transports.values()):
            transport.abort()

    def protocol(self) -> type[HttpToolsProtocol]:
        transports = self._transports

        class TrackedProtocol(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(cast("asyncio.Transport", transport))
                if self.client:
                    transports[self.client] = self.transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return TrackedProtocol
