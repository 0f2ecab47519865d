"""The audit log as a card."""

from bot.cards.spans import task_or_text
from core.audit import PAGE
from core.cards import Card, CommandLine, Table, Text, When, row
from core.journal import AuditLine
from core.text import clip


def audit_card(lines: tuple[AuditLine, ...], *, line: str) -> Card:
    if not lines:
        return Card(("Nothing has been changed that fits.",))
    rows = tuple(
        row(
            str(entry.id), When(entry.at), entry.actor, f"{entry.platform} {entry.place}".strip(),
            task_or_text(entry.subject), clip(entry.summary, 200),
        )
        for entry in lines
    )  # fmt: skip
    footer: Text = ("Older: ", CommandLine(f"{line} before:{lines[-1].id}")) if len(lines) == PAGE else ()
    table = Table(("line", "when", "who", "from", "task", "what"), rows)
    return Card(("Who changed what, newest first",), (table,), footer=footer)
