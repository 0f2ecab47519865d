"""A digest is posted: its run, what it says and the messages to send, in one unit, once in each period."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.cards import Card, Text
from core.deliveries import DeliveryKind, NewDelivery
from core.digest_events import DigestCorrected, DigestNotPosted, DigestPosted
from core.digest_runs import (
    CHART,
    ROOT,
    DigestKind,
    DigestRun,
    DigestSchedule,
    DigestText,
    RunState,
    digest_subject,
)
from core.digest_schedules import calendar_of
from core.digest_scope import scope_of
from core.errors import Conflict, NotFound
from core.ids import ChannelRef
from core.journal import AUTOMATIC, Actor, record
from core.local_time import zone_named
from core.periods import month_at, week_at
from core.ports import UnitOfWork
from core.schedules import Occurrence, next_due

# How late a digest may still be posted.
LATEST = timedelta(days=1)
# Sooner than this it is not called late.
PUNCTUAL = timedelta(minutes=15)
# A calendar that changes may bring an occurrence nearer: so it is looked at again after so long.
_LOOKS_AGAIN = timedelta(hours=1)
_MOST_MISSED = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest that was written. `png` is the picture of its chart; `silence` says why it is not worth posting."""

    text: DigestText
    png: bytes | None = None
    silence: str = ""


def period_of(kind: DigestKind, occurrence: Occurrence, zone: str) -> str:
    """What it is about: the week of a plan, the month before a report."""
    return occurrence.period if kind is DigestKind.WEEKLY else str(month_at(occurrence.at, zone).before)


def period_at(kind: DigestKind, as_of: datetime, zone: str) -> str:
    return str(week_at(as_of, zone)) if kind is DigestKind.WEEKLY else str(month_at(as_of, zone).before)


def due_occurrences(work: UnitOfWork, *, schedule: DigestSchedule, now: datetime) -> tuple[Occurrence, ...]:
    """What fell due since it was looked at last, oldest first."""
    calendar = calendar_of(work, schedule, scope_of(work, schedule.channel.ref, shows_all=schedule.shows_all))
    found: list[Occurrence] = []
    occurrence = next_due(schedule.schedule, schedule.done_until, calendar)
    while occurrence is not None and occurrence.at <= now:
        found.append(occurrence)
        occurrence = next_due(schedule.schedule, occurrence.at, calendar)
    return tuple(found[-_MOST_MISSED:])


def is_too_late(occurrence: Occurrence, now: datetime) -> bool:
    return now - occurrence.at > LATEST


def look_again(work: UnitOfWork, *, schedule: DigestSchedule, now: datetime) -> None:
    """Nothing is due just now: when it is to be looked at next."""
    found = work.digests.schedule(schedule.id, lock=True)
    if found is not None and found == schedule:
        work.digests.save_schedule(replace(found, looks_at=_next_look(work, found, now)))


def skip_occurrences(
    work: UnitOfWork, *, schedule: DigestSchedule, missed: tuple[Occurrence, ...], now: datetime
) -> None:
    """They were due while nobody could post them, and are too old by now."""
    found = work.digests.schedule(schedule.id, lock=True)
    if found != schedule:
        return
    for occurrence in missed:
        _record_run(work, schedule, occurrence, RunState.SKIPPED, "it was due more than a day before", now)
    done = replace(schedule, done_until=missed[-1].at)
    work.digests.save_schedule(replace(done, looks_at=now))


def post_occurrence(
    work: UnitOfWork, *, schedule: DigestSchedule, occurrence: Occurrence, draft: Draft, now: datetime
) -> DigestRun | None:
    """None where it was done by somebody else meanwhile, or the schedule changed."""
    found = work.digests.schedule(schedule.id, lock=True)
    if found != schedule:
        return None
    state = RunState.SILENT if draft.silence else RunState.POSTED
    run = _record_run(work, schedule, occurrence, state, draft.silence, now)
    if run is not None and not draft.silence:
        text = replace(draft.text, root=said_late(draft.text.root, occurrence, schedule, now))
        _publish(work, run, text, draft.png, member_id=None, now=now)
    done = replace(schedule, done_until=occurrence.at)
    work.digests.save_schedule(replace(done, looks_at=_next_look(work, done, now)))
    return run


def post_now(
    work: UnitOfWork,
    *,
    actor: Actor,
    kind: DigestKind,
    channel: ChannelRef,
    channel_name: str,
    as_of: datetime,
    zone: str,
    shows_all: bool,
    draft: Draft,
    now: datetime,
) -> DigestRun:
    """Because somebody asked for it, whatever the schedule says."""
    place = work.channels.ensure(channel, channel_name, now)
    wanted = DigestRun(
        id=0, schedule_id=None, channel=place, kind=kind, period=period_at(kind, as_of, zone), as_of=as_of,
        state=RunState.POSTED, shows_all=shows_all, by=actor.name, created_at=now,
    )  # fmt: skip
    run = work.digests.add_run(wanted, member_id=actor.member_id)
    assert run is not None, "no schedule, so nothing is there already"
    _publish(work, run, draft.text, draft.png, member_id=actor.member_id, now=now)
    record(work, DigestPosted(run.id, kind, place.name, run.period), actor=actor, now=now)
    return replace(run, revision=draft.text.revision)


def correct_digest(work: UnitOfWork, *, actor: Actor, number: int, why: str, draft: Draft, now: datetime) -> DigestRun:
    """Says it anew where it was said: the messages are edited, and the first is marked as corrected."""
    run = find_report(work, number, lock=True)
    before = work.digests.text(number)
    assert before is not None
    chart = draft.text.chart
    is_redrawn = chart is not None and (before.chart is None or chart.image != before.chart.image)
    if chart is not None and before.chart is not None:
        # Slack cannot put another picture in its place: a new one says that it counts.
        chart = replace(chart, title=f"{chart.title} (corrected)") if is_redrawn else before.chart
    text = replace(
        draft.text, revision=before.revision + 1, root=said_corrected(draft.text.root, why), correction=why,
        chart=chart,
    )  # fmt: skip
    _keep(work, run, text, draft.png, member_id=actor.member_id, now=now)
    parts = [ROOT, *map(str, range(1, max(len(before.sections), len(text.sections)) + 1))]
    for part in parts:
        _queue(work, run, DeliveryKind.LINE, part, now, revision=text.revision)
    if is_redrawn:
        _queue(work, run, DeliveryKind.FILE, f"{CHART}{text.revision}", now)
    record(work, DigestCorrected(run.id, run.channel.name, why), actor=actor, now=now)
    return replace(run, revision=text.revision)


def find_report(work: UnitOfWork, number: int, *, lock: bool = False) -> DigestRun:
    run = work.digests.run(number, lock=lock)
    if run is None:
        raise NotFound(f"There is no report {number}.", "See which there are:", example="lab digest reports")
    if not run.revision:
        raise Conflict(f"Report {number} was not posted: {run.why or run.state}.", "There is nothing to show.")
    return run


def said_late(root: Card, occurrence: Occurrence, schedule: DigestSchedule, now: datetime) -> Card:
    if now - occurrence.at <= PUNCTUAL:
        return root
    local = occurrence.at.astimezone(zone_named(schedule.schedule.zone))
    return _with_footer(root, (f"Posted late: it was due on {local:%A} at {local:%H:%M}.",))


def said_corrected(root: Card, why: str) -> Card:
    return replace(_with_footer(root, (f"Corrected: {why}",)), title=(*root.title, " (corrected)"))


def _with_footer(card: Card, words: Text) -> Card:
    return replace(card, footer=(*card.footer, " · ", *words) if card.footer else words)


def _next_look(work: UnitOfWork, schedule: DigestSchedule, now: datetime) -> datetime:
    calendar = calendar_of(work, schedule, scope_of(work, schedule.channel.ref, shows_all=schedule.shows_all))
    following = next_due(schedule.schedule, max(now, schedule.done_until), calendar)
    return min(following.at, now + _LOOKS_AGAIN) if following else now + _LOOKS_AGAIN


def _record_run(
    work: UnitOfWork, schedule: DigestSchedule, occurrence: Occurrence, state: RunState, why: str, now: datetime
) -> DigestRun | None:
    """None where the period has its run already."""
    period = period_of(schedule.kind, occurrence, schedule.schedule.zone)
    wanted = DigestRun(
        id=0, schedule_id=schedule.id, channel=schedule.channel, kind=schedule.kind, period=period,
        as_of=occurrence.at, due_at=occurrence.at, state=state, why=why, shows_all=schedule.shows_all, created_at=now,
    )  # fmt: skip
    run = work.digests.add_run(wanted, member_id=None)
    if run is None:
        return None
    name = schedule.channel.name
    event = (
        DigestPosted(run.id, schedule.kind, name, period)
        if state is RunState.POSTED
        else DigestNotPosted(schedule.kind, name, period, why)
    )
    record(work, event, actor=AUTOMATIC, now=now)
    return run


def _publish(
    work: UnitOfWork, run: DigestRun, text: DigestText, png: bytes | None, *, member_id: int | None, now: datetime
) -> None:
    _keep(work, run, text, png, member_id=member_id, now=now)
    _queue(work, run, DeliveryKind.ROOT, ROOT, now)
    for number in range(1, len(text.sections) + 1):
        _queue(work, run, DeliveryKind.REPLY, str(number), now)
    if text.chart is not None:
        _queue(work, run, DeliveryKind.FILE, CHART, now)


def _keep(
    work: UnitOfWork, run: DigestRun, text: DigestText, png: bytes | None, *, member_id: int | None, now: datetime
) -> None:
    if text.chart is not None and png is not None:
        work.images.keep(text.chart.image, png, channel_id=run.channel.id, now=now)
    work.digests.add_text(run.id, text, member_id=member_id, now=now)


def _queue(
    work: UnitOfWork, run: DigestRun, kind: DeliveryKind, part: str, now: datetime, *, revision: int = 1
) -> None:
    subject = digest_subject(run.id, part)
    key = subject if revision == 1 else f"{subject}:{revision}"
    work.deliveries.add(NewDelivery(channel_id=run.channel.id, kind=kind, dedupe_key=key, subject=subject), now)
