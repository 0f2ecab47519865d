"""`/lab me …`: about oneself."""

from typing import Annotated

from bot.cards.member import member_card
from bot.command import Word, command
from bot.context import Context
from bot.values import Zone
from core.cards import Card
from core.delegates import name_delegate
from core.members import Identity, MemberRef, link_identity, set_zone, view_member


@command("me show", help="What Labkeeper knows about you", is_default=True)
async def show(ctx: Context) -> Card:
    view = await ctx.read(view_member, actor=ctx.actor)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now)


@command("me zone", help="Set your time zone")
async def zone(ctx: Context, zone: Annotated[Zone, Word("IANA name", "Europe/Lisbon")]) -> Card:
    view = await ctx.do(set_zone, zone=zone)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said="Times are shown in your zone from now on.")


@command("me link", help="Say which Git account or e-mail is yours")
async def link(ctx: Context, account: Annotated[Identity, Word("ana@example.com or github:ana", "github:ana")]) -> Card:
    view = await ctx.do(link_identity, identity=account)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=f"{account} is you.")


@command("me delegate", help="Let somebody decide for you")
async def delegate(
    ctx: Context,
    member: Annotated[MemberRef, Word("Who", "@ben")],
    on: Annotated[bool, Word("Or no, to take it back")] = True,
) -> Card:
    named = await ctx.do(name_delegate, delegate=member, stands_in=on)
    words = "may decide for you from now on." if on else "no longer decides for you."
    view = await ctx.read(view_member, actor=ctx.actor)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=f"{named.name} {words}")
