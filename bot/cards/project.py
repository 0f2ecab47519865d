"""Projects and their metrics as cards."""

from core.cards import Block, Bold, Card, CommandLine, Field, Fields, Table, Text, paragraph, row
from core.metrics import MetricDefinition
from core.projects import Project


def project_card(project: Project, said: str, *, next_line: str = "") -> Card:
    fields = Fields(
        (
            Field("lead", (project.lead.name if project.lead else "nobody yet",)),
            Field("time zone", (project.zone,)),
            Field("home channel", (f"#{project.home.name}" if project.home else "none: nothing is posted",)),
        )
    )
    footer: Text = ("Next: ", CommandLine(next_line)) if next_line else ()
    title: Text = (Bold(project.key), " ", project.name)
    return Card(title, (paragraph(said), fields), footer=footer, facts=(("project", project.key),))


def projects_card(projects: tuple[Project, ...]) -> Card:
    if not projects:
        return Card(
            ("There is no project yet.",),
            (paragraph("Make the first one: ", CommandLine("lab-admin project new CHURN name:Churn model")),),
        )
    rows = tuple(
        row(
            project.key,
            project.name,
            project.lead.name if project.lead else "—",
            f"#{project.home.name}" if project.home else "—",
            project.zone,
        )
        for project in projects
    )
    title = f"{len(projects)} project" + ("s" if len(projects) != 1 else "")
    return Card((title,), (Table(("key", "name", "lead", "home", "time zone"), rows),))


def metric_card(definition: MetricDefinition) -> Card:
    blocks: tuple[Block, ...] = (
        Fields(
            (
                Field("better", ("higher" if definition.direction == "up" else "lower",)),
                Field("baseline", (_number(definition.baseline),)),
                Field("target", (_number(definition.target),)),
            )
        ),
    )
    if definition.meaning:
        blocks = (paragraph(definition.meaning), *blocks)
    footer: Text = ("Record a result: ", CommandLine(f"lab task set CHURN-12 metric:{definition.name}=0.91"))
    return Card(("Metric ", definition.name, " is defined."), blocks, footer=footer)


def metrics_card(definitions: tuple[MetricDefinition, ...]) -> Card:
    if not definitions:
        example = CommandLine("lab-admin metric define val_auc direction:up baseline:0.88 target:0.90")
        return Card(("No metric is defined yet.",), (paragraph("For example: ", example),))
    rows = tuple(
        row(
            definition.name,
            "higher" if definition.direction == "up" else "lower",
            _number(definition.baseline),
            _number(definition.target),
            definition.meaning or "—",
        )
        for definition in definitions
    )
    return Card(("Metrics",), (Table(("metric", "better", "baseline", "target", "meaning"), rows),))


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
