"""What Discord answers when it refuses: https://discord.com/developers/docs/topics/opcodes-and-status-codes."""

from typing import Any

MESSAGES = {
    0: "401: Unauthorized",
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    30034: "Max number of daily application command creates has been reached (200)",
    40060: "Interaction has already been acknowledged.",
    40067: "A tag is required to create a forum post in this channel",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160004: "A thread has already been created for this message",
    160005: "Thread is locked",
}
_STATUS = {
    0: 401, 30034: 400, 40060: 400, 40067: 400, 50001: 403, 50005: 403, 50006: 400, 50007: 403, 50008: 400,
    50013: 403, 50024: 400, 50027: 401, 50035: 400, 50083: 400, 50109: 400, 160004: 400, 160005: 403,
}  # fmt: skip


class DiscordError(Exception):
    """`errors` says what is wrong with a body, by path."""

    def __init__(self, code: int, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {MESSAGES[code]} {errors or ''}".strip())
        self.code = code
        self.errors = errors

    @property
    def status(self) -> int:
        return _STATUS.get(self.code, 404)

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": MESSAGES[self.code], "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


def invalid(*problems: str) -> DiscordError:
    """A problem is `path: what is wrong`, such as `embeds/0/title: Must be 256 or fewer in length.`."""
    errors: dict[str, Any] = {}
    for problem in problems:
        path, _, words = problem.partition(": ")
        place = errors
        for part in path.split("/"):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": "BASE_TYPE_INVALID", "message": words})
    return DiscordError(50035, errors)
