"""What keeps pages to themselves: headers for all of them; and for the chat, who may speak to it at all."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing inline, nothing from elsewhere, in nobody's frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses of the board are signed, and are nobody else's to see.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class SecureHeaders:
    """Middleware of every page. What says nothing about caching is not kept."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


@dataclass(frozen=True)
class SameOrigin:
    """Middleware of the chat, which has no passwords: whoever reaches it from a page of its own may speak.

    A name that merely points here (DNS rebinding) is refused by Host; a page from elsewhere by Origin, or where a
    browser sends none, by what it says of the page that asks. `hosts` are names, with a port where only that is meant.
    """

    app: ASGIApp
    hosts: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self.problem(str(scope["method"]), str(scope.get("scheme")), Headers(scope=scope))
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await PlainTextResponse(problem, 403)(scope, receive, send)

    def problem(self, method: str, scheme: str, headers: Headers) -> str | None:
        """In words for whoever set this up."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return (
                "This chat has no passwords, so it answers only under the addresses it knows: http://127.0.0.1 and"
                " http://localhost on this machine, and that in PUBLIC_URL.\n"
            )
        if origins and (len(origins) > 1 or not _is_origin(origins[0], hosts[0])):
            return "This chat takes no requests from other pages.\n"
        if method not in _SAFE and not origins:
            return "This chat takes only requests of its own pages, which name their origin.\n"
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") and headers.get("sec-fetch-mode") != "navigate":
            return "This chat takes no requests from other pages.\n"
        return None

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        return name is not None and (name in _LOOPBACK_NAMES or name in self.hosts or host.casefold() in self.hosts)


def _is_origin(origin: str, host: str) -> bool:
    """Both schemes: behind a proxy that ends TLS, this server does not know which one the browser speaks."""
    return origin.casefold() in (f"http://{host.casefold()}", f"https://{host.casefold()}")


def host_name(host: str) -> str | None:
    """Without its port; None for what is no host."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return name if name and parts.netloc == host and "@" not in host else None
