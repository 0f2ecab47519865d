import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import (
    EVENT_TYPES,
    RECORDS,
    Cause,
    Change,
    DeliveryParked,
    HomeChosen,
    JobGivenUp,
    LeadNamed,
    LinkAdded,
    MemberChanged,
    MemberJoined,
    MetricDefined,
    MetricRecorded,
    NoteAdded,
    ProjectCreated,
    TaskBlocked,
    TaskChanged,
    TaskCreated,
    TaskMoved,
    TaskReordered,
    TaskUnblocked,
    WatchAdded,
    WatchRemoved,
    describe,
)
from core.tasks import Kind, Priority, State, Track

AT = datetime(2026, 11, 18, 10, tzinfo=UTC)
CHANGE = Change("points", None, "3")
# What 0.1.0 wrote, and what it means. These stay as they are: the log is never rewritten.
STORED = [
    (
        {"type": "TaskCreated", "title": "T", "kind": "investigate", "track": "research", "priority": "next"},
        TaskCreated("T", Kind.INVESTIGATE, Track.RESEARCH, Priority.NEXT),
    ),
    (
        {"type": "TaskCreated", "title": "T", "kind": "ab-test", "track": "research", "priority": "now"}
        | {"owner": "Ana", "points": 3, "box": "10d", "version": "churn@v2.0"},
        TaskCreated("T", Kind.AB_TEST, Track.RESEARCH, Priority.NOW, "Ana", 3, "10d", "churn@v2.0"),
    ),
    (
        {"type": "TaskChanged", "changes": [{"type": "Change", "field": "points", "after": "3"}]},
        TaskChanged((CHANGE,)),
    ),
    ({"type": "TaskMoved", "before": "todo", "after": "doing"}, TaskMoved(State.TODO, State.DOING)),
    ({"type": "TaskReordered", "place": "before CHURN-9"}, TaskReordered("before CHURN-9")),
    (
        {"type": "TaskBlocked", "blocker": 1, "cause": "data", "why": "labels late", "waits_for": "CHURN-9"},
        TaskBlocked(1, Cause.DATA, "labels late", "CHURN-9"),
    ),
    (
        {"type": "TaskUnblocked", "blocker": 1, "cause": "infra", "blocked_at": "2026-11-18T10:00:00+00:00"},
        TaskUnblocked(1, Cause.INFRA, AT),
    ),
    ({"type": "NoteAdded", "note": 1, "text": "seen"}, NoteAdded(1, "seen")),
    (
        {"type": "LinkAdded", "link": 1, "kind": "notebook", "url": "https://example.com/a.ipynb"},
        LinkAdded(1, "notebook", "https://example.com/a.ipynb"),
    ),
    ({"type": "MetricRecorded", "name": "val_auc", "value": 0.91}, MetricRecorded("val_auc", 0.91)),
    ({"type": "ProjectCreated", "key": "CHURN", "name": "Churn"}, ProjectCreated("CHURN", "Churn")),
    ({"type": "LeadNamed", "project": "CHURN", "lead": None}, LeadNamed("CHURN", None)),
    ({"type": "HomeChosen", "project": "CHURN", "channel": "general"}, HomeChosen("CHURN", "general")),
    ({"type": "WatchAdded", "watch": "CHURN kind:data", "channel": "data"}, WatchAdded("CHURN kind:data", "data")),
    ({"type": "WatchRemoved", "watch": "CHURN kind:data", "channel": "data"}, WatchRemoved("CHURN kind:data", "data")),
    ({"type": "JobGivenUp", "kind": "command", "reason": "x"}, JobGivenUp("command", "x")),
    ({"type": "DeliveryParked", "channel": "data", "code": "is_archived"}, DeliveryParked("data", "is_archived")),
    ({"type": "MetricDefined", "project": "CHURN", "name": "val_auc"}, MetricDefined("CHURN", "val_auc")),
    ({"type": "MemberJoined", "name": "Ana"}, MemberJoined("Ana")),
    (
        {"type": "MemberChanged", "name": "Ana", "changes": [{"type": "Change", "field": "points", "after": "3"}]},
        MemberChanged("Ana", (CHANGE,)),
    ),
]
WORDS = [
    (TaskCreated("T", Kind.DATA, Track.PRODUCTION, Priority.NEXT), "created it: T"),
    (TaskChanged((CHANGE, Change("owner", "Ana", "Bo"))), "changed points none → 3; owner Ana → Bo"),
    (TaskChanged((Change("box", "10d", None),)), "changed box 10d → none"),
    (TaskMoved(State.TODO, State.DOING), "moved it from todo to doing"),
    (TaskMoved(State.DOING, State.DROPPED, "no gain"), "moved it from doing to dropped: no gain"),
    (TaskReordered("at the top of now"), "put it at the top of now"),
    (TaskBlocked(1, Cause.DATA, "labels late"), "blocked it by data: labels late"),
    (TaskBlocked(1, Cause.OTHER, waits_for="CHURN-9"), "made it wait for CHURN-9"),
    (TaskUnblocked(1, Cause.DATA, AT), "let it go on: no longer blocked by data"),
    (TaskUnblocked(1, Cause.DATA, AT, waits_for="CHURN-9"), "let it go on: it no longer waits for CHURN-9"),
    (NoteAdded(1, "seen"), "noted: seen"),
    (LinkAdded(1, "link", "https://example.com"), "linked https://example.com"),
    (LinkAdded(1, "link", "https://example.com", "Run 7"), "linked Run 7"),
    (MetricRecorded("val_auc", 0.91), "recorded val_auc 0.91"),
    (MetricRecorded("val_auc", 0.91, 0.0), "recorded val_auc 0.91 (before: 0)"),
    (ProjectCreated("CHURN", "Churn"), "created project CHURN (Churn)"),
    (LeadNamed("CHURN", "Ana"), "made Ana lead of CHURN"),
    (LeadNamed("CHURN", None), "made nobody lead of CHURN"),
    (HomeChosen("CHURN", "general"), "made #general the home of CHURN"),
    (WatchAdded("CHURN kind:data", "data"), "shows CHURN kind:data in #data"),
    (WatchRemoved("CHURN kind:data", "data"), "no longer shows CHURN kind:data in #data"),
    (JobGivenUp("command", "TimeoutError"), "gave up on command: TimeoutError"),
    (DeliveryParked("data", "is_archived"), "could not post in #data: is_archived"),
    (MetricDefined("CHURN", "val_auc"), "defined metric val_auc in CHURN"),
    (MemberJoined("Ana"), "added Ana to the team"),
    (MemberChanged("Ana", (Change("role", None, "ml"),)), "changed Ana: role none → ml"),
]


def event_of(kind):
    """Any event of `kind`: every field by its annotation."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: value_of(hints[field.name]) for field in fields(kind)})


def value_of(hint):
    if hint == tuple[Change, ...]:
        return st.lists(st.from_type(Change), max_size=3).map(tuple)
    if hint is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if hint is float or hint == float | None:
        number = st.floats(allow_nan=False, allow_infinity=False)
        return number if hint is float else st.none() | number
    return st.from_type(hint)


@given(st.one_of([event_of(kind) for kind in EVENT_TYPES]))
def test_an_event_reads_as_it_was_stored(event):
    assert RECORDS.load(json.loads(json.dumps(RECORDS.dump(event)))) == event


@given(st.one_of([event_of(kind) for kind in EVENT_TYPES]))
def test_every_event_can_be_told_in_words(event):
    assert describe(event)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_an_event_without_its_newer_fields_still_reads(kind):
    newest = next(stored for stored, _ in STORED if stored["type"] == kind.__name__)
    required = {field.name for field in fields(kind) if field.default is MISSING}
    oldest = {name: value for name, value in newest.items() if name in required | {"type"}}
    event = RECORDS.load(oldest)
    assert type(event) is kind
    for field in fields(kind):
        assert getattr(event, field.name) == field.default or field.name in required


@pytest.mark.parametrize(("stored", "event"), STORED)
def test_what_version_0_1_stored_reads_and_is_still_written_so(stored, event):
    assert RECORDS.load(stored) == event
    assert RECORDS.dump(event) == stored


def test_the_stored_examples_show_every_event_there_is():
    assert {type(event) for _, event in STORED} == set(EVENT_TYPES)
    assert {type(event) for event, _ in WORDS} == set(EVENT_TYPES)


@pytest.mark.parametrize(("event", "words"), WORDS)
def test_an_event_is_told_as_the_rest_of_a_sentence(event, words):
    assert describe(event) == words
