"""What somebody sees first: their tasks, what blocks them, what waits for them; a card each, in sections."""

from dataclasses import dataclass

from bot.cards.board import task_buttons
from bot.cards.task import blocker_line, task_line, task_title, task_tone
from core.cards import Block, Bullets, Card, CommandLine, Item, Mono, Span, TaskRef, When, paragraph
from core.home import MOST, BlockedTask, HomeView, WaitingTask
from core.tasks import Task

# Together, with their buttons, they have room in Slack's Home, which takes a hundred blocks.
_MOST_OWN, _MOST_OTHERS = 18, 8


@dataclass(frozen=True, slots=True)
class HomeSection:
    """`rest` says what is left out, and how to see it."""

    title: str
    cards: tuple[Card, ...]
    rest: Card | None = None


def home_sections(view: HomeView) -> tuple[HomeSection, ...]:
    if not view.has_projects:
        return (HomeSection("Begin here", (_first_steps(),)),)
    sections = (
        _section("Your open tasks", map(_card, view.mine[:_MOST_OWN]), len(view.mine), "lab task list owner:me"),
        _section(
            "Blocked", map(_blocked, view.blocked[:_MOST_OTHERS]), len(view.blocked),
            "lab task list owner:me blocked:yes",
        ),
        _section("Waiting for you", map(_waiting, view.waiting[:_MOST_OTHERS]), view.waiting_count, "lab task list"),
        _section(
            "To be reviewed in your projects", map(_card, view.reviews[:_MOST_OTHERS]), len(view.reviews),
            "lab task list state:review",
        ),
    )  # fmt: skip
    shown = tuple(section for section in sections if section.cards)
    return shown or (HomeSection("Your open tasks", (_nothing(),)),)


def _section(title: str, cards: "map[Card]", count: int, line: str) -> HomeSection:
    shown = tuple(cards)
    left = count - len(shown)
    more = f"and {left:,} more" + (" at least" if count >= MOST else "")
    return HomeSection(title, shown, Card((f"{more}: ", CommandLine(line))) if left > 0 else None)


def _card(task: Task) -> Card:
    return _with(task, paragraph(*task_line(task)))


def _blocked(blocked: BlockedTask) -> Card:
    lines = tuple(Item(blocker_line(blocker)) for blocker in blocked.blockers)
    return _with(blocked.task, *((Bullets(lines),) if lines else ()))


def _waiting(waiting: WaitingTask) -> Card:
    owner = waiting.task.owner.name if waiting.task.owner else "nobody's yet"
    spans: tuple[Span, ...] = ("waits for your ", TaskRef.of(waiting.waits_for), " since ", When(waiting.since))
    return _with(waiting.task, paragraph(*spans, f" · owner {owner}"))


def _with(task: Task, *blocks: Block) -> Card:
    return Card(task_title(task), blocks, buttons=task_buttons(task), tone=task_tone(task))


def _nothing() -> Card:
    return Card(
        ("Nothing is on your list.",),
        (
            paragraph("See what there is: ", CommandLine("lab task list")),
            paragraph("Make something yours: ", CommandLine("lab task new Try focal loss box:10d owner:me")),
        ),
    )


def _first_steps() -> Card:
    return Card(
        ("Labkeeper keeps your team's board, and there is no project on it yet.",),
        (
            Bullets(
                (
                    Item(("In the channel where the board should live: ", Mono("/invite @Labkeeper"))),
                    Item(
                        (
                            "There, an administrator of this workspace: ",
                            CommandLine("lab-admin project new CHURN name:Churn model"),
                        )
                    ),
                    Item(("Then anybody: ", CommandLine("lab task new Try focal loss box:10d owner:me"))),
                )
            ),
            paragraph("All there is: ", CommandLine("lab help")),
        ),
    )
