"""Who may look at the board's pages: a signed link opens them, a sealed cookie keeps them open for a while.

Both are sealed as secrets are, so that they cannot be altered, and hold over the exchange of a key. They go by real
time, whatever the board's clock says.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.vault import SealBroken
from core.clock import Clock
from core.ids import TeamId
from core.ports import Vault

BOARD = "/board"
# Time to open it on another machine; whoever reads the chat later asks for a new one.
LINK_VALID = timedelta(minutes=30)
VISIT = timedelta(days=7)
_LINK, _VISIT = "board link", "board visit"


class NoEntry(Exception):
    """The link or the visit is over, or was never ours."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose link it was: a person of one team, and of no other."""

    team: TeamId
    member_id: int
    name: str


@dataclass(frozen=True, slots=True)
class BoardAccess:
    """`address` is how this server is reached."""

    vault: Vault
    address: str
    clock: Clock = field(default_factory=Clock)

    @property
    def is_secure(self) -> bool:
        """Whether cookies may ask for an encrypted connection."""
        return self.address.startswith("https://")

    def link(self, visitor: Visitor, *, path: str = BOARD) -> str:
        """An address that opens `path` for this person. Raises `Unavailable` where the operator has set no key."""
        pass_ = self._seal(visitor, _LINK, LINK_VALID, path=path)
        return f"{self.address.rstrip('/')}{BOARD}/open/{pass_}"

    def enter(self, pass_: str) -> tuple[Visitor, str]:
        """Who comes with this part of a link, and where to. Raises `NoEntry`."""
        visitor, said = self._open(pass_, _LINK)
        return visitor, str(said["path"])

    def keep(self, visitor: Visitor) -> str:
        """What the browser keeps of a visit."""
        return self._seal(visitor, _VISIT, VISIT)

    def visitor(self, kept: str) -> Visitor:
        """Raises `NoEntry`."""
        return self._open(kept, _VISIT)[0]

    def _seal(self, visitor: Visitor, about: str, valid: timedelta, **more: str) -> str:
        until = int((self.clock.now() + valid).timestamp())
        said = {"team": visitor.team, "member": visitor.member_id, "name": visitor.name, "until": until, **more}
        return self.vault.seal(json.dumps(said, ensure_ascii=False, separators=(",", ":")), about=about)

    def _open(self, sealed: str, about: str) -> tuple[Visitor, dict[str, object]]:
        try:
            said = json.loads(self.vault.open(sealed, about=about))
        except SealBroken as error:
            raise NoEntry(str(error)) from None
        if datetime.fromtimestamp(said["until"], UTC) <= self.clock.now():
            raise NoEntry("over")
        return Visitor(TeamId(said["team"]), said["member"], said["name"]), said
