"""Whether what was acknowledged was kept and done once, and what was done was said once."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.app import load_notifications
from bot.platforms.slack.render import render_card
from core.events import LoggedEvent
from tests.crash.board import Board, TaskRow
from tests.crash.senders import Change
from tests.fakes.slack.reading import message_text
from tests.fakes.slack.records import Message
from tests.fakes.slack.slack import Slack

# Signs that stand before a title, and the lines of a burst.
_SIGN = re.compile(r"^[✓▲✕] ")
_BURST = re.compile(r"^\d+ changes\n")
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_HIDDEN = re.compile(r"and (\d+) more$")


@dataclass
class Verdict:
    """What is wrong, by kind."""

    lost: list[str] = field(default_factory=list)
    done_twice: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    no_root: list[str] = field(default_factory=list)
    stale_root: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    said_twice: list[str] = field(default_factory=list)
    doubled_markers: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)

    @property
    def problems(self) -> dict[str, list[str]]:
        return {name: found for name, found in vars(self).items() if found}


@dataclass
class Channel:
    """The bot's messages in one channel: the cards by their heading, and what stands below them."""

    roots: defaultdict[str, list[Message]]
    threads: defaultdict[str, list[Message]]

    @classmethod
    def read(cls, slack: Slack, channel: str) -> "Channel":
        found = cls(defaultdict(list), defaultdict(list))
        for message in slack.messages(channel):
            if message.thread_ts:
                found.threads[message.thread_ts].append(message)
            else:
                found.roots[_lines(message)[0]].append(message)
        return found


def judge(board: Board, acknowledged: Iterable[Change], slack: Slack) -> Verdict:
    verdict = Verdict(unsent=board.unsent)
    judge_changes(verdict, board, acknowledged)
    homes = sorted({task.home for task in board.tasks.values()})
    channels = {home: Channel.read(slack, home) for home in homes}
    said = _to_be_said(board)
    for task in board.tasks.values():
        _judge_task(verdict, task, channels[task.home], said[task.id])
    verdict.doubled_markers += [f"{marker}, {count} times" for marker, count in slack.duplicates("marker").items()]
    known = {task.heading for task in board.tasks.values()}
    # What the database does not have was never to be said.
    verdict.lost += [f"card {root}" for channel in channels.values() for root in channel.roots if root not in known]
    return verdict


def judge_changes(verdict: Verdict, board: Board, acknowledged: Iterable[Change]) -> None:
    done = board.changes()
    verdict.lost += [f"{kind}: {what}" for kind, what in acknowledged if not done[kind, what]]
    verdict.done_twice += [f"{kind}: {what}" for (kind, what), count in done.items() if count > 1]
    # A fact is committed with its event and its audit line, or not at all.
    facts = Counter([("new", task.title) for task in board.tasks.values()] + [("note", note) for note in board.notes])
    told = Counter({change: count for change, count in done.items() if change[0] in ("new", "note")})
    verdict.torn += [f"{kind}: {what}" for kind, what in ((facts - told) + (told - facts))]
    verdict.torn += [f"{entry.event} has {entry.audited} lines" for entry in board.entries if entry.audited != 1]


def _to_be_said(board: Board) -> defaultdict[int, Counter[str]]:
    """By task, what its thread is told."""
    notifications = load_notifications()
    said: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for entry in board.entries:
        notification = notifications.get(type(entry.event))
        if notification is not None:
            card = notification.card(LoggedEvent(0, _LONG_AGO, entry.event, entry.who, entry.task_id))
            shown = render_card(card)
            lines = message_text(Message("", "", "", "", shown.text, shown.blocks), {}).split("\n")
            said[entry.task_id][" ".join(lines)] += 1
    return said


def _judge_task(verdict: Verdict, task: TaskRow, channel: Channel, expected: Counter[str]) -> None:
    roots = channel.roots[task.heading]
    if not roots:
        verdict.no_root.append(task.heading)
    if len(roots) > 1:
        verdict.said_twice.append(f"card {task.heading}, {len(roots)} times")
    verdict.stale_root += [
        f"{task}: {shown}" for shown in map(_lines, roots) if not shows(shown[1], task)
    ]  # fmt: skip
    replies = [message for root in roots for message in channel.threads[root.ts]]
    said, hidden = Counter[str](), 0
    for reply in replies:
        lines, more = _said(reply)
        said.update(lines)
        hidden += more
    verdict.said_twice += [f"{task.key}: {line}" for line in said - expected]
    unseen = expected - said
    if unseen.total() > hidden:
        verdict.unsaid.append(f"{task.key}: {hidden} of {list(unseen)}")
    elif unseen.total() < hidden:
        verdict.said_twice.append(f"{task.key}: {hidden} not shown, where it must be {unseen.total()}")


def shows(line: str, task: TaskRow) -> bool:
    """The second line of a card: “blocked · doing · feature · priority next · 5 points · no owner”."""
    words = line.split(" · ")
    is_blocked = words[0] == "blocked"
    points = [word for word in words if word.endswith(" points")]
    return (
        is_blocked == bool(task.blockers)
        and words[is_blocked] == task.state
        and points == ([f"{task.points} points"] if task.points else [])
    )


def _said(reply: Message) -> tuple[list[str], int]:
    """The lines of a reply, many where a burst became one, and how many more it only counts."""
    shown = _text(reply)
    if not _BURST.match(shown):
        return [" ".join(shown.split("\n"))], 0
    lines = [line.removeprefix("• ") for line in shown.split("\n")[1:]]
    hidden = _HIDDEN.match(lines[-1])
    return (lines[:-1], int(hidden[1])) if hidden else (lines, 0)


def _lines(message: Message) -> list[str]:
    return _SIGN.sub("", _text(message)).split("\n")


def _text(message: Message) -> str:
    return message_text(message, {})
