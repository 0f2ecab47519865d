"""Timeboxes as cards: the prompt that asks to decide or extend, what came of it, and what is still to be decided."""

from datetime import timedelta

from bot.cards.spans import length_text
from bot.cards.task import task_facts, task_title
from core.cards import (
    Block,
    Bold,
    Bullets,
    Button,
    Card,
    CommandLine,
    Field,
    Fields,
    Item,
    Mention,
    Row,
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
from core.decisions import Decided
from core.extensions import Extended
from core.metrics import judge
from core.prompts import PLEA, Evidence, PromptView, TimeboxView
from core.text import clip
from core.timebox_events import CALLED
from core.timebox_records import Call, Decision, Extension, Timebox, TimeboxState
from core.timeboxes import NAGS

_SHOWN = 3
TONES = {Call.ADOPT: Tone.GOOD, Call.DROP: Tone.NEUTRAL, Call.SPLIT: Tone.NEUTRAL}


def prompt_card(prompt: PromptView) -> Card:
    """With its buttons while it is open; after that, with what came of it."""
    view = prompt.view
    if prompt.is_open:
        return _open_plea(view) if prompt.nag == PLEA else _open_prompt(prompt)
    title: Text = (*task_title(view.task), _then(view.task.title))
    if prompt.extension is not None:
        return Card((*title, *_extended(prompt.extension)), (paragraph(clip(prompt.extension.why, 500)),))
    if view.decision is not None:
        return Card((*title, *_decided(view.decision)), _learned(view.decision), tone=TONES[view.decision.call])
    return Card((*title, "its timebox needs no decision any more."))


def timebox_card(view: TimeboxView, *said: Span) -> Card:
    """How a timebox stands, for whoever asks."""
    timebox = view.timebox
    blocks: list[Block] = [paragraph(*said)] if said else []
    blocks += [paragraph(*_standing(view)), *_evidence(view)]
    if view.decision is not None:
        blocks += [paragraph(Bold("Decided: "), *_decided(view.decision)), *_learned(view.decision)]
    buttons = decision_buttons(str(view.task.key)) if timebox.state is TimeboxState.ENDED else ()
    return Card(task_title(view.task), tuple(blocks), buttons=buttons, facts=task_facts(view.task))


def timeboxes_card(timeboxes: tuple[Timebox, ...]) -> Card:
    """By when they end; what waits for a decision first."""
    if not timeboxes:
        return Card(
            ("No timebox runs.",), (paragraph("Start one with the work: ", CommandLine("lab task start")),)
        )  # fmt: skip
    rows = tuple(_row(timebox) for timebox in timeboxes)
    waiting = sum(timebox.state is TimeboxState.ENDED for timebox in timeboxes)
    title = f"{len(timeboxes)} timebox" + ("es" if len(timeboxes) != 1 else "")
    title += f", {waiting} to be decided" if waiting else ""
    return Card((title,), (Table(("task", "owner", "timebox", "ends"), rows),), facts=(("count", str(len(rows))),))


def decided_card(decided: Decided, call: Call) -> Card:
    said: list[Span] = [f"{CALLED[call].capitalize()}."]
    if decided.tasks:
        said += [" It is carried on by "]
        for number, task in enumerate(decided.tasks):
            said += [", "] if number else []
            said += [TaskRef.of(task.key), f" ({clip(task.title, 80)})"]
        said.append(".")
    if decided.freed:
        said += [" No longer waiting: ", ", ".join(map(str, decided.freed)), "."]
    said += [" Kept as ", CommandLine(f"lab finding show {decided.finding}"), "."]
    made = (("made", " ".join(str(task.key) for task in decided.tasks)),) if decided.tasks else ()
    return Card(
        task_title(decided.task),
        (paragraph(*said),),
        facts=(*task_facts(decided.task), ("finding", str(decided.finding)), *made),
    )


def extended_card(extended: Extended) -> Card:
    title = task_title(extended.task)
    if extended.is_asked:
        said: Text = ("Asked for ", Bold(str(extended.by)), " more. This time somebody else has to agree: ")
        return Card(title, (paragraph(*said, CommandLine(f"lab box agree {extended.task.key}")),))
    ends = extended.timebox.ends_at
    end: Text = (" It ends ", When(ends), ".") if ends else ()
    return Card(title, (paragraph("Extended by ", Bold(str(extended.by)), ".", *end),), facts=task_facts(extended.task))


def agree_buttons(key: str) -> tuple[Button, ...]:
    return (Button("Agree", "box.agree", key, Style.PRIMARY),)


def decision_buttons(key: str) -> tuple[Button, ...]:
    return (
        Button("Adopt", "box.adopt", key, Style.PRIMARY),
        Button("Drop", "box.drop", key),
        Button("Extend", "box.extend", key),
        Button("Split", "box.split", key),
        Button("Remind me later", "box.snooze", key),
    )


def _open_prompt(prompt: PromptView) -> Card:
    view = prompt.view
    timebox, key = view.timebox, str(view.task.key)
    blocks: list[Block] = [paragraph(*_asked(prompt))]
    if view.task.description:
        blocks.append(paragraph(clip(view.task.description, 300)))
    blocks += _evidence(view)
    buttons = decision_buttons(key)
    if timebox.plea is not None:
        plea = timebox.plea
        blocks.append(paragraph(Bold(plea.name), f" asks for {plea.by} more: ", clip(plea.why, 300)))
        blocks.append(paragraph("Somebody else has to agree to that."))
        buttons = (*agree_buttons(key), *buttons)
    title: Text = (*task_title(view.task), f"{_then(view.task.title)}decide or extend?")
    return Card(title, tuple(blocks), buttons=buttons, tone=Tone.WARNING)


def _then(title: str) -> str:
    """What goes on behind a title; a question needs no colon."""
    return " " if title.rstrip().endswith(("?", "!", ".", ":")) else ": "


def _open_plea(view: TimeboxView) -> Card:
    plea = view.timebox.plea
    assert plea is not None
    title: Text = (*task_title(view.task), f"{_then(view.task.title)}{plea.name} asks for {plea.by} more")
    said = paragraph("It was extended ", _times(view.timebox.rounds), " before: another person has to agree.")
    return Card(title, (paragraph(clip(plea.why, 500)), said), agree_buttons(str(view.task.key)), Tone.WARNING)


def _asked(prompt: PromptView) -> Text:
    """Who must act; nobody is mentioned for what others decide."""
    view = prompt.view
    owner, lead = view.task.owner, view.lead
    ended: Text = (" ", When(view.timebox.ends_at)) if view.timebox.ends_at else ()
    if prompt.nag == NAGS and lead is not None:
        who: Span = Mention(lead.id, lead.name)
        asked = f" {owner.name} was asked twice." if owner and owner.id != lead.id else ""
        return (who, ": this waits for a decision since its timebox ended", *ended, f".{asked}")
    person = owner or lead
    who = Mention(person.id, person.name) if person else "Whoever looks after it"
    words = ": still undecided; its timebox ended" if prompt.nag else ": its timebox ended"
    late = f" This is asked {length_text(int(prompt.late.total_seconds()))} late." if prompt.late else ""
    return (who, words, *ended, f".{late}")


def _evidence(view: TimeboxView) -> list[Block]:
    evidence = view.evidence
    fields = [Field("used", (f"{used_text(evidence.used, evidence.hours_a_day)} of {_promise(view)}",))]
    fields.append(Field("work", (_counted(evidence),)))
    for reading, definition in evidence.metrics[:_SHOWN]:
        fields.append(Field(reading.name, (judge(reading.value, definition),)))
    blocks: list[Block] = [Fields(tuple(fields))]
    items = [Item((f"extended {_more(one.by)} ({one.author}): ", clip(one.why, 200))) for one in evidence.extensions]
    items += [Item((f"{note.author or 'somebody'} noted: ", clip(note.text, 200))) for note in evidence.notes]
    return [*blocks, Bullets(tuple(items))] if items else blocks


def used_text(used: timedelta, hours_a_day: float) -> str:
    """`7 days 3 h` of work."""
    hours = used.total_seconds() / 3600
    days = int(hours // hours_a_day)
    rest = round(hours - days * hours_a_day)
    if not days and not rest:
        return f"{round(hours * 60)} min"
    if not days:
        return f"{rest} h"
    return f"{days} day{'s' if days != 1 else ''}" + (f" {rest} h" if rest else "")


def _promise(view: TimeboxView) -> str:
    """What was promised first, which extensions leave as it is."""
    rounds, first = view.timebox.rounds, str(view.task.box or view.timebox.box)
    return f"{first}, extended {_times(rounds)}" if rounds else first


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _counted(evidence: Evidence) -> str:
    counts = (("commit", evidence.commits), ("run", evidence.runs))
    words = [f"{count} {word}{'s' if count != 1 else ''}" for word, count in counts if count]
    return ", ".join(words) or "no commit and no run is linked"


def _standing(view: TimeboxView) -> Text:
    timebox = view.timebox
    started: Text = ("Timebox ", Bold(_promise(view)), ", started ", When(timebox.started_at))
    if timebox.state is TimeboxState.RUNNING:
        return (*started, *((", ends ", When(timebox.ends_at)) if timebox.ends_at else ()), ".")
    if timebox.state is TimeboxState.ENDED:
        return (*started, *((", ended ", When(timebox.ends_at)) if timebox.ends_at else ()), ": waits for a decision.")
    return (*started, ".")


def _decided(decision: Decision) -> Text:
    return (f"{CALLED[decision.call]} by {decision.author}, ", When(decision.at))


def _learned(decision: Decision) -> tuple[Block, ...]:
    fields = [Field("learned", (clip(decision.learned, 1_000),))]
    fields += [Field("why", (clip(decision.why, 500),))] if decision.why else []
    fields += [Field("best run", (clip(decision.best_run, 200),))] if decision.best_run else []
    return (Fields(tuple(fields)),)


def _extended(extension: Extension) -> Text:
    agreed = f", agreed by {extension.agreed_by}" if extension.agreed_by else ""
    return (f"extended {_more(extension.by)} ({extension.author}{agreed})",)


def _more(by: str) -> str:
    """More time is a length or a day: “by 3d”, “until 2026-11-28”."""
    return by if by.startswith("until ") else f"by {by}"


def _row(timebox: Timebox) -> Row:
    waits = timebox.state is TimeboxState.ENDED
    end: Text = ((Bold("to be decided"), " since ") if waits else ()) + (
        (When(timebox.ends_at),) if timebox.ends_at else ("soon",)
    )
    owner = timebox.owner.name if timebox.owner else "—"
    promise = f"{timebox.box} more" if timebox.rounds else str(timebox.box)
    return row(TaskRef.of(timebox.task_key), owner, promise, end)
