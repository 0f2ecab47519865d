"""Why a connection of Socket Mode ended or could not be had, and when to try again."""

from enum import StrEnum

from slack_sdk.errors import SlackApiError

from bot.platforms.slack.failures import code_of, status_of

# Slack's own, which passes. An answer that cannot be read has no code.
_TROUBLE = frozenset({"", "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"})
_NOT_THIS_TOKEN = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked"})
_WHERE = "Basic Information, App-Level Tokens"


class Again(StrEnum):
    """When: soon; when others have gone; when somebody has helped, which is looked for slowly."""

    SOON = "soon"
    CROWDED = "crowded"
    SLOWLY = "slowly"


class Ended(Exception):
    """`reason` is one word, Slack's where it has one; `words` are for whoever runs this. `not_before` is in seconds."""

    def __init__(self, reason: str, words: str, again: Again = Again.SOON, *, not_before: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.words, self.again, self.not_before = reason, words, again, not_before


def ended_because(reason: str) -> Ended:
    """`reason` as Slack gives it before it closes a connection, or as we do."""
    match reason:
        case "link_disabled":
            words = "Socket Mode is turned off for the app: turn it on at api.slack.com/apps, Socket Mode"
            return Ended(reason, words, Again.SLOWLY)
        case "too_many_websockets":
            words = "Slack takes ten connections of an app and no more; others hold them"
            return Ended(reason, words, Again.CROWDED)
        case "warning" | "refresh_requested" | "closed" | "silent" | "renewed":
            return Ended(reason, f"another connection is being opened ({reason})")
    # Slack's words are few; what is none of them is not to fill the counters.
    return Ended("other", "another connection is being opened")


def refused_by(error: SlackApiError) -> Ended:
    """What Slack says when it is asked where to connect."""
    code, status = code_of(error), status_of(error)
    if status == 429 or status >= 500 or code in _TROUBLE:
        headers = {str(name).lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
        wait = str(headers.get("retry-after", ""))
        words = f"Slack opens no connection at the moment ({code or f'http_{status}'})"
        return Ended(code or "unreadable", words, not_before=float(wait) if wait.isdecimal() else 0.0)
    return Ended(code, refusal_words(code), Again.SLOWLY)


def refusal_words(code: str) -> str:
    if code == "missing_scope":
        return f"SLACK_APP_TOKEN lacks the scope connections:write: make another one with it at {_WHERE}"
    if code in _NOT_THIS_TOKEN:
        return f"Slack refuses SLACK_APP_TOKEN ({code}): copy it again from {_WHERE}; it begins with xapp-"
    return f"Slack opens no connection for SLACK_APP_TOKEN ({code})"
