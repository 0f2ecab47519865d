"""`/lab task …`: making tasks, and what people do with them."""

from enum import StrEnum
from typing import Annotated, Literal

from bot.cards.finding import tried_card
from bot.cards.task import changes_text, list_card, task_card, task_details
from bot.command import Arg, Rest, Word, command
from bot.context import Context
from bot.values import Labels, ModelVersion, ProjectKey
from core.blocking import block_task, make_wait, unblock_task
from core.board import UNSET, Maybe, NewTask, TaskChanges, change_task, create_task, reorder_task
from core.cards import Bold, Card, Link, Span, TaskRef
from core.durations import Box
from core.errors import InvalidInput
from core.events import Cause
from core.ids import TaskKey
from core.links import link_task
from core.members import MemberRef
from core.metrics import Measurement
from core.moves import move_task
from core.notes import add_note
from core.task_search import TaskFilter, list_tasks
from core.task_views import view_task
from core.tasks import Kind, Priority, Role, State, Track
from core.text import clip
from core.tried import TriedBefore, create_untried_task, tried_before

WHICH = Word("Which task", "CHURN-12")


class Place(StrEnum):
    """Where a task can be moved: to a state, or within its priority."""

    TODO = "todo"
    DOING = "doing"
    REVIEW = "review"
    DONE = "done"
    DROPPED = "dropped"
    TOP = "top"
    BOTTOM = "bottom"


class Wanted(StrEnum):
    """States a list can ask for."""

    OPEN = "open"
    TODO = "todo"
    DOING = "doing"
    REVIEW = "review"
    DONE = "done"
    DROPPED = "dropped"


@command("task new", help="Make a task")
async def new(
    ctx: Context,
    title: Annotated[str, Rest("What is to be done", "Try focal loss on tail classes")],
    kind: Annotated[Kind | None, Arg("What kind of work", "investigate")] = None,
    track: Annotated[Track | None, Arg("Flexible or fixed scope")] = None,
    box: Annotated[Box | None, Arg("Research: its timebox, 3h, 10d, 2w or a date", "10d")] = None,
    runs: Annotated[int | None, Arg("Research: or after so many runs")] = None,
    points: Annotated[int | None, Arg("Production: the estimate")] = None,
    owner: Annotated[MemberRef | None, Arg("Who does it", "me")] = None,
    priority: Annotated[Priority, Arg("How soon", is_asked=True)] = Priority.NEXT,
    version: Annotated[ModelVersion | None, Arg("Model version, churn@v2.0")] = None,
    role: Annotated[Role | None, Arg("Whose work it is")] = None,
    labels: Annotated[Labels, Arg("Labels, with commas")] = Labels(()),  # noqa: B008 - an empty tuple
    about: Annotated[str, Arg("The description", is_long=True)] = "",
    link: Annotated[str | None, Arg("A web address it comes from")] = None,
    project: Annotated[ProjectKey | None, Arg("Project, if not the channel's")] = None,
    sure: Annotated[bool, Arg("Research: also if it was tried before")] = False,
) -> Card:
    wanted = NewTask(
        title=title, project=project, kind=kind, track=track, description=about, priority=priority, points=points,
        box=box, runs=runs, version=version, role=role, owner=owner, labels=labels, link=link,
    )  # fmt: skip
    if ctx.only_reads and not sure and (tried := await ctx.read(tried_before, new=wanted, today=ctx.today)):
        return tried_card(tried, again=ctx.again({"sure": "yes"}))
    create = create_task if sure else create_untried_task
    try:
        task = await ctx.do(create, new=wanted, channel=ctx.channel, today=ctx.today)
    except TriedBefore as found:
        return tried_card(found.tried, again=ctx.again({"sure": "yes"}))
    return task_card(task, "Created.", next_line=f"lab task start {task.key}")


@command("task show", help="A task with everything that hangs on it")
async def show(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return task_details(await ctx.read(view_task, key=task))


@command("task list", help="Tasks in the board's order")
async def list_(
    ctx: Context,
    owner: Annotated[MemberRef | None, Arg("Whose", "me")] = None,
    track: Annotated[Track | None, Arg("On which track", "research")] = None,
    state: Annotated[Wanted, Arg("In which state")] = Wanted.OPEN,
    kind: Annotated[Kind | None, Arg("Of which kind")] = None,
    priority: Annotated[Priority | None, Arg("How soon")] = None,
    role: Annotated[Role | None, Arg("For which role")] = None,
    version: Annotated[ModelVersion | None, Arg("Of which model version")] = None,
    label: Annotated[str | None, Arg("With which label")] = None,
    blocked: Annotated[bool | None, Arg("Only blocked ones, or only others")] = None,
    project: Annotated[ProjectKey | None, Arg("In which project")] = None,
    page: Annotated[int, Arg("Which page")] = 1,
) -> Card:
    if not 1 <= page <= 1_000:
        raise InvalidInput(f"There is no page {page}.", "Pages count from 1.")
    wanted = TaskFilter(
        track=track, states=() if state is Wanted.OPEN else (State(state.value),), kind=kind, priority=priority,
        role=role, version=version, label=label.lower().lstrip("#") if label else None, blocked=blocked,
    )  # fmt: skip
    found = await ctx.read(list_tasks, actor=ctx.actor, project=project, owner=owner, wanted=wanted, page=page)
    given = {
        "owner": owner and owner.text, "track": track, "state": state if state is not Wanted.OPEN else None,
        "kind": kind, "priority": priority, "role": role, "version": version, "label": label,
        "blocked": None if blocked is None else "yes" if blocked else "no", "project": project,
    }  # fmt: skip
    words = [f"{name}:{value}" for name, value in given.items() if value]
    return list_card(found, line=" ".join(["lab task list", *words]))


@command("task set", help="Change a task")
async def set_(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    title: Annotated[Maybe[str], Arg("The title")] = UNSET,
    kind: Annotated[Maybe[Kind], Arg("What kind of work")] = UNSET,
    track: Annotated[Maybe[Track], Arg("Flexible or fixed scope")] = UNSET,
    box: Annotated[Maybe[Box | None], Arg("Research: its timebox")] = UNSET,
    runs: Annotated[Maybe[int | None], Arg("Research: or after so many runs")] = UNSET,
    points: Annotated[Maybe[int | None], Arg("Production: the estimate", "3")] = UNSET,
    owner: Annotated[Maybe[MemberRef | None], Arg("Who does it, or none")] = UNSET,
    priority: Annotated[Maybe[Priority], Arg("How soon")] = UNSET,
    version: Annotated[Maybe[ModelVersion | None], Arg("Model version", "churn@v2.0")] = UNSET,
    role: Annotated[Maybe[Role | None], Arg("Whose work it is")] = UNSET,
    labels: Annotated[Maybe[Labels | None], Arg("Labels, with commas")] = UNSET,
    about: Annotated[Maybe[str | None], Arg("The description", is_long=True)] = UNSET,
    metric: Annotated[Measurement | None, Arg("A result, val_auc=0.91")] = None,
    revision: Annotated[int | None, Arg("Only if it is still at this revision")] = None,
) -> Card:
    changes = TaskChanges(
        title=title, kind=kind, track=track, description=about, priority=priority, points=points, box=box, runs=runs,
        version=version, role=role, owner=owner, labels=labels,
    )  # fmt: skip
    if changes == TaskChanges() and metric is None:
        raise InvalidInput("Nothing to change was given.", "Say what:", example=f"lab task set {task} points:3")
    changed, differences = await ctx.do(
        change_task, key=task, changes=changes, measurement=metric, revision=revision, today=ctx.today
    )
    said: list[Span] = ["Changed ", *changes_text(differences), "."] if differences else []
    if metric is not None:
        said += [" " if said else "", f"Recorded {metric.name} ", Bold(f"{metric.value:g}"), "."]
    return task_card(changed, *(said or ["It was like this already; nothing changed."]))


@command("task start", help="Begin working on a task")
async def start(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return await _move(ctx, task, State.DOING, "Started.", f"lab task review {task}")


@command("task review", help="Ask for review of a task")
async def review(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return await _move(ctx, task, State.REVIEW, "In review.")


@command("task done", help="Finish a production task")
async def done(ctx: Context, task: Annotated[TaskKey, WHICH]) -> Card:
    return await _move(ctx, task, State.DONE, "Done.")


@command("task drop", help="Give a task up, and keep why")
async def drop(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    why: Annotated[str, Rest("Why, or what was learned", "no gain over the baseline", is_long=True)] = "",
) -> Card:
    return await _move(ctx, task, State.DROPPED, "Dropped.", why=why)


@command("task block", help="Say that a task cannot go on")
async def block(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    why: Annotated[str, Rest("What it waits for", "labels are late", is_long=True)],
    cause: Annotated[Cause, Arg("By what", "data")] = Cause.OTHER,
) -> Card:
    blocked = await ctx.do(block_task, key=task, why=why, cause=cause)
    return task_card(blocked, f"Blocked by {cause}; the time is kept.", next_line=f"lab task unblock {task}")


@command("task unblock", help="Say that a task can go on")
async def unblock(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    cause: Annotated[Cause | None, Arg("Only what this caused")] = None,
    after: Annotated[TaskKey | None, Arg("Wait no longer for this task")] = None,
) -> Card:
    freed, remaining = await ctx.do(unblock_task, key=task, cause=cause, waits_for=after)
    if not remaining:
        return task_card(freed, "It can go on.")
    spans: list[Span] = []
    for blocker in remaining:
        spans += [", " if spans else "", TaskRef.of(blocker.waits_for) if blocker.waits_for else blocker.why]
    return task_card(freed, "Still blocked: ", *spans, ".")


@command("task note", help="Write something down about a task")
async def note(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    text: Annotated[str, Rest("The note", "lr 3e-4 diverges", is_long=True)],
) -> Card:
    found, written = await ctx.do(add_note, task=task, text=text)
    return task_card(found, "Noted: ", clip(written.text, 300))


@command("task link", help="Attach a web address to a task")
async def link(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    url: Annotated[str, Word("The address", "https://example.com/report")],
    title: Annotated[str | None, Rest("What it is")] = None,
) -> Card:
    found, added = await ctx.do(link_task, task=task, url=url, title=title)
    return task_card(found, f"Linked {added.kind}: ", Link(added.title or clip(added.url, 80), added.url))


@command("task after", help="Let a task wait for another one")
async def after(
    ctx: Context,
    task: Annotated[TaskKey, Word("Which task waits", "CHURN-14")],
    after: Annotated[TaskKey, Word("For which one", "CHURN-9")],
) -> Card:
    waiting, other = await ctx.do(make_wait, key=task, after=after)
    if other.state.is_open:
        return task_card(waiting, "It waits for ", TaskRef.of(other.key), f" ({other.title}).")
    return task_card(waiting, TaskRef.of(other.key), f" is {other.state} already, so it need not wait.")


@command("task move", help="Put a task elsewhere on the board")
async def move(
    ctx: Context,
    task: Annotated[TaskKey, WHICH],
    to: Annotated[Place | None, Word("A state, or top or bottom", "top")] = None,
    before: Annotated[TaskKey | None, Arg("Just before this task")] = None,
    after: Annotated[TaskKey | None, Arg("Just after this task")] = None,
) -> Card:
    if sum(value is not None for value in (to, before, after)) != 1:
        raise InvalidInput(
            "Say one place.",
            "A state, top, bottom, before: or after: another task.",
            example=f"lab task move {task} top",
        )
    if to is not None and to not in (Place.TOP, Place.BOTTOM):
        return await _move(ctx, task, State(to.value), f"Moved to {to}.")
    place: Literal["top", "bottom"] | None = "top" if to is Place.TOP else "bottom" if to else None
    moved = await ctx.do(reorder_task, key=task, place=place, before=before, after=after)
    where: list[Span] = (
        [f"at the {place}"] if place else ["before " if before else "after ", TaskRef.of(before or after or task)]
    )
    return task_card(moved, "It stands ", *where, f" (priority {moved.priority}).")


async def _move(ctx: Context, task: TaskKey, to: State, said: str, next_line: str = "", why: str = "") -> Card:
    moved, freed = await ctx.do(move_task, key=task, to=to, why=why)
    if moved.state is State.REVIEW and moved.track is Track.PRODUCTION:
        next_line = f"lab task done {task}"
    spans: list[Span] = [said]
    for key in freed:
        spans += [" " if len(spans) == 1 else ", ", TaskRef.of(key)]
    if freed:
        spans.append(" no longer waits." if len(freed) == 1 else " no longer wait.")
    return task_card(moved, *spans, next_line=next_line)
