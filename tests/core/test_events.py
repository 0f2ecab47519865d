import json
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest_events import (
    DigestCorrected,
    DigestNotPosted,
    DigestPosted,
    DigestRescheduled,
    DigestScheduled,
)
from core.events import (
    EVENT_TYPES,
    RECORDS,
    BoardsJoined,
    BoardsParted,
    CalendarChanged,
    Cause,
    Change,
    DeliveryParked,
    EmojiChosen,
    FindingRevised,
    FindingWritten,
    HomeChosen,
    JobGivenUp,
    LeadNamed,
    LinkAdded,
    MemberChanged,
    MemberJoined,
    MetricDefined,
    MetricRecorded,
    NoteAdded,
    PolicyChanged,
    ProjectCreated,
    TargetSet,
    TaskBlocked,
    TaskChanged,
    TaskCreated,
    TaskMoved,
    TaskReordered,
    TaskUnblocked,
    TermDefined,
    TermForgotten,
    WatchAdded,
    WatchRemoved,
    describe,
)
from core.git import PullRequestState, Result
from core.git_events import (
    CheckChanged,
    CommitLine,
    CommitsLinked,
    DeploymentChanged,
    HookCreated,
    HookRevoked,
    HookRotated,
    PullRequestMoved,
    ReleaseLinked,
    ResearchSaidDone,
)
from core.tasks import Kind, Priority, State, Track
from core.timebox_events import (
    ExtensionAsked,
    TaskDecided,
    TimeboxCancelled,
    TimeboxEnded,
    TimeboxExtended,
    TimeboxNagged,
    TimeboxNearlyOver,
    TimeboxSnoozed,
    TimeboxStarted,
)
from core.timebox_records import Call

AT = datetime(2026, 11, 18, 10, tzinfo=UTC)
CHANGE = Change("points", None, "3")
LINE = CommitLine("3f2a1b9", "Tails", "https://example.com/c", "Ana")
STORED_LINE = {"type": "CommitLine", "sha": "3f2a1b9", "title": "Tails", "url": "https://example.com/c"} | {
    "author": "Ana"
}
# What the first version with it wrote, and what it means. These stay as they are: the log is never rewritten.
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
    ({"type": "FindingWritten", "finding": 7, "title": "Tails"}, FindingWritten(7, "Tails")),
    ({"type": "FindingRevised", "finding": 7, "revision": 2, "title": "Tails"}, FindingRevised(7, 2, "Tails")),
    ({"type": "ProjectCreated", "key": "CHURN", "name": "Churn"}, ProjectCreated("CHURN", "Churn")),
    ({"type": "LeadNamed", "project": "CHURN", "lead": None}, LeadNamed("CHURN", None)),
    ({"type": "HomeChosen", "project": "CHURN", "channel": "general"}, HomeChosen("CHURN", "general")),
    ({"type": "EmojiChosen", "channel": "data", "emoji": "memo"}, EmojiChosen("data", "memo")),
    ({"type": "WatchAdded", "watch": "CHURN kind:data", "channel": "data"}, WatchAdded("CHURN kind:data", "data")),
    ({"type": "WatchRemoved", "watch": "CHURN kind:data", "channel": "data"}, WatchRemoved("CHURN kind:data", "data")),
    ({"type": "JobGivenUp", "kind": "command", "reason": "x"}, JobGivenUp("command", "x")),
    ({"type": "DeliveryParked", "channel": "data", "code": "is_archived"}, DeliveryParked("data", "is_archived")),
    (
        {"type": "CalendarChanged", "project": "CHURN"}
        | {"changes": [{"type": "Change", "field": "hours", "before": "09:00-18:00", "after": "10:00-19:00"}]},
        CalendarChanged("CHURN", (Change("hours", "09:00-18:00", "10:00-19:00"),)),
    ),
    ({"type": "MetricDefined", "project": "CHURN", "name": "val_auc"}, MetricDefined("CHURN", "val_auc")),
    ({"type": "MemberJoined", "name": "Ana"}, MemberJoined("Ana")),
    ({"type": "BoardsJoined", "name": "Acme"}, BoardsJoined("Acme")),
    ({"type": "TermDefined", "term": "AUC", "meaning": "how well"}, TermDefined("AUC", "how well")),
    ({"type": "TermForgotten", "term": "AUC"}, TermForgotten("AUC")),
    (
        {"type": "TargetSet", "version": "churn@v2", "target": "2026-12-15", "before": "2026-12-01"},
        TargetSet("churn@v2", date(2026, 12, 15), date(2026, 12, 1)),
    ),
    ({"type": "BoardsParted", "name": "Acme"}, BoardsParted("Acme")),
    (
        {"type": "MemberChanged", "name": "Ana", "changes": [{"type": "Change", "field": "points", "after": "3"}]},
        MemberChanged("Ana", (CHANGE,)),
    ),
    (
        {"type": "CommitsLinked", "repository": "acme/churn", "branch": "main", "commits": [STORED_LINE]}
        | {"count": 1, "by": "Ana"},
        CommitsLinked("acme/churn", "main", (LINE,), 1, "Ana"),
    ),
    (
        {"type": "CommitsLinked", "repository": "acme/churn", "branch": "main", "commits": [STORED_LINE]}
        | {"count": 12, "by": "Ana", "is_bot": True, "url": "https://example.com/d", "paths": ["a.py"]}
        | {"authors": ["Ana"]},
        CommitsLinked(
            "acme/churn", "main", (LINE,), 12, "Ana", True, "https://example.com/d", ("a.py",), ("Ana",)
        ),
    ),
    (
        {"type": "PullRequestMoved", "repository": "acme/churn", "number": 7, "title": "Tails"}
        | {"url": "https://example.com/7", "state": "open", "branch": "main", "by": "Ana"},
        PullRequestMoved("acme/churn", 7, "Tails", "https://example.com/7", PullRequestState.OPEN, "main", "Ana"),
    ),
    (
        {"type": "CheckChanged", "check": 1, "repository": "acme/churn", "name": "tests", "sha": "3f2a1b9"}
        | {"result": "failure"},
        CheckChanged(1, "acme/churn", "tests", "3f2a1b9", Result.FAILURE),
    ),
    (
        {"type": "DeploymentChanged", "deployment": 1, "repository": "acme/churn", "environment": "production"}
        | {"is_production": True, "result": "success", "sha": "3f2a1b9", "by": "Ana"},
        DeploymentChanged(1, "acme/churn", "production", True, Result.SUCCESS, "3f2a1b9", "Ana"),
    ),
    (
        {"type": "DeploymentChanged", "deployment": 1, "repository": "acme/churn", "environment": "production"}
        | {"is_production": True, "result": "failure", "sha": "3f2a1b9", "by": "Ana", "url": "https://example.com/d"}
        | {"description": "timed out", "seconds": 95, "is_rollback": True, "is_announced": True}
        | {"tasks": ["CHURN-12"], "watcher_ids": [2], "watchers": ["Bo"]},
        DeploymentChanged(
            1, "acme/churn", "production", True, Result.FAILURE, "3f2a1b9", "Ana", "https://example.com/d",
            "timed out", 95, True, True, ("CHURN-12",), (2,), ("Bo",),
        ),
    ),
    (
        {"type": "ReleaseLinked", "repository": "acme/churn", "tag": "v2.0", "name": "Churn 2.0"}
        | {"url": "https://example.com/v2.0", "by": "Ana"},
        ReleaseLinked("acme/churn", "v2.0", "Churn 2.0", "https://example.com/v2.0", "Ana"),
    ),
    (
        {"type": "ResearchSaidDone", "source": "commit 3f2a1b9", "by": "Ana"},
        ResearchSaidDone("commit 3f2a1b9", "Ana"),
    ),
    (
        {"type": "HookCreated", "hook": 1, "provider": "github", "project": "CHURN"},
        HookCreated(1, "github", "CHURN"),
    ),
    (
        {"type": "HookRotated", "hook": 1, "provider": "github", "project": "CHURN"},
        HookRotated(1, "github", "CHURN"),
    ),
    (
        {"type": "HookRevoked", "hook": 1, "provider": "github", "project": "CHURN"},
        HookRevoked(1, "github", "CHURN"),
    ),
    (
        {"type": "PolicyChanged", "project": "CHURN", "before": "sentence,evidence", "after": "person"},
        PolicyChanged("CHURN", "sentence,evidence", "person"),
    ),
    ({"type": "FindingWritten", "finding": 1, "title": "Tails"}, FindingWritten(1, "Tails")),
    (
        {"type": "FindingRevised", "finding": 1, "revision": 2, "title": "Tails"},
        FindingRevised(1, 2, "Tails"),
    ),
    ({"type": "TimeboxStarted", "timebox": 1, "box": "10d"}, TimeboxStarted(1, "10d")),
    (
        {"type": "TimeboxStarted", "timebox": 1, "box": "10d", "ends_at": "2026-11-18T10:00:00+00:00"},
        TimeboxStarted(1, "10d", AT),
    ),
    (
        {"type": "TimeboxNearlyOver", "timebox": 1, "ends_at": "2026-11-18T10:00:00+00:00"},
        TimeboxNearlyOver(1, AT),
    ),
    ({"type": "TimeboxEnded", "timebox": 1}, TimeboxEnded(1)),
    (
        {"type": "TimeboxEnded", "timebox": 1, "rounds": 1, "late_seconds": 7500, "by_runs": True},
        TimeboxEnded(1, 1, 7_500, True),
    ),
    ({"type": "TimeboxNagged", "timebox": 1, "rounds": 0, "nag": 1}, TimeboxNagged(1, 0, 1)),
    (
        {"type": "TimeboxNagged", "timebox": 1, "rounds": 1, "nag": 2, "to_lead": True},
        TimeboxNagged(1, 1, 2, True),
    ),
    (
        {"type": "ExtensionAsked", "timebox": 1, "rounds": 2, "by": "3d", "why": "one more sweep"}
        | {"task": "CHURN-12", "nags": 1},
        ExtensionAsked(1, 2, "3d", "one more sweep", "CHURN-12", 1),
    ),
    (
        {"type": "TimeboxExtended", "timebox": 1, "by": "3d", "why": "it still improves"},
        TimeboxExtended(1, "3d", "it still improves"),
    ),
    (
        {"type": "TimeboxExtended", "timebox": 1, "by": "3d", "why": "it still improves", "rounds": 2, "nags": 1}
        | {"ends_at": "2026-11-18T10:00:00+00:00", "agreed_with": "Ana"},
        TimeboxExtended(1, "3d", "it still improves", AT, 2, 1, "Ana"),
    ),
    (
        {"type": "TimeboxSnoozed", "timebox": 1, "until": "2026-11-18T10:00:00+00:00"},
        TimeboxSnoozed(1, AT),
    ),
    ({"type": "TimeboxCancelled", "timebox": 1, "rounds": 1, "nags": 2}, TimeboxCancelled(1, 1, 2)),
    ({"type": "TaskDecided", "call": "drop", "learned": "label noise"}, TaskDecided(Call.DROP, "label noise")),
    (
        {"type": "TaskDecided", "call": "adopt", "learned": "tails gain", "why": "above target"}
        | {"best_run": "run 17", "tasks": ["CHURN-13"], "timebox": 1, "rounds": 1, "nags": 2, "before": "review"},
        TaskDecided(Call.ADOPT, "tails gain", "above target", "run 17", ("CHURN-13",), 1, 1, 2, State.REVIEW),
    ),
    (
        {"type": "DigestScheduled", "digest": "weekly", "channel": "general", "how": "Mondays at 09:00, UTC"},
        DigestScheduled("weekly", "general", "Mondays at 09:00, UTC"),
    ),
    (
        {"type": "DigestRescheduled", "digest": "weekly", "channel": "general", "change": "paused"},
        DigestRescheduled("weekly", "general", "paused"),
    ),
    (
        {"type": "DigestPosted", "run": 3, "digest": "monthly", "channel": "general", "period": "2026-11"},
        DigestPosted(3, "monthly", "general", "2026-11"),
    ),
    (
        {
            "type": "DigestNotPosted", "digest": "weekly", "channel": "general", "period": "2026-W47",
            "why": "nothing changed",
        },
        DigestNotPosted("weekly", "general", "2026-W47", "nothing changed"),
    ),
    (
        {"type": "DigestCorrected", "run": 3, "channel": "general", "why": "a figure was wrong"},
        DigestCorrected(3, "general", "a figure was wrong"),
    ),
]  # fmt: skip
WORDS = [
    (TaskCreated("T", Kind.DATA, Track.PRODUCTION, Priority.NEXT), "created it: T"),
    (TaskChanged((CHANGE, Change("owner", "Ana", "Bo"))), "changed points none → 3; owner Ana → Bo"),
    (TaskChanged((Change("box", "10d", None),)), "changed box 10d → none"),
    (TaskMoved(State.TODO, State.DOING), "moved it from todo to doing"),
    (TaskMoved(State.DOING, State.DROPPED, "no gain"), "moved it from doing to dropped: no gain"),
    (TaskReordered("at the top of now"), "put it at the top of now"),
    (FindingWritten(7, "Tails"), "wrote finding 7: Tails"),
    (FindingRevised(7, 2, "Tails"), "revised finding 7 (revision 2): Tails"),
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
    (EmojiChosen("data", "memo"), "lets memo make tasks in #data"),
    (EmojiChosen("data", None), "lets no emoji make tasks in #data"),
    (WatchAdded("CHURN kind:data", "data"), "shows CHURN kind:data in #data"),
    (WatchRemoved("CHURN kind:data", "data"), "no longer shows CHURN kind:data in #data"),
    (JobGivenUp("command", "TimeoutError"), "gave up on command: TimeoutError"),
    (DeliveryParked("data", "is_archived"), "could not post in #data: is_archived"),
    (
        CalendarChanged("CHURN", (Change("2026-12-24", "working day", "day off"),)),
        "changed the calendar of CHURN: 2026-12-24 working day → day off",
    ),
    (MetricDefined("CHURN", "val_auc"), "defined metric val_auc in CHURN"),
    (MemberJoined("Ana"), "added Ana to the team"),
    (TermDefined("AUC", "how well"), "explained AUC: how well"),
    (TermForgotten("AUC"), "took AUC out of the glossary"),
    (TargetSet("churn@v2", date(2026, 12, 15)), "wants churn@v2 by 2026-12-15"),
    (TargetSet("churn@v2", None, date(2026, 12, 15)), "named no day for churn@v2 any more"),
    (BoardsJoined("Acme"), "took the board of Acme into this one"),
    (BoardsParted("Acme"), "gave Acme its own board again"),
    (MemberChanged("Ana", (Change("role", None, "ml"),)), "changed Ana: role none → ml"),
    (CommitsLinked("acme/churn", "main", (LINE,), 1, "Ana"), "pushed 1 commit to main: Tails"),
    (CommitsLinked("acme/churn", "main", (LINE,), 12, "Ana"), "pushed 12 commits to main: Tails"),
    *(
        (PullRequestMoved("acme/churn", 7, "Tails", "", state, "main", "Ana"), f"{word} pull request #7: Tails")
        for state, word in [
            (PullRequestState.OPEN, "opened"), (PullRequestState.DRAFT, "drafted"),
            (PullRequestState.CLOSED, "closed"), (PullRequestState.MERGED, "merged"),
        ]
    ),
    (CheckChanged(1, "acme/churn", "tests", "3f2a1b9c", Result.FAILURE), "reported tests on 3f2a1b9: failure"),
    *(
        (DeploymentChanged(1, "acme/churn", "production", True, result, "3f2a1b9c", "Ana"), f"{words} (3f2a1b9)")
        for result, words in [
            (Result.WAITING, "queued a deployment to production"), (Result.RUNNING, "is deploying to production"),
            (Result.SUCCESS, "deployed to production"), (Result.FAILURE, "failed to deploy to production"),
            (Result.CANCELLED, "cancelled the deployment to production"),
            (Result.SKIPPED, "skipped the deployment to production"),
            (Result.INACTIVE, "replaced the deployment to production"),
        ]
    ),
    (
        DeploymentChanged(
            1, "acme/churn", "production", True, Result.SUCCESS, "3f2a1b9c", "Ana", is_rollback=True
        ),
        "rolled production back (3f2a1b9)",
    ),
    (ReleaseLinked("acme/churn", "v2.0", "Churn 2.0", "", "Ana"), "released Churn 2.0"),
    (ReleaseLinked("acme/churn", "v2.0", "", "", "Ana"), "released v2.0"),
    (
        ResearchSaidDone("commit 3f2a1b9", "Ana"),
        "said in commit 3f2a1b9 that it is done, but research ends in a decision",
    ),
    (HookCreated(1, "github", "CHURN"), "made hook 1: github for CHURN"),
    (HookCreated(1, "github", "CHURN", "acme/churn"), "made hook 1: github for CHURN, only acme/churn"),
    (HookRotated(1, "github", "CHURN"), "gave hook 1 (github for CHURN) a new secret"),
    (HookRevoked(1, "github", "CHURN"), "revoked hook 1 (github for CHURN)"),
    (
        PolicyChanged("CHURN", "sentence,evidence", "person"),
        "changed what extensions cost in CHURN: sentence,evidence → person",
    ),
    (FindingWritten(1, "Tails"), "wrote finding 1: Tails"),
    (FindingRevised(1, 2, "Tails"), "revised finding 1 (revision 2): Tails"),
    (TimeboxStarted(1, "10d"), "started its timebox of 10d"),
    (TimeboxNearlyOver(1, AT), "saw that four fifths of its timebox are used"),
    (TimeboxEnded(1), "asked to decide or extend: its timebox ended"),
    (TimeboxEnded(1, by_runs=True), "asked to decide or extend: its runs are used up"),
    (TimeboxNagged(1, 0, 1), "asked again for a decision"),
    (TimeboxNagged(1, 0, 2, to_lead=True), "asked the lead for a decision"),
    (
        ExtensionAsked(1, 2, "3d", "one more sweep"),
        "asks for 3d more, which another person has to agree to: one more sweep",
    ),
    (TimeboxExtended(1, "3d", "it still improves"), "gave it 3d more: it still improves"),
    (
        TimeboxExtended(1, "3d", "it still improves", agreed_with="Ana"),
        "agreed with Ana to give it 3d more: it still improves",
    ),
    (TimeboxSnoozed(1, AT), "wants to be reminded on 2026-11-18 10:00 UTC"),
    (TimeboxCancelled(1), "ended its timebox without a decision: it is no research any more"),
    (TaskDecided(Call.DROP, "label noise"), "decided: dropped. Learned: label noise"),
    (
        TaskDecided(Call.ADOPT, "tails gain", tasks=("CHURN-13", "CHURN-14")),
        "decided: adopted into CHURN-13, CHURN-14. Learned: tails gain",
    ),
    (
        TaskDecided(Call.SPLIT, "two causes", tasks=("CHURN-13", "CHURN-14")),
        "decided: split into CHURN-13, CHURN-14. Learned: two causes",
    ),
    (
        DigestScheduled("weekly", "general", "Mondays at 09:00, UTC"),
        "scheduled the weekly digest in #general: Mondays at 09:00, UTC",
    ),
    (DigestRescheduled("weekly", "general", "paused"), "paused the weekly digest in #general"),
    (
        DigestPosted(3, "monthly", "general", "2026-11"),
        "posted the monthly digest of 2026-11 in #general (report 3)",
    ),
    (
        DigestNotPosted("weekly", "general", "2026-W47", "nothing changed"),
        "did not post the weekly digest of 2026-W47 in #general: nothing changed",
    ),
    (DigestCorrected(3, "general", "a figure was wrong"), "corrected report 3 in #general: a figure was wrong"),
]  # fmt: skip


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
def test_what_was_stored_once_reads_and_is_still_written_so(stored, event):
    assert RECORDS.load(stored) == event
    assert RECORDS.dump(event) == stored


def test_the_stored_examples_show_every_event_there_is():
    assert {type(event) for _, event in STORED} == set(EVENT_TYPES)
    assert {type(event) for event, _ in WORDS} == set(EVENT_TYPES)


@pytest.mark.parametrize(("event", "words"), WORDS)
def test_an_event_is_told_as_the_rest_of_a_sentence(event, words):
    assert describe(event) == words
