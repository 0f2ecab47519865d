"""Requests of webhook providers: the bodies in `fixtures/webhooks/<provider>/<event>__<case>.json`, signed."""

import hashlib
import hmac
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures" / "webhooks"
SECRET = "correct horse battery staple"


@dataclass(frozen=True)
class Request:
    headers: dict[str, str]
    body: bytes

    def with_headers(self, **headers: str) -> "Request":
        return replace(self, headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()})


@dataclass(frozen=True)
class Signing:
    """How a provider signs. `old` is its earlier, weaker way, which alone is not enough."""

    header: str
    sign: Callable[[str, bytes, str], Request]
    old: Callable[[bytes, str], dict[str, str]] | None = None


def github_request(event: str, body: bytes, secret: str = SECRET) -> Request:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Request(
        {
            "content-type": "application/json",
            "x-github-event": event,
            "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            "x-hub-signature-256": f"sha256={digest}",
        },
        body,
    )


def _github_sha1(body: bytes, secret: str) -> dict[str, str]:
    return {"x-hub-signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}


SIGNINGS = {"github": Signing("x-hub-signature-256", github_request, _github_sha1)}


def fixtures(provider: str) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((FIXTURES / provider).glob("*.json"))}


def event_of(name: str) -> str:
    return name.partition("__")[0]


def payload(provider: str, name: str, **changes: Any) -> dict[str, Any]:
    """The fixture; a change's name is a path into it, such as `pull_request__draft` or `commits__0__id`."""
    found: dict[str, Any] = json.loads((FIXTURES / provider / f"{name}.json").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        within: Any = found
        for step in steps:
            within = within[step]
        within[last] = deepcopy(value)
    return found
