"""`/lab-admin member …` and `/lab-admin audit`."""

from typing import Annotated

from bot.cards.audit import audit_card
from bot.cards.member import member_card, members_card
from bot.command import Arg, Rest, Word, command
from bot.context import Context
from core.audit import read_audit
from core.cards import Card
from core.ids import TaskKey
from core.members import Identity, MemberRef, create_member, give_role, list_members, name_admin
from core.tasks import Role

WHO = Word("Who", "@ana")


@command("member list", help="Everybody on the team", is_admin=True)
async def list_(ctx: Context) -> Card:
    return members_card(await ctx.read(list_members))


@command("member new", help="Add somebody who has not spoken yet", is_admin=True)
async def new(
    ctx: Context,
    name: Annotated[str, Rest("Their name", "Ana Lima")],
    role: Annotated[Role | None, Arg("What they do", "research")] = None,
    email: Annotated[Identity | None, Arg("Their e-mail, by which commits are theirs")] = None,
) -> Card:
    view = await ctx.do(create_member, name=name, role=role, identity=email)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said="Added.")


@command("member role", help="Say what somebody does", is_admin=True)
async def role(
    ctx: Context,
    member: Annotated[MemberRef, WHO],
    role: Annotated[Role, Word("Their role", "research")],
) -> Card:
    view = await ctx.do(give_role, member=member, role=role)
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=f"Their role is {role} now.")


@command("member admin", help="Name an administrator, or take it back", is_admin=True)
async def admin(
    ctx: Context,
    member: Annotated[MemberRef, WHO],
    on: Annotated[bool, Word("Yes or no", "yes")] = True,
) -> Card:
    view = await ctx.do(name_admin, member=member, is_admin=on)
    said = "They may configure the team now." if on else "They may no longer configure the team."
    return member_card(view, team_zone=ctx.team.zone, now=ctx.now, said=said)


@command("audit", help="Who changed what, from where", is_admin=True)
async def audit(
    ctx: Context,
    task: Annotated[TaskKey | None, Arg("Only about this task", "CHURN-12")] = None,
    by: Annotated[MemberRef | None, Arg("Only by this member")] = None,
    before: Annotated[int | None, Arg("Only older than this line")] = None,
) -> Card:
    lines = await ctx.read(read_audit, actor=ctx.actor, task=task, by=by, before=before)
    words = [f"task:{task}" if task else "", f"by:{by.text}" if by else ""]
    return audit_card(lines, line=" ".join(["lab-admin audit", *(word for word in words if word)]))
