"""`/lab metrics …`: the team's figures, and what each of them means."""

from typing import Annotated

from bot.cards.figures import definitions_card, figures_card, measure_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ProjectKey
from core.cards import Card
from core.counting import count_months
from core.numbers import Measure

_COMPARED, _HISTORY = 3, 6
WHICH = Word("Which figure", "experiments")


@command("metrics show", help="The team's figures month by month", is_default=True)
async def show(
    ctx: Context,
    figure: Annotated[Measure | None, WHICH] = None,
    project: Annotated[ProjectKey | None, Arg("Only of this project", "CHURN")] = None,
) -> Card:
    months = _HISTORY if figure else _COMPARED
    found = await ctx.read(count_months, project=project, zone=ctx.team.zone, months=months, now=ctx.now)
    return measure_card(figure, found) if figure else figures_card(found, whose=project or ctx.team.name)


@command("metrics about", help="How each figure is counted")
async def about(ctx: Context) -> Card:
    return definitions_card(tuple(Measure))
