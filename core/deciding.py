"""Who may decide about a research task, and what is asked of whoever wants more time."""

from datetime import datetime
from enum import StrEnum

from core.errors import Conflict, InvalidInput, NotAllowed
from core.ids import TaskKey
from core.journal import Actor
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Task, Track
from core.text import clip
from core.timebox_events import CALLED
from core.timebox_records import Timebox


class Cost(StrEnum):
    """What one more extension costs: a sentence; a run, commit or note since the last one; another person's word."""

    SENTENCE = "sentence"
    EVIDENCE = "evidence"
    PERSON = "person"


# The first, the second, and every one after.
DEFAULT_POLICY = (Cost.SENTENCE, Cost.EVIDENCE, Cost.PERSON)


def cost_of(policy: tuple[Cost, ...], rounds: int) -> Cost:
    """Of the extension after `rounds` earlier ones."""
    return policy[min(rounds, len(policy) - 1)]


def find_undecided(work: UnitOfWork, key: TaskKey, *, actor: Actor, lock: bool = False) -> tuple[Task, Timebox | None]:
    """A research task that `actor` may decide about, and its timebox if one was started.

    Raises `InvalidInput` for production work, `Conflict` for what is decided, `NotAllowed` with who may.
    """
    task = find_task(work, key, lock=lock)
    if task.track is not Track.RESEARCH:
        raise InvalidInput(
            f"{key} is production work: it is done, not decided.", "Finish it:", example=f"lab task done {key}"
        )
    if not task.state.is_open:
        raise decided_already(work, task)
    check_may_decide(work, task, actor)
    return task, work.timeboxes.open_of(task.id, lock=lock)


def may_decide(work: UnitOfWork, task: Task) -> dict[int, str]:
    """Members by id, with their names: the owner, the project's lead, and whom these two named to stand in for them.

    Nobody in particular where there is neither owner nor lead: then anybody may.
    """
    lead = work.projects.get(task.project_id).lead
    people = {person.id: person.name for person in (task.owner, lead) if person is not None}
    return people | {person.id: person.name for person in work.members.delegates(list(people))}


def check_may_decide(work: UnitOfWork, task: Task, actor: Actor) -> None:
    people = may_decide(work, task)
    if people and actor.member_id not in people:
        names = ", ".join(people.values())
        handle = work.members.get(actor.member_id).handle if actor.member_id is not None else "you"
        raise NotAllowed(
            f"You may not decide about {task.key}.", f"{names} may, and can let you stand in for them:",
            example=f"lab me delegate @{handle}",
        )  # fmt: skip


def decided_already(work: UnitOfWork, task: Task) -> Conflict:
    decision = work.decisions.last(task.id)
    if decision is None:
        return Conflict(
            f"{task.key} is {task.state} already.", "Ask again with a new timebox:",
            example=f"lab box start {task.key} box:5d",
        )  # fmt: skip
    return Conflict(
        f"{task.key} was decided already: {decision.author} {CALLED[decision.call]} it.",
        f"Learned: “{clip(decision.learned, 200)}”. To ask again, give it a new timebox:",
        example=f"lab box start {task.key} box:5d",
    )


def check_evidence(work: UnitOfWork, task: Task, since: datetime) -> None:
    """Raises `InvalidInput` where nothing was found out since."""
    if work.timeboxes.has_evidence(task.id, since=since):
        return
    raise InvalidInput(
        "This extension costs evidence: a run, a commit or a note newer than the last decision.",
        "Say what you found, then ask again:",
        example=f"lab task note {task.key} what the last runs showed",
    )


def check_policy(costs: tuple[Cost, ...]) -> tuple[Cost, ...]:
    if not 1 <= len(costs) <= 10:
        raise InvalidInput(
            "A policy has one to ten steps.", "For example sentence,evidence,person: the last one goes on for ever."
        )
    return costs
