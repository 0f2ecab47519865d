"""`/lab digest …`: the plan of the week and the report of the month, before and after they are posted."""

import asyncio
from datetime import date
from typing import Annotated

from bot.board_access import BOARD, Visitor
from bot.cards.digest import preview_card, report_card, reports_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ProjectKey
from core.cards import Card
from core.digest_asking import Asked, asked_by_person
from core.digest_posting import find_report, post_now
from core.digest_runs import Chart, DigestKind, DigestRun, DigestText
from core.digest_schedules import list_reports
from core.errors import InvalidInput
from core.ports import UnitOfWork

DAY = Arg("As of which day", "2026-11-01")
ONLY = Arg("Only this project")
SHOWN = 20


@command("digest weekly", help="The plan of the week, for your eyes", is_personal=True)
async def weekly(
    ctx: Context,
    as_of: Annotated[date | None, DAY] = None,
    project: Annotated[ProjectKey | None, ONLY] = None,
) -> Card:
    return await _preview(ctx, DigestKind.WEEKLY, as_of, project)


@command("digest monthly", help="The report of the month before, for your eyes", is_personal=True)
async def monthly(
    ctx: Context,
    as_of: Annotated[date | None, DAY] = None,
    project: Annotated[ProjectKey | None, ONLY] = None,
) -> Card:
    return await _preview(ctx, DigestKind.MONTHLY, as_of, project)


@command("digest share", help="Post it in this channel", is_slow=True)
async def share(
    ctx: Context,
    kind: Annotated[DigestKind, Word("Which one", "weekly")],
    as_of: Annotated[date | None, DAY] = None,
    project: Annotated[ProjectKey | None, ONLY] = None,
) -> Card:
    if ctx.channel is None:
        raise InvalidInput("There is no channel here.", "Say this in the chat channel that is meant.")
    asked, found = await _ask(ctx, kind, as_of, project)
    draft = await asyncio.to_thread(ctx.ports.digests.write, asked, found)
    said = f"It is posted in #{ctx.channel_name}."
    return await ctx.conclude(
        post_now, lambda run: report_card(run, draft.text, said=said), kind=kind, channel=ctx.channel,
        channel_name=ctx.channel_name, as_of=asked.as_of, zone=asked.zone, shows_all=False, draft=draft,
    )  # fmt: skip


@command("digest reports", help="What was posted, newest first", is_default=True)
async def reports(ctx: Context) -> Card:
    return reports_card(await ctx.read(list_reports, limit=SHOWN))


@command("digest report", help="One of them as it was posted")
async def report(ctx: Context, number: Annotated[int, Word("Its number in the list", "1")]) -> Card:
    run, text = await ctx.read(_report, number=number)
    return report_card(run, text, is_whole=True)


async def _preview(ctx: Context, kind: DigestKind, day: date | None, project: str | None) -> Card:
    asked, found = await _ask(ctx, kind, day, project)
    chart = await _chart(ctx, found)
    said = "" if chart else ctx.ports.digests.picture_words(found)
    room = ctx.room - len(said)
    card, silence = await asyncio.to_thread(ctx.ports.digests.preview, asked, found, room=room)
    words = " ".join([kind, *([f"as-of:{day}"] if day else []), *([f"project:{project}"] if project else [])])
    share = words if ctx.channel is not None else ""
    return preview_card(card, asked, silence, chart or said, share, address=_charts_page(ctx, asked) if said else "")


def _charts_page(ctx: Context, asked: Asked) -> str:
    """Where the charts are drawn, for whoever asked: an answer for one person carries no picture in most chats."""
    if ctx.ports.public_url is None or ctx.actor.member_id is None:
        return ""
    only = asked.shown.projects[0].key if len(asked.shown.projects) == 1 else ""
    visitor = Visitor(ctx.team.id, ctx.actor.member_id, ctx.actor.name)
    return ctx.ports.board.link(visitor, path=f"{BOARD}/metrics" + (f"?project={only}" if only else ""))


async def _chart(ctx: Context, found: object) -> Chart | None:
    """Kept for a day or so, for a chat that shows pictures to one person; others show its words once it is posted."""
    place = ctx.channel
    if place is None or place.platform not in ctx.ports.picture_chats:
        return None
    drawn = await asyncio.to_thread(ctx.ports.digests.draw, found)
    if drawn is not None and not ctx.only_reads:
        await ctx.keep_picture(drawn[0].image, drawn[1])
    return drawn[0] if drawn else None


async def _ask(ctx: Context, kind: DigestKind, day: date | None, project: str | None) -> tuple[Asked, object]:
    def ask(work: UnitOfWork) -> tuple[Asked, object]:
        asked = asked_by_person(
            work, kind=kind, channel=ctx.channel, name=ctx.channel_name, project=project, day=day, now=ctx.now
        )
        return asked, ctx.ports.digests.read(work, asked)

    return await ctx.read(ask)


def _report(work: UnitOfWork, *, number: int) -> tuple[DigestRun, DigestText]:
    run, text = find_report(work, number), work.digests.text(number)
    assert text is not None
    return run, text
