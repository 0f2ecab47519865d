"""`/lab me …`: about oneself."""

from datetime import date
from typing import Annotated

from bot.cards.calendar import said_of_leave
from bot.cards.member import member_card
from bot.command import Word, command
from bot.context import Context
from bot.values import Zone
from core.calendar_words import Quiet
from core.cards import Card
from core.delegates import name_delegate
from core.members import Identity, MemberRef, link_identity, set_zone, view_member
from core.own_times import come_back, go_away, set_quiet_hours


@command("me show", help="What Labkeeper knows about you", is_default=True)
async def show(ctx: Context) -> Card:
    view = await ctx.read(view_member, actor=ctx.actor, today=ctx.today)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now)


@command("me zone", help="Set your time zone")
async def zone(ctx: Context, zone: Annotated[Zone, Word("IANA name", "Europe/Lisbon")]) -> Card:
    view = await ctx.do(set_zone, zone=zone)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said="Times are shown in your zone from now on.")


@command("me away", help="Say that you are away: nobody asks you then")
async def away(
    ctx: Context,
    first: Annotated[date, Word("The first day", "2026-12-21")],
    last: Annotated[date | None, Word("The last day, if several", "2027-01-03")] = None,
) -> Card:
    absence = await ctx.do(go_away, first=first, last=last, today=ctx.today)
    said = said_of_leave(absence, is_back=False)
    return member_card(absence.view, team_zone=ctx.team.zone, now=ctx.now, said=said)


@command("me back", help="Come back before your leave is over, or take it back")
async def back(ctx: Context, day: Annotated[date | None, Word("First day back, if not today")] = None) -> Card:
    absence = await ctx.do(come_back, day=day, today=ctx.today)
    said = said_of_leave(absence, is_back=True)
    return member_card(absence.view, team_zone=ctx.team.zone, now=ctx.now, said=said)


@command("me quiet", help="Say when you want quiet every day")
async def quiet(ctx: Context, hours: Annotated[Quiet, Word("In your zone, or none", "20:00-08:00")]) -> Card:
    view = await ctx.do(set_quiet_hours, quiet=hours.hours, today=ctx.today)
    said = "Nobody asks you in these hours." if hours.hours else "You have no quiet hours."
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=said)


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
    view = await ctx.read(view_member, actor=ctx.actor, today=ctx.today)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=f"{named.name} {words}")
