"""`/lab-admin digest …`: what is posted when in which channel."""

import asyncio
from datetime import date, datetime
from typing import Annotated

from bot.cards.digest import report_card, schedule_card, schedules_card
from bot.command import Arg, Word, command
from bot.commands.admin_channel import WHERE, place_of
from bot.context import Context
from bot.promises import promise_look
from bot.values import ChannelWord, ClockTime, OneWeekday, Zone
from core.cards import Card
from core.digest_asking import Asked, asked_again, asked_by_person
from core.digest_posting import correct_digest, find_report, post_now
from core.digest_runs import DigestKind, DigestSchedule
from core.digest_schedules import (
    DEFAULT_AT,
    list_digests,
    next_occurrence,
    pause_digest,
    remove_digest,
    resume_digest,
    schedule_digest,
)
from core.ports import UnitOfWork
from core.schedules import Occurrence

KIND = Word("Which one", "weekly")
NUMBER = Word("Its number in the list", "1")
ALL = Arg("Tell of every project")


@command("digest schedule", help="Post a digest in a channel regularly", is_admin=True)
async def schedule(
    ctx: Context,
    kind: Annotated[DigestKind, KIND],
    day: Annotated[OneWeekday | None, Arg("Of the weekly one", "mon")] = None,
    at: Annotated[ClockTime | None, Arg("When", "09:00")] = None,
    zone: Annotated[Zone | None, Arg("In which time zone", "Europe/Lisbon")] = None,
    channel: Annotated[ChannelWord | None, WHERE] = None,
    everything: Annotated[bool, ALL] = False,
    replace: Annotated[bool, Arg("In place of the one there is")] = False,
) -> Card:
    ref, name = place_of(ctx, channel)
    promise_look(ctx, ref, name)
    kept = await ctx.do(
        _schedule, kind=kind, channel=ref, channel_name=name, weekday=day, at=at or DEFAULT_AT, zone=zone,
        shows_all=everything, is_replacing=replace,
    )  # fmt: skip
    return schedule_card(*kept, said="Scheduled.")


@command("digest list", help="What is posted when in which channel", is_admin=True, is_default=True)
async def list_(ctx: Context) -> Card:
    return schedules_card(await ctx.read(list_digests))


@command("digest pause", help="Post it no more for now", is_admin=True)
async def pause(ctx: Context, number: Annotated[int, NUMBER]) -> Card:
    return schedule_card(await ctx.do(pause_digest, number=number), None, said="Paused.")


@command("digest resume", help="Post it again", is_admin=True)
async def resume(ctx: Context, number: Annotated[int, NUMBER]) -> Card:
    return schedule_card(*await ctx.do(_resume, number=number), said="It goes on.")


@command("digest remove", help="Post it never again", is_admin=True)
async def remove(ctx: Context, number: Annotated[int, NUMBER]) -> Card:
    return schedule_card(await ctx.do(remove_digest, number=number), None, said="Removed. What was posted stays.")


@command("digest post", help="Post a digest now", is_admin=True, is_slow=True)
async def post(
    ctx: Context,
    kind: Annotated[DigestKind, KIND],
    as_of: Annotated[date | None, Arg("As of which day", "2026-11-01")] = None,
    channel: Annotated[ChannelWord | None, WHERE] = None,
    everything: Annotated[bool, ALL] = False,
) -> Card:
    ref, name = place_of(ctx, channel)

    def ask(work: UnitOfWork) -> tuple[Asked, object]:
        asked = asked_by_person(
            work, kind=kind, channel=ref, name=name, project=None, day=as_of, shows_all=everything, now=ctx.now
        )
        return asked, ctx.ports.digests.read(work, asked)

    asked, found = await ctx.read(ask)
    draft = await asyncio.to_thread(ctx.ports.digests.write, asked, found)
    return await ctx.conclude(
        post_now, lambda run: report_card(run, draft.text, said=f"It is posted in #{name}."), kind=kind, channel=ref,
        channel_name=name, as_of=asked.as_of, zone=asked.zone, shows_all=everything, draft=draft,
    )  # fmt: skip


@command("digest correct", help="Write a report anew where it stands", is_admin=True, is_slow=True)
async def correct(
    ctx: Context,
    number: Annotated[int, Word("Its number in the reports", "1")],
    why: Annotated[str, Arg("What was wrong", "a deployment was missing")],
) -> Card:
    def ask(work: UnitOfWork) -> tuple[Asked, object]:
        asked = asked_again(work, run=find_report(work, number))
        return asked, ctx.ports.digests.read(work, asked)

    asked, found = await ctx.read(ask)
    draft = await asyncio.to_thread(ctx.ports.digests.write, asked, found)
    said = "The messages are edited, and the first one says that it was corrected."
    return await ctx.conclude(
        correct_digest, lambda run: report_card(run, draft.text, said=said), number=number, why=why, draft=draft
    )


def _schedule(work: UnitOfWork, *, now: datetime, **asked: object) -> tuple[DigestSchedule, Occurrence | None]:
    kept = schedule_digest(work, now=now, **asked)  # type: ignore[arg-type]
    return kept, next_occurrence(work, schedule=kept, now=now)


def _resume(work: UnitOfWork, *, now: datetime, **asked: object) -> tuple[DigestSchedule, Occurrence | None]:
    kept = resume_digest(work, now=now, **asked)  # type: ignore[arg-type]
    return kept, next_occurrence(work, schedule=kept, now=now)
