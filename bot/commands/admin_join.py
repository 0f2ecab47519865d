"""`/lab-admin join …`: one board for several workspaces and servers."""

import secrets
from typing import Annotated

from bot.cards.joining import code_card, joined_card, meeting_card, parted_card, workspaces_card
from bot.command import Arg, Word, command
from bot.context import Context
from core.cards import Card
from core.joining import join_team, list_joined, look_at_join, offer_join, undo_join

# Without the letters and digits that are taken for others; 20 of them are a hundred bits.
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_GROUPS, _IN_A_GROUP = 4, 5
CODE = Word("The code from the other side", "K7QMX-2NARV-H4TWZ-9BCDE")
SAME = Arg("Who is one person: here=there", "@ana=@ana.lima", is_asked=True)


@command("join code", help="Let another workspace or server join this board", is_admin=True)
async def code(ctx: Context) -> Card:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    made = "-".join(groups)
    return code_card(made, await ctx.do_across(offer_join, code=made))


@command("join look", help="See what would meet; nothing is changed", is_admin=True)
async def look(ctx: Context, code: Annotated[str, CODE], same: Annotated[str, SAME] = "") -> Card:
    meeting = await ctx.read_across(look_at_join, actor=ctx.actor, code=code, same=same, now=ctx.now)
    return meeting_card(meeting, code=code, same=same)


@command("join now", help="Make this board a part of the other", is_admin=True)
async def now(ctx: Context, code: Annotated[str, CODE], same: Annotated[str, SAME] = "") -> Card:
    return joined_card(await ctx.do_across(join_team, code=code, same=same))


@command("join undo", help="Part again, within a day", is_admin=True)
async def undo(ctx: Context) -> Card:
    return parted_card(await ctx.do_across(undo_join))


@command("join list", help="Who shares this board", is_admin=True)
async def list_(ctx: Context) -> Card:
    places, latest = await ctx.read_across(list_joined)
    return workspaces_card(places, latest, now=ctx.now)
