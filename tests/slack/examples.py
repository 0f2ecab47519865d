"""Cards to hold the renderer against: real ones, hostile ones, and ones of any shape and size."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.cards.board import board_card
from bot.cards.project import metrics_card
from bot.cards.refusal import failure_card, refusal_card
from bot.cards.task import list_card, task_card, task_details
from core.blockers import Blocker
from core.cards import (
    Block,
    Bold,
    Bullets,
    Button,
    Card,
    Code,
    CommandLine,
    Divider,
    Field,
    Fields,
    Image,
    Item,
    Link,
    LinkButton,
    Mention,
    Mono,
    Paragraph,
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
from core.errors import NotFound
from core.events import Cause, LoggedEvent, TaskCreated, TaskMoved
from core.ids import Person, TaskKey
from core.links import TaskLink
from core.metrics import Direction, MetricDefinition, Reading
from core.notes import Note
from core.task_search import TaskPage
from core.task_views import TaskView
from core.tasks import Kind, Phase, Priority, State, Task, Track
from tests.hostile import HOSTILE

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ANA = Person(7, "Ana Lima")
PEOPLE = {7: "U024BE7LH"}
_DEFINITION = MetricDefinition(project_id=1, name="val_auc", direction=Direction.UP, baseline=0.88, target=0.9)
_READING = Reading("val_auc", 0.91, NOW)


def _task(number: int = 12, title: str = "Try focal loss on tail classes", **more: object) -> Task:
    fields: dict[str, object] = {
        "id": number, "key": TaskKey("CHURN", number), "project_id": 1, "title": title, "kind": Kind.INVESTIGATE,
        "track": Track.RESEARCH, "rank": "a", "owner": ANA, "created_at": NOW, **more,
    }  # fmt: skip
    return Task(**fields)  # type: ignore[arg-type]


_BLOCKER = Blocker(
    id=1, task_id=12, task_key=TaskKey("CHURN", 12), cause=Cause.DATA, why="labels are late", waits_for=None,
    opened_at=NOW,
)  # fmt: skip
_VIEW = TaskView(
    task=_task(is_blocked=True, state=State.DOING, description="Does *focal loss* help?\nAsk <@U1> & read the notes."),
    phase=Phase.EXPLORE,
    blockers=(_BLOCKER,),
    after=(_task(9, "Label the tail"),),
    before=(_task(14, "Train the baseline", state=State.DONE),),
    metrics=((_READING, _DEFINITION),),
    links=(TaskLink(1, "notebook", "https://example.com/eda.ipynb", "EDA", NOW),),
    link_count=7,
    notes=(Note(1, "lr 3e-4 diverges after 2k steps", "Ana Lima", NOW),),
    history=(
        LoggedEvent(2, NOW, TaskMoved(State.TODO, State.DOING), "Ana Lima", 12),
        LoggedEvent(1, NOW, TaskCreated("Try it", Kind.INVESTIGATE, Track.RESEARCH, Priority.NEXT), None, 12),
    ),
)
_PROMPT = Card(
    ("The timebox of ", TaskRef("CHURN-12"), " has ended."),
    (paragraph(Mention(7, "Ana Lima"), ", what did you learn? It was due ", When(NOW), "."),),
    (
        Button("Adopt", "box.adopt", "CHURN-12", Style.PRIMARY),
        Button("Drop", "box.drop", "CHURN-12", Style.DANGER),
        Button("Extend", "box.extend", "CHURN-12"),
        LinkButton("Board", "https://labkeeper.example/board"),
    ),
    footer=("A timebox has ended: ", CommandLine("lab box list"), " shows all of them."),
)

EXAMPLES: dict[str, Card] = {
    "created": task_card(_task(), "Created.", next_line="lab task start CHURN-12"),
    "board": board_card(_task(is_blocked=True, state=State.DOING), (_BLOCKER,), ((_READING, _DEFINITION),)),
    "details": task_details(_VIEW),
    "list": list_card(TaskPage((_task(), _task(14, "Train the baseline")), 1, True), line="lab task list owner:me"),
    "refusal": refusal_card(
        NotFound("There is no task CHURN-99.", "See what there is:", example="lab task list project:CHURN")
    ),
    "failure": failure_card("7F3A2C"),
    "thread": Card(("Ana Lima moved it from todo to doing",)),
    "prompt": _PROMPT,
    "no_metrics": metrics_card(()),
}


def hostile_spans(text: str) -> dict[str, Span]:
    """`text` in every span that can hold some."""
    return {
        "text": text,
        "bold": Bold(text),
        "mono": Mono(text),
        "link": Link(text, "https://example.com/x"),
        "address": Link("here", text),
        "mention": Mention(404, text),
        "task": TaskRef(text),
        "command": CommandLine(text),
        "argument": CommandLine(f"lab task list label:{text}"),
        "pattern": CommandLine(f"lab task show {text}", is_pattern=True),
    }


def hostile_cards(text: str) -> dict[str, Card]:
    """`text` in every place of a card, and there in every span."""
    spans: Text = tuple(span for one in hostile_spans(text).values() for span in (one, " | "))
    cells = tuple(Item((span,)) for span in hostile_spans(text).values())
    tables = Table(tuple(text for _ in cells), (Row(cells),))
    buttons = (Button(text, "task.show", text[:200]), LinkButton(text, "https://example.com"), LinkButton("x", text))
    return {
        "title": Card(spans),
        "heading": Card(spans, (paragraph("below"),)),
        "paragraph": Card(("t",), (Paragraph(spans), Paragraph(spans))),
        "field": Card(("t",), (Fields((Field(text, spans), Field("name", (text,)))),)),
        "bullet": Card(("t",), (Bullets((Item(spans), Item((text,)))),)),
        "table": Card(("t",), (tables,)),
        "second table": Card(("t",), (Table(("a",), (row("b"),)), tables)),
        "code": Card(("t",), (Code(text),)),
        "button": Card(("t",), buttons=buttons),
        "footer": Card(("t",), footer=(text, Bold(text), CommandLine(f"lab {text}"))),
        "live footer": Card(("t",), footer=(When(NOW), *spans)),
    }


def _spans(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Span, ...]]:
    span = st.one_of(
        texts,
        st.builds(Bold, texts),
        st.builds(Mono, texts),
        st.builds(Link, texts, st.one_of(texts, st.just("https://example.com/?a=1&b=2"))),
        st.builds(Mention, st.sampled_from([7, 404]), texts),
        st.builds(When, st.datetimes(timezones=st.just(UTC))),
        st.builds(TaskRef, texts),
        st.builds(CommandLine, texts, st.booleans()),
    )
    return st.lists(span, max_size=5).map(tuple)


def _many(things: st.SearchStrategy[Any], *, times: int = 60) -> st.SearchStrategy[tuple[Any, ...]]:
    """Few different ones, and sometimes more of them than Slack takes."""
    some = st.lists(things, max_size=3)
    return st.builds(lambda few, often: tuple(few * often), some, st.sampled_from([1, 1, 1, 2, times]))


_WORDS = st.one_of(st.text(max_size=20), st.sampled_from([text for text in HOSTILE if len(text) < 100]))
_TEXTS = st.one_of(
    _WORDS,
    st.sampled_from(HOSTILE),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=3), st.integers(1, 5_000)),
)
_LINES, _LONG_LINES = _spans(_WORDS), _spans(_TEXTS)
_BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, _LONG_LINES),
    st.builds(Fields, _many(st.builds(Field, _WORDS, _LINES))),
    st.builds(Bullets, _many(st.builds(Item, _LINES))),
    st.builds(Bullets, _many(st.builds(Item, _LONG_LINES), times=2)),
    st.builds(Table, _many(_WORDS, times=9), _many(st.builds(Row, _many(st.builds(Item, _LINES), times=9)))),
    st.builds(Code, _TEXTS),
    st.just(Divider()),
    st.builds(Image, st.just("0" * 64), _TEXTS),
)
_BUTTONS = st.one_of(
    st.builds(Button, _TEXTS, st.sampled_from(["task.show", "task.start", "a" * 300]), _TEXTS, st.sampled_from(Style)),
    st.builds(LinkButton, _TEXTS, st.one_of(_TEXTS, st.just("https://example.com"))),
)
CARDS = st.builds(
    Card, _LONG_LINES, _many(_BLOCKS, times=20), _many(_BUTTONS), st.sampled_from(Tone), st.just(()) | _LONG_LINES
)
