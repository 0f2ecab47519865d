"""The index of messages: where each task's root message stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from core.deliveries import Message
from core.ids import ChannelRef, TaskKey, TeamId
from storage.git_tables import lines
from storage.prepared import Prepared
from storage.tables import channels, messages, projects, tasks
from storage.upsert import insert_or_replace

_ROOT = Prepared(
    select(messages).where(
        messages.c.team_id == bindparam("team"),
        messages.c.task_id == bindparam("task"),
        messages.c.channel_id == bindparam("channel"),
    )
)
_FORGET = Prepared(
    delete(messages).where(
        messages.c.team_id == bindparam("team"),
        messages.c.task_id == bindparam("task"),
        messages.c.channel_id == bindparam("channel"),
    )
)
_TASK_OF = Prepared(
    select(projects.c.key, tasks.c.number)
    .select_from(messages)
    .join(channels, channels.c.id == messages.c.channel_id)
    .join(tasks, tasks.c.id == messages.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(
        messages.c.team_id == bindparam("team"),
        channels.c.team_id == bindparam("team"),
        channels.c.platform == bindparam("platform"),
        channels.c.workspace == bindparam("workspace"),
        channels.c.external_id == bindparam("channel"),
        messages.c.message == bindparam("message"),
    )
)

_LINE = Prepared(
    select(lines.c.message).where(
        lines.c.team_id == bindparam("team"),
        lines.c.channel_id == bindparam("channel"),
        lines.c.subject == bindparam("subject"),
    )
)

_CHANNELS_OF = Prepared(
    select(lines.c.channel_id).where(
        lines.c.team_id == bindparam("team"), lines.c.subject == bindparam("subject"), lines.c.message != ""
    )
)


@dataclass(frozen=True, slots=True)
class SqlMessages:
    connection: Connection
    team_id: TeamId

    def put(self, message: Message, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "task_id": message.task_id, "channel_id": message.channel_id,
            "message": message.message, "thread": message.thread, "reposts": message.reposts, "posted_at": now,
        }  # fmt: skip
        insert_or_replace(self.connection, messages, row, ("task_id", "channel_id"))

    def root(self, task_id: int, channel_id: int) -> Message | None:
        values = {"team": self.team_id, "task": task_id, "channel": channel_id}
        row = _ROOT.first(self.connection, values)
        return Message(row.task_id, row.channel_id, row.message, row.thread, row.reposts) if row else None

    def forget(self, task_id: int, channel_id: int) -> None:
        _FORGET.run(self.connection, {"team": self.team_id, "task": task_id, "channel": channel_id})

    def task_of(self, channel: ChannelRef, message: str) -> TaskKey | None:
        values = {
            "team": self.team_id, "platform": channel.platform, "workspace": channel.workspace,
            "channel": channel.channel, "message": message,
        }  # fmt: skip
        row = _TASK_OF.first(self.connection, values)
        return TaskKey(row.key, row.number) if row else None

    def put_line(self, subject: str, channel_id: int, message: str, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "channel_id": channel_id, "subject": subject, "message": message,
            "posted_at": now,
        }  # fmt: skip
        insert_or_replace(self.connection, lines, row, ("channel_id", "subject"))

    def line(self, subject: str, channel_id: int) -> str | None:
        values = {"team": self.team_id, "channel": channel_id, "subject": subject}
        found: str | None = _LINE.scalar(self.connection, values)
        return found

    def channels_of(self, subject: str) -> frozenset[int]:
        rows = _CHANNELS_OF.all(self.connection, {"team": self.team_id, "subject": subject})
        return frozenset(row.channel_id for row in rows)
