"""What is said to the bot by its name: the same grammar, with less to type where the place says the rest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Place
from bot.forms import missing, wrong_values
from bot.grammar import choose_command, parse_values
from core.errors import InvalidInput
from core.ids import ChannelRef, TaskKey
from core.members import Identity
from core.ports import UnitOfWork
from core.projects import list_projects

# Threads are mostly about tasks, so this noun may be left out.
_NOUN = "task"
_ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the place says about a message: the task whose thread it is, what the channel is called where that is known,
    the keys of the team's projects, and what the people it names are called here, by what the chat calls them."""

    task: TaskKey | None = None
    channel_name: str = ""
    projects: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)


def look_around(
    work: UnitOfWork, *, channel: ChannelRef | None, thread: str, people: Collection[Identity] = ()
) -> Surroundings:
    """`thread` is the message at its root; empty outside of one."""
    task = work.messages.task_of(channel, thread) if channel and thread else None
    members = {person.subject: work.members.by_identity(person) for person in people}
    names = {subject: member.handle for subject, member in members.items() if member is not None}
    known = work.channels.find(channel) if channel else None
    projects = frozenset(project.key for project in list_projects(work))
    return Surroundings(task, known.name if known else "", projects, names)


def split_root(catalogue: Catalogue, text: str, *, root: str) -> tuple[str, str]:
    """Which root is meant, and what was said behind it: out of habit people say `lab`, or `/lab`; `root` is what it is
    called here."""
    first, *rest = text.split(maxsplit=1) or [""]
    word, behind = first.casefold().removeprefix("/"), rest[0] if rest else ""
    if catalogue.of_noun(USER_ROOT, word):
        return USER_ROOT, text
    if word in (ADMIN_ROOT, f"{root}-admin", _ADMIN):
        return ADMIN_ROOT, behind
    return USER_ROOT, behind if word in (USER_ROOT, root) else text


def complete_line(catalogue: Catalogue, root: str, text: str, around: Surroundings) -> str:
    """The line with what was left out: the noun `task`, and in a task's thread that task.

    A task that is named wins, unless the line is whole only with the thread's own before it: `after CHURN-9`.
    """
    line = _with_noun(catalogue, root, text)
    try:
        command, rest = choose_command(catalogue, root, line)
    except InvalidInput:
        return line
    if around.task is None or not _begins_with_a_task(command):
        return line
    with_task = f"{around.task} {rest}"
    is_named = _names_a_task(command, rest, around)
    if is_named and (_is_whole(command, rest) or not (_takes_another(command) and _is_whole(command, with_task))):
        return line
    return f"{command.name} {with_task}"


def _with_noun(catalogue: Catalogue, root: str, text: str) -> str:
    first = text.split(maxsplit=1)[0].casefold() if text.strip() else ""
    is_verb = not catalogue.of_noun(root, first) and catalogue.find(root, _NOUN, first) is not None
    return f"{_NOUN} {text}" if first and is_verb else text


def _begins_with_a_task(command: Command) -> bool:
    first = command.options[0] if command.options else None
    return first is not None and first.kind is TaskKey and first.required and first.place is Place.WORD


def _takes_another(command: Command) -> bool:
    return any(option.kind is TaskKey and option.required for option in command.options[1:])


def _names_a_task(command: Command, rest: str, around: Surroundings) -> bool:
    """Words such as UTF-8 look like one; only the team's own projects count."""
    try:
        text = parse_values(command, rest).get(command.options[0].name, "")
    except InvalidInput:
        text = rest.split(maxsplit=1)[0] if rest else ""
    try:
        return TaskKey.parse(text).project in around.projects
    except InvalidInput:
        return False


def _is_whole(command: Command, rest: str) -> bool:
    try:
        given = parse_values(command, rest)
    except InvalidInput:
        return False
    return not missing(command, given) and not wrong_values(command, given)
