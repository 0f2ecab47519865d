"""What a page of the board leaves out, as words of its address: a link shows the same to everybody in the team."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from bot.platforms.web.board_site import address
from core.errors import InvalidInput, NotFound
from core.members import Member, list_members
from core.ports import UnitOfWork
from core.projects import Project, find_project, list_projects
from core.task_search import TaskFilter
from core.tasks import Kind, Role, State, Track

E = TypeVar("E", bound=StrEnum)
_MOST_VERSIONS = 60
_YES_NO = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Words as they stand in the address; empty where nothing is left out."""

    project: str = ""
    track: str = ""
    state: str = ""
    role: str = ""
    kind: str = ""
    owner: str = ""
    version: str = ""
    blocked: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        return cls(**{name: asked[name].strip() for name in _NAMES if asked.get(name)})

    def but(self, **words: str) -> "Filters":
        """With these words instead."""
        return replace(self, **words)

    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in _NAMES if getattr(self, name)}

    @property
    def board(self) -> str:
        """The address of the board in columns; a list of one state knows more."""
        return address("", **self.but(state="").words())

    @property
    def list(self) -> str:
        return address("/list", **self.words())

    def chips(self) -> Iterator[tuple[str, str, "Filters"]]:
        """Each filter: its name, its word, and what remains without it."""
        for name, word in self.words().items():
            if name not in ("project", "track", "state"):
                yield name, word, self.but(**{name: ""})

    def wanted(self, work: UnitOfWork, *, member_id: int) -> TaskFilter:
        """Raises `NotFound`, `InvalidInput`. `member_id` is who is meant by `me`."""
        if self.blocked not in _YES_NO:
            raise InvalidInput("blocked is yes or no.", "Choose one of the filters.")
        return TaskFilter(
            project_id=find_project(work, self.project).id if self.project else None,
            owner_id=_owner(work, self.owner, member_id) if self.owner else None,
            track=_choice(Track, self.track),
            kind=_choice(Kind, self.kind),
            states=tuple(filter(None, [_choice(State, self.state)])),
            role=_choice(Role, self.role),
            version=self.version or None,
            blocked=_YES_NO[self.blocked],
        )


_NAMES = tuple(field.name for field in fields(Filters))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be filtered by."""

    projects: tuple[Project, ...]
    members: tuple[Member, ...]
    versions: tuple[str, ...]
    role_words: ClassVar = tuple((role, role) for role in Role)
    kind_words: ClassVar = tuple((kind, kind) for kind in Kind)

    @property
    def owner_words(self) -> tuple[tuple[str, str], ...]:
        """What stands in an address, and what is shown for it."""
        return (("me", "me"), *((member.handle, member.name) for member in self.members))

    @property
    def version_words(self) -> tuple[tuple[str, str], ...]:
        return tuple((version, version) for version in self.versions)


def choices_of(work: UnitOfWork) -> Choices:
    return Choices(
        projects=list_projects(work), members=list_members(work), versions=work.board.versions(limit=_MOST_VERSIONS)
    )


def project_id(work: UnitOfWork, key: str) -> int | None:
    """Raises `NotFound`."""
    return find_project(work, key).id if key else None


def _owner(work: UnitOfWork, name: str, member_id: int) -> int:
    if name == "me":
        return member_id
    member = work.members.by_name(name.removeprefix("@"))
    if member is None:
        raise NotFound(f"There is no member “{name[:60]}” in this team.", "Choose one of the filters.")
    return member.id


def _choice(kind: type[E], word: str) -> E | None:
    try:
        return kind(word) if word else None
    except ValueError:
        words = ", ".join(kind)
        raise InvalidInput(f"“{word[:40]}” is none of {words}.", "Choose one of the filters.") from None
