"""`/lab deploy …`: what was deployed where."""

from typing import Annotated

from bot.cards.deployment import deployments_card
from bot.command import Arg, command
from bot.context import Context
from bot.values import ProjectKey
from core.cards import Card
from core.deployments import list_deployments

SHOWN = 20


@command("deploy list", help="What was deployed where, newest first", is_default=True)
async def list_(
    ctx: Context,
    project: Annotated[ProjectKey | None, Arg("Only of this project", "CHURN")] = None,
    environment: Annotated[str | None, Arg("Only there", "production")] = None,
) -> Card:
    found = await ctx.read(list_deployments, project=project, environment=environment, limit=SHOWN)
    return deployments_card(found)
