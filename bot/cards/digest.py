"""Digests, their schedules and what was posted, as cards."""

from dataclasses import replace

from core.cards import (
    Block,
    Bold,
    Button,
    Card,
    CommandLine,
    Divider,
    Field,
    Fields,
    Image,
    LinkButton,
    Paragraph,
    Row,
    Style,
    Table,
    Text,
    Tone,
    When,
    paragraph,
    row,
)
from core.digest_asking import Asked
from core.digest_runs import Chart, DigestKind, DigestRun, DigestSchedule, DigestText, RunState
from core.digest_schedules import schedule_words
from core.schedules import Occurrence

_NAMES = {DigestKind.WEEKLY: "weekly plan", DigestKind.MONTHLY: "monthly report"}
_OUTCOMES = {RunState.POSTED: "posted", RunState.SILENT: "not posted", RunState.SKIPPED: "skipped"}


def preview_card(card: Card, asked: Asked, silence: str, chart: Chart | str, share: str, *, address: str = "") -> Card:
    """`chart` is a picture that is shown, or what it would show; `share` are the words that post it where it was asked,
    nothing where there is no channel; `address` is a page with charts."""
    blocks: list[Block] = list(card.blocks)
    if isinstance(chart, Chart):
        blocks.append(Image(chart.image, chart.alt))
    elif chart:
        blocks.append(paragraph("The chart that is posted with it, in words. ", chart))
    blocks.append(paragraph(_for_your_eyes(asked, silence)))
    buttons: tuple[Button | LinkButton, ...] = (
        Button("Share", "digest.share", share, Style.PRIMARY),
    ) if share else ()  # fmt: skip
    buttons += (LinkButton("See the charts", address),) if address else ()
    facts = (("digest", asked.kind.value), ("silence", silence))
    return replace(card, blocks=tuple(blocks), buttons=buttons, facts=facts)


def schedule_card(schedule: DigestSchedule, following: Occurrence | None, *, said: str) -> Card:
    fields = [
        Field("digest", (_NAMES[schedule.kind],)),
        Field("channel", (f"#{schedule.channel.name}",)),
        Field("when", (schedule_words(schedule.schedule),)),
        Field("tells of", (_scope(schedule),)),
    ]
    if following is not None:
        fields.append(Field("next", (When(following.at),)))
    footer = ("See all: ", CommandLine("lab-admin digest list"))
    return Card((said,), (Fields(tuple(fields)),), footer=footer, facts=(("schedule", str(schedule.id)),))


def schedules_card(found: tuple[tuple[DigestSchedule, DigestRun | None], ...]) -> Card:
    if not found:
        line = CommandLine("lab-admin digest schedule weekly day:mon at:09:00")
        return Card(("No digest is scheduled.",), (paragraph("In the channel that is to read it: ", line),))
    rows = tuple(_schedule_row(schedule, last) for schedule, last in found)
    return Card(("Digests and where they are posted",), (Table(("number", "digest", "channel", "when", "last"), rows),))


def reports_card(runs: tuple[DigestRun, ...]) -> Card:
    if not runs:
        line = CommandLine("lab digest weekly")
        return Card(("Nothing was posted yet.",), (paragraph("Look at what would be: ", line),))
    rows = tuple(
        row(str(run.id), f"{run.kind} {run.period}", f"#{run.channel.name}", (When(run.created_at),), _outcome(run))
        for run in runs
    )
    card = Table(("number", "digest", "channel", "at", "outcome"), rows)
    return Card(("What was posted",), (card,), footer=("Read one: ", CommandLine(f"lab digest report {runs[0].id}")))


def report_card(run: DigestRun, text: DigestText, *, said: str = "", is_whole: bool = False) -> Card:
    """With `said`, what was done with it; else what it says, as far as one message holds it."""
    about: Text = (f"Report {run.id}: {run.kind} {run.period} in #{run.channel.name}",)
    facts = (("report", str(run.id)),)
    if not is_whole:
        line = CommandLine(f"lab digest report {run.id}")
        footer: Text = ("As it was posted: ", line)
        return Card((said,), (Paragraph(about),), tone=Tone.GOOD, footer=footer, facts=facts)
    blocks: list[Block] = [Paragraph(about), Divider(), Paragraph(_bold(text.root.title)), *text.root.blocks]
    for section in text.sections:
        blocks += [Paragraph(_bold(section.title)), *section.blocks]
    if text.chart is not None:
        blocks.append(Image(text.chart.image, text.chart.alt))
    return Card(("As it was posted",), tuple(blocks), footer=text.root.footer, facts=facts)


def _for_your_eyes(asked: Asked, silence: str) -> str:
    if silence:
        return f"A schedule would not post this: {silence}."
    return "Only you see this."


def _schedule_row(schedule: DigestSchedule, last: DigestRun | None) -> Row:
    when = "paused" if schedule.is_paused else schedule_words(schedule.schedule)
    outcome = f"{last.period} {_outcome(last)}" if last else "not yet"
    return row(str(schedule.id), schedule.kind.value, f"#{schedule.channel.name}", when, outcome)


def _outcome(run: DigestRun) -> str:
    words = _OUTCOMES[run.state] + (f": {run.why}" if run.why else "")
    return f"{words}, corrected" if run.revision > 1 else words


def _scope(schedule: DigestSchedule) -> str:
    return "every project of the team" if schedule.shows_all else "the projects that the channel is shown"


def _bold(text: Text) -> Text:
    return tuple(Bold(span) if isinstance(span, str) else span for span in text)
