"""What the fake remembers. Records are replaced, never changed, so a test may hold one without a lock."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Blocks: TypeAlias = list[dict[str, Any]]
ChannelKind: TypeAlias = Literal["public", "private", "im", "mpim"]
InteractionKind: TypeAlias = Literal["commands", "actions", "app"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """`refusal` is the error code every call with the token gets, such as `account_inactive`; empty while installed.
    `has_home`: the app's Home tab is enabled."""

    id: str
    name: str
    bot_token: str
    bot_user: str
    bot_id: str
    app_id: str
    scopes: tuple[str, ...]
    refusal: str = ""
    has_home: bool = True


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
    """`thread_ts` is set on replies only. `visible_at` is when the history methods begin to show it."""

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
    """What Slack tolerates and an app should not do: `rate`, `tier`, `long_text`, `unthreaded`, `reply_to_reply`."""

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
    Call,
    Violation,
    Shown,
)
