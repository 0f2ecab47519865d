"""What Git hosts reported: in the thread of the task, and aloud where production changed."""

from datetime import UTC, datetime, timedelta

from bot.cards.check import TONES
from bot.notification import Notification, Place
from core.cards import (
    Block,
    Bullets,
    Card,
    CommandLine,
    Item,
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
    PullRequestState.CLOSED: "closed, without merging,",
    PullRequestState.MERGED: "merged",
}
_DEPLOYMENT_WORDS = {
    Result.RUNNING: "{by} is deploying to {where}",
    Result.SUCCESS: "{by} deployed to {where}",
    Result.FAILURE: "The deployment to {where} failed",
    Result.CANCELLED: "The deployment to {where} was cancelled",
}


def commits_card(entry: LoggedEvent) -> Card:
    """One commit is one line; of many, the count and the newest few."""
    event = entry.event
    assert isinstance(event, CommitsLinked)
    if event.count == 1 and event.commits:
        return Card((f"{event.by} pushed to {clip(event.branch, 80)}: ", *_commit(event.commits[0])))
    if event.is_rest:
        return _rest_card(event)
    words, branch = f"{event.count} commits", clip(event.branch, 80)
    title: Text = (f"{event.by} pushed ", Link(words, event.url) if event.url else words, f" to {branch}")
    items = [Item(_commit(line)) for line in event.commits]
    if event.count > len(event.commits):
        items.append(Item((f"and {event.count - len(event.commits)} before them",)))
    return Card(title, (Bullets(tuple(items)),))


def _rest_card(event: CommitsLinked) -> Card:
    words = f"{event.count} more commit{'s' if event.count != 1 else ''}"
    where = f" to {clip(event.branch, 80)}, which the report of the push had left out"
    return Card((f"{event.by} pushed ", Link(words, event.url) if event.url else words, where))


def pull_request_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, PullRequestMoved)
    link = Link(f"#{event.number} {clip(event.title, _TITLE)}", event.url)
    tone = Tone.GOOD if event.state is PullRequestState.MERGED else Tone.NEUTRAL
    return Card((f"{event.by} {_PULL_REQUEST_WORDS[event.state]} pull request ", link), tone=tone)


def check_changed_card(entry: LoggedEvent) -> Card:
    """As it was then; the line itself shows the check as it is."""
    event = entry.event
    assert isinstance(event, CheckChanged)
    return Card((describe_git(event),), tone=TONES.get(event.result, Tone.NEUTRAL))


def deployment_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, DeploymentChanged)
    tone = TONES.get(event.result, Tone.NEUTRAL)
    blocks: list[Block] = []
    if event.description and event.result is Result.FAILURE:
        blocks.append(paragraph(clip(event.description, 300)))
    if event.is_announced and len(event.tasks) != 1:
        blocks.append(paragraph(*_carries(event)))
    if event.result is Result.FAILURE:
        blocks.append(paragraph(*_who_looks(event)))
    return Card(_deployment_title(event), tuple(blocks), tone=tone)


def deployment_place(event: Event) -> Place:
    assert isinstance(event, DeploymentChanged)
    return Place.CHANNEL if event.is_announced else Place.THREAD


def release_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, ReleaseLinked)
    return Card((f"{event.by} released ", Link(clip(event.name or event.tag, _TITLE), event.url)))


def research_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, ResearchSaidDone)
    return Card(
        (f"{event.by} says in {event.source} that it is done. Research ends in a decision.",),
        (paragraph("If it leads nowhere, say what was learned: ", CommandLine("lab task drop CHURN-12 why:…")),),
    )


def _commit(line: CommitLine) -> tuple[Span, ...]:
    return (Link(short(line.sha), line.url), f" {clip(line.title, _TITLE)} ({line.author})")


def _deployment_title(event: DeploymentChanged) -> Text:
    where = clip(event.environment, 80)
    if event.is_rollback:
        words = f"{event.by} rolled {where} back to "
    else:
        pattern = _DEPLOYMENT_WORDS.get(event.result, "The deployment to {where} changed")
        words = pattern.format(by=event.by, where=where) + ": "
    sha = short(event.sha)
    commit: Span = Link(sha, event.url) if event.url else Mono(sha)
    took = f", in {timedelta(seconds=event.seconds)}" if event.seconds and event.result is Result.SUCCESS else ""
    return (words, commit, took) if took else (words, commit)


def _carries(event: DeploymentChanged) -> Text:
    if not event.tasks:
        return (f"{event.repository}; no task of the board names these commits.",)
    spans: list[Span] = ["With " if not event.is_rollback else "About "]
    for number, key in enumerate(event.tasks[:_TASKS_SHOWN]):
        spans += [", "] if number else []
        spans.append(TaskRef(key))
    if len(event.tasks) > _TASKS_SHOWN:
        spans.append(f" and {len(event.tasks) - _TASKS_SHOWN} more")
    return tuple(spans)


def _who_looks(event: DeploymentChanged) -> Text:
    people = tuple(zip(event.watcher_ids, event.watchers, strict=True))
    if not people:
        return (f"{event.by} deployed it.",)
    spans: list[Span] = []
    for number, (member, name) in enumerate(people):
        spans += [", "] if number else []
        spans.append(Mention(member, name))
    return (*spans, ": please look.")


def _example(event: Event) -> LoggedEvent:
    return LoggedEvent(1, _NOW, event, "Ana", 12, 1)


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
    _example(CheckChanged(1, "acme/churn", "tests", "3f2a1b9", Result.FAILURE)), lambda event: Place.LINE,
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
