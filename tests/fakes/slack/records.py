"""What the fake remembers. Records are replaced, never changed, so a test may hold one without a lock."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Blocks: TypeAlias = list[dict[str, Any]]
ChannelKind: TypeAlias = Literal["public", "private", "im", "mpim"]
EnvelopeKind: TypeAlias = Literal["slash_commands", "interactive", "events_api"]
InteractionKind: TypeAlias = Literal["commands", "actions", "app"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """`refusal` is the error code every call with the token gets, such as `account_inactive`; empty while installed.
    `has_home`: the app's Home tab is enabled. `granted` are the scopes that OAuth has given so far."""

    id: str
    name: str
    bot_token: str
    bot_user: str
    bot_id: str
    app_id: str
    scopes: tuple[str, ...]
    refusal: str = ""
    has_home: bool = True
    granted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class App:
    """The app itself, which may be installed in many workspaces. `redirect_uris` are beginnings of addresses; with
    `rotates_tokens` its tokens end after half a day, as `expires_in` says."""

    id: str
    app_token: str
    client_id: str = ""
    client_secret: str = ""
    redirect_uris: tuple[str, ...] = ()
    rotates_tokens: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """`home_team` is another workspace, of somebody who is here in shared channels only."""

    id: str
    team: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "Europe/Amsterdam"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    home_team: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    team: str
    name: str
    kind: ChannelKind = "public"
    members: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    is_archived: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """`thread_ts` is set on replies only. `visible_at` is when the history methods begin to show it. `unfurls` is what
    stands under its links, by address; `reactions` are pairs such as `memo U1`."""

    team: str
    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: Blocks = field(default_factory=list)
    attachments: Blocks = field(default_factory=list)
    thread_ts: str = ""
    is_broadcast: bool = False
    metadata: dict[str, Any] | None = None
    client_msg_id: str = ""
    bot_id: str = ""
    subtype: str = ""
    files: tuple[str, ...] = ()
    links_names: bool = False
    is_mrkdwn: bool = True
    edited_at: str = ""
    edits: int = 0
    is_deleted: bool = False
    deleted_by: str = ""
    visible_at: float = 0.0
    unfurls: dict[str, Any] = field(default_factory=dict)
    reactions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """Seen by one person only; `edits` counts how often a response_url replaced it."""

    team: str
    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: Blocks = field(default_factory=list)
    thread_ts: str = ""
    is_mrkdwn: bool = True
    edits: int = 0
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """`content` is base64, so that the record is JSON."""

    id: str
    team: str
    name: str
    length: int
    upload_key: str
    alt_text: str = ""
    title: str = ""
    content: str = ""
    is_uploaded: bool = False
    is_complete: bool = False
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interaction:
    """One press, command, shortcut or submission: its trigger, its response_url, and the message or view it came from
    (`source`, `view`), if any. `kind` is the part of the response_url's path that says what it came from."""

    id: str
    kind: InteractionKind
    team: str
    user: str
    channel: str
    trigger_id: str
    response_url: str
    at: float
    source: str = ""
    is_source_ephemeral: bool = False
    uses: int = 0
    view: str = ""
    is_exchanged: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a person's Home. `body` is what the app gave, its blocks named; `values` is what the person has filled
    in so far, by block and action, as Slack sends it; `errors` stand at the blocks of these ids."""

    id: str
    team: str
    user: str
    kind: Literal["modal", "home"]
    body: dict[str, Any]
    hash: str
    root: str
    previous: str = ""
    external_id: str = ""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    edits: int = 0
    is_open: bool = True

    @property
    def blocks(self) -> Blocks:
        blocks: Blocks = self.body["blocks"]
        return blocks


@dataclass(frozen=True, slots=True)
class SocketConnection:
    """One WebSocket of an app. `pings` came from the app, `pongs` are its answers to the fake's; `is_frozen`: open, but
    nothing from the app is read or answered any more."""

    id: str
    app: str
    at: float
    is_open: bool = True
    is_frozen: bool = False
    envelopes: int = 0
    pings: int = 0
    pongs: int = 0


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an app gets through a WebSocket. `connections` are those it was sent to, in this order; `answer` is the
    payload of the first acknowledgement. A later attempt at the same event is an envelope of its own."""

    id: str
    app: str
    kind: EnvelopeKind
    payload: dict[str, Any]
    accepts_response_payload: bool
    at: float
    retry: int = 0
    retry_reason: str = ""
    connections: tuple[str, ...] = ()
    acknowledgements: int = 0
    answer: Any = None

    @property
    def event_id(self) -> str:
        return str(self.payload.get("event_id", ""))


@dataclass(frozen=True, slots=True)
class Authorization:
    """A visit to the page where an app asks to be installed, and what the person there decided: `code` if they
    approved."""

    id: str
    app: str
    scopes: tuple[str, ...]
    state: str
    redirect_uri: str
    at: float
    team: str = ""
    user: str = ""
    code: str = ""
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A token that OAuth gave out; `expires_at` is 0 for one that never ends. A used refresh token works no more, the
    access token beside it until its end."""

    token: str
    app: str
    team: str
    user: str
    at: float
    refresh_token: str = ""
    expires_at: float = 0.0
    is_refreshed: bool = False
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request the fake received. `fault` is what was done to it on request, empty for an honest answer."""

    method: str
    team: str
    channel: str
    at: float
    status: int
    error: str
    arguments: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """What Slack tolerates and an app should not do: `rate`, `tier`, `long_text`, `unthreaded`, `reply_to_reply`,
    `unknown_envelope`, `unasked_payload`."""

    kind: str
    where: str
    at: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an acknowledgement or a response_url post put before people; `problems` if Slack would refuse to show it."""

    ephemeral: Ephemeral | None = None
    message: Message | None = None
    problems: tuple[str, ...] = ()


RECORD_TYPES: tuple[type, ...] = (
    Workspace,
    User,
    Channel,
    Message,
    Ephemeral,
    File,
    Interaction,
    View,
    App,
    SocketConnection,
    Envelope,
    Authorization,
    Grant,
    Call,
    Violation,
    Shown,
)
