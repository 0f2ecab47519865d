"""Digests: their schedules, their runs, and the pictures they show."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from core.calendar import Weekday
from core.digest_runs import (
    DigestKind,
    DigestRun,
    DigestSchedule,
    DigestText,
    RunState,
    text_from_json,
    text_to_json,
)
from core.ids import ChannelRef, TeamId
from core.projects import Channel
from core.schedules import Schedule
from storage.digest_tables import IS_ACTIVE_DIGEST, IS_PREVIEW, digest_runs, digest_schedules, digest_texts, images
from storage.prepared import Prepared
from storage.tables import channels, members
from storage.upsert import insert_or_ignore

_PLACE = (channels.c.platform, channels.c.workspace, channels.c.external_id, channels.c.name)
_OURS = digest_schedules.c.team_id == bindparam("team")
_SCHEDULE: Select[Any] = (
    select(digest_schedules, *_PLACE)
    .join(channels, channels.c.id == digest_schedules.c.channel_id)
    .where(_OURS, digest_schedules.c.removed_at.is_(None))
)
_GET_QUERY = _SCHEDULE.where(digest_schedules.c.id == bindparam("schedule"))
_GET, _GET_LOCKED = Prepared(_GET_QUERY), Prepared(_GET_QUERY.with_for_update(of=digest_schedules))
_IN_CHANNEL = Prepared(
    _SCHEDULE.where(digest_schedules.c.channel_id == bindparam("channel"), digest_schedules.c.kind == bindparam("one"))
)
_LIST = Prepared(_SCHEDULE.order_by(digest_schedules.c.id).limit(bindparam("limit")))
_DUE = Prepared(
    _SCHEDULE.where(IS_ACTIVE_DIGEST, digest_schedules.c.looks_at <= bindparam("now"))
    .order_by(digest_schedules.c.looks_at)
    .limit(bindparam("limit"))
)
_TEAMS_DUE = Prepared(
    select(digest_schedules.c.team_id)
    .where(IS_ACTIVE_DIGEST, digest_schedules.c.looks_at <= bindparam("now"))
    .distinct()
    .limit(100)
)
_SAVE = update(digest_schedules).where(_OURS, digest_schedules.c.id == bindparam("schedule"))
_RUN: Select[Any] = (
    select(digest_runs, *_PLACE, members.c.name.label("author"))
    .join(channels, channels.c.id == digest_runs.c.channel_id)
    .outerjoin(members, members.c.id == digest_runs.c.created_by)
    .where(digest_runs.c.team_id == bindparam("team"))
)
_GET_RUN_QUERY = _RUN.where(digest_runs.c.id == bindparam("run"))
_GET_RUN, _GET_RUN_LOCKED = Prepared(_GET_RUN_QUERY), Prepared(_GET_RUN_QUERY.with_for_update(of=digest_runs))
_NEWEST = _RUN.order_by(digest_runs.c.created_at.desc(), digest_runs.c.id.desc()).limit(bindparam("limit"))
_RUNS, _RUNS_IN = Prepared(_NEWEST), Prepared(_NEWEST.where(digest_runs.c.channel_id == bindparam("channel")))
_OF_SCHEDULE = (
    _RUN.where(digest_runs.c.schedule_id == bindparam("schedule")).order_by(digest_runs.c.period.desc()).limit(1)
)
_LAST, _LAST_POSTED = Prepared(_OF_SCHEDULE), Prepared(_OF_SCHEDULE.where(digest_runs.c.state == RunState.POSTED))
_SKIP = Prepared(
    update(digest_runs)
    .where(digest_runs.c.team_id == bindparam("team"), digest_runs.c.id == bindparam("run"))
    .values(state=RunState.SKIPPED, why=bindparam("reason"))
)
_ADD_TEXT = insert(digest_texts)
_SAY = (
    update(digest_runs)
    .where(digest_runs.c.team_id == bindparam("team"), digest_runs.c.id == bindparam("run"))
    .values(revision=bindparam("newest"))
)
_TEXT = Prepared(
    select(digest_texts, members.c.name.label("author"))
    .outerjoin(members, members.c.id == digest_texts.c.created_by)
    .where(
        digest_texts.c.team_id == bindparam("team"),
        digest_texts.c.run_id == bindparam("run"),
        digest_texts.c.revision == bindparam("which"),
    )
)
_NEWEST_TEXT = Prepared(
    select(digest_texts, members.c.name.label("author"))
    .outerjoin(members, members.c.id == digest_texts.c.created_by)
    .where(digest_texts.c.team_id == bindparam("team"), digest_texts.c.run_id == bindparam("run"))
    .order_by(digest_texts.c.revision.desc())
    .limit(1)
)
_PICTURE = Prepared(
    select(images.c.png).where(images.c.team_id == bindparam("team"), images.c.sha256 == bindparam("picture")).limit(1)
)
_ANY_PICTURE = Prepared(select(images.c.png).where(images.c.sha256 == bindparam("picture")).limit(1))
_PREVIEW = update(images).where(
    images.c.team_id == bindparam("team"), images.c.channel_id == bindparam("channel"),
    images.c.sha256 == bindparam("picture"), IS_PREVIEW,
)  # fmt: skip
_POST_PICTURE = Prepared(_PREVIEW.values(is_preview=False, created_at=bindparam("now")))
_SEE_AGAIN = Prepared(_PREVIEW.values(created_at=bindparam("now")))
FORGOTTEN = 200
_FORGET_PREVIEWS = delete(images).where(
    images.c.id.in_(
        select(images.c.id).where(IS_PREVIEW, images.c.created_at < bindparam("before")).limit(FORGOTTEN)
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SqlDigests:
    connection: Connection
    team_id: TeamId

    def add_schedule(self, schedule: DigestSchedule, *, member_id: int | None) -> DigestSchedule | None:
        row = {**_columns(schedule), "team_id": self.team_id, "channel_id": schedule.channel.id}
        row |= {"kind": schedule.kind, "created_by": member_id, "created_at": schedule.created_at}
        schedule_id = insert_or_ignore(self.connection, digest_schedules, row)
        return replace(schedule, id=schedule_id) if schedule_id is not None else None

    def schedule(self, schedule_id: int, *, lock: bool = False) -> DigestSchedule | None:
        query = _GET_LOCKED if lock else _GET
        row = query.first(self.connection, {"team": self.team_id, "schedule": schedule_id})
        return _schedule(row) if row else None

    def schedule_in(self, channel_id: int, kind: DigestKind) -> DigestSchedule | None:
        row = _IN_CHANNEL.first(self.connection, {"team": self.team_id, "channel": channel_id, "one": kind})
        return _schedule(row) if row else None

    def schedules(self, *, limit: int) -> tuple[DigestSchedule, ...]:
        rows = _LIST.all(self.connection, {"team": self.team_id, "limit": limit})
        return tuple(map(_schedule, rows))

    def save_schedule(self, schedule: DigestSchedule) -> None:
        changed = _SAVE.values(**_columns(schedule))
        self.connection.execute(changed, {"team": self.team_id, "schedule": schedule.id})

    def remove_schedule(self, schedule_id: int, now: datetime) -> None:
        values = {"team": self.team_id, "schedule": schedule_id}
        self.connection.execute(_SAVE.values(looks_at=None, removed_at=now), values)

    def due(self, *, now: datetime, limit: int) -> tuple[DigestSchedule, ...]:
        rows = _DUE.all(self.connection, {"team": self.team_id, "now": now, "limit": limit})
        return tuple(map(_schedule, rows))

    def add_run(self, run: DigestRun, *, member_id: int | None) -> DigestRun | None:
        row = {
            "team_id": self.team_id, "schedule_id": run.schedule_id, "channel_id": run.channel.id, "kind": run.kind,
            "period": run.period, "as_of": run.as_of, "due_at": run.due_at, "state": run.state, "why": run.why,
            "shows_all": run.shows_all, "created_by": member_id, "created_at": run.created_at,
        }  # fmt: skip
        run_id = insert_or_ignore(self.connection, digest_runs, row)
        return replace(run, id=run_id) if run_id is not None else None

    def run(self, run_id: int, *, lock: bool = False) -> DigestRun | None:
        query = _GET_RUN_LOCKED if lock else _GET_RUN
        row = query.first(self.connection, {"team": self.team_id, "run": run_id})
        return _run(row) if row else None

    def skip_run(self, run_id: int, why: str) -> None:
        _SKIP.run(self.connection, {"team": self.team_id, "run": run_id, "reason": why})

    def runs(self, *, channel_id: int | None, limit: int) -> tuple[DigestRun, ...]:
        values: dict[str, object] = {"team": self.team_id, "limit": limit}
        if channel_id is None:
            return tuple(map(_run, _RUNS.all(self.connection, values)))
        return tuple(map(_run, _RUNS_IN.all(self.connection, {**values, "channel": channel_id})))

    def last_run(self, schedule_id: int, *, posted: bool) -> DigestRun | None:
        query = _LAST_POSTED if posted else _LAST
        row = query.first(self.connection, {"team": self.team_id, "schedule": schedule_id})
        return _run(row) if row else None

    def add_text(self, run_id: int, text: DigestText, *, member_id: int | None, now: datetime) -> None:
        row = {
            "run_id": run_id, "revision": text.revision, "team_id": self.team_id, "body": text_to_json(text),
            "summary": text.summary, "gist": text.gist, "correction": text.correction, "created_by": member_id,
            "created_at": now,
        }  # fmt: skip
        self.connection.execute(_ADD_TEXT, row)
        self.connection.execute(_SAY, {"team": self.team_id, "run": run_id, "newest": text.revision})

    def text(self, run_id: int, *, revision: int | None = None) -> DigestText | None:
        values: dict[str, object] = {"team": self.team_id, "run": run_id}
        if revision is None:
            row = _NEWEST_TEXT.first(self.connection, values)
        else:
            row = _TEXT.first(self.connection, {**values, "which": revision})
        return _text(row) if row else None


@dataclass(frozen=True, slots=True)
class SqlImages:
    connection: Connection
    team_id: TeamId

    def keep(self, image_id: str, png: bytes, *, channel_id: int, now: datetime, is_preview: bool = False) -> None:
        row = {
            "team_id": self.team_id, "channel_id": channel_id, "sha256": image_id, "png": png, "created_at": now,
            "is_preview": is_preview,
        }  # fmt: skip
        if insert_or_ignore(self.connection, images, row) is None:
            which = {"team": self.team_id, "channel": channel_id, "picture": image_id}
            # Seen again, a preview stays for as long again.
            (_SEE_AGAIN if is_preview else _POST_PICTURE).run(self.connection, which | {"now": now})

    def get(self, image_id: str) -> bytes | None:
        png = _PICTURE.scalar(self.connection, {"team": self.team_id, "picture": image_id})
        return bytes(png) if png is not None else None


def picture_of_any(connection: Connection, image_id: str) -> bytes | None:
    """Of any team: whoever knows the name has seen it."""
    png = _ANY_PICTURE.scalar(connection, {"picture": image_id})
    return bytes(png) if png is not None else None


def forget_previews(connection: Connection, *, before: datetime) -> int:
    """Of any team: pictures that were only shown to somebody, so long ago; how many, FORGOTTEN at most."""
    return connection.execute(_FORGET_PREVIEWS, {"before": before}).rowcount


def teams_with_due_digests(connection: Connection, *, now: datetime) -> tuple[TeamId, ...]:
    """Of any team."""
    return tuple(TeamId(row.team_id) for row in _TEAMS_DUE.all(connection, {"now": now}))


def _columns(schedule: DigestSchedule) -> dict[str, object]:
    """What may change."""
    planned = schedule.schedule
    return {
        "weekday": planned.weekday, "at": planned.at, "zone": planned.zone, "shows_all": schedule.shows_all,
        "done_until": schedule.done_until, "looks_at": schedule.looks_at,
    }  # fmt: skip


def _channel(row: Any) -> Channel:
    return Channel(row.channel_id, ChannelRef(row.platform, row.workspace, row.external_id), row.name)


def _schedule(row: Any) -> DigestSchedule:
    weekday = Weekday(row.weekday) if row.weekday is not None else None
    return DigestSchedule(
        id=row.id, channel=_channel(row), kind=row.kind, shows_all=row.shows_all, done_until=row.done_until,
        looks_at=row.looks_at, created_at=row.created_at,
        schedule=Schedule(row.kind.rhythm, row.at, row.zone, weekday),
    )  # fmt: skip


def _run(row: Any) -> DigestRun:
    return DigestRun(
        id=row.id, schedule_id=row.schedule_id, channel=_channel(row), kind=row.kind, period=row.period,
        as_of=row.as_of, due_at=row.due_at, state=row.state, why=row.why, shows_all=row.shows_all,
        revision=row.revision, by=row.author or "", created_at=row.created_at,
    )  # fmt: skip


def _text(row: Any) -> DigestText:
    return replace(
        text_from_json(row.body), revision=row.revision, summary=row.summary, gist=row.gist,
        correction=row.correction, by=row.author or "", at=row.created_at,
    )  # fmt: skip
