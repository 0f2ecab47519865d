"""A team with something in every table, and a call of every method of every collection in a unit of work."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, NoResultFound

import core.board_pages
import core.calendar_records
import core.digest_runs
import core.finding_records
import core.git_records
import core.glossary
import core.local_chat
import core.log_ports
import core.model_versions
import core.outbox_ports
import core.ports
import core.report_records
import core.task_ports
import core.timebox_records
from core.blocking import make_wait
from core.calendar import Leave, Weekday
from core.calendar_records import CalendarDay, DayKind, ProjectCalendar
from core.cards import Card
from core.deciding import DEFAULT_POLICY, Cost
from core.delegates import name_delegate
from core.deliveries import DeliveryKind, DeliveryState, Message, NewDelivery
from core.digest_runs import DigestKind, DigestRun, DigestSchedule, DigestText, RunState
from core.durations import Box
from core.events import Cause, MemberJoined, NoteAdded
from core.finding_records import Finding, Page, Writer
from core.findings import find_finding, write_finding
from core.git import PullRequestState, Result
from core.git_records import CommitTask, Deployment, NewCommit
from core.glossary import Term
from core.hooks import Hook, HookProvider
from core.ids import ChannelRef
from core.journal import Happened
from core.links import NewLink, link_task
from core.local_chat import NewMessage
from core.local_time import QuietHours
from core.members import Identity, MemberRef, link_identity
from core.metrics import Direction, Measurement, MetricDefinition, define_metric, record_metric
from core.notes import add_note
from core.policies import set_policy
from core.ports import UnitOfWork
from core.projects import create_project, name_lead
from core.report_records import RunningVersion
from core.schedules import Rhythm, Schedule
from core.task_search import TaskFilter
from core.tasks import Kind, Priority, State
from core.timebox_events import TimeboxExtended
from core.timebox_records import Call, Timebox
from core.watches import Watch, add_watch
from storage.database import Database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.git_facts import CHURN, check, deployment, pull_request, sha_of

CHANNEL, WATCHED = ChannelRef("slack", "T1", "C1"), ChannelRef("slack", "T1", "C2")
GITHUB = Identity("github", "", "octocat")
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
SOON = NOW + timedelta(seconds=1)
SHA = sha_of("secret")
SAID = DigestText(root=Card(("Secret plan",)))
MINE, BY = Page(title="Mine", body="Mine"), Writer(member_id=None, name="mine")
CHRISTMAS, NEW_YEAR = date(2026, 12, 25), date(2027, 1, 1)
LEAVE = Leave(date(2026, 12, 21), date(2026, 12, 31))


def _port(name: str) -> type:
    modules = (
        core.board_pages, core.calendar_records, core.digest_runs,
        core.ports, core.task_ports, core.outbox_ports, core.log_ports, core.git_records, core.timebox_records,
        core.finding_records, core.glossary, core.local_chat, core.model_versions, core.report_records,
    )  # fmt: skip
    return next(vars(module)[name] for module in modules if name in vars(module))


def collections() -> dict[str, type]:
    """The collections of a unit of work, by name."""
    properties = {name: member for name, member in vars(UnitOfWork).items() if isinstance(member, property)}
    return {
        name: _port(member.fget.__annotations__["return"]) for name, member in properties.items() if name != "team_id"
    }


def methods() -> list[tuple[str, str]]:
    return [
        (collection, name)
        for collection, kind in collections().items()
        for name, member in vars(kind).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


@dataclass(frozen=True)
class GitRows:
    """What Git hosts reported: the ids that a task's own are known by."""

    hook: Hook
    repository: int
    commit: int
    pull_request: int
    check: int
    deployment: Deployment


@dataclass
class Victim:
    """A team with something in every table, and what another team could know of it."""

    board: BoardDriver
    task: Any
    other: Any
    project: Any
    member: Any
    watch: Any
    blocker: Any
    delivery: Any
    destination: Any
    job: int
    other_job: int
    lease: str
    event: int
    git: "GitRows"
    finding: Finding
    box: Timebox
    digest: DigestSchedule
    report: DigestRun
    said: int
    running: RunningVersion
    dropped: Any = None

    @property
    def home(self) -> int:
        return self.project.home.id


def fill(board: BoardDriver) -> Victim:
    board.sign_in("victor")
    board.do(create_project, key="HOME", name=None, zone="UTC", channel=CHANNEL, channel_name="general")
    board.do(name_lead, project="HOME", lead=MemberRef.parse("ana"))
    task, other = (
        board.new(title, project="HOME", labels=("secret",), owner=MemberRef.parse(owner), version="secret@v1")
        for title, owner in (("Secret plan", "ana"), ("Other plan", "victor"))
    )
    board.do(make_wait, key=task.key, after=other.key)
    board.do(link_identity, identity=GITHUB)
    board.write(lambda work: work.members.vouch(GITHUB, NOW))
    board.do(link_task, task=task.key, url="https://example.com", title="Secret link")
    board.do(add_note, task=task.key, text="Secret note")
    board.do(
        define_metric, project="HOME", channel=None, name="f1", direction=Direction.UP, baseline=0.1, target=0.9,
        meaning="Secret",
    )  # fmt: skip
    board.do(lambda work, *, actor, now: record_metric(work, task, Measurement("f1", 0.5), actor=actor, now=now))
    for title, kind, version, state in (
        ("Secret alert", Kind.ALERT, None, None), ("Secret release", Kind.DEPLOY, "home@v1", None),
        ("Secret table", Kind.DATA, "home@v0", State.DONE),
    ):  # fmt: skip
        made = board.new(title, project="HOME", kind=kind, version=version)
        if state:
            board.move(made, state)
    dropped = board.new("Secret failure", project="HOME")
    board.move(dropped, State.DROPPED)
    board.do(write_finding, task=task.key, text="Secret learning", title="Secret finding")
    watch = board.do(
        add_watch, project="HOME", channel=WATCHED, channel_name="watched", track=None, kind=None, label=None
    )
    board.do(set_policy, project="HOME", costs=(Cost.SENTENCE,))
    board.do(name_delegate, delegate=MemberRef.parse("victor"), stands_in=True)
    box = start_box(board, board.new("Secret question", project="HOME", box="10d"))
    victim = board.write(lambda work: complete(board, work, board.see(task), other, watch, box))
    return replace(victim, dropped=dropped)


def start_box(board: BoardDriver, research: Any) -> Timebox:
    """A timebox that runs, was extended once, and has something to be done about it; its task was decided before."""
    board.move(research, State.DOING)

    def fill_in(work: Any) -> Timebox:
        box = replace(work.timeboxes.open_of(research.id), due_at=NOW, rounds=1)
        work.timeboxes.save_all([box])
        work.timeboxes.add_extension(box, by="3d", why="Secret", member_id=board.ana.member_id, agreed_by=None, now=NOW)
        work.notes.add(research.id, "Secret", member_id=None, actor="", now=NOW)
        work.decisions.add(research.id, timebox_id=box.id, **a_decision(board.ana.member_id))
        return box

    return board.write(fill_in)


def a_decision(member_id: int | None) -> dict[str, Any]:
    words = {"why": "Secret", "learned": "Secret", "best_run": "", "actor": "x"}
    return {"call": Call.DROP, "member_id": member_id, "now": NOW, **words}


def complete(board: BoardDriver, work: Any, task: Any, other: Any, watch: Watch, box: Timebox) -> Victim:
    """What no operation makes yet."""
    project = work.projects.by_key("HOME")
    card = Card(("Secret card",))
    new = NewDelivery(channel_id=project.home.id, kind=DeliveryKind.EDIT, dedupe_key="key", task_id=task.id, card=card)
    delivery = work.deliveries.get(work.deliveries.add(new, NOW))
    parked = work.deliveries.add(replace(new, kind=DeliveryKind.ROOT, dedupe_key="parked"), NOW)
    work.deliveries.mark(replace(work.deliveries.get(parked), state=DeliveryState.PARKED), NOW)
    work.messages.put(Message(task.id, project.home.id, "m1", "t1"), NOW)
    work.messages.put_line("check:1", project.home.id, "l1", NOW)
    work.receipts.add("slack", "r1", NOW)
    keep_times(work, project.id, board.ana.member_id)
    git = report(work, task, project.id)
    keep_facts(work, task, git, box, board.ana.member_id)
    job, other_job = (work.jobs.add("secret", {"a": 1}, run_at=NOW) for _ in range(2))
    return Victim(
        board=board, task=task, other=other, project=project, member=work.members.get(board.ana.member_id), watch=watch,
        blocker=work.blockers.open_ones(task.id)[0], delivery=delivery, destination=None, job=job,
        other_job=other_job, lease="",
        event=work.events.of_task(task.id, limit=1)[0].id, git=git, box=box,
        finding=find_finding(work, 1), running=work.production.running(at=LATER)[0],
        said=keep_chat(work),
        **keep_digests(work, project.home, board.ana.member_id),
    )  # fmt: skip


def keep_digests(work: Any, channel: Any, member: Any) -> dict[str, Any]:
    plan = Schedule(Rhythm.WEEKLY, time(9), "UTC", Weekday.MONDAY)
    wanted = DigestSchedule(
        id=0, channel=channel, kind=DigestKind.WEEKLY, schedule=plan, done_until=NOW, looks_at=NOW, created_at=NOW
    )
    schedule = work.digests.add_schedule(wanted, member_id=member)
    run = work.digests.add_run(a_run(schedule, channel), member_id=None)
    work.digests.add_text(run.id, SAID, member_id=None, now=NOW)
    work.images.keep("secret", b"png", channel_id=channel.id, now=NOW)
    return {"digest": schedule, "report": run}


def a_run(schedule: DigestSchedule | None, channel: Any, period: str = "2026-W47") -> DigestRun:
    return DigestRun(
        id=0, schedule_id=schedule.id if schedule else None, channel=channel, kind=DigestKind.WEEKLY, period=period,
        as_of=NOW, state=RunState.POSTED, created_at=NOW,
    )  # fmt: skip


def keep_chat(work: Any) -> int:
    root = work.local_messages.add(NewMessage(channel="ml-board", author="ana", text="Secret", marker="m1"), NOW)
    answer = NewMessage(channel="ml-board", card=Card(("Secret",)), thread=root.id, shows_in_channel=True, marker="m2")
    work.local_messages.add(answer, NOW)
    work.local_messages.mark_read("ana", "ml-board", root.id)
    return int(root.id)


def keep_times(work: Any, project: int, member: Any) -> None:
    work.calendars.save(project, ProjectCalendar(zone="UTC", country="PT", edition="old"))
    work.calendars.replace_holidays(project, {CHRISTMAS: "Secret"}, since=NOW.date())
    work.calendars.put_day(project, CalendarDay(NEW_YEAR, DayKind.OFF, "Secret"))
    work.calendars.add_leave(member, LEAVE, NOW)
    work.calendars.set_quiet(member, QuietHours(time(20), time(8)))


def keep_facts(work: Any, task: Any, git: "GitRows", box: Timebox, member: Any) -> None:
    """What digests are counted from: a run, adopted research that reached production, and what runs there."""
    work.production.carry(git.deployment.id, [task.id])
    work.decisions.add(box.task_id, timebox_id=box.id, **a_decision(None) | {"call": Call.ADOPT})
    work.dependencies.add(task.id, box.task_id, NOW)
    for version in ("", "home@v1"):
        note = RunningVersion(
            id=0, repository_id=git.repository, repository="", environment="production",
            model=version.partition("@")[0], version=version, project_id=task.project_id if version else None,
            deployment_id=git.deployment.id, sha=SHA, since=NOW,
        )  # fmt: skip
        work.production.start(note)
    extended = Happened(TimeboxExtended(box.id, "3d", "Secret"), task.id, task.key, 1, task.project_id)
    work.events.add_all([extended], now=NOW, member_id=member, actor="")
    work.links.add(task.id, kind="run", url="run:1", title="Secret run", member_id=None, now=NOW)
    work.glossary.put(Term("AUC", "Secret"), member_id=member, now=NOW)
    work.versions.aim("home@v1", CHRISTMAS, member_id=member, now=NOW)


def report(work: Any, task: Any, project: int) -> GitRows:
    repository = work.repositories.ensure(CHURN, NOW)
    work.repositories.assign(repository, project)
    commit = work.commits.add(repository, [new_commit(SHA), new_commit("reached", reached_at=NOW)], NOW)
    work.commits.link([CommitTask(commit_id, task.id, True) for commit_id in commit.values()])
    work.commits.take_action(repository, task.id, "f1", branch="feat/tails", is_rewritten=False, now=NOW)
    request = work.pull_requests.save(repository, pull_request(head_sha=SHA), NOW)
    work.pull_requests.save(repository, pull_request(PullRequestState.MERGED, number=9, head_sha="b" * 40), NOW)
    work.pull_requests.link(request, task.id, PullRequestState.OPEN)
    earlier, deployed = (
        work.deployments.add(repository, deployment(SHA, Result.SUCCESS, id=id), member_id=None, by="Secret")
        for id in ("1", "2")
    )
    for row in (earlier, deployed):
        work.deployments.save(replace(row, result=Result.SUCCESS, finished_at=NOW))
    return GitRows(
        hook=work.hooks.add(new_hook(work.team_id, project), member_id=None), repository=repository,
        commit=commit[SHA], pull_request=request,
        check=work.checks.save(repository, check(SHA, Result.FAILURE), NOW), deployment=deployed,
    )  # fmt: skip


def new_commit(sha: str, **more: Any) -> NewCommit:
    about = {"reached_at": None} | more
    return NewCommit(sha=sha, title="Secret", url="u", author="Bo", branch="feat/tails", fingerprint="f1", **about)


def new_hook(team: Any, project: int, address: str = "address") -> Hook:
    return Hook(
        id=0, team_id=team, public_id=address, provider=HookProvider.GITHUB, project_id=project, project_key="HOME",
        secret="sealed", created_at=NOW,
    )  # fmt: skip


def make_victim(database: Database) -> Victim:
    victim = fill(BoardDriver.open(database, now=NOW))
    job, _ = database.claim_jobs(now=NOW, lease=timedelta(hours=1), limit=10).result()
    (destination,) = database.claim_destinations(now=NOW, lease=timedelta(hours=1), limit=10).result()
    return replace(victim, lease=job.lease, destination=destination)


def new_delivery(victim: Victim) -> NewDelivery:
    return NewDelivery(channel_id=victim.home, kind=DeliveryKind.REPLY, dedupe_key="another", task_id=victim.task.id)


def definition(victim: Victim) -> MetricDefinition:
    return MetricDefinition(project_id=victim.project.id, name="f1", direction=Direction.DOWN, target=0.0)


# How an intruder would call each method. What has no line here fails, so that a new method gets one.
CALLS: dict[tuple[str, str], Callable[[Any, Victim], object]] = {
    ("projects", "add"): lambda c, v: c.add(key="HOME", name="Mine", zone="UTC", home=None, now=NOW),
    ("projects", "by_key"): lambda c, v: c.by_key("HOME"),
    ("projects", "by_channel"): lambda c, v: c.by_channel(CHANNEL),
    ("projects", "get"): lambda c, v: c.get(v.project.id),
    ("projects", "policy"): lambda c, v: c.policy(v.project.id) != DEFAULT_POLICY,
    ("projects", "set_policy"): lambda c, v: c.set_policy(v.project.id, (Cost.PERSON,)),
    ("projects", "list"): lambda c, v: c.list(limit=100),
    ("projects", "set_lead"): lambda c, v: c.set_lead(v.project.id, None),
    ("projects", "set_home"): lambda c, v: c.set_home(v.project.id, v.watch.channel.id),
    ("projects", "home_of"): lambda c, v: c.home_of(v.project.id),
    ("projects", "take_number"): lambda c, v: c.take_number("HOME"),
    ("channels", "ensure"): lambda c, v: c.ensure(CHANNEL, "mine", NOW),
    ("channels", "get"): lambda c, v: c.get(v.home),
    ("channels", "find"): lambda c, v: c.find(CHANNEL),
    ("channels", "set_emoji"): lambda c, v: c.set_emoji(v.home, "memo"),
    ("channels", "set_default_project"): lambda c, v: c.set_default_project(v.home, None),
    ("local_messages", "add"): lambda c, v: c.add(NewMessage(channel="ml-board", text="Mine", marker="m1"), NOW),
    ("local_messages", "get"): lambda c, v: c.get(v.said),
    ("local_messages", "by_marker"): lambda c, v: c.by_marker("m2"),
    ("local_messages", "edit"): lambda c, v: c.edit(v.said, Card(("Mine",)), NOW),
    ("local_messages", "delete"): lambda c, v: c.delete(v.said, NOW),
    ("local_messages", "count_reply"): lambda c, v: c.count_reply(v.said, NOW),
    ("local_messages", "page"): lambda c, v: c.page("ml-board", "ana", before=None, limit=10),
    ("local_messages", "page_after"): lambda c, v: c.page_after("ml-board", "ana", after=0, limit=10),
    ("local_messages", "thread"): lambda c, v: c.thread(v.said, "ana", limit=10),
    ("local_messages", "since"): lambda c, v: c.since(0, limit=10),
    ("local_messages", "newest_stamp"): lambda c, v: c.newest_stamp(),
    ("local_messages", "mark_read"): lambda c, v: c.mark_read("ana", "ml-board", 99),
    ("local_messages", "count_unread"): lambda c, v: c.count_unread("ana", "ml-board", limit=10),
    ("members", "add"): lambda c, v: c.add(name="ana", handle="ana3", role=None, is_admin=False, now=NOW),
    ("members", "save"): lambda c, v: c.save(replace(v.member, is_admin=False, name="Nobody")),
    ("members", "get"): lambda c, v: c.get(v.member.id),
    ("members", "by_name"): lambda c, v: c.by_name("victor"),
    ("members", "ask_first_known"): lambda c, v: c.ask_first_known([GITHUB])(),
    ("members", "by_identity"): lambda c, v: c.by_identity(GITHUB),
    ("members", "ask_by_identity"): lambda c, v: c.ask_by_identity(GITHUB)(),
    ("members", "list"): lambda c, v: [m for m in c.list(limit=100) if m.id == v.member.id],
    ("members", "handles_like"): lambda c, v: c.handles_like("victor"),
    ("members", "count_admins"): lambda c, v: c.count_admins() - 1,
    ("members", "add_identity"): lambda c, v: c.add_identity(v.member.id, Identity("gitlab", "", "x"), NOW),
    ("members", "identities"): lambda c, v: c.identities(v.member.id),
    ("members", "vouched_at"): lambda c, v: c.vouched_at(GITHUB),
    ("members", "vouch"): lambda c, v: c.vouch(GITHUB, NOW),
    ("members", "subjects"): lambda c, v: c.subjects([v.member.id], "github", ""),
    ("members", "first_admin"): lambda c, v: c.first_admin() == v.member,
    ("members", "delegates"): lambda c, v: c.delegates([v.member.id]),
    ("members", "set_delegate"): lambda c, v: c.set_delegate(v.member.id, v.member.id + 1, stands_in=False, now=NOW),
    ("tasks", "add"): lambda c, v: c.add(replace(v.task, id=0, key=replace(v.task.key, number=99))),
    ("tasks", "by_id"): lambda c, v: c.by_id(v.task.id),
    ("tasks", "by_ids"): lambda c, v: c.by_ids([v.task.id]),
    ("tasks", "get"): lambda c, v: c.get(v.task.key),
    ("tasks", "several"): lambda c, v: c.several([v.task.key, v.other.key]),
    ("tasks", "ask_several"): lambda c, v: c.ask_several([v.task.key, v.other.key])(),
    ("tasks", "save"): lambda c, v: c.save(replace(v.task, title="Mine")),
    ("tasks", "list"): lambda c, v: c.list(TaskFilter(project_id=v.project.id), limit=100),
    ("tasks", "neighbour"): lambda c, v: c.neighbour(v.task, before=False),
    ("tasks", "edge"): lambda c, v: c.edge(v.project.id, Priority.NEXT, first=True),
    ("board", "column"): lambda c, v: c.column(TaskFilter(project_id=v.project.id), after=None, most=10),
    ("board", "tasks"): lambda c, v: c.tasks([v.task.id, v.other.id]),
    ("board", "closed"): lambda c, v: c.closed(
        TaskFilter(states=(State.DROPPED,), project_id=v.project.id), before=None, limit=10
    ),
    ("board", "blockers"): lambda c, v: c.blockers(
        cause=v.blocker.cause, project_id=v.project.id, after=None, limit=10
    ),
    ("board", "blockers_of"): lambda c, v: c.blockers_of([v.task.id]),
    ("board", "versions"): lambda c, v: c.versions(limit=10),
    ("blockers", "open"): lambda c, v: c.open(
        v.other.id, cause=Cause.OTHER, why="x", waits_for=None, member_id=None, now=NOW
    ),
    ("blockers", "close"): lambda c, v: c.close(v.blocker, NOW),
    ("blockers", "open_ones"): lambda c, v: c.open_ones(v.task.id),
    ("blockers", "waiting_for"): lambda c, v: c.waiting_for(v.other.id),
    ("blockers", "of_owner"): lambda c, v: c.of_owner(v.member.id),
    ("blockers", "waiting_for_owner"): lambda c, v: c.waiting_for_owner(v.other.owner.id, limit=9),
    ("dependencies", "add"): lambda c, v: c.add(v.other.id, v.task.id, NOW),
    ("dependencies", "prerequisites"): lambda c, v: c.prerequisites(v.task.id),
    ("dependencies", "dependents"): lambda c, v: c.dependents(v.other.id),
    ("dependencies", "path"): lambda c, v: c.path(v.task.id, v.other.id),
    ("dependencies", "remove"): lambda c, v: c.remove(v.task.id, v.other.id),
    ("metrics", "define"): lambda c, v: c.define(definition(v), NOW),
    ("metrics", "definitions"): lambda c, v: c.definitions(v.project.id),
    ("metrics", "record"): lambda c, v: c.record(v.task.id, "f1", 0.0, NOW),
    ("metrics", "readings"): lambda c, v: c.readings(v.task.id),
    ("links", "add"): lambda c, v: c.add(
        v.task.id, kind="link", url="https://example.com", title="", member_id=None, now=NOW
    ),
    ("links", "ask_each"): lambda c, v: c.ask_each(
        v.task.id, [NewLink("link", "https://example.com/e", "", None)], NOW
    )(),
    ("links", "add_all"): lambda c, v: c.add_all(v.task.id, [NewLink("link", "https://example.com", "", None)], NOW),
    ("links", "of_task"): lambda c, v: c.of_task(v.task.id, limit=10),
    ("links", "count"): lambda c, v: c.count(v.task.id),
    ("links", "task_with"): lambda c, v: c.task_with("https://example.com"),
    ("links", "count_kind"): lambda c, v: c.count_kind(v.task.id, "link", since=NOW - HOUR),
    ("links", "kinds"): lambda c, v: c.kinds(v.task.id),
    ("notes", "add"): lambda c, v: c.add(v.task.id, "Mine", member_id=None, actor="", now=NOW),
    ("notes", "of_task"): lambda c, v: c.of_task(v.task.id, limit=10),
    ("events", "add"): lambda c, v: c.add(
        MemberJoined("x"), summary="x", now=NOW, actor=v.board.ana, task=v.task, project_id=None
    ),
    ("events", "add_all"): lambda c, v: c.add_all(
        [Happened(MemberJoined("x"), v.task.id, v.task.key, 1, v.project.id)], now=NOW, member_id=None, actor="x"
    ),
    ("events", "of_task"): lambda c, v: c.of_task(v.task.id, limit=10),
    ("events", "unfanned"): lambda c, v: [e for e in c.unfanned(limit=100) if e.task_id is not None],
    ("events", "mark_fanned"): lambda c, v: c.mark_fanned([v.event]),
    ("audit", "add_all"): lambda c, v: c.add_all([(v.event, str(v.task.key), "Mine")], now=NOW, actor=v.board.ana),
    ("audit", "list"): lambda c, v: c.list(limit=100, subject=str(v.task.key)),
    ("jobs", "add"): lambda c, v: c.add("mine", {}, run_at=NOW),
    ("jobs", "get"): lambda c, v: c.get(v.job),
    ("jobs", "is_promised"): lambda c, v: c.is_promised("secret"),
    ("jobs", "finish"): lambda c, v: c.finish(v.job, v.lease, NOW),
    ("jobs", "fail"): lambda c, v: c.fail(v.other_job, v.lease, error="x", retry_at=None),
    ("deliveries", "parked_channels"): lambda c, v: c.parked_channels("slack", "T1", [""]),
    ("deliveries", "add"): lambda c, v: c.add(new_delivery(v), NOW),
    ("deliveries", "add_all"): lambda c, v: c.add_all([new_delivery(v)], NOW),
    ("deliveries", "known"): lambda c, v: c.known(["key"]),
    ("deliveries", "get"): lambda c, v: c.get(v.delivery.id),
    ("deliveries", "pending"): lambda c, v: c.pending(v.home, limit=10),
    ("deliveries", "has_queued_edit"): lambda c, v: c.has_queued_edit(v.home, v.task.id),
    ("deliveries", "find"): lambda c, v: c.find("key"),
    ("deliveries", "mark"): lambda c, v: c.mark(replace(v.delivery, state=DeliveryState.PARKED), LATER),
    ("deliveries", "park_pending"): lambda c, v: c.park_pending(v.home, "is_archived", LATER),
    ("deliveries", "reopen"): lambda c, v: c.reopen(v.home, ["is_archived"], limit=10, now=LATER),
    ("deliveries", "requeue"): lambda c, v: c.requeue(replace(v.delivery, attempts=9), LATER),
    ("deliveries", "renew"): lambda c, v: c.renew(v.destination, until=LATER + timedelta(days=1)),
    ("deliveries", "release"): lambda c, v: c.release(v.destination, due_at=None),
    ("messages", "put"): lambda c, v: c.put(Message(v.task.id, v.home, "mine"), NOW),
    ("messages", "root"): lambda c, v: c.root(v.task.id, v.home),
    ("messages", "forget"): lambda c, v: c.forget(v.task.id, v.home),
    ("messages", "task_of"): lambda c, v: c.task_of(CHANNEL, "m1"),
    ("messages", "put_line"): lambda c, v: c.put_line("check:1", v.home, "mine", NOW),
    ("messages", "line"): lambda c, v: c.line("check:1", v.home),
    ("messages", "channels_of"): lambda c, v: c.channels_of("check:1"),
    ("timeboxes", "add"): lambda c, v: c.add(v.box),
    ("timeboxes", "open_of"): lambda c, v: (c.open_of(v.box.task_id), c.open_of(v.box.task_id, lock=True))[1],
    ("timeboxes", "open_ones"): lambda c, v: c.open_ones([v.box.task_id]),
    ("timeboxes", "get"): lambda c, v: c.get(v.box.id),
    ("timeboxes", "claim_due"): lambda c, v: c.claim_due(now=LATER, limit=10),
    ("timeboxes", "list_open"): lambda c, v: c.list_open(project_id=v.project.id, owner_id=None, limit=10),
    ("timeboxes", "has_evidence"): lambda c, v: c.has_evidence(v.box.task_id, since=NOW - HOUR),
    ("timeboxes", "extensions"): lambda c, v: c.extensions(v.box.id),
    ("timeboxes", "add_extension"): lambda c, v: c.add_extension(
        v.box, by="3d", why="Mine", member_id=None, agreed_by=None, now=NOW
    ),
    ("timeboxes", "retime"): lambda c, v: c.retime(project_id=v.project.id, owner_id=None, now=LATER),
    ("timeboxes", "save_all"): lambda c, v: c.save_all([replace(v.box, box=Box.parse("1d"))]),
    ("decisions", "add"): lambda c, v: c.add(v.box.task_id, timebox_id=v.box.id, **a_decision(None)),
    ("decisions", "last"): lambda c, v: c.last(v.box.task_id),
    ("decisions", "of_task"): lambda c, v: c.of_task(v.box.task_id, limit=10),
    ("hooks", "add"): lambda c, v: c.add(new_hook(c.team_id, v.project.id, "mine"), member_id=None),
    ("hooks", "get"): lambda c, v: c.get(v.git.hook.id),
    ("hooks", "ask"): lambda c, v: c.ask(v.git.hook.id)(),
    ("hooks", "list"): lambda c, v: [hook for hook in c.list(limit=10) if hook.id == v.git.hook.id],
    ("hooks", "save"): lambda c, v: c.save(replace(v.git.hook, secret="mine")),
    ("hooks", "reseal"): lambda c, v: c.reseal(v.git.hook, secret="mine", old_secret=""),
    ("hooks", "mark_used"): lambda c, v: c.mark_used(v.git.hook.id, LATER),
    ("repositories", "ensure"): lambda c, v: c.ensure(replace(CHURN, name="mine/mine"), LATER),
    ("repositories", "name_of"): lambda c, v: c.name_of("github", CHURN.external_id),
    ("repositories", "of_host"): lambda c, v: c.of_host("github", limit=9),
    ("repositories", "reported"): lambda c, v: c.reported("github", before=None, limit=9),
    ("repositories", "projects"): lambda c, v: c.projects(v.git.repository),
    ("repositories", "assign"): lambda c, v: c.assign(v.git.repository, v.project.id),
    ("commits", "known"): lambda c, v: c.known(v.git.repository, [SHA]),
    ("commits", "add"): lambda c, v: c.add(v.git.repository, [new_commit(SHA, reached_at=LATER)], LATER),
    ("commits", "copies"): lambda c, v: c.copies(v.git.repository, ["f1"], not_on=None)(),
    ("commits", "link"): lambda c, v: c.link([CommitTask(v.git.commit, v.task.id, False)]),
    ("commits", "tasks"): lambda c, v: c.tasks([v.git.commit]),
    ("commits", "tasks_on_branch"): lambda c, v: c.tasks_on_branch(v.git.repository, "feat/tails"),
    ("commits", "tasks_between"): lambda c, v: c.tasks_between(v.git.repository, NOW - HOUR, NOW),
    ("commits", "leave_branch"): lambda c, v: c.leave_branch(v.git.repository, "main", pull_request=7),
    ("commits", "merge_branch"): lambda c, v: c.merge_branch(
        v.git.repository, "main", pull_request=7, head=SHA, merged_at=LATER
    ),
    ("commits", "take_action"): lambda c, v: c.take_action(
        v.git.repository, v.task.id, "f1", branch="feat/tails", is_rewritten=False, now=LATER
    ),
    ("commits", "mark_reached"): lambda c, v: c.mark_reached([v.git.commit], LATER),
    ("pull_requests", "get"): lambda c, v: c.get(v.git.repository, 7),
    ("pull_requests", "tasks"): lambda c, v: c.tasks(v.git.pull_request),
    ("pull_requests", "tasks_at"): lambda c, v: c.tasks_at(v.git.repository, SHA),
    ("pull_requests", "open_from"): lambda c, v: c.open_from(v.git.repository, "feat/tails"),
    ("pull_requests", "merged_with"): lambda c, v: c.merged_with(v.git.repository, "feat/tails", ["b" * 40])(),
    ("pull_requests", "open_ones"): lambda c, v: c.open_ones(v.task.id),
    ("pull_requests", "save"): lambda c, v: c.save(v.git.repository, pull_request(title="Mine"), LATER),
    ("pull_requests", "link"): lambda c, v: c.link(v.git.pull_request, v.task.id, PullRequestState.MERGED),
    ("checks", "get"): lambda c, v: c.get(v.git.check),
    ("checks", "find"): lambda c, v: c.find(v.git.repository, SHA, "tests"),
    ("checks", "of_commits"): lambda c, v: c.of_commits(v.git.repository, [SHA]),
    ("checks", "ask_of_commits"): lambda c, v: c.ask_of_commits(v.git.repository, [SHA])(),
    ("checks", "mark_told"): lambda c, v: c.mark_told([v.git.check]),
    ("checks", "save"): lambda c, v: c.save(v.git.repository, check(SHA, Result.SUCCESS), LATER),
    ("deployments", "get"): lambda c, v: c.get(v.git.deployment.id),
    ("deployments", "find"): lambda c, v: c.find(v.git.repository, "1"),
    ("deployments", "last_success"): lambda c, v: c.last_success(
        v.git.repository, "production", before=v.git.deployment.id
    ),
    ("deployments", "was_deployed"): lambda c, v: c.was_deployed(
        v.git.repository, "production", SHA, before=v.git.deployment.id
    ),
    ("deployments", "list"): lambda c, v: c.list(v.project.id, "production", limit=10),
    ("deployments", "add"): lambda c, v: c.add(
        v.git.repository, deployment(SHA, Result.FAILURE), member_id=None, by="mine"
    ),
    ("deployments", "save"): lambda c, v: c.save(replace(v.git.deployment, result=Result.FAILURE)),
    ("watches", "add"): lambda c, v: c.add(replace(v.watch, label="x"), member_id=None, now=NOW),
    ("watches", "get"): lambda c, v: c.get(v.watch.id),
    ("watches", "remove"): lambda c, v: c.remove(v.watch.id),
    ("watches", "list"): lambda c, v: c.list(limit=10),
    ("watches", "of_project"): lambda c, v: c.of_project(v.project.id),
    ("watches", "ask_of_project"): lambda c, v: c.ask_of_project(v.project.id)(),
    ("watches", "in_channel"): lambda c, v: c.in_channel(v.watch.channel.id),
    ("findings", "add"): lambda c, v: c.add(v.task, MINE, by=BY, decision_id=None, now=LATER),
    ("findings", "revise"): lambda c, v: c.revise(v.finding, MINE, by=BY, now=LATER),
    ("findings", "get"): lambda c, v: c.get(v.finding.number),
    ("findings", "list"): lambda c, v: c.list(project_id=v.project.id, limit=10),
    ("findings", "of_task"): lambda c, v: c.of_task(v.task.id, limit=10),
    ("findings", "search"): lambda c, v: c.search(("secret", "learn"), limit=10),
    ("findings", "like"): lambda c, v: c.like(("secret", "failure", "mine"), at_least=2, limit=10)(),
    ("findings", "remember_dropped"): lambda c, v: c.remember_dropped(v.task),
    ("findings", "rename_dropped"): lambda c, v: c.rename_dropped(replace(v.dropped, title="Mine")),
    ("findings", "forget_dropped"): lambda c, v: c.forget_dropped(v.dropped.id),
    ("calendars", "of_project"): lambda c, v: c.of_project(v.project.id, since=NOW.date()),
    ("calendars", "of_member"): lambda c, v: c.of_member(v.member.id, since=NOW.date()),
    ("calendars", "save"): lambda c, v: c.save(v.project.id, ProjectCalendar(zone="Asia/Tokyo", country="JP")),
    ("calendars", "replace_holidays"): lambda c, v: c.replace_holidays(
        v.project.id, {CHRISTMAS: "Mine"}, since=NOW.date()
    ),
    ("calendars", "put_day"): lambda c, v: c.put_day(v.project.id, CalendarDay(CHRISTMAS, DayKind.HOLIDAY, "Mine")),
    ("calendars", "remove_day"): lambda c, v: c.remove_day(v.project.id, NEW_YEAR, DayKind.OFF),
    ("calendars", "with_old_holidays"): lambda c, v: c.with_old_holidays(edition="newer"),
    ("calendars", "add_leave"): lambda c, v: c.add_leave(v.member.id, Leave(CHRISTMAS, NEW_YEAR), NOW),
    ("calendars", "remove_leave"): lambda c, v: c.remove_leave(v.member.id, LEAVE),
    ("calendars", "set_quiet"): lambda c, v: c.set_quiet(v.member.id, None),
    ("digests", "add_schedule"): lambda c, v: c.add_schedule(v.digest, member_id=None),
    ("digests", "schedule"): lambda c, v: c.schedule(v.digest.id),
    ("digests", "schedule_in"): lambda c, v: c.schedule_in(v.home, DigestKind.WEEKLY),
    ("digests", "schedules"): lambda c, v: c.schedules(limit=9),
    ("digests", "save_schedule"): lambda c, v: c.save_schedule(replace(v.digest, looks_at=None)),
    ("digests", "remove_schedule"): lambda c, v: c.remove_schedule(v.digest.id, LATER),
    ("digests", "due"): lambda c, v: c.due(now=LATER, limit=9),
    ("digests", "add_run"): lambda c, v: c.add_run(a_run(v.digest, v.project.home, "2026-W48"), member_id=None),
    ("digests", "run"): lambda c, v: (c.run(v.report.id), c.run(v.report.id, lock=True))[1],
    ("digests", "skip_run"): lambda c, v: c.skip_run(v.report.id, "Mine"),
    ("digests", "runs"): lambda c, v: (*c.runs(channel_id=None, limit=9), *c.runs(channel_id=v.home, limit=9)),
    ("digests", "last_run"): lambda c, v: c.last_run(v.digest.id, posted=True) or c.last_run(v.digest.id, posted=False),
    ("digests", "add_text"): lambda c, v: c.add_text(v.report.id, replace(SAID, revision=2), member_id=None, now=LATER),
    ("digests", "text"): lambda c, v: c.text(v.report.id) or c.text(v.report.id, revision=1),
    ("images", "keep"): lambda c, v: c.keep("secret", b"mine", channel_id=v.home, now=NOW),
    ("images", "get"): lambda c, v: c.get("secret"),
    ("events", "between"): lambda c, v: c.between([NoteAdded], NOW, LATER),
    ("spans", "begin"): lambda c, v: c.begin(replace(v.dropped, state=State.DOING), NOW),
    ("spans", "end"): lambda c, v: c.end(v.box.task_id, LATER),
    ("production", "carry"): lambda c, v: c.carry(v.git.deployment.id, [v.task.id]),
    ("production", "running_in"): lambda c, v: c.running_in(v.git.repository, "production", at=LATER),
    ("production", "was_there"): lambda c, v: c.was_there(v.git.repository, "production", SHA, before=0),
    ("production", "start"): lambda c, v: c.start(replace(v.running, environment="mine")),
    ("production", "stop"): lambda c, v: c.stop(v.running.id, LATER),
    ("production", "running"): lambda c, v: c.running(at=LATER),
    ("reports", "began"): lambda c, v: c.began([v.project.id]).year < 9999,
    ("reports", "spans"): lambda c, v: c.spans(NOW, SOON),
    ("reports", "worked"): lambda c, v: c.worked(NOW, SOON),
    ("reports", "answers"): lambda c, v: c.answers(NOW, SOON),
    ("reports", "blocked"): lambda c, v: c.blocked(NOW, SOON),
    ("reports", "boxes"): lambda c, v: c.boxes(at=LATER),
    ("reports", "deployments"): lambda c, v: c.deployments(NOW, SOON),
    ("reports", "carried"): lambda c, v: c.carried([v.git.deployment.id]),
    ("reports", "arrivals"): lambda c, v: c.arrivals(NOW, SOON),
    ("reports", "alerts"): lambda c, v: c.alerts(NOW, SOON),
    ("reports", "runs"): lambda c, v: c.runs(NOW, SOON),
    ("reports", "measured"): lambda c, v: c.measured(NOW, SOON),
    ("reports", "ready_data"): lambda c, v: c.ready_data(NOW, SOON),
    ("reports", "lines"): lambda c, v: c.lines([v.task.id]),
    ("reports", "readings"): lambda c, v: c.readings([v.task.id]),
    ("reports", "runs_of"): lambda c, v: c.runs_of([v.task.id]),
    ("reports", "open_versions"): lambda c, v: c.open_versions(),
    ("reports", "open_deploys"): lambda c, v: c.open_deploys(),
    ("reports", "done"): lambda c, v: c.done(["home@v0"]),
    ("glossary", "put"): lambda c, v: c.put(Term("AUC", "Mine"), member_id=None, now=LATER),
    ("glossary", "get"): lambda c, v: c.get("auc"),
    ("glossary", "list"): lambda c, v: c.list(),
    ("glossary", "remove"): lambda c, v: c.remove("auc"),
    ("versions", "aim"): lambda c, v: c.aim("home@v1", date(2027, 1, 1), member_id=None, now=LATER),
    ("versions", "targets"): lambda c, v: c.targets(["home@v1"]),
    ("receipts", "add"): lambda c, v: c.add("slack", "r2", NOW),
    ("receipts", "add_first"): lambda c, v: c.add_first("slack", "r3", NOW)(),
}
# These add a row of the intruder's own, or hand back what was handed in; the others must find nothing.
GIVES_BACK = {(collection, "add") for collection in collections()} | {
    ("channels", "ensure"), ("blockers", "open"), ("tasks", "save"), ("repositories", "ensure"), ("commits", "link"),
    ("receipts", "add_first"), ("events", "add_all"), ("digests", "add_schedule"), ("digests", "add_run"),
    ("links", "ask_each"),
}  # fmt: skip


def call(board: BoardDriver, victim: Victim, name: tuple[str, str]) -> object:
    try:
        return board.write(lambda work: CALLS[name](getattr(work, name[0]), victim))
    except (NoResultFound, IntegrityError):
        return None


def asks(name: tuple[str, str]) -> bool:
    """Whether the method says what it found."""
    answer = getattr(collections()[name[0]], name[1]).__annotations__["return"]
    return answer not in (None, "None") and name not in GIVES_BACK


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What databases are asked meanwhile, with the parameters."""
    asked: list[tuple[str, Any]] = []

    def listen(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
