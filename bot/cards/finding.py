"""Findings as cards: the page whole, many of them in lines, and what was tried before."""

from bot.buttons import carried
from bot.cards.markdown import markdown_blocks
from core.cards import (
    Block,
    Bold,
    Button,
    Card,
    CommandLine,
    Divider,
    Mono,
    Span,
    Style,
    Table,
    TaskRef,
    Text,
    Tone,
    When,
    paragraph,
    row,
)
from core.finding_records import Finding, Tried
from core.findings import FoundPages
from core.tasks import State
from core.text import clip
from core.timebox_events import CALLED

_LEARNED = 300
# Characters of what a button carries: Slack takes no more.
_CARRIED = 2_000


def finding_card(finding: Finding, *said: Span) -> Card:
    """The whole page, in the revision that was asked for."""
    blocks: list[Block] = [paragraph(*said)] if said else []
    blocks += [paragraph(*_about(finding)), *markdown_blocks(finding.page.body)]
    facts = (("finding", str(finding.number)), ("task", str(finding.task_key)), ("revision", str(finding.revision)))
    buttons = (Button("Revise", "finding.edit", str(finding.number)),) if _is_newest(finding) else ()
    return Card(_title(finding), tuple(blocks), footer=_footer(finding), facts=facts, buttons=buttons)


def findings_card(found: FoundPages, *, none: str) -> Card:
    """`none` is what is said where there is nothing."""
    if not found.findings:
        line = "lab finding write CHURN-12 What you found out"
        return Card((none,), (paragraph("Write one down: ", CommandLine(line)),), facts=(("count", "0"),))
    rows = tuple(
        row(str(one.number), TaskRef.of(one.task_key), When(one.revised_at), one.reviser, clip(one.page.title, 120))
        for one in found.findings
    )
    count = len(found.findings)
    title = f"{count} finding" + ("s" if count != 1 else "") + (", and more: add a word" if found.has_more else "")
    footer: Text = ("Read one: ", CommandLine(f"lab finding show {found.findings[0].number}"))
    facts = (("count", str(count)), ("findings", " ".join(str(one.number) for one in found.findings)))
    return Card((title,), (Table(("no.", "task", "when", "who", "finding"), rows),), footer=footer, facts=facts)


def tried_card(tried: tuple[Tried, ...], *, again: str) -> Card:
    """Before anything is saved; `again` is the line that makes it all the same."""
    blocks: list[Block] = []
    for one in tried:
        blocks += [*_tried(one), Divider()]
    value = carried(again.removeprefix("lab task new "))
    is_short = len(value) <= _CARRIED
    buttons = (Button("Make it anyway", "task.new", value, Style.PRIMARY),) if is_short else ()
    anyway: Text = ("make it anyway: ", CommandLine(again)) if is_short else ("say it with ", Mono("sure:yes"), ".")
    blocks.append(paragraph("If yours is another question, ", *anyway))
    title = "Tried before? Nothing was made yet."
    facts = (("tried", " ".join(str(one.task) for one in tried)),)
    return Card((title,), tuple(blocks), buttons=buttons, tone=Tone.WARNING, facts=facts)


def _title(finding: Finding) -> Text:
    return (f"Finding {finding.number}: ", finding.page.title)


def _about(finding: Finding) -> Text:
    about: list[Span] = [TaskRef.of(finding.task_key), " ", clip(finding.task_title, 120)]
    if finding.call is not None:
        about += [" · ", Bold(CALLED[finding.call])]
    return tuple(about)


def _footer(finding: Finding) -> Text:
    footer: list[Span] = [f"{finding.author}, ", When(finding.written_at)]
    if finding.last_revision > 1:
        footer += [f" · revision {finding.revision} of {finding.last_revision} by {finding.reviser}, "]
        footer += [When(finding.revised_at), " · "]
        other = finding.revision - 1 if finding.revision > 1 else finding.last_revision
        footer.append(CommandLine(f"lab finding show {finding.number} revision:{other}"))
    return tuple(footer)


def _is_newest(finding: Finding) -> bool:
    return finding.revision == finding.last_revision


def _tried(tried: Tried) -> list[Block]:
    who: Text = (f", {tried.who}",) if tried.who else ()
    blocks: list[Block] = [
        paragraph(TaskRef.of(tried.task), " ", tried.title),
        paragraph(Bold(_outcome(tried)), " ", When(tried.at), *who),
    ]
    if tried.learned:
        blocks.append(paragraph("Learned: ", clip(tried.learned, _LEARNED)))
    if tried.finding is not None:
        blocks.append(paragraph("More: ", CommandLine(f"lab finding show {tried.finding}")))
    return blocks


def _outcome(tried: Tried) -> str:
    if tried.call is not None:
        return CALLED[tried.call]
    return "dropped" if tried.state is State.DROPPED else "found"
