"""Projects and channels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, String, bindparam, func, literal_column, select, update

from core.deciding import DEFAULT_POLICY, Cost
from core.ids import ChannelRef, Person, TeamId
from core.projects import Channel, Project, TakenNumber
from storage.pipeline import pipeline_of
from storage.prepared import Prepared
from storage.tables import channels, members, projects
from storage.upsert import insert_or_ignore

_HOME = channels.alias("home")
_PROJECT: Select[Any] = (
    select(
        projects, members.c.name.label("lead_name"), _HOME.c.platform.label("home_platform"),
        _HOME.c.workspace.label("home_workspace"), _HOME.c.external_id.label("home_external_id"),
        _HOME.c.name.label("home_name"),
    )
    .outerjoin(members, members.c.id == projects.c.lead_id)
    .outerjoin(_HOME, _HOME.c.id == projects.c.home_channel_id)
    .where(projects.c.team_id == bindparam("team"))
)  # fmt: skip
_BY_KEY = Prepared(_PROJECT.where(projects.c.key == bindparam("key")))
_GET = Prepared(_PROJECT.where(projects.c.id == bindparam("project")))
_POLICY = Prepared(
    select(projects.c.policy).where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
)
_SET_POLICY = (
    update(projects)
    .where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
    .values(policy=bindparam("costs"))
)
_LIST = Prepared(_PROJECT.order_by(projects.c.key).limit(bindparam("limit")))
_THIS_CHANNEL = (
    (channels.c.team_id == bindparam("team")) & (channels.c.platform == bindparam("platform"))
    & (channels.c.workspace == bindparam("workspace")) & (channels.c.external_id == bindparam("channel"))
)  # fmt: skip
_BY_CHANNEL = Prepared(_PROJECT.join(channels, channels.c.project_id == projects.c.id).where(_THIS_CHANNEL))
_TAKE = (
    update(projects)
    .where(projects.c.team_id == bindparam("team"), projects.c.key == bindparam("taken_key"))
    .values(last_number=projects.c.last_number + 1)
    .returning(projects.c.id, projects.c.last_number)
)
_TAKE_NUMBER = Prepared(_TAKE)
# Many who wait for one row in PostgreSQL all look again at each new version of it, and some wait long: an advisory lock
# lets them through in the order they came. In the same statement, so that one time-out holds for all of the waiting.
_LINE = select(
    func.pg_advisory_xact_lock(
        bindparam("team", type_=Integer), func.hashtext("numbers of " + bindparam("taken_key", type_=String))
    ).label("turn"),
    literal_column("1").label("place"),
).cte("line")
# With the id of the task that will have it: it need not be waited for while others wait in line.
_TASK_ID = func.nextval(func.pg_get_serial_sequence("tasks", "id")).label("task_id")
_TAKE_NUMBER_IN_LINE = Prepared(_TAKE.where(_LINE.c.place == 1).returning(_TASK_ID))
_SET_LEAD = (
    update(projects)
    .where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
    .values(lead_id=bindparam("lead"))
)
_SET_HOME = (
    update(projects)
    .where(projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project"))
    .values(home_channel_id=bindparam("home"))
)
_HOME_OF = Prepared(
    select(projects.c.home_channel_id).where(
        projects.c.team_id == bindparam("team"), projects.c.id == bindparam("project")
    )
)
_GET_CHANNEL = Prepared(
    select(channels).where(channels.c.team_id == bindparam("team"), channels.c.id == bindparam("channel"))
)
_CHANNEL = Prepared(select(channels).where(_THIS_CHANNEL))
_SET_DEFAULT = (
    update(channels)
    .where(channels.c.team_id == bindparam("team"), channels.c.id == bindparam("channel"))
    .values(project_id=bindparam("project"))
)
_SET_EMOJI = (
    update(channels)
    .where(channels.c.team_id == bindparam("team"), channels.c.id == bindparam("channel"))
    .values(emoji=bindparam("chosen"))
)
_RENAME = (
    update(channels)
    .where(channels.c.team_id == bindparam("team"), channels.c.id == bindparam("channel"))
    .values(name=bindparam("new_name"))
)


@dataclass(frozen=True, slots=True)
class SqlProjects:
    connection: Connection
    team_id: TeamId

    def add(self, *, key: str, name: str, zone: str, home: int | None, now: datetime) -> Project | None:
        row = {
            "team_id": self.team_id,
            "key": key,
            "name": name,
            "zone": zone,
            "home_channel_id": home,
            "created_at": now,
        }
        if insert_or_ignore(self.connection, projects, row) is None:
            return None
        return self.by_key(key)

    def by_key(self, key: str) -> Project | None:
        return self._one(_BY_KEY, key=key)

    def get(self, project_id: int) -> Project:
        return _project(_GET.one(self.connection, {"team": self.team_id, "project": project_id}))

    def policy(self, project_id: int) -> tuple[Cost, ...]:
        costs = _POLICY.scalar(self.connection, {"team": self.team_id, "project": project_id})
        return tuple(Cost(word) for word in costs.split(",")) if costs else DEFAULT_POLICY

    def set_policy(self, project_id: int, costs: tuple[Cost, ...]) -> None:
        values = {"team": self.team_id, "project": project_id, "costs": ",".join(costs)}
        self.connection.execute(_SET_POLICY, values)

    def by_channel(self, channel: ChannelRef) -> Project | None:
        return self._one(_BY_CHANNEL, **_address(channel))

    def list(self, *, limit: int) -> tuple[Project, ...]:
        rows = _LIST.all(self.connection, {"team": self.team_id, "limit": limit})
        return tuple(_project(row) for row in rows)

    def set_lead(self, project_id: int, member_id: int | None) -> None:
        self.connection.execute(_SET_LEAD, {"team": self.team_id, "project": project_id, "lead": member_id})

    def set_home(self, project_id: int, channel_id: int) -> None:
        self.connection.execute(_SET_HOME, {"team": self.team_id, "project": project_id, "home": channel_id})

    def home_of(self, project_id: int) -> int | None:
        return _HOME_OF.scalar(self.connection, {"team": self.team_id, "project": project_id})

    def take_number(self, key: str) -> TakenNumber | None:
        pipeline = pipeline_of(self.connection)
        if pipeline is not None:
            # Whoever stands behind it in the line is not to wait for the disk.
            pipeline.release_early()
        take = _TAKE_NUMBER_IN_LINE if pipeline is not None else _TAKE_NUMBER
        row = take.first(self.connection, {"team": self.team_id, "taken_key": key})
        return TakenNumber(row.id, row.last_number, getattr(row, "task_id", 0)) if row else None

    def _one(self, query: Prepared, **values: object) -> Project | None:
        row = query.first(self.connection, {"team": self.team_id, **values})
        return _project(row) if row else None


@dataclass(frozen=True, slots=True)
class SqlChannels:
    connection: Connection
    team_id: TeamId

    def ensure(self, ref: ChannelRef, name: str, now: datetime) -> Channel:
        row = {
            "team_id": self.team_id, "platform": ref.platform, "workspace": ref.workspace,
            "external_id": ref.channel, "name": name, "created_at": now,
        }  # fmt: skip
        insert_or_ignore(self.connection, channels, row)
        found = _CHANNEL.one(self.connection, {"team": self.team_id, **_address(ref)})
        # Known by its id alone until somebody says what it is called.
        if found.name == ref.channel and name not in ("", ref.channel):
            self.connection.execute(_RENAME, {"team": self.team_id, "channel": found.id, "new_name": name})
            return Channel(found.id, ref, name, found.emoji)
        return Channel(found.id, ref, found.name, found.emoji)

    def get(self, channel_id: int) -> Channel:
        row = _GET_CHANNEL.one(self.connection, {"team": self.team_id, "channel": channel_id})
        return Channel(row.id, ChannelRef(row.platform, row.workspace, row.external_id), row.name, row.emoji)

    def find(self, ref: ChannelRef) -> Channel | None:
        row = _CHANNEL.first(self.connection, {"team": self.team_id, **_address(ref)})
        return Channel(row.id, ref, row.name, row.emoji) if row else None

    def set_default_project(self, channel_id: int, project_id: int | None) -> None:
        self.connection.execute(_SET_DEFAULT, {"team": self.team_id, "channel": channel_id, "project": project_id})

    def set_emoji(self, channel_id: int, emoji: str | None) -> None:
        self.connection.execute(_SET_EMOJI, {"team": self.team_id, "channel": channel_id, "chosen": emoji})


def _address(ref: ChannelRef) -> dict[str, object]:
    return {"platform": ref.platform, "workspace": ref.workspace, "channel": ref.channel}


def _project(row: Any) -> Project:
    home = None
    if row.home_channel_id is not None:
        ref = ChannelRef(row.home_platform, row.home_workspace, row.home_external_id)
        home = Channel(row.home_channel_id, ref, row.home_name)
    lead = Person(row.lead_id, row.lead_name) if row.lead_id is not None else None
    return Project(id=row.id, key=row.key, name=row.name, zone=row.zone, lead=lead, home=home)
