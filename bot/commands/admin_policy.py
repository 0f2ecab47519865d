"""`/lab-admin policy …`: what more time for research costs."""

from typing import Annotated

from bot.cards.policy import policy_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import Costs, ProjectKey
from core.cards import Card
from core.policies import set_policy, view_policy

WHICH = Word("Which project", "CHURN")


@command("policy set", help="Say what each extension of a timebox costs", is_admin=True)
async def set_(
    ctx: Context,
    project: Annotated[ProjectKey, WHICH],
    extensions: Annotated[Costs, Arg("In order: sentence, evidence, person", "sentence,evidence,person")],
) -> Card:
    found, costs = await ctx.do(set_policy, project=project, costs=extensions)
    return policy_card(found, costs, "Changed.")


@command("policy show", help="What each extension of a timebox costs", is_admin=True)
async def show(ctx: Context, project: Annotated[ProjectKey, WHICH]) -> Card:
    return policy_card(*await ctx.read(view_policy, project=project))
