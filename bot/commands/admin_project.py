"""`/lab-admin project …` and `/lab-admin metric …`."""

from typing import Annotated

from bot.cards.project import metric_card, metrics_card, project_card, projects_card
from bot.command import Arg, Rest, Word, command
from bot.context import Context
from bot.promises import promise_look
from bot.values import MetricName, NewProjectKey, ProjectKey, Zone
from core.cards import Card
from core.members import MemberRef
from core.metrics import Direction, define_metric, list_metrics
from core.projects import create_project, list_projects, name_lead


@command("project new", help="Make a project; this channel becomes its home", is_admin=True)
async def new(
    ctx: Context,
    key: Annotated[NewProjectKey, Word("Its key, 2 to 10 letters", "CHURN")],
    name: Annotated[str | None, Rest("What it is called", "Churn model")] = None,
    zone: Annotated[Zone | None, Arg("Its time zone, if not yours")] = None,
) -> Card:
    promise_look(ctx, ctx.channel, ctx.channel_name)
    project = await ctx.do(
        create_project, key=key, name=name, zone=zone or ctx.zone, channel=ctx.channel, channel_name=ctx.channel_name
    )
    return project_card(project, "Created.", next_line=f"lab task new What to do first project:{key}")


@command("project list", help="All projects", is_admin=True)
async def list_(ctx: Context) -> Card:
    return projects_card(await ctx.read(list_projects))


@command("project lead", help="Name who leads a project", is_admin=True)
async def lead(
    ctx: Context,
    project: Annotated[ProjectKey, Word("Which project", "CHURN")],
    lead: Annotated[MemberRef, Word("Who, or none", "@ana")],
) -> Card:
    nobody = lead.text.casefold() in ("none", "nobody")
    found = await ctx.do(name_lead, project=project, lead=None if nobody else lead)
    return project_card(found, f"{found.lead.name} leads it." if found.lead else "Nobody leads it now.")


@command("metric define", help="Say what a metric means and when it is good", is_admin=True)
async def define(
    ctx: Context,
    name: Annotated[MetricName, Word("The metric", "val_auc")],
    direction: Annotated[Direction, Arg("Which way is better", "up")] = Direction.UP,
    baseline: Annotated[float | None, Arg("What there is today", "0.88")] = None,
    target: Annotated[float | None, Arg("What is wanted", "0.90")] = None,
    meaning: Annotated[str, Arg("In plain words", "how well churners are told apart")] = "",
    project: Annotated[ProjectKey | None, Arg("Project, if not the channel's")] = None,
) -> Card:
    definition = await ctx.do(
        define_metric, project=project, channel=ctx.channel, name=name, direction=direction, baseline=baseline,
        target=target, meaning=meaning,
    )  # fmt: skip
    return metric_card(definition)


@command("metric list", help="The metrics of a project", is_admin=True)
async def metrics(
    ctx: Context, project: Annotated[ProjectKey | None, Arg("Project, if not the channel's")] = None
) -> Card:
    return metrics_card(await ctx.read(list_metrics, project=project, channel=ctx.channel))
