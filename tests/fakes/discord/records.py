"""What the fake remembers. Records are replaced, never changed, so a test may hold one without a lock. Ids are
Discord's snowflakes, as text."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
ChannelKind: TypeAlias = Literal["text", "forum", "thread", "private_thread", "direct", "voice"]
InteractionKind: TypeAlias = Literal["command", "autocomplete", "component", "modal"]
ResponseKind: TypeAlias = Literal["", "message", "deferred", "update", "deferred_update", "choices", "modal"]

EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15


@dataclass(frozen=True, slots=True)
class Application:
    """`bot` is its user. `privileged` are the intents that its owner turned on; `shards` is how many it must have."""

    id: str
    name: str
    token: str
    bot: str
    privileged: int = 0
    shards: int = 1
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """`takes_direct`: lets people and bots write to them."""

    id: str
    name: str
    global_name: str = ""
    is_bot: bool = False
    locale: str = "en-US"
    takes_direct: bool = True


@dataclass(frozen=True, slots=True)
class Guild:
    """`is_available`: not during an outage."""

    id: str
    name: str
    owner: str
    is_available: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """The role with its guild's id is @everyone."""

    id: str
    guild: str
    name: str
    permissions: int


@dataclass(frozen=True, slots=True)
class Member:
    guild: str
    user: str
    nick: str = ""
    roles: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Of a role or a member in one channel."""

    target: str
    is_member: bool = False
    allow: int = 0
    deny: int = 0


@dataclass(frozen=True, slots=True)
class Channel:
    """`parent` is that of a thread; `owner` whoever began it; `members` those of a thread or a direct conversation.
    `tags` are pairs such as `7 research`, of a forum those there are, of a post those it has."""

    id: str
    guild: str
    name: str
    kind: ChannelKind = "text"
    parent: str = ""
    owner: str = ""
    topic: str = ""
    overwrites: tuple[Overwrite, ...] = ()
    members: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    requires_tag: bool = False
    is_archived: bool = False
    is_locked: bool = False
    is_deleted: bool = False

    @property
    def is_thread(self) -> bool:
        return self.kind in ("thread", "private_thread")


@dataclass(frozen=True, slots=True)
class Message:
    """`only_for` is the one person who sees it; `interaction` what it answers. `pings` are the people, roles and
    `everyone` who were notified of it; `files` are names."""

    id: str
    channel: str
    author: str
    at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str = ""
    reference: str = ""
    pings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    interaction: str = ""
    only_for: str = ""
    kind: int = 0
    edits: int = 0
    edited_at: float = 0.0
    is_pinned: bool = False
    is_deleted: bool = False
    deleted_by: str = ""

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def is_private(self) -> bool:
        return bool(self.flags & EPHEMERAL)


@dataclass(frozen=True, slots=True)
class File:
    """`content` is base64, so that the record is JSON."""

    message: str
    name: str
    content: str
    length: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """`guild` is empty for a global one; `payload` is as it was given."""

    id: str
    app: str
    guild: str
    payload: Json

    @property
    def name(self) -> str:
        return str(self.payload["name"])

    @property
    def kind(self) -> int:
        return int(self.payload.get("type", 1))


@dataclass(frozen=True, slots=True)
class Interaction:
    """`source` is the message of the button, `body` the dispatched `data`. `response` is the first answer, `shown` its
    message; of an autocomplete `choices`, of a form `form`."""

    id: str
    app: str
    kind: InteractionKind
    token: str
    guild: str
    channel: str
    user: str
    at: float
    body: Json
    source: str = ""
    response: ResponseKind = ""
    answered_at: float = 0.0
    is_private: bool = False
    shown: str = ""
    choices: list[Json] = field(default_factory=list)
    form: Json = field(default_factory=dict)
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """Of the gateway. `identifies`, `resumes`, `heartbeats` are counted; `is_connected`: a WebSocket carries it now."""

    id: str
    app: str
    shard: int
    shards: int
    intents: int
    at: float
    sequence: int = 0
    is_connected: bool = True
    is_compressed: bool = False
    resumes: int = 0
    heartbeats: int = 0
    dropped_at: float = 0.0
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `route` is the name of `routes.ROUTES`; `place` the channel, interaction or guild it is about;
    `fault` is what was done to it on request."""

    route: str
    method: str
    path: str
    place: str
    at: float
    status: int
    code: int
    arguments: Any
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """What an app should not do, whether or not it was refused: `specification`, `rate`, `late`, `gateway`."""

    kind: str
    where: str
    at: float
    note: str = ""


RECORD_TYPES: tuple[type, ...] = (
    Application, User, Guild, Role, Member, Overwrite, Channel, Message, File, Command, Interaction, Session, Call,
    Violation,
)  # fmt: skip
