"""What Git hosts reported: in the thread of the task, and aloud where production changed."""

from datetime import UTC, datetime

from bot.cards.check import TONES
from bot.cards.spans import length_text
from bot.notification import Notification, Place, who
from core.cards import (
    Card,
    CommandLine,
    Link,
    Mention,
    Mono,
    Span,
    TaskRef,
    Text,
    Tone,
    paragraph,
)
from core.events import Event, LoggedEvent
from core.git import PullRequestState, Result
from core.git_events import (
    NOBODY,
    CheckChanged,
    CommitLine,
    CommitsLinked,
    DeploymentChanged,
    PullRequestMoved,
    ReleaseLinked,
    ResearchSaidDone,
    describe_git,
    short,
)
from core.text import clip

_NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
_TITLE = 160
_TASKS_SHOWN = 10
_PULL_REQUEST_WORDS = {
    PullRequestState.OPEN: "opened",
    PullRequestState.DRAFT: "drafted",
    PullRequestState.CLOSED: "closed",
    PullRequestState.MERGED: "merged",
}
_DEPLOYMENT_WORDS = {
    Result.RUNNING: "{who} is deploying to {where}: ",
    Result.SUCCESS: "{who} deployed to {where}: ",
    Result.FAILURE: "{who} deployed to {where}, and it failed: ",
    Result.CANCELLED: "{who} deployed to {where}, and it was cancelled: ",
}


def commits_card(entry: LoggedEvent) -> Card:
    """One line: a commit, or how many and the newest of them."""
    event = entry.event
    assert isinstance(event, CommitsLinked)
    branch, newest = clip(event.branch, 80), event.commits[-1:]
    if event.count == 1 and newest:
        return Card((f"{who(entry)} pushed to {branch}: ", *_commit(newest, event.by)))
    if event.is_rest:
        return _rest_card(entry, event)
    words = f"{event.count} commits"
    pushed = Link(words, event.url) if event.url else words
    return Card((f"{who(entry)} pushed ", pushed, f" to {branch}, the newest: ", *_commit(newest, event.by)))


def _rest_card(entry: LoggedEvent, event: CommitsLinked) -> Card:
    words = f"{event.count} more commit{'s' if event.count != 1 else ''}"
    where = f" to {clip(event.branch, 80)}, which the report of the push had left out"
    return Card((f"{who(entry)} pushed ", Link(words, event.url) if event.url else words, where))


def pull_request_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, PullRequestMoved)
    link = Link(f"#{event.number} {clip(event.title, _TITLE)}", event.url)
    tone = Tone.GOOD if event.state is PullRequestState.MERGED else Tone.NEUTRAL
    unmerged = (" without merging it",) if event.state is PullRequestState.CLOSED else ()
    return Card((f"{who(entry)} {_PULL_REQUEST_WORDS[event.state]} pull request ", link, *unmerged), tone=tone)


def check_changed_card(entry: LoggedEvent) -> Card:
    """As it was then; the line itself shows the check as it is."""
    event = entry.event
    assert isinstance(event, CheckChanged)
    return Card((f"{who(entry)} {describe_git(event)}",), tone=TONES.get(event.result, Tone.NEUTRAL))


def deployment_card(entry: LoggedEvent) -> Card:
    """One line; where it went wrong or the channel is told, a second one: what it carries, why, who should look."""
    event = entry.event
    assert isinstance(event, DeploymentChanged)
    below: list[Span] = [*_carries(event)] if event.is_announced and len(event.tasks) != 1 else []
    if event.result is Result.FAILURE:
        below += _gap(
            below, *([f"The reason given: {clip(event.description, 300).rstrip('.')}."] if event.description else [])
        )
        below += _gap(below, *_who_looks(event))
    blocks = (paragraph(*below),) if below else ()
    return Card(_deployment_title(event, who(entry)), blocks, tone=TONES.get(event.result, Tone.NEUTRAL))


def deployment_place(event: Event) -> Place:
    assert isinstance(event, DeploymentChanged)
    return Place.CHANNEL if event.is_announced else Place.THREAD


def release_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, ReleaseLinked)
    return Card((f"{who(entry)} released ", Link(clip(event.name or event.tag, _TITLE), event.url)))


def research_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, ResearchSaidDone)
    return Card(
        (f"{who(entry)} says in {event.source} that it is done. Research ends in a decision.",),
        (paragraph("If it leads nowhere, drop it and say what was learned: ", CommandLine("lab task drop")),),
    )


def _commit(newest: tuple[CommitLine, ...], pusher: str) -> tuple[Span, ...]:
    """Whoever pushed it is named already."""
    return tuple(
        span
        for line in newest
        for author in ("" if line.author == pusher else f" ({line.author})",)
        for span in (Link(short(line.sha), line.url), f" {clip(line.title, _TITLE)}{author}")
    )


def _deployment_title(event: DeploymentChanged, who: str) -> Text:
    where, sha = clip(event.environment, 80), short(event.sha)
    pattern = _DEPLOYMENT_WORDS.get(event.result, "{who} changed the deployment to {where}: ")
    words = f"{who} rolled {where} back to " if event.is_rollback else pattern.format(who=who, where=where)
    commit: Span = Link(sha, event.url) if event.url else Mono(sha)
    took = f", in {length_text(event.seconds)}" if event.seconds and event.result is Result.SUCCESS else ""
    return (words, commit, took) if took else (words, commit)


def _carries(event: DeploymentChanged) -> Text:
    if not event.tasks:
        return (f"{event.repository}; no task of the board names these commits.",)
    spans: list[Span] = ["About " if event.is_rollback else "With "]
    for number, key in enumerate(event.tasks[:_TASKS_SHOWN]):
        spans += [", "] if number else []
        spans.append(TaskRef(key))
    left = max(event.count, len(event.tasks)) - _TASKS_SHOWN
    return (*spans, f" and {left} more." if left > 0 else ".")


def _who_looks(event: DeploymentChanged) -> Text:
    spans: list[Span] = []
    for member, name in zip(event.watcher_ids, event.watchers, strict=True):
        spans += [", "] if spans else []
        spans.append(Mention(member, name) if member != NOBODY else name)
    return (*spans, ": please look.") if spans else ()


def _gap(before: list[Span], *spans: Span) -> tuple[Span, ...]:
    return (" ", *spans) if before and spans else spans


def _example(event: Event, member: str = "Ana") -> LoggedEvent:
    return LoggedEvent(1, _NOW, event, member, 12, 1)


_LINE = CommitLine("3f2a1b9", "CHURN-12 weigh tail classes", "https://github.com/acme/churn/commit/3f2a1b9", "Ana")
PUSHED = Notification(
    CommitsLinked, commits_card,
    _example(CommitsLinked("acme/churn", "feat/churn-12-tails", (_LINE, _LINE), 12, "Ana", url="https://github.com/c")),
)  # fmt: skip
PULL_REQUEST = Notification(
    PullRequestMoved, pull_request_card,
    _example(
        PullRequestMoved("acme/churn", 7, "Weigh tails", "https://github.com/p/7", PullRequestState.OPEN, "main", "Ana")
    ),
)  # fmt: skip
CHECKED = Notification(
    CheckChanged, check_changed_card,
    _example(CheckChanged(1, "acme/churn", "tests", "3f2a1b9", Result.FAILURE), "CI"), lambda event: Place.LINE,
)  # fmt: skip
DEPLOYED = Notification(
    DeploymentChanged, deployment_card,
    _example(
        DeploymentChanged(
            1, "acme/churn", "production", True, Result.FAILURE, "3f2a1b9", "Ana", "https://github.com/d",
            "health check timed out", 95, is_announced=True, tasks=("CHURN-12", "CHURN-9"), watcher_ids=(2,),
            watchers=("Bo",),
        )
    ),
    deployment_place,
)  # fmt: skip
RELEASED = Notification(
    ReleaseLinked, release_card,
    _example(ReleaseLinked("acme/churn", "v2.0", "Churn 2.0", "https://github.com/r/v2.0", "Ana")),
)  # fmt: skip
SAID_DONE = Notification(ResearchSaidDone, research_card, _example(ResearchSaidDone("commit 3f2a1b9", "Ana")))
