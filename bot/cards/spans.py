"""Spans made of what is stored as text."""

from core.cards import TaskRef, Text


def task_or_text(subject: str) -> Text:
    """A task's key as a reference, anything else as it is."""
    return (TaskRef(subject),) if "-" in subject else (subject or "—",)
