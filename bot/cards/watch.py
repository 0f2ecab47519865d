"""Watches as cards."""

from core.cards import Card, CommandLine, Table, paragraph, row
from core.watches import Watch


def watch_card(watch: Watch, said: str) -> Card:
    footer = ("See all: ", CommandLine("lab-admin watch list"))
    return Card((f"Watch {watch.id}: {watch}",), (paragraph(said),), footer=footer, facts=(("watch", str(watch.id)),))


def watches_card(watches: tuple[Watch, ...]) -> Card:
    if not watches:
        add = CommandLine("lab-admin watch add CHURN track:research")
        return Card(
            ("No channel watches anything.",),
            (paragraph("Each project's tasks are shown in its home channel. To show them elsewhere too: ", add),),
        )
    rows = tuple(row(str(watch.id), f"#{watch.channel.name}", str(watch)) for watch in watches)
    return Card(("What is shown where, besides the home channels",), (Table(("number", "channel", "tasks"), rows),))
