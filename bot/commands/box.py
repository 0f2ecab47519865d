"""`/lab box …`: timeboxes, and the decisions they end in."""

from typing import Annotated

from bot.cards.timebox import decided_card, extended_card, timebox_card, timeboxes_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ProjectKey, Titles
from core.cards import Card, Span, When
from core.decisions import Verdict, decide, restart_timebox
from core.durations import Box, WorkingTime
from core.errors import NotFound
from core.extensions import agree_to_extension, extend_timebox, snooze_timebox
from core.ids import TaskKey
from core.members import MemberRef
from core.prompts import TimeboxView
from core.timebox_lists import check_decidable, list_timeboxes, show_timebox
from core.timebox_records import Call

WHICH = Word("Which task", "CHURN-12")
LEARNED = Arg("What was learned", "tails are label noise", is_long=True)
WHY = Arg("Why", is_asked=True)
BEST = Arg("The best run, if there is one", is_asked=True)


@command("box decide", help="Decide a research task", check=check_decidable)
async def decide_(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    call: Annotated[Call, Arg("Adopt, drop or split", "drop")],
    learned: Annotated[str, LEARNED],
    why: Annotated[str, WHY] = "",
    best: Annotated[str, BEST] = "",
    tasks: Annotated[Titles, Arg("Tasks that carry it on, with ;")] = Titles(()),  # noqa: B008 - an empty tuple
) -> Card:
    return await _decide(ctx, task, Verdict(call=call, learned=learned, why=why, best_run=best, tasks=tasks))


@command("box adopt", help="Adopt for production", check=check_decidable)
async def adopt(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    learned: Annotated[str, LEARNED],
    why: Annotated[str, WHY] = "",
    best: Annotated[str, BEST] = "",
    tasks: Annotated[Titles, Arg("Production tasks to make, with ;", is_asked=True)] = Titles(()),  # noqa: B008
) -> Card:
    return await _decide(ctx, task, Verdict(call=Call.ADOPT, learned=learned, why=why, best_run=best, tasks=tasks))


@command("box drop", help="Drop as a learning", check=check_decidable)
async def drop(
    ctx: Context, task: Annotated[TaskKey, WHICH], learned: Annotated[str, LEARNED], why: Annotated[str, WHY] = ""
) -> Card:
    return await _decide(ctx, task, Verdict(call=Call.DROP, learned=learned, why=why))


@command("box split", help="Split into two questions", check=check_decidable)
async def split(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    first: Annotated[str, Arg("The first question", "Is it label noise?")],
    second: Annotated[str, Arg("The second question", "Does a bigger model help?")],
    learned: Annotated[str, LEARNED],
    box: Annotated[Box | None, Arg("The timebox of each, if another", is_asked=True)] = None,
) -> Card:
    verdict = Verdict(call=Call.SPLIT, learned=learned, tasks=(first, second), box=box)
    return await _decide(ctx, task, verdict)


@command("box extend", help="Give a timebox more time", check=check_decidable)
async def extend(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    by: Annotated[Box, Arg("How much longer, or until when", "3d")],
    why: Annotated[str, Arg("What you know now that you did not before", "the last runs still improve", is_long=True)],
) -> Card:
    return extended_card(await ctx.do(extend_timebox, task=task, by=by, why=why))


@command("box agree", help="Agree to more time that somebody asked for")
async def agree(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return extended_card(await ctx.do(agree_to_extension, task=task))


@command("box snooze", help="Be reminded of a decision later")
async def snooze(
    ctx: Context, task: Annotated[TaskKey, WHICH], by: Annotated[WorkingTime | None, Arg("Working days, 3d")] = None
) -> Card:
    found, timebox = await ctx.do(snooze_timebox, task=task, by=by)
    assert timebox.due_at is not None
    return timebox_card(await _view(ctx, found.key), "You are reminded ", When(timebox.due_at), ".")


@command("box start", help="Start a timebox; a new one opens decided research again")
async def start(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    box: Annotated[Box | None, Arg("How long, if not as promised", "5d")] = None,
) -> Card:
    found, timebox = await ctx.do(restart_timebox, task=task, box=box, today=ctx.today)
    said: tuple[Span, ...] = ("It runs until ", When(timebox.ends_at), ".") if timebox.ends_at else ("It runs.",)
    return timebox_card(await _view(ctx, found.key), *said)


@command("box show", help="How a timebox stands, and what speaks for it")
async def show(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return timebox_card(await _view(ctx, task))


@command("box list", help="When we decide: timeboxes by their end", is_default=True)
async def list_(
    ctx: Context,
    owner: Annotated[MemberRef | None, Arg("Whose", "me")] = None,
    project: Annotated[ProjectKey | None, Arg("In which project")] = None,
) -> Card:
    return timeboxes_card(await ctx.read(list_timeboxes, actor=ctx.actor, owner=owner, project=project))


async def _decide(ctx: Context, task: TaskKey, verdict: Verdict) -> Card:
    return decided_card(await ctx.do(decide, task=task, verdict=verdict, today=ctx.today), verdict.call)


async def _view(ctx: Context, task: TaskKey) -> TimeboxView:
    found = await ctx.read(show_timebox, task=task, now=ctx.now)
    if found is None:
        example = f"lab task start {task}"
        raise NotFound(f"The timebox of {task} was not started.", "It begins with the work:", example=example)
    return found
