"""Model versions as cards."""

from datetime import date

from bot.cards.outlook import day_words, outlook
from core.cards import Block, Bullets, Card, CommandLine, Field, Fields, Item, TaskRef, Text, When, paragraph
from core.digest_records import BlockedTask, Deadline, Upcoming
from core.events import Cause
from core.model_versions import VersionTarget
from core.text import clip

_SHOWN = 10


def version_card(
    version: str, target: VersionTarget | None, found: Upcoming | None, *, said: str, zone: str, today: date
) -> Card:
    facts = (("version", version), ("target", str(target.target) if target else ""))
    fields = [Field("wanted by", _wanted(target, today))] if target else []
    if found is None:
        blocks: list[Block] = [Fields(tuple(fields))] if fields else []
        line = CommandLine(f"lab task set CHURN-12 version:{version}")
        blocks.append(paragraph("No open task belongs to it. To put one there: ", line))
        return Card((version, f": {said}" if said else ""), tuple(blocks), facts=facts)
    fields.append(Field("tasks", (f"{found.done} of {found.done + found.open} done",)))
    if found.points or found.unestimated:
        left = f"{found.points} to go" + (f", {found.unestimated} not estimated" if found.unestimated else "")
        fields.append(Field("points", (left,)))
    blocks = [Fields(tuple(fields))]
    blocks += _listed("Before that is decided:", [_decision(one) for one in found.decisions])
    blocks += _listed("It waits:", [_blocker(one) for one in found.blockers])
    blocks.append(paragraph(outlook(found, zone=zone, today=today)))
    return Card((version, f": {said}" if said else ""), tuple(blocks), facts=facts)


def _wanted(target: VersionTarget, today: date) -> Text:
    return (day_words(target.target, today), f" ({target.author} said so)" if target.author else "")


def _listed(heading: str, lines: list[Text]) -> list[Block]:
    if not lines:
        return []
    items = [Item(line) for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        items.append(Item((f"and {len(lines) - _SHOWN} more",)))
    return [paragraph(heading), Bullets(tuple(items))]


def _decision(one: Deadline) -> Text:
    end: Text = (" (planned for ", When(one.ends_at), ")") if one.ends_at else (" (not begun yet)",)
    return (TaskRef.of(one.task.key), " ", clip(one.task.title, 140), *end)


def _blocker(one: BlockedTask) -> Text:
    cause = "" if one.cause is Cause.OTHER else f"{one.cause}: "
    reason: Text = (clip(one.why, 140) or "no reason given",)
    if one.waits_for is not None:
        reason = ("waits for ", TaskRef.of(one.waits_for), " ", clip(one.source, 100))
    return (TaskRef.of(one.task.key), " ", clip(one.task.title, 140), f" ({cause}", *reason, ")")
