"""Whether a request is Slack's: asked of the raw bytes, before anything of them is read."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

TOLERANCE = 300  # seconds, as Slack recommends
_SIGNATURE, _TIMESTAMP = b"x-slack-signature", b"x-slack-request-timestamp"


def is_from_slack(headers: Iterable[tuple[bytes, bytes]], body: bytes, *, secret: str, now: datetime) -> bool:
    """`headers` as they came, names in lower case. A header that is missing or given twice is not Slack's."""
    signature, timestamp = _only(headers := list(headers), _SIGNATURE), _only(headers, _TIMESTAMP)
    if signature is None or timestamp is None or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        return False
    digest = hmac.new(secret.encode(), b"v0:" + timestamp + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(b"v0=" + digest.encode(), signature)


def _only(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    values = [value for key, value in headers if key == name]
    return values[0] if len(values) == 1 else None
