"""Spans made of what is stored as text."""

from core.cards import TaskRef, Text


def task_or_text(subject: str) -> Text:
    """A task's key as a reference, anything else as it is."""
    return (TaskRef(subject),) if "-" in subject else (subject or "—",)


def length_text(seconds: int) -> str:
    """As a person says it: `45 s`, `2 min 5 s`, `1 h 20 min`, `5 days 1 h`."""
    minutes, hours = seconds // 60, seconds // 3600
    if hours >= 48:
        return f"{hours // 24} days {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
