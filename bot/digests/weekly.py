"""The weekly plan: what Monday's meeting begins with."""

import hashlib

from bot.digests.templating import Page, fill
from bot.digests.wording import count
from core.weekly import WeeklySummary


def weekly_page(summary: WeeklySummary, *, projects: str, hidden: int) -> Page:
    """`projects` are the names of those that are told of, `hidden` counts the team's others."""
    values = {
        "week": summary, "zone": summary.week.zone, "projects": projects, "hidden": hidden, "lead": _lead(summary),
    }  # fmt: skip
    return fill("weekly.md.j2", values)


def weekly_gist(summary: WeeklySummary) -> str:
    """The same as long as there is nothing new to plan: days that pass are nothing new, and neither is that what
    happened was told a week ago."""
    planned = (
        summary.research, summary.deciding, summary.overdue, summary.debt, summary.shipping, summary.blocked,
        summary.data_awaited,
    )  # fmt: skip
    facts = (
        [
            (one.task.id, one.box, one.extensions, one.is_over, one.is_blocked, one.readings, one.runs)
            for one in summary.research
        ],
        [(one.task.id, one.ends_at) for one in summary.deciding],
        [one.task.id for one in summary.overdue],
        [one.task.id for one in summary.debt],
        [
            (one.version, [task.id for task in one.deploys], [(task.id, task.state) for task in one.under_way],
             one.waiting, one.points, one.target)
            for one in summary.shipping
        ],
        [(one.task.id, one.cause, one.since) for one in summary.blocked],
        [(one.why, one.since, one.count) for one in summary.data_awaited],
        [one.total for one in planned],
        [one.elsewhere for one in planned],
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def weekly_silence(summary: WeeklySummary, gist: str, gist_before: str | None) -> str:
    """Why it is not worth posting; nothing where it is."""
    if summary.is_empty:
        return "there is nothing to plan and nothing happened"
    if not summary.has_news and gist == gist_before:
        return "nothing changed since the last plan"
    return ""


def _lead(summary: WeeklySummary) -> str:
    """The week in two sentences."""
    due, late = summary.deciding.total, summary.overdue.total + summary.debt.total
    plan = [
        f"{count(summary.research.total, 'question')} under way" if summary.research.total else "",
        f"{count(due, 'decision')} due this week" if due else "",
        f"{count(late, 'decision')} still open" if late else "",
        f"{count(summary.blocked.total, 'task')} blocked" if summary.blocked.total else "",
    ]
    past = [
        f"{count(summary.decided.total, 'decision')}" if summary.decided.total else "",
        f"{count(len([one for one in summary.deployed if one.has_succeeded]), 'deployment')} to production"
        if any(one.has_succeeded for one in summary.deployed)
        else "",
    ]
    ahead, behind = _listed(plan), _listed(past)
    if not ahead and not behind:
        return "Nothing is planned in the projects that are shown here."
    return " ".join(
        [f"This week: {ahead}." if ahead else "Nothing is planned yet."]
        + ([f"Last week: {behind}."] if behind else [])
    )  # fmt: skip


def _listed(words: list[str]) -> str:
    return ", ".join(filter(None, words))
